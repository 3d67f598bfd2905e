"""Contexts made by hand: ``build_input_context`` and ``build_output_context``, to test IO managers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.contexts.resource import Resources
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.definitions.resources.build import build_resources
from mainspring.runtime.definitions.types import resolve_type

if TYPE_CHECKING:
    from mainspring.core.instance.instance import (
        Instance,  # loads SQLAlchemy, which a test of an IO manager need not
    )


class _OwnResources:
    """Makes the resources it was given when they are first asked for; in a ``with`` block they are closed at
    its end.
    """

    __slots__ = ()

    _opened: ExitStack | None
    _resources: Any
    _instance: Any

    @property
    def resources(self) -> Any:
        """The resources given, made."""
        if not isinstance(self._resources, Resources):
            opened = ExitStack()
            made = build_resources(self._resources or {}, instance=self._instance)
            self._resources = opened.enter_context(made)
            self._opened = opened
        return self._resources

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened is not None:
            opened, self._opened = self._opened, None
            opened.close()


class UnboundOutputContext(_OwnResources, OutputContext):
    """An ``OutputContext`` that belongs to no run."""

    __slots__ = ("_opened",)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._opened: ExitStack | None = None


class UnboundInputContext(_OwnResources, InputContext):
    """An ``InputContext`` that belongs to no run."""

    __slots__ = ("_opened",)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._opened: ExitStack | None = None


def build_output_context(  # noqa: PLR0913, PLR0917
    step_key: str | None = None,
    name: str | None = None,
    definition_metadata: Mapping[str, Any] | None = None,
    run_id: str | None = None,
    mapping_key: str | None = None,
    config: Any = None,
    dagster_type: Any = None,
    version: str | None = None,
    resource_config: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] | Resources | None = None,
    op_def: Any = None,
    asset_key: AssetKey | str | Sequence[str] | None = None,
    partition_key: str | None = None,
    asset_partitions_def: Any = None,
    asset_partition_key_range: PartitionKeyRange | None = None,
    instance: Instance | None = None,
    asset_spec: Any = None,
    metadata: Mapping[str, Any] | None = None,
    output_metadata: Mapping[str, Any] | None = None,
) -> UnboundOutputContext:
    """A context to call ``handle_output`` with, in a test.

    >>> build_output_context(asset_key="orders").get_identifier()
    ['orders']

    ``resources`` may hold definitions and ``ConfigurableResource`` objects; they are made when first asked
    for, and closed where the context is used in a ``with`` statement.
    """
    key = AssetKey.from_coercible(asset_key) if asset_key is not None else None
    if key is None and asset_spec is not None:
        key = asset_spec.key
    return UnboundOutputContext(
        step_key=step_key,
        name=name,
        run_id=run_id,
        definition_metadata=definition_metadata if definition_metadata is not None else metadata,
        mapping_key=mapping_key,
        config=config,
        dagster_type=None if dagster_type is None else resolve_type(dagster_type),
        version=version,
        resource_config=resource_config,
        resources=resources,
        op_def=op_def,
        asset_key=key,
        partition_key=partition_key,
        output_metadata=output_metadata,
        asset_partitions_def=asset_partitions_def,
        asset_spec=asset_spec,
        slice=_slice(partition_key, asset_partition_key_range, asset_partitions_def),
        instance=instance,
    )


def build_input_context(  # noqa: PLR0913, PLR0917
    name: str | None = None,
    config: Any = None,
    definition_metadata: Mapping[str, Any] | None = None,
    upstream_output: OutputContext | None = None,
    dagster_type: Any = None,
    resource_config: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] | Resources | None = None,
    op_def: Any = None,
    step_context: Any = None,
    asset_key: AssetKey | str | Sequence[str] | None = None,
    partition_key: str | None = None,
    asset_partition_key_range: PartitionKeyRange | None = None,
    asset_partitions_def: Any = None,
    instance: Instance | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> UnboundInputContext:
    """A context to call ``load_input`` with, in a test.

    >>> build_input_context(asset_key=["shop", "orders"], partition_key="2024-01-01").get_identifier()
    ['shop', 'orders', '2024-01-01']

    ``resources`` as for ``build_output_context``.
    """
    return UnboundInputContext(
        name=name,
        op_def=op_def,
        config=config,
        definition_metadata=definition_metadata if definition_metadata is not None else metadata,
        upstream_output=upstream_output,
        dagster_type=None if dagster_type is None else resolve_type(dagster_type),
        resource_config=resource_config,
        resources=resources,
        step_context=step_context,
        asset_key=AssetKey.from_coercible(asset_key) if asset_key is not None else None,
        partition_key=partition_key,
        asset_partitions_def=asset_partitions_def,
        instance=instance,
        slice=_slice(partition_key, asset_partition_key_range, asset_partitions_def),
    )


def _slice(key: str | None, bounds: PartitionKeyRange | None, definition: Any) -> PartitionSlice | None:
    if key is not None and bounds is not None:
        raise InvalidInvocationError(
            "A context is of partition_key or of asset_partition_key_range, not of both."
        )
    if bounds is not None:
        return PartitionSlice(bounds.start, bounds.end, definition)
    return None if key is None else PartitionSlice(key, key, definition)
