"""``PartitionBackfill``: a request to materialise many partitions or assets, carried out as many runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec

from mainspring.core.records.damage import Damage
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.values.asset_key import AssetKey


class BulkActionStatus(Enum):
    """Where a backfill stands.

    ``COMPLETED_SUCCESS``: all runs succeeded; ``COMPLETED_FAILED``: some did not; ``COMPLETED``: it ended,
    and how the runs did was not kept. ``FAILED``: the backfill itself could not go on.
    """

    REQUESTED = "REQUESTED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"
    COMPLETED_SUCCESS = "COMPLETED_SUCCESS"
    COMPLETED_FAILED = "COMPLETED_FAILED"
    FAILING = "FAILING"


BULK_ACTION_OPEN = frozenset(
    {BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING, BulkActionStatus.FAILING}
)
"""The states in which there is still something to be done."""


class PartitionBackfill(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request to materialise many partitions or assets.

    * ``backfill_timestamp``, ``backfill_end_timestamp``: when it was asked for and when it ended, in
      seconds since 1970.
    * ``job_name`` with ``partition_names``: these partitions of a job; ``asset_selection``: these assets.
    * ``from_failure``: only the steps that failed; ``reexecution_steps``: only these steps.
    * ``last_submitted_partition_name``: how far it has come.
    * ``damage``: set where the stored row could not be read whole; it counts as failed unless its status
      could be read.
    """

    backfill_id: str
    status: BulkActionStatus
    backfill_timestamp: float
    tags: dict[str, str] = {}
    job_name: str | None = None
    location: str | None = None
    title: str | None = None
    description: str | None = None
    user: str | None = None
    asset_selection: list[AssetKey] | None = None
    partition_names: list[str] | None = None
    from_failure: bool = False
    reexecution_steps: list[str] | None = None
    run_config: dict[str, Any] | None = None
    last_submitted_partition_name: str | None = None
    error: ErrorInfo | None = None
    failure_count: int = 0
    backfill_end_timestamp: float | None = None
    damage: Damage | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to be done."""
        return self.status not in BULK_ACTION_OPEN

    @property
    def is_asset_backfill(self) -> bool:
        """Whether it is of assets rather than of a job."""
        return self.asset_selection is not None

    def with_status(self, status: BulkActionStatus) -> PartitionBackfill:
        """The backfill in another state."""
        return msgspec.structs.replace(self, status=status)

    def with_error(self, error: ErrorInfo | None) -> PartitionBackfill:
        """The backfill with what went wrong."""
        return msgspec.structs.replace(self, error=error)

    def with_end_timestamp(self, end_timestamp: float) -> PartitionBackfill:
        """The backfill with the time of its end."""
        return msgspec.structs.replace(self, backfill_end_timestamp=end_timestamp)


class BulkActionsFilter(msgspec.Struct, frozen=True):
    """Backfills that fit all the fields which are given.

    A tag's value may be a list: any of them fits. A time without a time zone is taken as UTC; both bounds
    are exclusive.
    """

    statuses: Sequence[BulkActionStatus] | None = None
    created_before: datetime | None = None
    created_after: datetime | None = None
    tags: Mapping[str, str | Sequence[str]] | None = None
    job_name: str | None = None
    backfill_ids: Sequence[str] | None = None
