"""``HostWriter``: one writer for many workers at once."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Self

import msgspec

from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import StorageBusyError, StorageError
from mainspring.core.storage.sink.committer import Committer
from mainspring.core.storage.sink.direct import Stored
from mainspring.core.storage.sink.request import Request
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.sink.stand_in import Placed
from mainspring.core.storage.store import EventWriter, Sequenced


class Grouping(msgspec.Struct, frozen=True, kw_only=True):
    """How a host groups what its workers send.

    One transaction takes up to ``events`` events; after the first batch of a group, ``age`` seconds are given to
    others. ``wait`` is how many seconds a caller waits when neither database nor spool has room. A database that
    is away is asked again at pauses that grow to ``pause`` seconds.
    """

    events: int = 2_000
    age: float = 0.001
    wait: float = 30.0
    pause: float = 1.0


USUAL = Grouping()
_FIRST_PAUSE = 0.02
_FULL_PAUSE = 0.1

_log = logging.getLogger("mainspring.events")


class HostWriter:
    """An ``EventWriter`` for all workers of a host: batches that come at the same time are committed together.

    A batch is acknowledged once it is committed. While the database is busy, full or away it is acknowledged once
    it lies in the spool; its storage ids are ``SPOOLED`` then, and ``on_drained`` hears of its events, with their
    ids, once the database has them. All events reach the database in the order they were acknowledged; what an
    earlier process left in the spool comes first. When the spool is full, writers wait.

    A batch of a worker whose run was taken over is refused with ``FencedError`` and harms no other. Batches that
    were spooled before that became known are refused later, when the database answers; the log says so.

    The spool belongs to the writer, which closes it. All methods may be called from any thread.
    """

    def __init__(
        self,
        store: EventWriter,
        spool: Spool,
        *,
        clock: Clock,
        grouping: Grouping = USUAL,
        on_drained: Stored | None = None,
    ) -> None:
        self._spool = spool
        self._committer = Committer(store, spool, on_drained=on_drained)
        self._grouping = grouping
        self._clock = clock
        self._queue: deque[Request] = deque()
        self._closed = False
        self._mutex = threading.Lock()
        self._came = threading.Condition(self._mutex)
        self._spooled = threading.Condition(self._mutex)
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._take_forever, name="events-commit", daemon=True),
            threading.Thread(target=self._drain_forever, name="events-drain", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    # -- for writers --------------------------------------------------------------------------------------

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        """Store events; see ``EventWriter.append``. Returns when they are committed, or lie in the spool."""
        answer = self.submit(batch)
        try:
            placed = answer.result(self._grouping.wait)
        except TimeoutError:
            if answer.cancel():
                raise self._no_room() from None
            placed = answer.result()
        return [storage_id for storage_id, _ in placed]

    def submit(self, batch: Sequence[Sequenced]) -> Future[Placed]:
        """Hand in events without waiting. The answer holds each event with its storage id, or what
        ``append`` would raise; who cancels it waits no more.
        """
        request = Request(batch)
        if not batch:
            request.stored([])
            return request.answer
        with self._mutex:
            if self._closed:
                raise StorageError("The host takes no more events: it is closing.")
            self._queue.append(request)
            self._came.notify()
        return request.answer

    @property
    def is_spooling(self) -> bool:
        """Whether acknowledged events wait for the database."""
        return self._committer.is_spooling

    @property
    def spooled(self) -> int:
        """How many acknowledged events wait for the database."""
        return len(self._spool)

    def close(self) -> None:
        """Answer all that was handed in, end the threads. What lies in the spool stays there for the next
        process. Closing twice does no harm.
        """
        with self._mutex:
            if self._closed:
                return
            self._closed = True
            self._ended.set()
            self._came.notify_all()
            self._spooled.notify_all()
        for thread in self._threads:
            thread.join()
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _no_room(self) -> StorageBusyError:
        return StorageBusyError(
            f"The events were not taken within {self._grouping.wait:g} seconds: the database is away and the spool"
            " is full.",
            hint="Try again; see why the database cannot be reached.",
        )

    # -- the thread that takes batches --------------------------------------------------------------------

    def _take_forever(self) -> None:
        while True:
            group = self._next_group()
            if not group:
                return
            try:
                left = self._committer.take(group)
            except BaseException as error:
                for one in group:
                    one.refused(error)
                if not isinstance(error, Exception):
                    raise
                continue
            with self._mutex:
                if self._committer.is_spooling:
                    self._spooled.notify()
                if left and self._closed:
                    for one in left:
                        one.refused(self._no_room())
                elif left:
                    self._queue.extendleft(reversed(left))
                    self._came.wait(_FULL_PAUSE)

    def _next_group(self) -> list[Request]:
        """The oldest batches, as many as one transaction takes; none when all is over."""
        grouping = self._grouping
        with self._mutex:
            while not self._queue and not self._closed:
                self._came.wait()
            group: list[Request] = []
            count = self._collect(group, 0)
            if 0 < count < grouping.events and not self._closed and grouping.age > 0:
                deadline = self._clock.monotonic() + grouping.age
                while count < grouping.events and (left := deadline - self._clock.monotonic()) > 0:
                    if not self._came.wait(left):
                        break
                    count = self._collect(group, count)
            return group

    def _collect(self, group: list[Request], count: int) -> int:
        while self._queue and count < self._grouping.events:
            request = self._queue.popleft()
            group.append(request)
            count += len(request.batch)
        return count

    # -- the thread that empties the spool ----------------------------------------------------------------

    def _drain_forever(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            with self._mutex:
                while not self._committer.is_spooling and not self._closed:
                    self._spooled.wait()
                if self._closed:
                    return
            if self._drained() or not self._committer.is_spooling:
                pause = _FIRST_PAUSE
                continue
            self._ended.wait(pause)
            pause = min(pause * 2, self._grouping.pause)

    def _drained(self) -> bool:
        try:
            return self._committer.drain()
        except Exception:
            _log.exception("the spool cannot be emptied; it is tried again")
            return False
