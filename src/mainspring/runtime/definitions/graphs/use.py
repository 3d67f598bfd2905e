"""A job of one use of a graph: with the alias, tags, hooks and retry policy that were said of the use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.ops.pending import PendingNodeInvocation


def job_of_use(use: PendingNodeInvocation, name: str | None, arguments: Mapping[str, Any]) -> Any:
    """The job. What is said of it goes before what is said of the use."""
    graph = _graph(use, "made a job of")
    said = dict(arguments)
    said["tags"] = {**use.tags, **(said.get("tags") or {})}
    said["hooks"] = use.hook_defs | frozenset(said.get("hooks") or ())
    said["op_retry_policy"] = said.get("op_retry_policy") or use.retry_policy
    return graph.to_job(name or use.given_alias, **said)


def execute_use_in_process(use: PendingNodeInvocation, arguments: Mapping[str, Any]) -> Any:
    """Run the graph in this process."""
    _graph(use, "run")
    said = dict(arguments)
    resources, values = said.pop("resources", None), said.pop("input_values", None)
    job = job_of_use(use, None, {"resource_defs": resources, "input_values": values})
    return job.execute_in_process(**said)


def _graph(use: PendingNodeInvocation, what: str) -> GraphDefinition:
    if isinstance(use.node_def, GraphDefinition):
        return use.node_def
    raise InvalidInvocationError(
        f"The {use.node_def.describe_node()} cannot be {what} on its own: it is no graph.",
        where=use.node_def.where,
        hint="Use it in a function with @job, or call the op itself.",
    )
