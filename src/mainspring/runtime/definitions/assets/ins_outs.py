"""``AssetIn`` and ``AssetOut``: what can be said of an asset's inputs, and of each asset a function makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.has_keys import key_of
from mainspring.runtime.definitions.argument_types import coerced_key
from mainspring.runtime.definitions.assets.spec import IO_MANAGER_KEY_METADATA, AssetDep, AssetSpec
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY, OutputDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY


class NoType:
    """Stands for "no type was given", where ``None`` would be one."""

    def __repr__(self) -> str:
        return "NO_TYPE"


NO_TYPE: Any = NoType()


def _prefix(key_prefix: str | Sequence[str] | None) -> list[str] | None:
    return None if key_prefix is None else [key_prefix] if isinstance(key_prefix, str) else list(key_prefix)


def _asset(thing: object) -> AssetKey:
    return thing if isinstance(thing, AssetKey) else key_of(thing)


class AssetIn:
    """Which asset an input is, how its value is loaded and how partitions map.

    >>> AssetIn(key_prefix="staging").resolve_key("orders")
    AssetKey(['staging', 'orders'])
    """

    __slots__ = ("dagster_type", "input_manager_key", "key", "key_prefix", "metadata", "partition_mapping")

    def __init__(
        self,
        key: AssetKey | str | Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        key_prefix: str | Sequence[str] | None = None,
        input_manager_key: str | None = None,
        partition_mapping: object | None = None,
        dagster_type: Any = NO_TYPE,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise InvalidDefinitionError(
                f"AssetIn(key={key!r}, key_prefix={key_prefix!r}): give `key` or `key_prefix`, not both.",
                where=user_position(),
                hint="`key` is the whole key; `key_prefix` stands before the name of the parameter.",
            )
        self.key: AssetKey | None = None if key is None else _asset(key)
        self.metadata: Mapping[str, Any] | None = metadata
        self.key_prefix: list[str] | None = _prefix(key_prefix)
        self.input_manager_key: str | None = input_manager_key
        self.partition_mapping: object | None = partition_mapping
        self.dagster_type: Any = dagster_type

    def resolve_key(self, input_name: str) -> AssetKey:
        """The asset an input of this name stands for."""
        return self.key or AssetKey([*(self.key_prefix or ()), input_name])

    @classmethod
    def from_coercible(cls, coercible: AssetIn | AssetKey | str | Sequence[str]) -> AssetIn:
        """An ``AssetIn`` as it is, or the one for a key."""
        return coercible if isinstance(coercible, AssetIn) else cls(key=coercible)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetIn) and all(
            getattr(self, n) == getattr(other, n) for n in self.__slots__
        )

    __hash__: ClassVar[None] = None  # pyright: ignore[reportIncompatibleMethodOverride]  # metadata cannot be hashed

    def __repr__(self) -> str:
        return f"AssetIn(key={self.key!r}, key_prefix={self.key_prefix!r})"


class AssetOut:
    """One of the assets a ``@multi_asset`` makes, with how its value is stored.

    >>> AssetOut(key_prefix="staging", group_name="sales").resolve_key("orders")
    AssetKey(['staging', 'orders'])
    """

    __slots__ = (
        "automation_condition",
        "backfill_policy",
        "code_version",
        "dagster_type",
        "description",
        "freshness_policy",
        "group_name",
        "io_manager_key",
        "is_required",
        "is_virtual",
        "key",
        "key_prefix",
        "kinds",
        "metadata",
        "owners",
        "partitions_def",
        "tags",
    )

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        key_prefix: str | Sequence[str] | None = None,
        key: AssetKey | str | Sequence[str] | None = None,
        dagster_type: Any = NO_TYPE,
        description: str | None = None,
        is_required: bool = True,
        io_manager_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        group_name: str | None = None,
        code_version: str | None = None,
        automation_condition: object | None = None,
        backfill_policy: object | None = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
        kinds: AbstractSet[str] | None = None,
        freshness_policy: object | None = None,
        is_virtual: bool = False,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise InvalidDefinitionError(
                f"AssetOut(key={key!r}, key_prefix={key_prefix!r}): give `key` or `key_prefix`, not both.",
                where=user_position(),
                hint="`key` is the whole key; `key_prefix` stands before the name of the output.",
            )
        self.key: AssetKey | None = (
            None if key is None else coerced_key(key, what="an AssetOut", where=user_position())
        )
        self.key_prefix: list[str] | None = _prefix(key_prefix)
        self.dagster_type: Any = dagster_type
        self.description: str | None = description
        self.is_required: bool = is_required
        self.io_manager_key: str = io_manager_key or DEFAULT_IO_MANAGER_KEY
        self.metadata: Mapping[str, Any] | None = metadata
        self.group_name: str | None = group_name
        self.code_version: str | None = code_version
        self.automation_condition: object | None = automation_condition
        self.backfill_policy: object | None = backfill_policy
        self.owners: Sequence[str] | None = owners
        self.tags: Mapping[str, str] | None = tags
        self.kinds: AbstractSet[str] | None = kinds
        self.freshness_policy: object | None = freshness_policy
        self.is_virtual: bool = is_virtual
        self.partitions_def: object | None = None

    @staticmethod
    def from_spec(
        spec: AssetSpec,
        dagster_type: Any = NO_TYPE,
        is_required: bool = True,
        io_manager_key: str | None = None,
        backfill_policy: object | None = None,
    ) -> AssetOut:
        """The out of a spec. Raises ``InvalidDefinitionError`` for one with deps, which an out cannot
        carry.
        """
        if spec.deps:
            raise InvalidDefinitionError(
                f"AssetOut.from_spec: the spec of {spec.key.to_user_string()!r} has deps, "
                "which an AssetOut cannot carry.",
                where=spec.where,
                hint="Pass the spec itself in `specs=[...]`, or say the deps in `internal_asset_deps`.",
            )
        out = AssetOut(
            key=spec.key,
            dagster_type=dagster_type,
            description=spec.description,
            is_required=is_required and not spec.skippable,
            io_manager_key=io_manager_key or spec.metadata.get(IO_MANAGER_KEY_METADATA),
            metadata=spec.metadata,
            group_name=spec.group_name,
            code_version=spec.code_version,
            automation_condition=spec.automation_condition,
            backfill_policy=backfill_policy,
            owners=spec.owners,
            tags=spec.tags,
            freshness_policy=spec.freshness_policy,
            is_virtual=spec.is_virtual,
        )
        out.partitions_def = spec.partitions_def
        return out

    def resolve_key(self, output_name: str) -> AssetKey:
        """The asset an output of this name stands for."""
        return self.key or AssetKey([*(self.key_prefix or ()), output_name])

    def to_spec(
        self,
        key: AssetKey,
        deps: Sequence[AssetDep],
        additional_tags: Mapping[str, str] | None = None,
        partitions_def: object | None = None,
        where: SourcePosition | None = None,
    ) -> AssetSpec:
        """The spec of the asset."""
        return AssetSpec(
            key,
            deps=deps,
            description=self.description,
            metadata=self.metadata,
            skippable=not self.is_required,
            group_name=self.group_name,
            code_version=self.code_version,
            automation_condition=self.automation_condition,
            owners=self.owners,
            tags={**additional_tags, **(self.tags or {})} if additional_tags else self.tags,
            kinds=self.kinds,
            partitions_def=self.partitions_def if partitions_def is None else partitions_def,
            freshness_policy=self.freshness_policy,
            is_virtual=self.is_virtual,
            where=where,
        )

    def to_output(self, name: str, annotation: Any = EMPTY) -> OutputDefinition:
        """The output of the function that stands for the asset."""
        return OutputDefinition(
            name,
            annotation if self.dagster_type is NO_TYPE else self.dagster_type,
            self.is_required,
            self.io_manager_key,
            dict(self.metadata or {}),
            self.code_version,
            self.description,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetOut) and all(
            getattr(self, n) == getattr(other, n) for n in self.__slots__
        )

    __hash__: ClassVar[None] = None  # pyright: ignore[reportIncompatibleMethodOverride]  # metadata cannot be hashed

    def __repr__(self) -> str:
        return f"AssetOut(key={self.key!r}, key_prefix={self.key_prefix!r})"
