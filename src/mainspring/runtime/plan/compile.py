"""From a job to its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mainspring.core.base.dag import Dag
from mainspring.core.base.errors import InvalidDefinitionError, InvalidSubsetError
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.graphs.flat import FlatOp
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.plan.parts import Part, parts_of
from mainspring.runtime.plan.plan import FromStep, Plan, Source, Step, StepInput, Stored
from mainspring.runtime.plan.split import split_definitions
from mainspring.runtime.plan.steps_of_graph import Surroundings, given, priority_of, step_of


def compile_plan(job: JobDefinition) -> Plan:
    """The steps of a job in an order that holds: those of its graph, or those that make and check its assets."""
    steps = _steps_of_ops(job) if job.is_op_job else _steps_of_assets(job)
    return Plan(job.name, steps, {step.key: place for place, step in enumerate(steps)})


def _steps_of_ops(job: JobDefinition) -> list[Step]:
    flat = job.selected_ops
    bare: dict[int, AssetsDefinition] = {}

    def definition_of(op: FlatOp) -> AssetsDefinition:
        found = bare.get(id(op.op))
        if found is None:
            found = bare[id(op.op)] = AssetsDefinition(
                computation=Computation(op.op, {}, {}), where=op.op.where
            )
        return found

    ops = {one.path: one for one in flat}
    around = Surroundings(ops, given, definition_of, retry_policy=job.op_retry_policy)
    return [step_of(one, around) for one in flat]


def _steps_of_assets(job: JobDefinition) -> list[Step]:
    """The steps that materialise the job's assets and evaluate its checks.

    A definition is one step, or one for each op of its graph; one that would have to run before and after another is
    split where it can be. Raises ``InvalidSubsetError`` for an empty job and ``InvalidDefinitionError`` for steps that
    wait for each other.
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
    parts = parts_of(definitions, _step_keys(definitions))
    producers = {key: output for part in parts for key, output in part.makes.items()}
    steps: list[Step] = []
    for position, part in enumerate(parts):
        before = [
            key for place in sorted(after[position]) for key in _waited_for(parts[place], part.definition)
        ]
        steps.extend(_steps_of_part(part, before, producers, job))
    return steps


def _waited_for(part: Part, definition: AssetsDefinition) -> Iterable[str]:
    """The steps of a part that a definition after it waits for: of a graph those that make what it depends on."""
    if part.ops is None:
        return part.ends
    wanted = {*_upstream(definition), *(spec.asset_key for spec in definition.check_specs)}
    blocks = any(spec.blocking and spec.asset_key in wanted for spec in part.definition.check_specs)
    made = dict.fromkeys(output.step_key for key, output in part.makes.items() if key in wanted)
    return part.ends if blocks or not made else made


def _steps_of_part(
    part: Part, before: Sequence[str], producers: Mapping[AssetKey, FromStep], job: JobDefinition
) -> list[Step]:
    definition = part.definition
    if part.ops is not None:
        return part.steps(
            before, lambda name: _outer_input(definition, name, producers, job), job.op_retry_policy
        )
    op = definition.op
    return [
        Step(
            part.key,
            definition,
            tuple(_inputs(definition, producers, job.assets.by_key)),
            tuple(before),
            tuple(_needs(definition, producers)),
            op.retry_policy or job.op_retry_policy,
            priority_of(op.tags, definition) if op.tags else 0,
            (part.key,),
        )
    ]


def _outer_input(
    definition: AssetsDefinition, name: str, producers: Mapping[AssetKey, FromStep], job: JobDefinition
) -> tuple[Source | None, AssetKey | None]:
    """Where the value of an input of a graph of assets comes from."""
    assert definition.computation is not None  # only what can be run is planned
    key = definition.computation.keys_by_input.get(name)
    if key is None:
        return None, None
    if key in producers and key not in definition.keys:
        return producers[key], key
    return Stored(key, job.assets.by_key.get(key)), key


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
    path = " → ".join(definitions[place].node_name for place in [*cycle, cycle[0]])
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
        name = definition.node_name
        counts[name] = counts.get(name, 0) + 1
        keys.append(name if counts[name] == 1 else f"{name}_{counts[name]}")
    return keys


def _inputs(
    definition: AssetsDefinition,
    producers: Mapping[AssetKey, FromStep],
    by_key: Mapping[AssetKey, AssetsDefinition],
) -> Iterable[StepInput]:
    assert definition.computation is not None  # only what can be run is planned
    computation = definition.computation
    for name, item in computation.node.input_dict.items():
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


def planned_checks(plan: Plan) -> list[tuple[str, AssetCheckKey]]:
    """The checks a plan will evaluate, each with its step."""
    return [(step.key, key) for step in plan.steps for key in sorted(step.definition.check_keys)]
