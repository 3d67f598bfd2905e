"""``@graph``: a graph of the ops a function calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, overload

from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.runtime.definitions.graphs.composed import compose, compose_config
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.ops.declared import GraphIn, GraphOut
from mainspring.runtime.definitions.ops.function import checked_function, description_of, place_of


@overload
def graph(compose_fn: Callable[..., Any], /) -> GraphDefinition: ...


@overload
def graph(
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, GraphIn] | None = None,
    out: GraphOut | Mapping[str, GraphOut] | None = None,
    tags: Mapping[str, Any] | None = None,
    config: ConfigMapping | Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], GraphDefinition]: ...


def graph(
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, GraphIn] | None = None,
    out: GraphOut | Mapping[str, GraphOut] | None = None,
    tags: Mapping[str, Any] | None = None,
    config: ConfigMapping | Mapping[str, Any] | None = None,
) -> Any:
    """Wire ops together by calling them; what is made can be used like an op, or run.

    The function runs once, now: its parameters are the inputs of the graph, what an op returns can be given to other
    ops or returned. It only says how ops are wired; there are no values yet.

    * ``out`` names several outputs, which are returned as a tuple in that order or as a dict.
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
        parts = compose(function, name=name or function.__name__, ins=ins, out=out, where=where)
        return GraphDefinition.of(
            parts,
            description=description_of(function, description),
            config=compose_config(config, what=f"graph {parts.name!r}", where=where),
            tags=tags,
            composition_fn=function,
        )

    return declare if compose_fn is None else declare(compose_fn)
