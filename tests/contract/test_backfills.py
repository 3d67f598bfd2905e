"""Backfills: kept, changed, found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mainspring.core.records.backfill import BulkActionsFilter, BulkActionStatus, PartitionBackfill
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.values.asset_key import AssetKey

REQUESTED, CANCELED, DONE = (
    BulkActionStatus.REQUESTED,
    BulkActionStatus.CANCELED,
    BulkActionStatus.COMPLETED_SUCCESS,
)


def backfill(ref: str, timestamp: float = 0, **more: object) -> PartitionBackfill:
    given: dict[str, object] = {"status": REQUESTED, **more}
    return PartitionBackfill(backfill_id=ref, backfill_timestamp=timestamp, **given)  # type: ignore[arg-type]


def test_a_backfill_is_kept_whole(store: SqlStore) -> None:
    made = backfill(
        "b",
        3,
        tags={"team": "x", "n": "1"},
        job_name="j",
        location="shop",
        title="All",
        description="of them",
        user="me",
        asset_selection=[AssetKey("a"), AssetKey(["b", "c"])],
        partition_names=["2024-01-01"],
        from_failure=True,
        reexecution_steps=["s"],
        run_config={"ops": {}},
        last_submitted_partition_name="2024-01-01",
        error=ErrorInfo("boom"),
        failure_count=2,
        backfill_end_timestamp=9,
    )
    assert store.backfills.add(made)
    assert not store.backfills.add(backfill("b"))
    assert store.backfills.get("b") == made
    assert store.backfills.get("nobody") is None


def test_a_backfill_changes_only_from_what_was_seen(store: SqlStore) -> None:
    made = backfill("b", tags={"old": "1"})
    store.backfills.add(made)
    changed = backfill("b", tags={"new": "2"}, status=CANCELED)
    assert not store.backfills.update(changed, expected=[DONE])
    assert store.backfills.get("b") == made
    assert not store.backfills.update(changed, expected=[])
    assert store.backfills.update(changed, expected=[DONE, REQUESTED])
    assert store.backfills.get("b") == changed
    assert store.backfills.count(BulkActionsFilter(tags={"old": "1"})) == 0
    assert store.backfills.count(BulkActionsFilter(tags={"new": "2"})) == 1
    assert not store.backfills.update(backfill("nobody"))


def test_backfills_are_found(store: SqlStore) -> None:
    for number in range(6):
        tags = {"n": str(number), "all": "1"}
        status = DONE if number % 2 else REQUESTED
        store.backfills.add(
            backfill(f"b{number}", number, tags=tags, status=status, job_name=f"j{number % 3}")
        )

    def found(wanted: BulkActionsFilter | None = None, **page: object) -> list[str]:
        return [one.backfill_id for one in store.backfills.find(wanted, **page)]  # type: ignore[arg-type]

    assert found() == ["b5", "b4", "b3", "b2", "b1", "b0"]
    assert found(limit=2, cursor="b4") == ["b3", "b2"]
    assert found(BulkActionsFilter(statuses=[DONE]), limit=2) == ["b5", "b3"]
    assert found(BulkActionsFilter(statuses=[])) == []
    assert found(BulkActionsFilter(job_name="j1")) == ["b4", "b1"]
    assert found(BulkActionsFilter(tags={"n": ["1", "4"], "all": "1"})) == ["b4", "b1"]
    assert found(BulkActionsFilter(tags={"n": []})) == []
    assert found(BulkActionsFilter(backfill_ids=["b1", "b5", "no"])) == ["b5", "b1"]
    assert found(BulkActionsFilter(backfill_ids=[])) == []
    after, before = datetime.fromtimestamp(1, UTC), datetime(1970, 1, 1, 0, 0, 4)  # noqa: DTZ001  # means UTC
    assert found(BulkActionsFilter(created_after=after, created_before=before)) == ["b3", "b2"]
    assert store.backfills.count() == 6
    assert store.backfills.count(BulkActionsFilter(statuses=[DONE], tags={"all": "1"})) == 3


@pytest.mark.parametrize("status", list(BulkActionStatus))
def test_each_status_is_kept(store: SqlStore, status: BulkActionStatus) -> None:
    store.backfills.add(backfill("b", status=status))
    found = store.backfills.get("b")
    assert found is not None
    assert found.status is status
    open_ones = {REQUESTED, BulkActionStatus.CANCELING, BulkActionStatus.FAILING}
    assert found.is_finished == (status not in open_ones)
