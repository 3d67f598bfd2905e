"""P2: what a daemon was told is stored is stored once, and nothing else, when daemons are killed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.records.instigator import InstigatorState, InstigatorType
from mainspring.core.storage.sql.store import SqlStore, postgres_store, sqlite_store
from mainspring.core.storage.tick_store import TickPage

DAEMON = """
import json, sys
from pathlib import Path
from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import FencedError
from mainspring.core.partitions.dynamic import AddDynamicPartitionsRequest
from mainspring.core.records.instigator import InstigatorType
from mainspring.core.records.tick import TickData, TickStatus
from mainspring.core.storage.sql.store import postgres_store, sqlite_store
from mainspring.core.storage.tick_store import CursorMove, Submission, TickCommit
from mainspring.testing import events

kind, place, name = sys.argv[1:]
clock = SystemClock()
store = sqlite_store(Path(place), clock=clock) if kind == "sqlite" else postgres_store(json.loads(place), clock=clock)
REF = "sensor:inbox@"
asked = 0
while True:
    cursor = store.instigators.get(REF).cursor
    at = int(cursor or 0)
    tick = TickData(selector_id=REF, instigator_name="inbox", instigator_type=InstigatorType.SENSOR,
                    timestamp=float(at), status=TickStatus.STARTED)
    store.ticks.create(tick)
    asks = []
    for number in range(at, at + 3):
        asked += 1
        run = events.run(f"{name}-{asked}", tags={"file": str(number)})
        asks.append(Submission(run, f"file-{number}", [events.message(run.run_id, "asked for")]))
    done = TickData(selector_id=REF, instigator_name="inbox", instigator_type=InstigatorType.SENSOR,
                    timestamp=float(at), status=TickStatus.SUCCESS)
    keys = [AddDynamicPartitionsRequest("files", [str(n) for n in range(at, at + 3)])]
    try:
        told = store.ticks.commit(TickCommit(done, asks, CursorMove(cursor, str(at + 3)), partitions=keys))
    except FencedError:
        continue
    print(json.dumps([told.tick.tick_id, told.run_ids]), flush=True)
"""


@pytest.fixture(params=["sqlite", "postgres"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str, SqlStore]:
    """A database that other processes can open, and how."""
    if request.param == "sqlite":
        return "sqlite", str(tmp_path), sqlite_store(tmp_path, clock=SystemClock())
    place = request.getfixturevalue("postgres_server").new_schema()
    return "postgres", json.dumps(place), postgres_store(place, clock=SystemClock())


@pytest.mark.system
@pytest.mark.slow
def test_killed_daemons_keep_their_word(shared: tuple[str, str, SqlStore]) -> None:
    kind, place, store = shared
    chance = random.Random(kind)
    store.instigators.add(InstigatorState(name="inbox", instigator_type=InstigatorType.SENSOR))
    told: dict[int, list[str]] = {}
    for number in range(4):
        pair = [start(kind, place, f"d{number}-{which}") for which in "ab"]
        for one in pair:
            assert one.stdout is not None
            lines = [one.stdout.readline() for _ in range(chance.randrange(1, 40))]
            one.send_signal(signal.SIGKILL)
            lines += one.stdout.read().splitlines(keepends=True)
            one.wait()
            one.stdout.close()
            for line in lines:
                if line.endswith("\n"):  # the last one may have been cut by the kill
                    tick_id, run_ids = json.loads(line)
                    assert told.setdefault(tick_id, run_ids) == run_ids

    state = store.instigators.get("sensor:inbox@")
    assert state is not None
    files = [str(number) for number in range(int(state.cursor or 0))]
    runs = [one.dagster_run for one in store.runs.find(ascending=True)]
    assert [one.tags["file"] for one in runs] == files
    assert store.dynamic_partitions.get("files") == files
    assert {len(store.events.of_run(one.run_id)) for one in runs} == {1}
    closed = {
        one.tick_id: one.run_ids for one in store.ticks.find("sensor:inbox@", TickPage()) if one.is_completed
    }
    assert told.items() <= closed.items()
    assert sorted(run_id for run_ids in closed.values() for run_id in run_ids) == sorted(
        one.run_id for one in runs
    )
    store.close()


def start(kind: str, place: str, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", DAEMON, kind, place, name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
