"""The life of a process: a writer does all that a store takes, a reader looks at it meanwhile."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import FencedError, InvariantViolationError, StorageError
from mainspring.core.records.daemon import DaemonHeartbeat
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.sink import DirectSink, Pace
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events
from tools.torture import diary as told
from tools.torture.diary import Diary

ASSETS = tuple(f"asset{number}" for number in range(6))
PARTITIONS = (None, "p0", "p1", "p2", "p3")
SHARED_RUNS = tuple(f"shared{number}" for number in range(4))
TOKENS = 10_000_000
"""The times of a process's events are counted, from its number times this on: each is there once."""

_PAUSE = 0.05
_LEASE = 2.0
T = TypeVar("T")


class Writer:
    """Makes runs and tells their events, by a sink or by plain calls, and does everything else now and then."""

    def __init__(self, store: SqlStore, diary: Diary, *, number: int, seconds: float) -> None:
        self.store = store
        self.diary = diary
        self.number = number
        self.clock = SystemClock()
        self.chance = random.Random(number)
        self.until = self.clock.monotonic() + seconds
        self.worst = 0.0
        self._token = number * TOKENS

    def live(self) -> None:
        """Until the time is up."""
        while self.clock.monotonic() < self.until:
            self._own_run()
            if self.chance.random() < 0.3:
                self._shared_run()
        self.diary.note(told.WORST, self.worst)

    def _again(self, act: Callable[[], T]) -> T:
        """What the store is asked until it answers; how long that took, and each refusal, is written down."""
        begin = self.clock.monotonic()
        while True:
            try:
                return act()
            except StorageError as error:
                if not error.transient:
                    raise
                self.diary.note(told.TRANSIENT, str(error))
                self.clock.sleep(_PAUSE)
            finally:
                self.worst = max(self.worst, self.clock.monotonic() - begin)

    def _time(self) -> float:
        self._token += 1
        return float(self._token)

    def _own_run(self) -> None:
        self._token += 1
        run_id = f"own-{self._token}"
        run = events.run(run_id, tags={"writer": str(self.number)})
        epoch = self._again(lambda: self.store.runs.start(run, holder=str(self.number)))
        self._tell(run_id, epoch, self._script(run_id, self.chance.randrange(1, 30)))
        if self.chance.random() < 0.1:
            self.diary.note(told.RUN_GONE, run_id)
            self._again(lambda: self.store.runs.delete(run_id))

    def _shared_run(self) -> None:
        """A run that several want: who holds the lease writes, who lost it stops."""
        run_id = self.chance.choice(SHARED_RUNS)
        try:
            epoch = self._again(
                lambda: self.store.runs.claim(run_id, holder=str(self.number), lease_seconds=_LEASE)
            )
            self._tell(run_id, epoch, self._steps(run_id, self.chance.randrange(1, 10)))
            self._again(lambda: self.store.runs.extend(run_id, epoch, lease_seconds=0.0))
        except FencedError:
            return

    def _tell(self, run_id: str, epoch: int, script: Iterator[EventLogEntry]) -> None:
        if self.chance.random() < 0.5:
            self._tell_plainly(run_id, epoch, script)
            return
        pace = Pace(batch=self.chance.choice((1, 5, 100)), interval=self.chance.choice((None, 0.002)))
        with DirectSink(
            self.store.events, run_id, epoch, clock=self.clock, pace=pace, on_stored=self._stored
        ) as sink:
            for entry in script:
                sink.append(entry)
                if self.chance.random() < 0.1:
                    begin = self.clock.monotonic()
                    sink.flush()
                    self.worst = max(self.worst, self.clock.monotonic() - begin)
                self._aside(run_id)

    def _tell_plainly(self, run_id: str, epoch: int, script: Iterator[EventLogEntry]) -> None:
        seq = 0
        while True:
            batch: list[Sequenced] = []
            for entry in script:
                seq += 1
                batch.append(Sequenced(epoch, seq, entry))
                if self.chance.random() < 0.3:
                    break
            if not batch:
                return
            ids = self._again(lambda batch=batch: self.store.events.append(batch))
            self._stored([(storage_id, sent.entry) for storage_id, sent in zip(ids, batch, strict=True)])
            self._aside(run_id)

    def _stored(self, stored: Sequence[tuple[int, EventLogEntry]]) -> None:
        if stored:
            run_id = stored[0][1].run_id
            self.diary.note(told.EVENTS, run_id, [[entry.timestamp, at] for at, entry in stored])

    def _script(self, run_id: str, length: int) -> Iterator[EventLogEntry]:
        yield events.line(EventType.RUN_START, run_id, timestamp=self._time())
        yield from self._steps(run_id, length)
        end = self.chance.choice([EventType.RUN_SUCCESS, EventType.RUN_FAILURE, EventType.RUN_CANCELED])
        if self.chance.random() < 0.9:
            yield events.line(end, run_id, timestamp=self._time())

    def _steps(self, run_id: str, length: int) -> Iterator[EventLogEntry]:
        for _ in range(length):
            key, partition = self.chance.choice(ASSETS), self.chance.choice(PARTITIONS)
            act = self.chance.randrange(8)
            if act < 2:
                yield events.planned(key, run_id, partition=partition, timestamp=self._time())
            elif act == 2:
                yield events.failed(key, run_id, partition=partition, timestamp=self._time())
            elif act == 3:
                yield events.check_planned(key, "check", run_id, timestamp=self._time())
            elif act == 4:
                yield events.check_evaluated(key, "check", run_id, passed=False, timestamp=self._time())
            elif act == 5:
                for kind in (EventType.STEP_START, EventType.STEP_SUCCESS):
                    yield events.line(kind, run_id, step_key=key, timestamp=self._time())
            elif act == 6:
                yield events.message(run_id, "said " * 20, timestamp=self._time())
            else:
                yield events.materialized(key, run_id, partition=partition, timestamp=self._time())

    def _aside(self, run_id: str) -> None:
        """Something else now and then."""
        act, key = self.chance.randrange(40), self.chance.choice(ASSETS)
        store, me = self.store, str(self.number)
        if act == 0:
            self._report(events.materialized(key, partition="p0", timestamp=self._time()))
        elif act == 1:
            self._again(lambda: store.assets.wipe_partitions(AssetKey(key), ["p1"], timestamp=0.0))
        elif act == 2 and self.chance.random() < 0.3:
            self._again(lambda: store.assets.wipe([AssetKey(key)], timestamp=0.0))
        elif act == 3:
            value = str(self._token)
            self._again(lambda: store.runs.add_tags(run_id, {me: value}))
            self.diary.note(told.TAG, run_id, me, value)
        elif act == 4:
            value = str(self._token)
            self._again(lambda: store.kv.set({me: value, "shared": value}))
            self.diary.note(told.KEY, me, value)
        elif act == 5:
            name = str(self._token)
            self._again(lambda: store.dynamic_partitions.add(me, [name]))
            self.diary.note(told.PARTITION, me, name)
        elif act in SHARED_ACTS:
            try:
                self._again(lambda: SHARED_ACTS[act](store, self.chance, run_id, me))
            except FencedError:
                return  # somebody else holds it, or the run has ended

    def _report(self, entry: EventLogEntry) -> None:
        """An event of no run has no number: it is not sent again when nobody knows whether it was stored."""
        try:
            ids = self.store.events.append([Sequenced(0, None, entry)])
        except StorageError as error:
            if not error.transient:
                raise
            self.diary.note(told.TRANSIENT, str(error))
        else:
            self._stored([(ids[0], entry)])


def _texts(store: SqlStore, chance: random.Random, run_id: str, me: str) -> None:
    """Several texts that all write, in any order."""
    del run_id
    store.kv.set(dict.fromkeys(chance.sample(SHARED_NAMES, 3), me))
    store.kv.delete(chance.sample(SHARED_NAMES, 2))


def _heartbeat(store: SqlStore, chance: random.Random, run_id: str, me: str) -> None:
    del run_id
    store.daemons.add_heartbeat(DaemonHeartbeat(chance.random(), chance.choice(SHARED_NAMES), me))


def _lease(store: SqlStore, chance: random.Random, run_id: str, me: str) -> None:
    """A lease that all want; who has it holds on to it, or gives it back."""
    lease = store.leases.acquire(chance.choice(SHARED_NAMES), f"{me} for {run_id}", seconds=0.5)
    lease = store.leases.renew(lease, seconds=0.5)
    if chance.random() < 0.5:
        store.leases.release(lease)


def _slot(store: SqlStore, chance: random.Random, run_id: str, me: str) -> None:
    """A slot of a pool that all share; what is not given back ends with its run."""
    del me
    store.pools.claim("shared", run_id, "step", epoch=TOKENS, default_limit=3)
    if chance.random() < 0.5:
        store.pools.free_step(run_id, "step")


def _shared_partitions(store: SqlStore, chance: random.Random, run_id: str, me: str) -> None:
    del run_id, me
    store.dynamic_partitions.add("shared", chance.sample(SHARED_NAMES, 3))
    store.dynamic_partitions.delete("shared", chance.choice(SHARED_NAMES))


SHARED_NAMES = tuple(f"name{number}" for number in range(5))
SHARED_ACTS = {6: _texts, 7: _heartbeat, 8: _lease, 9: _slot, 10: _shared_partitions, 11: _texts}
"""What is done now and then to rows that all writers change: nobody may wait for another in a circle."""


def prepare(store: SqlStore) -> None:
    """The runs that all share."""
    for run_id in SHARED_RUNS:
        try:
            store.runs.create(events.run(run_id))
        except InvariantViolationError:
            continue
        store.events.append([Sequenced(0, None, events.line(EventType.RUN_START, run_id, timestamp=-1.0))])


def write(store: SqlStore, folder: Path, *, number: int, seconds: float) -> None:
    """Be a writer; what goes wrong is written down."""
    with Diary(folder / f"writer-{number}.diary") as diary:
        try:
            Writer(store, diary, number=number, seconds=seconds).live()
        except Exception:
            diary.note(told.FAULT, traceback.format_exc())
