"""``mainspring instance retention`` and ``vacuum``."""

import sqlite3
from pathlib import Path

import pytest

from mainspring.core.instance.instance import Instance
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events


@pytest.fixture
def old(project: Path) -> Path:
    """Records of long ago."""
    home = project.parent / "home"
    with Instance.get() as instance:
        instance.store.runs.create(events.run("r"))
        lines = [
            events.line(EventType.RUN_START, "r", timestamp=1),
            *(events.message("r", "x" * 500, timestamp=1) for _ in range(3000)),
            events.materialized("a", "r", timestamp=1),
            events.materialized("a", "r", timestamp=1),
            events.line(EventType.RUN_SUCCESS, "r", timestamp=1),
        ]
        instance.store.events.append([Sequenced(0, None, one) for one in lines])
    return home


def test_a_dry_run_counts_and_removes_nothing(call, old: Path) -> None:
    answer = call("instance", "retention", "--dry-run")
    assert answer.err.endswith("Would go: 3,000 log lines.\n")
    assert call("instance", "retention", "--dry-run", "--json").json == {
        "removed": {},
        "would_go": {"logs": 3000},
    }
    with Instance.get() as instance:
        assert len(instance.all_logs("r")) == 3004


def test_what_the_settings_let_go_goes(call, old: Path) -> None:
    assert call("instance", "retention", "--json").json == {"removed": {"logs": 3000}, "would_go": {}}
    assert "Removed: nothing." in call("instance", "retention").err
    (old / "mainspring.yaml").write_text("retention: {runs: {purge_after_days: 1}}\n")
    captured = old / "storage" / "r" / "compute_logs"
    captured.mkdir(parents=True)
    (captured / "s.out").write_text("hello")
    found = call("instance", "retention", "--json").json
    assert found["removed"] == {"runs": 1, "run_events": 3}
    assert not (captured / "s.out").exists()
    with Instance.get() as instance:
        assert instance.get_runs_count() == 0
        assert instance.get_latest_materialization_event(events.AssetKey("a")) is not None


def test_vacuum_makes_the_file_shorter(call, old: Path) -> None:
    before = (old / "mainspring.db").stat().st_size
    found = call("instance", "vacuum", "--json").json
    after = (old / "mainspring.db").stat().st_size
    assert found == {
        "removed": {"logs": 3000},
        "bytes_before": before,
        "bytes_after": after,
        "bytes_left": 0,
    } | {"bytes_before": found["bytes_before"]}
    assert after < before / 3
    info = call("instance", "info", "--json").json["database"]
    assert (info["free_bytes"], info["journal_bytes"]) == (0, 0)


def test_a_file_that_keeps_its_room_is_told_of(call, old: Path) -> None:
    connection = sqlite3.connect(old / "mainspring.db")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA auto_vacuum = NONE")
    connection.execute("VACUUM")
    connection.close()
    answer = call("instance", "vacuum")
    assert answer.status == 0
    assert "instance vacuum --full" in answer.err
    before = (old / "mainspring.db").stat().st_size
    assert call("instance", "vacuum", "--full").status == 0
    assert (old / "mainspring.db").stat().st_size < before / 3
    assert call("instance", "info", "--json").json["database"]["gives_back"] is True


def test_without_records(call, project: Path) -> None:
    assert "Nothing is recorded yet" in call("instance", "retention").err
    assert call("instance", "vacuum").err == "Nothing is recorded yet.\n"
    assert not (project.parent / "home").exists()
