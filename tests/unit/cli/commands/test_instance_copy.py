"""``mainspring instance copy``."""

from pathlib import Path

import pytest

from mainspring.core.instance.instance import Instance
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events
from tools.postgres_server import PASSWORD, PostgresServer


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


def test_copies_from_one_database_into_another(call, filled: Path, postgres_server: PostgresServer) -> None:
    name = f"copy{postgres_server.port}"
    postgres_server.psql(f"CREATE DATABASE {name}")
    url = f"postgresql://mainspring:{PASSWORD}@127.0.0.1:{postgres_server.port}/{name}"
    answer = call("instance", "copy", "--to", url)
    assert answer.status == 0
    assert "and compared them" in answer.err
    again = call("instance", "copy", "--to", url)
    assert again.status == 2
    assert "holds records already" in again.err
    back = filled.parent / "back"
    found = call("instance", "copy", "--from", url, "--to", str(back), "--json").json
    assert (found["rows"]["events"], found["rows"]["runs"], found["mended"]) == (6, 2, 0)
    wrong = call("instance", "copy", "--to", url.replace(PASSWORD, "geheim"), "--debug")
    assert wrong.status == 2
    said = answer.err + again.err + wrong.err
    assert PASSWORD not in said
    assert "geheim" not in said
    assert call("instance", "copy", "--to", "mysql://x").status == 2
    assert "into itself" in call("instance", "copy", "--to", str(filled.parent / "home")).err
