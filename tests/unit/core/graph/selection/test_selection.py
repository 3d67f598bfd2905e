"""``AssetSelection``: what each kind selects, with and without checks, against a brute-force model."""

from __future__ import annotations

from collections.abc import Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError, InvalidSubsetError
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetExecutionType, AssetNode, CheckNode
from mainspring.core.graph.selection import selection as kinds
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

MADE = AssetExecutionType.MATERIALIZATION
CHECKS = {name: AssetCheckKey(AssetKey(name), "whole") for name in ("a", "b", "raw")}


def key(name: str) -> AssetKey:
    return AssetKey.from_user_string(name)


def names(found: Set[AssetKey]) -> str:
    return " ".join(sorted(k.to_user_string() for k in found))


def node(
    name: str, *parents: str, made: bool = True, group: str = "default", kind: str = "", **more: str
) -> AssetNode:
    return AssetNode(
        key(name),
        parents=tuple(map(key, parents)),
        execution_type=MADE if made else AssetExecutionType.UNEXECUTABLE,
        group_name=group,
        kinds=frozenset(kind.split()),
        tags=more,
        owners=("me@x.org",) if group == "g" else (),
        execution_set=frozenset(map(key, ("b", "c"))) if name in ("b", "c") else frozenset(),
    )


GRAPH = AssetGraph(
    [
        node("raw", made=False, group="g", kind="csv", tier="1"),
        node("a", "raw", group="g", kind="dbt sql", tier="1"),
        node("b", "a", group="h", tier="2"),
        node("c", "a", group="h", kind="dbt", label=""),
        node("s/d", "b", "c"),
        node("s/e", "s/d", "raw"),
    ],
    [CheckNode(check) for check in CHECKS.values()],
)

A = AssetSelection


@pytest.mark.parametrize(
    "selection,expected",
    [
        (A.all(), "a b c s/d s/e"),
        (A.all(include_sources=True), "a b c raw s/d s/e"),
        (A.assets("a", ["s", "d"], key("raw"), GRAPH.get(key("b"))), "a b raw s/d"),
        (A.keys("a"), "a"),
        (A.groups("g", "h"), "a b c"),
        (A.groups("g", include_sources=True), "a raw"),
        (A.key_prefixes("s"), "s/d s/e"),
        (A.key_prefixes(["s", "d"], "r", include_sources=True), "s/d"),
        (A.key_prefixes("raw"), ""),
        (A.key_substring("s/"), "s/d s/e"),
        (A.key_pattern("*a*"), "a raw"),
        (A.tag("tier", "1"), "a"),
        (A.tag("tier", "1", include_sources=True), "a raw"),
        (A.tag_string("tier=2"), "b"),
        (A.tag_string("label"), "c"),
        (A.tag_string("tier"), ""),
        (A.kind("dbt"), "a c"),
        (A.kind(None), "b s/d s/e"),
        (A.owner("me@x.org"), "a raw"),
        (A.owner(None), "b c s/d s/e"),
        (A.assets("s/e").upstream(), "a b c s/d s/e"),
        (A.assets("s/e").upstream(depth=1), "s/d s/e"),
        (A.assets("s/e").upstream(depth=2, include_self=False), "b c s/d"),
        (A.assets("s/e").upstream(depth=0), "s/e"),
        (A.assets("raw").upstream(), "raw"),
        (A.assets("raw").downstream(depth=1), "a raw s/e"),
        (A.assets("a").downstream(include_self=False), "b c s/d s/e"),
        (A.all().roots(), "a"),
        (A.assets("raw", "a", "s/d", "s/e").roots(), "a s/d"),
        (A.assets("raw", "a", "s/d").sources(), "a s/d"),
        (A.groups("g", "h").sinks(), "b c"),
        (A.all(include_sources=True).materializable(), "a b c s/d s/e"),
        (A.assets("b").required_multi_asset_neighbors(), "b c"),
        (A.all().upstream_source_assets(), "raw"),
        (A.assets("b").upstream_source_assets(), ""),
        (A.groups("g") | A.assets("b") | A.assets("s/d"), "a b s/d"),
        (A.kind("dbt") & A.groups("h"), "c"),
        (A.all() - A.groups("h") - A.assets("a"), "s/d s/e"),
        (A.all_asset_checks(), ""),
    ],
)
def test_assets(selection: AssetSelection, expected: str):
    assert names(selection.resolve(GRAPH)) == expected


@pytest.mark.parametrize(
    "selection,expected",
    [
        (A.all(), "a b"),
        (A.all(include_sources=True), "a b raw"),
        (A.assets("a", "c"), "a"),
        (A.assets("s/e").upstream(), "a b"),
        (A.all().without_checks(), ""),
        (A.all_asset_checks(), "a b raw"),
        (A.checks(CHECKS["raw"]), "raw"),
        (A.checks_for_assets("a", "raw", "c"), "a raw"),
        (A.assets("a") | A.checks(CHECKS["b"]), "a b"),
        (A.all() & A.checks_for_assets("b"), "b"),
        (A.all() - A.checks(CHECKS["b"]), "a"),
        (A.all() - A.assets("a"), "b"),
    ],
)
def test_checks(selection: AssetSelection, expected: str):
    assert selection.resolve_checks(GRAPH) == {CHECKS[name] for name in expected.split()}


def test_without_checks_keeps_the_assets():
    assert names(A.groups("g").without_checks().resolve(GRAPH)) == "a"


def test_unknown_keys_are_listed_each_with_its_nearest():
    with pytest.raises(InvalidSubsetError) as caught:
        A.assets("a", "s/f", "zebra").resolve(GRAPH)
    assert str(caught.value) == (
        "The selection names 2 assets that nobody declares: s/f (did you mean s/e, s/d?); zebra.\n"
        "Declare the assets, or correct the selection."
    )
    assert names(A.assets("a", "zebra").resolve(GRAPH, allow_missing=True)) == "a"


def test_unknown_checks_are_listed():
    missing = AssetCheckKey(key("a"), "hole")
    with pytest.raises(InvalidSubsetError, match="1 asset check that nobody declares: a:hole"):
        A.checks(missing).resolve_checks(GRAPH)
    assert A.checks(missing).resolve_checks(GRAPH, allow_missing=True) == set()


def test_changed_in_branch():
    nodes = [node("a"), node("b")]
    changed = AssetGraph(nodes, changes={key("a"): frozenset(("NEW",)), key("b"): frozenset(("TAGS",))})
    assert names(A.changed_in_branch().resolve(changed)) == "a b"
    assert names(A.changed_in_branch("new").resolve(changed)) == "a"
    with pytest.raises(InvalidSubsetError, match="no base branch"):
        A.changed_in_branch().resolve(AssetGraph(nodes))


class Definition:
    """As the runtime's definitions are: a set of keys, and nodes on demand."""

    def __init__(self, *nodes: AssetNode, checks: tuple[CheckNode, ...] = ()) -> None:
        self.nodes, self.checks = nodes, checks
        self.keys = {node.key for node in nodes}
        self.check_keys = {check.key for check in checks}

    def to_asset_nodes(self) -> tuple[AssetNode, ...]:
        return self.nodes

    def to_check_nodes(self) -> tuple[CheckNode, ...]:
        return self.checks


def test_definitions_are_selected_by_and_resolved_among():
    both = Definition(node("b", "a"), node("c", "a"), checks=(CheckNode(CHECKS["b"]),))
    rest = Definition(node("a"))
    assert names(A.assets(both).upstream().resolve([both, rest])) == "a b c"
    assert A.checks(both).resolve_checks([both, rest]) == {CHECKS["b"]}
    assert A.from_coercible([both, rest]) == A.from_coercible(["b", "c", "a"])
    assert A.from_coercible(rest) == A.assets("a")


def test_what_is_no_asset_is_refused():
    with pytest.raises(InvalidSubsetError, match="7 is a int"):
        A.all().resolve([7])
    with pytest.raises(InvalidDefinitionError, match="7"):
        A.assets(7)
    with pytest.raises(InvalidSubsetError, match="Cannot select checks by 7"):
        A.checks(7)
    with pytest.raises(InvalidSubsetError, match="got -1"):
        A.all().upstream(depth=-1)


def test_coercion_of_lists():
    assert A.from_coercible([]).resolve(GRAPH) == set()
    assert A.from_coercible([key("a"), "b", A.groups("h")]) == kinds.OrAssetSelection(
        (A.assets("a"), A.assets("b"), A.groups("h"))
    )
    # In a list plus signs are counted, in a string one of them means all layers.
    assert names(A.from_coercible(["a+"]).resolve(GRAPH)) == "a b c"
    assert names(A.from_coercible("a+").resolve(GRAPH)) == "a b c s/d s/e"
    assert names(A.from_coercible(["a++", "++s/e"]).resolve(GRAPH)) == "a b c s/d s/e"
    assert names(A.from_coercible(["*b", "s/d*"]).resolve(GRAPH)) == "a b s/d s/e"
    assert names(A.from_coercible(["*b+"]).resolve(GRAPH)) == "a b s/d"
    assert names(A.from_coercible(["group:g", 'key:"s/*"']).resolve(GRAPH)) == "a s/d s/e"


def test_selections_are_values():
    assert A.groups("g") | A.kind("dbt") == A.groups("g") | A.kind("dbt")
    assert len({A.assets("a").upstream(), A.assets("a").upstream(), A.assets("a").upstream(2)}) == 2


def test_a_selection_of_ten_thousand_unions_needs_no_recursion():
    selection = A.assets("a")
    for _ in range(10_000):
        selection = (selection | A.assets("b")) - A.assets("c")
    assert names(selection.resolve(GRAPH)) == "a b"


# -- against a model -------------------------------------------------------------------------------

LEAVES = st.sampled_from(
    [
        *(A.all(), A.assets("a"), A.assets("raw", "s/d"), A.assets(), A.groups("g"), A.groups("g", "h")),
        *(
            A.kind("dbt"),
            A.kind(None),
            A.tag("tier", "1"),
            A.tag_string("label"),
            A.attribute("code_location", None),
        ),
        *(A.owner("me@x.org"), A.owner(None), A.key_pattern("s/*"), A.key_pattern("*")),
        *(A.key_prefixes("s"), A.key_substring("a"), A.key_substring("a", include_sources=True)),
        *(A.all_asset_checks(), A.checks(CHECKS["a"]), A.checks_for_assets("a", "raw")),
    ]
)


def grown(inner: st.SearchStrategy[AssetSelection]) -> st.SearchStrategy[AssetSelection]:
    depth = st.none() | st.integers(0, 3)
    return st.one_of(
        st.builds(lambda x, y: x | y, inner, inner),
        st.builds(lambda x, y: x & y, inner, inner),
        st.builds(lambda x, y: x - y, inner, inner),
        st.builds(lambda x, d, s: x.upstream(d, s), inner, depth, st.booleans()),
        st.builds(lambda x, d, s: x.downstream(d, s), inner, depth, st.booleans()),
        inner.map(lambda x: x.roots()),
        inner.map(lambda x: x.sinks()),
        inner.map(lambda x: x.materializable()),
        inner.map(lambda x: x.required_multi_asset_neighbors()),
        inner.map(lambda x: x.upstream_source_assets()),
    )


SELECTIONS = st.recursive(LEAVES, grown, max_leaves=8)

EDGES = {(p, n.key) for n in GRAPH.nodes for p in n.parents}
MAKEABLE = {n.key for n in GRAPH.nodes if n.is_materializable}


def walked(seeds: set[AssetKey], depth: int | None, *, down: bool) -> set[AssetKey]:
    reached = set(seeds)
    for _ in range(len(GRAPH) if depth is None else depth):
        reached |= {c for p, c in EDGES if p in reached} if down else {p for p, c in EDGES if c in reached}
    return reached


def model(selection: AssetSelection) -> set[AssetKey]:  # noqa: PLR0911  # one a kind
    match selection:
        case kinds.OrAssetSelection(found):
            return set[AssetKey]().union(*map(model, found))
        case kinds.AndAssetSelection(found):
            return set.intersection(*map(model, found))
        case kinds.SubtractAssetSelection(left, right):
            return model(left) - model(right)
        case kinds.UpstreamAssetSelection(child, depth, include_self):
            inside = model(child)
            above = (walked(inside, depth, down=False) - inside) & MAKEABLE
            return above | inside if include_self else above
        case kinds.DownstreamAssetSelection(child, depth, include_self):
            inside = model(child)
            below = walked(inside, depth, down=True)
            return below if include_self else below - inside
        case kinds.RootsAssetSelection(child):
            inside = model(child) & MAKEABLE
            return {k for k in inside if not any(c == k and p in inside for p, c in EDGES)}
        case kinds.SinksAssetSelection(child):
            inside = model(child)
            return {k for k in inside if not any(p == k and c in inside for p, c in EDGES)}
        case kinds.MaterializableAssetSelection(child):
            return model(child) & MAKEABLE
        case kinds.RequiredNeighborsAssetSelection(child):
            inside = model(child)
            return inside | {key("b"), key("c")} if inside & {key("b"), key("c")} else inside
        case kinds.ParentSourcesAssetSelection(child):
            inside = model(child)
            return {p for p, c in EDGES if c in inside} - MAKEABLE
        case _:
            return set(selection.resolve(GRAPH))


@given(SELECTIONS)
def test_resolve_equals_the_model(selection: AssetSelection):
    assert selection.resolve(GRAPH) == model(selection)


@given(SELECTIONS)
def test_the_string_of_a_selection_selects_the_same(selection: AssetSelection):
    again = A.from_string(selection.to_selection_str())
    assert again.resolve(GRAPH) == selection.resolve(GRAPH)
    assert again.resolve_checks(GRAPH) == selection.resolve_checks(GRAPH)


@given(SELECTIONS)
def test_a_stored_selection_is_the_same(selection: AssetSelection):
    assert serial.decode(serial.encode(selection), AssetSelection) == selection
