"""Check, store and record what a step produced."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec.structs import replace

from mainspring.core.base.errors import OrchestratorError, TypeCheckDidNotPass
from mainspring.core.records.asset_events import AssetMaterialization, AssetObservation
from mainspring.core.records.event_data import (
    AssetObservationData,
    HandledOutputData,
    StepMaterializationData,
    StepOutputData,
    StepOutputHandle,
)
from mainspring.core.records.event_type import EventType
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import DATA_VERSION_TAG, DataVersion, data_version_of_tags
from mainspring.core.values.metadata import normalize_metadata
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.contexts.resource import resource_details
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.type_check import TypeCheckContext
from mainspring.runtime.definitions.ops.inputs_outputs import OutputDefinition
from mainspring.runtime.definitions.results import NO_VALUE
from mainspring.runtime.definitions.types.value_type import NOTHING, TypeCheck, type_check_data
from mainspring.runtime.execution.failure import HandleOutputError
from mainspring.runtime.execution.io_lookup import manager
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.plan.plan import Step

_FINE = TypeCheck(True)


class Produced:
    """One output a step produced, in whatever form its function said it."""

    __slots__ = ("data_version", "mapping_key", "metadata", "name", "tags", "value")

    def __init__(
        self,
        name: str,
        value: Any = NO_VALUE,
        metadata: Mapping[str, Any] | None = None,
        data_version: DataVersion | None = None,
        tags: Mapping[str, str] | None = None,
        mapping_key: str | None = None,
    ) -> None:
        self.name: str = name
        self.value: Any = value
        self.mapping_key: str | None = mapping_key
        self.metadata: Mapping[str, Any] = metadata or {}
        self.data_version: DataVersion | None = data_version
        self.tags: Mapping[str, str] = tags or {}


def take_output(state: RunState, step: Step, scope: StepScope, produced: Produced) -> None:
    """Check an output's type, store its value, and record it; for an asset as a materialization.

    Raises ``TypeCheckDidNotPass``, and ``HandleOutputError`` where the IO manager fails.
    """
    output = step.node.outs[produced.name]
    added = scope.output_metadata.get((produced.name, produced.mapping_key), {})
    metadata = {**produced.metadata, **normalize_metadata(added)} if added else produced.metadata
    _check(state, step, scope, output, produced, metadata)
    stored: Mapping[str, Any] = {}
    key = scope.keys_by_output.get(produced.name)
    keeps_value = produced.value is not NO_VALUE and not _returns_nothing(output)
    if produced.value is not NO_VALUE:
        _keep(state, step, produced)
    if keeps_value:
        stored = _store(state, step, scope, output, produced, key, metadata)
    if key is not None:
        record_materialization(
            state, step, scope, key, {**metadata, **stored}, produced.data_version, produced.tags
        )
    if keeps_value:
        state.log.event(
            EventType.HANDLED_OUTPUT,
            f'Handled output "{output.name}" using IO manager "{output.io_manager_key}"',
            step_key=step.key,
            data=HandledOutputData(output.name, output.io_manager_key, dict(stored)),
        )


def _keep(state: RunState, step: Step, produced: Produced) -> None:
    """Hold the value for the result and the hooks."""
    if produced.mapping_key is None:
        state.values[step.key, produced.name] = produced.value
    else:
        state.values.setdefault((step.key, produced.name), {})[produced.mapping_key] = produced.value


def _returns_nothing(output: OutputDefinition) -> bool:
    """An output annotated with ``None`` has no value to store."""
    return output.annotation is None or output.annotation is type(None) or output.annotation is NOTHING


def _check(
    state: RunState,
    step: Step,
    scope: StepScope,
    output: OutputDefinition,
    produced: Produced,
    metadata: Mapping[str, Any],
) -> None:
    nothing = _returns_nothing(output)
    value_type = NOTHING if nothing or output.is_implied else output.dagster_type
    found = _FINE
    if nothing and produced.value is not None and produced.value is not NO_VALUE:
        gave = f"The function is annotated with None and gave a {type(produced.value).__name__}."
        found = TypeCheck(False, gave)
    elif not nothing and produced.value is not NO_VALUE:
        value_type = output.dagster_type
        found = value_type.check(produced.value, TypeCheckContext.for_step(scope, value_type))
    passed = "passed" if found.success else "failed"
    state.log.event(
        EventType.STEP_OUTPUT,
        f'Yielded output "{output.name}"{_of_key(produced)} of type "{value_type.name}". (Type check {passed}).',
        step_key=step.key,
        data=StepOutputData(
            StepOutputHandle(step.key, output.name, produced.mapping_key),
            type_check_data(value_type, found),
            None,
            dict(metadata),
        ),
    )
    if not found.success:
        raise TypeCheckDidNotPass(
            f'Type check failed for the output "{output.name}" of the step "{step.key}" '
            f"(declared at {step.node.where}): expected {value_type.name}. {found.description or ''}".rstrip(),
            found.metadata,
            value_type,
        )


def _of_key(produced: Produced) -> str:
    return "" if produced.mapping_key is None else f' mapping key "{produced.mapping_key}"'


def _store(
    state: RunState,
    step: Step,
    scope: StepScope,
    output: OutputDefinition,
    produced: Produced,
    key: AssetKey | None,
    metadata: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Hand a value to its IO manager; the metadata the manager added."""
    details = resource_details(state.resources, output.io_manager_key)
    context = OutputContext(
        step_key=step.key,
        name=output.name,
        job_name=state.run.job_name,
        run_id=state.run.run_id,
        definition_metadata=output.metadata,
        mapping_key=produced.mapping_key,
        config=state.output_configs.get((step.path, output.name)),
        dagster_type=output.dagster_type,
        log_manager=scope.log,
        version=state.job.assets.code_version_of(step.node, output.code_version),
        resource_config=details.config,
        resources=details.resources,
        step_context=scope,
        op_def=step.node,
        asset_key=key,
        asset_spec=step.definition.specs_by_key.get(key) if key else None,
        output_metadata=metadata,
        slice=None if key is None else scope.slice,
        instance=state.instance,
    )
    try:
        given = manager(state, output.io_manager_key, "handle_output").handle_output(context, produced.value)
        yielded = list(given) if inspect.isgenerator(given) else []
    except OrchestratorError:
        raise
    except Exception as error:
        raise HandleOutputError(
            f'Error occurred while storing the output "{output.name}" of the step "{step.key}" '
            f'by the IO manager "{output.io_manager_key}".',
            user_exception=error,
        ) from error
    state.output_contexts[step.key, output.name, produced.mapping_key] = context
    assert scope.record is not None  # set by the step runner
    for event in (*yielded, *context.get_logged_events()):
        if isinstance(event, Mapping):  # metadata may be yielded as it is
            context.add_output_metadata(cast("Mapping[str, Any]", event))
        elif not (isinstance(event, AssetMaterialization) and event.asset_key == key):
            scope.record(event)
    own = [event for event in yielded if isinstance(event, AssetMaterialization) and event.asset_key == key]
    merged: dict[str, Any] = dict(context.consume_logged_metadata())
    for event in own:
        merged.update(event.metadata)
    return merged


def record_materialization(
    state: RunState,
    step: Step,
    scope: StepScope,
    key: AssetKey,
    metadata: Mapping[str, Any],
    data_version: DataVersion | None,
    tags: Mapping[str, str],
) -> None:
    """One materialization of an asset; one for each partition where the run is of several."""
    spec = step.definition.specs_by_key[key]
    given = data_version or scope.data_versions.get(key)
    code_version = state.job.assets.code_version(key)
    partitions: Sequence[str | None] = (None,)
    if scope.slice is not None and spec.partitions_def is not None:
        partitions = scope.slice.all_keys(state.instance)
    for partition in partitions:
        version_tags, version = state.versions.tags(key, code_version, given, partition)
        all_tags = {**tags, **version_tags} if tags else version_tags
        own = None if partition is None else scope.partition_metadata.get((key, partition))
        said = {**metadata, **own} if own else metadata
        materialized(state, step, AssetMaterialization(key, None, said, partition, all_tags))
        state.versions.set(key, version, partition)


def materialized(state: RunState, step: Step, materialization: AssetMaterialization) -> None:
    """Record a materialization as it is."""
    state.made.add((materialization.asset_key, materialization.partition))
    state.log.event(
        EventType.ASSET_MATERIALIZATION,
        f"Materialized value {' '.join(materialization.asset_key.parts)}.",
        step_key=step.key,
        data=StepMaterializationData(materialization),
    )


def record_own_materialization(state: RunState, step: Step, materialization: AssetMaterialization) -> None:
    """Record a materialization that user code made itself.

    Of an asset of its own step it carries the versions as well, but for those it tells.
    """
    key, partition = materialization.asset_key, materialization.partition
    if key in step.definition.keys:
        given = data_version_of_tags(materialization.tags)
        code_version = state.job.assets.code_version(key)
        tags, version = state.versions.tags(key, code_version, given, partition)
        materialization = replace(materialization, tags={**tags, **materialization.tags})
        state.versions.set(key, version, partition)
    materialized(state, step, materialization)


def record_observation(
    state: RunState, step: Step, observation: AssetObservation, version: DataVersion | None
) -> None:
    """Record an observation that says, or may say, which version the data of its asset has."""
    if version is not None:
        tags = {**observation.tags, DATA_VERSION_TAG: version.value}
        observation = replace(observation, tags=tags)
        state.versions.set(observation.asset_key, version, observation.partition, observed=True)
    observed(state, step, observation)


def observed(state: RunState, step: Step, observation: AssetObservation) -> None:
    """Record an observation as it is."""
    state.log.event(
        EventType.ASSET_OBSERVATION,
        f"Observed asset {observation.asset_key.to_user_string()}.",
        step_key=step.key,
        data=AssetObservationData(observation),
    )
