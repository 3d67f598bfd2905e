"""Where a worker puts its events: an ``EventSink``. ``DirectSink`` writes to a store this process holds
itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol, Self

from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import StorageError
from mainspring.core.records.event import EventLogEntry
from mainspring.core.storage.store import EventWriter, Sequenced

Stored = Callable[[Sequence[tuple[int, EventLogEntry]]], None]
"""Told of events, with their storage ids, once they are committed."""

BATCH = 500
INTERVAL = 0.025
PATIENCE_SECONDS = 60.0
_LONGEST_PAUSE = 2.0


class EventSink(Protocol):
    """Takes the events of one run from one worker, in order."""

    def append(self, entry: EventLogEntry) -> None:
        """Take an event. Raises what went wrong with an earlier one, if something did."""
        ...

    def flush(self) -> None:
        """Return when all events taken so far are committed."""
        ...

    def close(self) -> None:
        """Flush, and take no more. Closing twice does no harm."""
        ...


class DirectSink:
    """Numbers the events of a run and commits them in groups.

    A group is committed when ``batch`` events wait, ``interval`` seconds after the first of them, or by
    ``flush``. With ``interval=None`` there is no thread: events wait for the group to fill or for ``flush``.

    A busy or full database is tried again for ``PATIENCE_SECONDS``; the events keep their order and their
    numbers, so
    that a group whose commit was not heard of is not stored twice. What the thread cannot store is raised
    by the next call, which tries it again.
    """

    def __init__(
        self,
        store: EventWriter,
        run_id: str,
        epoch: int,
        *,
        clock: Clock,
        next_seq: int = 1,
        interval: float | None = INTERVAL,
        batch: int = BATCH,
        on_stored: Stored | None = None,
    ) -> None:
        self.run_id = run_id
        self.epoch = epoch
        self._store = store
        self._clock = clock
        self._seq = next_seq
        self._interval = interval
        self._batch = batch
        self._on_stored = on_stored
        self._waiting: list[Sequenced] = []
        self._failure: BaseException | None = None
        self._closed = False
        self._buffer = threading.Lock()
        self._committing = threading.Lock()
        self._wake = threading.Condition(self._buffer)
        self._thread: threading.Thread | None = None

    def append(self, entry: EventLogEntry) -> None:
        """Take an event of this run."""
        with self._buffer:
            self._check()
            self._waiting.append(Sequenced(self.epoch, self._seq, entry))
            self._seq += 1
            count = len(self._waiting)
            if count == 1 and self._interval is not None:
                self._begin_interval()
        if count >= self._batch:
            self.flush()

    def _check(self) -> None:
        if self._closed:
            raise StorageError(f"The event sink of run {self.run_id} is closed; an event came too late.")
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def _begin_interval(self) -> None:
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
                self._wake.wait(self._interval)
            try:
                self._commit()
            except Exception as error:  # whatever it is, the worker's next call raises it
                with self._buffer:
                    self._failure = error
                    self._thread = None
                return

    def flush(self) -> None:
        """Commit all that was taken so far."""
        with self._buffer:
            failure, self._failure = self._failure, None
        if failure is not None and not getattr(failure, "transient", False):
            raise failure
        self._commit()

    def _commit(self) -> None:
        """One group at a time, in order: nothing leaves the buffer before it is committed."""
        with self._committing:
            while True:
                with self._buffer:
                    group = self._waiting[: self._batch]
                if not group:
                    return
                ids = self._stored(group)
                with self._buffer:
                    del self._waiting[: len(group)]
                if self._on_stored is not None:
                    self._on_stored([(one, sent.entry) for one, sent in zip(ids, group, strict=True)])

    def _stored(self, group: Sequence[Sequenced]) -> list[int]:
        deadline = self._clock.monotonic() + PATIENCE_SECONDS
        pause = 0.01
        while True:
            try:
                return self._store.append(group)
            except StorageError as error:
                if not error.transient or self._clock.monotonic() >= deadline:
                    raise
            self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def close(self) -> None:
        """Commit what waits, end the thread."""
        with self._buffer:
            if self._closed:
                return
        try:
            self.flush()
        finally:
            with self._wake:
                self._closed = True
                self._wake.notify_all()
                thread = self._thread
            if thread is not None and thread is not threading.current_thread():
                thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
