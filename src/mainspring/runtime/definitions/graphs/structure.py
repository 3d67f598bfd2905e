"""Whether the nodes of a graph fit together, and in which order they can run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mainspring.core.base.dag import Dag
from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.ops.composition import mixed_dynamic, nested_dynamic
from mainspring.runtime.definitions.ops.dependencies import (
    Dependency,
    DependencyDefinition,
    DynamicCollectDependencyDefinition,
)
from mainspring.runtime.definitions.ops.node import Node

Sources = Mapping[str, Mapping[str, Dependency]]


class Structure(NamedTuple):
    """The nodes in an order in which they can run, and which of them are mapped over what."""

    order: Sequence[Node]
    over: Mapping[str, tuple[str, ...]]
    """For a node that is mapped: the path to the dynamic output it is mapped over, with its name at the end."""


class Wiring(NamedTuple):
    """What is checked: the nodes of a graph by name, where their inputs come from, and what to call the graph."""

    nodes: Mapping[str, Node]
    sources: Sources
    what: str
    where: SourcePosition | None

    def refuse(
        self, message: str, *, node: Node | None = None, hint: str | None = None
    ) -> InvalidDefinitionError:
        """An error at the node, or at the graph where the node has no place of its own."""
        place = node.where if node is not None and node.where is not None else self.where
        return InvalidDefinitionError(message, where=place, hint=hint)


def structure_of(wiring: Wiring) -> Structure:
    """Check the wires of a graph. Raises ``InvalidDefinitionError`` for those that cannot be."""
    for name, found in wiring.sources.items():
        _check_names(wiring, name, found)
    order = _order(wiring)
    over: dict[str, tuple[str, ...]] = {}
    for node in order:
        mapped = _mapped_over(wiring, node, over)
        if mapped is not None:
            over[node.name] = mapped
    return Structure(order, over)


def _check_names(wiring: Wiring, name: str, found: Mapping[str, Dependency]) -> None:
    node = wiring.nodes.get(name)
    if node is None:
        raise wiring.refuse(
            f"`dependencies` of the {wiring.what} speak of the node {name!r}, which it does not have.",
            hint=did_you_mean(name, wiring.nodes) or f"Its nodes are: {', '.join(wiring.nodes) or 'none'}.",
        )
    for input_name, dependency in found.items():
        target = node.definition.input_dict.get(input_name)
        if target is None:
            raise wiring.refuse(
                f"The {node.describe} has no input {input_name!r}, which the {wiring.what} says where it comes from.",
                node=node,
                hint=did_you_mean(input_name, node.definition.input_dict)
                or f"Its inputs are: {', '.join(node.definition.input_dict) or 'none'}.",
            )
        for part in dependency.get_node_dependencies():
            _check_output(wiring, node, input_name, part, is_nothing=target.is_nothing)


def _check_output(
    wiring: Wiring, node: Node, input_name: str, part: DependencyDefinition, *, is_nothing: bool
) -> None:
    upstream = wiring.nodes.get(part.node)
    if upstream is None:
        raise wiring.refuse(
            f"The input {input_name!r} of the {node.describe} comes from the node {part.node!r}, which the "
            f"{wiring.what} does not have.",
            node=node,
            hint=did_you_mean(part.node, wiring.nodes) or f"Its nodes are: {', '.join(wiring.nodes)}.",
        )
    output = upstream.definition.output_dict.get(part.output)
    if output is None:
        outputs = upstream.definition.output_dict
        raise wiring.refuse(
            f"The input {input_name!r} of the {node.describe} comes from the output {part.output!r} of "
            f"{part.node!r}, which has no such output.",
            node=node,
            hint=did_you_mean(part.output, outputs) or f"Its outputs are: {', '.join(outputs) or 'none'}.",
        )
    if output.is_nothing and not is_nothing:
        raise wiring.refuse(
            f"The input {input_name!r} of the {node.describe} takes a value, but the output {part.output!r} of "
            f"{part.node!r} has none: its type is Nothing.",
            node=node,
            hint=f'Drop the parameter and write ins={{"{input_name}": In(Nothing)}} to wait only, or let '
            f"{part.node!r} return a value and say so in its annotation.",
        )


def _order(wiring: Wiring) -> list[Node]:
    nodes = list(wiring.nodes.values())
    place = {node.name: i for i, node in enumerate(nodes)}
    parents = [
        [place[part.node] for part in _all_parts(wiring.sources.get(node.name, {}).values())]
        for node in nodes
    ]
    if all(parent < i for i, above in enumerate(parents) for parent in above):
        return nodes
    dag = Dag.from_parents(parents)
    cycle = dag.find_cycle()
    if cycle is not None:
        names = [nodes[i].name for i in (*cycle, cycle[0])]
        raise wiring.refuse(
            f"The nodes of the {wiring.what} wait for each other: {' -> '.join(names)}.",
            node=nodes[cycle[0]],
            hint="Take one of these dependencies out.",
        )
    return [nodes[i] for i in dag.topological_order()]


def _all_parts(found: Iterable[Dependency]) -> Iterator[DependencyDefinition]:
    for dependency in found:
        yield from dependency.get_node_dependencies()


def _mapped_over(wiring: Wiring, node: Node, over: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """What a node is mapped over, by the inputs that come from a dynamic output or a mapped node."""
    found: dict[tuple[str, ...], str] = {}
    for input_name, dependency in wiring.sources.get(node.name, {}).items():
        collected = isinstance(dependency, DynamicCollectDependencyDefinition)
        for part in dependency.get_node_dependencies():
            origin = _origin(wiring, part, over)
            if collected and origin is None:
                raise wiring.refuse(
                    f"The input {input_name!r} of the {node.describe} collects the output {part.output!r} of "
                    f"{part.node!r}, which is not dynamic.",
                    node=node,
                    hint="Declare it with DynamicOut, or give the output as it is.",
                )
            if origin is not None and not collected:
                found.setdefault(origin, input_name)
    if not found:
        return None
    _check_mapped(wiring, node, found)
    return next(iter(found))


def _check_mapped(wiring: Wiring, node: Node, found: Mapping[tuple[str, ...], str]) -> None:
    if len(found) > 1:
        raise mixed_dynamic(node.describe, found, node.where or wiring.where)
    definition: Any = node.definition
    inner = definition.dynamic_inside()
    if inner is not None:
        raise nested_dynamic(node.describe, inner, node.where or wiring.where)


def _origin(
    wiring: Wiring, part: DependencyDefinition, over: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...] | None:
    """The dynamic output that an output of a node is, or is mapped over."""
    mapped = over.get(part.node)
    if mapped is not None:
        return mapped
    definition: Any = wiring.nodes[part.node].definition
    inner = definition.dynamic_origin(part.output)
    return None if inner is None else (part.node, *inner)
