"""``EventSink``: where a worker puts its events. ``DirectSink`` hands them to a writer this process holds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol, Self

import msgspec

from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import ExecutionInterruptedError, FencedError, StorageError
from mainspring.core.records.event import EventLogEntry
from mainspring.core.storage.sink.stand_in import store_group
from mainspring.core.storage.store import EventWriter, Sequenced

Stored = Callable[[Sequence[tuple[int, EventLogEntry]]], None]
"""Told of events, with their storage ids, once they are kept."""

SPOOLED = -1
"""The storage id of an event that lies in a host's spool: safe on its disk, not in the database yet."""

_FIRST_PAUSE = 0.01
_LONGEST_PAUSE = 1.0
_HURRY_SECONDS = 5.0
"""How long a database that is away is waited for once somebody asked to stop."""

_QUIET_SECONDS = 2.0
"""How long a worker waits, for room or for the database, before it is said."""

_log = logging.getLogger("mainspring.events")


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """When a sink commits, and how much it bears.

    A group is committed when ``batch`` events wait or ``interval`` seconds after the first of them; with
    ``interval=None`` there is no thread: events wait for the group to fill or for ``flush``. ``capacity`` events
    wait in memory before their worker has to wait as well. ``patience`` is how many seconds a database that is
    busy, full or away is asked again.
    """

    batch: int = 500
    interval: float | None = 0.025
    capacity: int = 10_000
    patience: float = 600.0


USUAL = Pace()


class EventSink(Protocol):
    """Takes the events of one run from one worker, in order."""

    def append(self, entry: EventLogEntry) -> None:
        """Take an event. Raises what went wrong with an earlier one, if something did."""
        ...

    def flush(self) -> None:
        """Return when all events taken so far are committed, or lie on the disk of a host whose database is
        away.
        """
        ...

    def close(self) -> None:
        """Flush, and take no more. Closing twice does no harm."""
        ...


class DirectSink:
    """Numbers the events of a run and commits them in groups.

    A database that is busy, full or away is asked again at pauses that grow to a second; the events keep their
    order and their numbers, so that a group whose commit was not heard of is not stored twice. What the thread
    cannot store is raised by the next call, which tries it again.

    After ``FencedError`` (the run was taken over) whatever waits is dropped and every call is refused. An event
    that can never be stored is replaced by a line that says so.

    ``on_stored`` hears of events in order, with their storage ids; ``SPOOLED`` is the id of those that lie in a
    host's spool.
    """

    def __init__(
        self,
        store: EventWriter,
        run_id: str,
        epoch: int,
        *,
        clock: Clock,
        next_seq: int = 1,
        pace: Pace = USUAL,
        on_stored: Stored | None = None,
    ) -> None:
        self.run_id = run_id
        self.epoch = epoch
        self._store = store
        self._clock = clock
        self._seq = next_seq
        self._pace = pace
        self._capacity = max(pace.capacity, pace.batch)
        self._on_stored = on_stored
        self._waiting: list[Sequenced] = []
        self._failure: BaseException | None = None
        self._fence: FencedError | None = None
        self._fence_is_told = False
        self._waited = False
        self._hurried = False
        self._closed = False
        self._buffer = threading.Lock()
        self._committing = threading.Lock()
        self._wake = threading.Condition(self._buffer)
        self._room = threading.Condition(self._buffer)
        self._thread: threading.Thread | None = None

    def append(self, entry: EventLogEntry) -> None:
        """Take an event of this run."""
        with self._buffer:
            self._check()
            if len(self._waiting) >= self._capacity:
                self._wait_for_room()
            self._waiting.append(Sequenced(self.epoch, self._seq, entry))
            self._seq += 1
            count = len(self._waiting)
            if self._pace.interval is not None and (
                count == 1 or count >= self._pace.batch or self._thread is None
            ):
                self._rouse()
        if self._pace.interval is None and count >= self._pace.batch:
            self.flush()

    def _check(self) -> None:
        if self._fence is not None:
            self._fence_is_told = True
            raise self._fence.with_traceback(None)
        if self._closed:
            raise StorageError(f"The event sink of run {self.run_id} is closed; an event came too late.")
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def _wait_for_room(self) -> None:
        """Until the thread has stored something, or met what it cannot overcome."""
        while len(self._waiting) >= self._capacity:
            self._rouse()
            if not self._room.wait(_QUIET_SECONDS) and not self._waited:
                self._waited = True
                _log.warning(
                    "%s events of run %s wait to be stored; its worker waits until there is room",
                    len(self._waiting),
                    self.run_id,
                )
            self._check()

    def _rouse(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._flush_at_times, name=f"events-{self.run_id[:8]}", daemon=True
            )
            self._thread.start()
        else:
            self._wake.notify()

    def _flush_at_times(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._closed:
                    self._wake.wait()
                if self._closed:
                    return
                if len(self._waiting) < self._pace.batch:
                    self._wake.wait(self._pace.interval)
            try:
                self._commit()
            except Exception as error:  # whatever it is, the worker's next call raises it
                with self._buffer:
                    self._failure = error
                    self._thread = None
                    self._room.notify_all()
                return

    def flush(self) -> None:
        """Commit all that was taken so far."""
        with self._buffer:
            if self._fence is not None:
                self._check()
            failure, self._failure = self._failure, None
        if failure is not None and not getattr(failure, "transient", False):
            raise failure
        try:
            self._commit()
        except (KeyboardInterrupt, ExecutionInterruptedError):
            self._hurried = True  # who asks to stop does not wait as long again for what is left to say
            raise

    def _commit(self) -> None:
        """One group at a time, in order: nothing leaves the buffer before it is committed."""
        with self._committing:
            while True:
                with self._buffer:
                    group = self._waiting[: self._pace.batch]
                if not group:
                    return
                try:
                    placed = store_group(self._patiently, group)
                except FencedError as error:
                    self._give_up(error)
                    raise
                with self._buffer:
                    del self._waiting[: len(group)]
                    self._room.notify_all()
                if self._on_stored is not None:
                    self._on_stored([(storage_id, sent.entry) for storage_id, sent in placed])

    def _give_up(self, error: FencedError) -> None:
        with self._buffer:
            self._fence = error
            self._waiting.clear()
            self._fence_is_told = threading.current_thread() is not self._thread
            self._room.notify_all()

    def _patiently(self, group: Sequence[Sequenced]) -> list[int]:
        began = self._clock.monotonic()
        pause = _FIRST_PAUSE
        is_told = False
        while True:
            try:
                return self._store.append(group)
            except StorageError as error:
                waited = self._clock.monotonic() - began
                if not error.transient or waited >= (
                    _HURRY_SECONDS if self._hurried else self._pace.patience
                ):
                    raise
                if waited >= _QUIET_SECONDS and not is_told:
                    is_told = True
                    _log.warning(
                        "Events of run %s wait to be stored, and are tried again: %s", self.run_id, error
                    )
            self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def close(self) -> None:
        """Commit what waits, end the thread. Raises ``FencedError`` where no call has raised it before."""
        with self._buffer:
            if self._closed:
                return
            is_over = self._fence is not None and self._fence_is_told
        try:
            if not is_over:
                self.flush()
        finally:
            with self._wake:
                self._closed = True
                self._wake.notify_all()
                self._room.notify_all()
                thread = self._thread
            if thread is not None and thread is not threading.current_thread():
                thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
