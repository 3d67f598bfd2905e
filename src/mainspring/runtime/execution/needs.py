"""The resources a plan needs, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.instance.instance import Instance
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY
from mainspring.runtime.execution.io_lookup import manager_key_of
from mainspring.runtime.io.default import default_io_manager
from mainspring.runtime.plan.plan import Plan, Stored


def job_resource_defs(plan: Plan, resource_defs: Mapping[str, object], instance: Instance) -> dict[str, Any]:
    """The resources of a run: the job's, those bound to its definitions, and the default IO manager.

    Raises ``InvalidDefinitionError`` where two definitions bind different resources to one name.
    """
    merged: dict[str, Any] = dict(resource_defs)
    for step in plan.steps:
        for key, value in step.definition.resource_defs.items():
            if key in merged and merged[key] is not value and merged[key] != value:
                raise InvalidDefinitionError(
                    f"{step.definition!r} binds a resource {key!r} of its own, "
                    "and another one has that name already in this run.",
                    where=step.definition.where,
                    hint="Give one of them another name.",
                )
            merged[key] = value
    if DEFAULT_IO_MANAGER_KEY not in merged:
        merged[DEFAULT_IO_MANAGER_KEY] = default_io_manager(instance)
    return merged


def required_keys(plan: Plan, hooks: Iterable[Any] = ()) -> set[str]:
    """The resources and IO managers that the steps of a plan, their hooks and those of the job ask for."""
    required = {key for hook in hooks for key in hook.required_resource_keys}
    for step in plan.steps:
        node = step.node
        required |= node.required_resource_keys
        required |= {out.io_manager_key for out in node.outs.values() if not out.is_check}
        for item in step.inputs:
            own = node.ins[item.name].input_manager_key
            if own is not None:
                required.add(own)
            elif isinstance(item.source, Stored):
                required.add(manager_key_of(item.source.definition, item.source.asset_key))
        for hook in step.definition.hook_defs:
            required |= set(hook.required_resource_keys)
    return required
