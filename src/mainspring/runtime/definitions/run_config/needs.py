"""Which resources the ops of a job ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.resources.definition import coerce_to_resource_def


def needed_resources(job: Any) -> AbstractSet[str]:
    """The resources of a job that its ops, their inputs and outputs and the hooks ask for, and all that those need."""
    pending = [key for hook in job.hooks for key in hook.required_resource_keys]
    for op in ops_of(job.nodes):
        pending.extend(op.required_resource_keys)
        pending.extend(out.io_manager_key for out in op.outs.values() if not out.is_check)
        pending.extend(item.input_manager_key for item in op.ins.values() if item.input_manager_key)
    return _with_nested(job.resource_defs, pending)


def ops_of(nodes: Iterable[Any]) -> Iterable[OpDefinition]:
    """The ops of nodes and of all graphs among them; one that is used twice comes twice."""
    pending = [node.definition for node in nodes]
    while pending:
        definition = pending.pop()
        if isinstance(definition, OpDefinition):
            yield definition
        else:
            pending.extend(node.definition for node in definition.nodes)


def _with_nested(resource_defs: Mapping[str, object], wanted: list[str]) -> set[str]:
    found: set[str] = set()
    keys = {id(value): key for key, value in resource_defs.items()}
    while wanted:
        key = wanted.pop()
        if key in found or key not in resource_defs:
            continue
        found.add(key)
        definition = coerce_to_resource_def(resource_defs[key], key=key)
        wanted.extend(definition.required_resource_keys)
        wanted.extend(keys[id(held)] for held in definition.nested.values() if id(held) in keys)
    return found
