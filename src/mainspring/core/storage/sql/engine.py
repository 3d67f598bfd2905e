"""What the statements need of a database. One implementation for each kind of database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.storage.watch import Watch

Row = tuple[Any, ...]


class Cursor(Protocol):
    """Runs statements inside a transaction. Parameters are written ``?``."""

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        ...

    def execute(self, statement: str, parameters: Sequence[object] = ..., /) -> object:
        """Run a statement."""
        ...

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> object:
        """Run a statement once for each row of parameters."""
        ...

    def fetchone(self) -> Any:
        """The next row, or ``None``."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        ...


class Database(Protocol):
    """Hands out transactions. Errors of the driver come out as the storage errors of
    ``core/base/errors.py``.
    """

    @property
    def open_connections(self) -> int:
        """How many connections this process holds: four at most."""
        ...

    def write(self, *, serial: bool = True) -> AbstractContextManager[Cursor]:
        """A transaction that may write, begun as such: it commits at the end of the block and rolls back on
        an error.

        One at a time over the whole database, whichever process it is in: what it reads holds until it
        commits. Where nothing it reads matters, ``serial=False`` lets a database that can run it beside
        others.
        """
        ...

    def read(self, *, patient: bool = True) -> AbstractContextManager[Cursor]:
        """A transaction that sees one state of the database from its first statement on.

        ``patient=False`` is for who asks again anyway: a server that is away is not waited for.
        """
        ...

    def next_event_ids(self, cursor: Cursor, count: int) -> range:
        """Take so many storage ids for events, inside a transaction that writes."""
        ...

    def announce(self, cursor: Cursor, last_id: int) -> None:
        """Wake those who wait for new events, once the transaction has committed."""
        ...

    def joined(self, column: str) -> str:
        """The spelling of an aggregate: all texts of a column as one, with ``SEPARATOR`` between them."""
        ...

    def watch(self) -> Watch:
        """What wakes a thread when events were announced, by this process or another."""
        ...

    def now(self, cursor: Cursor) -> float:
        """The database's time, in seconds since 1970: what leases are measured by."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


IMPATIENT = 1.0
"""How many seconds a read that is not patient waits for a connection."""

SEPARATOR = "\x1f"
"""What stands between texts that are ``joined``: the unit separator of ASCII."""

CHUNK = 500
"""The most values that one statement lists."""


def too_many(count: int) -> InvariantViolationError:
    """What is said where a statement has more parameters than the database takes."""
    return InvariantViolationError(
        f"So many values cannot be asked for at once: {count:,}.", hint="Ask for some thousand at a time."
    )


def marks(count: int) -> str:
    """``?, ?, ?`` for so many parameters."""
    return ", ".join("?" * count)


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """The values in pieces that a statement can list."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
