"""Goes through the rows of a table in the order of their keys, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.transfer.columns import columns_of_tables, key_columns

PAGE = 1_000

Values = tuple[Any, ...]


def rows_of(cursor: Cursor, table: str, *, where: str = "", given: Sequence[object] = ()) -> Iterator[Values]:
    """All rows that fit a condition, as they are stored, in the order of the table's columns."""
    columns = [column.name for column in columns_of_tables()[table]]
    key = key_columns(table)
    places = [columns.index(name) for name in key]
    listed, order = ", ".join(columns), ", ".join(key)
    condition = f" WHERE {where}" if where else ""
    cursor.execute(f"SELECT {listed} FROM {table}{condition} ORDER BY {order} LIMIT ?", (*given, PAGE))
    further = f"{where} AND " if where else ""
    while page := cursor.fetchall():
        yield from page
        if len(page) < PAGE:
            return
        last = [_bound(page[-1][place]) for place in places]
        after = ", ".join(mark for mark, _ in last)
        cursor.execute(
            f"SELECT {listed} FROM {table} WHERE {further}({order}) > ({after}) ORDER BY {order} LIMIT ?",
            (*given, *(value for _, value in last), PAGE),
        )


def _bound(value: object) -> tuple[str, object]:
    """A value of a key as a parameter; text that is no UTF-8 can only be given by its bytes."""
    if isinstance(value, str) and not value.isascii():
        data = value.encode("utf-8", "surrogateescape")
        try:
            data.decode()
        except UnicodeDecodeError:
            return "CAST(? AS TEXT)", data
    return "?", value


def count_of(cursor: Cursor, table: str) -> int:
    """How many rows a table has."""
    cursor.execute(f"SELECT COUNT(*) FROM {table}")
    return cursor.fetchone()[0]
