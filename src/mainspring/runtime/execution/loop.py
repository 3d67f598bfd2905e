"""The in-process executor: gives each step its turn, one synchronous step at a time, asynchronous ones together."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mainspring.core.records.event_type import EventType
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.execution.failure import StepError
from mainspring.runtime.execution.order import StepOrder
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.execution.step import Outcome, run_step
from mainspring.runtime.plan.plan import Step

_T = TypeVar("_T")


@dataclass(slots=True)
class LoopResult:
    """How the steps of a run ended. ``error`` is what a caller who wants exceptions should see."""

    error: BaseException | None = None
    failure: StepError | None = None
    failed_steps: list[str] = field(default_factory=list)
    abandoned: list[Step] = field(default_factory=list)
    interrupted: bool = False
    made: frozenset[AssetKey] = frozenset()


def run_steps(state: RunState) -> LoopResult:
    """Carry out all the steps of a run. Never raises what a step raised."""
    loop = _Loop(state)
    if any(step.node.signature.is_async for step in state.plan.steps):
        _run_async(loop.run_together())
    else:
        loop.run_in_turn()
    return loop.ended()


def _run_async(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end on a loop of its own; in another thread where this one has a loop running already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    raised: list[BaseException] = []

    def body() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:  # noqa: BLE001  # handed to the caller's thread
            raised.append(error)

    thread = threading.Thread(target=body, name="mainspring-async-steps")
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def drive(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """The result of a coroutine that never suspends: no loop is needed."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise RuntimeError("a synchronous step waited for something asynchronous")


class _Loop:
    def __init__(self, state: RunState) -> None:
        self.state = state
        self.order = StepOrder(state.plan)
        self.result = LoopResult()
        self.retries: dict[str, int] = {}
        self.waiting: list[tuple[float, Step]] = []

    # -- one after the other ---------------------------------------------------------------------------------------

    def run_in_turn(self) -> None:
        """All steps, none of which is asynchronous."""
        while not self.result.interrupted:
            step = self.order.next() or self._after_waiting()
            if step is None:
                return
            if not self._skipped(step):
                self._ended(step, drive(run_step(self.state, step, self.retries.get(step.key, 0))))

    def _after_waiting(self) -> Step | None:
        """The step whose retry is due first, once it is."""
        if not self.waiting:
            return None
        self.waiting.sort(key=lambda item: item[0])
        due, step = self.waiting.pop(0)
        left = due - self.state.ambient.clock.monotonic()
        if left > 0:
            self.state.log.flush()
            self.state.ambient.clock.sleep(left)
        return step

    # -- together --------------------------------------------------------------------------------------------------

    async def run_together(self) -> None:
        """All steps; asynchronous ones that may run at the same time do."""
        tasks: dict[asyncio.Task[Outcome], Step] = {}
        while not self.result.interrupted:
            while not self.result.interrupted and (step := self.order.next()) is not None:
                await self._start(step, tasks)
            if tasks:
                await self._wait(tasks)
            elif (step := self._after_waiting()) is not None:
                await self._start(step, tasks)
            else:
                return
        for task in tasks:
            task.cancel()
        for task, step in tasks.items():
            self._ended(step, await task)

    async def _start(self, step: Step, tasks: dict[asyncio.Task[Outcome], Step]) -> None:
        if self._skipped(step):
            return
        work = run_step(self.state, step, self.retries.get(step.key, 0))
        if step.node.signature.is_async:
            tasks[asyncio.create_task(work)] = step
            return
        if tasks:
            await asyncio.sleep(0)  # let what was started reach its first wait before this one takes the thread
        self._ended(step, await work)

    async def _wait(self, tasks: dict[asyncio.Task[Outcome], Step]) -> None:
        """Until a task ends or a retry is due."""
        now = self.state.ambient.clock.monotonic()
        due = min((when for when, _ in self.waiting), default=None)
        timeout = None if due is None else max(0.0, due - now)
        try:
            done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self.result.interrupted = True
            return
        for task in done:
            self._ended(tasks.pop(task), task.result())
        now = self.state.ambient.clock.monotonic()
        ready = [step for when, step in self.waiting if when <= now]
        self.waiting = [item for item in self.waiting if item[0] > now]
        for step in ready:
            await self._start(step, tasks)

    # -- what follows from an outcome ------------------------------------------------------------------------------

    def _ended(self, step: Step, outcome: Outcome) -> None:
        if outcome.retry_after is not None:
            self.retries[step.key] = self.retries.get(step.key, 0) + 1
            self.waiting.append((self.state.ambient.clock.monotonic() + outcome.retry_after, step))
            return
        if outcome.error is None:
            self.result.made |= step.definition.keys
            self.order.succeeded(step, outcome.skipped_outputs)
            return
        self.order.failed_step(step)
        self.result.interrupted = self.result.interrupted or outcome.interrupted
        if self.result.error is None or outcome.interrupted:
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
        self.order.succeeded(step, step.node.outs)
        return True

    def ended(self) -> LoopResult:
        """The result, with the steps that were never reached."""
        self.result.failed_steps = self.order.failed
        for step, lost in self.order.abandoned():
            self.result.abandoned.append(step)
            why = f"Dependencies for step {step.key} failed: {lost}." if lost else f"Step {step.key} was not started: the run was stopped."
            self.state.log.message(logging.ERROR, f"{why} Not executing.", step.key)
        return self.result
