"""``flatten``: a graph of graphs as one list of ops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.definitions.graphs.flat import (
    AssetValue,
    Collected,
    FlatGraph,
    FlatOp,
    GraphInput,
    InputSource,
    OutputOf,
    Path,
)
from mainspring.runtime.definitions.graphs.views import GraphViews
from mainspring.runtime.definitions.ops.dependencies import (
    Dependency,
    DependencyDefinition,
    DynamicCollectDependencyDefinition,
)
from mainspring.runtime.definitions.ops.node import Node
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.retries import RetryPolicy


class _Value(NamedTuple):
    """What an output or an input stands for among the flat ops, and the dynamic output it has values of."""

    source: InputSource
    over: OutputOf | None = None


_Values = Mapping[str, _Value]


class _Level:
    """A graph within the graph while its nodes are gone through."""

    __slots__ = ("graph", "hooks", "inputs", "made", "name", "nodes", "over", "path", "retry_policy")

    def __init__(
        self,
        graph: GraphViews,
        path: Path,
        *,
        inputs: _Values,
        hooks: frozenset[Any] = frozenset(),
        retry_policy: RetryPolicy | None = None,
        over: OutputOf | None = None,
    ) -> None:
        self.graph = graph
        self.name = path[-1] if path else ""
        self.path = path
        self.inputs = inputs
        self.hooks = hooks
        self.retry_policy = retry_policy
        self.over = over
        self.nodes: Iterator[Node] = iter(graph.nodes_in_topological_order)
        self.made: dict[str, _Values] = {}
        """The outputs of the nodes that were gone through."""


def flatten(graph: GraphViews) -> FlatGraph:
    """All the ops of a graph, those within graphs within it too, in an order in which each can run.

    Takes time in proportion to the ops and the wires, and no stack for the depth.

    Raises ``InvalidDefinitionError`` for a list of lists, which no input can be given.
    """
    ops: list[FlatOp] = []
    outermost = _Level(graph, (), inputs={name: _Value(GraphInput(name)) for name in graph.input_dict})
    levels = [outermost]
    while levels:
        level = levels[-1]
        node = next(level.nodes, None)
        if node is None:
            levels.pop()
            if levels:
                levels[-1].made[level.name] = _outputs(level)
        elif isinstance(node.definition, OpDefinition):
            op = _op(level, node, node.definition)
            ops.append(op)
            level.made[node.name] = _made_by(op)
        else:
            levels.append(_inner(level, node))
    outputs = {name: value.source for name, value in _outputs(outermost).items()}
    return FlatGraph(graph.name, ops, outputs)  # pyright: ignore[reportArgumentType]  # of outputs only


def _op(level: _Level, node: Node, op: OpDefinition) -> FlatOp:
    given = _given(level, node)
    return FlatOp(
        (*level.path, node.name),
        op,
        {name: value.source for name, value in given.items()},
        {**op.tags, **node.tags} if node.tags else op.tags,
        level.hooks | node.hook_defs if node.hook_defs else level.hooks,
        node.retry_policy or op.retry_policy or level.retry_policy,
        _over(level, given.values()),
    )


def _made_by(op: FlatOp) -> _Values:
    values: dict[str, _Value] = {}
    for name, out in op.op.outs.items():
        output = OutputOf(op.path, name)
        values[name] = _Value(output, output if out.is_dynamic else op.over)
    return values


def _inner(level: _Level, node: Node) -> _Level:
    given = _given(level, node)
    definition: Any = node.definition
    return _Level(
        definition,
        (*level.path, node.name),
        inputs=given,
        hooks=level.hooks | node.hook_defs if node.hook_defs else level.hooks,
        retry_policy=node.retry_policy or level.retry_policy,
        over=_over(level, given.values()),
    )


def _over(level: _Level, given: Iterable[_Value]) -> OutputOf | None:
    return level.over or next((value.over for value in given if value.over is not None), None)


def _outputs(level: _Level) -> _Values:
    return {
        mapping.graph_output_name: level.made[mapping.mapped_node_name][mapping.mapped_node_output_name]
        for mapping in level.graph.output_mappings
    }


def _given(level: _Level, node: Node) -> _Values:
    """What each input of a node is; an input that nothing is said of is left out."""
    graph = level.graph
    given: dict[str, _Value] = {}
    parts = graph.fan_in_mappings.get(node.name, {})
    for name, dependency in graph.sources.get(node.name, {}).items():
        given[name] = _value(level, node, name, dependency, parts)
    for name, graph_input in graph.whole_mappings.get(node.name, {}).items():
        if graph_input in level.inputs:
            given[name] = level.inputs[graph_input]
    for name, asset in graph.input_assets.get(node.name, {}).items():
        given[name] = _Value(AssetValue(asset))
    return given


def _value(
    level: _Level,
    node: Node,
    name: str,
    dependency: Dependency,
    parts: Mapping[tuple[str, int], str],
) -> _Value:
    if isinstance(dependency, DependencyDefinition):
        return level.made[dependency.node][dependency.output]
    if isinstance(dependency, DynamicCollectDependencyDefinition):
        source = level.made[dependency.node][dependency.output].source
        assert isinstance(source, OutputOf)  # the outputs of nodes are outputs of ops
        return _Value(Collected(source))
    found: list[_Value] = []
    for place, part in enumerate(dependency.dependencies):
        if isinstance(part, DependencyDefinition):
            found.append(level.made[part.node][part.output])
        elif (value := level.inputs.get(parts[name, place])) is not None:
            found.append(value)
    sources: list[OutputOf | Collected | GraphInput] = []
    for value in found:
        if isinstance(value.source, (tuple, AssetValue)):
            raise _no_part(level, node, name, value.source)
        sources.append(value.source)
    return _Value(tuple(sources), next((value.over for value in found if value.over is not None), None))


def _no_part(level: _Level, node: Node, name: str, source: object) -> InvalidDefinitionError:
    what = "a list of outputs" if isinstance(source, tuple) else "an asset"
    return InvalidDefinitionError(
        f"The input {name!r} of {'.'.join((*level.path, node.name))!r} is a list, one part of which is {what}, "
        "given to the graph around it.",
        where=node.where,
        hint="Give it to an input of its own, or make one value of it by an op.",
    )
