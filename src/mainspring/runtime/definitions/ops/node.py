"""``Node``: an op or a graph in its place in a graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.ops.node_definition import NodeDefinition
from mainspring.runtime.definitions.retries import RetryPolicy


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One use of an op or a graph: its name there, and what was said of this use alone."""

    name: str
    definition: NodeDefinition
    tags: Mapping[str, Any] = field(default_factory=dict[str, Any])
    hook_defs: frozenset[Any] = frozenset()
    retry_policy: RetryPolicy | None = None
    where: SourcePosition | None = None
    """The line of the call in the function that composes the graph."""

    @property
    def is_graph(self) -> bool:
        """Whether it stands for a graph."""
        return self.definition.is_graph

    @property
    def describe(self) -> str:
        """What messages call it: ``op 'load'``, or ``op 'load' (alias of 'read')``."""
        kind, own = self.definition.node_type_str, self.definition.name
        return f"{kind} {self.name!r}" + ("" if own == self.name else f" (a use of {own!r})")

    def __repr__(self) -> str:
        return f"Node({self.name!r}, {self.definition!r})"
