"""Load the stored value of an asset, inside a run or outside of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.instance.instance import Instance
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.loading import moment
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.contexts.resource import Resources, resource_details
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY
from mainspring.runtime.definitions.resources.scope import build_resource_set
from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.value_type import ANY
from mainspring.runtime.io.default import default_io_manager


def load_asset_value(
    definitions: Any,
    asset_key: AssetKey | str | Sequence[str],
    *,
    python_type: type | None = None,
    instance: Instance | None = None,
    partition_key: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    resource_config: Mapping[str, Any] | None = None,
) -> Any:
    """The stored value of an asset of some definitions, by its IO manager and the instance it was stored through.

    ``resource_config`` is the ``resources`` section of a run config.
    """
    deployment = instance or Instance.get()
    by_key: Mapping[AssetKey, AssetsDefinition] = definitions.catalog.assets.by_key
    key = AssetKey.from_coercible(asset_key)
    definition = asset_definition(by_key, key)
    manager_key = definition.get_io_manager_key_for_asset_key(key)
    resource_defs = manager_resources(definitions, definition, manager_key, deployment)
    with build_resource_set(
        resource_defs,
        {manager_key},
        config=resource_config,
        environ=deployment.ambient.environ,
        clock=deployment.ambient.clock,
    ) as resources:
        return load_stored(
            by_key,
            key,
            resources,
            deployment,
            python_type=python_type,
            partition_key=partition_key,
            metadata=metadata,
        )


def manager_resources(
    definitions: Any, definition: AssetsDefinition, manager_key: str, instance: Instance
) -> dict[str, Any]:
    """The resources among which an asset's IO manager is, the default one included."""
    resource_defs = {**definitions.resources, **definition.resource_defs}
    if manager_key == DEFAULT_IO_MANAGER_KEY and manager_key not in resource_defs:
        resource_defs[manager_key] = default_io_manager(instance)
    return resource_defs


def asset_definition(by_key: Mapping[AssetKey, AssetsDefinition], key: AssetKey) -> AssetsDefinition:
    """The definition of an asset. Raises ``InvariantViolationError`` for an unknown one."""
    found = by_key.get(key)
    if found is None:
        text = key.to_user_string()
        raise InvariantViolationError(
            f"No asset {text!r} is declared.", hint=did_you_mean(text, (k.to_user_string() for k in by_key))
        )
    return found


def load_stored(
    by_key: Mapping[AssetKey, AssetsDefinition],
    key: AssetKey,
    resources: Resources,
    instance: Instance,
    *,
    python_type: type | None = None,
    partition_key: str | PartitionKeyRange | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Any:
    """The stored value of an asset, loaded by one of these resources."""
    definition = asset_definition(by_key, key)
    spec = definition.specs_by_key[key]
    partitions = _slice_of(spec.partitions_def, partition_key, instance)
    manager_key = definition.get_io_manager_key_for_asset_key(key)
    details = resource_details(resources, manager_key)
    upstream = OutputContext(
        name="result",
        step_key=key.to_python_identifier(),
        definition_metadata=spec.metadata,
        resource_config=details.config,
        resources=details.resources,
        asset_key=key,
        asset_spec=spec,
        slice=partitions,
        instance=instance,
    )
    context = InputContext(
        name=None,
        definition_metadata=metadata or {},
        upstream_output=upstream,
        dagster_type=ANY if python_type is None else resolve_type(python_type),
        resource_config=details.config,
        resources=details.resources,
        asset_key=key,
        slice=partitions,
        instance=instance,
    )
    return getattr(resources, manager_key).load_input(context)


def _slice_of(
    partitions_def: Any, partition_key: str | PartitionKeyRange | None, instance: Instance
) -> PartitionSlice | None:
    """The partition or the range that was asked for, else all there are; ``None`` for an unpartitioned asset.

    Raises ``UnknownPartitionError`` for a key that does not exist.
    """
    if partitions_def is None:
        return None
    if partition_key is None:
        keys: list[str] = partitions_def.get_partition_keys(dynamic_partitions_store=instance)
        return PartitionSlice.of_keys(keys, partitions_def) if keys else None
    if isinstance(partition_key, str):
        first = last = partition_key
    else:
        first, last = partition_key.start, partition_key.end
    now = moment(None, instance, clock=instance.ambient.clock)
    for key in dict.fromkeys((first, last)):
        partitions_def.validate_partition_key(key, now)
    return PartitionSlice(first, last, partitions_def)
