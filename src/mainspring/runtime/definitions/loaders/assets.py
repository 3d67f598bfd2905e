"""``load_assets_from_...``: the assets that modules declare, with a group or a key prefix put on them if
you like.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec
from mainspring.runtime.definitions.checks.definition import AssetChecksDefinition
from mainspring.runtime.definitions.loaders.modules import calling_module, modules_of_package, objects_of
from mainspring.runtime.definitions.resolve import Faults

Prefix = str | Sequence[str] | None


def load_assets_from_modules(
    modules: Iterable[ModuleType],
    group_name: str | None = None,
    key_prefix: Prefix = None,
    *,
    automation_condition: Any = None,
    backfill_policy: Any = None,
    source_key_prefix: Prefix = None,
    include_specs: bool = False,
) -> Sequence[Any]:
    """The assets that stand in modules, by name or in lists.

    ``key_prefix`` goes on the assets that are made here, ``source_key_prefix`` on those made elsewhere;
    whoever
    depends on them among the loaded ones follows. ``include_specs`` takes bare specs as well.
    """
    kinds: tuple[type, ...] = (
        (AssetsDefinition, SourceAsset, AssetSpec) if include_specs else (AssetsDefinition, SourceAsset)
    )
    found = [item for item in objects_of(modules, kinds) if not isinstance(item, AssetChecksDefinition)]
    _check_once(found)
    renamed = _renames(found, key_prefix, source_key_prefix)
    return [_changed(item, renamed, group_name, automation_condition, backfill_policy) for item in found]


def load_assets_from_current_module(
    group_name: str | None = None,
    key_prefix: Prefix = None,
    *,
    automation_condition: Any = None,
    backfill_policy: Any = None,
    source_key_prefix: Prefix = None,
    include_specs: bool = False,
) -> Sequence[Any]:
    """The assets of the module that calls; see ``load_assets_from_modules``."""
    return load_assets_from_modules(
        [calling_module(1)],
        group_name,
        key_prefix,
        automation_condition=automation_condition,
        backfill_policy=backfill_policy,
        source_key_prefix=source_key_prefix,
        include_specs=include_specs,
    )


def load_assets_from_package_module(
    package_module: ModuleType,
    group_name: str | None = None,
    key_prefix: Prefix = None,
    *,
    automation_condition: Any = None,
    backfill_policy: Any = None,
    source_key_prefix: Prefix = None,
    include_specs: bool = False,
) -> Sequence[Any]:
    """The assets of a package and of all modules below it; see ``load_assets_from_modules``."""
    return load_assets_from_modules(
        modules_of_package(package_module),
        group_name,
        key_prefix,
        automation_condition=automation_condition,
        backfill_policy=backfill_policy,
        source_key_prefix=source_key_prefix,
        include_specs=include_specs,
    )


def load_assets_from_package_name(
    package_name: str,
    group_name: str | None = None,
    key_prefix: Prefix = None,
    *,
    automation_condition: Any = None,
    backfill_policy: Any = None,
    source_key_prefix: Prefix = None,
    include_specs: bool = False,
) -> Sequence[Any]:
    """The assets of a package given by name; see ``load_assets_from_modules``."""
    return load_assets_from_package_module(
        import_module(package_name),
        group_name,
        key_prefix,
        automation_condition=automation_condition,
        backfill_policy=backfill_policy,
        source_key_prefix=source_key_prefix,
        include_specs=include_specs,
    )


def _keys(item: Any) -> list[AssetKey]:
    return list(item.keys) if isinstance(item, AssetsDefinition) else [item.key]


def _check_once(items: Sequence[Any]) -> None:
    """Note every asset that stands in the modules twice, and raise."""
    faults = Faults()
    seen: dict[AssetKey, Any] = {}
    for item in items:
        for key in _keys(item):
            other = seen.setdefault(key, item)
            if other is not item:
                faults.add(
                    f"The asset {key.to_user_string()!r} is declared twice in the loaded modules: "
                    f"at {other.where} and at {item.where}.",
                    hint="Give one of them another name, or load the modules apart with different key prefixes.",
                )
    faults.raise_if_any()


def _renames(items: Sequence[Any], key_prefix: Prefix, source_key_prefix: Prefix) -> dict[AssetKey, AssetKey]:
    renamed: dict[AssetKey, AssetKey] = {}
    for item in items:
        prefix = (
            key_prefix if isinstance(item, AssetsDefinition) and item.is_materializable else source_key_prefix
        )
        if prefix is not None:
            renamed.update({key: key.with_prefix(prefix) for key in _keys(item)})
    return renamed


def _changed(
    item: Any,
    renamed: dict[AssetKey, AssetKey],
    group_name: str | None,
    automation_condition: Any,
    backfill_policy: Any,
) -> Any:
    definition = item.to_assets_definition() if isinstance(item, SourceAsset) else item
    if isinstance(definition, AssetSpec):
        return _changed_spec(definition, renamed, group_name)
    if not (renamed or group_name) and automation_condition is None and backfill_policy is None:
        return item
    groups = {
        spec.key: group_name for spec in definition.specs if group_name and _may_group(spec, group_name)
    }
    return definition.with_attributes(
        asset_key_replacements=renamed,
        group_names_by_key=groups,
        automation_condition=automation_condition,
        backfill_policy=backfill_policy,
    )


def _changed_spec(spec: AssetSpec, renamed: dict[AssetKey, AssetKey], group_name: str | None) -> AssetSpec:
    deps = [
        AssetDep(
            renamed.get(d.asset_key, d.asset_key), partition_mapping=d.partition_mapping, metadata=d.metadata
        )
        for d in spec.deps
    ]
    changed = spec.replace_attributes(key=renamed.get(spec.key, spec.key), deps=deps)
    return (
        changed.replace_attributes(group_name=group_name)
        if group_name and _may_group(spec, group_name)
        else changed
    )


def _may_group(spec: AssetSpec, group_name: str) -> bool:
    if spec.group_name is not None and spec.group_name != group_name:
        raise InvalidDefinitionError(
            f"The asset {spec.key.to_user_string()!r} is in the group {spec.group_name!r} and is "
            f"loaded with group_name={group_name!r}.",
            where=spec.where,
            hint="Say its group in one of the two places.",
        )
    return True
