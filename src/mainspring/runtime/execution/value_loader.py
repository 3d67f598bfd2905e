"""``AssetValueLoader``: load several stored values with their resources made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Self

from mainspring.core.instance.instance import Instance
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.definitions.resources.scope import build_resource_set
from mainspring.runtime.execution.values import asset_definition, load_stored, manager_resources


class AssetValueLoader:
    """Loads the stored values of assets; a context manager that closes the IO managers it made.

    >>> with defs.get_asset_value_loader() as loader:  # doctest: +SKIP
    ...     orders = loader.load_asset_value("orders")
    """

    def __init__(self, definitions: Any, instance: Instance | None = None) -> None:
        self._definitions = definitions
        self._instance = instance or Instance.get()
        self._closing = ExitStack()
        self._made: dict[str, Resources] = {}

    def load_asset_value(
        self,
        asset_key: AssetKey | str | Sequence[str],
        *,
        python_type: type | None = None,
        partition_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Any:
        """The stored value of an asset. Raises ``InvariantViolationError`` for an unknown one."""
        by_key = self._definitions.catalog.assets.by_key
        key = AssetKey.from_coercible(asset_key)
        definition = asset_definition(by_key, key)
        manager_key = definition.get_io_manager_key_for_asset_key(key)
        if manager_key not in self._made:
            defs = manager_resources(self._definitions, definition, manager_key, self._instance)
            ambient = self._instance.ambient
            opened = build_resource_set(defs, {manager_key}, environ=ambient.environ, clock=ambient.clock)
            self._made[manager_key] = self._closing.enter_context(opened)
        return load_stored(
            by_key,
            key,
            self._made[manager_key],
            self._instance,
            python_type=python_type,
            partition_key=partition_key,
            metadata=metadata,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.close()
        self._made.clear()


def asset_value_loader(definitions: Any, instance: Instance | None = None) -> AssetValueLoader:
    """The loader of some definitions."""
    return AssetValueLoader(definitions, instance)
