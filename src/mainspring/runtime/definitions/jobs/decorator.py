"""``@job``: a job of the ops a function calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, overload

from mainspring.runtime.definitions.graphs.composed import compose
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.ops.function import checked_function, description_of, place_of
from mainspring.runtime.definitions.retries import RetryPolicy


@overload
def job(compose_fn: Callable[..., Any], /) -> JobDefinition: ...


@overload
def job(
    *,
    name: str | None = None,
    description: str | None = None,
    resource_defs: Mapping[str, object] | None = None,
    config: Any = None,
    tags: Mapping[str, Any] | None = None,
    run_tags: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    logger_defs: Mapping[str, Any] | None = None,
    executor_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    op_retry_policy: RetryPolicy | None = None,
    partitions_def: Any = None,
    input_values: Mapping[str, object] | None = None,
    owners: Sequence[str] | None = None,
) -> Callable[[Callable[..., Any]], JobDefinition]: ...


def job(  # noqa: PLR0913  # the published parameters
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    resource_defs: Mapping[str, object] | None = None,
    config: Any = None,
    tags: Mapping[str, Any] | None = None,
    run_tags: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    logger_defs: Mapping[str, Any] | None = None,
    executor_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    op_retry_policy: RetryPolicy | None = None,
    partitions_def: Any = None,
    input_values: Mapping[str, object] | None = None,
    owners: Sequence[str] | None = None,
) -> Any:
    """Wire ops together into something that can be run, scheduled and configured.

    The function runs once, now, as that of ``@graph`` does. Parameters are inputs whose values ``input_values`` or the
    run config give.

    * ``resource_defs``: the resources the ops require; those of ``Definitions`` where none are given.
    * ``config``: the run config where a run gives none: a dict, a ``RunConfig``, a ``ConfigMapping`` or a
      ``PartitionedConfig``.
    * ``tags`` go on the job and its runs, ``run_tags`` on the runs alone.
    * ``hooks`` and ``op_retry_policy`` hold for each of its ops.

    Raises ``InvalidDefinitionError`` for wires that cannot be.

    >>> @job
    ... def nightly():
    ...     store(clean(load()))
    >>> nightly.execute_in_process().success
    True
    """

    def declare(function: Callable[..., Any]) -> JobDefinition:
        where = place_of(checked_function(function, "job"))
        parts = compose(function, name=name or function.__name__, kind="job", where=where)
        graph = GraphDefinition.of(
            parts, description=description_of(function, description), composition_fn=function
        )
        return JobDefinition(
            graph_def=graph,
            resource_defs=resource_defs,
            config=config,
            tags=tags,
            run_tags=run_tags,
            metadata=metadata,
            logger_defs=logger_defs,
            executor_def=executor_def,
            hook_defs=hooks,
            op_retry_policy=op_retry_policy,
            partitions_def=partitions_def,
            input_values=input_values,
            owners=owners,
            where=where,
        )

    return declare if compose_fn is None else declare(compose_fn)
