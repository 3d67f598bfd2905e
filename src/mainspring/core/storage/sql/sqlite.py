"""SQLite: one file in WAL mode, or memory. The pragmas, the connections and the errors of the driver live
here.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import (
    NotADatabaseError,
    StorageBusyError,
    StorageError,
)
from mainspring.core.storage.sql import schema, setup
from mainspring.core.storage.sql.engine import IMPATIENT, SEPARATOR, Cursor
from mainspring.core.storage.sql.pool import Held, Pool
from mainspring.core.storage.sql.sqlite_access import address, full, make_file
from mainspring.core.storage.sql.sqlite_cursor import TolerantCursor
from mainspring.core.storage.watch import FileWatch, MemoryWatch

FILE_NAME = "mainspring.db"

BUSY_SECONDS = 60.0
"""How long a statement waits for other processes before it gives up."""

_BUSY_MOMENT = 250
"""Milliseconds that SQLite itself waits for its write lock before it is asked anew."""

_MASK = 0xFF
_LAST_ID = "SELECT seq FROM sqlite_sequence WHERE name = 'events'"


class SqliteDatabase:
    """A database in a file. One connection writes, behind a lock; up to three read what is committed.

    Where this user cannot write, it can be read all the same.
    """

    def __init__(self, path: Path, *, clock: Clock, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._clock = clock
        self._busy_seconds = busy_seconds
        self._tries = max(1, round(1000 * busy_seconds / _BUSY_MOMENT))
        self._set_up()
        self._pool = Pool(self._connect)

    def _set_up(self) -> None:
        writable = make_file(self.path)
        self._address = address(self.path, writable=writable)
        connection = self._connect()
        try:
            with translated(self.path):
                if writable:
                    self._until_free(lambda: _use_wal(connection))
                with transaction(connection, "BEGIN IMMEDIATE" if writable else "BEGIN") as cursor:
                    setup.ensure_schema(cursor, schema.SQLITE_TYPES, place=str(self.path), tables=_TABLES)
        finally:
            connection.close()

    def _until_free(self, act: Callable[[], object]) -> None:
        """SQLite answers at once, whatever the timeout, when two processes switch a fresh file to WAL: ask
        again.
        """
        deadline = self._clock.monotonic() + self._busy_seconds
        while True:
            try:
                act()
            except sqlite3.OperationalError as error:
                if _code(error) not in _BUSY or self._clock.monotonic() >= deadline:
                    raise
                self._clock.sleep(0.01)
            else:
                return

    def _connect(self) -> sqlite3.Connection:
        with translated(self.path):
            connection = sqlite3.connect(
                self._address,
                uri=True,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
            connection.execute("PRAGMA journal_size_limit = 67108864")
            return connection

    @contextmanager
    def write(self, *, serial: bool = True) -> Generator[Cursor]:  # noqa: ARG002  # SQLite's writers are always serial
        """A transaction that holds SQLite's write lock from its beginning."""
        with (
            self._pool.writing() as held,
            translated(self.path),
            transaction(self._writer(held), "BEGIN IMMEDIATE", tries=self._tries) as cursor,
        ):
            yield cursor

    def _writer(self, held: Held[sqlite3.Connection]) -> sqlite3.Connection:
        """SQLite asks for its lock less and less often, so that whoever waits longest has the least chance. So it
        waits for a moment only, and then begins to ask anew.
        """
        is_new = held.connection is None
        connection = held.opened()
        if is_new:
            connection.execute(f"PRAGMA busy_timeout = {min(_BUSY_MOMENT, round(1000 * self._busy_seconds))}")
        return connection

    @contextmanager
    def read(self, *, patient: bool = True) -> Generator[Cursor]:
        """A transaction on one of the reading connections."""
        with (
            self._pool.reading(None if patient else IMPATIENT) as held,
            translated(self.path),
            transaction(held.opened(), "BEGIN") as cursor,
        ):
            yield cursor

    def next_event_ids(self, cursor: Cursor, count: int) -> range:
        """The ids after the last ever used; nobody else can take them while the transaction lasts."""
        return _next_ids(cursor, count)

    def announce(self, cursor: Cursor, last_id: int) -> None:
        """Nothing: who waits for events watches the file."""

    def joined(self, column: str) -> str:
        """SQLite's spelling."""
        return _joined(column)

    def watch(self) -> FileWatch:
        """A watch on the folder of the file."""
        return FileWatch(self.path)

    def now(self, cursor: Cursor) -> float:  # noqa: ARG002  # other databases are asked through it
        """The time of this machine: all who use the file run on it."""
        return round(self._clock.timestamp(), 6)  # what a datetime can hold

    @property
    def open_connections(self) -> int:
        """How many connections this process holds."""
        return self._pool.open_connections

    def close(self) -> None:
        """Close what is idle; the next transaction would open anew."""
        self._pool.close()


class _HeldWhileForking:
    """Sees that no thread is in the middle of a transaction in memory when its process forks.

    The child's copy of the connection would be in the middle of it too, with nobody to end it.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.RLock()
        self._databases: weakref.WeakSet[MemoryDatabase] = weakref.WeakSet()
        self._held: list[threading.RLock] = []
        self._is_registered = False

    def add(self, database: MemoryDatabase) -> None:
        """From now on."""
        with self._one_at_a_time:
            self._databases.add(database)
            if self._is_registered:
                return
            self._is_registered = True
        os.register_at_fork(before=self._hold, after_in_parent=self._let_go, after_in_child=self._let_go)

    def _hold(self) -> None:
        self._one_at_a_time.acquire()
        for database in tuple(self._databases):
            database.lock.acquire()
            self._held.append(database.lock)

    def _let_go(self) -> None:
        while self._held:
            self._held.pop().release()
        self._one_at_a_time.release()


_FORKS: Final = _HeldWhileForking()


class MemoryDatabase:
    """A database in memory: one connection, behind a lock. A forked child has a copy of its own."""

    path: Final = Path(":memory:")

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._pid = os.getpid()
        self._announced = False
        self._watches: weakref.WeakSet[MemoryWatch] = weakref.WeakSet()
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA journal_mode = MEMORY")
        weakref.finalize(self, _close_all, [self._connection], self._pid)
        for statement in schema.statements(schema.SQLITE_TYPES):
            self._connection.execute(statement)
        _FORKS.add(self)

    @property
    def lock(self) -> threading.RLock:
        """Held by whoever uses the connection."""
        return self._lock

    @property
    def open_connections(self) -> int:
        """Its one connection."""
        return 1

    def _own(self) -> None:
        """After a fork the parent's lock may be held for ever, and nobody of this process waits for news."""
        if self._pid != os.getpid():
            self._pid, self._lock = os.getpid(), threading.RLock()
            self._watches = weakref.WeakSet()

    @contextmanager
    def write(self, *, serial: bool = True) -> Generator[Cursor]:  # noqa: ARG002  # alone anyway
        """A transaction, alone on the one connection."""
        self._own()
        with self._lock, translated(self.path), transaction(self._connection, "BEGIN IMMEDIATE") as cursor:
            yield cursor
        if self._announced:
            self._announced = False
            for watch in tuple(self._watches):
                watch.tell()

    @contextmanager
    def read(self, *, patient: bool = True) -> Generator[Cursor]:  # noqa: ARG002  # nothing takes long
        """A transaction, alone on the one connection."""
        self._own()
        with self._lock, translated(self.path), transaction(self._connection, "BEGIN") as cursor:
            yield cursor

    def next_event_ids(self, cursor: Cursor, count: int) -> range:
        """The ids after the last ever used."""
        return _next_ids(cursor, count)

    def announce(self, cursor: Cursor, last_id: int) -> None:  # noqa: ARG002  # they look for themselves
        """Remember to tell those who watch, after the commit: only this process can store something."""
        self._announced = True

    def joined(self, column: str) -> str:
        """SQLite's spelling."""
        return _joined(column)

    def watch(self) -> MemoryWatch:
        """A watch that this object tells."""
        watch = MemoryWatch()
        self._watches.add(watch)
        return watch

    def now(self, cursor: Cursor) -> float:  # noqa: ARG002  # other databases are asked through it
        """The time of the clock that was handed in."""
        return round(self._clock.timestamp(), 6)  # what a datetime can hold

    def close(self) -> None:
        """Let go of all that was stored."""
        with self._lock:
            self._connection.close()


def _joined(column: str) -> str:
    return f"group_concat({column}, char({ord(SEPARATOR)}))"


def _close_all(connections: list[sqlite3.Connection], owner: int) -> None:
    """Close what one process opened; in a child of that process, do nothing."""
    if os.getpid() == owner:
        while connections:
            connections.pop().close()


def _next_ids(cursor: Cursor, count: int) -> range:
    cursor.execute(_LAST_ID)
    row = cursor.fetchone()
    first = (row[0] if row else 0) + 1
    return range(first, first + count)


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def _use_wal(connection: sqlite3.Connection) -> None:
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        # Heard only while the file is empty: room can then be given back piece by piece, beside writers.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL").fetchone()


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str, *, tries: int = 1) -> Generator[Cursor]:
    """A transaction that commits at the end of the block and rolls back on an error. A database that is busy is
    asked so many times to begin.
    """
    cursor = connection.cursor(TolerantCursor)
    try:
        # within, so that an interrupt between the two leaves nothing open
        _begin(cursor, begin, tries)
        yield cursor
        cursor.execute("COMMIT")
    except BaseException:
        # A full disk makes SQLite roll back by itself; asking once more would hide the cause.
        if connection.in_transaction:
            cursor.execute("ROLLBACK")
        raise


def _begin(cursor: TolerantCursor, begin: str, tries: int) -> None:
    for left in reversed(range(tries)):
        try:
            cursor.execute(begin)
        except sqlite3.OperationalError as error:
            if _code(error) not in _BUSY or not left:
                raise
        else:
            return


@contextmanager
def translated(path: Path) -> Generator[None]:
    """The driver's errors as ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _storage_error(error, path) from error
    except UnicodeDecodeError as error:  # the driver cannot read what SQLite says of a damaged file
        raise _damaged(path, "its contents make no sense") from error


# SQLITE_PROTOCOL: others were quicker to change the index of the WAL, again and again.
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & _MASK


def _damaged(path: Path, why: str) -> NotADatabaseError:
    return NotADatabaseError(
        f"{path} is not a database, or a damaged one: {why}.",
        hint="Move the file away to begin with an empty database, or put back a copy of it.",
    )


def _storage_error(error: sqlite3.Error, path: Path) -> StorageError:
    code = _code(error)
    if code in _BUSY:
        return StorageBusyError(f"The database {path} was busy for too long: {error}.", hint="Try again.")
    if code == sqlite3.SQLITE_FULL:
        return full(path)
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return _damaged(path, str(error))
    if code == sqlite3.SQLITE_READONLY:
        return StorageError(
            f"The database {path} cannot be written to: {error}.", hint="Make it writable for this user."
        )
    return StorageError(
        f"The database {path} failed: {error}.", hint="See that the file and its folder can be used."
    )
