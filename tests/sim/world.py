"""The simulated world: workers, people and helpers at one store, in one thread, with faults at every call.

The clock, the ids and all chance come from the seed. Actors are generators; each step ends with a yield. What the
world knows to be true is kept beside the store, and ``check`` compares.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import (
    FencedError,
    InvariantViolationError,
    RunNotFoundError,
    StorageAwayError,
    StorageBusyError,
)
from mainspring.core.records.event import EventLogEntry, EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.records.run import FINISHED, RunStatus
from mainspring.core.storage.sink import DirectSink, Pace
from mainspring.core.storage.sql.store import SqlStore, memory_store
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events
from mainspring.testing.faults import Crash, FaultyDatabase, FaultyEvents
from mainspring.testing.world import simulated_world
from tools.torture.check import wrong

LEASE = 30.0
ASSETS = ("a", "b", "c")
PARTITIONS = (None, "p", "q")
RUNS = ("r1", "r2", "r3", "r4")
POOL, SLOTS = "pool", 2
STEPS = 80
CHECK_EACH = 8

LOST = (Crash, StorageAwayError, StorageBusyError)
"""What a call may end with that nobody is to blame for."""

T = TypeVar("T")


@dataclass
class World:
    """``store`` is the one whose calls fail, ``truth`` the same without faults."""

    chance: random.Random
    clock: ManualClock
    truth: SqlStore
    store: SqlStore
    acknowledged: dict[int, EventLogEntry] = field(default_factory=dict)
    ended: dict[str, RunStatus] = field(default_factory=dict)
    spoiled: set[int] = field(default_factory=set)
    newest_epoch: dict[str, int] = field(default_factory=dict)
    leases: dict[str, tuple[str, float]] = field(default_factory=dict)
    made: dict[str, dict[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    texts: dict[str, set[str]] = field(default_factory=dict)

    def until_done(self, act: Callable[[], T]) -> Iterator[None]:
        """Ask until the store says that it is done, as a patient caller whose process may end does."""
        while True:
            try:
                act()
            except (StorageAwayError, StorageBusyError):
                self.clock.advance(1.0)
                yield
            except Crash:
                yield  # its next process does the same again
            else:
                return


def work(world: World, run_id: str, name: str) -> Iterator[None]:
    """A worker: claims the run, tells its events, asks for a slot, crashes when a call does."""
    try:
        epoch = _claim(world, run_id, name)
    except (FencedError, InvariantViolationError, RunNotFoundError, *LOST):
        return
    yield

    def stored(told: list[tuple[int, EventLogEntry]]) -> None:
        for storage_id, entry in told:
            world.acknowledged[storage_id] = entry
            assert epoch == world.newest_epoch[run_id], "a fenced worker's event was stored"

    faulty = FaultyEvents(world.store.events, world.chance, wait=world.clock.advance, rate=0.15)
    sink = DirectSink(
        faulty,
        run_id,
        epoch,
        clock=world.clock,
        pace=Pace(interval=None, batch=3),
        on_stored=stored,  # type: ignore[arg-type]
    )
    try:
        for entry in script(world, run_id, name):
            sink.append(entry)
            if world.chance.random() < 0.4:
                sink.flush()
            if world.chance.random() < 0.1:
                world.store.pools.claim(POOL, run_id, name, epoch=epoch)
            if world.chance.random() < 0.1:
                world.store.runs.extend(run_id, epoch, lease_seconds=LEASE)
                world.leases[run_id] = (name, world.clock.timestamp() + LEASE)
            yield
        sink.close()
    except (FencedError, *LOST):
        return


def _claim(world: World, run_id: str, name: str) -> int:
    holder, until = world.leases.get(run_id, ("", 0.0))
    epoch = world.store.runs.claim(run_id, holder=name, lease_seconds=LEASE)
    now = world.clock.timestamp()
    assert holder in ("", name) or until <= now, "a run was taken from a holder whose lease held"
    assert epoch > world.newest_epoch.get(run_id, 0), "an epoch was given twice"
    world.newest_epoch[run_id] = epoch
    world.leases[run_id] = (name, now + LEASE)
    return epoch


def script(world: World, run_id: str, name: str) -> Iterator[EventLogEntry]:
    """What a worker has to tell: a start, steps, assets with their partitions, an end."""
    time, chance = world.clock.timestamp, world.chance
    yield events.line(EventType.RUN_START, run_id, timestamp=time())
    for number in range(chance.randrange(1, 6)):
        key, partition = chance.choice(ASSETS), chance.choice(PARTITIONS)
        yield events.line(EventType.STEP_START, run_id, step_key=key, timestamp=time())
        if chance.random() < 0.8:
            yield events.planned(key, run_id, partition=partition, timestamp=time())
        kind = chance.choice([events.materialized, events.observed, events.failed, events.check_evaluated])
        if kind is events.check_evaluated:
            if chance.random() < 0.5:
                yield events.check_planned(key, "c", run_id, timestamp=time())
            yield events.check_evaluated(key, "c", run_id, timestamp=time())
        elif chance.random() < 0.8:
            yield kind(key, run_id, partition=partition, timestamp=time())
        yield events.message(run_id, f"{name} {number}", timestamp=time())
        ending = chance.choice([EventType.STEP_SUCCESS, EventType.STEP_FAILURE, EventType.STEP_UP_FOR_RETRY])
        yield events.line(ending, run_id, step_key=key, timestamp=time())
    kinds = [EventType.RUN_SUCCESS, EventType.RUN_FAILURE, EventType.RUN_CANCELED]
    yield events.line(chance.choice(kinds), run_id, timestamp=time())


def operate(world: World) -> Iterator[None]:
    """People: wipe, take wipes back, report what they saw, end runs from outside."""
    assets, chance = world.store.assets, world.chance
    while True:
        act, time = chance.randrange(7), world.clock.timestamp()
        key = AssetKey(chance.choice(ASSETS))
        if act == 0:
            yield from world.until_done(partial(assets.wipe, [key], timestamp=time))
        elif act in (1, 2):
            parts = [chance.choice(["p", "q"])]
            yield from world.until_done(partial(assets.wipe_partitions, key, parts, timestamp=time))
        elif act == 3:
            wipes = [one.id for one in world.truth.assets.wipes(key, now=time) if one.can_be_undone]
            if wipes:
                yield from _undo(world, [chance.choice(wipes)], time)
        elif act == 4:
            yield from _report(world, events.materialized(key.path[0], partition="p", timestamp=time))
        elif act == 5 and chance.random() < 0.5:
            ended = events.line(EventType.RUN_CANCELED, chance.choice(RUNS), timestamp=time)
            yield from _report(world, ended)
        yield


def _undo(world: World, wipes: list[int], time: float) -> Iterator[None]:
    try:
        yield from world.until_done(lambda: world.store.assets.undo_wipes(wipes, now=time))
    except InvariantViolationError:
        return  # done before, by a call whose answer was lost


def _report(world: World, entry: EventLogEntry) -> Iterator[None]:
    try:
        (storage_id,) = world.store.events.append([Sequenced(0, None, entry)])
    except LOST:
        return
    world.acknowledged[storage_id] = entry
    yield


def manage(world: World) -> Iterator[None]:
    """Makes runs, tags them, removes some; keeps texts and partitions. Each is asked for until it is done."""
    number = 0
    while True:
        number += 1
        run_id, tags = f"made{number}", {"n": str(number)}
        yield from _make(world, run_id, tags)
        if world.chance.random() < 0.5:
            changed = {"n": "0", "more": "tags"}
            world.made[run_id] = {}
            yield from world.until_done(partial(world.store.runs.add_tags, run_id, changed))
            world.made[run_id] = changed
        yield from _report(world, events.materialized("a", run_id, partition="q"))
        value = str(number)
        world.texts["key"] = world.texts.get("key", set()) | {value}
        yield from world.until_done(partial(world.store.kv.set, {"key": value}))
        world.texts["key"] = {value}
        if world.chance.random() < 0.5:
            del world.made[run_id]
            yield from world.until_done(partial(world.store.runs.delete, run_id))
            world.gone.add(run_id)
        yield


def _make(world: World, run_id: str, tags: dict[str, str]) -> Iterator[None]:
    # it may have been made before, by a call whose answer was lost
    with suppress(InvariantViolationError):
        yield from world.until_done(partial(world.store.runs.create, events.run(run_id, tags=tags)))
    world.made[run_id] = tags


def decay(world: World) -> Iterator[None]:
    """Rows go bad, and the database's clock is set to another time."""
    while True:
        act = world.chance.randrange(4)
        if act == 0 and world.acknowledged:
            bad = world.chance.choice(sorted(world.acknowledged))
            with world.truth.database.write() as cursor:
                cursor.execute("UPDATE events SET body = x'ff00' WHERE id = ? AND event_type IS NULL", (bad,))
            world.spoiled.add(bad)
        elif act == 1:
            world.clock.jump(world.chance.uniform(-3600, 3600))
            world.leases.clear()  # by the new time nobody knows which of them hold
        yield


def play(seed: int, *, prepare: Callable[[SqlStore], None] = lambda _: None) -> World:
    """One world from its beginning to its end. Raises ``AssertionError`` for what must not be."""
    ambient = simulated_world(seed=seed)
    clock = ambient.clock
    assert isinstance(clock, ManualClock)
    truth = memory_store(clock=clock)
    prepare(truth)
    faulty = FaultyDatabase(truth.database, ambient.random, wait=clock.advance, rate=0.12)
    world = World(ambient.random, clock, truth, SqlStore(faulty))
    for run_id in RUNS:
        truth.runs.create(events.run(run_id))
    truth.pools.set_limit(POOL, SLOTS)
    actors: list[Iterator[None]] = [operate(world), manage(world), decay(world)]
    for number in range(STEPS):
        if len(actors) < 8:
            actors.append(work(world, world.chance.choice(RUNS), f"w{number}"))
        actor = world.chance.choice(actors)
        if next(actor, "done") == "done":
            actors.remove(actor)
        clock.advance(world.chance.uniform(0, 10))
        if number % CHECK_EACH == 0:
            check(world)
    check(world)
    truth.close()
    return world


def check(world: World) -> None:
    """What must hold whenever nobody is in the middle of a call."""
    with world.truth.database.read() as cursor:
        found = list(wrong(cursor))
        cursor.execute("SELECT COUNT(*) FROM pool_claims WHERE assign_time IS NOT NULL")
        given = cursor.fetchone()[0]
    assert not found, found[0]
    assert given <= SLOTS, f"{given} steps run in a pool of {SLOTS}"
    _check_events(world)
    _check_runs(world)
    _check_sight(world)
    for key, values in world.texts.items():
        found_text = world.truth.kv.get([key]).get(key)
        assert found_text in values or (found_text is None and len(values) == 1), "a text is lost"


def _check_events(world: World) -> None:
    run_ids = {entry.run_id for entry in world.acknowledged.values()} - world.gone
    rows = {row.storage_id: row for run_id in run_ids for row in world.truth.events.of_run(run_id)}
    for storage_id, entry in world.acknowledged.items():
        if entry.run_id in world.gone or (entry.run_id.startswith("made") and entry.run_id not in world.made):
            continue
        row = rows.get(storage_id)
        assert row is not None, "an acknowledged event is gone"
        if isinstance(row, EventLogRecord):
            assert row.event_log_entry == entry
        else:
            assert storage_id in world.spoiled


def _check_runs(world: World) -> None:
    kept = {one.dagster_run.run_id: one.dagster_run for one in world.truth.runs.find()}
    for run_id in RUNS:
        status = kept[run_id].status
        if status in FINISHED:
            assert world.ended.setdefault(run_id, status) is status, "a final state was not final"
    for run_id, tags in world.made.items():
        assert run_id in kept, "a run that was made is gone"
        assert tags.items() <= kept[run_id].tags.items(), "a tag is lost"
    assert not world.gone & kept.keys(), "a run that was removed is there"


def _check_sight(world: World) -> None:
    """The lists of events show what the state says, and nothing that a wipe put out of sight."""
    for name in ASSETS:
        key = AssetKey(name)
        listed = world.truth.events.of_type(
            EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=key)
        )
        latest = world.truth.assets.latest_materializations([key]).get(key)
        assert (latest and latest.storage_id) == (listed[0].storage_id if listed else None), (
            f"the newest materialization of {name} is not the one that the list shows first"
        )
