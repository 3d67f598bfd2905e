"""``@observable_source_asset``: functions that look at assets which something else makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any

from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.multi import SharedAttributes, make_multi_asset
from mainspring.runtime.definitions.assets.parts import resolve_name_and_key
from mainspring.runtime.definitions.assets.settings import io_manager_settings
from mainspring.runtime.definitions.assets.spec import IO_MANAGER_KEY_METADATA, AssetSpec
from mainspring.runtime.definitions.ops.function import checked_function, description_of, place_of
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY


def observable_source_asset(  # noqa: PLR0913  # the published parameters
    observe_fn: Callable[..., Any] | None = None,
    *,
    key: AssetKey | str | Sequence[str] | None = None,
    name: str | None = None,
    key_prefix: str | Sequence[str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    io_manager_key: str | None = None,
    io_manager_def: object | None = None,
    description: str | None = None,
    group_name: str | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    partitions_def: Any = None,
    automation_condition: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    timeout: float | timedelta | None = None,
) -> Any:
    """Declare an asset that is made elsewhere, with a function that looks at it.

    The function returns a ``DataVersion``, a ``DataVersionsByPartition`` or an ``ObserveResult``; a run
    records
    it as an observation.

    >>> @observable_source_asset
    ... def landing_file():
    ...     return DataVersion("2024-01-01")
    """

    def make(function: Callable[..., Any]) -> AssetsDefinition:
        where = place_of(checked_function(function, "observable_source_asset"))
        asset_key = resolve_name_and_key(function, name=name, key=key, key_prefix=key_prefix, where=where)
        what = f"observable asset {asset_key.to_user_string()!r}"
        manager, resources = io_manager_settings(
            asset_key, io_manager_key, io_manager_def, resource_defs, what=what, where=where
        )
        said = dict(metadata or {})
        if manager != DEFAULT_IO_MANAGER_KEY:
            said[IO_MANAGER_KEY_METADATA] = manager
        spec = AssetSpec(
            asset_key,
            metadata=said,
            description=description_of(function, description),
            group_name=group_name,
            partitions_def=partitions_def,
            automation_condition=automation_condition,
            tags=tags,
            where=where,
        )
        return make_multi_asset(
            function,
            outs=None,
            specs=[spec],
            name=asset_key.to_python_identifier(),
            shared=SharedAttributes(),
            required_resource_keys=required_resource_keys,
            resource_defs=resources,
            op_tags=op_tags,
            timeout=timeout,
            execution_type=AssetExecutionType.OBSERVATION,
            what=what,
        )

    return make if observe_fn is None else make(observe_fn)


def multi_observable_source_asset(  # noqa: PLR0913  # the published parameters
    *,
    specs: Sequence[AssetSpec],
    name: str | None = None,
    description: str | None = None,
    partitions_def: Any = None,
    can_subset: bool = False,
    required_resource_keys: AbstractSet[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    group_name: str | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Declare several assets that are made elsewhere, with one function that looks at them.

    The function yields an ``ObserveResult`` for each.
    """

    def make(function: Callable[..., Any]) -> AssetsDefinition:
        return make_multi_asset(
            function,
            outs=None,
            specs=specs,
            name=name,
            shared=SharedAttributes(group_name=group_name, partitions_def=partitions_def),
            description=description,
            can_subset=can_subset,
            required_resource_keys=required_resource_keys,
            resource_defs=resource_defs,
            check_specs=check_specs,
            execution_type=AssetExecutionType.OBSERVATION,
        )

    return make
