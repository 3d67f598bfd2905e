"""What every selection can do once it is built: find its assets and checks, and say itself as a string."""

# ruff: noqa: ARG002  # every selection is given what any of them may need

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import NamedTuple, Self

from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.selection.coerce import graph_of
from mainspring.core.graph.selection.find import checks_of
from mainspring.core.graph.selection.fold import fold
from mainspring.core.graph.selection.text import Binding, Text
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class Search(NamedTuple):
    """Where a selection looks."""

    graph: AssetGraph
    allow_missing: bool


class Found(NamedTuple):
    """What a selection has found: assets by position, checks by key."""

    assets: Set[int]
    checks: Set[AssetCheckKey]


class Evaluable:
    """A node of a selection tree: a class of them says what it is made of, what it finds and how it reads."""

    __slots__ = ()

    def operands(self) -> Sequence[Self]:
        """The selections it is made of."""
        return ()

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        """The assets, given those of the operands. A selection of checks alone finds none."""
        return frozenset()

    def find_checks(self, search: Search, assets: Set[int], operands: Sequence[Found]) -> Set[AssetCheckKey]:
        """The checks: by default those of the assets."""
        return checks_of(search.graph, assets)

    def text(self, operands: Sequence[Text]) -> Text:
        """The selection as a string, given the operands'."""
        raise TypeError(f"{type(self).__name__} does not say how it is written")

    # -- what callers ask -------------------------------------------------------------------------

    def resolve(
        self, all_assets: Iterable[object] | AssetGraph, allow_missing: bool = False
    ) -> Set[AssetKey]:
        """The keys of the selected assets, among the assets of a graph or of a list of definitions.

        Raises ``InvalidSubsetError`` that lists the keys the selection names and nobody declares, unless
        ``allow_missing``.
        """
        graph = graph_of(all_assets)
        search = Search(graph, allow_missing)
        places = fold(self, lambda node, operands: node.find(search, operands))
        return graph.materializable_asset_keys if places is graph.materializable else graph.keys_at(places)

    def resolve_checks(
        self, asset_graph: Iterable[object] | AssetGraph, allow_missing: bool = False
    ) -> Set[AssetCheckKey]:
        """The keys of the selected checks. Raises what ``resolve`` raises."""
        search = Search(graph_of(asset_graph), allow_missing)

        def combine(node: Self, operands: Sequence[Found]) -> Found:
            assets = node.find(search, [operand.assets for operand in operands])
            return Found(assets, node.find_checks(search, assets, operands))

        return fold(self, combine).checks

    def resolve_inner(self, asset_graph: AssetGraph, allow_missing: bool) -> Set[AssetKey]:
        """The same as ``resolve``."""
        return self.resolve(asset_graph, allow_missing)

    def resolve_checks_inner(self, asset_graph: AssetGraph, allow_missing: bool) -> Set[AssetCheckKey]:
        """The same as ``resolve_checks``."""
        return self.resolve_checks(asset_graph, allow_missing)

    def to_serializable_asset_selection(self, asset_graph: AssetGraph) -> Self:
        """The selection itself: every selection can be stored."""
        return self

    def to_selection_str(self) -> str:
        """The selection as a string that ``from_string`` reads back.

        Whether external assets are included (``include_sources``) is not part of the string.
        """
        return self._as_text().text

    def needs_parentheses_when_operand(self) -> bool:
        """Whether its string must stand in parentheses inside a larger one."""
        return self._as_text().binding < Binding.LAYERS

    def operand_to_selection_str(self) -> str:
        """Its string, in parentheses where a larger one needs them."""
        return self._as_text().inside(Binding.LAYERS)

    def _as_text(self) -> Text:
        return fold(self, lambda node, operands: node.text(operands))

    def __str__(self) -> str:
        return self.to_selection_str()
