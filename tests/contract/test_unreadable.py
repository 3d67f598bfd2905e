"""What cannot be read is shown as that, where it stands, with what its columns say."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import StorageError
from mainspring.core.records.event import EventLogRecord, Unreadable
from mainspring.core.records.event_data import UnknownEventData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.records.run import RunStatus
from mainspring.core.storage.sql.run_query import UNREADABLE_TAG
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.testing import events

BAD = {
    "truncated": b'{"run_id": "r", "lev',
    "empty": b"",
    "not utf-8": b"\xff\xfe\x00",
    "a number": 7,
    "text that is no JSON": "hello",
    "a list": b"[]",
    "wrong types": b'{"error_info": 3, "level": "x"}',
    "event is a string": (
        b'{"error_info":null,"level":1,"user_message":"","run_id":"r","timestamp":1,"dagster_event":"x"}'
    ),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_a_bad_event_is_shown_among_good_ones(store: SqlStore, body: object) -> None:
    batch = [
        events.materialized("a", "r", partition="p"),
        events.materialized("a", "r", partition="q"),
        events.materialized("b", "r"),
        events.check_evaluated("a", "c", "r"),
    ]
    store.events.append([Sequenced(0, None, one) for one in batch])
    try:
        with store.database.write() as cursor:
            cursor.execute("UPDATE events SET body = ? WHERE id IN (2, 4)", (body,))
    except StorageError:
        assert not isinstance(body, bytes), "bytes are what the column is for"
        return
    rows = store.events.of_run("r")
    assert [type(row) for row in rows] == [EventLogRecord, Unreadable, EventLogRecord, Unreadable]
    assert rows[1].event_type == EventType.ASSET_MATERIALIZATION.value
    assert isinstance(rows[1], Unreadable)
    assert rows[1].reason
    assert (
        len(
            store.events.of_type(EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=AssetKey("a")))
        )
        == 2
    )
    assert [one.asset_entry.asset_key.to_user_string() for one in store.assets.records()] == ["a", "b"]
    assert set(store.assets.latest_materializations([AssetKey("a"), AssetKey("b")])) == {AssetKey("b")}
    assert store.partitions.materialized(AssetKey("a")) == {"p", "q"}
    key = AssetCheckKey(AssetKey("a"), "c")
    assert store.checks.latest([key])[key].event is None
    store.assets.wipe_partitions(AssetKey("a"), ["p"], timestamp=0)
    store.runs.delete("r")
    assert store.assets.known_keys() == []


def test_what_a_newer_version_wrote_is_kept(store: SqlStore) -> None:
    store.events.append([Sequenced(0, None, events.materialized("a", "r"))])
    newer = (
        b'{"error_info":null,"level":20,"user_message":"","run_id":"r","timestamp":1.0,"colour":"red","dagster_event":'
        b'{"event_type_value":"ASSET_DREAMT","job_name":"j","event_specific_data":{"type":"dream","depth":3}}}'
    )
    with store.database.write() as cursor:
        cursor.execute("UPDATE events SET body = ?, event_type = 'ASSET_DREAMT'", (newer,))
    (row,) = store.events.of_run("r")
    assert isinstance(row, EventLogRecord)
    event = row.event_log_entry.get_dagster_event()
    assert event.event_type_value == "ASSET_DREAMT"
    assert event.event_specific_data == UnknownEventData({"type": "dream", "depth": 3})


@pytest.mark.parametrize("column", ["body", "tags", "status", "create_time"])
def test_a_bad_run_is_shown_among_good_ones(store: SqlStore, column: str) -> None:
    for run_id in ("r1", "r2", "r3"):
        store.runs.create(events.run(run_id, tags={"k": "v"}))
    bad: object = {"body": b"nonsense", "create_time": 1e300}.get(column, "nonsense")
    with store.database.write() as cursor:
        cursor.execute(f"UPDATE runs SET {column} = ? WHERE run_id = 'r2'", (bad,))
    found = {one.dagster_run.run_id: one.dagster_run for one in store.runs.find()}
    assert list(found) == ["r3", "r2", "r1"]
    assert found["r1"].tags == {"k": "v"}
    assert found["r2"].job_name == events.JOB
    assert UNREADABLE_TAG in found["r2"].tags
    if column == "status":
        assert found["r2"].status is RunStatus.MANAGED
