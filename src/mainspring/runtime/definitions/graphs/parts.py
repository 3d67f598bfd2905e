"""``GraphParts``: the nodes and wires of a graph, checked; and how they are read from what was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.graphs.structure import Sources, Structure, Wiring, structure_of
from mainspring.runtime.definitions.ops.dependencies import (
    Dependency,
    InputMapping,
    MappedInputPlaceholder,
    MultiDependencyDefinition,
    NodeInvocation,
    OutputMapping,
)
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition, OutputDefinition
from mainspring.runtime.definitions.ops.node import Node
from mainspring.runtime.definitions.ops.node_definition import NodeDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY


class GraphParts(NamedTuple):
    """A graph whose wires fit together."""

    name: str
    nodes: Mapping[str, Node]
    order: Sequence[Node]
    sources: Sources
    input_mappings: Sequence[InputMapping]
    output_mappings: Sequence[OutputMapping]
    input_assets: Mapping[str, Mapping[str, Any]]
    inputs: Mapping[str, InputDefinition]
    outputs: Mapping[str, OutputDefinition]
    origins: Mapping[str, tuple[str, ...]]
    """For each output with the values of a dynamic one: the path to that."""
    dynamic_inside: str | None
    where: SourcePosition | None


def graph_parts(
    name: str,
    nodes: Mapping[str, Node],
    sources: Sources,
    *,
    input_mappings: Sequence[InputMapping],
    output_mappings: Sequence[OutputMapping],
    input_assets: Mapping[str, Mapping[str, Any]],
    where: SourcePosition | None,
    what: str | None = None,
) -> GraphParts:
    """Check the wires of a graph, which messages call ``what``.

    Raises ``InvalidDefinitionError`` for those that cannot be.
    """
    wiring = Wiring(nodes, sources, what or f"graph {name!r}", where)
    structure = structure_of(wiring)
    origins = _origins(wiring, structure, output_mappings)
    return GraphParts(
        name,
        nodes,
        structure.order,
        sources,
        tuple(input_mappings),
        tuple(output_mappings),
        input_assets,
        _inputs(wiring, input_mappings),
        _outputs(wiring, output_mappings, origins),
        origins,
        _dynamic_inside(nodes),
        where,
    )


def _inputs(wiring: Wiring, mappings: Sequence[InputMapping]) -> dict[str, InputDefinition]:
    targets: dict[str, list[tuple[InputMapping, InputDefinition]]] = {}
    for mapping in mappings:
        targets.setdefault(mapping.graph_input_name, []).append((mapping, _target(wiring, mapping)))
    return {name: _input(name, found) for name, found in targets.items()}


def _target(wiring: Wiring, mapping: InputMapping) -> InputDefinition:
    """The inner input. Raises where there is none, or where its value comes from elsewhere too."""
    node = wiring.nodes.get(mapping.mapped_node_name)
    names = wiring.nodes if node is None else node.definition.input_dict
    wanted = mapping.mapped_node_name if node is None else mapping.mapped_node_input_name
    if node is None or wanted not in names:
        raise wiring.refuse(
            f"The input mapping {mapping.describe()} of the {wiring.what} leads to nothing: there is no "
            f"{'node' if node is None else 'input'} {wanted!r}.",
            hint=did_you_mean(wanted, names) or f"There are: {', '.join(names) or 'none'}.",
        )
    dependency = wiring.sources.get(node.name, {}).get(wanted)
    if mapping.fan_in_index is None:
        if dependency is not None:
            raise wiring.refuse(
                f"The input {wanted!r} of the {node.describe} comes from another node and from the input "
                f"{mapping.graph_input_name!r} of the {wiring.what}.",
                node=node,
                hint="Keep one of the two, or give a list of both: a fan-in.",
            )
    elif not _has_placeholder(dependency, mapping.fan_in_index):
        raise wiring.refuse(
            f"The input mapping {mapping.describe()} of the {wiring.what} leads to no part of a fan-in.",
            node=node,
            hint="Put MappedInputPlaceholder at that place of a MultiDependencyDefinition.",
        )
    return node.definition.input_dict[wanted]


def _has_placeholder(dependency: Dependency | None, place: int) -> bool:
    return (
        isinstance(dependency, MultiDependencyDefinition)
        and place < len(dependency.dependencies)
        and dependency.dependencies[place] is MappedInputPlaceholder
    )


def _input(name: str, found: list[tuple[InputMapping, InputDefinition]]) -> InputDefinition:
    mapping, inner = found[0]
    whole = [target for one, target in found if one.fan_in_index is None]
    annotation: Any = EMPTY
    if len(whole) == len(found):
        # an input which is a value somewhere has the type of that value
        annotation = next((t.annotation for t in whole if not t.is_nothing), inner.annotation)
    optional = len(whole) == len(found) and all(target.has_default_value for target in whole)
    return InputDefinition(
        name,
        annotation if mapping.dagster_type is None else mapping.dagster_type,
        inner.default_value if optional else EMPTY,
        description=mapping.graph_input_description,
        metadata=inner.metadata,
    )


def _origins(
    wiring: Wiring, structure: Structure, mappings: Sequence[OutputMapping]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for mapping in mappings:
        node, output = _output_of(wiring, mapping)
        origin = structure.over.get(node.name)
        if origin is None:
            inner = node.definition.dynamic_origin(output.name)
            origin = None if inner is None else (node.name, *inner)
        if origin is not None:
            found[mapping.graph_output_name] = origin
    return found


def _outputs(
    wiring: Wiring, mappings: Sequence[OutputMapping], origins: Mapping[str, tuple[str, ...]]
) -> dict[str, OutputDefinition]:
    made: dict[str, OutputDefinition] = {}
    for mapping in mappings:
        _, inner = _output_of(wiring, mapping)
        name = mapping.graph_output_name
        if name in made:
            raise wiring.refuse(
                f"The {wiring.what} has two output mappings for {name!r}.", hint="Keep one of them."
            )
        made[name] = OutputDefinition(
            name,
            inner.annotation if mapping.dagster_type is None else mapping.dagster_type,
            inner.is_required,
            inner.io_manager_key,
            inner.metadata,
            inner.code_version,
            mapping.graph_output_description or inner.description,
            is_dynamic=name in origins,
        )
    return made


def _output_of(wiring: Wiring, mapping: OutputMapping) -> tuple[Node, OutputDefinition]:
    node = wiring.nodes.get(mapping.mapped_node_name)
    names = wiring.nodes if node is None else node.definition.output_dict
    wanted = mapping.mapped_node_name if node is None else mapping.mapped_node_output_name
    if node is not None and wanted in names:
        return node, node.definition.output_dict[wanted]
    raise wiring.refuse(
        f"The output {mapping.graph_output_name!r} of the {wiring.what} comes from the "
        f"{'node' if node is None else 'output'} {wanted!r}, which is not there.",
        hint=did_you_mean(wanted, names) or f"There are: {', '.join(names) or 'none'}.",
    )


def _dynamic_inside(nodes: Mapping[str, Node]) -> str | None:
    for name, node in nodes.items():
        inner = node.definition.dynamic_inside()
        if inner is not None:
            return f"{name}.{inner}"
    return None


def parts_of_definitions(
    name: Any,
    node_defs: Sequence[NodeDefinition],
    dependencies: Mapping[Any, Mapping[str, Dependency]],
    *,
    input_mappings: Sequence[InputMapping],
    output_mappings: Sequence[OutputMapping],
    input_assets: Mapping[str, Mapping[str, Any]],
    where: SourcePosition | None,
) -> GraphParts:
    """The parts of a graph made by hand: of definitions, and for each use where its inputs come from."""
    own = validate_name(name, what="a graph", where=where)
    definitions = _by_name(own, node_defs, where)
    nodes: dict[str, Node] = {}
    sources: dict[str, Mapping[str, Dependency]] = {}
    used: set[str] = set()
    for use, found in _dependencies(own, dependencies, where).items():
        said = use if isinstance(use, NodeInvocation) else NodeInvocation(use)
        nodes[said.use_name] = _node(own, said, definitions, where)
        sources[said.use_name] = dict(found)
        used.add(said.name)
    for definition in node_defs:
        if definition.name not in used:
            nodes[definition.name] = Node(definition.name, definition)
    in_order = [d.name for d in node_defs]
    nodes = dict(sorted(nodes.items(), key=lambda item: in_order.index(item[1].definition.name)))
    return graph_parts(
        own,
        nodes,
        sources,
        input_mappings=input_mappings,
        output_mappings=output_mappings,
        input_assets=input_assets,
        where=where,
    )


def _dependencies(
    name: str, dependencies: Mapping[Any, Mapping[str, Dependency]], where: SourcePosition | None
) -> Mapping[Any, Mapping[str, Dependency]]:
    """What was given, once it is of the right kinds."""
    given: Any = dependencies
    wrong = f"{given!r:.80}" if not isinstance(given, Mapping) else None
    for use, found in () if wrong else dependencies.items():
        if not isinstance(use, (str, NodeInvocation)):
            wrong = f"{use!r:.80} for a node"
        elif not isinstance(found, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            wrong = f"{found!r:.80} for the node {use if isinstance(use, str) else use.use_name!r}"
        else:
            bad = [(key, one) for key, one in found.items() if not hasattr(one, "get_node_dependencies")]
            wrong = f"{bad[0][1]!r:.80} for the input {bad[0][0]!r}" if bad else None
        if wrong:
            break
    if wrong:
        raise InvalidDefinitionError(
            f"`dependencies` of the graph {name!r} hold {wrong}.",
            where=where,
            hint='Write dependencies={"clean": {"rows": DependencyDefinition("load")}}: by node, then by input.',
        )
    return dependencies


def _by_name(
    name: str, node_defs: Sequence[NodeDefinition], where: SourcePosition | None
) -> dict[str, NodeDefinition]:
    definitions: dict[str, NodeDefinition] = {}
    for definition in node_defs:
        if not isinstance(definition, NodeDefinition):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"`node_defs` of the graph {name!r} holds {definition!r}, which is neither an op nor a graph.",
                where=where,
                hint="Decorate functions with @op or @graph, and give the result, not a call of it.",
            )
        known = definitions.setdefault(definition.name, definition)
        if known is not definition:
            raise InvalidDefinitionError(
                f"`node_defs` of the graph {name!r} hold two definitions named {definition.name!r}.",
                where=where,
                hint="Rename one of them.",
            )
    return definitions


def _node(
    name: str, said: NodeInvocation, definitions: Mapping[str, NodeDefinition], where: SourcePosition | None
) -> Node:
    definition = definitions.get(said.name)
    if definition is None:
        raise InvalidDefinitionError(
            f"`dependencies` of the graph {name!r} speak of the node {said.name!r}, which is not in `node_defs`.",
            where=where,
            hint=did_you_mean(said.name, definitions) or f"There are: {', '.join(definitions) or 'none'}.",
        )
    return Node(
        said.use_name, definition, dict(said.tags), frozenset(said.hook_defs), said.retry_policy, where
    )
