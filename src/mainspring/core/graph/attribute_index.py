"""Which assets have which group, tag, kind, owner or column: each index is built when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, cast

from mainspring.core.graph.node import AssetNode

Attribute = Literal["group", "tag", "kind", "owner", "code_location", "table_name", "column", "column_tag"]
"""What assets can be looked up by."""

Word = str | tuple[str, str] | None
"""A value of an attribute; a pair for the two kinds of tags; ``None`` stands for having none at all."""

_TABLE_NAME = "dagster/table_name"
_COLUMN_SCHEMA = "dagster/column_schema"


class AttributeIndex:
    """The positions of nodes by what is said of them."""

    __slots__ = ("_indexes", "_nodes", "_user_strings")

    def __init__(self, nodes: Sequence[AssetNode]) -> None:
        self._nodes = nodes
        self._indexes: dict[str, dict[Word, frozenset[int]]] = {}
        self._user_strings: dict[str, tuple[int, ...]] | None = None

    def by(self, attribute: Attribute) -> Mapping[Word, frozenset[int]]:
        """The nodes by each value of the attribute; under ``None`` those that have no value."""
        index = self._indexes.get(attribute)
        if index is None:
            index = self._indexes[attribute] = _indexed(self._nodes, _READERS[attribute])
        return index

    @property
    def user_strings(self) -> Mapping[str, tuple[int, ...]]:
        """The nodes by their key as people write it; more than one where a part of a key holds a slash."""
        if self._user_strings is None:
            found: dict[str, tuple[int, ...]] = {}
            for position, node in enumerate(self._nodes):
                text = node.key.to_user_string()
                found[text] = (*found[text], position) if text in found else (position,)
            self._user_strings = found
        return self._user_strings


def _indexed(
    nodes: Sequence[AssetNode], read: Callable[[AssetNode], Iterable[Word]]
) -> dict[Word, frozenset[int]]:
    found: dict[Word, list[int]] = {}
    for position, node in enumerate(nodes):
        words = tuple(read(node)) or (None,)
        for word in words:
            found.setdefault(word, []).append(position)
    return {word: frozenset(positions) for word, positions in found.items()}


def _table_names(node: AssetNode) -> Iterable[Word]:
    value = node.metadata.get(_TABLE_NAME)
    value = getattr(value, "value", value)
    return (value,) if isinstance(value, str) else ()


def _columns(node: AssetNode) -> Sequence[object]:
    value = node.metadata.get(_COLUMN_SCHEMA)
    for schema in (value, getattr(value, "value", None), getattr(value, "schema", None)):
        columns = getattr(schema, "columns", None)
        if isinstance(columns, (list, tuple)):
            return cast("Sequence[object]", columns)
    return ()


def _column_names(node: AssetNode) -> Iterable[Word]:
    return dict.fromkeys(str(getattr(column, "name", "")) for column in _columns(node))


def _column_tags(node: AssetNode) -> Iterable[Word]:
    tags = (getattr(column, "tags", None) for column in _columns(node))
    pairs = (cast("Mapping[str, str]", found).items() for found in tags if isinstance(found, Mapping))
    return dict.fromkeys(pair for items in pairs for pair in items)


_READERS: Mapping[str, Callable[[AssetNode], Iterable[Word]]] = {
    "group": lambda node: (node.group_name,),
    "tag": lambda node: node.tags.items(),
    "kind": lambda node: node.kinds,
    "owner": lambda node: dict.fromkeys(node.owners),
    "code_location": lambda node: () if node.location is None else (node.location,),
    "table_name": _table_names,
    "column": _column_names,
    "column_tag": _column_tags,
}
