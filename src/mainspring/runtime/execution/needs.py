"""The resources a plan needs, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.instance.instance import Instance
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY, InputDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY
from mainspring.runtime.definitions.types.value_type import resource_keys_of
from mainspring.runtime.execution.io_lookup import manager_key_of
from mainspring.runtime.io.default import default_io_manager
from mainspring.runtime.io.memory import InMemoryIOManager
from mainspring.runtime.plan.plan import FromOutside, FromRun, GivenValue, Plan, StepInput, Stored


def job_resource_defs(
    plan: Plan, resource_defs: Mapping[str, object], instance: Instance, *, in_memory: bool = False
) -> dict[str, Any]:
    """The resources of a run: the job's, those bound to its definitions, and the default IO manager.

    That keeps values in files, or ``in_memory`` as long as the run lasts.

    Raises ``InvalidDefinitionError`` where two definitions bind different resources to one name.
    """
    merged: dict[str, Any] = dict(resource_defs)
    for definition in _definitions(plan):
        for key, value in definition.resource_defs.items():
            if key in merged and merged[key] is not value and merged[key] != value:
                raise InvalidDefinitionError(
                    f"{definition!r} binds a resource {key!r} of its own, "
                    "and another one has that name already in this run.",
                    where=definition.where,
                    hint="Give one of them another name.",
                )
            merged[key] = value
    if DEFAULT_IO_MANAGER_KEY not in merged:
        merged[DEFAULT_IO_MANAGER_KEY] = InMemoryIOManager() if in_memory else default_io_manager(instance)
    return merged


def _definitions(plan: Plan) -> Iterator[AssetsDefinition]:
    """What the steps compute, and what they load that is not computed in this run."""
    for step in plan.steps:
        yield step.definition
        for item in step.inputs:
            for source in (item.source, *item.parts):
                if isinstance(source, Stored) and source.definition is not None:
                    yield source.definition


def required_keys(plan: Plan, hooks: Iterable[Any] = ()) -> set[str]:
    """The resources and IO managers that the steps of a plan, their hooks and those of the job ask for."""
    required = {key for hook in hooks for key in hook.required_resource_keys}
    for step in plan.steps:
        node = step.node
        required |= node.required_resource_keys
        required |= {out.io_manager_key for out in node.outs.values() if not out.is_check}
        for item in step.inputs:
            required |= _of_input(node.ins[item.name], item)
        for output in node.outs.values():
            if output.annotation is not EMPTY:
                required |= resource_keys_of(output.dagster_type)
        for hook in step.definition.hook_defs | step.hooks:
            required |= set(hook.required_resource_keys)
    return required


def _of_input(definition: InputDefinition, item: StepInput) -> set[str]:
    """The resources that loading an input, and checking its value, ask for."""
    keys: set[str] = set()
    if definition.annotation is not EMPTY:
        loaded = isinstance(item.source, (FromOutside, GivenValue))
        keys |= resource_keys_of(definition.dagster_type, loaded=loaded)
    if definition.input_manager_key is not None:
        keys.add(definition.input_manager_key)
        return keys
    for source in (item.source, *item.parts):
        if isinstance(source, Stored):
            keys.add(manager_key_of(source.definition, source.asset_key))
        elif isinstance(source, FromRun):
            keys.add(source.op.outs[source.output.output_name].io_manager_key)
    return keys
