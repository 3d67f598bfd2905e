"""Lines of the event log in one call each, for tests of what reads or writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mainspring.core.instance.reports import entry_of
from mainspring.core.records.asset_events import (
    AssetCheckEvaluation,
    AssetCheckEvaluationPlanned,
    AssetMaterialization,
    AssetObservation,
)
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import (
    AssetFailedToMaterializeData,
    AssetMaterializationPlannedData,
    AssetObservationData,
    AssetWipedData,
    AssetWipeUndoneData,
    EventData,
    StepMaterializationData,
)
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetKey

JOB = "job"


def run(run_id: str, *, tags: Mapping[str, str] | None = None, job_name: str = JOB) -> Run:
    """A run that has not begun."""
    return Run(job_name=job_name, run_id=run_id, tags=dict(tags or {}))


def line(
    kind: EventType,
    run_id: str = "",
    *,
    data: EventData | None = None,
    timestamp: float = 0.0,
    step_key: str | None = None,
) -> EventLogEntry:
    """An event of any type."""
    event = Event(
        event_type_value=kind.value,
        job_name=JOB if run_id else "",
        step_key=step_key,
        message=kind.value,
        event_specific_data=data,
    )
    return entry_of(event, run_id, timestamp=timestamp)


def message(run_id: str, text: str, *, timestamp: float = 0.0) -> EventLogEntry:
    """A logged message that is no event."""
    return EventLogEntry(
        error_info=None, level=20, user_message=text, run_id=run_id, timestamp=timestamp, job_name=JOB
    )


def materialized(
    key: str,
    run_id: str = "",
    *,
    partition: str | None = None,
    tags: Mapping[str, str] | None = None,
    timestamp: float = 0.0,
) -> EventLogEntry:
    """An asset was materialised."""
    found = AssetMaterialization(AssetKey(key), partition=partition, tags=tags)
    return line(
        EventType.ASSET_MATERIALIZATION,
        run_id,
        data=StepMaterializationData(found),
        timestamp=timestamp,
        step_key=key,
    )


def observed(
    key: str, run_id: str = "", *, partition: str | None = None, timestamp: float = 0.0
) -> EventLogEntry:
    """An asset was observed."""
    found = AssetObservation(AssetKey(key), partition=partition)
    return line(EventType.ASSET_OBSERVATION, run_id, data=AssetObservationData(found), timestamp=timestamp)


def planned(key: str, run_id: str, *, partition: str | None = None, timestamp: float = 0.0) -> EventLogEntry:
    """A run intends to materialise an asset."""
    data = AssetMaterializationPlannedData(AssetKey(key), partition)
    return line(EventType.ASSET_MATERIALIZATION_PLANNED, run_id, data=data, timestamp=timestamp)


def failed(key: str, run_id: str, *, partition: str | None = None, timestamp: float = 0.0) -> EventLogEntry:
    """A run did not materialise an asset it meant to."""
    data = AssetFailedToMaterializeData(AssetKey(key), partition)
    return line(EventType.ASSET_FAILED_TO_MATERIALIZE, run_id, data=data, timestamp=timestamp)


def wiped(key: str, *, partitions: Sequence[str] | None = None, timestamp: float = 0.0) -> EventLogEntry:
    """An asset, or some of its partitions, was wiped."""
    data = AssetWipedData(AssetKey(key), None if partitions is None else list(partitions))
    return line(EventType.ASSET_WIPED, data=data, timestamp=timestamp)


def wipe_undone(key: str, wipe_ids: Sequence[int], *, timestamp: float = 0.0) -> EventLogEntry:
    """Wipes of an asset, or of some of its partitions, were taken back."""
    data = AssetWipeUndoneData(AssetKey(key), list(wipe_ids))
    return line(EventType.ASSET_WIPE_UNDONE, data=data, timestamp=timestamp)


def check_planned(
    key: str, name: str, run_id: str, *, partition: str | None = None, timestamp: float = 0.0
) -> EventLogEntry:
    """A run intends to evaluate a check."""
    data = AssetCheckEvaluationPlanned(AssetKey(key), name, partition)
    return line(EventType.ASSET_CHECK_EVALUATION_PLANNED, run_id, data=data, timestamp=timestamp)


def check_evaluated(
    key: str,
    name: str,
    run_id: str = "",
    *,
    passed: bool = True,
    partition: str | None = None,
    timestamp: float = 0.0,
) -> EventLogEntry:
    """A check was evaluated."""
    data = AssetCheckEvaluation(AssetKey(key), name, passed, partition=partition)
    return line(EventType.ASSET_CHECK_EVALUATION, run_id, data=data, timestamp=timestamp)
