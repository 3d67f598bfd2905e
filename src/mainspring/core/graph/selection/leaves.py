"""The selections that stand alone: how each finds its assets or checks in a graph, and how it reads."""

# ruff: noqa: ARG002  # every selection is given what any of them may need

from __future__ import annotations

from collections.abc import Sequence, Set

from mainspring.core.graph.attribute_index import Attribute
from mainspring.core.graph.selection import find, text
from mainspring.core.graph.selection.evaluable import Evaluable, Found, Search
from mainspring.core.graph.selection.pattern import escape_pattern
from mainspring.core.graph.selection.text import Binding, Text
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class All(Evaluable):
    """All assets."""

    __slots__ = ()
    include_sources: bool

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return search.graph.everything if self.include_sources else search.graph.materializable

    def text(self, operands: Sequence[Text]) -> Text:
        return Text("*", Binding.ATOM)


class Keys(Evaluable):
    """The assets of some keys."""

    __slots__ = ()
    selected_keys: tuple[AssetKey, ...]

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return find.listed_keys(search.graph, self.selected_keys, allow_missing=search.allow_missing)

    def text(self, operands: Sequence[Text]) -> Text:
        return text.either(map(text.exact_key, self.selected_keys))


class KeyWildCard(Evaluable):
    """The assets whose key matches a pattern; none is no error."""

    __slots__ = ()
    selected_key_wildcard: str

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return find.matching(search.graph, self.selected_key_wildcard)

    def text(self, operands: Sequence[Text]) -> Text:
        return text.filtered("key", self.selected_key_wildcard)


class Filter(Evaluable):
    """A filter that leaves out assets made elsewhere, unless told otherwise."""

    __slots__ = ()
    include_sources: bool

    def matches(self, search: Search) -> Set[int]:
        """The assets the filter lets through, wherever made."""
        raise TypeError(f"{type(self).__name__} does not say what it lets through")

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        found = self.matches(search)
        return found if self.include_sources else found & search.graph.materializable

    def narrowed(self, keys: Text) -> Text:
        """The text of a filter written with ``key:``, which by itself selects assets wherever made."""
        return keys if self.include_sources else text.call("materializable", keys)


class Groups(Filter):
    """The assets of some groups."""

    __slots__ = ()
    selected_groups: tuple[str, ...]
    include_sources: bool

    def matches(self, search: Search) -> Set[int]:
        return find.with_words(search.graph, "group", self.selected_groups)

    def text(self, operands: Sequence[Text]) -> Text:
        return text.either(text.filtered("group", group) for group in self.selected_groups)


class KeyPrefixes(Filter):
    """The assets whose key begins with one of some prefixes."""

    __slots__ = ()
    selected_key_prefixes: tuple[tuple[str, ...], ...]
    include_sources: bool

    def matches(self, search: Search) -> Set[int]:
        return find.below_prefixes(search.graph, self.selected_key_prefixes)

    def text(self, operands: Sequence[Text]) -> Text:
        heads = ["/".join(map(escape_pattern, prefix)) for prefix in self.selected_key_prefixes]
        keys = text.either(text.filtered("key", form) for head in heads for form in (head, f"{head}/*"))
        return self.narrowed(keys)


class KeySubstring(Filter):
    """The assets whose key holds some text."""

    __slots__ = ()
    selected_key_substring: str
    include_sources: bool

    def matches(self, search: Search) -> Set[int]:
        return find.with_substring(search.graph, self.selected_key_substring)

    def text(self, operands: Sequence[Text]) -> Text:
        return self.narrowed(text.filtered("key", f"*{escape_pattern(self.selected_key_substring)}*"))


class AttributeFilter(Filter):
    """The assets with a value of an attribute; a tag's value is a pair."""

    __slots__ = ()
    attribute_name: Attribute
    value: str | tuple[str, str] | None
    include_sources: bool

    def matches(self, search: Search) -> Set[int]:
        return find.with_words(search.graph, self.attribute_name, (self.value,))

    def text(self, operands: Sequence[Text]) -> Text:
        if not isinstance(self.value, tuple):
            return text.filtered(self.attribute_name, self.value)
        key, value = self.value
        tail = f"={text.quoted(value)}" if value else ""
        return Text(text.filtered(self.attribute_name, key).text + tail, Binding.ATOM)


class ChangedInBranch(Evaluable):
    """The assets that differ from the base branch."""

    __slots__ = ()
    reason: str

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return find.changed(search.graph, self.reason)

    def text(self, operands: Sequence[Text]) -> Text:
        return text.filtered("changed_in_branch", self.reason)


class AllChecks(Evaluable):
    """All checks, no asset."""

    __slots__ = ()

    def find_checks(self, search: Search, assets: Set[int], operands: Sequence[Found]) -> Set[AssetCheckKey]:
        return search.graph.checks.keys()

    def text(self, operands: Sequence[Text]) -> Text:
        return Text("check:*", Binding.ATOM)


class ChecksOfAssets(Evaluable):
    """The checks of some assets, without the assets."""

    __slots__ = ()
    selected_asset_keys: tuple[AssetKey, ...]

    def find_checks(self, search: Search, assets: Set[int], operands: Sequence[Found]) -> Set[AssetCheckKey]:
        keys, missing = self.selected_asset_keys, search.allow_missing
        places = find.listed_keys(search.graph, keys, allow_missing=missing)
        return find.checks_of(search.graph, places)

    def text(self, operands: Sequence[Text]) -> Text:
        keys = (key.to_escaped_user_string() for key in self.selected_asset_keys)
        return text.either(text.filtered("checks_for", key) for key in keys)


class CheckKeys(Evaluable):
    """Some checks, without their assets."""

    __slots__ = ()
    selected_asset_check_keys: tuple[AssetCheckKey, ...]

    def find_checks(self, search: Search, assets: Set[int], operands: Sequence[Found]) -> Set[AssetCheckKey]:
        keys = self.selected_asset_check_keys
        return find.listed_checks(search.graph, keys, allow_missing=search.allow_missing)

    def text(self, operands: Sequence[Text]) -> Text:
        keys = self.selected_asset_check_keys
        names = (f"{key.asset_key.to_escaped_user_string()}:{key.name}" for key in keys)
        return text.either(text.filtered("check", name) for name in names)
