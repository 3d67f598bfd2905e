"""``build_hook_context``: a context to call a hook with, in a test."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Self

from mainspring.core.instance.instance import Instance
from mainspring.core.records.run import Run
from mainspring.runtime.contexts.hook import HookContext
from mainspring.runtime.contexts.log import direct_log
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.definitions.ops.node import Node
from mainspring.runtime.definitions.ops.node_definition import NodeDefinition
from mainspring.runtime.definitions.ops.pending import PendingNodeInvocation
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.execution.build import DIRECT_LOGGER


class UnboundHookContext(HookContext):
    """The context of a hook that is called directly. As a context manager it closes its resources at the end."""

    __slots__ = ("_closing",)

    def __init__(self, scope: StepScope, closing: ExitStack, op_exception: BaseException | None) -> None:
        super().__init__(scope, None, op_exception=op_exception)
        self._closing = closing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.close()


def build_hook_context(
    resources: Mapping[str, Any] | None = None,
    op: Any = None,
    run_id: str | None = None,
    job_name: str | None = None,
    op_exception: Exception | None = None,
    instance: Instance | None = None,
) -> UnboundHookContext:
    """A context to call a hook with, in a test.

    >>> build_hook_context(run_id="1", job_name="nightly").job_name
    'nightly'
    """
    closing = ExitStack()
    made = (
        closing.enter_context(build_resources(dict(resources), instance=instance))
        if resources
        else Resources()
    )
    node = None if op is None else _node(op)
    known = run_id is not None or job_name is not None
    scope = StepScope(
        step_key="direct" if node is None else node.name,
        op=None if node is None else node.definition,
        node=node,
        run=Run(job_name=job_name or "direct", run_id=run_id or "EPHEMERAL") if known else None,
        instance=instance,
        resources=made,
        log=direct_log(DIRECT_LOGGER),
    )
    return UnboundHookContext(scope, closing, op_exception)


def _node(op: NodeDefinition | PendingNodeInvocation) -> Node:
    """An op, or a use of one under a name of its own, as what stands in a graph."""
    if isinstance(op, PendingNodeInvocation):
        return Node(op.given_alias or op.node_def.name, op.node_def, op.tags, op.hook_defs, op.retry_policy)
    return Node(op.name, op)
