"""The numbers that a database gives to new rows, after rows came with numbers of their own."""

from __future__ import annotations

from collections.abc import Mapping

from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.transfer.columns import columns_of_tables

_GREATEST = "SELECT COALESCE(MAX(id), 0) FROM {table}"
_SET = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), ?, ?)"
_GIVEN_IN_POSTGRES = "SELECT last_value, is_called FROM {table}_id_seq"
_GIVEN_IN_SQLITE = "SELECT seq FROM sqlite_sequence WHERE name = ?"
_FORGET_IN_SQLITE = "DELETE FROM sqlite_sequence WHERE name = ?"
_SET_IN_SQLITE = "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)"


def tables_with_numbers() -> list[str]:
    """Those tables whose rows are numbered by the database."""
    return [name for name, columns in columns_of_tables().items() if any(one.identity for one in columns)]


def last_numbers(cursor: Cursor, *, of_server: bool) -> dict[str, int]:
    """The last number each table has given: none is ever given twice, whatever was removed since."""
    found: dict[str, int] = {}
    for table in tables_with_numbers():
        if of_server:
            cursor.execute(_GIVEN_IN_POSTGRES.format(table=table))
            last, is_called = cursor.fetchone()
            found[table] = last if is_called else last - 1
        else:
            cursor.execute(_GIVEN_IN_SQLITE, (table,))
            row = cursor.fetchone()
            found[table] = row[0] if row else 0
    return found


def go_on_after(cursor: Cursor, last: Mapping[str, int], *, of_server: bool) -> None:
    """Let new rows be numbered after these, and after all that are there."""
    for table in tables_with_numbers():
        cursor.execute(_GREATEST.format(table=table))
        number = max(cursor.fetchone()[0], last.get(table, 0))
        if of_server:
            cursor.execute(_SET.format(table=table), (max(number, 1), number > 0))
        else:
            cursor.execute(_FORGET_IN_SQLITE, (table,))
            cursor.execute(_SET_IN_SQLITE, (table, number))
