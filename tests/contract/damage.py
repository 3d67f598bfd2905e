"""What can be wrong with a row: for each column of each table, values that no writer of ours ever stores."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from mainspring.core.storage.sql import schema

_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*)\)", re.DOTALL)
_COLUMN = re.compile(r"\s*(\w+) \{(identity|bigint|float|bytes|text)\}([^,]*)")
_CONSTRAINTS = ("PRIMARY", "UNIQUE", "CONSTRAINT")

# SQLite takes any value in any column, PostgreSQL what its types allow.
_ALLOWED: dict[str, tuple[object, ...]] = {
    "text": ("", "nonsense \U0001f4a9", '{"a": [1, ', "[]"),
    "bytes": (
        b"",
        b'{"run_id": "r", "lev',
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"type": "of_tomorrow", "tags": []}',
        b"[" * 100_000,
    ),
    "bigint": (-1, 2**62),
    "float": (-1e300, 1e300, math.inf, math.nan, 253_402_300_800.0),
}
_ANYTHING = ("nonsense", b"\xff\xfe", -1.5, 2**62, math.inf)
_INVALID_TEXT = "CAST(x'61ff62' AS TEXT)"


class Damage(NamedTuple):
    """A value for one column; ``expression`` is what the statement writes, with ``value`` as its parameter."""

    table: str
    column: str
    value: object
    expression: str = "?"

    @property
    def parameters(self) -> tuple[object, ...]:
        """What the expression takes."""
        return (self.value,) if self.expression == "?" else ()


def columns() -> Iterator[tuple[str, str, str, bool]]:
    """Table, name, type and whether it may be missing, for each column of the schema."""
    texts = (*schema._EVENTS, *schema._RUNS, *schema._ASSETS, *schema._NAMES, *schema._AUTOMATION)
    for text in texts:
        found = _TABLE.match(text)
        if found is None:
            continue
        for column, kind, rest in _COLUMN.findall(found[2]):
            if column not in _CONSTRAINTS and kind != "identity":
                yield found[1], column, kind, "NOT NULL" not in rest and "PRIMARY" not in rest


def damages(database: str) -> Iterator[Damage]:
    """All there is for a kind of database."""
    for table, column, kind, may_be_missing in columns():
        for value in _values(kind, database):
            yield Damage(table, column, value)
        if may_be_missing:
            yield Damage(table, column, None)
        if database != "postgres":
            yield Damage(table, column, "invalid UTF-8", _INVALID_TEXT)


def _values(kind: str, database: str) -> tuple[object, ...]:
    allowed = _ALLOWED[kind]
    return allowed if database == "postgres" else (*allowed, *_ANYTHING)
