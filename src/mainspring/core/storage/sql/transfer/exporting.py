"""Writes runs, or all records of a database, into a file. Rows are taken as they are stored, readable or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import RunNotFoundError, StorageError
from mainspring.core.storage.sql.bare import Bare
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.schema import NUMBER, TABLES
from mainspring.core.storage.sql.setup import check_number
from mainspring.core.storage.sql.sizes import schema_of
from mainspring.core.storage.sql.transfer.columns import DERIVED, PASSING, columns_of_tables
from mainspring.core.storage.sql.transfer.file import ExportWriter, Header, writing
from mainspring.core.storage.sql.transfer.rows import count_of, rows_of

Told = Callable[[str, int, int], object]
"""Hears what is done, how much of it, and of how much."""

_FIRST: Final = ("runs", "backfills")
"""Tables whose rows others refer to."""

EXPORTED: Final = (
    *_FIRST,
    *(name for name in TABLES if name not in (*_FIRST, *DERIVED, *PASSING, "events")),
    "events",
)
"""The tables of a whole export, in the order in which they are written."""

_OFTEN = 2_000


def export_runs(
    database: Bare, run_ids: Sequence[str], path: Path, *, clock: Clock, version: str, told: Told
) -> int:
    """Write runs, each with its tags and its events. How many rows. Raises ``RunNotFoundError`` for unknown ids."""
    header = Header(schema=NUMBER, contents="runs", version=version, written=clock.now().isoformat())
    with database.read() as cursor:
        _check_schema(cursor, database)
        with writing(path, header) as writer:
            for number, run_id in enumerate(run_ids):
                told("exporting runs", number, len(run_ids))
                if not _write(writer, cursor, "runs", where="run_id = ?", given=(run_id,)):
                    raise RunNotFoundError(f"There is no run with the id {run_id}.")
                for table in ("run_tags", "events"):
                    _write(writer, cursor, table, where="run_id = ?", given=(run_id,))
            return writer.rows


def export_instance(database: Bare, path: Path, *, clock: Clock, version: str, told: Told) -> int:
    """Write all records as they are at one moment. How many rows."""
    header = Header(schema=NUMBER, contents="instance", version=version, written=clock.now().isoformat())
    with database.read() as cursor:
        _check_schema(cursor, database)
        total = sum(count_of(cursor, table) for table in EXPORTED)
        with writing(path, header) as writer:
            for table in EXPORTED:
                _write(writer, cursor, table, told=lambda rows: told("exporting", rows, total))
            return writer.rows


def _check_schema(cursor: Cursor, database: Bare) -> None:
    number = schema_of(cursor, database.kind)
    if number is None:
        raise StorageError(f"The database {database.place} holds nothing of ours.")
    check_number(number, place=database.place)


def _write(
    writer: ExportWriter,
    cursor: Cursor,
    table: str,
    *,
    where: str = "",
    given: Sequence[object] = (),
    told: Callable[[int], object] | None = None,
) -> int:
    names = [column.name for column in columns_of_tables()[table]]
    before = writer.rows
    for values in rows_of(cursor, table, where=where, given=given):
        writer.add(table, dict(zip(names, values, strict=True)))
        if told is not None and writer.rows % _OFTEN == 0:
            told(writer.rows)
    return writer.rows - before
