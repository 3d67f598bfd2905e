"""The selections made of others: how each combines what its operands found, and how it reads.

The operands are ``AssetSelection`` objects, a class that stands above this module; hence ``Any``.
"""

# ruff: noqa: ARG002  # every selection is given what any of them may need

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any, ClassVar, Self

from mainspring.core.base.errors import InvalidSubsetError
from mainspring.core.graph.selection import find, text
from mainspring.core.graph.selection.evaluable import Evaluable, Found, Search
from mainspring.core.graph.selection.text import Binding, Text
from mainspring.core.values.asset_key import AssetCheckKey


class Or(Evaluable):
    """What any operand selects."""

    __slots__ = ()
    selections: tuple[Any, ...]

    def operands(self) -> Sequence[Self]:
        return self.selections

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return frozenset[int]().union(*operands)

    def find_checks(self, search: Search, assets: Set[int], operands: Sequence[Found]) -> Set[AssetCheckKey]:
        return frozenset[AssetCheckKey]().union(*(operand.checks for operand in operands))

    def text(self, operands: Sequence[Text]) -> Text:
        return text.either(operands)


class And(Evaluable):
    """What each operand selects; nothing where there is no operand."""

    __slots__ = ()
    selections: tuple[Any, ...]

    def operands(self) -> Sequence[Self]:
        return self.selections

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return frozenset(operands[0]).intersection(*operands[1:]) if operands else frozenset()

    def find_checks(self, search: Search, assets: Set[int], operands: Sequence[Found]) -> Set[AssetCheckKey]:
        checks = [operand.checks for operand in operands]
        return frozenset(checks[0]).intersection(*checks[1:]) if checks else frozenset()

    def text(self, operands: Sequence[Text]) -> Text:
        return text.both(operands) if operands else text.NOTHING


class Subtract(Evaluable):
    """What the left operand selects and the right one does not."""

    __slots__ = ()
    left: Any
    right: Any

    def operands(self) -> Sequence[Self]:
        return (self.left, self.right)

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        left, right = operands
        return left - right if right else left

    def find_checks(self, search: Search, assets: Set[int], operands: Sequence[Found]) -> Set[AssetCheckKey]:
        left, right = operands
        return left.checks - right.checks

    def text(self, operands: Sequence[Text]) -> Text:
        left, right = operands
        if left.text == "*":
            return Text(f"not {right.inside(Binding.LAYERS)}", Binding.NOT)
        return text.without(left, right)


def layers(depth: int | None) -> int | None:
    """The depth itself. Raises ``InvalidSubsetError`` for a number below 0."""
    if depth is not None and depth < 0:
        raise InvalidSubsetError(f"The depth of a selection is a number of layers, 0 or more; got {depth}.")
    return depth


class _Layers(Evaluable):
    __slots__ = ()
    child: Any
    depth: int | None
    include_self: bool

    def operands(self) -> Sequence[Self]:
        return (self.child,)

    def beyond(self, search: Search, inside: Set[int]) -> Set[int]:
        """The assets of the layers, without those they start from."""
        raise TypeError(f"{type(self).__name__} does not say which way it looks")

    def signed(self, operand: str, depth: str) -> str:
        """The operand with the sign for the layers."""
        raise TypeError(f"{type(self).__name__} does not say how it is written")

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        (inside,) = operands
        beyond = self.beyond(search, inside)
        return beyond | inside if self.include_self else beyond

    def text(self, operands: Sequence[Text]) -> Text:
        (operand,) = operands
        depth = "" if self.depth is None else str(self.depth)
        signed = Text(self.signed(operand.inside(Binding.ATOM), depth), Binding.LAYERS)
        return signed if self.include_self else text.without(signed, operand)


class Upstream(_Layers):
    """The operand and what lies above it. Assets made elsewhere are passed through and left out."""

    __slots__ = ()

    def beyond(self, search: Search, inside: Set[int]) -> Set[int]:
        return search.graph.dag.ancestors(inside, self.depth) & search.graph.materializable

    def signed(self, operand: str, depth: str) -> str:
        return f"{depth}+{operand}"


class Downstream(_Layers):
    """The operand and what lies below it."""

    __slots__ = ()

    def beyond(self, search: Search, inside: Set[int]) -> Set[int]:
        return search.graph.dag.descendants(inside, self.depth)

    def signed(self, operand: str, depth: str) -> str:
        return f"{operand}+{depth}"


class _Function(Evaluable):
    __slots__ = ()
    child: Any
    function: ClassVar[str]

    def operands(self) -> Sequence[Self]:
        return (self.child,)

    def text(self, operands: Sequence[Text]) -> Text:
        return text.call(self.function, operands[0])


class Roots(_Function):
    """The materializable assets without a parent among them."""

    __slots__ = ()
    function = "roots"

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return search.graph.dag.roots(operands[0] & search.graph.materializable)


class Sinks(_Function):
    """The assets without a child among them."""

    __slots__ = ()
    function = "sinks"

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return search.graph.dag.sinks(operands[0])


class Materializable(_Function):
    """The assets a run can make."""

    __slots__ = ()
    function = "materializable"

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return operands[0] & search.graph.materializable


class RequiredNeighbors(_Function):
    """The assets and what can only be computed together with them."""

    __slots__ = ()
    function = "required_multi_asset_neighbors"

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        return find.together(search.graph, operands[0])


class ParentSources(_Function):
    """The parents that are made elsewhere."""

    __slots__ = ()
    function = "upstream_source_assets"

    def find(self, search: Search, operands: Sequence[Set[int]]) -> Set[int]:
        dag = search.graph.dag
        parents = frozenset(parent for place in operands[0] for parent in dag.parents(place))
        return parents - search.graph.materializable
