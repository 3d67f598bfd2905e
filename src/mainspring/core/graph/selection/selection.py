"""``AssetSelection``: a tree that says which assets and checks are meant, without knowing any graph yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union, cast

import msgspec

from mainspring.core.base import serial
from mainspring.core.graph.attribute_index import Attribute, Word
from mainspring.core.graph.selection import composed, leaves
from mainspring.core.graph.selection.coerce import check_keys_of
from mainspring.core.graph.selection.evaluable import Evaluable
from mainspring.core.graph.selection.parse import parse_clauses, parse_selection
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.has_keys import keys_of, keys_of_all


class AssetSelection(Evaluable):
    """Some assets and checks: "the group marketing and all that is made from it", say.

    >>> marketing = AssetSelection.groups("marketing").downstream() - AssetSelection.assets("scratch")
    >>> marketing.to_selection_str()
    'group:"marketing"+ and not key:"scratch"'

    ``|`` unites, ``&`` intersects, ``-`` takes away. A selection of assets has their checks with it; see
    ``without_checks``. Methods with ``include_sources`` leave out assets made elsewhere unless it is true.
    """

    __slots__ = ()

    # -- what is selected -------------------------------------------------------------------------

    @staticmethod
    def all(include_sources: bool = False) -> AllSelection:
        """All assets and their checks."""
        return AllSelection(include_sources)

    @staticmethod
    def all_asset_checks() -> AllAssetCheckSelection:
        """All checks and no asset."""
        return AllAssetCheckSelection()

    @staticmethod
    def assets(*assets_defs: object) -> KeysAssetSelection:
        """The assets of these definitions, keys or names (``schema/table``)."""
        return KeysAssetSelection(keys_of_all(assets_defs))

    @staticmethod
    def keys(*asset_keys: AssetKey | str | Sequence[str]) -> KeysAssetSelection:
        """The assets of these keys; ``assets`` does the same and more."""
        return AssetSelection.assets(*asset_keys)

    @staticmethod
    def checks(*assets_defs_or_check_keys: object) -> AssetCheckKeysSelection:
        """The checks of these keys, or those that these definitions hold; no asset."""
        return AssetCheckKeysSelection(
            tuple(key for check in assets_defs_or_check_keys for key in check_keys_of(check))
        )

    @staticmethod
    def checks_for_assets(*assets_defs: object) -> AssetChecksForAssetKeysSelection:
        """The checks of these assets, without the assets."""
        return AssetChecksForAssetKeysSelection(AssetSelection.assets(*assets_defs).selected_keys)

    @staticmethod
    def groups(*group_strs: str, include_sources: bool = False) -> GroupsAssetSelection:
        """The assets of these groups."""
        return GroupsAssetSelection(group_strs, include_sources)

    @staticmethod
    def key_prefixes(
        *key_prefixes: str | Sequence[str], include_sources: bool = False
    ) -> KeyPrefixesAssetSelection:
        """The assets whose key begins with one of these prefixes: one part, or a list of parts."""
        prefixes = (prefix.split("/") if isinstance(prefix, str) else prefix for prefix in key_prefixes)
        return KeyPrefixesAssetSelection(tuple(map(tuple, prefixes)), include_sources)

    @staticmethod
    def key_substring(key_substring: str, include_sources: bool = False) -> KeySubstringAssetSelection:
        """The assets whose key, as people write it, holds this text."""
        return KeySubstringAssetSelection(key_substring, include_sources)

    @staticmethod
    def key_pattern(pattern: str) -> KeyWildCardAssetSelection:
        """The assets, wherever made, whose key as people write it matches: ``*`` stands for anything."""
        return KeyWildCardAssetSelection(pattern)

    @staticmethod
    def tag(key: str, value: str, include_sources: bool = False) -> AssetSelection:
        """The assets with this tag."""
        return AttributeAssetSelection("tag", (key, value), include_sources)

    @staticmethod
    def tag_string(string: str, include_sources: bool = False) -> AssetSelection:
        """The assets with the tag ``key=value``; a ``key`` alone is a tag whose value is empty."""
        key, _, value = string.partition("=")
        return AssetSelection.tag(key, value, include_sources)

    @staticmethod
    def kind(kind: str | None, include_sources: bool = False) -> AssetSelection:
        """The assets of a kind; of no kind at all for ``None``."""
        return AttributeAssetSelection("kind", kind, include_sources)

    @staticmethod
    def owner(owner: str | None) -> AssetSelection:
        """The assets of an owner, wherever made; without any owner for ``None``."""
        return AttributeAssetSelection("owner", owner, include_sources=True)

    @staticmethod
    def attribute(name: Attribute, value: Word, *, include_sources: bool = True) -> AssetSelection:
        """The assets with a value of any attribute; for ``None`` those that have none."""
        return AttributeAssetSelection(name, value, include_sources)

    @staticmethod
    def changed_in_branch(reason: str = "ANY") -> AssetSelection:
        """The assets that differ from the base branch for a reason, such as ``NEW`` or ``CODE_VERSION``."""
        return ChangedInBranchAssetSelection(reason)

    @classmethod
    def from_string(cls, string: str, include_sources: bool = False) -> AssetSelection:
        """The selection a string describes, such as ``'group:"marketing"+ and not tag:"pii"'``.

        Raises ``InvalidSubsetError`` that points at the place which cannot be read.
        """
        return parse_selection(string, AssetSelection, include_sources=include_sources)

    @classmethod
    def from_coercible(cls, selection: object) -> AssetSelection:
        """A selection as it is, or that of a string, of a definition or key, or of a list of those.

        In a list, a name with plus signs counts them: ``"orders++"`` means two layers, ``"orders*"`` all.
        """
        if isinstance(selection, AssetSelection):
            return selection
        if isinstance(selection, str):
            return cls.from_string(selection)
        if not isinstance(selection, (list, tuple, set, frozenset)):
            return cls.assets(selection)
        items = cast("Sequence[object]", selection)
        clauses = [item for item in items if isinstance(item, (str, AssetSelection))]
        keys = tuple(
            key for item in items if not isinstance(item, (str, AssetSelection)) for key in keys_of(item)
        )
        found = parse_clauses(clauses, AssetSelection)
        if keys or not found:
            found.insert(0, KeysAssetSelection(keys))
        return found[0] if len(found) == 1 else OrAssetSelection(tuple(found))

    # -- what is made of it -----------------------------------------------------------------------

    def upstream(self, depth: int | None = None, include_self: bool = True) -> UpstreamAssetSelection:
        """It and the materializable assets above it, at most ``depth`` layers away."""
        return UpstreamAssetSelection(self, composed.layers(depth), include_self)

    def downstream(self, depth: int | None = None, include_self: bool = True) -> DownstreamAssetSelection:
        """It and the assets below it, at most ``depth`` layers away."""
        return DownstreamAssetSelection(self, composed.layers(depth), include_self)

    def roots(self) -> RootsAssetSelection:
        """Those of its materializable assets that have no parent among them."""
        return RootsAssetSelection(self)

    def sources(self) -> RootsAssetSelection:
        """The same as ``roots``."""
        return self.roots()

    def sinks(self) -> SinksAssetSelection:
        """Those of its assets that have no child among them."""
        return SinksAssetSelection(self)

    def materializable(self) -> MaterializableAssetSelection:
        """Those of its assets that a run can make."""
        return MaterializableAssetSelection(self)

    def required_multi_asset_neighbors(self) -> RequiredNeighborsAssetSelection:
        """It and the assets that can only be computed together with one of it."""
        return RequiredNeighborsAssetSelection(self)

    def upstream_source_assets(self) -> ParentSourcesAssetSelection:
        """The external assets that are parents of one of its assets."""
        return ParentSourcesAssetSelection(self)

    def without_checks(self) -> AssetSelection:
        """Its assets without their checks."""
        return self - AssetSelection.all_asset_checks()

    def __or__(self, other: AssetSelection) -> AssetSelection:
        return OrAssetSelection((*_flat(self, OrAssetSelection), *_flat(other, OrAssetSelection)))

    def __and__(self, other: AssetSelection) -> AssetSelection:
        return AndAssetSelection((*_flat(self, AndAssetSelection), *_flat(other, AndAssetSelection)))

    def __sub__(self, other: AssetSelection) -> AssetSelection:
        return SubtractAssetSelection(self, other)


def _flat(
    selection: AssetSelection, kind: type[OrAssetSelection | AndAssetSelection]
) -> tuple[AssetSelection, ...]:
    return selection.selections if isinstance(selection, kind) else (selection,)


# -- that stand alone ----------------------------------------------------------------------------


class AllSelection(AssetSelection, leaves.All, msgspec.Struct, frozen=True, tag="all"):
    """All assets."""

    include_sources: bool = False


class KeysAssetSelection(AssetSelection, leaves.Keys, msgspec.Struct, frozen=True, tag="keys"):
    """The assets of some keys."""

    selected_keys: tuple[AssetKey, ...]


class KeyWildCardAssetSelection(
    AssetSelection, leaves.KeyWildCard, msgspec.Struct, frozen=True, tag="key_pattern"
):
    """The assets whose key matches a pattern; none is no error."""

    selected_key_wildcard: str


class GroupsAssetSelection(AssetSelection, leaves.Groups, msgspec.Struct, frozen=True, tag="groups"):
    """The assets of some groups."""

    selected_groups: tuple[str, ...]
    include_sources: bool = False


class KeyPrefixesAssetSelection(
    AssetSelection, leaves.KeyPrefixes, msgspec.Struct, frozen=True, tag="key_prefixes"
):
    """The assets whose key begins with one of some prefixes."""

    selected_key_prefixes: tuple[tuple[str, ...], ...]
    include_sources: bool = False


class KeySubstringAssetSelection(
    AssetSelection, leaves.KeySubstring, msgspec.Struct, frozen=True, tag="key_substring"
):
    """The assets whose key holds some text."""

    selected_key_substring: str
    include_sources: bool = False


class AttributeAssetSelection(
    AssetSelection, leaves.AttributeFilter, msgspec.Struct, frozen=True, tag="attribute"
):
    """The assets with a value of an attribute; a tag's value is a pair."""

    attribute_name: Attribute
    value: str | tuple[str, str] | None
    include_sources: bool = False


class ChangedInBranchAssetSelection(
    AssetSelection, leaves.ChangedInBranch, msgspec.Struct, frozen=True, tag="changed_in_branch"
):
    """The assets that differ from the base branch."""

    reason: str


class AllAssetCheckSelection(AssetSelection, leaves.AllChecks, msgspec.Struct, frozen=True, tag="all_checks"):
    """All checks, no asset."""


class AssetChecksForAssetKeysSelection(
    AssetSelection, leaves.ChecksOfAssets, msgspec.Struct, frozen=True, tag="checks_for_assets"
):
    """The checks of some assets, without the assets."""

    selected_asset_keys: tuple[AssetKey, ...]


class AssetCheckKeysSelection(AssetSelection, leaves.CheckKeys, msgspec.Struct, frozen=True, tag="checks"):
    """Some checks, without their assets."""

    selected_asset_check_keys: tuple[AssetCheckKey, ...]


# -- made of others ------------------------------------------------------------------------------


class OrAssetSelection(AssetSelection, composed.Or, msgspec.Struct, frozen=True, tag="or"):
    """What any of some selections selects."""

    selections: tuple[AssetSelection, ...]


class AndAssetSelection(AssetSelection, composed.And, msgspec.Struct, frozen=True, tag="and"):
    """What each of some selections selects."""

    selections: tuple[AssetSelection, ...]


class SubtractAssetSelection(AssetSelection, composed.Subtract, msgspec.Struct, frozen=True, tag="subtract"):
    """What one selection selects and another does not."""

    left: AssetSelection
    right: AssetSelection


class UpstreamAssetSelection(AssetSelection, composed.Upstream, msgspec.Struct, frozen=True, tag="upstream"):
    """A selection and the materializable assets above it; all layers where ``depth`` is ``None``."""

    child: AssetSelection
    depth: int | None = None
    include_self: bool = True


class DownstreamAssetSelection(
    AssetSelection, composed.Downstream, msgspec.Struct, frozen=True, tag="downstream"
):
    """A selection and the assets below it; all layers where ``depth`` is ``None``."""

    child: AssetSelection
    depth: int | None = None
    include_self: bool = True


class RootsAssetSelection(AssetSelection, composed.Roots, msgspec.Struct, frozen=True, tag="roots"):
    """The materializable assets of a selection that have no parent among them."""

    child: AssetSelection


class SinksAssetSelection(AssetSelection, composed.Sinks, msgspec.Struct, frozen=True, tag="sinks"):
    """The assets of a selection that have no child among them."""

    child: AssetSelection


class MaterializableAssetSelection(
    AssetSelection, composed.Materializable, msgspec.Struct, frozen=True, tag="materializable"
):
    """The assets of a selection that a run can make."""

    child: AssetSelection


class RequiredNeighborsAssetSelection(
    AssetSelection, composed.RequiredNeighbors, msgspec.Struct, frozen=True, tag="required_neighbors"
):
    """A selection with what can only be computed together with it."""

    child: AssetSelection


class ParentSourcesAssetSelection(
    AssetSelection, composed.ParentSources, msgspec.Struct, frozen=True, tag="parent_sources"
):
    """The external parents of a selection."""

    child: AssetSelection


_AnySelection = Union[  # noqa: UP007  # msgspec needs the union as a value
    AllSelection,
    KeysAssetSelection,
    KeyWildCardAssetSelection,
    GroupsAssetSelection,
    KeyPrefixesAssetSelection,
    KeySubstringAssetSelection,
    AttributeAssetSelection,
    ChangedInBranchAssetSelection,
    AllAssetCheckSelection,
    AssetChecksForAssetKeysSelection,
    AssetCheckKeysSelection,
    OrAssetSelection,
    AndAssetSelection,
    SubtractAssetSelection,
    UpstreamAssetSelection,
    DownstreamAssetSelection,
    RootsAssetSelection,
    SinksAssetSelection,
    MaterializableAssetSelection,
    RequiredNeighborsAssetSelection,
    ParentSourcesAssetSelection,
]


def _read(value: object) -> AssetSelection:
    return cast("AssetSelection", serial.from_builtins(value, _AnySelection))


# A selection writes itself, being a struct; read as an AssetSelection, its tag says which one it is.
serial.register(AssetSelection, serial.to_builtins, _read)
