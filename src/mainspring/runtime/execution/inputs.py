"""Load the inputs of a step."""

from __future__ import annotations

from typing import Any

from mainspring.core.base.errors import OrchestratorError, TypeCheckDidNotPass
from mainspring.core.records.event_data import LoadedInputData, StepInputData
from mainspring.core.records.event_type import EventType
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition
from mainspring.runtime.definitions.types.value_type import type_check_data
from mainspring.runtime.execution.failure import LoadInputError
from mainspring.runtime.execution.io_lookup import manager, manager_key_of
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.plan.plan import FromStep, Step, StepInput


def load_inputs(state: RunState, step: Step, scope: StepScope) -> dict[str, Any]:
    """The value of each input that has one to load, each recorded.

    Raises ``LoadInputError`` where an IO manager fails, ``TypeCheckDidNotPass`` for a value of another type than is
    declared.
    """
    values: dict[str, Any] = {}
    for item in step.inputs:
        if item.source is not None:
            values[item.name] = _load(state, step, scope, item)
    return values


def _load(state: RunState, step: Step, scope: StepScope, item: StepInput) -> Any:
    definition = step.node.ins[item.name]
    upstream = _upstream_context(state, item)
    key = definition.input_manager_key or _manager_key(state, item)
    context = InputContext(
        name=item.name,
        job_name=state.run.job_name,
        op_def=step.node,
        config=None,
        definition_metadata=definition.metadata,
        upstream_output=upstream,
        dagster_type=definition.dagster_type,
        log_manager=scope.log,
        resource_config=state.resource_configs.get(key),
        resources=state.resources,
        step_context=scope,
        asset_key=item.asset_key,
        slice=scope.slices_by_input.get(item.name),
        instance=state.instance,
    )
    try:
        value = manager(state, key, "load_input").load_input(context)
    except OrchestratorError:
        raise
    except Exception as error:
        raise LoadInputError(
            f'Error occurred while loading the input "{item.name}" of the step "{step.key}" by the IO manager "{key}".',
            user_exception=error,
        ) from error
    source = item.source if isinstance(item.source, FromStep) else None
    origin = f', from output "{source.output_name}" of step "{source.step_key}"' if source else ""
    state.log.event(
        EventType.LOADED_INPUT,
        f'Loaded input "{item.name}" using input manager "{key}"{origin}',
        step_key=step.key,
        data=LoadedInputData(
            item.name,
            key,
            source.output_name if source else None,
            source.step_key if source else None,
            dict(context.consume_logged_metadata()),
        ),
    )
    for observation in context.get_observations():
        assert scope.record is not None  # set by the step runner
        scope.record(observation)
    _check(state, step, definition, value)
    return value


def _manager_key(state: RunState, item: StepInput) -> str:
    if isinstance(item.source, FromStep):
        made_by = state.plan.step(item.source.step_key)
        return made_by.node.outs[item.source.output_name].io_manager_key
    assert item.source is not None  # asked by the caller
    return manager_key_of(item.source.definition, item.source.asset_key)


def _upstream_context(state: RunState, item: StepInput) -> OutputContext:
    """The context its value was stored with; made anew where another run stored it."""
    if isinstance(item.source, FromStep):
        known = state.output_contexts.get((item.source.step_key, item.source.output_name))
        if known is not None:
            return known
    spec = None
    definition = state.job.assets.by_key.get(item.asset_key) if item.asset_key else None
    if definition is not None and item.asset_key is not None:
        spec = definition.specs_by_key.get(item.asset_key)
    name = (
        definition.get_output_name_for_asset_key(item.asset_key)
        if definition and definition.computation and item.asset_key
        else "result"
    )
    step_key = (
        item.source.step_key
        if isinstance(item.source, FromStep)
        else (definition.op.name if definition and definition.computation else "")
    )
    return OutputContext(
        step_key=step_key,
        name=name,
        job_name=state.run.job_name,
        run_id=state.run.run_id,
        definition_metadata=spec.metadata if spec else {},
        log_manager=None,
        resources=state.resources,
        asset_key=item.asset_key,
        asset_spec=spec,
        instance=state.instance,
    )


def _check(state: RunState, step: Step, definition: InputDefinition, value: Any) -> None:
    value_type = definition.dagster_type
    found = value_type.check(value)
    passed = "passed" if found.success else "failed"
    state.log.event(
        EventType.STEP_INPUT,
        f'Got input "{definition.name}" of type "{value_type.name}". (Type check {passed}).',
        step_key=step.key,
        data=StepInputData(definition.name, type_check_data(value_type, found)),
    )
    if not found.success:
        raise TypeCheckDidNotPass(
            f'Type check failed for the input "{definition.name}" of the step "{step.key}" '
            f"(declared at {step.node.where}): expected {value_type.name}. {found.description or ''}".rstrip(),
            found.metadata,
            value_type,
        )
