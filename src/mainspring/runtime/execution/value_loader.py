"""``AssetValueLoader``: load several stored values with their resources made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Self

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.instance.instance import Instance
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
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
        self._made: dict[tuple[str, str], Resources] = {}

    def load_asset_value(
        self,
        asset_key: AssetKey | str | Sequence[str],
        *,
        python_type: type | None = None,
        partition_key: str | None = None,
        partition_key_range: PartitionKeyRange | None = None,
        input_definition_metadata: Mapping[str, Any] | None = None,
        resource_config: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Any:
        """The stored value of an asset: of one partition, of a range of them, or the whole.

        ``input_definition_metadata`` is what the IO manager finds as the metadata of the input; ``metadata`` is its
        older name. ``resource_config`` is the ``resources`` section of a run config. Raises
        ``InvariantViolationError`` for an unknown asset.
        """
        if partition_key is not None and partition_key_range is not None:
            raise InvalidInvocationError("Give a partition_key or a partition_key_range, not both.")
        by_key = self._definitions.catalog.assets.by_key
        key = AssetKey.from_coercible(asset_key)
        return load_stored(
            by_key,
            key,
            self._resources(asset_definition(by_key, key), key, resource_config or {}),
            self._instance,
            python_type=python_type,
            partition_key=partition_key_range or partition_key,
            metadata=input_definition_metadata or metadata,
        )

    def _resources(self, definition: AssetsDefinition, key: AssetKey, config: Mapping[str, Any]) -> Resources:
        """The IO manager of an asset and what it needs; made once for each config it is given."""
        manager_key = definition.get_io_manager_key_for_asset_key(key)
        name = (manager_key, serial.text(config))
        if name not in self._made:
            defs = manager_resources(self._definitions, definition, manager_key, self._instance)
            ambient = self._instance.ambient
            opened = build_resource_set(
                defs, {manager_key}, config=config, environ=ambient.environ, clock=ambient.clock
            )
            self._made[name] = self._closing.enter_context(opened)
        return self._made[name]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.close()
        self._made.clear()


def asset_value_loader(definitions: Any, instance: Instance | None = None) -> AssetValueLoader:
    """The loader of some definitions."""
    return AssetValueLoader(definitions, instance)
