"""A log and a database whose every call may go wrong, by a seed: what the simulator puts between a worker and the
store.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from mainspring.core.base.errors import StorageAwayError, StorageBusyError
from mainspring.core.storage.sql.engine import Cursor, Database
from mainspring.core.storage.store import EventWriter, Sequenced
from mainspring.core.storage.watch import Watch

FAULTS = ("none", "crash before", "crash after", "busy", "duplicate", "delay")


class Crash(BaseException):
    """The worker's process ended here."""

    leaves_no_trace = True
    """A process that has ended records nothing more."""


class FaultyEvents:
    """A log that fails as real ones do: before the commit, after it, for a while, or by delivering twice.

    ``wait`` is called for a delay; it lets time pass in the simulated world. ``told`` lists the faults in
    their order.
    """

    def __init__(
        self, events: EventWriter, chance: random.Random, *, wait: Callable[[float], None], rate: float = 0.3
    ) -> None:
        self._events = events
        self._chance = chance
        self._wait = wait
        self._rate = rate
        self.told: list[str] = []

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        """Store a batch, unless this call is one that fails."""
        fault = self._chance.choice(FAULTS) if self._chance.random() < self._rate else "none"
        self.told.append(fault)
        if fault == "crash before":
            raise Crash(fault)
        if fault == "busy":
            raise StorageBusyError("The database was busy for too long: simulated.")
        if fault == "delay":
            self._wait(self._chance.uniform(0.1, 90.0))
        ids = self._events.append(batch)
        if fault == "crash after":
            raise Crash(fault)
        if fault == "duplicate":
            ids = self._events.append(batch)
        return ids


class UnsteadyEvents:
    """A log on a server that can be away.

    While ``is_away``, a call fails; ``calls_away`` makes so many calls fail and then the server is back. With
    ``commits_first`` a call that fails has stored its batch: the answer was lost on the way. All threads may use
    it.
    """

    def __init__(self, events: EventWriter) -> None:
        self._events = events
        self._mutex = threading.Lock()
        self.is_away = False
        self.calls_away = 0
        self.commits_first = False
        self.refused = 0
        """How many calls have failed."""

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        """Store a batch, unless the server is away."""
        with self._mutex:
            fails = self.is_away or self.calls_away > 0
            self.calls_away -= self.calls_away > 0
            self.refused += fails
        if not fails:
            return self._events.append(batch)
        if self.commits_first:
            self._events.append(batch)
        raise StorageAwayError("The database server is away: simulated.")


DATABASE_FAULTS = ("crash before", "crash inside", "crash after", "away", "answer lost", "delay")
"""What may happen to a transaction that writes. ``answer lost``: it was committed, and its caller hears that the
server went away."""


class FaultyDatabase:
    """A database whose every transaction may go wrong, by a seed: whatever is built on it meets all of it.

    ``wait`` is called for a delay; it lets time pass in the simulated world. ``told`` lists the faults in their
    order.
    """

    def __init__(
        self, database: Database, chance: random.Random, *, wait: Callable[[float], None], rate: float = 0.1
    ) -> None:
        self._database = database
        self._chance = chance
        self._wait = wait
        self._rate = rate
        self.told: list[str] = []

    @property
    def open_connections(self) -> int:
        """Those of the database."""
        return self._database.open_connections

    @contextmanager
    def write(self, *, serial: bool = True) -> Generator[Cursor]:
        """A transaction, unless this one is one that fails."""
        fault = self._chance.choice(DATABASE_FAULTS) if self._chance.random() < self._rate else "none"
        self.told.append(fault)
        if fault == "crash before":
            raise Crash(fault)
        if fault == "away":
            raise StorageAwayError("The database server is away: simulated.")
        if fault == "delay":
            self._wait(self._chance.uniform(0.1, 90.0))
        with self._database.write(serial=serial) as cursor:
            inside = _DeadlyCursor(cursor, self._chance.randrange(1, 12))
            yield inside if fault == "crash inside" else cursor
        if fault == "crash after":
            raise Crash(fault)
        if fault == "answer lost":
            raise StorageAwayError("The database server went away: simulated.")

    @contextmanager
    def read(self, *, patient: bool = True) -> Generator[Cursor]:
        """A transaction that reads, unless the server is away."""
        if self._chance.random() < self._rate / 2:
            raise StorageAwayError("The database server is away: simulated.")
        with self._database.read(patient=patient) as cursor:
            yield cursor

    def next_event_ids(self, cursor: Cursor, count: int) -> range:
        """Those of the database."""
        return self._database.next_event_ids(cursor, count)

    def announce(self, cursor: Cursor, last_id: int) -> None:
        """As the database does."""
        self._database.announce(cursor, last_id)

    def joined(self, column: str) -> str:
        """As the database spells it."""
        return self._database.joined(column)

    def watch(self) -> Watch:
        """That of the database."""
        return self._database.watch()

    def now(self, cursor: Cursor) -> float:
        """The database's time."""
        return self._database.now(cursor)

    def close(self) -> None:
        """Close the database."""
        self._database.close()


class _DeadlyCursor:
    """A cursor whose process ends before its n-th statement."""

    def __init__(self, cursor: Cursor, statements: int) -> None:
        self._cursor = cursor
        self._left = statements

    def _count(self) -> None:
        self._left -= 1
        if self._left <= 0:
            raise Crash("crash inside")

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def execute(self, statement: str, parameters: Sequence[object] = (), /) -> object:
        self._count()
        return self._cursor.execute(statement, parameters)

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> object:
        self._count()
        return self._cursor.executemany(statement, rows)

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()
