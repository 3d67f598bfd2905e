"""P10 for the tables of automation: one bad row hurts one row, and says what its columns say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from mainspring.core.base.errors import StorageError
from mainspring.core.records.backfill import BulkActionStatus, PartitionBackfill
from mainspring.core.records.concurrency import ConcurrencySlotStatus
from mainspring.core.records.daemon import DaemonHeartbeat
from mainspring.core.records.instigator import InstigatorState, InstigatorStatus, InstigatorType
from mainspring.core.records.tick import TickData, TickStatus
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.tick_store import CursorMove, TickCommit, TickPage
from mainspring.testing import events

BODIES: dict[str, object] = {
    "truncated": b'{"timestamp": 1, "selec',
    "empty": b"",
    "not utf-8": b"\xff\xfe\x00",
    "a number": 7,
    "text that is no JSON": "hello",
    "a list of numbers": b"[1, 2]",
    "wrong types": b'{"timestamp": "x", "tags": 3, "type": "sensor", "min_interval": []}',
    "an unknown kind": b'{"type": "telepathy"}',
    "an unknown word": b'{"status": "DREAMING", "type": 5}',
    "deep": b"[" * 100_000,
}
TABLES: dict[str, str] = {
    "instigators": "instigator_id",
    "ticks": "instigator_id",
    "backfills": "backfill_id",
    "daemon_heartbeats": "daemon_id",
}
NAMES = ["1", "2", "3"]


def fill(store: SqlStore) -> None:
    for name in NAMES:
        state = InstigatorState(
            id=name, name=name, instigator_type=InstigatorType.SENSOR, status=InstigatorStatus.RUNNING
        )
        store.instigators.add(state)
        store.ticks.create(
            TickData(
                selector_id=name,
                instigator_name=name,
                instigator_type=InstigatorType.SENSOR,
                timestamp=float(name),
                run_ids=["r"],
            )
        )
        status = BulkActionStatus.REQUESTED
        store.backfills.add(
            PartitionBackfill(backfill_id=name, status=status, backfill_timestamp=1, tags={"t": name})
        )
        store.daemons.add_heartbeat(DaemonHeartbeat(float(name), "SENSOR", name))
        store.runs.create(events.run(name))
        store.pools.claim("p", name, "step")
        store.leases.acquire(name, "me", seconds=60)
        store.pools.set_limit(name, 5)


READS: dict[str, Callable[[SqlStore], list[tuple[str, Any]]]] = {
    "instigators": lambda store: [(one.selector_id, one) for one in store.instigators.find()],
    "ticks": lambda store: [(ref, one) for ref, found in store.ticks.newest(NAMES).items() for one in found],
    "backfills": lambda store: [(one.backfill_id, one) for one in reversed(store.backfills.find())],
    "daemon_heartbeats": lambda store: [(str(one.daemon_id), one) for one in store.daemons.heartbeats()],
}


def spoil(store: SqlStore, table: str, column: str, value: object) -> None:
    """Put a value where it does not belong. A database that does not let it in has no such row."""
    of = {**TABLES, "pool_claims": "run_id", "leases": "name", "pools": "name"}[table]
    with suppress(StorageError), store.database.write() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = ? WHERE {of} = '2'", (value,))


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("table", TABLES)
def test_a_bad_body_is_shown_among_good_ones(store: SqlStore, table: str, body: object) -> None:
    fill(store)
    before = dict(READS[table](store))
    given = str(body).encode() if isinstance(body, (int, str)) else body
    spoil(store, table, "body", given)
    rows = READS[table](store)
    assert [name for name, _ in rows] == NAMES
    found = dict(rows)
    assert (found["1"], found["3"]) == (before["1"], before["3"])
    damage = found["2"].damage
    assert damage is not None
    assert damage.reason
    if isinstance(given, bytes):
        assert damage.raw == given.decode("utf-8", "replace")[:100_000]


def test_a_bad_row_says_what_its_columns_say(store: SqlStore) -> None:
    fill(store)
    for table in TABLES:
        spoil(store, table, "body", b"{")
    state = store.instigators.get("2")
    assert state is not None
    assert (state.name, state.status, state.instigator_data) == ("2", InstigatorStatus.RUNNING, None)
    (tick,) = store.ticks.find("2", TickPage())
    assert (tick.status, tick.timestamp, tick.run_ids) == (TickStatus.STARTED, 2.0, [])
    found = store.backfills.get("2")
    assert found is not None
    assert (found.status, found.tags) == (BulkActionStatus.REQUESTED, {"t": "2"})
    assert [one.timestamp for one in store.daemons.heartbeats()] == [1, 2, 3]


def test_what_is_unknown_makes_nothing_happen(store: SqlStore) -> None:
    fill(store)
    for table in ("instigators", "ticks", "backfills"):
        spoil(store, table, "status", "DREAMING")
    for table in ("instigators", "ticks"):
        spoil(store, table, "kind", "TELEPATHY")
    spoil(store, "backfills", "tags", "no JSON")
    (_, state, _) = store.instigators.find()
    assert state.status is InstigatorStatus.STOPPED
    assert state.damage is not None
    assert "'DREAMING' is no InstigatorStatus" in state.damage.reason
    assert "'TELEPATHY' is no InstigatorType" in state.damage.reason
    (tick,) = store.ticks.find("2", TickPage())
    assert (tick.status, tick.damage is None) == (TickStatus.FAILURE, False)
    assert store.ticks.summaries("2", TickPage())[0].status is TickStatus.FAILURE
    assert [one.selector_id for one in store.ticks.open(list(InstigatorType))] == ["1", "3"]
    found = store.backfills.get("2")
    assert found is not None
    assert (found.status, found.is_finished, found.tags) == (BulkActionStatus.FAILED, True, {})


NUMBERS = [
    ("instigators", "create_time"),
    ("ticks", "end_time"),
    ("ticks", "timestamp"),
    ("backfills", "create_time"),
    ("backfills", "end_time"),
    ("daemon_heartbeats", "timestamp"),
    ("leases", "until"),
    ("leases", "epoch"),
    ("pools", "slot_limit"),
    ("pool_claims", "priority"),
    ("pool_claims", "assign_time"),
    ("pool_claims", "claim_time"),
    ("pool_claims", "epoch"),
]


@pytest.mark.parametrize("table, column", NUMBERS, ids=[".".join(one) for one in NUMBERS])
@pytest.mark.parametrize("value", ["nonsense", b"\xff\x00"], ids=["text", "bytes"])
def test_a_number_that_is_none_hurts_one_row(store: SqlStore, table: str, column: str, value: object) -> None:
    """SQLite stores what it is given; PostgreSQL refuses it, and everything is as before."""
    fill(store)
    spoil(store, table, column, value)
    for name, read in READS.items():
        rows = read(store)
        assert [ref for ref, _ in rows] == NAMES
        assert all(one.damage is None for ref, one in rows if ref != "2" or name != table)
    assert [one.run_id for one in store.pools.info()["p"].claimed_slots if one.run_id != "2"] == ["1", "3"]
    assert {one.slot_status for one in store.pools.info()["p"].claimed_slots} == {
        ConcurrencySlotStatus.CLAIMED
    }
    assert {one.name for one in store.leases.held()} >= {"1", "3"}
    assert {one.name for one in store.pools.limits()} == {"p", *NAMES}
    store.pools.claim("2", "1", "other")
    store.pools.set_limit("2", 1)
    assert store.pools.claim("2", "1", "other").is_claimed
    store.pools.free_run("2")


TEXTS = [
    ("instigators", "name"),
    ("instigators", "location"),
    ("instigators", "cursor"),
    ("instigators", "status"),
    ("ticks", "tick_key"),
    ("ticks", "status"),
    ("backfills", "job_name"),
    ("backfills", "tags"),
    ("backfills", "status"),
    ("daemon_heartbeats", "daemon_type"),
    ("leases", "holder"),
    ("pool_claims", "step_key"),
]


@pytest.mark.parametrize("table, column", TEXTS, ids=[".".join(one) for one in TEXTS])
@pytest.mark.parametrize(
    "value", ["CAST(x'ff41' AS TEXT)", "x'ff41'", "12"], ids=["not utf-8", "bytes", "number"]
)
def test_a_text_that_is_none_hurts_one_row(store: SqlStore, table: str, column: str, value: str) -> None:
    """SQLite stores what it is given; PostgreSQL refuses what is no text, and everything is as before."""
    fill(store)
    of = {**TABLES, "pool_claims": "run_id", "leases": "name"}[table]
    with suppress(StorageError), store.database.write() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE {of} = '2'")
    for name, read in READS.items():
        rows = read(store)
        assert sorted(ref for ref, _ in rows) == NAMES
        assert all(one.damage is None for ref, one in rows if ref != "2" or name != table)
    assert len(store.pools.info()["p"].claimed_slots) == 3
    assert {one.name for one in store.leases.held()} == set(NAMES)
    assert store.backfills.count() == 3


def test_a_tick_whose_row_is_bad_can_be_closed(store: SqlStore) -> None:
    fill(store)
    spoil(store, "ticks", "body", b"{")
    spoil(store, "instigators", "body", b"{")
    (bad,) = store.ticks.find("2", TickPage())
    data = TickData(
        selector_id="2",
        instigator_name="2",
        instigator_type=InstigatorType.SENSOR,
        timestamp=2.0,
        status=TickStatus.SUCCESS,
    )
    done = store.ticks.commit(TickCommit(data, cursor=CursorMove(None, "c")))
    assert (done.is_new, done.tick.tick_id) == (True, bad.tick_id)
    assert store.ticks.find("2", TickPage()) == [done.tick]


def test_a_small_text_that_is_none_is_still_answered(store: SqlStore) -> None:
    store.kv.set({"1": "a", "2": "b"})
    try:
        with store.database.write() as cursor:
            cursor.execute("UPDATE kv SET value = ? WHERE key = '2'", (b"\xff?",))
    except StorageError:
        assert store.kv.get(["1", "2"]) == {"1": "a", "2": "b"}
    else:
        assert set(store.kv.get(["1", "2"])) == {"1", "2"}
