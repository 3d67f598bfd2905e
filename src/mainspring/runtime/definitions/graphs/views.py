"""What can be asked of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.runtime.definitions.graphs.parts import GraphParts
from mainspring.runtime.definitions.ops.dependencies import (
    Dependency,
    InputMapping,
    NodeInvocation,
    OutputMapping,
)
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition, OutputDefinition
from mainspring.runtime.definitions.ops.node import Node
from mainspring.runtime.definitions.ops.node_definition import NodeDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.ops.pending import UsableDefinition


class GraphViews(UsableDefinition):
    """The nodes, mappings and ops of a graph by name."""

    _parts: GraphParts

    @property
    def node_dict(self) -> Mapping[str, Node]:
        """The nodes by name."""
        return self._parts.nodes

    @property
    def nodes_in_topological_order(self) -> Sequence[Node]:
        """The nodes, each after those its inputs come from."""
        return self._parts.order

    @property
    def sources(self) -> Mapping[str, Mapping[str, Dependency]]:
        """Where the inputs of the nodes come from, by the name of the node and of the input."""
        return self._parts.sources

    @property
    def input_mappings(self) -> Sequence[InputMapping]:
        """What the inputs of the graph are inside."""
        return self._parts.input_mappings

    @property
    def output_mappings(self) -> Sequence[OutputMapping]:
        """What the outputs of the graph are inside."""
        return self._parts.output_mappings

    @property
    def input_assets(self) -> Mapping[str, Mapping[str, Any]]:
        """The inputs of nodes that are assets: by node and input, what was given."""
        return self._parts.input_assets

    @property
    def input_dict(self) -> Mapping[str, InputDefinition]:
        """The inputs by name."""
        return self._parts.inputs

    @property
    def output_dict(self) -> Mapping[str, OutputDefinition]:
        """The outputs by name."""
        return self._parts.outputs

    @cached_property
    def whole_mappings(self) -> Mapping[str, Mapping[str, str]]:
        """Which input of a node is which input of the graph, by node."""
        found: dict[str, dict[str, str]] = {}
        for mapping in self.input_mappings:
            if mapping.fan_in_index is None:
                of_node = found.setdefault(mapping.mapped_node_name, {})
                of_node[mapping.mapped_node_input_name] = mapping.graph_input_name
        return found

    @cached_property
    def fan_in_mappings(self) -> Mapping[str, Mapping[tuple[str, int], str]]:
        """Which part of a fan-in is which input of the graph, by node."""
        found: dict[str, dict[tuple[str, int], str]] = {}
        for mapping in self.input_mappings:
            if mapping.fan_in_index is not None:
                of_node = found.setdefault(mapping.mapped_node_name, {})
                of_node[mapping.mapped_node_input_name, mapping.fan_in_index] = mapping.graph_input_name
        return found

    def dynamic_origin(self, output_name: str) -> tuple[str, ...] | None:
        """The dynamic output inside that an output has values of, as the path to it."""
        return self._parts.origins.get(output_name)

    def dynamic_inside(self) -> str | None:
        """The name of a dynamic output inside, if there is one."""
        return self._parts.dynamic_inside

    @property
    def nodes(self) -> Sequence[Node]:
        """The nodes in the order of their calls."""
        return list(self.node_dict.values())

    def node_names(self) -> Sequence[str]:
        """The names of the nodes."""
        return list(self.node_dict)

    def has_node_named(self, name: str) -> bool:
        """Whether there is a node of this name."""
        return name in self.node_dict

    def node_named(self, name: str) -> Node:
        """The node of this name. Raises ``InvariantViolationError`` where there is none."""
        found = self.node_dict.get(name)
        if found is None:
            raise InvariantViolationError(
                f"The graph {self.name!r} has no node {name!r}.",
                where=self.where,
                hint=did_you_mean(name, self.node_dict)
                or f"Its nodes are: {', '.join(self.node_dict) or 'none'}.",
            )
        return found

    @property
    def node_defs(self) -> Sequence[NodeDefinition]:
        """The ops and graphs that are used, each once."""
        return list(dict.fromkeys(node.definition for node in self.node_dict.values()))

    def iterate_node_defs(self) -> Iterator[NodeDefinition]:
        """The graph itself, and all ops and graphs at any depth, each once."""
        seen: set[int] = set()
        pending: list[NodeDefinition] = [self]
        while pending:
            here = pending.pop()
            if id(here) in seen:
                continue
            seen.add(id(here))
            yield here
            if isinstance(here, GraphViews):
                pending.extend(node.definition for node in reversed(here.nodes))

    def iterate_op_defs(self) -> Iterator[OpDefinition]:
        """All ops at any depth, each once."""
        return (found for found in self.iterate_node_defs() if isinstance(found, OpDefinition))

    @property
    def pools(self) -> AbstractSet[str]:
        """The pools its ops take places in."""
        return {op.pool for op in self.iterate_op_defs() if op.pool is not None}

    @property
    def required_resource_keys(self) -> frozenset[str]:
        """The resources its ops require."""
        return frozenset[str]().union(*(op.required_resource_keys for op in self.iterate_op_defs()))

    def get_input_mapping(self, input_name: str) -> InputMapping:
        """What an input is inside; the first one where it is several inputs there."""
        for mapping in self.input_mappings:
            if mapping.graph_input_name == input_name:
                return mapping
        raise self._no_mapping("input", input_name, self.input_dict)

    def get_output_mapping(self, output_name: str) -> OutputMapping:
        """What an output is inside."""
        for mapping in self.output_mappings:
            if mapping.graph_output_name == output_name:
                return mapping
        raise self._no_mapping("output", output_name, self.output_dict)

    def _no_mapping(self, kind: str, name: str, known: Mapping[str, object]) -> InvariantViolationError:
        return InvariantViolationError(
            f"The graph {self.name!r} has no {kind} {name!r}.",
            where=self.where,
            hint=did_you_mean(name, known) or f"Its {kind}s are: {', '.join(known) or 'none'}.",
        )

    @property
    def dependencies(self) -> Mapping[NodeInvocation, Mapping[str, Dependency]]:
        """Where the inputs of each node come from."""
        return {
            NodeInvocation(
                node.definition.name,
                None if node.name == node.definition.name else node.name,
                node.tags,
                node.hook_defs,
                node.retry_policy,
            ): self.sources.get(node.name, {})
            for node in self.node_dict.values()
        }

    def __repr__(self) -> str:
        return f"GraphDefinition({self.name!r})"
