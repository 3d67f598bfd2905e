"""Four processes of five threads each want the same ticks, leases and slots at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.records.instigator import InstigatorState, InstigatorType
from mainspring.core.storage.sql.store import SqlStore, postgres_store, sqlite_store
from mainspring.core.storage.tick_store import TickPage
from mainspring.testing import events

PROCESSES, THREADS, KEYS, SLOTS = 4, 5, 40, 3

WORKER = """
import json, sys, threading, time
from pathlib import Path
from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import FencedError
from mainspring.core.records.instigator import InstigatorType
from mainspring.core.records.tick import TickData, TickStatus
from mainspring.core.storage.tick_store import CursorMove, Submission, TickCommit
from mainspring.core.storage.sql.store import postgres_store, sqlite_store
from mainspring.testing import events

kind, place, name, threads, keys = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
clock = SystemClock()
store = sqlite_store(Path(place), clock=clock) if kind == "sqlite" else postgres_store(json.loads(place), clock=clock)
told, failed = [], []
REF = "sensor:inbox@"


def tick(number, status):
    return TickData(selector_id=REF, instigator_name="inbox", instigator_type=InstigatorType.SENSOR,
                    timestamp=float(number), status=status)


def race(me):
    for number in range(keys):
        if store.ticks.create(tick(number, TickStatus.STARTED))[1]:
            told.append(["tick", number])
        asks = [Submission(events.run(f"run-{number}-{me}"), f"key-{number}")]
        move = CursorMove(None if number == 0 else str(number - 1), str(number))
        try:
            done = store.ticks.commit(TickCommit(tick(number, TickStatus.SUCCESS), asks, move))
        except FencedError:
            told.append(["refused", number])
        else:
            told.extend(["run", number] for _ in done.new_run_ids)
            told.append(["asked", [number, done.run_ids[0]]])
    for number in range(keys):
        try:
            lease = store.leases.acquire("l", me, seconds=30)
        except FencedError:
            continue
        began = time.monotonic()
        ended = time.monotonic()
        assert store.leases.release(lease)
        told.append(["lease", [lease.epoch, began, ended]])
    for number in range(4):
        step = f"{me}-{number}"
        deadline = time.monotonic() + 60
        while not store.pools.claim("p", "r", step, priority=number % 2).is_claimed:
            assert time.monotonic() < deadline
            time.sleep(0.002)
        began = time.monotonic()
        assert store.pools.info(["p"])["p"].active_slot_count <= 3
        ended = time.monotonic()
        store.pools.free_step("r", step)
        told.append(["slot", [began, ended]])


def guarded(me):
    try:
        race(me)
    except BaseException as error:
        failed.append(repr(error))


sys.stdin.readline()  # all start at once
crew = [threading.Thread(target=guarded, args=(f"{name}-{n}",)) for n in range(threads)]
[one.start() for one in crew]
[one.join() for one in crew]
store.close()
print(json.dumps([told, failed]))
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
def test_each_is_won_once(shared: tuple[str, str, SqlStore]) -> None:
    kind, place, store = shared
    store.instigators.add(InstigatorState(name="inbox", instigator_type=InstigatorType.SENSOR))
    store.runs.create(events.run("r"))
    store.pools.set_limit("p", SLOTS)
    told = raced(kind, place)

    assert Counter(one for word, one in told if word == "tick") == dict.fromkeys(range(KEYS), 1)
    assert Counter(one for word, one in told if word == "run") == dict.fromkeys(range(KEYS), 1)
    asked = {(number, run_id) for number, run_id in words(told, "asked")}
    assert len(asked) == KEYS  # whoever asked was told the one run
    assert words(told, "refused") == []
    assert len(store.runs.find()) == KEYS + 1
    state = store.instigators.get("sensor:inbox@")
    assert state is not None
    assert state.cursor == str(KEYS - 1)
    assert len(store.ticks.find("sensor:inbox@", TickPage())) == KEYS

    leases = words(told, "lease")
    assert leases
    assert sorted(epoch for epoch, _, _ in leases) == list(range(1, len(leases) + 1))
    assert most_at_once([(began, ended) for _, began, ended in leases]) == 1
    slots = words(told, "slot")
    assert len(slots) == PROCESSES * THREADS * 4
    assert most_at_once(slots) <= SLOTS
    assert store.pools.info(["p"])["p"].claimed_slots == []
    store.close()


def words(told: list[list[object]], word: str) -> list[list[float]]:
    return [one for kind, one in told if kind == word]  # type: ignore[misc]


def raced(kind: str, place: str) -> list[list[object]]:
    """All that the processes tell."""
    command = [sys.executable, "-c", WORKER, kind, place]
    crew = [
        subprocess.Popen(
            [*command, f"w{n}", str(THREADS), str(KEYS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(PROCESSES)
    ]
    for one in crew:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    told: list[list[object]] = []
    for one in crew:
        answer, _ = one.communicate(timeout=100)
        said, failed = json.loads(answer)
        assert failed == []
        told.extend(said)
    return told


def most_at_once(spans: list[tuple[float, float]] | list[list[float]]) -> int:
    """How many of these spans of time overlap at most."""
    edges = sorted([(began, 1) for began, _ in spans] + [(ended, -1) for _, ended in spans])
    most = now = 0
    for _, change in edges:
        now += change
        most = max(most, now)
    return most
