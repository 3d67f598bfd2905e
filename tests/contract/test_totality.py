"""P10: one bad row hurts one row. For every table, every column and every value that should not be there, every
read still answers, and what it says of the other rows is what it said before.
"""

from __future__ import annotations

import inspect
import sqlite3
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import StorageError
from mainspring.core.instance.instance import Instance
from mainspring.core.storage.sql import schema
from mainspring.core.storage.sql.sqlite import MemoryDatabase
from mainspring.core.storage.sql.store import SqlStore, memory_store, sqlite_store
from mainspring.core.storage.store import Store
from mainspring.testing.world import START
from tests.contract.damage import Damage, columns, damages
from tests.contract.reads import INSTANCE_READS, OF_NO_DATABASE, READS, STORE_READS, STORE_WRITES, Read, fill

SHOWN = 20
MARK = "two"
"""What names the second of all things, the one that is damaged."""

WHOSE = {
    "events": "run_id = 'run-two' AND event_type = 'ASSET_MATERIALIZATION'",
    "run_tags": "run_id = 'run-two' AND key = 'all'",
    "run_steps": "run_id = 'run-two'",
    "runs": "run_id = 'run-two'",
    "assets": """asset_key = '["asset-two"]'""",
    "asset_partitions": "partition = 'part-two'",
    "check_executions": """asset_key = '["asset-two"]'""",
    "partition_keys": "partition = 'part-two'",
    "kv": "key = 'text-two'",
    "instigators": "name = 'sensor-two'",
    "ticks": "instigator_id = 'sensor:sensor-two@shop' AND timestamp = 1",
    "backfills": "backfill_id = 'backfill-two'",
    "backfill_tags": "backfill_id = 'backfill-two'",
    "daemon_heartbeats": "daemon_id = 'id-two'",
    "leases": "name = 'lease-two'",
    "pools": "name = 'pool-two'",
    "pool_claims": "pool = 'pool-two'",
}


def test_every_table_and_every_read_is_tried() -> None:
    assert set(WHOSE) == set(schema.TABLES) == {table for table, *_ in columns()}
    families = {
        name: typing.get_type_hints(one.fget)["return"]
        for name, one in inspect.getmembers(Store)
        if isinstance(one, property)
    }
    reads = {
        f"{name}.{method}"
        for name, family in families.items()
        for method, _ in inspect.getmembers(family, inspect.isfunction)
        if not method.startswith("_") and method not in STORE_WRITES
    }
    # `get` and `find` read everywhere; what writes has one name in all families
    assert reads == set(STORE_READS)
    named = {
        name
        for name, _ in inspect.getmembers(Instance, inspect.isfunction)
        if name.split("_")[0] in ("get", "fetch", "all", "has", "logs", "list", "preview", "check")
        and not name.endswith(("_settings", "_config"))
    }
    assert named - OF_NO_DATABASE == set(INSTANCE_READS)


@cache
def tables_of_reads() -> Mapping[str, frozenset[str]]:
    """The tables that each read looks at, as SQLite tells when it prepares the statements."""
    looked_at: dict[str, frozenset[str]] = {}
    for name, read in READS.items():
        store = memory_store(clock=ManualClock(START))
        assert isinstance(store.database, MemoryDatabase)
        fill(store)
        seen: set[str] = set()

        def note(action: int, table: str | None, *_: object, seen: set[str] = seen) -> int:
            if action == sqlite3.SQLITE_READ and table:
                seen.add(table)
            return sqlite3.SQLITE_OK

        store.database._connection.set_authorizer(note)
        with instance_of(store) as instance:
            read(instance, store)
        looked_at[name] = frozenset(seen) & frozenset(schema.TABLES)
    return looked_at


def instance_of(store: SqlStore) -> Instance:
    instance = Instance.ephemeral()
    instance.store.close()
    instance.store = store
    return instance


def test_every_table_is_read_by_something() -> None:
    tables = tables_of_reads()
    assert all(tables.values()), [name for name, found in tables.items() if not found]
    assert frozenset().union(*tables.values()) == set(schema.TABLES)


def items(answer: object) -> Iterator[str]:
    """The pieces of an answer, as text: whatever is told of one thing."""
    if isinstance(answer, Mapping):
        for key, value in answer.items():
            for said in items(value):
                yield f"{key!r}: {said}"
    elif isinstance(answer, (list, tuple, set, frozenset)) and not hasattr(answer, "_fields"):
        for one in answer:
            yield from items(one)
    else:
        yield repr(answer)


def untouched(answer: object) -> list[str]:
    """What is told of things that have nothing to do with the damaged row."""
    return sorted(said for said in items(answer) if MARK not in said)


def require_types(answer: object) -> None:
    """Raise where a record holds what its class does not allow."""
    if isinstance(answer, msgspec.Struct):
        for name, kind in fields_of(type(answer)):
            value = getattr(answer, name)
            if kind in CHECKED_TYPES:
                msgspec.convert(value, kind)
            else:
                require_types(value)
    elif isinstance(answer, Mapping):
        for key, value in answer.items():
            require_types(key)
            require_types(value)
    elif isinstance(answer, (list, tuple, set, frozenset)):
        for one in answer:
            require_types(one)


@cache
def fields_of(kind: type[msgspec.Struct]) -> list[tuple[str, Any]]:
    return [(one.name, one.type) for one in msgspec.structs.fields(kind)]


CHECKED_TYPES = (str, int, float, bool, str | None, int | None, float | None, list[str], dict[str, str])


def told_of(
    store: SqlStore, instance: Instance, table: str, reads: Mapping[str, Read] = READS
) -> dict[str, list[str]]:
    """What each read that looks at a table says of what is not damaged later."""
    names = [name for name, tables in tables_of_reads().items() if table in tables and name in reads]
    return {name: untouched(READS[name](instance, store)) for name in names}


def tried(store: SqlStore, instance: Instance, damage: Damage, before: Mapping[str, list[str]]) -> list[str]:
    """What goes wrong when a row is damaged; the row is as before when this returns."""
    complaints: list[str] = []
    kept = spoil(store, damage)
    if kept is None:
        return []
    where = f"{damage.table}.{damage.column} = {str(damage.value)[:40]!r}"
    for name in before:
        try:
            answer = READS[name](instance, store)
            told = untouched(answer)
            require_types(answer)
        except Exception as error:  # whatever it raises, it did not answer
            complaints.append(f"{where}: {name} raises {type(error).__name__}: {str(error)[:150]}")
            continue
        missing = [said for said in before[name] if said not in told]
        if missing:
            complaints.append(f"{where}: {name} no longer says {missing[0][:200]}")
    mend(store, damage, kept)
    return complaints


def spoil(store: SqlStore, damage: Damage) -> tuple[Any, Any] | None:
    """Damage a row, and say what was there; ``None`` where the database takes no such value."""
    key = identity(damage.table)
    try:
        with store.database.write() as cursor:
            cursor.execute(f"SELECT {key}, {damage.column} FROM {damage.table} WHERE {WHOSE[damage.table]}")
            place, was = cursor.fetchone()
            cursor.execute(
                f"UPDATE {damage.table} SET {damage.column} = {damage.expression} WHERE {key} = ? RETURNING {key}",
                (*damage.parameters, place),
            )
            (place,) = cursor.fetchone()
    except StorageError:
        return None
    return place, was


def mend(store: SqlStore, damage: Damage, kept: tuple[Any, Any]) -> None:
    with store.database.write() as cursor:
        cursor.execute(
            f"UPDATE {damage.table} SET {damage.column} = ? WHERE {identity(damage.table)} = ?",
            (kept[1], kept[0]),
        )


def identity(table: str) -> str:
    """What stays the same of a row whatever its columns hold; decided by each test for its database."""
    return IDENTITY[0]


IDENTITY = ["rowid"]


@pytest.mark.parametrize("table", schema.TABLES)
def test_one_bad_value_hurts_one_row(store: SqlStore, table: str, request: pytest.FixtureRequest) -> None:
    backend = request.node.callspec.params["store"]
    if backend == "sqlite":
        return  # as in memory; what differs is tried below
    IDENTITY[0] = "ctid" if backend == "postgres" else "rowid"
    fill(store)
    with instance_of(store) as instance:
        # above the store all databases are the same
        before = told_of(store, instance, table, STORE_READS if backend == "postgres" else READS)
        complaints = [
            said
            for one in damages(backend)
            if one.table == table
            for said in tried(store, instance, one, before)
        ]
    if complaints:
        pytest.fail(f"{len(complaints)} complaints, the first of them:\n" + "\n".join(complaints[:SHOWN]))


def test_text_that_is_no_utf_8_in_a_file(tmp_path: Path) -> None:
    """The driver refuses such an answer as a whole; what was read before it and after it is there."""
    store = sqlite_store(tmp_path, clock=ManualClock(START))
    fill(store)
    with store.database.write() as cursor:
        cursor.execute(
            "UPDATE runs SET job_name = CAST(x'61ff62' AS TEXT), body = x'' WHERE run_id = 'run-two'"
        )
        cursor.execute("UPDATE kv SET value = CAST(x'61ff62' AS TEXT) WHERE key = 'text-two'")
    assert [one.dagster_run.job_name for one in store.runs.find()] == ["job", "a\\xffb", "job"]
    assert store.kv.get(["text-one", "text-two"]) == {"text-one": "one", "text-two": "a\\xffb"}
    with store.database.write() as cursor:
        cursor.execute("SELECT key, value FROM kv ORDER BY key")
        assert [cursor.fetchone()[0] for _ in range(3)] == ["text-one", "text-three", "text-two"]
    store.close()
