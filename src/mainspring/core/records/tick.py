"""``InstigatorTick``: one evaluation of a schedule or sensor, from its beginning to what came of it."""

from __future__ import annotations

from enum import Enum

import msgspec

from mainspring.core.records.damage import Damage
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.instigator import InstigatorType


class TickStatus(Enum):
    """Where a tick stands. ``STARTED`` is the one state that is open: something may still come of it."""

    STARTED = "STARTED"
    SKIPPED = "SKIPPED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


class DynamicPartitionsRequestResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a tick's request to add or delete keys.

    ``added_partitions`` or ``deleted_partitions`` is ``None`` where that was not asked for;
    ``skipped_partitions`` are keys that were there already, or were not there to be deleted.
    """

    partitions_def_name: str
    added_partitions: list[str] | None = None
    deleted_partitions: list[str] | None = None
    skipped_partitions: list[str] = []


class TickData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that is said of a tick. Times are in seconds since 1970.

    * ``selector_id``: the instigator. ``timestamp``: the time the tick is for.
    * ``tick_key``: what makes the tick the one it is among those of its instigator; by default its time.
      There is one tick of a key, whoever asks for it and how often.
    * ``run_ids``, ``run_keys``: the runs it asked for. ``origin_run_ids``: those a run status sensor saw.
    * ``failure_count``: how often it was tried and failed.
    """

    selector_id: str
    instigator_name: str
    instigator_type: InstigatorType
    timestamp: float
    status: TickStatus = TickStatus.STARTED
    tick_key: str = ""
    end_timestamp: float | None = None
    run_ids: list[str] = []
    run_keys: list[str] = []
    error: ErrorInfo | None = None
    skip_reason: str | None = None
    cursor: str | None = None
    origin_run_ids: list[str] = []
    failure_count: int = 0
    user_interrupted: bool = False
    log_key: list[str] | None = None
    dynamic_partitions_request_results: list[DynamicPartitionsRequestResult] = []

    @property
    def key(self) -> str:
        """The tick's key: the one given, or its time."""
        return self.tick_key or repr(float(self.timestamp))

    @property
    def instigator_origin_id(self) -> str:
        """What the instigator is found by."""
        return self.selector_id


class InstigatorTick(msgspec.Struct, frozen=True, kw_only=True):
    """A tick as it is stored. ``tick_id`` grows with each tick ever made.

    ``damage`` is set where the stored row could not be read whole; such a tick counts as failed unless its
    status could be read.
    """

    tick_id: int
    tick_data: TickData
    damage: Damage | None = None

    @property
    def selector_id(self) -> str:
        """What the instigator is found by."""
        return self.tick_data.selector_id

    @property
    def instigator_origin_id(self) -> str:
        """What the instigator is found by."""
        return self.tick_data.selector_id

    @property
    def instigator_name(self) -> str:
        """The name of the instigator's definition."""
        return self.tick_data.instigator_name

    @property
    def instigator_type(self) -> InstigatorType:
        """What made the tick."""
        return self.tick_data.instigator_type

    @property
    def status(self) -> TickStatus:
        """Where the tick stands."""
        return self.tick_data.status

    @property
    def timestamp(self) -> float:
        """The time the tick is for, in seconds since 1970."""
        return self.tick_data.timestamp

    @property
    def end_timestamp(self) -> float | None:
        """When it ended, in seconds since 1970."""
        return self.tick_data.end_timestamp

    @property
    def run_ids(self) -> list[str]:
        """The runs it asked for."""
        return self.tick_data.run_ids

    @property
    def run_keys(self) -> list[str]:
        """The keys of the runs it asked for."""
        return self.tick_data.run_keys

    @property
    def cursor(self) -> str | None:
        """The cursor it left."""
        return self.tick_data.cursor

    @property
    def error(self) -> ErrorInfo | None:
        """What went wrong."""
        return self.tick_data.error

    @property
    def skip_reason(self) -> str | None:
        """Why it asked for nothing."""
        return self.tick_data.skip_reason

    @property
    def is_completed(self) -> bool:
        """Whether nothing more will come of it."""
        return self.tick_data.status is not TickStatus.STARTED

    def with_data(self, data: TickData) -> InstigatorTick:
        """The tick with other data."""
        return InstigatorTick(tick_id=self.tick_id, tick_data=data)

    def with_status(self, status: TickStatus, *, end_timestamp: float | None = None) -> InstigatorTick:
        """The tick in another state."""
        changed = msgspec.structs.replace(self.tick_data, status=status, end_timestamp=end_timestamp)
        return self.with_data(changed)


class InstigatorTickSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A tick by its columns alone: enough for a timeline. An unknown status counts as failed."""

    tick_id: int
    selector_id: str
    status: TickStatus
    timestamp: float
    end_timestamp: float | None = None
