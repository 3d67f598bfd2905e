"""Deterministic simulation of daemons that evaluate one sensor and one schedule, with faults at every call.

One thread; the clock, the ids and all chance come from the seed. A failing seed prints the line that
replays it:

    SIM_SEED=17 python -m pytest tests/sim -n 0 -k tick_seeds
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import FencedError, StorageBusyError
from mainspring.core.partitions.dynamic import AddDynamicPartitionsRequest
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.records.instigator import InstigatorState, InstigatorType, SensorInstigatorData
from mainspring.core.records.lease import Lease
from mainspring.core.records.run import Run
from mainspring.core.records.tick import InstigatorTick, TickData, TickStatus
from mainspring.core.storage.sql import leases, tick_commit
from mainspring.core.storage.sql.store import SqlStore, memory_store
from mainspring.core.storage.tick_store import (
    CommittedTick,
    CursorMove,
    Submission,
    TickCommit,
    TickPage,
)
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events
from mainspring.testing.faults import FAULTS, Crash
from mainspring.testing.world import simulated_world

SEEDS = [int(os.environ["SIM_SEED"])] if "SIM_SEED" in os.environ else list(range(60))
LEASE_SECONDS = 20.0
MINUTE = 60.0
INBOX = InstigatorState(name="inbox", instigator_type=InstigatorType.SENSOR)
NIGHTLY = InstigatorState(name="nightly", instigator_type=InstigatorType.SCHEDULE)


@dataclass
class World:
    ambient: Ambient
    chance: random.Random
    clock: ManualClock
    store: SqlStore
    with_lease: bool
    files: int = 0
    """How many files lie in the inbox that the sensor watches; they are numbered from 1."""
    newest_epoch: int = 0
    holders: dict[int, str] = field(default_factory=dict)
    """Who was given which epoch."""
    seen_cursor: int = 0
    promised: dict[int, InstigatorTick] = field(default_factory=dict)
    """The ticks that a daemon was told are stored."""
    minutes: set[float] = field(default_factory=set)
    """The minutes for which a tick of the schedule was committed."""


def commit(world: World, given: TickCommit) -> CommittedTick:
    """Commit a tick, unless this call is one that fails."""
    fault = world.chance.choice(FAULTS) if world.chance.random() < 0.4 else "none"
    if fault == "crash before":
        raise Crash(fault)
    if fault == "busy":
        raise StorageBusyError("The database was busy for too long: simulated.")
    if fault == "delay":
        world.clock.advance(world.chance.uniform(0.1, 90.0))
    done = world.store.ticks.commit(given)
    if given.lease is not None:
        assert given.lease.epoch == world.newest_epoch or not done.is_new, "a fenced daemon committed a tick"
    if fault == "crash after":
        raise Crash(fault)
    if fault == "duplicate":
        again = world.store.ticks.commit(given)
        assert again == (done.tick, done.run_ids, [], False), "a commit that was sent twice was done twice"
    world.promised[done.tick.tick_id] = done.tick
    return done


def daemon(world: World, name: str) -> Iterator[None]:
    """A daemon: evaluates what is due, until one of its calls ends it; each step ends with a yield."""
    lease: Lease | None = None
    while True:
        try:
            if world.with_lease:
                lease = world.store.leases.acquire("ticks", name, seconds=LEASE_SECONDS)
                world.newest_epoch = max(world.newest_epoch, lease.epoch)
                assert world.holders.setdefault(lease.epoch, name) == name, "an epoch was given twice"
            yield
            evaluate = sensor_ticks if world.chance.random() < 0.6 else schedule_ticks
            yield from evaluate(world, name, lease)
        except (FencedError, StorageBusyError):
            yield
        except Crash:
            return


def sensor_ticks(world: World, name: str, lease: Lease | None) -> Iterator[None]:
    """The sensor asks for a run of each new file, and again for the one before: it is not sure of that one."""
    state = world.store.instigators.get(INBOX.selector_id)
    assert state is not None
    cursor = int(state.cursor or 0)
    data = TickData(
        selector_id=INBOX.selector_id,
        instigator_name="inbox",
        instigator_type=InstigatorType.SENSOR,
        timestamp=world.clock.timestamp(),
        tick_key=world.ambient.ids.new(),
    )
    world.store.ticks.create(data)
    yield  # user code runs, others do too
    seen = min(world.files, cursor + world.chance.randrange(0, 4))
    yield
    new = range(cursor + 1, seen + 1)
    asks = [
        ask(world, f"inbox:{file}", str(file)) for file in (*range(max(1, cursor), cursor + 1), *new) if file
    ]
    done = TickCommit(
        ended(data, TickStatus.SUCCESS if asks else TickStatus.SKIPPED, world),
        asks,
        CursorMove(state.cursor, str(seen)),
        SensorInstigatorData(last_run_key=name),
        [AddDynamicPartitionsRequest("files", [str(file) for file in new])],
        asset_events=[events.observed("inbox", timestamp=float(file)) for file in new],
        lease=lease,
    )
    yield
    commit(world, done)


def schedule_ticks(world: World, name: str, lease: Lease | None) -> Iterator[None]:
    """The schedule asks for a run each minute; its tick is known by its minute."""
    minute = world.clock.timestamp() // MINUTE * MINUTE
    data = TickData(
        selector_id=NIGHTLY.selector_id,
        instigator_name="nightly",
        instigator_type=InstigatorType.SCHEDULE,
        timestamp=minute,
    )
    tick, _ = world.store.ticks.create(data)
    yield
    if tick.is_completed:
        return
    world.minutes.add(minute)
    asked = [ask(world, f"nightly:{minute}", f"at {minute}")]
    told = [events.materialized("nightly", timestamp=minute)]
    yield
    commit(world, TickCommit(ended(data, TickStatus.SUCCESS, world), asked, asset_events=told, lease=lease))


def ask(world: World, key: str, subject: str) -> Submission:
    run_id = world.ambient.ids.new()  # each time another one: the key has to do it
    enqueued = events.line(EventType.RUN_ENQUEUED, run_id, timestamp=world.clock.timestamp())
    return Submission(events.run(run_id, tags={"subject": subject}), key, [enqueued])


def ended(data: TickData, status: TickStatus, world: World) -> TickData:
    return TickData(
        selector_id=data.selector_id,
        instigator_name=data.instigator_name,
        instigator_type=data.instigator_type,
        timestamp=data.timestamp,
        tick_key=data.tick_key,
        status=status,
        end_timestamp=world.clock.timestamp(),
    )


def surroundings(world: World) -> Iterator[None]:
    """Files arrive, the clock is adjusted, rows are spoilt."""
    while True:
        act = world.chance.randrange(5)
        if act < 2:
            world.files += world.chance.randrange(1, 3)
        elif act == 2:
            world.clock.jump(world.chance.uniform(-300, 300))
        elif act == 3:
            with world.store.database.write() as cursor:
                cursor.execute("UPDATE instigators SET body = x'ff00'")
                cursor.execute("UPDATE ticks SET body = x'ff00' WHERE status = 'STARTED'")
        yield


def play(seed: int) -> World:
    """One world from its beginning to its end."""
    ambient = simulated_world(seed=seed)
    clock, chance = ambient.clock, ambient.random
    assert isinstance(clock, ManualClock)
    world = World(ambient, chance, clock, memory_store(clock=clock), with_lease=seed % 2 == 1)
    for state in (INBOX, NIGHTLY):
        world.store.instigators.add(state)
    actors: list[Iterator[None]] = [surroundings(world)]
    for number in range(150):
        while len(actors) < 4:
            actors.append(daemon(world, f"d{number}-{len(actors)}"))
        actor = chance.choice(actors)
        if next(actor, "done") == "done":
            actors.remove(actor)
        clock.advance(chance.uniform(0, 15))
        check(world)
    world.store.close()
    return world


def check(world: World) -> None:
    """What must hold after each step."""
    store = world.store
    state = store.instigators.get(INBOX.selector_id)
    assert state is not None
    cursor = int(state.cursor or 0)
    assert cursor >= world.seen_cursor, "the cursor went back"
    world.seen_cursor = cursor
    subjects = [one.dagster_run.tags["subject"] for one in store.runs.find(ascending=True)]
    assert len(subjects) == len(set(subjects)), "a request became two runs"
    files = {one for one in subjects if not one.startswith("at ")}
    assert files == {str(file) for file in range(1, cursor + 1)}, "the runs are not those up to the cursor"
    assert set(store.dynamic_partitions.get("files")) == files, (
        "the partitions are not those up to the cursor"
    )
    seen = store.events.of_type(EventRecordsFilter(EventType.ASSET_OBSERVATION, asset_key=AssetKey("inbox")))
    assert len(seen) == cursor, "what was seen of an asset was lost or doubled"
    minutes = [float(one[3:]) for one in subjects if one.startswith("at ")]
    made = store.events.of_type(
        EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=AssetKey("nightly"))
    )
    assert sorted(one.timestamp for one in made) == sorted(minutes), (  # type: ignore[union-attr]
        "what was seen of an asset was lost or doubled"
    )
    queued = store.events.of_type(EventRecordsFilter(EventType.RUN_ENQUEUED))
    assert len(queued) == len(subjects), "a run was enqueued twice or not at all"
    stored = {one.tick_id: one for ref in (INBOX, NIGHTLY) for one in every_tick(store, ref)}
    for tick_id, tick in world.promised.items():
        assert stored.get(tick_id) == tick, "a tick that was told as stored is another one now"
    closed = {one.timestamp for one in every_tick(store, NIGHTLY) if one.is_completed}
    assert closed == set(minutes), "a minute has a closed tick and no run, or the other way round"


def every_tick(store: SqlStore, of: InstigatorState) -> list[InstigatorTick]:
    return store.ticks.find(of.selector_id, TickPage())


@pytest.mark.parametrize("seed", SEEDS)
def test_tick_seeds(seed: int) -> None:
    try:
        play(seed)
    except AssertionError as error:
        pytest.fail(f"{error}\nreplay: SIM_SEED={seed} python -m pytest tests/sim -n 0 -k tick_seeds")


def test_the_seeds_reach_something() -> None:
    """A simulation in which nothing happens finds nothing."""
    worlds = [play(seed) for seed in range(6)]
    assert sum(world.seen_cursor for world in worlds) > 30
    assert sum(len(world.minutes) for world in worlds) > 30
    assert max(world.newest_epoch for world in worlds) > 3


def found(seeds: int = 60) -> str | None:
    """What the simulator says of the first seed that fails."""
    for seed in range(seeds):
        try:
            play(seed)
        except AssertionError as error:
            return str(error)
    return None


def test_it_notices_a_cursor_that_anybody_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tick_commit._move_on

    def blind(cursor: object, given: TickCommit, now: float) -> None:
        (holds,) = tick_commit.cursor_of(cursor, given.tick.selector_id) or (None,)  # type: ignore[arg-type]
        move = None if given.cursor is None else given.cursor._replace(was=holds)
        real(cursor, given._replace(cursor=move), now)  # type: ignore[arg-type]

    monkeypatch.setattr(tick_commit, "_move_on", blind)
    assert found() is not None


def test_it_notices_requests_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tick_commit.insert_runs

    def keyless(cursor: object, runs: list[tuple[Run, str]], now: float) -> int:
        return real(cursor, [(run, None) for run, _ in runs], now)  # type: ignore[arg-type]

    monkeypatch.setattr(tick_commit, "insert_runs", keyless)
    assert "a request became two runs" in str(found())


def test_it_notices_ticks_that_are_closed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tick_commit.tick_of_key

    def open_again(*given: object) -> InstigatorTick | None:
        tick = real(*given)  # type: ignore[arg-type]
        return None if tick is None else tick.with_status(TickStatus.STARTED)

    monkeypatch.setattr(tick_commit, "tick_of_key", open_again)
    assert found() is not None


def test_it_notices_a_lease_that_fences_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick_commit, "require_held", lambda *_: None)
    assert "a fenced daemon committed a tick" in str(found())


def test_it_notices_a_lease_whose_epoch_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    same = leases._ACQUIRE.replace("leases.epoch + CASE", "leases.epoch + 0 * CASE")
    monkeypatch.setattr(leases, "_ACQUIRE", same)
    assert "an epoch was given twice" in str(found())
