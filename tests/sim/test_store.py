"""Deterministic simulation of workers that write to one store, with faults at every call.

One thread; the clock, the ids and all chance come from the seed. A failing seed prints the line that
replays it:

    SIM_SEED=17 python -m pytest tests/sim -n 0 -k seeds
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import FencedError, InvariantViolationError
from mainspring.core.records.event import EventLogEntry, EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import FINISHED, RunStatus
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sink import DirectSink
from mainspring.core.storage.sql import append, replay, runs
from mainspring.core.storage.sql.store import SqlStore, memory_store
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events
from mainspring.testing.faults import Crash, FaultyEvents
from mainspring.testing.world import simulated_world

LEASE = 30.0
ASSETS = ("a", "b", "c")
RUNS = ("r1", "r2", "r3")
SEEDS = [int(os.environ["SIM_SEED"])] if "SIM_SEED" in os.environ else list(range(80))


@dataclass
class World:
    seed: int
    chance: random.Random
    clock: ManualClock
    store: SqlStore
    acknowledged: dict[int, EventLogEntry] = field(default_factory=dict)
    sent: dict[tuple[str, int, int], int] = field(default_factory=dict)
    ended: dict[str, RunStatus] = field(default_factory=dict)
    spoiled: set[int] = field(default_factory=set)
    newest_epoch: dict[str, int] = field(default_factory=dict)
    unstarted: dict[str, int] = field(default_factory=dict)


def work(world: World, run_id: str, name: str) -> Iterator[None]:
    """A worker: claims the run, tells its events, crashes when the store call does; each step ends with a
    yield.
    """
    try:
        epoch = world.store.runs.claim(run_id, holder=name, lease_seconds=LEASE)
    except (FencedError, InvariantViolationError):
        return
    assert epoch > world.newest_epoch.get(run_id, 0), "an epoch was given twice"
    world.newest_epoch[run_id] = epoch
    yield

    def stored(told: object) -> None:
        for storage_id, entry in told:  # type: ignore[attr-defined]
            world.acknowledged[storage_id] = entry
            assert epoch == world.newest_epoch[run_id], "a fenced worker's event was stored"

    faulty = FaultyEvents(world.store.events, world.chance, wait=world.clock.advance)
    sink = DirectSink(faulty, run_id, epoch, clock=world.clock, interval=None, batch=3, on_stored=stored)
    try:
        for entry in script(world, run_id, name):
            sink.append(entry)
            if world.chance.random() < 0.4:
                sink.flush()
            yield
        sink.close()
    except (Crash, FencedError):
        return


def script(world: World, run_id: str, name: str) -> Iterator[EventLogEntry]:
    """What a worker has to tell: a start, assets with their partitions, an end."""
    time = world.clock.timestamp
    yield events.line(EventType.RUN_START, run_id, timestamp=time())
    for number in range(world.chance.randrange(1, 6)):
        key, partition = world.chance.choice(ASSETS), world.chance.choice([None, "p", "q"])
        yield events.planned(key, run_id, partition=partition, timestamp=time())
        kind = world.chance.choice(
            [events.materialized, events.observed, events.failed, events.check_evaluated]
        )
        if kind is events.check_evaluated:
            yield events.check_evaluated(key, "c", run_id, timestamp=time())
        else:
            yield kind(key, run_id, partition=partition, timestamp=time())
        yield events.message(run_id, f"{name} {number}", timestamp=time())
    kinds = [EventType.RUN_SUCCESS, EventType.RUN_FAILURE, EventType.RUN_CANCELED]
    yield events.line(world.chance.choice(kinds), run_id, timestamp=time())


def operate(world: World) -> Iterator[None]:
    """An operator: wipes assets and partitions, spoils a row now and then, ends runs from outside."""
    while True:
        act = world.chance.randrange(6)
        key = AssetKey(world.chance.choice(ASSETS))
        if act == 0:
            world.store.assets.wipe([key], timestamp=world.clock.timestamp())
        elif act == 1:
            world.store.assets.wipe_partitions(key, ["p"], timestamp=world.clock.timestamp())
        elif act == 2 and world.acknowledged:
            bad = world.chance.choice(sorted(world.acknowledged))
            with world.store.database.write() as cursor:
                cursor.execute(
                    "UPDATE events SET body = x'ff00' WHERE id = ? AND event_type = 'STEP_START'", (bad,)
                )
                cursor.execute("UPDATE events SET body = x'ff00' WHERE id = ? AND event_type IS NULL", (bad,))
            world.spoiled.add(bad)
        elif act == 3:
            world.clock.jump(world.chance.uniform(-3600, 3600))
        yield


def play(seed: int) -> World:
    """One world from its beginning to its end."""
    ambient = simulated_world(seed=seed)
    clock = ambient.clock
    assert isinstance(clock, ManualClock)
    world = World(seed, ambient.random, clock, memory_store(clock=clock))
    for run_id in RUNS:
        world.store.runs.create(events.run(run_id))
    actors: list[Iterator[None]] = [operate(world)]
    for number in range(60):
        if len(actors) < 5:
            actors.append(work(world, world.chance.choice(RUNS), f"w{number}"))
        actor = world.chance.choice(actors)
        if next(actor, "done") == "done":
            actors.remove(actor)
        clock.advance(world.chance.uniform(0, 20))
        check(world)
    world.store.close()
    return world


def check(world: World) -> None:
    """What must hold after each step."""
    store = world.store
    with store.database.read() as cursor:
        cursor.execute(
            "SELECT run_id, epoch, seq, COUNT(*) FROM events WHERE seq IS NOT NULL GROUP BY 1, 2, 3"
            " HAVING COUNT(*) > 1"
        )
        assert cursor.fetchall() == [], "an event was stored twice"
        for name in ASSETS:
            key = stored_key(AssetKey(name))
            assert plain(replay.stored(cursor, key)) == plain(replay.replayed(cursor, key)), (
                f"{name} is not what the log says"
            )
    rows = {row.storage_id: row for run_id in RUNS for row in store.events.of_run(run_id)}
    for storage_id, entry in world.acknowledged.items():
        row = rows.get(storage_id)
        assert row is not None, "an acknowledged event is gone"
        if isinstance(row, EventLogRecord):
            assert row.event_log_entry == entry
        else:
            assert storage_id in world.spoiled
    for run_id in RUNS:
        record = store.runs.get(run_id)
        assert record is not None
        status = record.dagster_run.status
        if status in FINISHED:
            assert world.ended.setdefault(run_id, status) is status, "a final state was not final"


def plain(state: replay.AssetState) -> object:
    def said(one: object) -> dict[str, object]:
        return {
            name: getattr(one, name)
            for name in one.__dataclass_fields__
            if getattr(one, name) not in (None, False)
        }  # type: ignore[attr-defined]

    return (
        said(state.asset),
        {k: said(v) for k, v in state.partitions.items() if said(v)},
        [said(c) for c in state.checks],
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_seeds(seed: int) -> None:
    try:
        play(seed)
    except AssertionError as error:
        pytest.fail(f"{error}\nreplay: SIM_SEED={seed} python -m pytest tests/sim -n 0 -k seeds")


def test_a_seed_plays_the_same_each_time() -> None:
    assert play(3).acknowledged == play(3).acknowledged


def found(seeds: int = 80) -> str | None:
    """What the simulator says of the first seed that fails."""
    for seed in range(seeds):
        try:
            play(seed)
        except AssertionError as error:
            return str(error)
    return None


def test_it_notices_a_store_without_fencing(monkeypatch: pytest.MonkeyPatch) -> None:
    unfenced = append._run_states

    def blind(cursor: object, batch: list[object]) -> object:
        return unfenced(cursor, [one._replace(epoch=10**9) for one in batch])  # type: ignore[attr-defined, arg-type]

    monkeypatch.setattr(append, "_run_states", blind)
    assert "fenced worker" in str(found())


def test_it_notices_a_store_that_forgets_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(append, "_sent_before", lambda *_: {})
    real = memory_store

    def without_index(**given: object) -> SqlStore:
        store = real(**given)  # type: ignore[arg-type]
        with store.database.write() as cursor:
            cursor.execute("DROP INDEX events_sent_once")
        return store

    monkeypatch.setitem(globals(), "memory_store", without_index)
    assert "stored twice" in str(found())


def test_it_notices_final_states_that_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from mainspring.core.storage import derive

    everything = {
        kind: (to, frozenset(status.value for status in RunStatus)) for kind, (to, _) in derive._NEXT.items()
    }
    monkeypatch.setattr(derive, "_NEXT", everything)
    monkeypatch.setattr(derive, "FINAL", frozenset[str]())
    monkeypatch.setattr(runs, "FINAL", frozenset[str]())
    assert found() is not None


def test_it_notices_a_wipe_that_leaves_something(monkeypatch: pytest.MonkeyPatch) -> None:
    from mainspring.core.storage.sql import apply

    monkeypatch.setattr(
        apply, "_WIPE_PARTITIONS", "DELETE FROM asset_partitions WHERE asset_key = ? AND 1 = 0"
    )
    assert "not what the log says" in str(found())
