"""Steps that are mapped over a dynamic output: their instances, and what is gathered from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mainspring.runtime.plan.plan import FromStep, Gathered, Plan, Several, Source, Step, instance_key


def instance_of(template: Step, key: str, plan: Plan) -> Step:
    """The step that a template stands for with one mapping key."""
    over = template.over
    assert over is not None  # only such a step is a template

    def own(key_of_step: str) -> str:
        return instance_key(key_of_step, key) if plan.step(key_of_step).over == over else key_of_step

    def output(source: FromStep) -> FromStep:
        if source.step_key == over.step_key and source.output_name == over.output_name:
            return replace(source, mapping_key=key)
        return replace(source, step_key=own(source.step_key))

    def of_instance(source: Source | None) -> Source | None:
        if isinstance(source, FromStep):
            return output(source)
        if isinstance(source, Several):
            return Several(tuple(output(p) if isinstance(p, FromStep) else p for p in source.parts))
        return source

    return replace(
        template,
        key=instance_key(template.key, key),
        inputs=tuple(replace(item, source=of_instance(item.source)) for item in template.inputs),
        after=tuple(own(before) for before in template.after),
        needs=tuple(output(need) for need in template.needs),
        mapping_key=key,
    )


def resolved(step: Step, plan: Plan, keys: Mapping[FromStep, Sequence[str]]) -> Step:
    """The step with each gathered input as the list of what it gathers, now that the mapping keys are known."""
    if not any(_gathers(item.source) for item in step.inputs):
        return step
    return replace(
        step,
        inputs=tuple(
            replace(item, source=Several(tuple(_parts(item.source, plan, keys))))
            if _gathers(item.source)
            else item
            for item in step.inputs
        ),
    )


def _gathers(source: Source | None) -> bool:
    if isinstance(source, Several):
        return any(isinstance(part, Gathered) for part in source.parts)
    return isinstance(source, Gathered)


def _parts(source: Source | None, plan: Plan, keys: Mapping[FromStep, Sequence[str]]) -> list[Source]:
    parts: list[Source] = []
    for part in source.parts if isinstance(source, Several) else (source,):
        if isinstance(part, Gathered):
            parts.extend(_gathered(part, plan, keys))
        elif part is not None:
            parts.append(part)
    return parts


def _gathered(source: Gathered, plan: Plan, keys: Mapping[FromStep, Sequence[str]]) -> list[FromStep]:
    over = plan.step(source.step_key).over
    if over is None:  # the dynamic output itself
        own = FromStep(source.step_key, source.output_name)
        return [replace(own, mapping_key=key) for key in keys.get(own, ())]
    return [FromStep(instance_key(source.step_key, key), source.output_name) for key in keys.get(over, ())]
