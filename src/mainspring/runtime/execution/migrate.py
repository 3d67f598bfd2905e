"""``migrate_io_storage``: the stored values of assets, moved from their IO managers to another."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.instance.instance import Instance
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.contexts.resource import Resources, resource_details
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.graphs.flat import OutputOf
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY, OutputDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.resolve import ResolvedAssets
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.definitions.resources.scope import build_resource_set
from mainspring.runtime.io.default import default_io_manager
from mainspring.runtime.io.interface import IOManager

_LOG = logging.getLogger("mainspring.migrate")
_DESTINATION = "destination"

Value = tuple[AssetKey, str | None]
"""An asset, and the partition where it has some."""


@dataclass(frozen=True, slots=True)
class MigrateIOStorageResult:
    """Which values were moved, left out because ``should_skip`` said so, and not moved because of an error."""

    migrated: Sequence[Value] = field(default_factory=list[Value])
    skipped: Sequence[Value] = field(default_factory=list[Value])
    failed: Sequence[Value] = field(default_factory=list[Value])
    errors: Mapping[Value, Exception] = field(default_factory=dict[Value, Exception])
    """The error of each that failed."""


@dataclass(slots=True)
class _Migration:
    """Where values come from, where they go, and what became of them."""

    assets: ResolvedAssets
    resource_defs: Mapping[str, object]
    instance: Instance
    destination: Any
    destination_resources: Resources
    transform: Callable[[object], object]
    log: logging.Logger
    migrated: list[Value] = field(default_factory=list[Value])
    skipped: list[Value] = field(default_factory=list[Value])
    errors: dict[Value, Exception] = field(default_factory=dict[Value, Exception])

    def move(self, definition: AssetsDefinition, key: AssetKey, partitions: Sequence[str | None]) -> None:
        """Move a value, or those of several partitions at once."""
        values = [(key, partition) for partition in partitions]
        keys = [partition for partition in partitions if partition is not None]
        spec = definition.specs_by_key[key]
        slice_ = PartitionSlice.of_keys(keys, spec.partitions_def) if keys else None
        manager_key = definition.get_io_manager_key_for_asset_key(key)
        known = self._known(definition, manager_key)
        try:
            with build_resource_set(known, {manager_key}, environ=self.instance.ambient.environ) as resources:
                source = self._output(definition, key, slice_, resources, manager_key)
                details = resource_details(resources, manager_key)
                value = getattr(resources, manager_key).load_input(
                    InputContext(
                        definition_metadata={},
                        upstream_output=source,
                        dagster_type=source.dagster_type,
                        resource_config=details.config,
                        resources=details.resources,
                        asset_key=key,
                        slice=slice_,
                        instance=self.instance,
                        log_manager=source.log,
                    )
                )
            target = self._output(definition, key, slice_, self.destination_resources, _DESTINATION)
            answered: object = self.destination.handle_output(target, self.transform(value))
            if isinstance(answered, Iterator):  # an IO manager may yield events, which are of runs
                deque(cast("Iterator[object]", answered), maxlen=0)
        except Exception as error:  # one value that cannot be moved keeps no other from being moved
            self.log.error("%s was not migrated: %s: %s", _shown(values), type(error).__name__, error)
            self.errors.update(dict.fromkeys(values, error))
        else:
            self.migrated.extend(values)

    def _known(self, definition: AssetsDefinition, manager_key: str) -> dict[str, Any]:
        known: dict[str, Any] = {**self.resource_defs, **definition.resource_defs}
        if manager_key == DEFAULT_IO_MANAGER_KEY and manager_key not in known:
            known[manager_key] = default_io_manager(self.instance)
        return known

    def _output(
        self,
        definition: AssetsDefinition,
        key: AssetKey,
        slice_: PartitionSlice | None,
        resources: Resources,
        manager_key: str,
    ) -> OutputContext:
        op, output = _made_by(definition, key)
        details = resource_details(resources, manager_key)
        return OutputContext(
            name=output.name,
            step_key=definition.node_name,
            definition_metadata=output.metadata,
            dagster_type=output.dagster_type,
            op_def=op,
            resource_config=details.config,
            resources=details.resources,
            asset_key=key,
            asset_spec=definition.specs_by_key[key],
            slice=slice_,
            instance=self.instance,
        )


def migrate_io_storage(
    *,
    definitions: Definitions | None = None,
    destination_io_manager: IOManager,
    instance: Instance | None = None,
    context: OpExecutionContext | None = None,
    selection: AssetSelection | None = None,
    should_skip: Callable[[AssetKey, str | None], bool] | None = None,
    batch_partitions: bool = False,
    transform: Callable[[object], object] | None = None,
) -> MigrateIOStorageResult:
    """Load each stored value by the IO manager of its asset and store it by another. Nothing is removed.

    It goes over the assets of ``definitions``, or of the job whose ``context`` is given, that were materialised in
    the instance; ``selection`` limits them. ``should_skip`` is asked for each asset and partition. With
    ``batch_partitions`` all partitions of an asset are loaded and stored at once, as a mapping. ``transform``
    changes each value on the way. A value that cannot be moved is told of in the result and keeps no other back.
    """
    deployment, assets, resource_defs = _origin(definitions, instance, context)
    chosen = set(assets.graph.materializable_asset_keys)
    if selection is not None:
        chosen &= AssetSelection.from_coercible(selection).resolve(assets.graph)
    with build_resources({_DESTINATION: destination_io_manager}, instance=deployment) as made:
        moving = _Migration(
            assets,
            resource_defs,
            deployment,
            getattr(made, _DESTINATION),
            made,
            transform or (lambda value: value),
            _LOG if context is None else context.log,
        )
        for definition, key in _stored_assets(assets, chosen):
            wanted = list(_wanted(moving, definition, key, should_skip))
            groups = [wanted] if batch_partitions and wanted else [[one] for one in wanted]
            for group in groups:
                moving.move(definition, key, group)
    return MigrateIOStorageResult(moving.migrated, moving.skipped, list(moving.errors), moving.errors)


def _origin(
    definitions: Definitions | None, instance: Instance | None, context: OpExecutionContext | None
) -> tuple[Instance, ResolvedAssets, Mapping[str, object]]:
    deployment = instance or (Instance.get() if context is None else context.instance)
    if definitions is not None:
        return deployment, definitions.catalog.assets, definitions.resources
    if context is None or context.job_def is None:
        raise InvalidInvocationError(
            "migrate_io_storage is given neither definitions nor the context of a run.",
            hint="Give definitions=Definitions(...), or context= inside an op or asset.",
        )
    return deployment, context.job_def.assets, context.job_def.resource_defs


def _stored_assets(
    assets: ResolvedAssets, chosen: set[AssetKey]
) -> Iterator[tuple[AssetsDefinition, AssetKey]]:
    """The chosen assets whose values an IO manager stores."""
    for definition in assets.definitions:
        for key in definition.keys:
            if (
                key in chosen
                and definition.computation is not None
                and _has_values(_made_by(definition, key)[1])
            ):
                yield definition, key


def _wanted(
    moving: _Migration,
    definition: AssetsDefinition,
    key: AssetKey,
    should_skip: Callable[[AssetKey, str | None], bool] | None,
) -> Iterator[str | None]:
    """The partitions of an asset that are there and are not skipped; ``None`` for the whole of one without."""
    partitions_def: Any = definition.specs_by_key[key].partitions_def
    there: list[str | None] = [None]
    if partitions_def is not None:
        stored = moving.instance.get_materialized_partitions(key)
        there = [
            one
            for one in partitions_def.get_partition_keys(dynamic_partitions_store=moving.instance)
            if one in stored
        ]
    elif moving.instance.get_latest_materialization_event(key) is None:
        there = []
    for partition in there:
        if should_skip is not None and should_skip(key, partition):
            moving.skipped.append((key, partition))
        else:
            yield partition


def _made_by(definition: AssetsDefinition, key: AssetKey) -> tuple[OpDefinition, OutputDefinition]:
    """The op that makes an asset, and which of its outputs it is."""
    assert definition.computation is not None  # asked by the caller
    name = definition.get_output_name_for_asset_key(key)
    op = definition.computation.op_of(name)
    source = definition.computation.flat.outputs[name]
    assert isinstance(source, OutputOf)  # an asset is one value
    return op, op.outs[source.output_name]


def _has_values(output: OutputDefinition) -> bool:
    return not output.is_nothing and output.annotation not in {None, type(None)}


def _shown(values: Sequence[Value]) -> str:
    key, partition = values[0]
    which = f" ({partition})" if partition is not None and len(values) == 1 else ""
    return f"{key.to_user_string()}{which}" + (f" ({len(values)} partitions)" if len(values) > 1 else "")
