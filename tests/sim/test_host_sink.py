"""Deterministic simulation of a host that writes for several workers: its database goes away and comes back, the
host crashes and starts again, answers are lost, batches come twice, runs are taken over.

One thread; the clock and all chance come from the seed. A failing seed prints the line that replays it:

    SIM_SEED=17 python -m pytest tests/sim/test_host_sink.py -n 0 -k seeds
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import FencedError
from mainspring.core.records.event import EventLogRecord
from mainspring.core.storage.sink import segment
from mainspring.core.storage.sink.committer import Committer
from mainspring.core.storage.sink.request import Request
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.sql.store import SqlStore, memory_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events
from mainspring.testing.faults import Crash, FaultyEvents, UnsteadyEvents
from mainspring.testing.world import simulated_world

RUNS = ("r1", "r2", "r3", "r4")
SEEDS = [int(os.environ["SIM_SEED"])] if "SIM_SEED" in os.environ else list(range(80))
STEPS = 150

Place = tuple[str, int, int]
"""Run, epoch and number of an event."""


@dataclass
class Host:
    """A host process: what it holds in memory is gone when it crashes."""

    spool: Spool
    committer: Committer
    queue: list[Request] = field(default_factory=list)


@dataclass
class World:
    seed: int
    folder: Path
    chance: random.Random
    clock: ManualClock
    store: SqlStore
    unsteady: UnsteadyEvents
    faulty: FaultyEvents
    host: Host | None = None
    acknowledged: dict[Place, int] = field(default_factory=dict)
    said: dict[Place, str] = field(default_factory=dict)
    newest_epoch: dict[str, int] = field(default_factory=dict)
    crashes: int = 0


def acknowledge(world: World, sent: Sequence[Sequenced], ids: Sequence[int]) -> None:
    for one, storage_id in zip(sent, ids, strict=True):
        assert one.seq is not None
        world.acknowledged[one.entry.run_id, one.epoch, one.seq] = storage_id


def work(world: World, run_id: str, name: str) -> Iterator[None]:
    """A worker: claims the run, sends its batches one after the other, each until it is answered."""
    epoch = world.store.runs.claim(run_id, holder=name)
    world.newest_epoch[run_id] = epoch
    seq = 1
    for _ in range(world.chance.randrange(1, 9)):
        batch = [
            Sequenced(epoch, seq + i, events.message(run_id, f"{name}:{seq + i}"))
            for i in range(world.chance.randrange(1, 5))
        ]
        for one in batch:
            assert one.seq is not None
            world.said[run_id, epoch, one.seq] = one.entry.user_message
        asked: list[Request] = []
        host: Host | None = None
        while not any(one.answer.done() for one in asked):
            if world.host is not None and (host is not world.host or world.chance.random() < 0.1):
                host = world.host  # sent for the first time, to a new process, or once more
                asked.append(Request(batch))
                host.queue.append(asked[-1])
            yield
        answer = next(one.answer for one in asked if one.answer.done())
        try:
            placed = answer.result()
        except FencedError:
            assert epoch < world.newest_epoch[run_id], "a worker was refused whose run was not taken over"
            return
        acknowledge(world, batch, [storage_id for storage_id, _ in placed])
        seq += len(batch)


def serve(world: World) -> Iterator[None]:
    """The host: takes what is there, empties the spool, crashes and starts again."""
    while True:
        yield
        if world.host is None:
            world.host = started(world)
            continue
        host = world.host
        try:
            if world.chance.random() < 0.5:
                count = world.chance.randrange(1, 6)
                group, host.queue = host.queue[:count], host.queue[count:]
                host.queue = host.committer.take(group) + host.queue
            else:
                host.committer.drain()
            if world.chance.random() < 0.03:
                raise Crash("between two calls")
        except Crash:
            world.crashes += 1
            world.host = None
            killed(world, host)


def started(world: World) -> Host:
    spool = Spool(world.folder, segment_bytes=400, limit=3000, sync=lambda handle: None)
    return Host(spool, Committer(world.faulty, spool))


def killed(world: World, host: Host) -> None:
    """The process is gone; the last write may have been cut."""
    os.close(host.spool._held)
    if host.spool._open is not None:
        os.close(host.spool._open)
    files = sorted(world.folder.glob("*.spool"))
    if files and world.chance.random() < 0.5:
        place = files[-1].stat().st_size
        whole = segment.frame(b"a record that was never acknowledged", place)
        with files[-1].open("ab") as file:
            file.write(whole[: world.chance.randrange(len(whole))])


def change(world: World) -> Iterator[None]:
    """The database server goes and comes back, with its last answer lost or not."""
    while True:
        for _ in range(world.chance.randrange(5, 40)):
            yield
        world.unsteady.is_away = not world.unsteady.is_away
        world.unsteady.commits_first = False
        if world.chance.random() < 0.3:
            world.unsteady.calls_away, world.unsteady.commits_first = 1, not world.unsteady.is_away


def play(seed: int, folder: Path) -> World:
    """One world from its beginning to its end."""
    ambient = simulated_world(seed=seed)
    clock = ambient.clock
    assert isinstance(clock, ManualClock)
    store = memory_store(clock=clock)
    unsteady = UnsteadyEvents(store.events)
    faulty = FaultyEvents(unsteady, ambient.random, wait=clock.advance, rate=0.15)
    world = World(seed, folder, ambient.random, clock, store, unsteady, faulty)
    for run_id in RUNS:
        store.runs.create(events.run(run_id))
    always = [serve(world), serve(world), change(world)]
    workers: list[Iterator[None]] = []
    for number in range(STEPS):
        if len(workers) < 5:
            workers.append(work(world, world.chance.choice(RUNS), f"w{number}"))
        actor = world.chance.choice([*always, *workers])
        if next(actor, "done") == "done":
            workers.remove(actor)
        check(world)
    settle(world, always[0])
    check(world)
    everything_is_there(world)
    store.close()
    return world


def settle(world: World, host: Iterator[None]) -> None:
    """No more faults; the host brings everything to the database."""
    world.faulty._rate = 0.0
    world.unsteady.is_away, world.unsteady.calls_away = False, 0
    for _ in range(500):
        next(host)
        if world.host is not None and not world.host.committer.is_spooling and not world.host.queue:
            break
    else:
        raise AssertionError("the host never came to an end")
    killed(world, world.host)


def rows(world: World) -> dict[str, list[tuple[int, int, int]]]:
    """Epoch, number and storage id of what is stored of each run, in its order."""
    with world.store.database.read() as cursor:
        cursor.execute("SELECT run_id, epoch, seq, id FROM events WHERE seq IS NOT NULL ORDER BY id")
        found: dict[str, list[tuple[int, int, int]]] = {run_id: [] for run_id in RUNS}
        for run_id, epoch, seq, storage_id in cursor.fetchall():
            found[run_id].append((epoch, seq, storage_id))
    return found


def check(world: World) -> None:
    """What must hold after each step."""
    stored: dict[Place, int] = {}
    for run_id, lines in rows(world).items():
        expected: dict[int, int] = {}
        for epoch, seq, storage_id in lines:
            assert epoch >= max(expected, default=epoch), (
                "an event of an older epoch came after a newer one's"
            )
            assert seq == expected.get(epoch, 0) + 1, (
                "events of a worker are out of order, doubled or left out"
            )
            expected[epoch] = seq
            stored[run_id, epoch, seq] = storage_id
    for place, storage_id in world.acknowledged.items():
        if storage_id >= 0:
            assert stored.get(place) == storage_id, "an acknowledged event is not where it was said to be"


def everything_is_there(world: World) -> None:
    """What must hold in the end: what was acknowledged is stored, as it was said."""
    found = {
        (run_id, epoch, seq): row.event_log_entry.user_message
        for run_id, lines in rows(world).items()
        for (epoch, seq, _), row in zip(lines, world.store.events.of_run(run_id), strict=True)
        if isinstance(row, EventLogRecord)
    }
    for place in world.acknowledged:
        run_id, epoch, _ = place
        if place not in found:
            assert epoch < world.newest_epoch[run_id], "an acknowledged event was never stored"
    assert found.items() <= world.said.items(), "something else is stored than was said"


@pytest.mark.parametrize("seed", SEEDS)
def test_seeds(seed: int, tmp_path: Path) -> None:
    try:
        play(seed, tmp_path)
    except AssertionError as error:
        pytest.fail(
            f"{error}\nreplay: SIM_SEED={seed} python -m pytest tests/sim/test_host_sink.py -n 0 -k seeds"
        )


def test_a_seed_plays_the_same_each_time(tmp_path: Path) -> None:
    one, other = play(3, tmp_path / "one"), play(3, tmp_path / "other")
    assert one.acknowledged == other.acknowledged
    assert one.faulty.told == other.faulty.told


def test_the_worlds_are_eventful(tmp_path: Path) -> None:
    worlds = [play(seed, tmp_path / str(seed)) for seed in range(20)]
    assert sum(world.crashes for world in worlds) > 30
    assert sum(storage_id < 0 for world in worlds for storage_id in world.acknowledged.values()) > 100
    assert sum(storage_id > 0 for world in worlds for storage_id in world.acknowledged.values()) > 100


def found(folder: Path, seeds: int = 60) -> str | None:
    """What the simulator says of the first seed that fails."""
    for seed in range(seeds):
        try:
            play(seed, folder / str(seed))
        except AssertionError as error:
            return str(error)
    return None


def unkept(committer: Committer, requests: Sequence[Request]) -> list[Request]:
    """Acknowledges what was never written."""
    for one in requests:
        one.stored([(-1, sent) for sent in one.batch])
    return []


def passing_by(take: Callable[..., list[Request]]) -> Callable[..., list[Request]]:
    """Stores new events while older ones wait in the spool."""

    def impatient(committer: Committer, requests: Sequence[Request]) -> list[Request]:
        left = committer._commit([one for one in requests if not committer._is_over(one)])
        return committer._keep(left) if left else []

    return impatient


def eager(forget: Callable[[Spool, int], None]) -> Callable[[Spool, int], None]:
    """Lets go of more than the database has."""

    def forget_more(spool: Spool, count: int) -> None:
        forget(spool, min(count + 1, len(spool._ready)))

    return forget_more


def test_it_notices_a_spool_that_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Committer, "_keep", unkept)
    assert found(tmp_path) is not None


def test_it_notices_events_that_pass_by_older_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Committer, "take", passing_by(Committer.take))
    assert "out of order" in str(found(tmp_path))


def test_it_notices_a_spool_that_forgets_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Spool, "forget", eager(Spool.forget))
    assert found(tmp_path) is not None


def test_it_notices_a_host_that_forgets_what_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Spool, "_recover", lambda spool: [path.unlink() for path in spool.folder.glob("*.spool")]
    )
    assert found(tmp_path) is not None
