"""``AssetSpec``: what an asset is, apart from how it is computed; and ``AssetDep``, one of its upstream assets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.has_keys import key_of, keys_of
from mainspring.core.values.kinds import kinds_of, with_kinds
from mainspring.core.values.names import validate_group_name
from mainspring.core.values.owners import validate_owners
from mainspring.core.values.tags import KIND_TAG_PREFIX, validate_tags

IO_MANAGER_KEY_METADATA = "dagster/io_manager_key"
DEFAULT_GROUP = "default"

UNCHANGED: Any = ...
"""Stands for "leave it as it is" in ``replace_attributes`` and ``merge_attributes``."""


class AssetDep:
    """An upstream asset, with how its partitions map and what is to be said of the edge."""

    __slots__ = ("asset_key", "metadata", "partition_mapping")

    def __init__(
        self,
        asset: object,
        *,
        partition_mapping: object | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        if isinstance(asset, AssetDep):
            raise InvalidDefinitionError("AssetDep(...) takes an asset, not another AssetDep.")
        self.asset_key = key_of(asset)
        self.partition_mapping = partition_mapping
        self.metadata: Mapping[str, Any] = dict(metadata) if metadata else {}

    @staticmethod
    def from_coercible(arg: object) -> AssetDep:
        """A dep as it is, or the dep on whatever stands for one asset."""
        return arg if isinstance(arg, AssetDep) else AssetDep(arg)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AssetDep)
            and self.asset_key == other.asset_key
            and self.partition_mapping == other.partition_mapping
            and self.metadata == other.metadata
        )

    def __hash__(self) -> int:
        return hash(self.asset_key)

    def __repr__(self) -> str:
        return f"AssetDep({self.asset_key.to_user_string()!r})"


def coerce_deps(deps: Iterable[object] | None, *, where: SourcePosition | None = None) -> list[AssetDep]:
    """The deps of every accepted form: keys, strings, specs, definitions (of several assets too), deps.

    The same asset twice is one dep, or an error where the two say different things.
    """
    found: dict[AssetKey, AssetDep] = {}
    for item in deps or ():
        for dep in _deps_of(item):
            known = found.get(dep.asset_key)
            if known is not None and known != dep:
                raise InvalidDefinitionError(
                    f"Two deps on {dep.asset_key.to_user_string()!r} say different things: {known!r} and {dep!r}.",
                    where=where,
                )
            found[dep.asset_key] = dep
    return list(found.values())


def _deps_of(item: object) -> list[AssetDep]:
    return [item] if isinstance(item, AssetDep) else [AssetDep(key) for key in keys_of(item)]


_FIELDS = (
    "key",
    "deps",
    "description",
    "metadata",
    "skippable",
    "group_name",
    "code_version",
    "automation_condition",
    "owners",
    "tags",
    "partitions_def",
    "freshness_policy",
    "is_virtual",
)


class AssetSpec:
    """What an asset is: its key, its upstream assets and everything that is said of it.

    On its own it declares an external asset: one that exists and is made elsewhere.

    >>> AssetSpec("orders", deps=["raw_orders"], group_name="sales", owners=["team:data"]).key
    AssetKey(['orders'])
    """

    __slots__ = (*_FIELDS, "where")

    def __init__(
        self,
        key: AssetKey | str | Sequence[str],
        *,
        deps: Iterable[object] | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        skippable: bool = False,
        group_name: str | None = None,
        code_version: str | None = None,
        automation_condition: object | None = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
        kinds: Iterable[str] | None = None,
        partitions_def: object | None = None,
        freshness_policy: object | None = None,
        is_virtual: bool = False,
        where: SourcePosition | None = None,
    ) -> None:
        self.where = where = where or user_position()
        self.key = AssetKey.from_coercible(key)
        self.deps: Sequence[AssetDep] = coerce_deps(deps, where=where) if deps else ()
        what = f"asset {self.key.to_user_string()!r}"
        self.description = description
        self.metadata: Mapping[str, Any] = dict(metadata) if metadata else {}
        self.skippable = skippable
        self.group_name = (
            validate_group_name(group_name, what=what, where=where) if group_name is not None else None
        )
        self.code_version = code_version
        self.automation_condition = automation_condition
        self.owners: Sequence[str] = validate_owners(owners, what=what, where=where) if owners else ()
        self.tags: Mapping[str, str] = validate_tags(tags, what=what, where=where) if tags else {}
        if kinds:
            self.tags = with_kinds(self.tags, kinds, what=what, where=where)
        self.partitions_def = partitions_def
        self.freshness_policy = freshness_policy
        self.is_virtual = is_virtual

    @property
    def kinds(self) -> set[str]:
        """The kinds among the tags, such as ``python`` or ``duckdb``."""
        return kinds_of(self.tags)

    @property
    def partition_mappings(self) -> Mapping[AssetKey, object]:
        """The mapping of each upstream asset that has one."""
        return {
            dep.asset_key: dep.partition_mapping for dep in self.deps if dep.partition_mapping is not None
        }

    def replace_attributes(
        self,
        *,
        key: Any = UNCHANGED,
        deps: Any = UNCHANGED,
        description: Any = UNCHANGED,
        metadata: Any = UNCHANGED,
        skippable: Any = UNCHANGED,
        group_name: Any = UNCHANGED,
        code_version: Any = UNCHANGED,
        automation_condition: Any = UNCHANGED,
        owners: Any = UNCHANGED,
        tags: Any = UNCHANGED,
        kinds: Any = UNCHANGED,
        partitions_def: Any = UNCHANGED,
        freshness_policy: Any = UNCHANGED,
        is_virtual: Any = UNCHANGED,
    ) -> AssetSpec:
        """The spec with these attributes in place of its own. ``kinds`` replaces the kinds and leaves other tags."""
        given = locals()
        kept: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        kept.update({name: given[name] for name in _FIELDS if given[name] is not UNCHANGED})
        if kinds is not UNCHANGED:
            if kinds_of(kept["tags"] or {}) and tags is not UNCHANGED:
                raise InvalidDefinitionError(
                    "Give kinds either as `kinds` or among the `tags`, not both.", where=self.where
                )
            kept["tags"] = _without_kinds(kept["tags"] or {})
            kept["kinds"] = kinds
        return AssetSpec(**kept, where=self.where)

    def merge_attributes(
        self,
        *,
        deps: Any = UNCHANGED,
        metadata: Any = UNCHANGED,
        owners: Any = UNCHANGED,
        tags: Any = UNCHANGED,
        kinds: Any = UNCHANGED,
    ) -> AssetSpec:
        """The spec with these added to its own: lists grow, mappings are merged with the new value winning."""
        return self.replace_attributes(
            deps=deps if deps is UNCHANGED else [*self.deps, *coerce_deps(deps)],
            metadata=metadata if metadata is UNCHANGED else {**self.metadata, **metadata},
            owners=owners if owners is UNCHANGED else [*self.owners, *owners],
            tags=self.tags
            if tags is UNCHANGED and kinds is UNCHANGED
            else _merged_tags(self.tags, tags, kinds),
        )

    def with_io_manager_key(self, io_manager_key: str) -> AssetSpec:
        """The spec whose values are stored and loaded by this IO manager."""
        return self.replace_attributes(metadata={**self.metadata, IO_MANAGER_KEY_METADATA: io_manager_key})

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AssetSpec)
            and all(getattr(self, name) == getattr(other, name) for name in _FIELDS if name != "deps")
            and list(self.deps) == list(other.deps)
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"AssetSpec({self.key.to_user_string()!r})"


def _without_kinds(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in tags.items() if not name.startswith(KIND_TAG_PREFIX)}


def _merged_tags(own: Mapping[str, str], tags: Any, kinds: Any) -> dict[str, str]:
    merged = dict(own) if tags is UNCHANGED else {**own, **tags}
    if kinds is not UNCHANGED:
        merged = with_kinds(merged, kinds, what="the asset")
    return merged


def map_asset_specs(func: Any, iterable: Iterable[Any]) -> list[Any]:
    """Apply a function to every spec, of bare specs and of definitions alike.

    >>> map_asset_specs(lambda spec: spec.replace_attributes(group_name="g"), [AssetSpec("a")])[0].group_name
    'g'
    """
    mapped: list[Any] = []
    for item in iterable:
        mapped.append(func(item) if isinstance(item, AssetSpec) else item.map_asset_specs(func))
    return mapped
