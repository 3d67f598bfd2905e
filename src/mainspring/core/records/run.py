"""``Run``: one execution of a job; its states and how they may follow each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec

from mainspring.core.base import serial
from mainspring.core.records.event_type import EventType
from mainspring.core.values import tags as tag_keys
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class RunStatus(Enum):
    """Where a run stands. ``SUCCESS``, ``FAILURE`` and ``CANCELED`` are final: nothing follows them."""

    QUEUED = "QUEUED"
    NOT_STARTED = "NOT_STARTED"
    MANAGED = "MANAGED"
    STARTING = "STARTING"
    STARTED = "STARTED"
    SUSPENDED = "SUSPENDED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"


FINISHED = frozenset({RunStatus.SUCCESS, RunStatus.FAILURE, RunStatus.CANCELED})
IN_PROGRESS = frozenset({RunStatus.STARTING, RunStatus.STARTED, RunStatus.CANCELING, RunStatus.SUSPENDED})
CANCELABLE = frozenset(
    {RunStatus.QUEUED, RunStatus.NOT_STARTED, RunStatus.STARTING, RunStatus.STARTED, RunStatus.SUSPENDED}
)

_WAITING = frozenset({RunStatus.NOT_STARTED, RunStatus.QUEUED, RunStatus.MANAGED})
_ALIVE = frozenset(RunStatus) - FINISHED

STATUS_AFTER: Mapping[str, tuple[RunStatus, frozenset[RunStatus]]] = {
    EventType.RUN_ENQUEUED.value: (RunStatus.QUEUED, frozenset({RunStatus.NOT_STARTED})),
    EventType.RUN_DEQUEUED.value: (RunStatus.NOT_STARTED, frozenset({RunStatus.QUEUED})),
    EventType.RUN_STARTING.value: (RunStatus.STARTING, _WAITING),
    EventType.RUN_START.value: (RunStatus.STARTED, _WAITING | {RunStatus.STARTING}),
    EventType.RUN_SUSPENDED.value: (RunStatus.SUSPENDED, frozenset({RunStatus.STARTED})),
    EventType.RUN_RESUMED.value: (RunStatus.STARTED, frozenset({RunStatus.SUSPENDED})),
    EventType.RUN_SUCCESS.value: (RunStatus.SUCCESS, _ALIVE - {RunStatus.CANCELING}),
    EventType.RUN_FAILURE.value: (RunStatus.FAILURE, _ALIVE),
    EventType.RUN_CANCELING.value: (RunStatus.CANCELING, _ALIVE - {RunStatus.CANCELING}),
    EventType.RUN_CANCELED.value: (RunStatus.CANCELED, _ALIVE),
}
"""The state machine: for each run event the state it leads to and the states it may come from."""


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One execution of a job, as it is stored.

    ``asset_selection`` is ``None`` where the run is of ops, else the keys it was asked to materialise.
    """

    job_name: str
    run_id: str
    run_config: dict[str, Any] = {}
    asset_selection: frozenset[AssetKey] | None = None
    asset_check_selection: frozenset[AssetCheckKey] | None = None
    op_selection: list[str] | None = None
    resolved_op_selection: frozenset[str] | None = None
    step_keys_to_execute: list[str] | None = None
    status: RunStatus = RunStatus.NOT_STARTED
    tags: dict[str, str] = {}
    root_run_id: str | None = None
    parent_run_id: str | None = None
    job_snapshot_id: str | None = None
    execution_plan_snapshot_id: str | None = None
    code_location: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the run has reached a final state."""
        return self.status in FINISHED

    @property
    def is_success(self) -> bool:
        """Whether the run ended well."""
        return self.status is RunStatus.SUCCESS

    @property
    def is_failure(self) -> bool:
        """Whether the run failed."""
        return self.status is RunStatus.FAILURE

    @property
    def is_failure_or_canceled(self) -> bool:
        """Whether the run failed or was cancelled."""
        return self.status in (RunStatus.FAILURE, RunStatus.CANCELED)

    @property
    def is_cancelable(self) -> bool:
        """Whether the run can still be cancelled."""
        return self.status in CANCELABLE

    @property
    def is_resume_retry(self) -> bool:
        """Whether the run goes on from the point where another one failed."""
        return self.tags.get(tag_keys.IS_RESUME_RETRY_TAG) == "true"

    @property
    def is_partitioned(self) -> bool:
        """Whether the run is of one partition or a range of them."""
        return tag_keys.PARTITION_TAG in self.tags or tag_keys.ASSET_PARTITION_RANGE_START_TAG in self.tags

    @property
    def previous_run_id(self) -> str | None:
        """The run this one was made from, if it was."""
        return self.parent_run_id

    def get_root_run_id(self) -> str | None:
        """The first run of the chain of re-executions, if this is one."""
        return self.root_run_id

    def get_parent_run_id(self) -> str | None:
        """The run this one was made from, if it was."""
        return self.parent_run_id

    def with_status(self, status: RunStatus) -> Run:
        """The run in another state."""
        return msgspec.structs.replace(self, status=status)

    def with_tags(self, tags: Mapping[str, str]) -> Run:
        """The run with these tags and no others."""
        return msgspec.structs.replace(self, tags=dict(tags))


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A run with what the database knows of it. ``start_time`` and ``end_time`` are in seconds since 1970."""

    storage_id: int
    dagster_run: Run
    create_timestamp: datetime
    update_timestamp: datetime
    start_time: float | None = None
    end_time: float | None = None
    epoch: int = 0


def encode_run(run: Run) -> bytes:
    """The run as it is stored."""
    return serial.encode(run)
