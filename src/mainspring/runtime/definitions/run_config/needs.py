"""Which resources the ops of a job ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.resources.definition import coerce_to_resource_def
from mainspring.runtime.definitions.run_config.connections import NodePath
from mainspring.runtime.definitions.run_config.reading import Reading


def needed_resources(job: Any, how: Reading) -> AbstractSet[str]:
    """The resources of a job that the ops that run, their inputs and outputs and the hooks ask for, and all that
    those need.
    """
    pending = [key for hook in job.hooks for key in hook.required_resource_keys]
    for op in _running_ops(job.nodes, how):
        pending.extend(op.required_resource_keys)
        pending.extend(out.io_manager_key for out in op.outs.values() if not out.is_check)
        pending.extend(item.input_manager_key for item in op.ins.values() if item.input_manager_key)
    return _with_nested(job.resource_defs, pending)


def _running_ops(nodes: Iterable[Any], how: Reading) -> Iterable[OpDefinition]:
    """The ops that run, at any depth; one that is used twice comes twice."""
    pending: list[tuple[Any, NodePath]] = [(node.definition, (node.name,)) for node in nodes]
    while pending:
        definition, path = pending.pop()
        if not how.runs(path):
            continue
        if isinstance(definition, OpDefinition):
            yield definition
        else:
            pending.extend((node.definition, (*path, node.name)) for node in definition.nodes)


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
