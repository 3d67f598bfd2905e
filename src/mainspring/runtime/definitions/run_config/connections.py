"""Which inputs and outputs of the nodes of a graph the run config may say something of, and what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mainspring.core.config.schema import Field
from mainspring.runtime.definitions.ops.inputs_outputs import (
    DEFAULT_IO_MANAGER_KEY,
    InputDefinition,
    OutputDefinition,
)
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.run_config.slot import Slot, slot_of, slot_of_field
from mainspring.runtime.definitions.types.loading import input_config_type

Slots = dict[str, Slot]
NodePath = tuple[str, ...]
"""The names from the outermost graph to a node."""


@dataclass(frozen=True, slots=True)
class ManagerSlots:
    """What an IO manager or input manager takes for each input it loads and each output it stores."""

    input: Slot | None
    output: Slot | None


Managers = Mapping[str, ManagerSlots]
"""The managers that take something, by resource key; mostly there is none."""

NO_MANAGERS: Managers = {}


def managers_of(resource_defs: Mapping[str, object]) -> Managers:
    """Those of the resources that take config for inputs or outputs."""
    found: dict[str, ManagerSlots] = {}
    for key, resource in resource_defs.items():
        loads = _schema(resource, "input_config_schema")
        stores = _schema(resource, "output_config_schema")
        if loads is not None or stores is not None:
            found[key] = ManagerSlots(loads, stores)
    return found


def _schema(resource: object, name: str) -> Slot | None:
    if not hasattr(type(resource), name):  # a mock has whatever it is asked for
        return None
    said: Any = getattr(resource, name)
    schema = said() if callable(said) and not isinstance(said, type) else said
    return None if schema is None else slot_of(schema)


def outputs_with_config(outs: Mapping[str, OutputDefinition], managers: Managers) -> Slots:
    """The outputs whose IO manager takes config for each."""
    found: Slots = {}
    for name, out in outs.items():
        manager = None if out.is_check else managers.get(out.io_manager_key)
        if manager is not None and manager.output is not None:
            found[name] = manager.output
    return found


def inputs_of_asset(op: OpDefinition, managers: Managers) -> Slots:
    """The inputs of an asset's op whose IO manager takes config for each: all of them are stored assets."""
    found: Slots = {}
    for name, definition in op.ins.items():
        _add_managed(found, name, definition.input_manager_key or DEFAULT_IO_MANAGER_KEY, managers)
    return found


def inputs_of_nodes(graph: Any, managers: Managers) -> dict[str, Slots]:
    """By node, the inputs the run config may say something of: those that nothing in the graph feeds and
    those whose manager takes config for each.
    """
    feeds = _feeds(graph)
    made: dict[str, Slots] = {}
    for node in graph.nodes:
        inputs: Mapping[str, InputDefinition] = node.definition.input_dict
        if not inputs:
            continue
        fed = feeds.get(node.name, {})
        found: Slots = {}
        for name, definition in inputs.items():
            key = definition.input_manager_key
            if managers and (key is not None or fed.get(name)):
                _add_managed(found, name, key or fed[name] or "", managers)
            elif name not in fed and key is None:
                _add_loaded(found, name, definition)
        if found:
            made[node.name] = found
    return made


def inputs_of_root(graph: Any, given: Iterable[str] = ()) -> Slots:
    """The inputs of the outermost graph that the run config may give; ``given`` are given in another way."""
    found: Slots = {}
    for name, definition in graph.input_dict.items():
        if name not in given:
            _add_loaded(found, name, definition)
    return found


def loaded_inputs(inputs: Mapping[str, InputDefinition], names: Iterable[str]) -> Slots:
    """Those of these inputs whose type can be loaded from config."""
    found: Slots = {}
    for name in names:
        _add_loaded(found, name, inputs[name])
    return found


def outermost_input(nodes: Mapping[str, Any], path: NodePath, name: str) -> tuple[NodePath, str]:
    """Where the run config speaks of an input of an op: at the outermost of the graphs whose input it is.

    ``nodes`` are the definitions of the outermost nodes; the path ``()`` stands for what they are the nodes of.
    """
    graphs: list[Any] = []
    for place, step in enumerate(path[:-1]):
        inside: Mapping[str, Any] = graphs[-1].node_dict if graphs else nodes
        graphs.append(inside[step].definition if place else inside[step])
    while graphs:
        above: Mapping[str, Mapping[str, str]] = graphs.pop().whole_mappings
        mapped = above.get(path[-1], {}).get(name)
        if mapped is None:
            return path, name
        path, name = path[:-1], mapped
    return path, name


def _add_managed(found: Slots, name: str, key: str, managers: Managers) -> None:
    manager = managers.get(key)
    if manager is not None and manager.input is not None:
        found[name] = manager.input


def _add_loaded(found: Slots, name: str, definition: InputDefinition) -> None:
    """An input whose type can be loaded from config; it need not be given where it has a default."""
    kind = None if definition.is_nothing else input_config_type(definition.dagster_type)
    if kind is not None:
        field = Field(kind, is_required=False) if definition.has_default_value else Field(kind)
        found[name] = slot_of_field(field)


def inner_ends(graph: Any) -> dict[str, list[tuple[str, str]]]:
    """For each input of a graph, the nodes and their inputs that it is passed on to."""
    found: dict[str, list[tuple[str, str]]] = {}
    for mapping in graph.input_mappings:
        if mapping.fan_in_index is None:
            ends = found.setdefault(mapping.graph_input_name, [])
            ends.append((mapping.mapped_node_name, mapping.mapped_node_input_name))
    return found


def _feeds(graph: Any) -> dict[str, dict[str, str | None]]:
    """The inputs that are fed inside a graph, with the key of the IO manager of what feeds them, if known."""
    outputs: dict[str, Mapping[str, OutputDefinition]] = {
        n.name: n.definition.output_dict for n in graph.nodes
    }
    sources: Mapping[str, Mapping[str, Any]] = graph.sources
    found: dict[str, dict[str, str | None]] = {}
    for user, dependencies in sources.items():
        inputs = found.setdefault(user, {})
        for name, dependency in dependencies.items():
            first = next(iter(dependency.get_node_dependencies()), None)
            out = None if first is None else outputs[first.node].get(first.output)
            inputs[name] = None if out is None else out.io_manager_key
    for mapping in graph.input_mappings:
        found.setdefault(mapping.mapped_node_name, {})[mapping.mapped_node_input_name] = None
    assets: Mapping[str, Mapping[str, Any]] = graph.input_assets or {}
    for user, given in assets.items():
        found.setdefault(user, {}).update(dict.fromkeys(given))
    return found
