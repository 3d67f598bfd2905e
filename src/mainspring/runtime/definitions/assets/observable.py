"""Assets that something else makes, and functions that look at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import timedelta
from typing import Any

from mainspring.core.base.source import position_of, user_position
from mainspring.core.graph.node import AssetExecutionType, AssetNode
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.multi import SharedAttributes, make_multi_asset
from mainspring.runtime.definitions.assets.nodes import spec_node
from mainspring.runtime.definitions.assets.parts import description_of, resolve_name_and_key
from mainspring.runtime.definitions.assets.settings import io_manager_settings
from mainspring.runtime.definitions.assets.spec import IO_MANAGER_KEY_METADATA, AssetSpec
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY


def observable_source_asset(
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
    required_resource_keys: Set[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    partitions_def: Any = None,
    automation_condition: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    timeout: float | timedelta | None = None,
) -> Any:
    """Declare an asset that is made elsewhere, with a function that looks at it.

    The function returns a ``DataVersion``, a ``DataVersionsByPartition`` or an ``ObserveResult``; a run records it as
    an observation.

    >>> @observable_source_asset
    ... def landing_file():
    ...     return DataVersion("2024-01-01")
    """

    def make(function: Callable[..., Any]) -> AssetsDefinition:
        where = position_of(function)
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
        )

    return make if observe_fn is None else make(observe_fn)


def multi_observable_source_asset(
    *,
    specs: Sequence[AssetSpec],
    name: str | None = None,
    description: str | None = None,
    partitions_def: Any = None,
    can_subset: bool = False,
    required_resource_keys: Set[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    group_name: str | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Declare several assets that are made elsewhere, with one function that looks at them.

    The function yields an ``ObserveResult`` for each.
    """
    return lambda function: make_multi_asset(
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


class SourceAsset:
    """The older way to declare an asset that is made elsewhere; ``AssetSpec`` is today's.

    It is accepted wherever assets are, and stands there for the definition of ``to_assets_definition()``.
    """

    __slots__ = ("definition", "io_manager_key", "observe_fn", "resource_defs", "spec")

    def __init__(
        self,
        key: AssetKey | str | Sequence[str],
        metadata: Mapping[str, Any] | None = None,
        io_manager_key: str | None = None,
        io_manager_def: object | None = None,
        description: str | None = None,
        partitions_def: Any = None,
        group_name: str | None = None,
        resource_defs: Mapping[str, object] | None = None,
        observe_fn: Callable[..., Any] | None = None,
        op_tags: Mapping[str, Any] | None = None,
        *,
        automation_condition: Any = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        where = user_position()
        asset_key = AssetKey.from_coercible(key)
        manager, self.resource_defs = io_manager_settings(
            asset_key,
            io_manager_key,
            io_manager_def,
            resource_defs,
            what=f"source asset {asset_key.to_user_string()!r}",
            where=where,
        )
        said = dict(metadata or {})
        if manager != DEFAULT_IO_MANAGER_KEY:
            said[IO_MANAGER_KEY_METADATA] = manager
        self.io_manager_key = manager
        self.observe_fn = observe_fn
        self.spec = AssetSpec(
            asset_key,
            metadata=said,
            description=description,
            partitions_def=partitions_def,
            group_name=group_name,
            automation_condition=automation_condition,
            tags=tags,
            where=where,
        )
        self.definition = self._define(observe_fn, op_tags)

    def _define(
        self, observe_fn: Callable[..., Any] | None, op_tags: Mapping[str, Any] | None
    ) -> AssetsDefinition:
        if observe_fn is None:
            return AssetsDefinition(
                specs=[self.spec], resource_defs=self.resource_defs, where=self.spec.where
            )
        return make_multi_asset(
            observe_fn,
            outs=None,
            specs=[self.spec],
            name=self.key.to_python_identifier(),
            shared=SharedAttributes(),
            resource_defs=self.resource_defs,
            op_tags=op_tags,
            execution_type=AssetExecutionType.OBSERVATION,
        )

    @property
    def key(self) -> AssetKey:
        """The key of the asset."""
        return self.spec.key

    @property
    def is_observable(self) -> bool:
        """Whether it has a function that looks at it."""
        return self.observe_fn is not None

    @property
    def is_executable(self) -> bool:
        """Whether a run can do something with it: observe it."""
        return self.is_observable

    @property
    def execution_type(self) -> AssetExecutionType:
        """Whether it can be observed."""
        return self.definition.execution_type

    @property
    def op(self) -> Any:
        """The op that observes it. Raises ``InvalidInvocationError`` where it has no such function."""
        return self.definition.op

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What is said of it."""
        return self.spec.metadata

    @property
    def group_name(self) -> str | None:
        """Its group."""
        return self.spec.group_name

    @property
    def description(self) -> str | None:
        """What it is, in words."""
        return self.spec.description

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags."""
        return self.spec.tags

    @property
    def partitions_def(self) -> Any:
        """Its partitions."""
        return self.spec.partitions_def

    def get_io_manager_key(self) -> str:
        """The IO manager that loads its values."""
        return self.io_manager_key

    def to_assets_definition(self) -> AssetsDefinition:
        """The same asset as today's kind of definition."""
        return self.definition

    def to_asset_nodes(self) -> Sequence[AssetNode]:
        """It as a node of the graph."""
        return [spec_node(self.spec, execution_type=self.execution_type)]

    def to_check_nodes(self) -> Sequence[Any]:
        """A source asset has no checks of its own."""
        return ()

    def __repr__(self) -> str:
        return f"SourceAsset({self.key.to_user_string()!r})"
