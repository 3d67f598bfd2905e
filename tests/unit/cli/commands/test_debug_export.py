"""``mainspring debug export`` and ``import``, and runs that an ephemeral instance is given."""

import stat
from pathlib import Path

import pytest

from mainspring.core.instance.debug_files import debug_runs_in
from mainspring.core.instance.debug_runs import debug_run
from mainspring.core.instance.instance import Instance
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events


@pytest.fixture
def filled(project: Path) -> Path:
    with Instance.get() as instance:
        for run_id in ("run-a", "run-b"):
            instance.store.runs.create(events.run(run_id, tags={"team": "x"}))
            lines = [
                events.line(EventType.RUN_START, run_id, timestamp=1),
                events.materialized("orders", run_id, timestamp=2),
                events.line(EventType.RUN_SUCCESS, run_id, timestamp=3),
            ]
            instance.store.events.append([Sequenced(0, None, one) for one in lines])
    return project


def test_runs_go_into_a_file_and_into_another_home(
    call, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = filled / "r.jsonl.gz"
    answer = call("debug", "export", "run-b", "-o", str(file), "--json")
    assert answer.json == {"file": str(file), "rows": 5}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.setenv("MAINSPRING_HOME", str(filled.parent / "other"))
    assert call("debug", "import", str(file), "--json").json == {"rows": 5, "runs": ["run-b"], "skipped": []}
    answer = call("debug", "import", str(file))
    assert (answer.status, answer.out) == (2, "")
    assert "run-b is there already" in answer.err
    assert "1 run left out" in call("debug", "import", str(file), "--skip-existing").err
    assert [one["run_id"] for one in call("run", "list", "--json").json] == ["run-b"]


def test_runs_are_named_by_their_beginning(call, filled: Path) -> None:
    file = str(filled / "r.gz")
    assert "Several runs begin with run-" in call("debug", "export", "run-", "-o", file).err
    assert "There is no run nobody" in call("debug", "export", "nobody", "-o", file).err
    assert call("debug", "export", "-o", file).status == 2
    assert call("debug", "export", "run-a", "--all", "-o", file).status == 2
    assert not Path(file).exists()
    assert call("debug", "export", "run-a", "-o", str(filled / "no" / "r.gz")).status == 2


def test_an_ephemeral_instance_knows_the_runs_of_a_file(call, filled: Path) -> None:
    file = filled / "r.gz"
    call("debug", "export", "run-a", "run-b", "-o", str(file))
    payloads = debug_runs_in(file)
    with Instance.get() as instance:
        assert payloads == [debug_run(instance, run_id) for run_id in ("run-a", "run-b")]
        expected = [instance.get_run_by_id("run-a"), instance.all_logs("run-a")]
    with Instance.ephemeral(preload=payloads) as instance:
        assert [instance.get_run_by_id("run-a"), instance.all_logs("run-a")] == expected
        assert instance.has_asset_key(events.AssetKey("orders"))
