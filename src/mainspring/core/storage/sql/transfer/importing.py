"""Takes in what an export holds: runs one by one, or a whole instance at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby, islice

import msgspec

from mainspring.core.base.errors import InvocationError, StorageError
from mainspring.core.storage.sql.engine import Cursor, Database, marks
from mainspring.core.storage.sql.refill import refill_asset
from mainspring.core.storage.sql.schema import NUMBER, TABLES
from mainspring.core.storage.sql.sqlite import MemoryDatabase, SqliteDatabase
from mainspring.core.storage.sql.transfer.cells import fitted
from mainspring.core.storage.sql.transfer.columns import columns_of_tables
from mainspring.core.storage.sql.transfer.exporting import EXPORTED
from mainspring.core.storage.sql.transfer.file import ExportFile, Row
from mainspring.core.storage.sql.transfer.identities import go_on_after
from mainspring.core.storage.sql.verify_runs import mend_run

Told = Callable[[str, int, int | None], object]

_BATCH = 500
_KNOWN_RUN = "SELECT 1 FROM runs WHERE run_id = ?"
_ASSETS_OF_RUN = (
    "SELECT DISTINCT asset_key FROM events WHERE run_id = ? AND scope = 1 AND asset_key IS NOT NULL"
)
_ALL_ASSETS = (
    "SELECT DISTINCT asset_key FROM events WHERE scope = 1 AND asset_key IS NOT NULL ORDER BY asset_key"
)
_ALL_RUNS = "SELECT run_id FROM runs ORDER BY id"
_LAST = "SELECT MAX(id) FROM events"
_UNHELD = {"lease_holder": None, "lease_until": None}


class Imported(msgspec.Struct, frozen=True):
    """What was taken in: rows, and ids of runs; those of runs that were there already and were left as they were."""

    rows: int
    runs: list[str]
    skipped: list[str] = []


def import_file(database: Database, file: ExportFile, *, skip_existing: bool, told: Told) -> Imported:
    """Take in an export, all of its lines checked before anything is written.

    Of a file of runs each goes in by a transaction of its own, with new storage ids behind all there are; a run
    that is there already is refused before anything is written, or left out with ``skip_existing``. A whole
    instance goes in by one transaction, with its storage ids, into a database that is empty.
    """
    header = file.header()
    if header.schema != NUMBER:
        raise InvocationError(
            f"{file.path} was written with the schema {header.schema}; this version works with {NUMBER}.",
            hint="Export it again with this version.",
        )
    total = _checked(file, header.contents, told)
    try:
        if header.contents == "instance":
            return _import_instance(database, file, total, told)
        return _import_runs(database, file, skip_existing=skip_existing, told=told)
    except StorageError as error:
        if error.transient:
            raise
        raise InvocationError(
            f"{file.path}, line {file.line} or before it: the database does not take it: {error.message}",
            hint="What was being imported there was left out as a whole.",
        ) from error


def _checked(file: ExportFile, contents: str, told: Told) -> int:
    """How many rows there are. Raises for the first line that does not belong there."""
    run_id: object = None
    count = 0
    for row in file.rows():
        count += 1
        if count % _BATCH == 0:
            told("checking the file", count, None)
        if contents == "instance":
            _must(file, row.table in EXPORTED, f"rows of the table {row.table} are in no export")
            continue
        own = row.values.get("run_id")
        if row.table == "runs":
            _must(file, isinstance(own, str) and own != "", "the run has no id")
            run_id = own
        _must(
            file,
            row.table in ("runs", "run_tags", "events") and own == run_id,
            "it belongs to no run that stands before it",
        )
    return count


def _must(file: ExportFile, holds: bool, otherwise: str) -> None:
    if not holds:
        raise InvocationError(f"{file.path}, line {file.line}: {otherwise}.", hint="Nothing was imported.")


def _import_instance(database: Database, file: ExportFile, total: int, told: Told) -> Imported:
    run_ids: list[str] = []
    with database.write() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
            if cursor.fetchone() is not None:
                raise InvocationError(
                    f"A whole instance can only be imported into an empty one: there are {table} already.",
                    hint="Import it into a new MAINSPRING_HOME, or export single runs.",
                )
        done = 0
        for table, rows in groupby(file.rows(), key=_table_of):
            done += _insert(
                cursor, table, rows, told=lambda count, before=done: told("importing", before + count, total)
            )
        cursor.execute(_LAST)
        last = cursor.fetchone()[0]
        go_on_after(cursor, {}, of_server=not isinstance(database, (SqliteDatabase, MemoryDatabase)))
        run_ids = _derive_all(cursor, told)
        if last:
            database.announce(cursor, last)
    return Imported(done, run_ids)


def _derive_all(cursor: Cursor, told: Told) -> list[str]:
    cursor.execute(_ALL_RUNS)
    run_ids = [row[0] for row in cursor.fetchall()]
    for number, run_id in enumerate(run_ids):
        told("deriving runs", number, len(run_ids))
        mend_run(cursor, run_id)
    cursor.execute(_ALL_ASSETS)
    assets = [row[0] for row in cursor.fetchall()]
    for number, asset in enumerate(assets):
        told("deriving assets", number, len(assets))
        refill_asset(cursor, asset)
    return run_ids


def _import_runs(database: Database, file: ExportFile, *, skip_existing: bool, told: Told) -> Imported:
    run_ids = list(dict.fromkeys(str(row.values["run_id"]) for row in file.rows() if row.table == "runs"))
    existing = _existing(database, run_ids)
    if existing and not skip_existing:
        raise InvocationError(
            f"The run {existing[0]} is there already"
            f"{f', and {len(existing) - 1:,} more of the file' if len(existing) > 1 else ''}.",
            hint="Nothing was imported. Leave out those that are there: --skip-existing",
        )
    rows, imported = 0, list[str]()
    left_out = frozenset(existing)
    for run_id, of_run in groupby(file.rows(), key=_run_of):
        if run_id in left_out:
            continue
        told("importing runs", len(imported), len(run_ids))
        with database.write() as cursor:
            rows += _import_run(database, cursor, run_id, of_run)
        imported.append(run_id)
    return Imported(rows, imported, existing)


def _existing(database: Database, run_ids: list[str]) -> list[str]:
    found: list[str] = []
    with database.read() as cursor:
        for run_id in run_ids:
            cursor.execute(_KNOWN_RUN, (run_id,))
            if cursor.fetchone() is not None:
                found.append(run_id)
    return found


def _import_run(database: Database, cursor: Cursor, run_id: str, rows: Iterator[Row]) -> int:
    """One run with new storage ids, and what follows from its events."""
    done = 0

    def numbered(batch: list[dict[str, object]]) -> list[dict[str, object]]:
        ids = database.next_event_ids(cursor, len(batch))
        return [{**values, "id": number} for values, number in zip(batch, ids, strict=True)]

    for table, of_table in groupby(rows, key=_table_of):
        change = {"runs": _unheld, "events": numbered}.get(table)
        done += _insert(cursor, table, of_table, change=change)
    mend_run(cursor, run_id)
    cursor.execute(_ASSETS_OF_RUN, (run_id,))
    for (asset,) in cursor.fetchall():
        refill_asset(cursor, asset)
    cursor.execute(_LAST)
    last = cursor.fetchone()[0]
    if last:
        database.announce(cursor, last)
    return done


def _unheld(batch: list[dict[str, object]]) -> list[dict[str, object]]:
    """Runs that nobody here works on, with numbers of their own."""
    return [
        {name: value for name, value in {**values, **_UNHELD}.items() if name != "id"} for values in batch
    ]


def _insert(
    cursor: Cursor,
    table: str,
    rows: Iterator[Row],
    *,
    change: Callable[[list[dict[str, object]]], list[dict[str, object]]] | None = None,
    told: Callable[[int], object] | None = None,
) -> int:
    done = 0
    while batch := list(islice(rows, _BATCH)):
        values = [one.values for one in batch]
        if change is not None:
            values = change(values)
        columns = [
            column for column in columns_of_tables()[table] if not column.identity or column.name in values[0]
        ]
        text = (
            f"INSERT INTO {table} ({', '.join(one.name for one in columns)}) VALUES ({marks(len(columns))})"
        )
        cursor.executemany(
            text, [tuple(fitted(one.get(column.name), column) for column in columns) for one in values]
        )
        done += len(batch)
        if told is not None:
            told(done)
    return done


def _table_of(row: Row) -> str:
    return row.table


def _run_of(row: Row) -> str:
    return str(row.values["run_id"])
