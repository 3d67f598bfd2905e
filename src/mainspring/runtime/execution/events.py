"""Record events that user code or an IO manager made itself."""

from __future__ import annotations

from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import AssetMaterialization, AssetObservation
from mainspring.core.records.event_data import ExpectationResult, StepExpectationResultData
from mainspring.core.records.event_type import EventType
from mainspring.runtime.execution.outputs import observed, record_own_materialization
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.plan.plan import Step


def record_logged(state: RunState, step: Step, event: Any) -> None:
    """Record a materialization, an observation or an expectation.

    Raises ``InvariantViolationError`` for anything else.
    """
    if isinstance(event, AssetMaterialization):
        record_own_materialization(state, step, event)
    elif isinstance(event, AssetObservation):
        observed(state, step, event)
    elif isinstance(event, ExpectationResult):
        state.log.event(
            EventType.STEP_EXPECTATION_RESULT,
            f"Expectation{f' {event.label!r}' if event.label else ''} {'passed' if event.success else 'failed'}.",
            step_key=step.key,
            data=StepExpectationResultData(event),
        )
    else:
        raise InvariantViolationError(
            f"{event!r} cannot be logged as an event.",
            hint="Log an AssetMaterialization, an AssetObservation or an ExpectationResult.",
        )
