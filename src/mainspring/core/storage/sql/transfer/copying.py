"""Copies all records from one database into another, of the same kind or not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvocationError, StorageError
from mainspring.core.storage.sql import schema
from mainspring.core.storage.sql.bare import POSTGRESQL, Bare
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.setup import UNFINISHED, check_number
from mainspring.core.storage.sql.sizes import schema_of, table_names
from mainspring.core.storage.sql.transfer.cells import fitted
from mainspring.core.storage.sql.transfer.columns import Column, columns_of_tables
from mainspring.core.storage.sql.transfer.identities import go_on_after, last_numbers
from mainspring.core.storage.sql.transfer.rows import count_of, rows_of

Told = Callable[[str, int, int], object]

_BATCH = 1_000
_MODULUS = 2**128

_UNSTAMP = "UPDATE alembic_version SET version_num = ?"
_ORDER = ("runs", *(name for name in schema.TABLES if name != "runs"))


class Copied(msgspec.Struct, frozen=True):
    """What was copied: rows by table. ``mended`` are values that the target cannot hold as they were: text with
    NUL or with bytes that are no UTF-8, and values of another type than their column's.
    """

    source: str
    target: str
    rows: dict[str, int]
    mended: int = 0


def copy_database(source: Bare, target: Bare, *, replace: bool, told: Told) -> Copied:
    """Copy all records, as they are at one moment, into a database without records.

    Until every table is there and its rows have been read back and compared, the target says that it is not to be
    used; a second attempt with ``replace`` begins anew. Raises ``InvocationError`` for a target that holds records.
    """
    if source.kind == target.kind and source.identity == target.identity:
        raise InvocationError(f"{source.place} cannot be copied into itself.")
    with source.read() as reading:
        number = schema_of(reading, source.kind)
        if number is None:
            raise StorageError(f"The database {source.place} holds nothing of ours.")
        check_number(number, place=source.place)
        _prepare(target, replace=replace)
        counts = {table: count_of(reading, table) for table in _ORDER}
        total, before, mended = sum(counts.values()), 0, 0
        sums: dict[str, int] = {}
        for table in _ORDER:
            done = _copy_table(
                reading, target, table, told=lambda rows, past=before: told("copying", past + rows, total)
            )
            sums[table], mended = done.checksum, mended + done.mended
            before += done.rows
        with target.write() as writing:
            last = last_numbers(reading, of_server=source.kind == POSTGRESQL)
            go_on_after(writing, last, of_server=target.kind == POSTGRESQL)
    _compare(target, sums, told)
    with target.write() as writing:
        writing.execute(_UNSTAMP, (schema.NUMBER,))
    return Copied(source.place, target.place, counts, mended)


def _prepare(target: Bare, *, replace: bool) -> None:
    """Empty tables that say they are unfinished."""
    types = schema.POSTGRES_TYPES if target.kind == POSTGRESQL else schema.SQLITE_TYPES
    with target.write() as cursor:
        names = table_names(cursor, target.kind)
        ours = names & {"alembic_version", "dynamic_partitions", *schema.TABLES}
        if ours:
            _may_replace(cursor, target, ours, replace=replace)
            for table in ours:
                cursor.execute(f"DROP TABLE {table}{' CASCADE' if target.kind == POSTGRESQL else ''}")
        elif names - {"sqlite_sequence"} and target.kind != POSTGRESQL:
            raise InvocationError(f"{target.place} is a database of another program.")
        for statement in schema.statements(types):
            cursor.execute(statement)
        cursor.execute(_UNSTAMP, (UNFINISHED,))


def _may_replace(cursor: Cursor, target: Bare, ours: Iterable[str], *, replace: bool) -> None:
    filled = [table for table in ours if table != "alembic_version" and count_of(cursor, table)]
    if not filled or replace:
        return
    if schema_of(cursor, target.kind) == UNFINISHED:
        raise InvocationError(
            f"{target.place} holds a copy that was not finished.", hint="Begin it anew: --replace"
        )
    raise InvocationError(
        f"{target.place} holds records already: {', '.join(sorted(filled)[:4])}.",
        hint="Name an empty database. With --replace what is there is removed for good.",
    )


class _Done(NamedTuple):
    rows: int
    checksum: int
    mended: int


def _copy_table(reading: Cursor, target: Bare, table: str, *, told: Callable[[int], object]) -> _Done:
    columns = columns_of_tables()[table]
    names = [column.name for column in columns]
    checksum, rows, mended = 0, 0, 0
    source = rows_of(reading, table)
    while batch := list(islice(source, _BATCH)):
        ready = [_fitted(row, columns) for row in batch]
        mended += sum(_differ(old, new) for old, new in zip(batch, ready, strict=True))
        checksum = _added(checksum, ready)
        target.insert(table, names, ready)
        rows += len(batch)
        told(rows)
    return _Done(rows, checksum, mended)


def _fitted(row: Sequence[Any], columns: Sequence[Column]) -> tuple[object, ...]:
    return tuple(fitted(value, column) for value, column in zip(row, columns, strict=True))


def _differ(old: Sequence[Any], new: Sequence[Any]) -> int:
    return sum(1 for before, after in zip(old, new, strict=True) if before != after)


def _added(checksum: int, rows: Iterable[Sequence[object]]) -> int:
    """The checksum of rows whose order does not matter: databases may differ in it."""
    for row in rows:
        checksum += int.from_bytes(hashlib.blake2b(serial.encode(row), digest_size=16).digest())
    return checksum % _MODULUS


def _compare(target: Bare, sums: dict[str, int], told: Told) -> None:
    """Read everything back. Raises ``StorageError`` where a table is not what was sent."""
    with target.read() as cursor:
        for number, (table, expected) in enumerate(sums.items()):
            told("comparing tables", number, len(sums))
            columns = columns_of_tables()[table]
            if _added(0, (_fitted(row, columns) for row in rows_of(cursor, table))) != expected:
                raise StorageError(
                    f"The table {table} of {target.place} is not what was copied into it.",
                    hint="Somebody wrote to it meanwhile, or it is damaged. Copy again: --replace",
                )
