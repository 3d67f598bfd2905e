"""The in-process executor: gives each step its turn, one synchronous step at a time, asynchronous ones together."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from mainspring.core.base.errors import ExecutionInterruptedError
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.event_type import EventType
from mainspring.runtime.execution.event_loop import complete, drive
from mainspring.runtime.execution.failure import StepError, step_error
from mainspring.runtime.execution.order import StepOrder
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.execution.step import Outcome, run_step
from mainspring.runtime.plan.plan import Step


@dataclass(slots=True)
class LoopResult:
    """How the steps of a run ended. ``error`` is what a caller who wants exceptions should see."""

    error: BaseException | None = None
    failure: StepError | None = None
    failed_steps: dict[str, ErrorInfo] = field(default_factory=dict[str, ErrorInfo])
    abandoned: list[Step] = field(default_factory=list[Step])
    interrupted: bool = False

    def interrupt(self, error: BaseException) -> None:
        """Note that somebody asked the run to stop."""
        if not self.interrupted:
            self.failure = step_error(error, what="the run")
            self.error = self.failure.to_raise
        self.interrupted = True


def run_steps(state: RunState) -> LoopResult:
    """Carry out all the steps of a run. Never raises what a step raised."""
    loop = _Loop(state)
    try:
        if any(step.node.signature.is_async for step in state.plan.steps):
            complete(loop.run_together())
        else:
            loop.run_in_turn()
    except (KeyboardInterrupt, ExecutionInterruptedError, asyncio.CancelledError) as error:
        loop.result.interrupt(error)  # it came between two steps
    return loop.ended()


class _Loop:
    def __init__(self, state: RunState) -> None:
        self.state = state
        self.order = StepOrder(state.plan)
        self.result = LoopResult()
        self.retries: dict[str, int] = {}
        self.waiting: list[tuple[float, Step]] = []

    def _next(self) -> Step | None:
        """The step that may start now: a retry that is due, else one that has not run yet."""
        return (self._due() if self.waiting else None) or self.order.next()

    def _due(self) -> Step | None:
        """The step whose retry is due first, if it is due."""
        self.waiting.sort(key=lambda item: item[0])
        when, _ = self.waiting[0]
        return self.waiting.pop(0)[1] if when <= self.state.ambient.clock.monotonic() else None

    def _after_waiting(self) -> Step | None:
        """The step whose retry is due first, once it is; ``None`` where none is to be retried."""
        while self.waiting:
            step = self._due()
            if step is not None:
                return step
            self.state.log.flush()
            clock = self.state.ambient.clock
            clock.sleep(max(0.0, self.waiting[0][0] - clock.monotonic()))
        return None

    # -- one after the other ---------------------------------------------------------------------------------------

    def run_in_turn(self) -> None:
        """All steps, none of which is asynchronous."""
        while not self.result.interrupted:
            step = self._next() or self._after_waiting()
            if step is None:
                return
            if not self._skipped(step):
                ready = self.order.without_missing(step)
                self._ended(step, drive(run_step(self.state, ready, self.retries.get(step.key, 0))))

    # -- together --------------------------------------------------------------------------------------------------

    async def run_together(self) -> None:
        """All steps; asynchronous ones that may run at the same time do."""
        tasks: dict[asyncio.Task[Outcome], Step] = {}
        try:
            await self._together(tasks)
        except asyncio.CancelledError:
            self.result.interrupt(KeyboardInterrupt("The run was interrupted."))
        for task in tasks:
            task.cancel()
        for task, step in tasks.items():
            self._ended(step, await task)

    async def _together(self, tasks: dict[asyncio.Task[Outcome], Step]) -> None:
        while not self.result.interrupted:
            if (step := self._next()) is not None:
                await self._start(step, tasks)
            elif tasks:
                await self._wait(tasks)
            elif (step := self._after_waiting()) is not None:
                await self._start(step, tasks)
            else:
                return

    async def _start(self, step: Step, tasks: dict[asyncio.Task[Outcome], Step]) -> None:
        if self._skipped(step):
            return
        ready = self.order.without_missing(step)
        work = run_step(self.state, ready, self.retries.get(step.key, 0))
        if step.node.signature.is_async:
            tasks[asyncio.create_task(work)] = step
            return
        if tasks:
            try:
                await asyncio.sleep(
                    0
                )  # let what was started reach its first wait before this takes the thread
            except asyncio.CancelledError:
                work.close()
                raise
        self._ended(step, await work)

    async def _wait(self, tasks: dict[asyncio.Task[Outcome], Step]) -> None:
        """Until a task ends or a retry is due."""
        now = self.state.ambient.clock.monotonic()
        timeout = max(0.0, min(when for when, _ in self.waiting) - now) if self.waiting else None
        done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            self._ended(tasks.pop(task), task.result())

    # -- what follows from an outcome ------------------------------------------------------------------------------

    def _ended(self, step: Step, outcome: Outcome) -> None:
        if outcome.retry_after is not None:
            self.retries[step.key] = self.retries.get(step.key, 0) + 1
            self.waiting.append((self.state.ambient.clock.monotonic() + outcome.retry_after, step))
            return
        if outcome.error is None:
            self.order.succeeded(step, outcome.gave.skipped, outcome.gave.mapping_keys)
            return
        self.order.failed_step(step)
        self.result.failed_steps[step.key] = outcome.error.info
        if outcome.interrupted:
            self.result.interrupt(outcome.error.exception)
        elif self.result.error is None:
            self.result.error = outcome.error.to_raise
            self.result.failure = outcome.error

    def _skipped(self, step: Step) -> bool:
        """Whether a step is skipped because an output it needs was left out; then all of its outputs are, too."""
        missing = self.order.missing_for(step)
        if not missing:
            return False
        names = ", ".join(f"{need.step_key}.{need.output_name}" for need in missing)
        self.state.log.event(
            EventType.STEP_SKIPPED,
            f"Skipping step {step.key} due to skipped dependencies: {names}.",
            step_key=step.key,
        )
        nothing = {name: () for name, out in step.node.outs.items() if out.is_dynamic}
        self.order.succeeded(step, step.node.outs, nothing)
        return True

    def ended(self) -> LoopResult:
        """The result, with the steps that were never reached."""
        for step, lost in self.order.abandoned():
            if self.result.error is None:
                raise RuntimeError(f"the steps ended without {step.key}, which nothing held back")
            self.result.abandoned.append(step)
            if lost:
                why = f"Dependencies for step {step.key} failed: {lost}."
            else:
                why = f"Step {step.key} was not started: the run was stopped."
            self.state.log.message(logging.ERROR, f"{why} Not executing.", step.key)
        return self.result
