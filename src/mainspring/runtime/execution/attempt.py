"""The body of one try of a step: load the inputs, call the function, take what it gives.

Written once, as a coroutine. A synchronous function never suspends it, so that it can be driven without a loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.resource import injected_resource
from mainspring.runtime.contexts.scope import CURRENT, StepScope
from mainspring.runtime.definitions.ops.signature import Signature
from mainspring.runtime.execution.context import step_context
from mainspring.runtime.execution.events import record_logged
from mainspring.runtime.execution.failure import StepTimeoutError
from mainspring.runtime.execution.inputs import load_inputs
from mainspring.runtime.execution.intake import Gave, Intake
from mainspring.runtime.execution.results_stream import is_stream, returned_results, streamed_results
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.execution.timeout import time_limit
from mainspring.runtime.plan.plan import Step


async def attempt(state: RunState, step: Step, scope: StepScope) -> Gave:
    """Carry out a step once. Raises what goes wrong."""
    scope.record = lambda event: record_logged(state, step, event)
    values = load_inputs(state, step, scope) if step.inputs else {}
    context = step_context(scope, step)
    intake = Intake(state, step, scope)
    token = CURRENT.set(context)
    try:
        with time_limit(step.node.timeout, what(step)):
            given = step.node.compute_fn(**call_arguments(step.node.signature, context, scope, values))
        if is_stream(given):
            async with aclosing(_within_time(given, step)) as results:
                async for result in results:
                    intake.take(result)
        else:
            for result in returned_results(given, step.node, observes=step.definition.is_observable):
                intake.take(result)
    finally:
        CURRENT.reset(token)
    return intake.finish()


def what(step: Step) -> str:
    """A step in words, as the subject of a sentence."""
    return f'The step "{step.key}"'


async def _within_time(given: Any, step: Step) -> AsyncGenerator[Any, None]:
    """The results of a coroutine or generator, for as long as the op may run."""
    stream = streamed_results(given, step.node, observes=step.definition.is_observable)
    seconds = step.node.timeout
    if seconds is None or not step.node.signature.is_async:
        with time_limit(seconds, what(step)):
            async with aclosing(stream) as results:
                async for result in results:
                    yield result
        return
    limit = asyncio.timeout(seconds)
    try:
        async with limit, aclosing(stream) as results:
            async for result in results:
                yield result
    except TimeoutError as error:
        if not limit.expired():  # user code raised it
            raise
        raise StepTimeoutError(f"{what(step)} ran longer than its timeout of {seconds:g} s.") from error


def call_arguments(
    signature: Signature, context: OpExecutionContext, scope: StepScope, values: Mapping[str, Any]
) -> dict[str, Any]:
    """What each parameter of a function is given."""
    arguments = dict(values)
    if signature.context is not None:
        arguments[signature.context] = context
    if signature.config is not None:
        arguments[signature.config[0]] = scope.config
    for name, key in signature.resources:
        arguments[name] = injected_resource(scope.resources, key)
    return arguments
