"""The asset graph: look-ups, edges, kinds of assets, and what it refuses."""

from __future__ import annotations

import re

import pytest

from mainspring.core.base.errors import InvalidDefinitionError, InvalidSubsetError
from mainspring.core.base.source import SourcePosition
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetExecutionType, AssetNode, CheckNode
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

MADE = AssetExecutionType.MATERIALIZATION
SEEN = AssetExecutionType.OBSERVATION


def key(name: str) -> AssetKey:
    return AssetKey.from_user_string(name)


def keys(*names: str) -> set[AssetKey]:
    return {key(name) for name in names}


def node(name: str, *parents: str, kind: AssetExecutionType = MADE, line: int | None = None) -> AssetNode:
    where = SourcePosition("defs.py", line) if line else None
    return AssetNode(key(name), parents=tuple(map(key, parents)), execution_type=kind, where=where)


def small() -> AssetGraph:
    return AssetGraph(
        [
            node("d", "b", "c"),
            node("b", "a"),
            node("c", "a"),
            node("a", "seen", "raw"),
            node("seen", kind=SEEN),
        ],
        [
            CheckNode(AssetCheckKey(key("b"), "whole")),
            CheckNode(AssetCheckKey(key("b"), "fresh"), blocking=True),
        ],
    )


def test_kinds_of_assets():
    graph = small()
    assert graph.all_asset_keys == keys("a", "b", "c", "d", "seen", "raw")
    assert graph.materializable_asset_keys == keys("a", "b", "c", "d")
    assert graph.observable_asset_keys == keys("seen")
    assert graph.executable_asset_keys == keys("a", "b", "c", "d", "seen")
    assert graph.external_asset_keys == keys("seen", "raw")
    assert graph.undeclared_asset_keys == keys("raw")
    assert graph.root_materializable_asset_keys == keys("a")


def test_edges_by_key():
    graph = small()
    assert graph.parents(key("d")) == keys("b", "c")
    assert graph.children(key("a")) == keys("b", "c")
    assert graph.ancestors(key("d")) == keys("a", "b", "c", "seen", "raw")
    assert graph.ancestors(key("d"), 2) == keys("a", "b", "c")
    assert graph.descendants(key("raw"), 1) == keys("a")


def test_orders():
    graph = small()
    assert graph.toposorted_asset_keys == [key(n) for n in ("seen", "raw", "a", "b", "c", "d")]
    assert [set(level) for level in graph.toposorted_by_level] == [
        keys("seen", "raw"), keys("a"), keys("b", "c"), keys("d"),
    ]  # fmt: skip


def test_checks_and_execution_sets():
    together = frozenset(keys("a", "b"))
    graph = AssetGraph(
        [AssetNode(key("a"), execution_set=together), AssetNode(key("b"), execution_set=together), node("c")],
        [CheckNode(AssetCheckKey(key("b"), "whole")), CheckNode(AssetCheckKey(key("b"), "fresh"))],
    )
    assert graph.get_execution_set_asset_keys(key("a")) == keys("a", "b")
    assert graph.get_execution_set_asset_keys(key("c")) == keys("c")
    assert graph.check_keys_of(key("b")) == (
        AssetCheckKey(key("b"), "whole"),
        AssetCheckKey(key("b"), "fresh"),
    )
    assert graph.check_keys_of(key("a")) == ()


def test_an_unknown_key_is_answered_with_the_nearest():
    with pytest.raises(
        InvalidSubsetError, match=r"There is no asset sale/orders\.\nDid you mean sales/orders\?"
    ):
        AssetGraph([node("sales/orders")]).get(key("sale/orders"))


def test_a_key_declared_twice_is_refused_with_both_places():
    with pytest.raises(InvalidDefinitionError, match=re.escape("a: defs.py:1, defs.py:9")):
        AssetGraph([node("a", line=1), node("a", line=9), node("b")])


def test_a_cycle_is_refused_with_its_path_and_places():
    with pytest.raises(InvalidDefinitionError) as caught:
        AssetGraph([node("a", "c", line=1), node("b", "a", line=2), node("c", "b", line=3), node("d", "c")])
    assert str(caught.value) == (
        "The assets depend on each other in a circle: a → b → c → a\n"
        "    a: defs.py:1\n    b: defs.py:2\n    c: defs.py:3\n"
        "Remove one of these dependencies."
    )


def test_an_asset_may_be_made_from_its_own_earlier_partitions():
    graph = AssetGraph([AssetNode(key("a"), parents=(key("a"),), partitions_def=object())])
    assert graph.parents(key("a")) == graph.children(key("a")) == keys("a")
    assert graph.ancestors(key("a")) == set()


def test_an_asset_without_partitions_cannot_be_made_from_itself():
    with pytest.raises(InvalidDefinitionError, match=r"a → a[\s\S]*Only an asset with partitions"):
        AssetGraph([node("a", "a")])


def test_indexes():
    class Column:
        def __init__(self, name: str, **tags: str) -> None:
            self.name, self.tags = name, tags

    class Schema:
        columns = (Column("id", pii="no"), Column("email", pii="yes"))

    class Wrapped:
        def __init__(self, value: object) -> None:
            self.value = value

    graph = AssetGraph(
        [
            AssetNode(
                key("a"), kinds=frozenset(("dbt",)), tags={"x": "1"}, owners=("me@x.org",), group_name="g",
                location="l",
                metadata={"dagster/table_name": Wrapped("db.a"), "dagster/column_schema": Wrapped(Schema())},
            ),
            AssetNode(key("b"), metadata={"dagster/column_schema": Schema(), "dagster/table_name": "db.b"}),
            AssetNode(AssetKey(["a/b"])),
            node("a/b"),
        ]
    )  # fmt: skip
    one, rest, none = frozenset((0,)), frozenset((1, 2, 3)), frozenset((2, 3))
    assert graph.index.by("group") == {"g": one, "default": rest}
    assert graph.index.by("kind") == {"dbt": one, None: rest}
    assert graph.index.by("tag") == {("x", "1"): one, None: rest}
    assert graph.index.by("owner") == {"me@x.org": one, None: rest}
    assert graph.index.by("code_location") == {"l": one, None: rest}
    assert graph.index.by("table_name") == {"db.a": one, "db.b": frozenset((1,)), None: none}
    assert graph.index.by("column") == {"id": frozenset((0, 1)), "email": frozenset((0, 1)), None: none}
    assert graph.index.by("column_tag") == {
        ("pii", "no"): frozenset((0, 1)), ("pii", "yes"): frozenset((0, 1)), None: none,
    }  # fmt: skip
    assert graph.index.user_strings == {"a": (0,), "b": (1,), "a/b": (2, 3)}


def test_a_chain_of_a_hundred_thousand_assets():
    size = 100_000
    chain = [AssetKey(f"a{i}") for i in range(size)]
    graph = AssetGraph(AssetNode(k, parents=(chain[i - 1],) if i else ()) for i, k in enumerate(chain))
    assert graph.toposorted_asset_keys == chain
    assert len(graph.ancestors(chain[-1])) == size - 1
