"""``FlatGraph``: a graph of any depth as one list of ops, each with where its inputs come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.retries import RetryPolicy

Path = tuple[str, ...]
"""The names from the outermost graph to an op: ``("outer", "inner", "load")``."""


@dataclass(frozen=True, slots=True)
class OutputOf:
    """An output of a flat op."""

    path: Path
    output_name: str


@dataclass(frozen=True, slots=True)
class Collected:
    """The list of all the values of an output that is dynamic, or of an op that is mapped over one."""

    output: OutputOf


@dataclass(frozen=True, slots=True)
class GraphInput:
    """An input of the outermost graph."""

    name: str


@dataclass(frozen=True, slots=True)
class AssetValue:
    """The stored value of an asset; ``asset`` is what was given: an assets definition, a source asset or a spec."""

    asset: Any


InputSource = OutputOf | Collected | GraphInput | AssetValue | tuple[OutputOf | Collected | GraphInput, ...]
"""Where the value of an input comes from. A tuple is a fan-in: the input is given the list of all its parts."""


@dataclass(frozen=True, slots=True)
class FlatOp:
    """One op in its place. An input that ``sources`` does not name has its default, or is given by the run config."""

    path: Path
    op: OpDefinition
    sources: Mapping[str, InputSource] = field(default_factory=dict[str, InputSource])
    tags: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Those of the op and of its invocation; not of the graphs around it."""
    hooks: frozenset[Any] = frozenset()
    """Those of its invocation and of the invocations of the graphs around it."""
    retry_policy: RetryPolicy | None = None
    """The first that was said: of the use of the op, of the op, of the graphs around it from the inside out."""
    over: OutputOf | None = None
    """The dynamic output it is mapped over: it runs once for each of its values."""


@dataclass(frozen=True, slots=True)
class FlatGraph:
    """All the ops of a graph, in an order in which each comes after what it depends on."""

    name: str
    ops: Sequence[FlatOp]
    outputs: Mapping[str, OutputOf | Collected]
    """Where each output of the outermost graph comes from."""
