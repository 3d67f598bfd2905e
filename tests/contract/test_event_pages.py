"""Pages of events: whatever is stored between two of them, nothing is left out and nothing comes twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mainspring.core.instance import paging
from mainspring.core.records.event import EventRecordsResult
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import (
    AssetRecordsFilter,
    EventRecordsFilter,
    RunShardedEventsCursor,
    RunStatusChangeRecordsFilter,
)
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

A = AssetKey("a")
MADE = EventType.ASSET_MATERIALIZATION

Told = dict[str, list[int]]


def tell(store: SqlStore, *entries: object) -> list[int]:
    return store.events.append([Sequenced(0, None, entry) for entry in entries])  # type: ignore[arg-type]


def fill(store: SqlStore) -> Told:
    """Events of all kinds among each other; the ids of each kind."""
    told: Told = {"made": [], "seen": [], "planned": [], "failed": [], "started": []}
    for number in range(9):
        run_id = f"r{number}"
        store.runs.create(events.run(run_id, job_name=f"j{number % 2}"))
        partition = str(number % 3)
        told["made"] += tell(store, events.materialized("a", run_id, partition=partition, timestamp=number))
        told["seen"] += tell(store, events.observed("a", run_id, partition=partition, timestamp=number))
        told["planned"] += tell(store, events.planned("a", run_id, partition=partition, timestamp=number))
        told["failed"] += tell(store, events.failed("a", run_id, partition=partition, timestamp=number))
        told["started"] += tell(store, events.line(EventType.RUN_START, run_id, timestamp=number))
        tell(store, events.materialized("b", run_id), events.message(run_id, "x"))
    return told


ASSET_KINDS = [
    ("made", MADE),
    ("seen", EventType.ASSET_OBSERVATION),
    ("planned", EventType.ASSET_MATERIALIZATION_PLANNED),
    ("failed", EventType.ASSET_FAILED_TO_MATERIALIZE),
]


def pages(ask: Callable[[str | None], EventRecordsResult]) -> list[int]:
    """The storage ids of all pages."""
    seen: list[int] = []
    cursor = None
    while True:
        page = ask(cursor)
        seen += [record.storage_id for record in page.records]
        if not page.has_more:
            return seen
        cursor = page.cursor


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("name, kind", ASSET_KINDS)
def test_pages_of_an_asset_are_the_list(store: SqlStore, name: str, kind: EventType, ascending: bool) -> None:
    told = fill(store)[name]
    for limit in (1, 2, 9, 10):
        seen = pages(
            lambda cursor, limit=limit: paging.asset_page(
                store.events, kind, A, limit=limit, cursor=cursor, ascending=ascending
            )
        )
        assert seen == (told if ascending else told[::-1])


@pytest.mark.parametrize("ascending", [True, False])
def test_pages_of_status_changes_are_the_list(store: SqlStore, ascending: bool) -> None:
    told = fill(store)["started"]
    wanted = RunStatusChangeRecordsFilter(EventType.RUN_START, job_names=["j0"])
    seen = pages(
        lambda cursor: paging.status_page(store.events, wanted, limit=2, cursor=cursor, ascending=ascending)
    )
    assert seen == (told[::2] if ascending else told[::2][::-1])


@pytest.mark.parametrize(
    "asked, places",
    [
        ({"asset_partitions": ["0", "2"]}, {0, 2, 3, 5, 6, 8}),
        ({"asset_partitions": []}, set[int]()),
        ({"after_timestamp": 2, "before_timestamp": 6}, {3, 4, 5}),
        ({"after_storage_id": 2, "before_storage_id": 6}, {3, 4, 5}),
        ({"storage_ids": [1, 4]}, {1, 4}),
        ({"storage_ids": []}, set[int]()),
        ({"storage_ids": [1, 4], "asset_partitions": ["1"], "after_timestamp": 2}, {4}),
    ],
)
def test_every_filter_of_an_asset(store: SqlStore, asked: dict[str, object], places: set[int]) -> None:
    for name, kind in ASSET_KINDS:
        told = fill(store)[name]
        fields = dict(asked)
        for bound in ("after_storage_id", "before_storage_id"):
            if bound in fields:
                fields[bound] = told[fields[bound]]  # type: ignore[index]
        if "storage_ids" in fields:
            fields["storage_ids"] = [told[place] for place in fields["storage_ids"]]  # type: ignore[union-attr]
        wanted = AssetRecordsFilter(A, **fields)  # type: ignore[arg-type]
        page = paging.asset_page(store.events, kind, wanted, limit=99, cursor=None, ascending=True)
        expected = [told[place] for place in sorted(places)]
        found = [record.storage_id for record in page.records]
        assert [one for one in found if one >= told[0]] == expected
        store.wipe_everything()


def test_every_filter_of_status_changes(store: SqlStore) -> None:
    told = fill(store)["started"]

    def found(**fields: object) -> list[int]:
        wanted = RunStatusChangeRecordsFilter(EventType.RUN_START, **fields)  # type: ignore[arg-type]
        page = paging.status_page(store.events, wanted, limit=99, cursor=None, ascending=True)
        return [record.storage_id for record in page.records]

    assert found() == told
    assert found(after_timestamp=3, before_timestamp=7) == told[4:7]
    assert found(after_storage_id=told[3], before_storage_id=told[7]) == told[4:7]
    assert found(storage_ids=told[:2]) == told[:2]
    assert found(job_names=[]) == []
    assert found(job_names=["j1"], after_timestamp=3) == [told[5], told[7]]


def test_a_cursor_of_runs_is_a_cursor(store: SqlStore) -> None:
    told = fill(store)["made"]
    place = RunShardedEventsCursor(id=told[3], run_updated_after=datetime(2020, 1, 1, tzinfo=UTC))
    wanted = EventRecordsFilter(MADE, asset_key=A, after_cursor=place)
    assert [row.storage_id for row in store.events.of_type(wanted, ascending=True)] == told[4:]
    wanted = EventRecordsFilter(MADE, asset_key=A, before_cursor=place)
    assert [row.storage_id for row in store.events.of_type(wanted)] == told[:3][::-1]


def test_lines_of_several_runs_and_of_steps(store: SqlStore) -> None:
    fill(store)
    found = store.events.of_runs(["r1", "r3"], types={MADE.value})
    assert [(row.run_id, row.asset_key) for row in found] == [  # type: ignore[union-attr]
        ("r1", A),
        ("r1", AssetKey("b")),
        ("r3", A),
        ("r3", AssetKey("b")),
    ]
    steps = store.events.of_runs(["r3", "r1"], step_keys=["b"])
    assert [row.storage_id for row in steps] == [found[1].storage_id, found[3].storage_id]
    assert (
        store.events.of_runs(["r3", "r1"], after=steps[0].storage_id, limit=1, step_keys=["b"]) == steps[1:]
    )
    assert store.events.of_runs([]) == []


def test_what_was_stored_since(store: SqlStore) -> None:
    fill(store)
    last = store.events.last_id()
    everything = store.events.since(0, limit=1_000)
    assert [row.storage_id for row in everything.rows] == list(range(1, last + 1))
    assert everything.seen == last
    some = store.events.since(0, limit=5)
    assert (len(some.rows), some.seen) == (5, 5)
    of_run = store.events.since(0, limit=100, run_ids={"r4"})
    assert {row.run_id for row in of_run.rows} == {"r4"}
    assert of_run.seen == last
    typed = store.events.since(0, limit=100, types={MADE.value}, asset_keys=[AssetKey("b")])
    assert len(typed.rows) == 9
    assert store.events.since(last, limit=9) == ([], last)
    assert store.events.since(last + 7, limit=9) == ([], last + 7)
    store.events.append([Sequenced(0, None, events.line(EventType.RUN_SUCCESS, "r4"))])
    (late,) = tell(store, events.materialized("b", "r4"))
    assert store.events.since(last + 1, limit=9, asset_keys=[AssetKey("b")]) == ([], late)
    assert [row.storage_id for row in store.events.since(last + 1, limit=9).rows] == [late]


@pytest.mark.parametrize("ascending", [True, False])
def test_pages_while_others_write(store: SqlStore, ascending: bool) -> None:
    """Read upwards, the pages end with the last of the writers' events; read downwards, they are those there were."""
    before = tell(store, *(events.materialized("a", "r", partition=str(number)) for number in range(20)))
    threads = [threading.Thread(target=_write, args=(store, number)) for number in range(4)]
    for thread in threads:
        thread.start()

    def ask(cursor: str | None) -> EventRecordsResult:
        page = paging.asset_page(store.events, MADE, A, limit=3, cursor=cursor, ascending=ascending)
        if not page.has_more:
            for thread in threads:
                thread.join()
            return paging.asset_page(store.events, MADE, A, limit=200, cursor=cursor, ascending=ascending)
        return page

    seen = pages(ask)
    assert seen == sorted(set(seen), reverse=not ascending)
    everything = [row.storage_id for row in store.events.of_type(EventRecordsFilter(MADE), ascending=True)]
    assert len(everything) == 20 + 4 * 15
    assert (seen == everything) if ascending else (set(before) <= set(seen) <= set(everything))


def _write(store: SqlStore, number: int) -> None:
    for _ in range(15):
        tell(store, events.materialized("a", "r", partition=str(number)))
