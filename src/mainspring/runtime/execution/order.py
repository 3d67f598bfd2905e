"""Which step may run next: the decision, apart from the running."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush

from mainspring.runtime.plan.mapped import instance_of, resolved
from mainspring.runtime.plan.plan import FromStep, Plan, Several, Step, instance_key, shown_key

_NO_KEYS: Mapping[str, Sequence[str]] = {}


class StepOrder:
    """The steps of a plan in an order that holds: higher priority first, else as they were declared.

    Tell it how each step ended; steps after a failed one are never given. A step that is mapped over a dynamic output
    is a template: it is never given itself. When the dynamic output is there, an instance for each of its values takes
    its place; an instance waits for the instances with its mapping key, and what lies beyond the map waits for all.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._steps = list(plan.steps)
        """Those of the plan, then the instances as they come."""
        self._waits_for = [len(step.after) for step in plan.steps]
        self._ready: list[tuple[int, int]] = []
        self._ended: set[int] = set()
        self._missing: set[FromStep] = {
            need for step in plan.steps for need in step.needs if need.step_key not in plan.positions
        }
        """The outputs that were left out; at first those that earlier runs left out."""
        self._below: dict[int, list[int]] = {}
        """The instances that wait for an instance."""
        self._places: dict[str, int] = {}
        """Of the instances, by their keys."""
        self._instances: dict[int, list[int]] = {}
        """Of each template that has been mapped."""
        self._open: dict[int, int] = {}
        """How many instances of a template have not succeeded yet."""
        self._keys: dict[FromStep, Sequence[str]] = {}
        """The mapping keys of each dynamic output that is there."""
        self._templates = self._mapped_templates()
        self.failed: list[str] = []
        for place, count in enumerate(self._waits_for):
            if count == 0:
                self._push(place)

    def _mapped_templates(self) -> dict[FromStep, list[int]]:
        """The templates over each dynamic output, in an order that holds; they wait for what lies outside the map."""
        found: dict[FromStep, list[int]] = {}
        if any(step.over is not None for step in self._plan.steps):
            for place in self._plan.dag.topological_order():
                over = self._steps[place].over
                if over is not None:
                    found.setdefault(over, []).append(place)
                    self._waits_for[place] = 1 + sum(
                        not self._is_inside(before, over) for before in self._plan.dag.parents(place)
                    )  # one more than can come: a template itself is never ready
        return found

    def _is_inside(self, place: int, over: FromStep) -> bool:
        """Whether a step belongs to the map over a dynamic output, or is the one that gives it."""
        step = self._steps[place]
        return step.over == over or step.key == over.step_key

    def _push(self, place: int) -> None:
        heappush(self._ready, (-self._steps[place].priority, place))

    def next(self) -> Step | None:
        """A step that may start now, or ``None`` where none may (yet)."""
        if not self._ready:
            return None
        step = self._steps[heappop(self._ready)[1]]
        return resolved(step, self._plan, self._keys) if self._keys else step

    def succeeded(
        self,
        step: Step,
        skipped_outputs: Iterable[str] = (),
        mapping_keys: Mapping[str, Sequence[str]] = _NO_KEYS,
    ) -> None:
        """A step ended well; it may have left out some of its outputs.

        ``mapping_keys`` are those of each of its dynamic outputs.
        """
        self._missing.update(FromStep(step.key, name) for name in skipped_outputs)
        place = self._place(step)
        self._ended.add(place)
        if step.over is not None:
            self._instance_ended(place, step)
            return
        for name, keys in mapping_keys.items():
            self._map(FromStep(step.key, name), keys)
        self._release_below(place)

    def _place(self, step: Step) -> int:
        return self._plan.positions[step.key] if step.over is None else self._places[step.key]

    def _release_below(self, place: int) -> None:
        """Tell the steps after a step, or after a whole template, that it is done."""
        own = self._steps[place]
        for child in self._plan.dag.children(place):
            over = self._steps[child].over
            if over is None:
                self._release(child)
            elif own.over != over and own.key != over.step_key:
                self._waits_for[child] -= 1
                for instance in self._instances.get(child, ()):
                    self._release(instance)

    def _release(self, place: int) -> None:
        self._waits_for[place] -= 1
        if self._waits_for[place] == 0:
            self._push(place)

    # -- maps ------------------------------------------------------------------------------------------------------

    def _map(self, output: FromStep, keys: Sequence[str]) -> None:
        """A dynamic output is there: make the instances of all that is mapped over it."""
        self._keys[output] = keys
        templates = self._templates.get(output, ())
        for template in templates:
            self._make_instances(template, output, keys)
        if not keys:
            for template in templates:
                self._ended.add(template)
                self._release_below(template)

    def _make_instances(self, template: int, output: FromStep, keys: Sequence[str]) -> None:
        step = self._steps[template]
        above = [
            self._steps[before].key
            for before in self._plan.dag.parents(template)
            if self._steps[before].over == output
        ]
        waits = self._waits_for[template] - 1 + len(above)
        made = self._instances[template] = []
        self._open[template] = len(keys)
        for key in keys:
            place = len(self._steps)
            instance = instance_of(step, key, self._plan)
            self._steps.append(instance)
            self._waits_for.append(waits)
            self._places[instance.key] = place
            made.append(place)
            for before in above:
                self._below.setdefault(self._places[instance_key(before, key)], []).append(place)
            if waits == 0:
                self._push(place)

    def _instance_ended(self, place: int, step: Step) -> None:
        for child in self._below.get(place, ()):
            self._release(child)
        template = self._plan.positions[step.key.removesuffix(f"[{step.mapping_key}]")]
        self._open[template] -= 1
        if self._open[template] == 0:
            self._ended.add(template)
            self._release_below(template)

    # -- what does not come to run ---------------------------------------------------------------------------------

    def failed_step(self, step: Step) -> None:
        """A step failed for good."""
        self.failed.append(step.key)
        self._ended.add(self._place(step))

    def missing_for(self, step: Step) -> list[FromStep]:
        """The outputs a step needs which were left out; it is skipped where there is one."""
        if not self._missing:
            return []
        missing = [need for need in step.needs if need in self._missing]
        for item in step.inputs:
            parts = [part for part in item.parts if isinstance(part, FromStep)]
            if parts and len(parts) == len(item.parts) and all(part in self._missing for part in parts):
                missing.extend(parts)
        return missing

    def without_missing(self, step: Step) -> Step:
        """The step without those parts of a fan-in which were left out."""
        if not self._missing or not any(part in self._missing for item in step.inputs for part in item.parts):
            return step
        inputs = [
            replace(item, source=Several(tuple(part for part in item.parts if part not in self._missing)))
            if item.parts
            else item
            for item in step.inputs
        ]
        return replace(step, inputs=tuple(inputs))

    def abandoned(self) -> list[tuple[Step, list[str]]]:
        """The steps that can no longer run, each with those of its direct predecessors that failed or are abandoned."""
        left: list[tuple[Step, list[str]]] = []
        lost = set(self.failed)
        for place in self._plan.dag.topological_order():
            for step in self._not_ended(place):
                own = replace(step, key=shown_key(step)) if step.over is not None else step
                left.append((own, [key for key in step.after if key in lost]))
                lost.add(own.key)
            if self._steps[place].over is not None and place not in self._ended:
                lost.add(self._steps[place].key)
        return left

    def _not_ended(self, place: int) -> list[Step]:
        """A step that has not ended; of a template that was mapped, its instances."""
        instances = self._instances.get(place)
        if instances is None:
            return [] if place in self._ended else [self._steps[place]]
        return [self._steps[one] for one in instances if one not in self._ended]
