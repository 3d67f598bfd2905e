"""One step, try by try: how a try ends, whether there is another one, and what follows from the end."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from mainspring.core.base.errors import (
    ExecutionInterruptedError,
    FencedError,
    OrchestratorError,
    StepExecutionError,
)
from mainspring.core.records.event_data import StepRetryData, StepSuccessData
from mainspring.core.records.event_type import EventType
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.definitions.retries import Failure, RetryRequested
from mainspring.runtime.execution.attempt import attempt
from mainspring.runtime.execution.captured_output import StepOutput
from mainspring.runtime.execution.context import step_scope
from mainspring.runtime.execution.failure import StepError, StepTimeoutError, step_error
from mainspring.runtime.execution.hooks import run_hooks
from mainspring.runtime.execution.intake import Gave
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.plan.plan import Step


@dataclass(slots=True)
class Outcome:
    """How a try ended. With ``retry_after`` the step is to be tried again after so many seconds."""

    error: StepError | None = None
    gave: Gave = field(default_factory=Gave)
    retry_after: float | None = None

    @property
    def interrupted(self) -> bool:
        """Whether somebody asked the run to stop."""
        return self.error is not None and self.error.source == "INTERRUPT"


_ENDS_A_STEP = (
    Exception,
    KeyboardInterrupt,
    ExecutionInterruptedError,
    SystemExit,
    asyncio.CancelledError,
)
"""What user code may raise without ending more than its step; ``GeneratorExit`` stays Python's own."""


async def run_step(state: RunState, step: Step, retries: int) -> Outcome:
    """Try a step. What goes wrong in it is recorded and told in the outcome.

    Raises only where nothing can be recorded any more: the log of the run is lost, or another worker has taken over.
    """
    with StepOutput(state.output, step.key, retries):
        return await _run_step(state, step, retries)


async def _run_step(state: RunState, step: Step, retries: int) -> Outcome:
    clock = state.ambient.clock
    began = clock.monotonic()
    first_event = len(state.log.events)
    kind = EventType.STEP_RESTARTED if retries else EventType.STEP_START
    words = "Started re-execution (attempt # {}) of step" if retries else "Started execution of step"
    state.log.event(kind, f'{words.format(retries + 1)} "{step.key}".', step_key=step.key)
    scope = step_scope(state, step, retries)
    try:
        gave = await attempt(state, step, scope)
    except _ENDS_A_STEP as error:
        if state.log.is_lost or isinstance(error, FencedError):
            raise
        return _failed(state, step, scope, error, first_event)
    milliseconds = (clock.monotonic() - began) * 1000
    state.log.event(
        EventType.STEP_SUCCESS,
        f'Finished execution of step "{step.key}" in {shown_duration(milliseconds)}.',
        step_key=step.key,
        data=StepSuccessData(milliseconds),
    )
    run_hooks(state, step, scope, None, since=first_event)
    return Outcome(gave=gave)


def shown_duration(milliseconds: float) -> str:
    """A duration for people: ``7.5ms``, ``1.25s``, ``2m5s``."""
    if milliseconds < 1000:
        return f"{milliseconds:.3g}ms"
    seconds = milliseconds / 1000
    return f"{seconds:.3g}s" if seconds < 60 else f"{int(seconds // 60)}m{int(seconds % 60)}s"


def _failed(
    state: RunState, step: Step, scope: StepScope, raised: BaseException, first_event: int
) -> Outcome:
    """Record a try that failed, as one that will be repeated or as the end of its step."""
    if isinstance(raised, asyncio.CancelledError):
        raised = KeyboardInterrupt("The step was cancelled.")
    delay = _retry_delay(state, step, raised, scope.retry_number)
    original = raised.__cause__ if isinstance(raised, RetryRequested) and raised.__cause__ else raised
    error = step_error(original, what=f'the step "{step.key}"')
    if delay is not None:
        after = f" in {delay:g} s" if delay else ""
        state.log.event(
            EventType.STEP_UP_FOR_RETRY,
            f'Execution of step "{step.key}" failed and has requested a retry{after}.',
            step_key=step.key,
            data=StepRetryData(error.info, delay),
            level=logging.WARNING,
        )
        return Outcome(error, retry_after=delay)
    state.log.event(
        EventType.STEP_FAILURE,
        f'Execution of step "{step.key}" failed.',
        step_key=step.key,
        data=error.data(),
        level=logging.ERROR,
    )
    run_hooks(state, step, scope, error.to_raise, since=first_event)
    return Outcome(error)


def _retry_delay(state: RunState, step: Step, raised: BaseException, retries: int) -> float | None:
    """The seconds until the next try, or ``None`` where there is none."""
    if isinstance(raised, RetryRequested):
        return (raised.seconds_to_wait or 0) if retries < raised.max_retries else None
    policy = step.retry_policy
    ours = isinstance(raised, OrchestratorError) and not isinstance(
        raised, (StepExecutionError, StepTimeoutError)
    )
    if policy is None or ours or not isinstance(raised, Exception) or retries >= policy.max_retries:
        return None
    if isinstance(raised, Failure) and not raised.allow_retries:
        return None
    return policy.calculate_delay(retries + 1, state.ambient.random)
