"""Events that are reported from outside a run's worker, and how they are made."""

from __future__ import annotations

import logging

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import (
    AssetObservationData,
    EngineEventData,
    EventData,
    RunCanceledData,
    RunFailureData,
    StepMaterializationData,
)
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run

RUNLESS_RUN_ID = ""
RUNLESS_JOB_NAME = ""


def entry_of(
    event: Event, run_id: str, *, timestamp: float, level: str | int = logging.INFO
) -> EventLogEntry:
    """The line of the log for an event."""
    number = (
        level if isinstance(level, int) else logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    )
    return EventLogEntry(
        error_info=None,
        level=number,
        user_message=event.message or "",
        run_id=run_id,
        timestamp=timestamp,
        step_key=event.step_key,
        job_name=event.job_name or None,
        dagster_event=event,
    )


def runless_event(asset_event: object) -> Event:
    """The event that reports what somebody saw of an asset outside a run."""
    if isinstance(asset_event, AssetMaterialization):
        key = asset_event.asset_key.to_user_string()
        return _runless(
            EventType.ASSET_MATERIALIZATION, f"Materialized {key}.", StepMaterializationData(asset_event)
        )
    if isinstance(asset_event, AssetObservation):
        key = asset_event.asset_key.to_user_string()
        return _runless(EventType.ASSET_OBSERVATION, f"Observed {key}.", AssetObservationData(asset_event))
    if isinstance(asset_event, AssetCheckEvaluation):
        key = asset_event.asset_key.to_user_string()
        verdict = "passed" if asset_event.passed else "failed"
        message = f"The check {asset_event.check_name} of {key} {verdict}."
        return _runless(EventType.ASSET_CHECK_EVALUATION, message, asset_event)
    raise InvariantViolationError(
        f"A {type(asset_event).__name__} cannot be reported outside a run.",
        hint="Report an AssetMaterialization, an AssetObservation or an AssetCheckEvaluation.",
    )


def _runless(kind: EventType, message: str, data: EventData) -> Event:
    return Event(
        event_type_value=kind.value, job_name=RUNLESS_JOB_NAME, message=message, event_specific_data=data
    )


def run_failed(run: Run, message: str | None, data: RunFailureData | None) -> Event:
    """The event that ends a run as failed."""
    text = message or "This run has been marked as failed from outside the execution context."
    return _of_run(run, EventType.RUN_FAILURE, text, data)


def run_canceling(run: Run, message: str | None) -> Event:
    """The event that asks a run to stop."""
    return _of_run(run, EventType.RUN_CANCELING, message or "Sending run termination request.", None)


def run_canceled(run: Run, message: str | None) -> Event:
    """The event that ends a run as cancelled."""
    text = message or "This run has been marked as canceled from outside the execution context."
    return _of_run(run, EventType.RUN_CANCELED, text, RunCanceledData())


def engine_event(
    message: str, *, job_name: str, step_key: str | None = None, data: EngineEventData | None = None
) -> Event:
    """The event by which the engine says something of itself."""
    return Event(
        event_type_value=EventType.ENGINE_EVENT.value,
        job_name=job_name,
        step_key=step_key,
        message=message,
        event_specific_data=data or EngineEventData(),
    )


def _of_run(run: Run, kind: EventType, message: str, data: EventData | None) -> Event:
    return Event(
        event_type_value=kind.value, job_name=run.job_name, message=message, event_specific_data=data
    )
