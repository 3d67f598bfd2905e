"""A database as it lies there: nothing is made in it and its schema is not asked for.

For those who look at databases of any version, move them as a whole, or give their free room back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from mainspring.core.base.errors import StorageError
from mainspring.core.storage.sql.engine import Cursor, marks
from mainspring.core.storage.sql.sqlite import BUSY_SECONDS, transaction, translated
from mainspring.core.storage.sql.sqlite_access import address

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


class Bare(Protocol):
    """One connection to a database. ``place`` names it without any password."""

    @property
    def kind(self) -> str:
        """``SQLite`` or ``PostgreSQL``."""
        ...

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        ...

    @property
    def identity(self) -> str:
        """The same for two connections to the same tables, and for no others."""
        ...

    def read(self) -> AbstractContextManager[Cursor]:
        """A transaction that sees one state of the database from its first statement on."""
        ...

    def write(self) -> AbstractContextManager[Cursor]:
        """A transaction that may write; no other writer is at work while it lasts."""
        ...

    def alone(self) -> AbstractContextManager[Cursor]:
        """No transaction: each statement stands for itself."""
        ...

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Insert rows into a table of ours, in a transaction of their own, the fastest way there is."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class BareSqlite:
    """A file. ``read_only`` never changes it; without it a file that is not there is an error just the same.

    Text that is not UTF-8 comes out with surrogates in the place of the bytes that are none.
    """

    kind: str = SQLITE

    def __init__(self, path: Path, *, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self.place: str = str(path)
        if not path.is_file():
            raise StorageError(
                f"There is no database {path}.", hint="Nothing is recorded there yet, or it lies elsewhere."
            )
        with translated(path):
            self.driver = sqlite3.connect(
                address(path, writable=False) if read_only else f"{address(path, writable=True)}?mode=rw",
                uri=True,
                timeout=busy_seconds,
                isolation_level=None,
                check_same_thread=False,
            )
            self.driver.text_factory = _any_text
            self.driver.execute("PRAGMA foreign_keys = ON")
            self.driver.execute("PRAGMA synchronous = NORMAL")

    @property
    def identity(self) -> str:
        """The file, whatever path leads to it."""
        return str(self.path.resolve())

    @contextmanager
    def read(self) -> Generator[Cursor]:
        """A transaction that sees one state of the database."""
        with translated(self.path), transaction(self.driver, "BEGIN") as cursor:
            yield cursor

    @contextmanager
    def write(self) -> Generator[Cursor]:
        """A transaction that holds SQLite's write lock."""
        with translated(self.path), transaction(self.driver, "BEGIN IMMEDIATE") as cursor:
            yield cursor

    @contextmanager
    def alone(self) -> Generator[Cursor]:
        """No transaction."""
        with translated(self.path):
            yield self.driver.cursor()

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Insert rows, all or none."""
        text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(len(columns))})"
        with self.write() as cursor:
            cursor.executemany(text, rows)

    def close(self) -> None:
        """Close the connection."""
        self.driver.close()


def _any_text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")
