"""A directed acyclic graph over the integers ``0 .. n-1``: flat adjacency, iterative walks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from heapq import heapify, heappop, heappush
from itertools import accumulate


class Dag:
    """Nodes ``0 .. size-1`` and edges that lead from a parent to its child.

    >>> dag = Dag(3, [(0, 1), (1, 2)])
    >>> dag.topological_order(), dag.ancestors([2]), dag.children(0)
    ([0, 1, 2], {0, 1}, [1])

    An edge given twice counts once. Building never fails on a cycle: ask ``find_cycle`` before
    relying on an order.
    """

    __slots__ = ("_child_at", "_children", "_parent_at", "_parents", "size")

    size: int
    """The number of nodes."""

    def __init__(self, size: int, edges: Iterable[tuple[int, int]] = ()) -> None:
        parents: list[list[int]] = [[] for _ in range(size)]
        for parent, child in edges:
            parents[child].append(parent)
        self._build(parents)

    @classmethod
    def from_parents(cls, parents: Sequence[Sequence[int]]) -> Dag:
        """The graph of each node's parents, given in the order of the nodes."""
        dag = cls.__new__(cls)
        dag._build(parents)
        return dag

    def _build(self, parents: Sequence[Sequence[int]]) -> None:
        self.size = size = len(parents)
        above: list[list[int]] = [
            list(dict.fromkeys(found)) if len(found) > 1 else list(found) for found in parents
        ]
        self._parent_at = list(accumulate(map(len, above), initial=0))
        self._parents = [parent for found in above for parent in found]
        counts = [0] * (size + 1)
        for parent in self._parents:
            counts[parent + 1] += 1
        self._child_at = list(accumulate(counts))
        free = self._child_at[:-1]
        self._children = [0] * len(self._parents)
        for child, found in enumerate(above):
            for parent in found:
                self._children[free[parent]] = child
                free[parent] += 1

    def parents(self, node: int) -> list[int]:
        """The nodes right above, in the order they were given."""
        return self._parents[self._parent_at[node] : self._parent_at[node + 1]]

    def children(self, node: int) -> list[int]:
        """The nodes right below, ascending."""
        return self._children[self._child_at[node] : self._child_at[node + 1]]

    # -- order ------------------------------------------------------------------------------------

    def topological_order(self) -> list[int]:
        """Every node after its parents; of those that could come next always the smallest.

        Raises ``ValueError`` when the graph has a cycle.
        """
        waiting = self._parent_counts()
        ready = [node for node, count in enumerate(waiting) if not count]
        heapify(ready)
        order: list[int] = []
        while ready:
            node = heappop(ready)
            order.append(node)
            for child in self.children(node):
                waiting[child] -= 1
                if not waiting[child]:
                    heappush(ready, child)
        return self._whole(order)

    def levels(self) -> list[list[int]]:
        """The nodes by the length of the longest path that leads to them, each level ascending.

        Raises ``ValueError`` when the graph has a cycle.
        """
        levels, waiting = self._peel()
        if any(waiting):
            raise ValueError("the graph has a cycle")
        return levels

    def find_cycle(self) -> list[int] | None:
        """The nodes of one cycle, each followed by its child; ``None`` if there is none.

        The path begins at its smallest node, a child of its last one. A node that is its own parent is a
        cycle of one.
        """
        _, waiting = self._peel()
        start = next((node for node, count in enumerate(waiting) if count), None)
        if start is None:
            return None
        # A node that was never freed still has a parent that was not: going up must come round.
        path: list[int] = []
        place: dict[int, int] = {}
        node = start
        while node not in place:
            place[node] = len(path)
            path.append(node)
            node = next(parent for parent in self.parents(node) if waiting[parent])
        cycle = path[place[node] :][::-1]
        smallest = cycle.index(min(cycle))
        return cycle[smallest:] + cycle[:smallest]

    def _parent_counts(self) -> list[int]:
        at = self._parent_at
        return [at[node + 1] - at[node] for node in range(self.size)]

    def _peel(self) -> tuple[list[list[int]], list[int]]:
        """The levels that can be reached, and for each node how many parents were never freed."""
        children, at = self._children, self._child_at
        waiting = self._parent_counts()
        level = [node for node, count in enumerate(waiting) if not count]
        levels: list[list[int]] = []
        while level:
            levels.append(level)
            below: list[int] = []
            for node in level:
                for child in children[at[node] : at[node + 1]]:
                    waiting[child] -= 1
                    if not waiting[child]:
                        below.append(child)
            below.sort()
            level = below
        return levels, waiting

    def _whole(self, order: list[int]) -> list[int]:
        if len(order) != self.size:
            raise ValueError("the graph has a cycle")
        return order

    # -- reach ------------------------------------------------------------------------------------

    def ancestors(self, seeds: Collection[int], depth: int | None = None) -> set[int]:
        """What lies above the seeds, at most ``depth`` edges away, without the seeds themselves."""
        return self._reach(seeds, depth, self._parents, self._parent_at)

    def descendants(self, seeds: Collection[int], depth: int | None = None) -> set[int]:
        """What lies below the seeds, at most ``depth`` edges away, without the seeds themselves."""
        return self._reach(seeds, depth, self._children, self._child_at)

    def _reach(self, seeds: Collection[int], depth: int | None, near: list[int], at: list[int]) -> set[int]:
        seen = bytearray(self.size)
        for seed in seeds:
            seen[seed] = 1
        found: list[int] = []
        edge = list(seeds)
        left = self.size if depth is None else depth
        while edge and left > 0:
            beyond: list[int] = []
            for node in edge:
                for other in near[at[node] : at[node + 1]]:
                    if not seen[other]:
                        seen[other] = 1
                        beyond.append(other)
            found += beyond
            edge = beyond
            left -= 1
        return set(found)

    def roots(self, subset: Collection[int]) -> set[int]:
        """The nodes of the subset none of whose parents is in it."""
        return self._ends(subset, self._parents, self._parent_at)

    def sinks(self, subset: Collection[int]) -> set[int]:
        """The nodes of the subset none of whose children is in it."""
        return self._ends(subset, self._children, self._child_at)

    @staticmethod
    def _ends(subset: Collection[int], near: list[int], at: list[int]) -> set[int]:
        inside = subset if isinstance(subset, (set, frozenset)) else set(subset)
        return {node for node in inside if inside.isdisjoint(near[at[node] : at[node + 1]])}
