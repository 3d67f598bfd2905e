"""How much room each table takes, how much is free, and what else is to be known of a database from outside."""

from __future__ import annotations

from typing import Any

import msgspec

from mainspring.core.storage.sql.bare import SQLITE, Bare, BareSqlite
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.schema import TABLES


class TableSize(msgspec.Struct, frozen=True):
    """A table: its rows, and the bytes that it and its indexes take. ``about``: the rows were estimated."""

    name: str
    rows: int
    bytes: int
    index_bytes: int
    about: bool = False


class DatabaseInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A database from outside. Sizes are in bytes; ``None`` where this kind of database has no such thing.

    * ``schema``: the number of its schema; ``None`` where it has none of ours.
    * ``file_bytes``, ``journal_bytes``: the file and the journal of writes beside it (SQLite).
    * ``free_bytes``: room inside the file that new rows take before the file grows.
    * ``gives_back``: whether that room can be given back piece by piece, while others write.
    * ``connections``, ``most_connections``: those that are open to the database, and those the server allows.
    """

    kind: str
    place: str
    version: str
    schema: str | None
    total_bytes: int
    file_bytes: int | None = None
    journal_bytes: int | None = None
    free_bytes: int | None = None
    gives_back: bool | None = None
    connections: int | None = None
    most_connections: int | None = None
    tables: list[TableSize] = []


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What is recorded in a database: the newest event, and how many runs stand how."""

    latest_event_id: int | None
    latest_event_time: float | None
    runs_by_status: dict[str, int]


_STAMP = "SELECT version_num FROM alembic_version"
_LATEST = "SELECT id, timestamp FROM events ORDER BY id DESC LIMIT 1"
_STATUSES = "SELECT status, COUNT(*) FROM runs GROUP BY status ORDER BY status"

_SQLITE_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_SQLITE_INDEXES = "SELECT name, tbl_name FROM sqlite_master WHERE type IN ('table', 'index')"
_SQLITE_PAGES = "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE"

_POSTGRES_NAMES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
_POSTGRES_SIZES = (
    "SELECT c.relname, c.reltuples, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'"
)
_POSTGRES_CONNECTIONS = (
    "SELECT COUNT(*), current_setting('max_connections'), current_setting('server_version')"
    " FROM pg_stat_activity WHERE datname = current_database()"
)
_COUNTED_BYTES = 128 * 1024 * 1024
"""A table of PostgreSQL that is larger than this is not counted row by row."""


def schema_of(cursor: Cursor, kind: str) -> str | None:
    """The number of the schema; ``None`` where the database is empty or another program's."""
    if "alembic_version" not in table_names(cursor, kind):
        return None
    cursor.execute(_STAMP)
    row = cursor.fetchone()
    return None if row is None else str(row[0])


def table_names(cursor: Cursor, kind: str) -> set[str]:
    """The names of all tables."""
    cursor.execute(_SQLITE_NAMES if kind == SQLITE else _POSTGRES_NAMES)
    return {row[0] for row in cursor.fetchall()}


def database_info(database: Bare) -> DatabaseInfo:
    """Look at a database. It is not changed, whatever its schema is."""
    with database.read() as cursor:
        number = schema_of(cursor, database.kind)
        if isinstance(database, BareSqlite):
            return _of_sqlite(cursor, database, number)
        return _of_postgres(cursor, database, number)


def recorded(database: Bare) -> Recorded:
    """What is recorded in a database of any version of ours."""
    with database.read() as cursor:
        names = table_names(cursor, database.kind)
        latest: Any = None
        if "events" in names:
            cursor.execute(_LATEST)
            latest = cursor.fetchone()
        statuses: list[Any] = []
        if "runs" in names:
            cursor.execute(_STATUSES)
            statuses = cursor.fetchall()
    when = latest[1] if latest else None
    return Recorded(
        latest_event_id=latest[0] if latest else None,
        latest_event_time=float(when) if isinstance(when, (int, float)) else None,
        runs_by_status={str(status): count for status, count in statuses},
    )


def _of_sqlite(cursor: Cursor, database: BareSqlite, number: str | None) -> DatabaseInfo:
    page = _pragma(cursor, "page_size")
    journal = database.path.with_name(database.path.name + "-wal")
    file_bytes = _pragma(cursor, "page_count") * page
    journal_bytes = journal.stat().st_size if journal.is_file() else 0
    cursor.execute("SELECT sqlite_version()")
    return DatabaseInfo(
        kind=database.kind,
        place=database.place,
        version=cursor.fetchone()[0],
        schema=number,
        total_bytes=file_bytes + journal_bytes,
        file_bytes=file_bytes,
        journal_bytes=journal_bytes,
        free_bytes=_pragma(cursor, "freelist_count") * page,
        gives_back=_pragma(cursor, "auto_vacuum") == 2,
        tables=_sqlite_tables(cursor),
    )


def _pragma(cursor: Cursor, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    return cursor.fetchone()[0]


def _sqlite_tables(cursor: Cursor) -> list[TableSize]:
    cursor.execute(_SQLITE_INDEXES)
    owner: dict[str, str] = dict(cursor.fetchall())
    cursor.execute(_SQLITE_PAGES)
    own: dict[str, int] = {}
    indexes: dict[str, int] = {}
    pages: list[tuple[str, int]] = cursor.fetchall()
    for name, size in pages:
        table: str = owner.get(name, name)
        into = own if table == name else indexes
        into[table] = into.get(table, 0) + size
    return [
        TableSize(name, _count(cursor, name), own[name], indexes.get(name, 0))
        for name in _ours(owner)
        if name in own
    ]


def _of_postgres(cursor: Cursor, database: Bare, number: str | None) -> DatabaseInfo:
    cursor.execute(_POSTGRES_CONNECTIONS)
    connections, most, version = cursor.fetchone()
    cursor.execute(_POSTGRES_SIZES)
    sizes = {name: (rows, own, indexes) for name, rows, own, indexes in cursor.fetchall()}
    tables: list[TableSize] = []
    for name in _ours(sizes):
        rows, own, indexes = sizes[name]
        about = own > _COUNTED_BYTES and rows >= 0
        tables.append(
            TableSize(name, int(rows) if about else _count(cursor, name), own, indexes, about=about)
        )
    return DatabaseInfo(
        kind=database.kind,
        place=database.place,
        version=version,
        schema=number,
        total_bytes=sum(one.bytes + one.index_bytes for one in tables),
        connections=connections,
        most_connections=int(most),
        tables=tables,
    )


def _ours(names: Any) -> list[str]:
    """Our tables in their own order; those of former versions stand behind."""
    return [name for name in (*TABLES, "dynamic_partitions") if name in names]


def _count(cursor: Cursor, table: str) -> int:
    cursor.execute(f"SELECT COUNT(*) FROM {table}")
    return cursor.fetchone()[0]
