"""One thread of a process wakes all who follow the log of one store."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from typing import Protocol

from mainspring.core.base.errors import StorageError
from mainspring.core.storage.store import Signs, Store
from mainspring.core.storage.watch import Watch

SAFETY = 5.0
"""How often, in seconds, the log is looked at though nothing was told: a sign may get lost, an event not."""

_PATIENCE = 2.0

_MOST = 2_000
"""How many events are looked at before those they concern are woken."""

_log = logging.getLogger(__name__)


class Follower(Protocol):
    """Somebody who reads on when there may be news."""

    def wake(self, signs: Signs | None) -> None:
        """There are new events that speak of this; ``None``: there may be any. Returns at once and raises nothing."""
        ...

    def close(self) -> None:
        """There is nothing more to follow."""
        ...


class Feed:
    """Wakes followers when events are stored, in this process or another.

    The thread, and what it waits with (a connection that listens, or a watch on the database's folder), are there
    while somebody follows. A follower that nobody holds any more is forgotten. A forked child has its own.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._abandoned: list[object] = []
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._followers: weakref.WeakSet[Follower] = weakref.WeakSet()
        self._watch: Watch | None = None
        self._thread: threading.Thread | None = None

    def _own(self) -> None:
        """After a fork there is no thread; the parent's watch is left alone."""
        if self._pid != os.getpid():
            self._abandoned.append((self._watch, self._followers))
            self._begin()

    def join(self, follower: Follower) -> None:
        """Wake somebody from now on. What is stored after this call is told."""
        self._own()
        with self._lock:
            self._followers.add(follower)
            if self._watch is None:
                self._watch = watch = self._store.watch()
                self._thread = threading.Thread(
                    target=self._run, args=(watch,), name="mainspring-live", daemon=True
                )
                self._thread.start()

    def leave(self, follower: Follower) -> None:
        """Wake somebody no more; the last one ends the thread."""
        self._own()
        with self._lock:
            self._followers.discard(follower)
            if self._followers or self._watch is None:
                return
            ending = self._end()
        self._await(ending)

    def close(self) -> None:
        """End the thread, and all who follow. Doing it twice does no harm."""
        self._own()
        with self._lock:
            ending = self._end()
            followers = tuple(self._followers)
            self._followers.clear()
        for follower in followers:
            follower.close()
        self._await(ending)

    def _end(self) -> threading.Thread | None:
        watch, self._watch = self._watch, None
        thread, self._thread = self._thread, None
        if watch is not None:
            watch.stop()
        return thread

    def _await(self, thread: threading.Thread | None) -> None:
        if thread is not None and thread is not threading.current_thread():
            thread.join(_PATIENCE)  # it may be waiting for a server that is away

    def _run(self, watch: Watch) -> None:
        try:
            seen = None
            while self._goes_on(watch):
                # At first all are woken: something may have been stored before the watch began.
                seen = self._begin_at() if seen is None else self._tell(seen)
                watch.wait(SAFETY)
        finally:
            self._forget(watch)  # should it have failed, the next who joins begins anew
            watch.close()

    def _forget(self, watch: Watch) -> None:
        with self._lock:
            if self._watch is watch:
                self._watch = self._thread = None

    def _begin_at(self) -> int | None:
        """Wake all. Returns the end of the log, if it can be read."""
        try:
            return self._store.events.last_id(patient=False)
        except StorageError as error:
            _log.debug("the log cannot be read now: %s", error)
            return None
        finally:
            self._wake_all(None)

    def _tell(self, seen: int) -> int:
        """Wake those whom the events behind a place concern. Returns the place behind them."""
        while True:
            try:
                signs = self._store.events.signs(seen, limit=_MOST)
            except StorageError as error:
                _log.debug("the log cannot be read now: %s", error)
                self._wake_all(None)  # who is woken finds out by itself
                return seen
            if signs.seen > seen:
                self._wake_all(signs)
            if not signs.has_more:
                return signs.seen
            seen = signs.seen

    def _goes_on(self, watch: Watch) -> bool:
        """Whether this thread is the one that is wanted, and anybody still listens to it."""
        with self._lock:
            if self._watch is not watch:
                return False
            if not self._followers:
                self._watch = self._thread = None
                return False
            return True

    def _wake_all(self, signs: Signs | None) -> None:
        with self._lock:
            followers = tuple(self._followers)
        for follower in followers:
            follower.wake(signs)
