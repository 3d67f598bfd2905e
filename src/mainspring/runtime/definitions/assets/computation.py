"""``Computation``: the op or graph behind assets and checks, and which of its inputs and outputs is which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.graphs.flat import FlatGraph, FlatOp, GraphInput, OutputOf
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition


@dataclass(frozen=True, slots=True)
class Computation:
    """An op or a graph whose outputs stand for assets and checks.

    ``selected_keys`` and ``selected_checks`` are ``None`` where everything it can make is meant. ``flat_graph`` are the
    ops of a graph with what the assets say of its outputs; ``None`` for an op.
    """

    node: OpDefinition | GraphDefinition
    keys_by_input: Mapping[str, AssetKey]
    keys_by_output: Mapping[str, AssetKey]
    checks_by_output: Mapping[str, AssetCheckKey] = field(default_factory=dict[str, AssetCheckKey])
    execution_type: AssetExecutionType = AssetExecutionType.MATERIALIZATION
    can_subset: bool = False
    backfill_policy: object | None = None
    selected_keys: frozenset[AssetKey] | None = None
    selected_checks: frozenset[AssetCheckKey] | None = None
    flat_graph: FlatGraph | None = None

    @property
    def is_subset(self) -> bool:
        """Whether only a part of what it can make is meant."""
        return self.selected_keys is not None or self.selected_checks is not None

    @property
    def flat(self) -> FlatGraph:
        """All its ops; for an op a graph of that one."""
        if self.flat_graph is not None:
            return self.flat_graph
        if isinstance(self.node, GraphDefinition):
            return self.node.flat
        return _of_one_op(self.node)

    @property
    def ops(self) -> Iterable[OpDefinition]:
        """Its ops, each once."""
        if isinstance(self.node, OpDefinition):
            return (self.node,)
        return dict.fromkeys(flat.op for flat in self.flat.ops)

    def op_of(self, output_name: str) -> OpDefinition:
        """The op that gives one of its outputs."""
        if isinstance(self.node, OpDefinition):
            return self.node
        source = self.flat.outputs[output_name]
        assert isinstance(source, OutputOf)  # an asset is one value
        return next(flat.op for flat in self.flat.ops if flat.path == source.path)

    def io_manager_key(self, output_name: str) -> str:
        """The resource that stores one of its outputs."""
        if isinstance(self.node, OpDefinition):
            return self.node.outs[output_name].io_manager_key
        source = self.flat.outputs[output_name]
        assert isinstance(source, OutputOf)  # an asset is one value
        return self.op_of(output_name).outs[source.output_name].io_manager_key

    def makes(self, key: AssetKey) -> bool:
        """Whether it is meant to make this asset."""
        return self.selected_keys is None or key in self.selected_keys

    def evaluates(self, key: AssetCheckKey) -> bool:
        """Whether it is meant to evaluate this check."""
        return self.selected_checks is None or key in self.selected_checks

    def subset(self, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey]) -> Computation:
        """The computation of a part of what it can make."""
        return replace(self, selected_keys=keys, selected_checks=checks)


def _of_one_op(op: OpDefinition) -> FlatGraph:
    path = (op.name,)
    flat = FlatOp(
        path,
        op,
        {name: GraphInput(name) for name in op.ins},
        op.tags,
        retry_policy=op.retry_policy,
    )
    return FlatGraph(op.name, (flat,), {name: OutputOf(path, name) for name in op.outs})
