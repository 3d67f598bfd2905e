"""Which step may run next: the decision, apart from the running."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

from mainspring.runtime.plan.plan import FromStep, Plan, Step


class StepOrder:
    """The steps of a plan in an order that holds: higher priority first, else as they were declared.

    Tell it how each step ended; steps after a failed one are never given.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._waits_for = [len(step.after) for step in plan.steps]
        self._ready: list[tuple[int, int]] = []
        self._ended: set[int] = set()
        self._missing: set[FromStep] = set()
        self.failed: list[str] = []
        for place, count in enumerate(self._waits_for):
            if count == 0:
                self._push(place)

    def _push(self, place: int) -> None:
        heappush(self._ready, (-self._plan.steps[place].priority, place))

    def next(self) -> Step | None:
        """A step that may start now, or ``None`` where none may (yet)."""
        return self._plan.steps[heappop(self._ready)[1]] if self._ready else None

    def succeeded(self, step: Step, skipped_outputs: Iterable[str] = ()) -> None:
        """A step ended well; it may have left out some of its outputs."""
        self._missing.update(FromStep(step.key, name) for name in skipped_outputs)
        place = self._plan.positions[step.key]
        self._ended.add(place)
        for child in self._plan.dag.children(place):
            self._waits_for[child] -= 1
            if self._waits_for[child] == 0:
                self._push(child)

    def failed_step(self, step: Step) -> None:
        """A step failed for good."""
        self.failed.append(step.key)
        self._ended.add(self._plan.positions[step.key])

    def missing_for(self, step: Step) -> list[FromStep]:
        """The outputs a step needs which were left out; it is skipped where there is one."""
        return [need for need in step.needs if need in self._missing] if self._missing else []

    def abandoned(self) -> list[tuple[Step, list[str]]]:
        """The steps that can no longer run, each with those of its direct predecessors that failed or are abandoned."""
        left: list[tuple[Step, list[str]]] = []
        lost = set(self.failed)
        for place in self._plan.dag.topological_order():
            step = self._plan.steps[place]
            if place not in self._ended:
                left.append((step, [key for key in step.after if key in lost]))
                lost.add(step.key)
        return left
