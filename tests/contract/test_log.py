"""The log: order, ids, resends, fencing, late events."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import FencedError, InvariantViolationError, RunNotFoundError
from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter, RunsFilter
from mainspring.core.records.run import RunStatus
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

A = AssetKey("a")


def test_events_come_back_whole_and_in_order(store: SqlStore) -> None:
    entries = [
        events.materialized("a", "r", partition="p"),
        events.message("r", "hello"),
        events.observed("b", "r"),
    ]
    ids = store.events.append([Sequenced(0, seq, entry) for seq, entry in enumerate(entries, 1)])
    assert ids == [1, 2, 3]
    assert store.events.of_run("r") == [EventLogRecord(i, e) for i, e in zip(ids, entries, strict=True)]
    assert [row.storage_id for row in store.events.of_run("r", ascending=False, limit=2)] == [3, 2]
    assert [row.storage_id for row in store.events.of_run("r", after=1, limit=1)] == [2]
    assert [row.storage_id for row in store.events.of_run("r", types=frozenset({"ASSET_OBSERVATION"}))] == [3]
    assert store.events.last_id() == 3


def test_a_resend_is_harmless(store: SqlStore) -> None:
    batch = [Sequenced(0, seq, events.materialized("a", "r")) for seq in (1, 2, 3)]
    first = store.events.append(batch[:2])
    assert store.events.append(batch) == [*first, 3]
    assert store.events.append(batch) == [1, 2, 3]
    assert len(store.events.of_run("r")) == 3


def test_events_outside_a_sequence_are_stored_each_time(store: SqlStore) -> None:
    once = [Sequenced(0, None, events.materialized("a"))]
    assert [*store.events.append(once), *store.events.append(once)] == [1, 2]


def test_an_empty_batch_is_nothing(store: SqlStore) -> None:
    assert store.events.append([]) == []


def test_a_stale_epoch_is_refused_whole(store: SqlStore) -> None:
    first = store.runs.start(events.run("r"), holder="one")
    second = store.runs.claim("r", holder="two")
    batch = [
        Sequenced(second, 1, events.message("r", "mine")),
        Sequenced(first, 1, events.message("r", "late")),
    ]
    with pytest.raises(FencedError, match="taken over"):
        store.events.append(batch)
    assert store.events.of_run("r") == []
    store.events.append(batch[:1])
    assert len(store.events.of_run("r")) == 1


def test_a_final_state_is_final(store: SqlStore) -> None:
    epoch = store.runs.start(
        events.run("r"), holder="one", events=[events.line(EventType.RUN_START, "r", timestamp=5)]
    )
    end = [
        Sequenced(epoch, 2, events.line(EventType.RUN_CANCELED, "r", timestamp=9)),
        Sequenced(epoch, 3, events.line(EventType.RUN_SUCCESS, "r", timestamp=10)),
        Sequenced(epoch, 4, events.line(EventType.RUN_START, "r", timestamp=11)),
        Sequenced(epoch, 5, events.materialized("a", "r")),
    ]
    store.events.append(end)
    record = store.runs.get("r")
    assert record is not None
    assert (record.dagster_run.status, record.start_time, record.end_time) == (RunStatus.CANCELED, 5, 9)
    assert len(store.events.of_run("r")) == 5
    assert store.events.of_type(EventRecordsFilter(EventType.RUN_SUCCESS)) == []
    assert len(store.events.of_type(EventRecordsFilter(EventType.RUN_CANCELED))) == 1
    assert store.events.of_type(EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=A)) == []
    assert not store.assets.known(A)
    with pytest.raises(InvariantViolationError, match="has ended"):
        store.runs.claim("r", holder="two")


def test_a_status_the_state_does_not_allow_changes_nothing(store: SqlStore) -> None:
    lines = [events.line(EventType.RUN_START, "r"), events.line(EventType.RUN_ENQUEUED, "r")]
    store.runs.start(events.run("r"), holder="one", events=lines)
    record = store.runs.get("r")
    assert record is not None
    assert record.dagster_run.status is RunStatus.STARTED
    assert store.events.of_type(EventRecordsFilter(EventType.RUN_ENQUEUED)) == []
    assert len(store.events.of_run("r")) == 2


def test_a_lease_keeps_others_off_until_it_ends(store: SqlStore, clock) -> None:
    store.runs.create(events.run("r"))
    epoch = store.runs.claim("r", holder="one", lease_seconds=30)
    with pytest.raises(FencedError, match="held by one"):
        store.runs.claim("r", holder="two", lease_seconds=30)
    store.runs.extend("r", epoch, lease_seconds=60)
    clock.advance(59)
    with pytest.raises(FencedError):
        store.runs.claim("r", holder="two")
    clock.advance(2)
    assert store.runs.claim("r", holder="two") == epoch + 1
    with pytest.raises(FencedError):
        store.runs.extend("r", epoch, lease_seconds=60)
    with pytest.raises(RunNotFoundError):
        store.runs.claim("nobody", holder="two")


@pytest.mark.parametrize("ascending", [True, False])
def test_pages_of_a_type_meet(store: SqlStore, ascending: bool) -> None:
    for number in range(7):
        store.events.append(
            [Sequenced(0, None, events.materialized("a", partition=str(number), timestamp=number))]
        )
    seen: list[int] = []
    bound = None
    while True:
        wanted = EventRecordsFilter(
            EventType.ASSET_MATERIALIZATION,
            asset_key=A,
            after_cursor=bound if ascending else None,
            before_cursor=None if ascending else bound,
        )
        page = store.events.of_type(wanted, limit=3, ascending=ascending)
        if not page:
            break
        seen += [row.storage_id for row in page]
        bound = page[-1].storage_id
    assert seen == (list(range(1, 8)) if ascending else list(range(7, 0, -1)))
    picked = EventRecordsFilter(
        EventType.ASSET_MATERIALIZATION,
        asset_partitions=["2", "5"],
        after_timestamp=2.5,
        before_timestamp=6,
        storage_ids=[3, 6, 7],
    )
    assert [row.storage_id for row in store.events.of_type(picked)] == [6]


def test_a_batch_that_holds_an_event_twice_stores_it_once(store: SqlStore) -> None:
    store.runs.create(events.run("r"))
    first, second = (Sequenced(0, seq, events.materialized("a", "r")) for seq in (1, 2))
    outside = Sequenced(0, None, events.materialized("b"))
    ids = store.events.append([first, second, first, outside, outside, second])
    assert ids == [1, 2, 1, 3, 4, 2]
    assert store.events.append([second, second, first]) == [2, 2, 1]
    assert store.events.last_id() == 4


@pytest.mark.parametrize("time", [float("nan"), float("inf"), -float("inf")])
def test_an_event_at_no_time_is_refused(store: SqlStore, time: float) -> None:
    with pytest.raises(InvariantViolationError, match="which is none"):
        store.events.append([Sequenced(0, None, events.materialized("a", timestamp=time))])
    assert store.events.last_id() == 0


def test_a_worker_of_a_run_that_was_deleted_is_refused(store: SqlStore) -> None:
    """Else a batch whose commit was not heard of would bring back what was deleted with the run."""
    epoch = store.runs.start(events.run("r"), holder="one")
    batch = [
        Sequenced(epoch, 1, events.materialized("a", "r")),
        Sequenced(epoch, 2, events.line(EventType.RUN_FAILURE, "r")),
    ]
    store.events.append(batch)
    store.runs.delete("r")
    with pytest.raises(FencedError, match="was deleted"):
        store.events.append(batch)
    assert not store.assets.known(A)
    store.events.append([Sequenced(0, None, events.materialized("a", "r"))])  # from outside of its worker
    assert store.assets.known(A)


def test_more_values_than_a_statement_can_list_are_refused_for_good(store: SqlStore) -> None:
    many = [f"r{number}" for number in range(300_000)]
    for ask in (
        lambda: store.runs.find(RunsFilter(run_ids=many)),
        lambda: store.events.of_runs(many),
        lambda: store.events.since(0, limit=5, run_ids=many),
    ):
        with pytest.raises(InvariantViolationError, match="cannot be asked for at once: 300,0"):
            ask()
