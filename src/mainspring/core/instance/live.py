"""Following the log: events as they are stored, whichever process stores them."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Collection
from typing import NamedTuple, Self

from mainspring.core.base.errors import StorageAwayError, StorageBusyError
from mainspring.core.records.event import EventLogEntry, EventLogRecord, Unreadable
from mainspring.core.storage.codec import shown
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.feed import Feed
from mainspring.core.storage.store import EventReader, Signs
from mainspring.core.values.asset_key import AssetKey

PAGE = 500
"""How many events are read at once."""

_AGAIN = 1.0

_log = logging.getLogger(__name__)

EventHandler = Callable[[EventLogEntry, str], object]


class Wanted(NamedTuple):
    """Which events a subscription is of; ``None``: all."""

    run_ids: Collection[str] | None = None
    types: Collection[str] | None = None
    asset_keys: Collection[AssetKey] | None = None

    def concerned(self, signs: Signs) -> bool:
        """Whether any of the events may be among them."""
        return (
            _any(self.run_ids, signs.run_ids)
            and _any(self.types, signs.types)
            and (
                self.asset_keys is None or any(stored_key(key) in signs.asset_keys for key in self.asset_keys)
            )
        )


def _any(wanted: Collection[str] | None, told: frozenset[str]) -> bool:
    return wanted is None or not told.isdisjoint(wanted)


class Subscription:
    """Events in the order they were stored, from a place in the log on, without an end.

    >>> with instance.subscribe() as events:
    ...     for record in events:
    ...         print(record.storage_id, record.event_log_entry.message)

    Iterating waits for the next event. ``close``, from whichever thread, ends it at once. No event is left out and
    none comes twice; ``cursor`` is where another subscription goes on. A row that cannot be read comes as
    ``Unreadable``. One thread at a time may iterate.
    """

    def __init__(
        self,
        events: EventReader,
        feed: Feed,
        wanted: Wanted,
        *,
        after: int,
        on_news: Callable[[], object] | None = None,
    ) -> None:
        self._events = events
        self._feed = feed
        self._wanted = wanted
        self._on_news = on_news
        self._read: deque[EventLogRecord | Unreadable] = deque()
        self._seen = after
        self._handed_out = after
        self._closed = False
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._news = threading.Event()
        self._news.set()
        self._feed.join(self)

    @property
    def cursor(self) -> int:
        """The storage id after which to go on: nothing up to it is still to come."""
        return self._handed_out if self._read else self._seen

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed."""
        return self._closed

    def wake(self, signs: Signs | None) -> None:
        """There is news, or may be; called by the thread that watches the log."""
        if signs is not None and not self._wanted.concerned(signs):
            return
        self._news.set()
        if self._on_news is not None:
            try:
                self._on_news()
            except Exception:
                _log.exception("what was to be told of new events failed")

    def wait(self, seconds: float | None = None) -> bool:
        """Return when there may be new events (true), the subscription is closed or the time is over."""
        self._own()
        return bool(self._read) or (self._news.wait(seconds) and not self._closed)

    def take(self, limit: int = PAGE) -> list[EventLogRecord | Unreadable]:
        """What is there now, without waiting; nothing when all has been taken.

        Raises ``StorageError`` when the log cannot be read.
        """
        self._own()
        if not self._read and not self._closed:
            self._news.clear()
            self._fetch(limit)
        taken = [self._read.popleft() for _ in range(min(limit, len(self._read)))]
        if taken:
            self._handed_out = taken[-1].storage_id
        if self._read:
            self._news.set()
        return taken

    def _fetch(self, limit: int) -> None:
        run_ids, types, asset_keys = self._wanted
        try:
            news = self._events.since(
                self._seen, limit=limit, run_ids=run_ids, types=types, asset_keys=asset_keys
            )
        except BaseException:
            self._news.set()  # what could not be read is still to come
            raise
        self._read.extend(news.rows)
        self._seen = news.seen
        if len(news.rows) == limit:
            self._news.set()  # there may be more

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> EventLogRecord | Unreadable:
        """The next event, as soon as there is one. Raises ``StopIteration`` once it is closed."""
        self._own()
        while not self._closed:
            if self._read:
                record = self._read.popleft()
                self._handed_out = record.storage_id
                return record
            self._news.clear()
            if self._closed:
                break
            try:
                self._fetch(PAGE)
            except (StorageAwayError, StorageBusyError) as error:
                _log.warning("the log cannot be followed now, it is tried again: %s", error)
                self._news.clear()
                self._news.wait(0 if self._closed else _AGAIN)
            except Exception:
                if self._closed:  # and the database with it
                    break
                raise
            else:
                if not self._read:
                    self._news.wait()
        raise StopIteration

    def _own(self) -> None:
        """In a forked child it is woken anew."""
        if self._pid != os.getpid():
            self._begin()

    def close(self) -> None:
        """End it, and whoever waits for its next event. Doing it twice does no harm."""
        self._closed = True
        self._news.set()
        self._feed.leave(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class WatchedRuns:
    """Callbacks for the logs of runs, each called on a thread of its own, in the order of the log."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: list[tuple[str, EventHandler, Subscription]] = []

    def watch(self, run_id: str, handler: EventHandler, subscription: Subscription) -> None:
        """Call ``handler(entry, cursor)`` for each event of a subscription to one run, until ``end``."""
        with self._lock:
            self._watched.append((run_id, handler, subscription))
        threading.Thread(
            target=_call, args=(handler, subscription), name="mainspring-watch", daemon=True
        ).start()

    def end(self, run_id: str, handler: EventHandler) -> None:
        """Call it no more."""
        with self._lock:
            # by equality: a bound method is another object each time it is asked for
            ending = [one for one in self._watched if one[0] == run_id and one[1] == handler]
            self._watched = [one for one in self._watched if one not in ending]
        for _, _, subscription in ending:
            subscription.close()

    def close(self) -> None:
        """End them all."""
        with self._lock:
            ending, self._watched = self._watched, []
        for _, _, subscription in ending:
            subscription.close()


def _call(handler: EventHandler, subscription: Subscription) -> None:
    for record in subscription:
        entry = shown(record) if isinstance(record, Unreadable) else record.event_log_entry
        try:
            handler(entry, str(record.storage_id))
        except Exception:
            _log.exception("a callback for event %s failed", record.storage_id)
