"""Where the inputs of the nodes of a graph come from, and what the graph's own inputs and outputs stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_OUTPUT
from mainspring.runtime.definitions.retries import RetryPolicy


@dataclass(frozen=True, slots=True)
class DependencyDefinition:
    """An input is the output of another node of the same graph.

    >>> DependencyDefinition("load", output="rows").output
    'rows'
    """

    node: str
    output: str = DEFAULT_OUTPUT
    description: str | None = None

    def is_fan_in(self) -> bool:
        """Whether the input is made of several outputs."""
        return False

    def get_node_dependencies(self) -> Sequence[DependencyDefinition]:
        """All outputs it is made of."""
        return [self]

    def get_op_dependencies(self) -> Sequence[DependencyDefinition]:
        """The same as ``get_node_dependencies``."""
        return self.get_node_dependencies()


@dataclass(frozen=True, slots=True)
class DynamicCollectDependencyDefinition:
    """An input is the list of all the values of a dynamic output, or of a node mapped over one."""

    node: str
    output: str = DEFAULT_OUTPUT

    def is_fan_in(self) -> bool:
        """Whether the input is made of several outputs."""
        return True

    def get_node_dependencies(self) -> Sequence[DependencyDefinition]:
        """All outputs it is made of."""
        return [DependencyDefinition(self.node, self.output)]


class MappedInputPlaceholder:
    """Stands, in a ``MultiDependencyDefinition``, for an input of the graph; an ``InputMapping`` says which."""


@dataclass(frozen=True, slots=True)
class MultiDependencyDefinition:
    """An input is the list of several outputs: a fan-in.

    >>> MultiDependencyDefinition([DependencyDefinition("one"), DependencyDefinition("two")]).is_fan_in()
    True
    """

    dependencies: Sequence[DependencyDefinition | type[MappedInputPlaceholder]]

    def is_fan_in(self) -> bool:
        """Whether the input is made of several outputs."""
        return True

    def get_node_dependencies(self) -> Sequence[DependencyDefinition]:
        """All outputs it is made of."""
        return [found for found in self.dependencies if isinstance(found, DependencyDefinition)]

    def get_dependencies_and_mappings(self) -> Sequence[DependencyDefinition | type[MappedInputPlaceholder]]:
        """Its parts in order."""
        return self.dependencies


Dependency = DependencyDefinition | DynamicCollectDependencyDefinition | MultiDependencyDefinition
"""All that an input can be inside a graph."""


@dataclass(frozen=True)
class NodeInvocation:
    """A use of a node in the ``dependencies`` of a graph: its name, its alias and what is said of this use.

    >>> NodeInvocation("load", alias="load_again").use_name
    'load_again'
    """

    name: str
    alias: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    hook_defs: AbstractSet[Any] = frozenset()
    retry_policy: RetryPolicy | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tags", dict(self.tags or {}))
        object.__setattr__(self, "hook_defs", frozenset(self.hook_defs or ()))

    @property
    def use_name(self) -> str:
        """The name of the node in the graph."""
        return self.alias or self.name

    def __hash__(self) -> int:
        return hash((self.name, self.alias))


@dataclass(frozen=True, slots=True)
class InputMapping:
    """An input of a graph is an input of one of its nodes.

    ``fan_in_index`` is the place among the parts of the input, where that is a fan-in.
    """

    graph_input_name: str
    mapped_node_name: str
    mapped_node_input_name: str
    fan_in_index: int | None = None
    graph_input_description: str | None = None
    dagster_type: Any = None

    @property
    def maps_to_fan_in(self) -> bool:
        """Whether it is one part of a fan-in."""
        return self.fan_in_index is not None

    def describe(self) -> str:
        """The mapping in words: ``x -> load.path``."""
        place = "" if self.fan_in_index is None else f"[{self.fan_in_index}]"
        return f"{self.graph_input_name} -> {self.mapped_node_name}.{self.mapped_node_input_name}{place}"


@dataclass(frozen=True, slots=True)
class OutputMapping:
    """An output of a graph is an output of one of its nodes.

    ``from_dynamic_mapping`` says that the node is mapped over a dynamic output of the same graph.
    """

    graph_output_name: str
    mapped_node_name: str
    mapped_node_output_name: str
    graph_output_description: str | None = None
    dagster_type: Any = None
    from_dynamic_mapping: bool = False
