"""``SourceAsset``: the older way to declare an asset that is made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.graph.node import AssetExecutionType, AssetNode
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.argument_types import coerced_key
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.multi import SharedAttributes, make_multi_asset
from mainspring.runtime.definitions.assets.nodes import spec_node
from mainspring.runtime.definitions.assets.settings import io_manager_settings
from mainspring.runtime.definitions.assets.spec import IO_MANAGER_KEY_METADATA, AssetSpec
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY


class SourceAsset:
    """The older way to declare an asset that is made elsewhere; ``AssetSpec`` is today's.

    It is accepted wherever assets are, and stands there for the definition of ``to_assets_definition()``.
    """

    __slots__ = (
        "definition",
        "io_manager_def",
        "io_manager_key",
        "observe_fn",
        "op_tags",
        "resource_defs",
        "spec",
    )

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
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
        asset_key = coerced_key(key, what="a SourceAsset", where=where)
        self.resource_defs: Mapping[str, object] | None
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
        self.io_manager_def: object | None = io_manager_def
        self.io_manager_key: str = manager
        self.op_tags: Mapping[str, Any] | None = op_tags
        self.observe_fn: Callable[..., Any] | None = observe_fn
        self.spec: AssetSpec = AssetSpec(
            asset_key,
            metadata=said,
            description=description,
            partitions_def=partitions_def,
            group_name=group_name,
            automation_condition=automation_condition,
            tags=tags,
            where=where,
        )
        self.definition: AssetsDefinition = self._define()

    def _define(self) -> AssetsDefinition:
        if self.observe_fn is None:
            return AssetsDefinition(
                specs=[self.spec], resource_defs=self.resource_defs, where=self.spec.where
            )
        return make_multi_asset(
            self.observe_fn,
            outs=None,
            specs=[self.spec],
            name=self.key.to_python_identifier(),
            shared=SharedAttributes(),
            resource_defs=self.resource_defs,
            op_tags=self.op_tags,
            execution_type=AssetExecutionType.OBSERVATION,
            what=f"source asset {self.key.to_user_string()!r}",
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
    def node_def(self) -> Any:
        """The op that observes it, or ``None``."""
        return self.definition.node_def

    @property
    def required_resource_keys(self) -> set[str]:
        """The resources its function asks for."""
        return self.definition.required_resource_keys

    @property
    def where(self) -> SourcePosition | None:
        """Where it was declared."""
        return self.spec.where

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

    def with_attributes(self, group_name: str | None = None, key: AssetKey | None = None) -> SourceAsset:
        """The same asset in another group or under another key."""
        return self._copy(
            key=key or self.key, group_name=self.group_name if group_name is None else group_name
        )

    def with_resources(self, resource_defs: Mapping[str, object]) -> SourceAsset:
        """The same asset with resources bound to it; those it has already win."""
        return self._copy(resource_defs={**resource_defs, **(self.resource_defs or {})})

    def _copy(self, **changes: Any) -> SourceAsset:
        """A changed copy. The IO manager stands among the resources already."""
        said: dict[str, Any] = {
            "key": self.key,
            "metadata": self.metadata,
            "io_manager_key": self.io_manager_key,
            "description": self.description,
            "partitions_def": self.partitions_def,
            "group_name": self.group_name,
            "resource_defs": self.resource_defs,
            "observe_fn": self.observe_fn,
            "op_tags": self.op_tags,
            "automation_condition": self.spec.automation_condition,
            "tags": self.tags,
        }
        copied = SourceAsset(**(said | changes))
        copied.io_manager_def = self.io_manager_def
        return copied

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


def source_assets_of(definition: AssetsDefinition) -> list[SourceAsset]:
    """For each asset of a definition a source asset of the same key, metadata, IO manager and partitions."""
    return [
        SourceAsset(
            key=spec.key,
            metadata=spec.metadata,
            io_manager_key=definition.get_io_manager_key_for_asset_key(spec.key),
            description=spec.description,
            resource_defs=definition.resource_defs,
            partitions_def=spec.partitions_def,
            group_name=spec.group_name,
            tags=spec.tags,
        )
        for spec in definition.specs
    ]
