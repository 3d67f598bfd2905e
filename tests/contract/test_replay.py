"""Histories in which what was derived step by step once differed from what the log says."""

from __future__ import annotations

from mainspring.core.records.event_type import EventType
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql import replay
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

KEY = AssetKey("a")


def told(store: SqlStore, *groups: list[events.EventLogEntry]) -> replay.AssetState:
    """What is stored of the asset after these groups; it is what the log says."""
    for run_id in ("r1", "r2"):
        store.runs.create(events.run(run_id))
    for group in groups:
        store.events.append([Sequenced(0, None, entry) for entry in group])
    with store.database.read() as cursor:
        found = replay.stored(cursor, stored_key(KEY))
        assert found == replay.replayed(cursor, stored_key(KEY))
    return found


START = [events.line(EventType.RUN_START, run_id) for run_id in ("r1", "r2")]
FAILED = [
    events.planned("a", "r1", partition="p"),
    events.line(EventType.RUN_FAILURE, "r1"),
    events.planned("a", "r2", partition="p"),
    events.line(EventType.RUN_CANCELED, "r2"),
]


def test_a_run_that_failed_is_remembered_while_another_tries_again(store: SqlStore) -> None:
    """A run that ends without a word leaves the partition as its predecessor left it."""
    state = told(store, START, *([one] for one in FAILED))
    assert (state.partitions["p"].status, state.partitions["p"].failed) == ("FAILED", 4)


def test_the_end_of_a_run_and_the_plan_of_another_come_in_one_group(store: SqlStore) -> None:
    state = told(store, START + FAILED)
    assert (state.partitions["p"].status, state.partitions["p"].failed) == ("FAILED", 4)


def test_a_report_from_outside_does_not_hide_the_last_run(store: SqlStore) -> None:
    """After a wipe of partitions the latest events are looked up again; the newest one need not be of a run."""
    state = told(
        store,
        START,
        [events.planned("a", "r1"), events.materialized("a", "r2"), events.materialized("a")],
        [events.wiped("a", partitions=["p"])],
    )
    assert (state.asset.last_run, state.asset.materialization_run) == ("r2", "")
