"""``AssetIn`` and ``AssetOut``: what can be said of an asset's inputs, and of each asset a function makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY, OutputDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY

NO_TYPE: Any = EMPTY
"""Stands for "no type was given", where ``None`` would be one."""


def _prefix(key_prefix: str | Sequence[str] | None) -> list[str] | None:
    return None if key_prefix is None else [key_prefix] if isinstance(key_prefix, str) else list(key_prefix)


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
            raise InvalidDefinitionError("AssetIn takes `key` or `key_prefix`, not both.")
        self.key = None if key is None else AssetKey.from_coercible_or_definition(key)
        self.metadata = metadata
        self.key_prefix = _prefix(key_prefix)
        self.input_manager_key = input_manager_key
        self.partition_mapping = partition_mapping
        self.dagster_type = dagster_type

    def resolve_key(self, input_name: str) -> AssetKey:
        """The asset an input of this name stands for."""
        return self.key or AssetKey([*(self.key_prefix or ()), input_name])

    @classmethod
    def from_coercible(cls, coercible: AssetIn | AssetKey | str | Sequence[str]) -> AssetIn:
        """An ``AssetIn`` as it is, or the one for a key."""
        return coercible if isinstance(coercible, AssetIn) else cls(key=coercible)

    def __repr__(self) -> str:
        return f"AssetIn(key={self.key!r}, key_prefix={self.key_prefix!r})"


@dataclass(frozen=True, slots=True, init=False)
class AssetOut:
    """One of the assets a ``@multi_asset`` makes, with how its value is stored."""

    key: AssetKey | None
    key_prefix: list[str] | None
    dagster_type: Any
    is_required: bool
    io_manager_key: str
    backfill_policy: object | None
    attributes: Mapping[str, Any]
    """What goes into the spec as it is: description, metadata, group_name, owners, tags, kinds, ..."""

    def __init__(
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
        kinds: Iterable[str] | None = None,
        freshness_policy: object | None = None,
        is_virtual: bool = False,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise InvalidDefinitionError("AssetOut takes `key` or `key_prefix`, not both.")
        values = {
            "key": None if key is None else AssetKey.from_coercible(key),
            "key_prefix": _prefix(key_prefix),
            "dagster_type": dagster_type,
            "is_required": is_required,
            "io_manager_key": io_manager_key or DEFAULT_IO_MANAGER_KEY,
            "backfill_policy": backfill_policy,
            "attributes": {
                "description": description,
                "metadata": metadata,
                "group_name": group_name,
                "code_version": code_version,
                "automation_condition": automation_condition,
                "owners": owners,
                "tags": tags,
                "kinds": kinds,
                "freshness_policy": freshness_policy,
                "is_virtual": is_virtual,
            },
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        try:
            return object.__getattribute__(self, "attributes")[name]
        except KeyError:
            raise AttributeError(name) from None

    @staticmethod
    def from_spec(
        spec: AssetSpec,
        dagster_type: Any = NO_TYPE,
        is_required: bool = True,
        io_manager_key: str | None = None,
        backfill_policy: object | None = None,
    ) -> AssetOut:
        """The out of a spec that has no deps and no partitions of its own."""
        if spec.deps:
            raise InvalidDefinitionError(
                f"AssetOut.from_spec: the spec of {spec.key.to_user_string()!r} has deps, which an AssetOut cannot carry.",
                where=spec.where,
                hint="Pass the spec itself in `specs=[...]`, or say the deps in `internal_asset_deps`.",
            )
        return AssetOut(
            key=spec.key,
            dagster_type=dagster_type,
            description=spec.description,
            is_required=is_required,
            io_manager_key=io_manager_key,
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
        attributes = dict(self.attributes)
        if additional_tags:
            attributes["tags"] = {**additional_tags, **(attributes["tags"] or {})}
        return AssetSpec(
            key,
            deps=deps,
            skippable=not self.is_required,
            partitions_def=partitions_def,
            where=where,
            **attributes,
        )

    def to_output(self, name: str, annotation: Any = EMPTY) -> OutputDefinition:
        """The output of the function that stands for the asset."""
        return OutputDefinition(
            name,
            annotation if self.dagster_type is NO_TYPE else self.dagster_type,
            self.is_required,
            self.io_manager_key,
            dict(self.attributes["metadata"] or {}),
            self.attributes["code_version"],
            self.attributes["description"],
        )
