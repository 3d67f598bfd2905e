"""What a run, and those it goes on from, have made so far: which outputs, and which steps need not run again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mainspring.core.instance.instance import Instance
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.runtime.plan.plan import FromStep, Plan, instance_key

_ENDS = {
    EventType.STEP_SUCCESS.value: True,
    EventType.STEP_SKIPPED.value: True,
    EventType.STEP_FAILURE.value: False,
}
_LOSES = frozenset({EventType.STEP_UP_FOR_RETRY.value, EventType.STEP_FAILURE.value})
"""What a try gave before it failed counts for nothing: its output may not be stored, nor have those mapping keys."""
_TOLD = {
    EventType.STEP_OUTPUT,
    EventType.STEP_UP_FOR_RETRY,
    EventType.STEP_SUCCESS,
    EventType.STEP_SKIPPED,
    EventType.STEP_FAILURE,
}


@dataclass(slots=True)
class MadeBefore:
    """``outputs`` are those that were stored, with the run that did; ``done`` says whether a step ended well."""

    outputs: dict[FromStep, str] = field(default_factory=dict[FromStep, str])
    done: dict[str, bool] = field(default_factory=dict[str, bool])

    @staticmethod
    def by(instance: Instance, run: Run) -> MadeBefore:
        """By a run and its ancestors; the last run that tried a step speaks for it."""
        made = MadeBefore()
        for ancestor in _ancestry(instance, run):
            made._add(instance, ancestor)
        return made

    def _add(self, instance: Instance, run: Run) -> None:
        """What a run made of steps that no later run has tried."""
        ended: dict[str, bool] = {}
        outputs: dict[str, list[FromStep]] = {}
        for entry in instance.all_logs(run.run_id, of_type=_TOLD):
            event = entry.dagster_event
            if event is None or event.step_key is None:
                continue
            kind = event.event_type_value
            if kind == EventType.STEP_OUTPUT.value:
                handle = event.step_output_data.step_output_handle
                output = FromStep(handle.step_key, handle.output_name, handle.mapping_key)
                outputs.setdefault(event.step_key, []).append(output)
            if kind in _LOSES:
                outputs.pop(event.step_key, None)
            if kind in _ENDS:
                ended[event.step_key] = _ENDS[kind]
        for step_key, made in outputs.items():
            if step_key not in self.done:
                for output in made:
                    self.outputs.setdefault(output, run.run_id)
        for key, well in ended.items():
            self.done.setdefault(key, well)

    def rest_of(self, plan: Plan) -> list[str]:
        """The steps of a plan that have not ended well, by the keys that ``resume`` takes."""
        keys: dict[FromStep, list[str]] = {}
        for output in self.outputs:
            if output.mapping_key is not None:
                whole = FromStep(output.step_key, output.output_name)
                keys.setdefault(whole, []).append(output.mapping_key)
        rest: list[str] = []
        for step in plan.steps:
            if step.over is None:
                rest.extend([] if self.done.get(step.key) else [step.key])
            elif not self.done.get(step.over.step_key):
                rest.append(step.key)
            else:
                instances = (instance_key(step.key, key) for key in keys.get(step.over, ()))
                rest.extend(instance for instance in instances if not self.done.get(instance))
        return rest


def _ancestry(instance: Instance, run: Run) -> Iterator[Run]:
    """The run, the run it goes on from, and so on."""
    seen: set[str] = set()
    current: Run | None = run
    while current is not None and current.run_id not in seen:
        seen.add(current.run_id)
        yield current
        current = instance.get_run_by_id(current.parent_run_id) if current.parent_run_id else None
