"""Load the inputs of a step."""

from __future__ import annotations

from typing import Any, Final

from mainspring.core.base.errors import InvariantViolationError, OrchestratorError, TypeCheckDidNotPass
from mainspring.core.records.event_data import LoadedInputData, StepInputData
from mainspring.core.records.event_type import EventType
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.contexts.resource import resource_details
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.type_check import TypeCheckContext
from mainspring.runtime.contexts.type_loading import TypeLoaderContext
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition
from mainspring.runtime.definitions.types.loading import load_from_config
from mainspring.runtime.definitions.types.value_type import type_check_data
from mainspring.runtime.execution.failure import LoadInputError
from mainspring.runtime.execution.io_lookup import manager, manager_key_of
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.execution.stored_output import stored_context
from mainspring.runtime.plan.plan import (
    FromRun,
    FromStep,
    GivenValue,
    Several,
    Source,
    Step,
    StepInput,
    Stored,
)

_DEFAULT: Final = object()
"""The function is to be called with the default of the input."""


def load_inputs(state: RunState, step: Step, scope: StepScope) -> dict[str, Any]:
    """The value of each input that has one to load, each recorded.

    Raises ``LoadInputError`` where an IO manager fails, ``TypeCheckDidNotPass`` for a value of another type than is
    declared.
    """
    values: dict[str, Any] = {}
    for item in step.inputs:
        if item.source is None:
            continue
        value = _value(state, step, scope, item)
        definition = step.node.ins[item.name]
        if value is _DEFAULT:
            values[item.name] = definition.default_value  # which `In` may say and the function not
        else:
            _check(state, step, scope, definition, value)
            values[item.name] = value
    return values


def _value(state: RunState, step: Step, scope: StepScope, item: StepInput) -> Any:
    source = item.source
    if isinstance(source, Several):
        return [_part(state, step, scope, item, part) for part in source.parts]
    return _part(state, step, scope, item, source)


def _part(state: RunState, step: Step, scope: StepScope, item: StepInput, source: Source | None) -> Any:
    """A value, or one of a fan-in."""
    if isinstance(source, (FromStep, Stored, FromRun)):
        return _load(state, step, scope, item, source)
    definition = step.node.ins[item.name]
    if isinstance(source, GivenValue) and source.name in state.input_values:
        return state.input_values[source.name]
    # what is said of an input that has a manager is said to the manager
    own = (step.path, item.name) if definition.input_manager_key is None else None
    of_graph = ((), source.name) if isinstance(source, GivenValue) else None
    for place in (own, of_graph):
        if place is not None and place in state.input_configs:
            return _made(step, scope, definition, state.input_configs[place])
    if definition.input_manager_key is not None:
        return _load(state, step, scope, item, None)
    if definition.has_default_value:
        return _DEFAULT
    raise InvariantViolationError(
        f"The input {item.name!r} of the step {step.key!r} has no value: nothing in the job gives it one.",
        where=step.node.where,
        hint=f"Give one in the run config (ops: {step.path[-1]}: inputs: {item.name}: ...), "
        "with `input_values` if it is an input of the graph, or a default in the function.",
    )


def _made(step: Step, scope: StepScope, definition: InputDefinition, raw: Any) -> Any:
    """The value that the run config describes, by the loader of its type."""
    try:
        return load_from_config(definition.dagster_type, raw, TypeLoaderContext(scope))
    except OrchestratorError:
        raise
    except Exception as error:
        raise LoadInputError(
            f'Error occurred while making the input "{definition.name}" of the step "{step.key}" of run config '
            f"by the loader of the type {definition.dagster_type.name}.",
            user_exception=error,
        ) from error


def _load(
    state: RunState, step: Step, scope: StepScope, item: StepInput, source: FromStep | Stored | FromRun | None
) -> Any:
    """A stored value, by the IO manager that stored it or by the input's own."""
    definition = step.node.ins[item.name]
    key = definition.input_manager_key or _manager_key(state, source)
    asset_key = source.asset_key if isinstance(source, Stored) else item.asset_key
    details = resource_details(state.resources, key)
    context = InputContext(
        name=item.name,
        job_name=state.run.job_name,
        op_def=step.node,
        config=state.input_configs.get((step.path, item.name)),
        definition_metadata=definition.metadata,
        upstream_output=None if source is None else _upstream_context(state, source, asset_key),
        dagster_type=definition.dagster_type,
        log_manager=scope.log,
        resource_config=details.config,
        resources=details.resources,
        step_context=scope,
        asset_key=asset_key,
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
    _record(state, step, scope, context, key, source)
    return value


def _record(
    state: RunState,
    step: Step,
    scope: StepScope,
    context: InputContext,
    key: str,
    source: FromStep | Stored | FromRun | None,
) -> None:
    """Record that a value was loaded, and what its manager said of it."""
    made = source.output if isinstance(source, FromRun) else source
    made = made if isinstance(made, FromStep) else None
    origin = f', from output "{made.output_name}" of step "{made.step_key}"' if made else ""
    state.log.event(
        EventType.LOADED_INPUT,
        f'Loaded input "{context.name}" using input manager "{key}"{origin}',
        step_key=step.key,
        data=LoadedInputData(
            context.name,
            key,
            made.output_name if made else None,
            made.step_key if made else None,
            dict(context.consume_logged_metadata()),
        ),
    )
    for observation in context.get_observations():
        assert scope.record is not None  # set by the step runner
        scope.record(observation)


def _manager_key(state: RunState, source: FromStep | Stored | FromRun | None) -> str:
    if isinstance(source, FromStep):
        return state.plan.step(source.step_key).node.outs[source.output_name].io_manager_key
    if isinstance(source, FromRun):
        return source.op.outs[source.output.output_name].io_manager_key
    assert source is not None  # an input without one has a manager of its own
    return manager_key_of(source.definition, source.asset_key)


def _upstream_context(
    state: RunState, source: FromStep | Stored | FromRun, asset_key: AssetKey | None
) -> OutputContext:
    """The context its value was stored with; made anew where another run stored it."""
    if isinstance(source, FromStep):
        known = state.output_contexts.get((source.step_key, source.output_name, source.mapping_key))
        if known is not None:
            return known
    if isinstance(source, FromRun):
        return stored_context(
            source, job_name=state.run.job_name, resources=state.resources, instance=state.instance
        )
    spec = None
    definition = state.job.assets.by_key.get(asset_key) if asset_key else None
    if definition is None and isinstance(source, Stored):
        definition = source.definition
    if definition is not None and asset_key is not None:
        spec = definition.specs_by_key.get(asset_key)
    name = (
        definition.get_output_name_for_asset_key(asset_key)
        if definition and definition.computation and asset_key
        else "result"
    )
    return OutputContext(
        step_key=source.step_key
        if isinstance(source, FromStep)
        else (definition.node_name if definition else ""),
        name=name,
        job_name=state.run.job_name,
        run_id=state.run.run_id,
        definition_metadata=spec.metadata if spec else {},
        log_manager=None,
        resources=state.resources,
        asset_key=asset_key,
        asset_spec=spec,
        instance=state.instance,
    )


def _check(state: RunState, step: Step, scope: StepScope, definition: InputDefinition, value: Any) -> None:
    value_type = definition.dagster_type
    found = value_type.check(value, TypeCheckContext.for_step(scope, value_type))
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
