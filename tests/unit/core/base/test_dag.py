"""The integer graph: order, levels, cycles and reach, against a brute-force model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.dag import Dag

Edges = list[tuple[int, int]]


@st.composite
def acyclic(draw: st.DrawFn) -> tuple[int, Edges]:
    size = draw(st.integers(1, 9))
    pairs = [(a, b) for a in range(size) for b in range(a + 1, size)]
    edges = draw(st.lists(st.sampled_from(pairs), max_size=20)) if pairs else []
    names = draw(st.permutations(range(size)))
    return size, [(names[a], names[b]) for a, b in edges]


@st.composite
def any_graph(draw: st.DrawFn) -> tuple[int, Edges]:
    size = draw(st.integers(1, 7))
    node = st.integers(0, size - 1)
    return size, draw(st.lists(st.tuples(node, node), max_size=12))


def walked(edges: Edges, seeds: set[int], depth: int) -> set[int]:
    reached = set(seeds)
    for _ in range(depth):
        reached |= {b for a, b in edges if a in reached}
    return reached - seeds


def test_small_graph_in_full():
    dag = Dag(5, [(3, 1), (0, 1), (1, 2), (3, 1)])
    assert [dag.parents(i) for i in range(5)] == [[], [3, 0], [1], [], []]
    assert [dag.children(i) for i in range(5)] == [[1], [2], [], [1], []]
    assert dag.topological_order() == [0, 3, 1, 2, 4]
    assert dag.levels() == [[0, 3, 4], [1], [2]]
    assert dag.roots({1, 2, 4}) == {1, 4}
    assert dag.sinks({0, 1, 4}) == {1, 4}
    assert dag.ancestors([2], 1) == {1}
    assert dag.descendants([0, 1]) == {2}


def test_from_parents_is_the_same_graph():
    dag = Dag.from_parents([[], [3, 0, 3], [1], [], []])
    assert [dag.parents(i) for i in range(5)] == [[], [3, 0], [1], [], []]
    assert [dag.children(i) for i in range(5)] == [[1], [2], [], [1], []]


def test_empty_graph():
    dag = Dag(0)
    assert (dag.topological_order(), dag.levels(), dag.find_cycle()) == ([], [], None)


def test_cycle_is_shown_as_a_path_from_its_smallest_node():
    assert Dag(6, [(5, 4), (4, 2), (2, 3), (3, 4), (3, 1)]).find_cycle() == [2, 3, 4]
    assert Dag(2, [(1, 1)]).find_cycle() == [1]


def test_order_of_a_graph_with_a_cycle_is_refused():
    dag = Dag(3, [(0, 1), (1, 0)])
    with pytest.raises(ValueError, match="cycle"):
        dag.topological_order()
    with pytest.raises(ValueError, match="cycle"):
        dag.levels()


@given(acyclic())
def test_order_is_the_smallest_ready_first(graph: tuple[int, Edges]):
    size, edges = graph
    left, expected = set(range(size)), list[int]()
    while left:
        ready = min(n for n in left if not any(b == n and a in left for a, b in edges))
        expected.append(ready)
        left.remove(ready)
    dag = Dag(size, edges)
    assert dag.topological_order() == expected
    assert dag.find_cycle() is None
    place = {node: level for level, nodes in enumerate(dag.levels()) for node in nodes}
    above = {n: [place[a] for a, b in edges if b == n] for n in range(size)}
    assert place == {n: max(above[n], default=-1) + 1 for n in range(size)}


@given(any_graph())
def test_a_cycle_is_found_exactly_when_there_is_one(graph: tuple[int, Edges]):
    size, edges = graph
    cycle = Dag(size, edges).find_cycle()
    on_one = any(n in {b for a, b in edges if a in {n} | walked(edges, {n}, size)} for n in range(size))
    assert (cycle is not None) == on_one
    if cycle is not None:
        assert all(step in edges for step in zip(cycle, cycle[1:] + cycle[:1], strict=True))
        assert cycle[0] == min(cycle)
        assert len(set(cycle)) == len(cycle)


@given(any_graph(), st.data())
def test_reach_equals_walking_edge_by_edge(graph: tuple[int, Edges], data: st.DataObject):
    size, edges = graph
    seeds = data.draw(st.sets(st.integers(0, size - 1)))
    depth = data.draw(st.none() | st.integers(0, 4))
    steps = size if depth is None else depth
    dag = Dag(size, edges)
    assert dag.descendants(seeds, depth) == walked(edges, seeds, steps)
    assert dag.ancestors(seeds, depth) == walked([(b, a) for a, b in edges], seeds, steps)


def test_a_long_chain_needs_no_recursion():
    size = 100_000
    dag = Dag.from_parents([[i - 1] if i else [] for i in range(size)])
    assert dag.topological_order() == list(range(size))
    assert len(dag.levels()) == size
    assert len(dag.ancestors([size - 1])) == size - 1
    assert dag.find_cycle() is None


def test_a_long_cycle_is_found():
    size = 100_000
    assert Dag.from_parents([[(i - 1) % size] for i in range(size)]).find_cycle() == list(range(size))
