"""PostgreSQL over psycopg: the connections, the transactions and the errors of the driver live here.

Imported only where a PostgreSQL is used: ``pip install 'mainspring[postgres]'``.
"""

from __future__ import annotations

import logging
import re
import weakref
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, LiteralString, cast

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import StorageAwayError, StorageBusyError, StorageError, StorageFullError
from mainspring.core.storage.sql import schema, setup
from mainspring.core.storage.sql.engine import IMPATIENT, SEPARATOR, Cursor, too_many
from mainspring.core.storage.sql.listen import ListenWatch
from mainspring.core.storage.sql.pool import Held, Pool
from mainspring.core.storage.sql.storable import raise_refusal

AWAY_SECONDS = 90.0
"""How long a transaction waits to begin on a server that was there before and cannot be reached now: longer than a
server that is started again within a minute.
"""

READERS = 2
"""Connections for reading; with the one for writing and the one that listens, four in all."""

CHANNEL: Final = "mainspring_events"
"""Where each commit of events tells the storage id of its newest."""

_LONGEST_PAUSE = 1.0

_QUIET_SECONDS = 2.0
"""How long it waits before it is said."""

_log = logging.getLogger("mainspring.storage")

_MOST_PARAMETERS = 65_535
"""What the protocol can count."""

# The lock makes writers wait for each other over all processes, so that storage ids are committed in their order and
# what a writer has read still holds when it commits: what BEGIN IMMEDIATE is to SQLite. One for each schema.
_BEGIN_SERIAL = (
    "BEGIN; SELECT pg_advisory_xact_lock(53097, hashtext(current_schema()));"
    " SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8"
)
_BEGIN = "BEGIN; SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8"
_BEGIN_READ = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8"
)

# A process that is stopped in the middle of a transaction would hold the lock for ever; who waits for it must have
# more patience than that. A machine that vanished is noticed by the server within a minute, not after two hours.
_SESSION = (
    "SET lock_timeout = '60s'; SET idle_in_transaction_session_timeout = '30s';"
    " SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;"
    " SET client_min_messages = 'warning'"
)

_TAKE_IDS = "SELECT setval('events_id_seq', nextval('events_id_seq') + ? - 1)"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_NOTIFY = f"SELECT pg_notify('{CHANNEL}', CAST(? AS TEXT))"

Conninfo = str | Mapping[str, Any]
Driver = psycopg.Connection[tuple[Any, ...]]


class PostgresDatabase:
    """A database on a server. One connection writes, behind a lock; two read; a fourth may listen.

    ``conninfo`` is a URL, or the parameters of a connection as libpq names them. ``database_time`` stands for
    the server's clock in tests.
    """

    def __init__(
        self,
        conninfo: Conninfo,
        *,
        clock: Clock,
        away_seconds: float = AWAY_SECONDS,
        database_time: Callable[[], float] | None = None,
    ) -> None:
        self._conninfo = conninfo
        self._clock = clock
        self._away_seconds = 0.0
        self._database_time = database_time
        self.place: str = place_of(conninfo)
        self._watches: weakref.WeakSet[ListenWatch] = weakref.WeakSet()
        self._pool: Pool[Driver] = Pool(self.connect, readers=READERS)
        # The first time nobody waits: an address that is wrong is said at once.
        with self.write() as cursor:
            setup.ensure_schema(cursor, schema.POSTGRES_TYPES, place=self.place, tables=_TABLES, shared=True)
        self._away_seconds = away_seconds

    def connect(self) -> Driver:
        """A connection of its own, which the caller closes. Raises a storage error that says what to mend."""
        return connect_to(self._conninfo, self.place)

    @contextmanager
    def write(self, *, serial: bool = True) -> Generator[Cursor]:
        """A transaction that may write; see ``Database.write``."""
        with (
            self._pool.writing() as held,
            self._transaction(held, _BEGIN_SERIAL if serial else _BEGIN, away=self._away_seconds) as cursor,
        ):
            yield cursor

    @contextmanager
    def read(self, *, patient: bool = True) -> Generator[Cursor]:
        """A transaction that sees one state of the database."""
        away = self._away_seconds if patient else 0.0
        with (
            self._pool.reading(None if patient else IMPATIENT) as held,
            self._transaction(held, _BEGIN_READ, away=away) as cursor,
        ):
            yield cursor

    @contextmanager
    def _transaction(self, held: Held[Driver], begin: LiteralString, *, away: float) -> Generator[Cursor]:
        cursor = self._begun(held, begin, away)
        try:
            yield cursor
            cursor.driver.execute("COMMIT", prepare=False)
        except psycopg.Error as error:
            self._roll_back(held)
            raise storage_error(error, self.place) from error
        except BaseException:
            self._roll_back(held)
            raise

    def _begun(self, held: Held[Driver], begin: LiteralString, away: float) -> PostgresCursor:
        """A cursor in a transaction. Nothing has been sent yet, so a broken connection is simply replaced."""
        began = self._clock.monotonic()
        pause = 0.05
        is_told = False
        while True:
            fresh = held.connection is None
            waited = self._clock.monotonic() - began
            try:
                return self._begin(held, begin)
            except StorageAwayError as error:
                held.drop()
                if not fresh:
                    continue
                if waited >= away:
                    raise
                if waited >= _QUIET_SECONDS and not is_told:
                    is_told = True
                    _log.warning("Waiting for the database, up to %.0f s: %s", away, error)
            except StorageBusyError:
                # the server may have a connection left when another process has ended
                if held.connection is not None or waited >= away:
                    raise
            self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _begin(self, held: Held[Driver], begin: LiteralString) -> PostgresCursor:
        connection = held.opened()
        try:
            cursor = PostgresCursor(connection.cursor())
            cursor.driver.execute(begin, prepare=False)
            while cursor.driver.nextset():
                pass
            cursor.began = cursor.driver.fetchone()[0]  # pyright: ignore[reportOptionalSubscript]
        except psycopg.Error as error:
            self._roll_back(held)
            raise storage_error(error, self.place) from error
        except BaseException:  # an interrupt while it waited for the lock, or just after it got it
            self._roll_back(held)
            raise
        return cursor

    def _roll_back(self, held: Held[Driver]) -> None:
        """End a transaction that failed; a connection that cannot even do that is dropped."""
        connection = held.connection
        if connection is None:
            return
        try:
            if not connection.broken:
                connection.execute("ROLLBACK", prepare=False)
                return
        except psycopg.Error:
            pass  # as good as broken
        held.drop()

    def next_event_ids(self, cursor: Cursor, count: int) -> range:
        """The ids after the last ever used: the transaction holds the lock, nobody else takes any."""
        cursor.execute(_TAKE_IDS, (count,))
        last = cursor.fetchone()[0]
        return range(last - count + 1, last + 1)

    def announce(self, cursor: Cursor, last_id: int) -> None:
        """Tell those who listen, at the commit, that there are new events."""
        cursor.execute(_NOTIFY, (str(last_id),))

    def joined(self, column: str) -> str:
        """PostgreSQL's spelling."""
        return f"string_agg({column}, chr({ord(SEPARATOR)}))"

    def watch(self) -> ListenWatch:
        """The connection that listens: one, however many follow the log."""
        watch = ListenWatch(self.connect, CHANNEL)
        self._watches.add(watch)
        return watch

    def now(self, cursor: Cursor) -> float:
        """The server's time at the beginning of the transaction, once it held the lock."""
        if self._database_time is not None:
            return self._database_time()
        return cast("PostgresCursor", cursor).began

    @property
    def open_connections(self) -> int:
        """How many connections this process holds."""
        return self._pool.open_connections + sum(watch.is_open for watch in tuple(self._watches))

    def close(self) -> None:
        """Close what is idle; the next transaction would open anew."""
        self._pool.close()


class PostgresCursor:
    """A driver's cursor that takes ``?`` for a parameter. ``began`` is the time at which its transaction began."""

    __slots__ = ("began", "driver")

    def __init__(self, driver: psycopg.Cursor[tuple[Any, ...]]) -> None:
        self.driver = driver
        self.began = 0.0

    @property
    def rowcount(self) -> int:
        return self.driver.rowcount

    def execute(self, statement: str, parameters: Sequence[object] = (), /) -> object:
        if len(parameters) > _MOST_PARAMETERS:
            raise too_many(len(parameters))
        try:
            self.driver.execute(_in_driver_spelling(statement), parameters or None)
        except (UnicodeEncodeError, psycopg.DataError):
            raise_refusal(statement, [parameters])
            raise
        return self

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> object:
        known = list(rows)
        try:
            self.driver.executemany(_in_driver_spelling(statement), known)
        except (UnicodeEncodeError, psycopg.DataError):
            raise_refusal(statement, known)
            raise
        return self

    def fetchone(self) -> Any:
        return self.driver.fetchone()

    def fetchall(self) -> list[Any]:
        return self.driver.fetchall()


@lru_cache(maxsize=4096)
def _in_driver_spelling(statement: str) -> LiteralString:
    """The driver's spelling of a statement; our texts hold no other ``?`` and no ``%``."""
    return cast("LiteralString", statement.replace("?", "%s"))


def connect_to(conninfo: Conninfo, place: str) -> Driver:
    """A connection that commits by itself. Raises a storage error that says what to mend, without the password."""
    given: dict[str, Any] = {
        "connect_timeout": 10,
        "application_name": "mainspring",
        "keepalives_idle": 30,
    }
    try:
        known = conninfo_to_dict(conninfo) if isinstance(conninfo, str) else conninfo
        connection = psycopg.connect(autocommit=True, **{**given, **known})
        connection.execute(_SESSION, prepare=False)
    except psycopg.Error as error:
        raise _connect_error(error, place) from None  # the driver's own text may hold the password
    connection.prepared_max = 500
    return connection


def place_of(conninfo: Conninfo) -> str:
    """The server and database, for messages: never the password."""
    try:
        known: Mapping[str, Any] = conninfo_to_dict(conninfo) if isinstance(conninfo, str) else conninfo
    except psycopg.Error:
        raise StorageError(
            "The URL of the PostgreSQL database cannot be understood.",
            hint="It has the form postgresql://user:password@host:5432/database.",
        ) from None
    host = known.get("host") or "localhost"
    return f"{known.get('dbname') or known.get('user') or 'postgres'} at {host}:{known.get('port') or 5432}"


# The address is part of the text, and may be made of any words.
_NO_SUCH_USER = re.compile(r'role ".*" (?:does not exist|is not permitted)')


def _connect_error(error: psycopg.Error, place: str) -> StorageError:
    """Why there is no connection. The server's first line is shown: it names a user or a database at most."""
    text = str(error).strip()
    if "too many" in text or "remaining connection slots" in text:
        return StorageBusyError(
            f"The PostgreSQL database {place} has no connection left: {_said(text)}",
            hint="Each process takes at most four; raise max_connections of the server.",
        )
    if "authentication failed" in text or "no password supplied" in text or _NO_SUCH_USER.search(text):
        return StorageError(
            f"The PostgreSQL database {place} refused the user: {_said(text)}",
            hint="Check the user name and the password of the storage settings.",
        )
    if "does not exist" in text:
        return StorageError(
            f"There is no PostgreSQL database {place}: {_said(text)}",
            hint="Make it: createdb NAME. Its tables are made by themselves.",
        )
    return StorageAwayError(
        f"The PostgreSQL database {place} cannot be reached: {_said(text)}",
        hint="See that the server runs and that host and port are right.",
    )


def _said(text: str) -> str:
    """What the driver says, without what it says of itself."""
    first = text.splitlines()[0].strip() if text else "no reason was given"
    return first.removeprefix("connection failed: ")


_AWAY = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.IdleInTransactionSessionTimeout,
)
_BUSY = (
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.TooManyConnections,
)
_FULL = (errors.DiskFull, errors.OutOfMemory)


def storage_error(error: psycopg.Error, place: str) -> StorageError:
    """The driver's error as one of ours."""
    reason = _said(str(error))
    if isinstance(error, _FULL):
        return StorageFullError(
            f"The PostgreSQL server of {place} has no room left: {reason}",
            hint="Free some space there; what was not stored can be sent again.",
        )
    if isinstance(error, _BUSY):
        return StorageBusyError(
            f"The PostgreSQL database {place} was busy for too long: {reason}", hint="Try again."
        )
    if isinstance(error, _AWAY) or (
        isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)) and error.sqlstate is None
    ):
        return StorageAwayError(
            f"The PostgreSQL database {place} went away: {reason}", hint="It is tried again when it is back."
        )
    return StorageError(
        f"The PostgreSQL database {place} failed: {reason}",
        hint="See that the user may write there, and what the server's log says.",
    )
