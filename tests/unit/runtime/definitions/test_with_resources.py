"""Definitions are given the resources they ask for, and those that these ask for; what is missing is said at once."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.runtime.definitions.with_resources import with_resources


@dg.resource(config_schema={"url": dg.Field(str, default_value="here")}, required_resource_keys={"log"})
def shop(init_context):
    return init_context.resource_config["url"]


@dg.resource
def log(_init_context):
    return []


@dg.asset(required_resource_keys={"shop"})
def orders(context):
    return context.resources.shop


@dg.asset(io_manager_key="cold", group_name="stock")
def stock():
    return 3


GIVEN = {"shop": shop, "log": log, "cold": dg.mem_io_manager, "other": 1}


def test_each_is_given_what_it_asks_for_and_what_that_asks_for() -> None:
    bound_orders, bound_stock = with_resources([orders, stock], GIVEN)
    assert bound_orders.resource_defs == {"shop": shop, "log": log}
    assert bound_stock.resource_defs == {"cold": dg.mem_io_manager}
    assert (orders.resource_defs, stock.resource_defs) == ({}, {})
    assert bound_stock.specs == stock.specs


def test_what_asks_for_nothing_stays_as_it_is() -> None:
    @dg.asset
    def plain():
        return 1

    spec = dg.AssetSpec("spec")
    assert with_resources([plain, spec], GIVEN) == [plain, spec]


def test_an_asset_made_elsewhere_is_given_its_io_manager() -> None:
    source = dg.SourceAsset("outside", io_manager_key="cold")
    (bound,) = with_resources([source], GIVEN)
    assert isinstance(bound, dg.SourceAsset)
    assert bound.resource_defs == {"cold": dg.mem_io_manager}


def test_config_for_some() -> None:
    (bound,) = with_resources([orders], GIVEN, resource_config_by_key={"shop": {"config": {"url": "there"}}})
    with dg.build_resources(bound.resource_defs) as made:
        assert made.shop == "there"


def test_config_for_a_resource_class() -> None:
    class Shop(dg.ConfigurableResource):
        url: str
        retries: int = 0

    @dg.asset
    def sold(shop: Shop):
        return shop.url

    given = {"shop": Shop.configure_at_launch(retries=2)}
    (bound,) = with_resources([sold], given, {"shop": {"config": {"url": "there"}}})
    with dg.build_resources(bound.resource_defs) as made:
        assert (made.shop.url, made.shop.retries) == ("there", 2)


@pytest.mark.parametrize(
    "config,words",
    [
        ({"shob": {"config": {}}}, "names 'shob', which is not among the resources.\nDid you mean shop?"),
        ({"shop": {"url": "there"}}, "The entry of 'shop' in resource_config_by_key"),
        ({"shop": None}, 'Write it as in a run config: {"config": ...}.'),
    ],
)
def test_config_that_cannot_be_given(config, words) -> None:
    with pytest.raises(dg.InvalidInvocationError) as caught:
        with_resources([orders], GIVEN, config)
    assert words in str(caught.value)


def test_config_that_does_not_fit() -> None:
    with pytest.raises(dg.InvalidConfigError, match="root:url: Expected str"):
        with_resources([orders], GIVEN, {"shop": {"config": {"url": 3}}})


def test_everything_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(dg.InvalidDefinitionError) as caught:
        with_resources([orders, stock], {"other": 1})
    said = str(caught.value)
    assert "The resource 'shop', which asset 'orders' requires" in said
    assert "The IO manager 'cold', which asset 'stock' requires" in said


def test_what_a_resource_asks_for_must_be_there_too() -> None:
    with pytest.raises(dg.InvalidDefinitionError, match="'log', which the resource 'shop' requires"):
        with_resources([orders], {"shop": shop})


def test_what_is_bound_already() -> None:
    (bound,) = with_resources([orders], GIVEN)
    assert with_resources([bound], GIVEN)[0].resource_defs == bound.resource_defs
    with pytest.raises(dg.InvalidDefinitionError, match="another resource bound to the name 'shop' already"):
        with_resources([bound], {"shop": "another"})
    assert with_resources([bound], {"unused": 1})[0].resource_defs == bound.resource_defs
