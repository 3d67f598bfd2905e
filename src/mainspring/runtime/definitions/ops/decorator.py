"""``@op``: a unit of computation of a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any, overload

from mainspring.runtime.definitions.ops.declared import In, Out
from mainspring.runtime.definitions.ops.function import (
    checked_function,
    description_of,
    name_of,
    place_of,
    seconds_of,
)
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.ops.read import op_parts
from mainspring.runtime.definitions.retries import RetryPolicy


@overload
def op(compute_fn: Callable[..., Any], /) -> OpDefinition: ...


@overload
def op(
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, In] | None = None,
    out: Out | Mapping[str, Out] | None = None,
    config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, Any] | None = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    pool: str | None = None,
    timeout: float | timedelta | None = None,
) -> Callable[[Callable[..., Any]], OpDefinition]: ...


def op(  # noqa: PLR0913  # the published parameters
    compute_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, In] | None = None,
    out: Out | Mapping[str, Out] | None = None,
    config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, Any] | None = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    pool: str | None = None,
    timeout: float | timedelta | None = None,
) -> Any:
    """Declare an op: a step that graphs and jobs are made of.

    Parameters of the function are inputs; besides them it may take a ``context``, a ``config`` annotated with a
    ``Config`` class, and resources by name. What it returns is its output. It may be a generator that yields
    ``Output``s and events, and it may be ``async``.

    * ``ins``: more about inputs, by name; ``In(Nothing)`` waits for another op without taking a value.
    * ``out``: an ``Out``, or a dict of them by name for several outputs; by default the return annotation says it.
    * ``config_schema``, ``required_resource_keys``: what the function uses through its context.
    * ``retry_policy``, ``pool``, ``tags``, ``timeout`` (seconds or a timedelta): how it runs.
    * ``code_version``: recorded with what it makes.

    Inside a function with ``@graph`` or ``@job`` a call means its use there; elsewhere it calls the function, as a
    test does.

    Raises ``InvalidDefinitionError`` for what cannot be.

    >>> @op
    ... def double(x: int) -> int:
    ...     return 2 * x
    >>> double(4)
    8
    """

    def declare(function: Callable[..., Any]) -> OpDefinition:
        where = place_of(checked_function(function, "op"))
        own = name if name is not None else name_of(function)
        parts = op_parts(
            function,
            name=own,
            ins=ins,
            out=out,
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            tags=tags,
            retry_policy=retry_policy,
            pool=pool,
            code_version=code_version,
            description=description_of(function, description),
            timeout=seconds_of(timeout, what=f"op {own!r}", where=where),
            where=where,
        )
        return OpDefinition.of(**parts)

    return declare if compute_fn is None else declare(compute_fn)
