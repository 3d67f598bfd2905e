"""The columns of our tables with their types, read from the statements that make them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from mainspring.core.storage.sql.schema import table_statements

Kind = Literal["integer", "float", "bytes", "text"]

_KINDS = {"identity": "integer", "bigint": "integer", "float": "float", "bytes": "bytes", "text": "text"}
_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*)\)\s*$", re.DOTALL)
_COLUMN = re.compile(r"\s*(\w+) \[(\w+)\]([^,]*)")

DERIVED = ("run_steps", "assets", "asset_partitions", "check_executions")
"""Tables whose rows follow from events."""

PASSING = ("daemon_heartbeats", "leases", "pool_claims")
"""Tables of what holds for a moment only."""


class Column(NamedTuple):
    """A column. ``identity``: the database gives it numbers of its own where none is given."""

    name: str
    kind: Kind
    nullable: bool
    identity: bool


@lru_cache(maxsize=1)
def columns_of_tables() -> dict[str, tuple[Column, ...]]:
    """The columns of each table, in their order."""
    found: dict[str, tuple[Column, ...]] = {}
    for statement in table_statements({name: f"[{name}]" for name in _KINDS}):
        table = _TABLE.match(statement)
        if table is not None:
            found[table[1]] = tuple(_column(*one) for one in _COLUMN.findall(table[2]))
    return found


def _column(name: str, kind: str, rest: str) -> Column:
    nullable = "NOT NULL" not in rest and "PRIMARY KEY" not in rest and kind != "identity"
    return Column(name, cast("Kind", _KINDS[kind]), nullable, kind == "identity")


def key_columns(table: str) -> tuple[str, ...]:
    """The columns by which the rows of a table are gone through, in their order."""
    return _KEYS.get(table, ("id",))


_KEYS = {
    "run_tags": ("run_id", "key"),
    "run_steps": ("run_id", "step_key"),
    "asset_partitions": ("asset_key", "partition"),
    "kv": ("key",),
    "backfill_tags": ("backfill_id", "key", "value"),
    "daemon_heartbeats": ("daemon_type", "daemon_id"),
    "leases": ("name",),
    "pools": ("name",),
}
