"""``AssetSpec``: what an asset is, apart from how it is computed; ``AssetDep``: one of its upstream
assets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.graph.node import AssetNode
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.has_keys import key_of, keys_of
from mainspring.core.values.kinds import kinds_of, with_kinds
from mainspring.core.values.names import validate_group_name
from mainspring.core.values.owners import validate_owners
from mainspring.core.values.tags import KIND_TAG_PREFIX, validate_tags
from mainspring.runtime.definitions.argument_types import coerced_key, require, require_partitions
from mainspring.runtime.definitions.assets.frozen import Frozen
from mainspring.runtime.definitions.assets.nodes import spec_node

IO_MANAGER_KEY_METADATA = "dagster/io_manager_key"
DEFAULT_GROUP = "default"

UNCHANGED: Any = ...
"""Stands for "leave it as it is" in ``replace_attributes`` and ``merge_attributes``."""


class AssetDep(Frozen):
    """An upstream asset, with how its partitions map and what is to be said of the edge."""

    __slots__ = ("asset_key", "metadata", "partition_mapping")

    asset_key: AssetKey
    metadata: Mapping[str, Any]
    partition_mapping: object | None

    def __init__(
        self,
        asset: object,
        *,
        partition_mapping: object | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        if isinstance(asset, AssetDep):
            raise InvalidDefinitionError(
                f"AssetDep(...) takes an asset, not another AssetDep: {asset!r}.", where=user_position()
            )
        put = object.__setattr__
        put(self, "asset_key", asset if isinstance(asset, AssetKey) else key_of(asset))
        put(self, "partition_mapping", partition_mapping)
        put(self, "metadata", dict(metadata) if metadata else {})

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


def coerce_deps(
    deps: Iterable[object] | None, *, what: str = "an asset", where: SourcePosition | None = None
) -> list[AssetDep]:
    """The deps of every accepted form: keys, strings, specs, definitions (of several assets too), deps.

    The same asset twice is one dep, or an error where the two say different things. ``what`` names in errors
    whose deps they are.
    """
    if isinstance(deps, list) and len(deps) == 1 and isinstance(deps[0], AssetDep):  # the common case
        return [deps[0]]
    found: dict[AssetKey, AssetDep] = {}
    for item in _listed(deps, what, where):
        for dep in _deps_of(item, what, where):
            known = found.get(dep.asset_key)
            if known is not None and known != dep:
                raise InvalidDefinitionError(
                    f"Two `deps` of {what} on {dep.asset_key.to_user_string()!r} say different things: "
                    "their partition mappings or their metadata differ.",
                    where=where,
                    hint="Keep one of them.",
                )
            found[dep.asset_key] = dep
    return list(found.values())


def _listed(deps: Any, what: str, where: SourcePosition | None) -> Iterable[object]:
    if isinstance(deps, (list, tuple)) or deps is None:
        return deps or ()  # pyright: ignore[reportUnknownVariableType]
    if isinstance(deps, (str, AssetKey, Mapping)) or not isinstance(deps, Iterable):
        raise InvalidDefinitionError(
            f"`deps` of {what} is {deps!r}; it must be a list.", where=where, hint="Write deps=[...]."
        )
    return deps  # pyright: ignore[reportUnknownVariableType]


def _deps_of(item: object, what: str, where: SourcePosition | None) -> list[AssetDep]:
    if isinstance(item, AssetDep):
        return [item]
    try:
        return [AssetDep(key) for key in keys_of(item)]
    except InvalidDefinitionError as error:
        raise InvalidDefinitionError(
            f"`deps` of {what}: {error.message}", where=where, hint=error.hint
        ) from None


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


class AssetSpec(Frozen):
    """What an asset is: its key, its upstream assets and everything that is said of it.

    On its own it declares an external asset: one that exists and is made elsewhere.

    >>> AssetSpec("orders", deps=["raw_orders"], group_name="sales", owners=["team:data"]).key
    AssetKey(['orders'])
    """

    __slots__ = (*_FIELDS, "where")

    key: AssetKey
    deps: Sequence[AssetDep]
    description: str | None
    metadata: Mapping[str, Any]
    skippable: bool
    group_name: str | None
    code_version: str | None
    automation_condition: object | None
    owners: Sequence[str]
    tags: Mapping[str, str]
    partitions_def: object | None
    freshness_policy: object | None
    is_virtual: bool
    where: SourcePosition | None

    def __init__(  # noqa: PLR0913  # the published parameters
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
        where = where or user_position()
        key = key if isinstance(key, AssetKey) else coerced_key(key, what="an AssetSpec", where=where)
        what = f"asset {key.to_user_string()!r}"
        require(description, str, "description", what=what, where=where)
        require(metadata, Mapping, "metadata", what=what, where=where)
        require(tags, Mapping, "tags", what=what, where=where)
        require(code_version, str, "code_version", what=what, where=where)
        require_partitions(partitions_def, what=what, where=where)
        tags = validate_tags(tags, what=what, where=where) if tags else {}
        group = None if group_name is None else validate_group_name(group_name, what=what, where=where)
        put = object.__setattr__
        put(self, "where", where)
        put(self, "key", key)
        put(self, "deps", () if deps is None else coerce_deps(deps, what=what, where=where))
        put(self, "description", description)
        put(self, "metadata", dict(metadata) if metadata else {})
        put(self, "skippable", skippable)
        put(self, "group_name", group)
        put(self, "code_version", code_version)
        put(self, "automation_condition", automation_condition)
        put(self, "owners", validate_owners(owners, what=what, where=where) if owners else ())
        put(self, "tags", with_kinds(tags, kinds, what=what, where=where) if kinds else tags)
        put(self, "partitions_def", partitions_def)
        put(self, "freshness_policy", freshness_policy)
        put(self, "is_virtual", is_virtual)

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

    def replace_attributes(  # noqa: PLR0913  # the published parameters
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
        """The spec with these attributes in place of its own; ``None`` takes an attribute away.

        ``tags`` replaces the tags and leaves the kinds, unless the new tags name kinds themselves; ``kinds``
        replaces the kinds and leaves the tags.
        """
        given = locals()
        kept: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        kept.update({name: given[name] for name in _FIELDS if given[name] is not UNCHANGED})
        if kinds is not UNCHANGED:
            if tags is not UNCHANGED and kinds_of(tags or {}):
                raise InvalidDefinitionError(
                    f"The new `tags` of asset {self.key.to_user_string()!r} name kinds, and so does `kinds`.",
                    where=self.where,
                    hint="Say the kinds in `kinds` alone.",
                )
            kept["tags"] = _without_kinds(kept["tags"] or {})
            kept["kinds"] = kinds
        elif tags is not UNCHANGED and not (isinstance(tags, Mapping) and kinds_of(tags)):  # pyright: ignore[reportUnknownArgumentType]
            kept["kinds"] = self.kinds
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
        """The spec with these added to its own: lists grow, in mappings the new value wins."""
        changes: dict[str, Any] = {}
        if deps is not UNCHANGED:
            what = f"asset {self.key.to_user_string()!r}"
            changes["deps"] = [*self.deps, *coerce_deps(deps, what=what, where=self.where)]
        if metadata is not UNCHANGED:
            changes["metadata"] = {**self.metadata, **metadata}
        if owners is not UNCHANGED:
            changes["owners"] = (
                owners if isinstance(owners, str) else list(dict.fromkeys([*self.owners, *owners]))
            )
        if tags is not UNCHANGED:
            changes["tags"] = {**self.tags, **tags}
        if kinds is not UNCHANGED:
            tagged = _without_kinds(changes.get("tags", self.tags))
            known = kinds_of(changes.get("tags", self.tags))
            changes |= {"tags": tagged, "kinds": kinds if isinstance(kinds, str) else {*known, *kinds}}
        return self.replace_attributes(**changes)

    def with_io_manager_key(self, io_manager_key: str) -> AssetSpec:
        """The spec whose values are stored and loaded by this IO manager."""
        return self.replace_attributes(metadata={**self.metadata, IO_MANAGER_KEY_METADATA: io_manager_key})

    def to_asset_nodes(self) -> Sequence[AssetNode]:
        """It as a node of the graph: that of an asset made elsewhere."""
        return [spec_node(self)]

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


def map_asset_specs(func: Callable[[AssetSpec], AssetSpec], iterable: Iterable[Any]) -> list[Any]:
    """Apply a function to every spec, of bare specs and of definitions alike.

    >>> map_asset_specs(lambda spec: spec.replace_attributes(group_name="g"), [AssetSpec("a")])[0].group_name
    'g'
    """
    return [func(item) if isinstance(item, AssetSpec) else item.map_asset_specs(func) for item in iterable]
