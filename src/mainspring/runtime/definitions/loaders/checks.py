"""``load_asset_checks_from_...``: the checks that modules declare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from types import ModuleType

from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.checks.definition import AssetChecksDefinition
from mainspring.runtime.definitions.loaders.modules import calling_module, modules_of_package, objects_of


def load_asset_checks_from_modules(
    modules: Iterable[ModuleType], asset_key_prefix: str | Sequence[str] | None = None
) -> Sequence[AssetChecksDefinition]:
    """The checks that stand in modules; ``asset_key_prefix`` goes on the assets they are about."""
    found = objects_of(modules, (AssetChecksDefinition,))
    return found if asset_key_prefix is None else [_prefixed(item, asset_key_prefix) for item in found]


def load_asset_checks_from_current_module(
    asset_key_prefix: str | Sequence[str] | None = None,
) -> Sequence[AssetChecksDefinition]:
    """The checks of the module that calls."""
    return load_asset_checks_from_modules([calling_module(1)], asset_key_prefix)


def load_asset_checks_from_package_module(
    package_module: ModuleType, asset_key_prefix: str | Sequence[str] | None = None
) -> Sequence[AssetChecksDefinition]:
    """The checks of a package and of all modules below it."""
    return load_asset_checks_from_modules(modules_of_package(package_module), asset_key_prefix)


def load_asset_checks_from_package_name(
    package_name: str, asset_key_prefix: str | Sequence[str] | None = None
) -> Sequence[AssetChecksDefinition]:
    """The checks of a package given by name."""
    return load_asset_checks_from_package_module(import_module(package_name), asset_key_prefix)


def _prefixed(definition: AssetChecksDefinition, prefix: str | Sequence[str]) -> AssetChecksDefinition:
    keys: set[AssetKey] = {check.asset_key for check in definition.check_keys}
    changed = definition.with_attributes(
        asset_key_replacements={key: key.with_prefix(prefix) for key in keys}
    )
    assert isinstance(changed, AssetChecksDefinition)  # copies keep their class
    return changed
