"""A PostgreSQL database as it lies there; see ``bare``. Imported only where a PostgreSQL is used."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import LiteralString, cast

import psycopg

from mainspring.core.storage.sql.bare import POSTGRESQL
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.postgres import Conninfo, PostgresCursor, connect_to, place_of, storage_error

_WRITE = "BEGIN"
_LOCK = "SELECT pg_advisory_xact_lock(53097, hashtext(current_schema()))"
_IDENTITY = (
    "SELECT concat_ws(' ', current_setting('port'), current_setting('data_directory', TRUE), current_database(),"
    " current_schema(), pg_postmaster_start_time())"
)
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class BarePostgres:
    """A database on a server, by the parameters of a connection."""

    kind: str = POSTGRESQL

    def __init__(self, conninfo: Conninfo) -> None:
        self.place: str = place_of(conninfo)
        self.driver = connect_to(conninfo, self.place)
        # What is done here as a whole may take longer than a transaction of daily life.
        self.driver.execute("SET idle_in_transaction_session_timeout = 0", prepare=False)

    @property
    def identity(self) -> str:
        """Which server runs, since when, and the database and schema in it, whatever address leads to it."""
        with self.alone() as cursor:
            cursor.execute(_IDENTITY)
            return str(cursor.fetchone()[0])

    @contextmanager
    def read(self) -> Generator[Cursor]:
        """A transaction that sees one state of the database."""
        with self._transaction(_READ) as cursor:
            yield cursor

    @contextmanager
    def write(self) -> Generator[Cursor]:
        """A transaction that holds the lock of those who write."""
        with self._transaction(_WRITE) as cursor:
            cursor.execute(_LOCK)
            yield cursor

    @contextmanager
    def alone(self) -> Generator[Cursor]:
        """No transaction."""
        try:
            yield PostgresCursor(self.driver.cursor())
        except psycopg.Error as error:
            raise storage_error(error, self.place) from error

    @contextmanager
    def _transaction(self, begin: str) -> Generator[Cursor]:
        with self.alone() as cursor:
            cursor.execute(begin)
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                if not self.driver.broken and not self.driver.closed:
                    self.driver.execute("ROLLBACK", prepare=False)
                raise

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Insert rows by COPY, all or none."""
        text = cast("LiteralString", f"COPY {table} ({', '.join(columns)}) FROM STDIN")
        with self.write(), self.driver.cursor() as cursor, cursor.copy(text) as stream:
            for row in rows:
                stream.write_row(row)

    def close(self) -> None:
        """Close the connection."""
        self.driver.close()
