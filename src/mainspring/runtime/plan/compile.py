"""From a job to its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mainspring.core.base.dag import Dag
from mainspring.core.base.errors import InvalidDefinitionError, InvalidSubsetError
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.tags import PRIORITY_TAG
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.plan.plan import FromStep, Plan, Step, StepInput, Stored
from mainspring.runtime.plan.split import split_definitions


def compile_plan(job: JobDefinition) -> Plan:
    """The steps that materialise the job's assets and evaluate its checks, in an order that holds.

    A definition is one step; one that would have to run before and after another is split where it can be. Raises
    ``InvalidSubsetError`` for an empty job and ``InvalidDefinitionError`` for steps that wait for each other.
    """
    definitions = job.definitions
    if not definitions:
        raise InvalidSubsetError(
            f"The job {job.name!r} has nothing to run: none of its assets is made here, and it has no check.",
            hint="External assets are made elsewhere; an observable one is observed by a job that selects it.",
        )
    after = _orders(definitions)
    if Dag(len(after), _edges(after)).find_cycle() is not None:
        definitions = split_definitions(definitions, job.asset_graph)
        after = _orders(definitions)
        _refuse_cycle(definitions, after)
    keys = _step_keys(definitions)
    producers = _producers(definitions, keys)
    steps = [
        Step(
            key,
            definition,
            tuple(_inputs(definition, producers, job.assets.by_key)),
            tuple(keys[place] for place in sorted(after[position])),
            tuple(_needs(definition, producers)),
            definition.op.retry_policy or job.op_retry_policy,
            _priority(definition),
        )
        for position, (key, definition) in enumerate(zip(keys, definitions, strict=True))
    ]
    return Plan(job.name, steps, {step.key: place for place, step in enumerate(steps)})


def _orders(definitions: Sequence[AssetsDefinition]) -> list[set[int]]:
    """For each definition the positions of those that must run before it."""
    makers = {key: place for place, definition in enumerate(definitions) for key in definition.keys}
    blockers = _blockers(definitions)
    orders: list[set[int]] = []
    for place, definition in enumerate(definitions):
        before: set[int] = set()
        for key in _upstream(definition):
            if key in makers:
                before.add(makers[key])
            before.update(blockers.get(key, ()))
        for spec in definition.check_specs:
            if spec.asset_key in makers:
                before.add(makers[spec.asset_key])
        before.discard(place)
        orders.append(before)
    return orders


def _upstream(definition: AssetsDefinition) -> Iterable[AssetKey]:
    for key in definition.keys:
        for dep in definition.specs_by_key[key].deps:
            yield dep.asset_key
    for spec in definition.check_specs:
        for dep in spec.additional_deps:
            yield dep.asset_key


def _blockers(definitions: Sequence[AssetsDefinition]) -> Mapping[AssetKey, list[int]]:
    """The steps that evaluate a blocking check of an asset which another step makes."""
    found: dict[AssetKey, list[int]] = {}
    for place, definition in enumerate(definitions):
        for spec in definition.check_specs:
            if spec.blocking and spec.asset_key not in definition.keys:
                found.setdefault(spec.asset_key, []).append(place)
    return found


def _edges(after: Sequence[set[int]]) -> list[tuple[int, int]]:
    return [(before, place) for place, befores in enumerate(after) for before in befores]


def _refuse_cycle(definitions: Sequence[AssetsDefinition], after: Sequence[set[int]]) -> None:
    cycle = Dag(len(after), _edges(after)).find_cycle()
    if cycle is None:
        return
    path = " → ".join(definitions[place].op.name for place in [*cycle, cycle[0]])
    where = next((definitions[place].where for place in cycle if len(definitions[place].keys) > 1), None)
    raise InvalidDefinitionError(
        f"These steps wait for each other: {path}. The assets form no cycle, "
        "but a function that makes several of them at once does.",
        where=where,
        hint="Declare the multi-asset with can_subset=True, so that it can run in parts, or make it two functions.",
    )


def _step_keys(definitions: Sequence[AssetsDefinition]) -> list[str]:
    """The names of the ops, made unique by a number where one is there twice."""
    counts: dict[str, int] = {}
    keys: list[str] = []
    for definition in definitions:
        name = definition.op.name
        counts[name] = counts.get(name, 0) + 1
        keys.append(name if counts[name] == 1 else f"{name}_{counts[name]}")
    return keys


def _producers(definitions: Sequence[AssetsDefinition], keys: Sequence[str]) -> Mapping[AssetKey, FromStep]:
    found: dict[AssetKey, FromStep] = {}
    for key, definition in zip(keys, definitions, strict=True):
        if definition.is_materializable and definition.computation is not None:
            for output, asset_key in definition.computation.keys_by_output.items():
                if definition.computation.makes(asset_key):
                    found[asset_key] = FromStep(key, output)
    return found


def _inputs(
    definition: AssetsDefinition,
    producers: Mapping[AssetKey, FromStep],
    by_key: Mapping[AssetKey, AssetsDefinition],
) -> Iterable[StepInput]:
    assert definition.computation is not None  # only what can be run is planned
    computation = definition.computation
    for name, item in computation.node.ins.items():
        if item.is_nothing:
            continue
        key = computation.keys_by_input.get(name)
        if key is None or (key not in by_key and item.has_default_value):
            yield StepInput(name, None, key)
        elif key in producers and key not in definition.keys:
            yield StepInput(name, producers[key], key)
        else:
            yield StepInput(name, Stored(key, by_key.get(key)), key)


def _needs(definition: AssetsDefinition, producers: Mapping[AssetKey, FromStep]) -> Iterable[FromStep]:
    about = (spec.asset_key for spec in definition.check_specs)
    wanted = dict.fromkeys((*_upstream(definition), *about))
    return (producers[key] for key in wanted if key in producers and key not in definition.keys)


def _priority(definition: AssetsDefinition) -> int:
    said = definition.op.tags.get(PRIORITY_TAG)
    if said is None:
        return 0
    try:
        return int(said)
    except ValueError:
        raise InvalidDefinitionError(
            f"The tag {PRIORITY_TAG!r} of {definition!r} is {said!r}; it must be a whole number.",
            where=definition.where,
        ) from None


def without_steps(plan: Plan, done: Iterable[str]) -> Plan:
    """The plan without some of its steps, which count as having succeeded."""
    gone = set(done)
    steps = [
        replace(step, after=tuple(k for k in step.after if k not in gone))
        for step in plan.steps
        if step.key not in gone
    ]
    return Plan(plan.job_name, steps, {step.key: place for place, step in enumerate(steps)})


def planned_checks(plan: Plan) -> list[tuple[str, AssetCheckKey]]:
    """The checks a plan will evaluate, each with its step."""
    return [(step.key, key) for step in plan.steps for key in sorted(step.definition.check_keys)]
