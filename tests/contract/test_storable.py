"""Names that hold what no database takes are refused before anything is written, in the same words everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter, RunsFilter
from mainspring.core.records.instigator import InstigatorState, InstigatorType
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

Call = Callable[[SqlStore, str], object]


def told(entry: events.EventLogEntry) -> Callable[[SqlStore], object]:
    good = events.materialized("a", "r")
    return lambda store: store.events.append([Sequenced(0, None, one) for one in (good, entry)])


WRITES: dict[str, Call] = {
    "run id": lambda store, bad: store.runs.create(events.run(bad)),
    "job name": lambda store, bad: store.runs.create(events.run("r", job_name=bad)),
    "key": lambda store, bad: store.runs.create(events.run("r", tags={"ok": "1", bad: "2"})),
    "value": lambda store, bad: store.runs.create(events.run("r", tags={"ok": bad})),
    "run  id": lambda store, bad: told(events.message(bad, "m"))(store),
    "step key": lambda store, bad: told(events.line(EventType.STEP_START, "r", step_key=bad))(store),
    "partition": lambda store, bad: told(events.materialized("a", "r", partition=bad))(store),
    "check name": lambda store, bad: told(events.check_evaluated("a", bad, "r"))(store),
    "partition ": lambda store, bad: store.dynamic_partitions.add("d", ["ok", bad]),
    "name": lambda store, bad: store.dynamic_partitions.add(bad, ["ok"]),
    "key ": lambda store, bad: store.kv.set({"ok": "1", bad: "2"}),
    "value ": lambda store, bad: store.kv.set({"ok": bad}),
    "name ": lambda store, bad: store.pools.set_limit(bad, 1),
    "instigator id": lambda store, bad: store.instigators.add(
        InstigatorState(name=bad, instigator_type=InstigatorType.SENSOR)
    ),
}
READS: dict[str, Call] = {
    "run id": lambda store, bad: store.events.of_run(bad),
    "job name": lambda store, bad: store.runs.find(RunsFilter(job_name=bad)),
    "value": lambda store, bad: store.runs.find(RunsFilter(tags={"k": bad})),
    "partition": lambda store, bad: store.events.of_type(
        EventRecordsFilter(
            EventType.ASSET_MATERIALIZATION, asset_key=AssetKey("a"), asset_partitions=["x", bad]
        )
    ),
    "key": lambda store, bad: store.kv.get(["ok", bad]),
}
BAD = {"the character NUL": "a\x00b", "half of a surrogate pair": "caf\udce9"}


def everything(store: SqlStore) -> list[object]:
    with store.database.read() as cursor:
        found: list[object] = []
        for table in ("events", "runs", "run_tags", "partition_keys", "kv", "pools", "instigators", "assets"):
            cursor.execute(f"SELECT * FROM {table}")
            found += cursor.fetchall()
    return found


@pytest.mark.parametrize("reason", BAD)
@pytest.mark.parametrize("name", WRITES)
def test_a_name_that_cannot_be_stored_is_refused(store: SqlStore, name: str, reason: str) -> None:
    with pytest.raises(InvariantViolationError) as caught:
        WRITES[name](store, BAD[reason])
    said = str(caught.value)
    assert said.startswith(f"The {' '.join(name.split())} ")
    assert f"{BAD[reason]!r} holds {reason}" in said or f"{BAD[reason]!r}"[1:-1] in said
    assert everything(store) == []


@pytest.mark.parametrize("reason", BAD)
@pytest.mark.parametrize("name", READS)
def test_a_name_that_cannot_be_there_is_not_looked_for(store: SqlStore, name: str, reason: str) -> None:
    with pytest.raises(InvariantViolationError, match=f"The {name} .* holds {reason}"):
        READS[name](store, BAD[reason])


def test_what_is_only_shown_is_stored_whatever_it_holds(store: SqlStore) -> None:
    store.events.append([Sequenced(0, None, events.message("r", text)) for text in BAD.values()])
    rows = store.events.of_run("r")
    assert [isinstance(row, EventLogRecord) and row.event_log_entry.user_message for row in rows] == [
        "a\x00b",
        "caf\\udce9",
    ]


def test_numbers_beyond_all_rows_are_bounds_like_others(store: SqlStore) -> None:
    told(events.message("r", "m"))(store)
    assert store.events.of_run("r", after=10**30) == []
    assert len(store.events.of_run("r", after=-(10**30))) == 2
    assert len(store.events.of_run("r", after=10**30, ascending=False)) == 2
