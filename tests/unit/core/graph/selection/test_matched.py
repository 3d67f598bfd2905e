"""A selection that selects nothing is answered with what is near."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import InvalidSubsetError
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetExecutionType, AssetNode, CheckNode
from mainspring.core.graph.selection.matched import Matched, resolve_some
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

MADE = AssetExecutionType.MATERIALIZATION
ORDERS, CHECK = AssetKey("orders"), AssetCheckKey(AssetKey("orders"), "whole")
GRAPH = AssetGraph(
    [
        AssetNode(
            ORDERS, execution_type=MADE, group_name="sales", tags={"tier": "gold"}, kinds=frozenset(("dbt",))
        ),
        AssetNode(AssetKey("people"), execution_type=MADE, group_name="staff"),
        AssetNode(AssetKey("lake"), group_name="outside"),
    ],
    [CheckNode(CHECK)],
)


def test_what_is_selected():
    assert resolve_some(AssetSelection.groups("sales"), GRAPH) == Matched({ORDERS}, {CHECK})
    assert resolve_some(AssetSelection.all_asset_checks(), GRAPH) == Matched(set(), {CHECK})


@pytest.mark.parametrize(
    "string,hint",
    [
        ("group:sale", 'group:"sale" matches nothing; nearest: sales.'),
        ("tag:tier", 'tag:"tier" matches nothing; nearest: tier=gold.'),
        ("tag:tier=golf", 'tag:"tier"="golf" matches nothing; nearest: tier=gold.'),
        ("kind:dbtt and group:sales", 'kind:"dbtt" matches nothing; nearest: dbt.'),
        ("key:order", 'key:"order" matches nothing; nearest: orders.'),
        ("group:outside", 'group:"outside" matches only assets that are made elsewhere.'),
        ("group:staff and kind:dbt", "Each part of it matches something, but nothing matches all of it."),
    ],
)
def test_what_is_said_of_nothing(string: str, hint: str):
    with pytest.raises(InvalidSubsetError) as caught:
        resolve_some(AssetSelection.from_string(string), GRAPH)
    assert caught.value.message.endswith(" matched no assets.")
    assert caught.value.hint == hint


def test_a_graph_of_external_assets():
    with pytest.raises(InvalidSubsetError, match="All assets are made elsewhere"):
        resolve_some(AssetSelection.all(), AssetGraph([AssetNode(ORDERS)]))


def test_a_graph_of_nothing():
    with pytest.raises(InvalidSubsetError, match="No asset is declared at all"):
        resolve_some(AssetSelection.all(), AssetGraph([]))
