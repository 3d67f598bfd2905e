"""Finding assets and checks in a graph: the steps that selections are made of, on positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from mainspring.core.base.errors import InvalidSubsetError, nearest
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.attribute_index import Attribute, Word
from mainspring.core.graph.selection.pattern import matches, pattern_pieces
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

_MOST_SUGGESTED = 5
_MOST_LISTED = 20


def listed_keys(graph: AssetGraph, keys: Sequence[AssetKey], *, allow_missing: bool) -> set[int]:
    """The positions of keys. Raises ``InvalidSubsetError`` that lists each key which is not there."""
    found = graph.positions(keys)
    if not allow_missing and len(found) < len(keys):
        missing = [key for key in dict.fromkeys(keys) if key not in graph]
        if missing:
            raise _unknown("asset", [key.to_user_string() for key in missing], graph.index.user_strings)
    return found


def listed_checks(
    graph: AssetGraph, keys: Sequence[AssetCheckKey], *, allow_missing: bool
) -> set[AssetCheckKey]:
    """The checks that are there. Raises ``InvalidSubsetError`` that lists each one which is not."""
    missing = [key for key in keys if key not in graph.checks]
    if missing and not allow_missing:
        known = [key.to_user_string() for key in graph.checks]
        raise _unknown("asset check", [key.to_user_string() for key in missing], known)
    return {key for key in keys if key in graph.checks}


def with_words(graph: AssetGraph, attribute: Attribute, words: Iterable[Word]) -> Set[int]:
    """The assets that have one of the values of an attribute."""
    index = graph.index.by(attribute)
    found = [index[word] for word in words if word in index]
    return found[0] if len(found) == 1 else frozenset[int]().union(*found)


def below_prefixes(graph: AssetGraph, prefixes: Sequence[Sequence[str]]) -> set[int]:
    """The assets whose key begins with one of some prefixes."""
    by_length: dict[int, set[tuple[str, ...]]] = {}
    for prefix in prefixes:
        by_length.setdefault(len(prefix), set()).add(tuple(prefix))
    found: set[int] = set()
    for length, heads in by_length.items():
        found.update(place for place, node in enumerate(graph.nodes) if node.key.parts[:length] in heads)
    return found


def with_substring(graph: AssetGraph, substring: str) -> set[int]:
    """The assets whose key, as people write it, holds some text."""
    return {
        place for text, places in graph.index.user_strings.items() if substring in text for place in places
    }


def matching(graph: AssetGraph, pattern: str) -> Set[int]:
    """The assets whose key, as people write it, matches a pattern."""
    pieces = pattern_pieces(pattern)
    known = graph.index.user_strings
    if len(pieces) == 1:
        return frozenset(known.get(pieces[0], ()))
    longest = max(pieces, key=len)  # refuses most keys at once
    return {
        place
        for text, places in known.items()
        if longest in text and matches(pieces, text)
        for place in places
    }


def changed(graph: AssetGraph, reason: str) -> set[int]:
    """The assets that differ from the base branch for a reason, for any at all with ``ANY``."""
    if graph.changes is None:
        raise InvalidSubsetError(
            "A selection asks for what has changed in this branch; there is no base branch to compare with.",
            hint="Leave changed_in_branch out, or evaluate the selection in a deployment that has a base.",
        )
    wanted = reason.upper()
    return graph.positions(
        key for key, reasons in graph.changes.items() if reasons and (wanted == "ANY" or wanted in reasons)
    )


def together(graph: AssetGraph, places: Set[int]) -> set[int]:
    """The assets with all those they can only be computed together with."""
    nodes = graph.nodes
    sets = {nodes[place].execution_set for place in places}
    return set(places).union(*(graph.positions(keys) for keys in sets))


def checks_of(graph: AssetGraph, places: Set[int]) -> set[AssetCheckKey]:
    """The checks of some assets."""
    if not graph.checks:
        return set()
    if len(places) == len(graph):
        return set(graph.checks)
    inside = graph.position
    return {check for check in graph.checks if inside(check.asset_key) in places}


def _unknown(noun: str, missing: Sequence[str], known: Iterable[str]) -> InvalidSubsetError:
    candidates = list(known)
    lines: list[str] = []
    for number, name in enumerate(missing[:_MOST_LISTED]):
        near = nearest(name, candidates) if number < _MOST_SUGGESTED else []
        lines.append(f"{name} (did you mean {', '.join(near)}?)" if near else name)
    if len(missing) > _MOST_LISTED:
        lines.append(f"and {len(missing) - _MOST_LISTED} more")
    many = "s" if len(missing) > 1 else ""
    return InvalidSubsetError(
        f"The selection names {len(missing)} {noun}{many} that nobody declares: {'; '.join(lines)}.",
        hint=f"Declare the {noun}{many}, or correct the selection."
        + ("" if candidates else f" No {noun} is declared at all."),
    )
