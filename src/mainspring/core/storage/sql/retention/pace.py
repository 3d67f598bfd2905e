"""How many rows are removed at a time, so that nobody who writes waits for long."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from mainspring.core.base.clock import Clock
from mainspring.core.storage.sql.engine import Cursor, Database
from mainspring.core.storage.sql.sqlite import MemoryDatabase, SqliteDatabase

HOLD_SECONDS = 0.01
"""How long a transaction shall hold the writers' lock."""

_FIRST, _MOST = 20, 5_000
_GROWTH, _SHRINKAGE = 1.5, 0.2
_SHORTEST_REST = 0.005


# What is removed fills SQLite's journal, and whoever commits when it is full writes it into the file first. That shall
# be who removes, not somebody who has work to do; the pool's connection that writes keeps this from then on.
_SMALL_JOURNAL = "PRAGMA wal_autocheckpoint = 500"

# What was removed and comes back after a crash of the server is removed again: nobody need wait for its disk.
_NEED_NOT_LAST = "SET LOCAL synchronous_commit = off"


class Pace:
    """Measures each transaction, and makes the next one larger or smaller.

    Between two transactions the lock is free for twice as long as it was held: who waits for it asks for it at
    intervals, and shall find it free.
    """

    def __init__(self, *, clock: Clock, hold: float = HOLD_SECONDS) -> None:
        self._clock = clock
        self._hold = hold
        self.size: int = _FIRST
        self.longest: float = 0.0

    @contextmanager
    def writing(self, database: Database) -> Generator[Cursor]:
        """A transaction for ``size`` rows at the most; returns when the lock has been free for a while."""
        with database.write() as cursor:
            if isinstance(database, SqliteDatabase):
                cursor.execute(_SMALL_JOURNAL)
            elif not isinstance(database, MemoryDatabase):
                cursor.execute(_NEED_NOT_LAST)
            began = self._clock.monotonic()
            yield cursor
        self.held(self._clock.monotonic() - began)

    @contextmanager
    def measured(self) -> Generator[None]:
        """A block that holds the lock by itself, for ``size`` rows at the most."""
        began = self._clock.monotonic()
        yield
        self.held(self._clock.monotonic() - began)

    def held(self, seconds: float) -> None:
        """Take note of how long a transaction held the lock, and rest."""
        self.longest = max(self.longest, seconds)
        ratio = _GROWTH if seconds <= 0 else min(_GROWTH, max(_SHRINKAGE, self._hold / seconds))
        self.size = min(_MOST, max(2, int(self.size * ratio)))
        self._clock.sleep(max(2 * seconds, _SHORTEST_REST))
