"""Backfills: kept, changed, found.

These functions are methods of ``Instance`` of the same names.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.instance.parts import Parts
from mainspring.core.records.backfill import BulkActionsFilter, BulkActionStatus, PartitionBackfill


def add_backfill(instance: Parts, partition_backfill: PartitionBackfill) -> None:
    """Keep a backfill that is new. Raises ``InvariantViolationError`` when its id is taken."""
    if not instance.store.backfills.add(partition_backfill):
        raise InvariantViolationError(
            f"There is a backfill with the id {partition_backfill.backfill_id} already."
        )


def update_backfill(instance: Parts, partition_backfill: PartitionBackfill) -> None:
    """Replace a backfill. Raises ``InvariantViolationError`` when it is not there."""
    if not instance.store.backfills.update(partition_backfill):
        raise InvariantViolationError(f"There is no backfill with the id {partition_backfill.backfill_id}.")


def get_backfill(instance: Parts, backfill_id: str) -> PartitionBackfill | None:
    """The backfill with this id."""
    return instance.store.backfills.get(backfill_id)


def get_backfills(
    instance: Parts,
    filters: BulkActionsFilter | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    status: BulkActionStatus | None = None,
) -> Sequence[PartitionBackfill]:
    """Backfills, newest first. ``cursor`` is the id of the last one of the page before.

    One that cannot be read whole is shown with what is known of it, and with ``damage`` set.
    """
    wanted = filters or BulkActionsFilter()
    if status is not None:
        if wanted.statuses is not None and list(wanted.statuses) != [status]:
            raise InvariantViolationError(
                "`status` and the statuses of `filters` say different things.", hint="Give one of them."
            )
        wanted = msgspec.structs.replace(wanted, statuses=[status])
    return instance.store.backfills.find(wanted, limit=limit, cursor=cursor)


def get_backfills_count(instance: Parts, filters: BulkActionsFilter | None = None) -> int:
    """How many backfills fit."""
    return instance.store.backfills.count(filters)
