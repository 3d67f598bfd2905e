"""``@graph``: a graph of the ops a function calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.runtime.definitions.graphs.composed import compose, compose_config
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.ops.declared import GraphIn, GraphOut
from mainspring.runtime.definitions.ops.function import checked_function, description_of, place_of
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition, OutputDefinition


@overload
def graph(compose_fn: Callable[..., Any], /) -> GraphDefinition: ...


@overload
def graph(
    *,
    name: str | None = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    ins: Mapping[str, GraphIn] | None = None,
    out: GraphOut | Mapping[str, GraphOut] | None = None,
    tags: Mapping[str, Any] | None = None,
    config: ConfigMapping | Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], GraphDefinition]: ...


def graph(  # noqa: PLR0913  # the published parameters
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    ins: Mapping[str, GraphIn] | None = None,
    out: GraphOut | Mapping[str, GraphOut] | None = None,
    tags: Mapping[str, Any] | None = None,
    config: ConfigMapping | Mapping[str, Any] | None = None,
) -> Any:
    """Wire ops together by calling them; what is made can be used like an op, or run.

    The function runs once, now: its parameters are the inputs of the graph, what an op returns can be given to other
    ops or returned. It only says how ops are wired; there are no values yet.

    * ``out`` names several outputs, which are returned as a tuple in that order or as a dict.
    * ``input_defs`` and ``output_defs`` are the older form of ``ins`` and ``out``.
    * ``config``: a ``ConfigMapping`` gives the graph a config of its own; a dict fixes that of its ops.

    Raises ``InvalidDefinitionError`` for wires that cannot be.

    >>> @graph
    ... def celsius(fahrenheit):
    ...     return multiply_by_five_ninths(subtract_32(fahrenheit))
    >>> celsius.execute_in_process(input_values={"fahrenheit": 212}).output_value()
    100.0
    """

    def declare(function: Callable[..., Any]) -> GraphDefinition:
        where = place_of(checked_function(function, "graph"))
        said_ins = {one.name: GraphIn(one.description) for one in input_defs} if input_defs else ins
        said_out = {one.name: GraphOut(one.description) for one in output_defs} if output_defs else out
        parts = compose(function, name=name or function.__name__, ins=said_ins, out=said_out, where=where)
        return GraphDefinition.of(
            parts,
            description=description_of(function, description),
            config=compose_config(config, what=f"graph {parts.name!r}", where=where),
            tags=tags,
            composition_fn=function,
        )

    return declare if compose_fn is None else declare(compose_fn)
