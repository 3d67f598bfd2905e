"""Places in a list of runs, and how it is divided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from mainspring.core.records.run import RunRecord

RUN_ORDERS = (
    "id",
    "run_id",
    "job_name",
    "status",
    "create_timestamp",
    "update_timestamp",
    "start_time",
    "end_time",
)
"""What runs can be ordered by."""


class JobBucket(msgspec.Struct, frozen=True):
    """The newest runs of each of these jobs: so many of each, or all of them."""

    job_names: Sequence[str]
    bucket_limit: int | None = None


class TagBucket(msgspec.Struct, frozen=True):
    """The newest runs with each of these values of a tag: so many of each, or all of them."""

    tag_key: str
    tag_values: Sequence[str]
    bucket_limit: int | None = None


class RunCursor(msgspec.Struct, frozen=True):
    """Where a run stood in a list: a page goes on after it, though the run has changed or gone since.

    ``value`` is that of the column the list is ordered by, ``None`` where the run had none yet.
    """

    value: str | float | None
    storage_id: int

    @staticmethod
    def of(record: RunRecord, order_by: str | None = None) -> RunCursor:
        """The place of a run in a list that is ordered by a column of ``RUN_ORDERS``; by its age when ``None``."""
        value: object
        if order_by in (None, "id"):
            value = None
        elif order_by == "status":
            value = record.dagster_run.status.value
        elif order_by in ("run_id", "job_name", "pipeline_name"):
            value = record.dagster_run.run_id if order_by == "run_id" else record.dagster_run.job_name
        else:
            value = getattr(record, str(order_by))
        if isinstance(value, datetime):
            value = value.timestamp()
        return RunCursor(value, record.storage_id)  # pyright: ignore[reportArgumentType]
