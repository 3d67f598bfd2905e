"""From the state of a run to what one step can see."""

from __future__ import annotations

from functools import partial
from typing import Any

from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.asset import AssetCheckExecutionContext, AssetExecutionContext
from mainspring.runtime.contexts.log import EventLogHandler, LogManager
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.definitions.ops.node import Node
from mainspring.runtime.execution.slices import input_slices, step_partitions_def
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.execution.values import load_stored
from mainspring.runtime.execution.versions import provenance_of
from mainspring.runtime.plan.plan import Step


def step_scope(state: RunState, step: Step, retries: int) -> StepScope:
    """What one try of a step can see."""
    definition = step.definition
    computation = definition.computation
    assert computation is not None  # only what can be run is planned
    is_sliced = not definition.keys or step_partitions_def(definition) is not None
    own_slice = state.slice if is_sliced else None
    log = LogManager(
        "mainspring.step",
        [EventLogHandler(lambda level, text, when: state.log.message(level, text, step.key, timestamp=when))],
    )
    return StepScope(
        step_key=step.key,
        op=step.node,
        run=state.run,
        instance=state.instance,
        job=state.job,
        assets_def=definition,
        resources=state.resources,
        config=state.configs.get(step.path),
        log=log,
        retry_number=retries,
        mapping_key=step.mapping_key,
        path=step.path,
        node=Node(
            step.path[-1] if step.path else step.key, step.node, step.all_tags, step.hooks, step.retry_policy
        ),
        slice=own_slice,
        slices_by_input=_input_slices(state, step, own_slice),
        keys_by_input=computation.keys_by_input,
        keys_by_output=computation.keys_by_output,
        selected_keys=definition.keys,
        selected_checks=definition.check_keys,
        before_reading=state.log.flush,
        provenance=lambda key: provenance_of(state.instance, key),
        load_value=partial(_load, state),
    )


def _input_slices(state: RunState, step: Step, own_slice: Any) -> dict[str, Any]:
    graph = state.job.asset_graph
    upstream: dict[AssetKey, Any] = {}
    for item in step.inputs:
        if item.asset_key is not None and item.asset_key in graph:
            found = graph.get(item.asset_key).partitions_def
            if found is not None:
                upstream[item.asset_key] = found
    if not upstream:
        return {}
    return input_slices(step.definition, step.inputs, upstream, own_slice, state.instance)


def _load(state: RunState, key: AssetKey, *, python_type: type | None, partition_key: str | None) -> Any:
    return load_stored(
        state.job.assets.by_key,
        key,
        state.resources,
        state.instance,
        python_type=python_type,
        partition_key=partition_key,
    )


def step_context(scope: StepScope, step: Step) -> OpExecutionContext:
    """The context the step's function is given."""
    if step.definition.specs_by_key:
        return AssetExecutionContext(scope)
    if step.definition.check_specs_by_key:
        return AssetCheckExecutionContext(scope)
    return OpExecutionContext(scope) if scope.job.is_op_job else AssetExecutionContext(scope)
