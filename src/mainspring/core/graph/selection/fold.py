"""One walk over a selection tree, operands before what is made of them, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, cast


class Tree(Protocol):
    """Something made of operands."""

    def operands(self) -> Sequence[Tree]:
        """What it is made of."""
        ...


_N = TypeVar("_N", bound=Tree)
_R = TypeVar("_R")


def fold(root: _N, combine: Callable[[_N, Sequence[_R]], _R]) -> _R:
    """The result for ``root``, where the result of each node is made of the results of its operands.

    A node that occurs twice (the same object) is computed once.
    """
    done: dict[int, _R] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        operands = cast("Sequence[_N]", node.operands())
        missing = [operand for operand in operands if id(operand) not in done]
        if missing:
            stack += missing
            continue
        stack.pop()
        if id(node) not in done:
            done[id(node)] = combine(node, [done[id(operand)] for operand in operands])
    return done[id(root)]
