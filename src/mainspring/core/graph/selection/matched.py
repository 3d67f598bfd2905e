"""A selection that must select something: what it selects, or an error that says why it is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import NamedTuple

from mainspring.core.base.errors import InvalidSubsetError, nearest
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.selection import leaves
from mainspring.core.graph.selection.evaluable import Evaluable, Search
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class Matched(NamedTuple):
    """The assets and checks of a selection."""

    asset_keys: Set[AssetKey]
    check_keys: Set[AssetCheckKey]


def resolve_some(selection: Evaluable, graph: AssetGraph) -> Matched:
    """What a selection selects, at least one asset or check.

    Raises ``InvalidSubsetError`` with the nearest groups, tags, names and so on when that is nothing,
    and what ``resolve`` raises.
    """
    matched = Matched(selection.resolve(graph), selection.resolve_checks(graph))
    if matched.asset_keys or matched.check_keys:
        return matched
    reasons = [reason for leaf in _leaves(selection) if (reason := _why_nothing(leaf, graph))]
    raise InvalidSubsetError(
        f"The selection {selection.to_selection_str()} matched no assets.",
        hint="\n".join(dict.fromkeys(reasons)) or _in_general(graph),
    )


def _leaves(selection: Evaluable) -> Iterable[Evaluable]:
    stack = [selection]
    while stack:
        node = stack.pop()
        operands = node.operands()
        stack += reversed(operands)
        if not operands:
            yield node


def _in_general(graph: AssetGraph) -> str:
    if not len(graph):
        return "No asset is declared at all."
    if not graph.materializable:
        return "All assets are made elsewhere: select them by key, or with include_sources=True."
    return "Each part of it matches something, but nothing matches all of it."


# Everything, keys that were looked up one by one, and checks.
_NEVER_MISSPELT = (leaves.All, leaves.Keys, leaves.AllChecks, leaves.ChecksOfAssets, leaves.CheckKeys)


def _why_nothing(leaf: Evaluable, graph: AssetGraph) -> str | None:
    """What a leaf asks for that is not there, with what is near; ``None`` for one that matches something."""
    search = Search(graph, allow_missing=True)
    if isinstance(leaf, _NEVER_MISSPELT) or leaf.find(search, ()):
        return None
    said = leaf.to_selection_str()
    if isinstance(leaf, leaves.Filter) and leaf.matches(search):
        return f"{said} matches only assets that are made elsewhere."
    near = _near(leaf, graph)
    return f"{said} matches nothing; nearest: {', '.join(near)}." if near else f"{said} matches nothing."


def _near(leaf: Evaluable, graph: AssetGraph) -> list[str]:
    if isinstance(leaf, leaves.Groups):
        known = [str(group) for group in graph.index.by("group")]
        return [name for group in leaf.selected_groups for name in nearest(group, known)]
    if isinstance(leaf, leaves.AttributeFilter):
        words = {_as_text(word) for word in graph.index.by(leaf.attribute_name) if word is not None}
        wanted = _as_text(leaf.value) if leaf.value is not None else ""
        # A tag asked for by its key alone is most likely one with a value.
        same_key = sorted(word for word in words if word.startswith(f"{wanted}="))
        return same_key[:3] or nearest(wanted, sorted(words))
    if isinstance(leaf, leaves.KeyWildCard):
        return nearest(leaf.selected_key_wildcard.replace("*", ""), graph.index.user_strings)
    if isinstance(leaf, leaves.KeySubstring):
        return nearest(leaf.selected_key_substring, graph.index.user_strings)
    if isinstance(leaf, leaves.KeyPrefixes):
        known = {
            "/".join(node.key.parts[:end])
            for node in graph.nodes
            for end in range(1, len(node.key.parts) + 1)
        }
        prefixes = ("/".join(prefix) for prefix in leaf.selected_key_prefixes)
        return [name for prefix in prefixes for name in nearest(prefix, sorted(known))]
    return []


def _as_text(word: str | tuple[str, str] | None) -> str:
    if isinstance(word, tuple):
        return f"{word[0]}={word[1]}" if word[1] else word[0]
    return word or ""
