"""``Event``: something that happened, as an immutable record, and its line in the log."""

from __future__ import annotations

import msgspec

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
)
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.event_data import (
    AssetObservationData,
    EventData,
    StepMaterializationData,
)
from mainspring.core.records.event_type import FAILURE_EVENTS, HOOK_EVENTS, RUN_EVENTS, STEP_EVENTS, EventType
from mainspring.core.records.event_views import EventViews
from mainspring.core.values.asset_key import AssetKey

_KNOWN_TYPES = {kind.value: kind for kind in EventType}


class Event(EventViews, msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that happened in a run, or to an asset.

    ``event_type_value`` is a word of ``EventType``, or one that only a newer version knows.
    """

    event_type_value: str
    job_name: str = ""
    step_key: str | None = None
    message: str | None = None
    event_specific_data: EventData | None = None
    pid: int | None = None
    step_kind_value: str | None = None

    @property
    def event_type(self) -> EventType:
        """What happened. Raises ``InvariantViolationError`` for a word this version does not know."""
        kind = _KNOWN_TYPES.get(self.event_type_value)
        if kind is None:
            raise InvariantViolationError(
                f"This version does not know events of the type {self.event_type_value!r}."
            )
        return kind

    def _is(self, kind: EventType) -> bool:
        return self.event_type_value == kind.value

    def _among(self, kinds: frozenset[EventType]) -> bool:
        return _KNOWN_TYPES.get(self.event_type_value) in kinds

    # -- what kind of event it is --------------------------------------------------------------------------------

    @property
    def is_step_event(self) -> bool:
        """Whether it speaks of a step."""
        return self._among(STEP_EVENTS)

    @property
    def is_job_event(self) -> bool:
        """Whether it is a change of the run's status."""
        return self._among(RUN_EVENTS)

    @property
    def is_hook_event(self) -> bool:
        """Whether it speaks of a hook."""
        return self._among(HOOK_EVENTS)

    @property
    def is_failure(self) -> bool:
        """Whether something failed or was cancelled."""
        return self._among(FAILURE_EVENTS)

    @property
    def is_step_start(self) -> bool:
        """Whether a step began."""
        return self._is(EventType.STEP_START)

    @property
    def is_step_success(self) -> bool:
        """Whether a step ended well."""
        return self._is(EventType.STEP_SUCCESS)

    @property
    def is_step_failure(self) -> bool:
        """Whether a step failed."""
        return self._is(EventType.STEP_FAILURE)

    @property
    def is_step_skipped(self) -> bool:
        """Whether a step was skipped."""
        return self._is(EventType.STEP_SKIPPED)

    @property
    def is_step_up_for_retry(self) -> bool:
        """Whether a step failed and will be tried again."""
        return self._is(EventType.STEP_UP_FOR_RETRY)

    @property
    def is_step_restarted(self) -> bool:
        """Whether a step began anew after a failed try."""
        return self._is(EventType.STEP_RESTARTED)

    @property
    def is_successful_output(self) -> bool:
        """Whether a step produced an output."""
        return self._is(EventType.STEP_OUTPUT)

    @property
    def is_handled_output(self) -> bool:
        """Whether an IO manager stored an output."""
        return self._is(EventType.HANDLED_OUTPUT)

    @property
    def is_loaded_input(self) -> bool:
        """Whether an IO manager loaded an input."""
        return self._is(EventType.LOADED_INPUT)

    @property
    def is_step_materialization(self) -> bool:
        """Whether an asset was materialised."""
        return self._is(EventType.ASSET_MATERIALIZATION)

    @property
    def is_asset_materialization_planned(self) -> bool:
        """Whether a run stated its intention to materialise an asset."""
        return self._is(EventType.ASSET_MATERIALIZATION_PLANNED)

    @property
    def is_asset_observation(self) -> bool:
        """Whether an asset was observed."""
        return self._is(EventType.ASSET_OBSERVATION)

    @property
    def is_expectation_result(self) -> bool:
        """Whether user code stated that something held or not."""
        return self._is(EventType.STEP_EXPECTATION_RESULT)

    @property
    def is_engine_event(self) -> bool:
        """Whether it speaks of the engine itself."""
        return self._is(EventType.ENGINE_EVENT)

    @property
    def is_resource_init_failure(self) -> bool:
        """Whether a resource could not be made."""
        return self._is(EventType.RESOURCE_INIT_FAILURE)

    @property
    def is_run_failure(self) -> bool:
        """Whether the run failed."""
        return self._is(EventType.RUN_FAILURE)

    is_job_failure = is_run_failure

    @property
    def is_job_success(self) -> bool:
        """Whether the run ended well."""
        return self._is(EventType.RUN_SUCCESS)

    # -- what it speaks of ---------------------------------------------------------------------------------------

    @property
    def asset_key(self) -> AssetKey | None:
        """The asset it speaks of, if it does."""
        return asset_of(self.event_specific_data)[0]

    @property
    def partition(self) -> str | None:
        """The partition it speaks of, if it does."""
        return asset_of(self.event_specific_data)[1]

    @property
    def node_name(self) -> str | None:
        """The outermost node of the step."""
        return self.step_key.split(".", 1)[0] if self.step_key else None


def asset_of(data: EventData | None) -> tuple[AssetKey | None, str | None]:
    """The asset key and the partition an event's data speaks of; ``(None, None)`` where it speaks of none."""
    if data is None:
        return None, None
    if isinstance(data, StepMaterializationData):
        return data.materialization.asset_key, data.materialization.partition
    if isinstance(data, AssetObservationData):
        return data.asset_observation.asset_key, data.asset_observation.partition
    return getattr(data, "asset_key", None), getattr(data, "partition", None)


class EventLogEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the event log: an event, or a message that was logged.

    ``level`` is a level of standard logging; ``timestamp`` is in seconds since 1970. An event that is given no
    ``user_message`` of its own has its ``message`` for one.
    """

    error_info: ErrorInfo | None
    level: int
    user_message: str
    run_id: str
    timestamp: float
    step_key: str | None = None
    job_name: str | None = None
    dagster_event: Event | None = None

    def __post_init__(self) -> None:
        event = self.dagster_event
        if event is not None and event.message and not self.user_message:
            msgspec.structs.force_setattr(self, "user_message", event.message)

    @property
    def is_dagster_event(self) -> bool:
        """Whether it is an event, not a logged message."""
        return self.dagster_event is not None

    def get_dagster_event(self) -> Event:
        """The event. Raises ``InvariantViolationError`` for a logged message."""
        if self.dagster_event is None:
            raise InvariantViolationError(
                "This line of the log is a message, not an event; ask `is_dagster_event` first."
            )
        return self.dagster_event

    @property
    def dagster_event_type(self) -> EventType | None:
        """What happened; ``None`` for a logged message."""
        return self.dagster_event.event_type if self.dagster_event else None

    @property
    def message(self) -> str:
        """What to show on one line."""
        event = self.dagster_event
        return event.message if event is not None and event.message else self.user_message

    @property
    def asset_materialization(self) -> AssetMaterialization | None:
        """The materialization, if it is one."""
        data = self.dagster_event.event_specific_data if self.dagster_event else None
        return data.materialization if isinstance(data, StepMaterializationData) else None

    @property
    def asset_observation(self) -> AssetObservation | None:
        """The observation, if it is one."""
        data = self.dagster_event.event_specific_data if self.dagster_event else None
        return data.asset_observation if isinstance(data, AssetObservationData) else None

    @property
    def asset_check_evaluation(self) -> AssetCheckEvaluation | None:
        """The evaluation of a check, if it is one."""
        data = self.dagster_event.event_specific_data if self.dagster_event else None
        return data if isinstance(data, AssetCheckEvaluation) else None

    @property
    def tags(self) -> dict[str, str] | None:
        """The tags of the materialization or observation, if it is one."""
        found = self.asset_materialization or self.asset_observation
        return dict(found.tags or {}) if found else None


class Unreadable(msgspec.Struct, frozen=True):
    """A row of the log that this version cannot read: shown as it is, so that nothing is lost or hidden."""

    storage_id: int
    run_id: str
    event_type: str | None
    raw: str
    reason: str
    timestamp: float | None = None


class EventLogRecord(msgspec.Struct, frozen=True):
    """A line of the log with its place in it: ``storage_id`` grows with each line ever stored."""

    storage_id: int
    event_log_entry: EventLogEntry

    @property
    def run_id(self) -> str:
        """The run it belongs to; empty for an event reported outside a run."""
        return self.event_log_entry.run_id

    @property
    def timestamp(self) -> float:
        """When it happened, in seconds since 1970."""
        return self.event_log_entry.timestamp

    @property
    def event_type(self) -> EventType:
        """What happened."""
        return self.event_log_entry.get_dagster_event().event_type

    @property
    def asset_key(self) -> AssetKey | None:
        """The asset it speaks of, if it does."""
        event = self.event_log_entry.dagster_event
        return event.asset_key if event else None

    @property
    def partition_key(self) -> str | None:
        """The partition it speaks of, if it does."""
        event = self.event_log_entry.dagster_event
        return event.partition if event else None

    @property
    def asset_materialization(self) -> AssetMaterialization | None:
        """The materialization, if it is one."""
        return self.event_log_entry.asset_materialization

    @property
    def asset_observation(self) -> AssetObservation | None:
        """The observation, if it is one."""
        return self.event_log_entry.asset_observation

    @property
    def asset_event(self) -> AssetMaterialization | AssetObservation | None:
        """The materialization or observation, if it is one."""
        return self.asset_materialization or self.asset_observation


class EventRecordsResult(msgspec.Struct, frozen=True):
    """A page of records; ``cursor`` asks for the next one."""

    records: list[EventLogRecord]
    cursor: str
    has_more: bool
