"""A database that fails at a call of one's choice: what the sweep over all operations puts below the store."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from mainspring.core.base.errors import StorageAwayError, StorageBusyError
from mainspring.core.storage.sql.engine import Cursor, Database
from mainspring.core.storage.watch import Watch


class FailingDatabase:
    """Hands all on to another database, but fails once, at a call that is named by its number.

    Calls are counted from 1, over all transactions: each statement, each taking of storage ids, and each commit.
    ``fail_at(3)`` makes the third fail before it does anything, as a busy database does; ``lose_answer_to(1)`` lets
    the first commit of a transaction that writes succeed and then fails all the same, as a connection that breaks.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.calls = 0
        """How many calls there were since the last ``fail_at`` or ``lose_answer_to``."""
        self.commits = 0
        """How many transactions that write have committed since then."""
        self.has_failed = False
        self._fail_at: int | None = None
        self._lost_at: int | None = None

    def fail_at(self, call: int | None) -> None:
        """Fail at this call, counted from now; ``None``: never."""
        self.calls, self.commits, self.has_failed = 0, 0, False
        self._fail_at, self._lost_at = call, None

    def lose_answer_to(self, commit: int) -> None:
        """Fail after this commit, counted from now."""
        self.fail_at(None)
        self._lost_at = commit

    def _called(self) -> None:
        self.calls += 1
        if self.calls == self._fail_at:
            self.has_failed = True
            raise StorageBusyError(f"The database was busy at call {self.calls}: simulated.")

    @contextmanager
    def write(self, *, serial: bool = True) -> Generator[Cursor]:
        """A transaction that may write."""
        with self._database.write(serial=serial) as cursor:
            yield _FailingCursor(cursor, self._called)
            self._called()
        self.commits += 1
        if self.commits == self._lost_at:
            self.has_failed = True
            raise StorageAwayError("The connection broke after the commit: simulated.")

    @contextmanager
    def read(self, *, patient: bool = True) -> Generator[Cursor]:
        """A transaction that sees one state of the database."""
        with self._database.read(patient=patient) as cursor:
            yield _FailingCursor(cursor, self._called)
            self._called()

    def next_event_ids(self, cursor: Cursor, count: int) -> range:
        """Take storage ids."""
        self._called()
        return self._database.next_event_ids(_bare(cursor), count)

    def announce(self, cursor: Cursor, last_id: int) -> None:
        """Wake those who wait for new events."""
        self._called()
        self._database.announce(_bare(cursor), last_id)

    def now(self, cursor: Cursor) -> float:
        """The database's time."""
        return self._database.now(_bare(cursor))

    def joined(self, column: str) -> str:
        """The spelling of an aggregate."""
        return self._database.joined(column)

    def watch(self) -> Watch:
        """What wakes a thread when events were announced."""
        return self._database.watch()

    @property
    def open_connections(self) -> int:
        """How many connections this process holds."""
        return self._database.open_connections

    def close(self) -> None:
        """Close all connections."""
        self._database.close()


class _FailingCursor:
    """A cursor that reports each statement before it runs it."""

    __slots__ = ("_called", "bare")

    def __init__(self, bare: Cursor, called: Callable[[], None]) -> None:
        self.bare = bare
        self._called = called

    @property
    def rowcount(self) -> int:
        return self.bare.rowcount

    def execute(self, statement: str, parameters: Sequence[object] = (), /) -> object:
        self._called()
        return self.bare.execute(statement, parameters)

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> object:
        self._called()
        return self.bare.executemany(statement, rows)

    def fetchone(self) -> Any:
        return self.bare.fetchone()

    def fetchall(self) -> list[Any]:
        return self.bare.fetchall()


def _bare(cursor: Cursor) -> Cursor:
    return cursor.bare if isinstance(cursor, _FailingCursor) else cursor
