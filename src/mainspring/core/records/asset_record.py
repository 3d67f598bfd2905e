"""What is known of an asset now: the state derived from its events."""

from __future__ import annotations

from enum import Enum

import msgspec

from mainspring.core.records.asset_events import AssetCheckEvaluation
from mainspring.core.records.event import EventLogEntry, EventLogRecord
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class AssetEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The latest events of an asset since it was last wiped; ``None`` where there is none."""

    asset_key: AssetKey
    last_materialization_record: EventLogRecord | None = None
    last_observation_record: EventLogRecord | None = None
    last_planned_materialization_storage_id: int | None = None
    last_planned_materialization_run_id: str | None = None
    last_run_id: str | None = None
    last_event_timestamp: float | None = None

    @property
    def last_materialization(self) -> EventLogEntry | None:
        """The latest materialization."""
        record = self.last_materialization_record
        return record.event_log_entry if record else None

    @property
    def last_materialization_storage_id(self) -> int | None:
        """The place of the latest materialization in the log."""
        record = self.last_materialization_record
        return record.storage_id if record else None

    @property
    def last_observation(self) -> EventLogEntry | None:
        """The latest observation."""
        record = self.last_observation_record
        return record.event_log_entry if record else None


class AssetRecord(msgspec.Struct, frozen=True):
    """An asset the instance knows."""

    storage_id: int
    asset_entry: AssetEntry


class CheckStatus(Enum):
    """How the latest execution of a check stands."""

    PLANNED = "PLANNED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class AssetCheckExecutionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The latest execution of a check."""

    key: AssetCheckKey
    id: int
    run_id: str
    status: CheckStatus
    event: EventLogEntry | None
    create_timestamp: float
    partition: str | None = None

    @property
    def evaluation(self) -> AssetCheckEvaluation | None:
        """What the check found; ``None`` while it is planned."""
        return self.event.asset_check_evaluation if self.event else None
