"""What can be asked of a job."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidSubsetError, InvariantViolationError


@dg.op
def one():
    return 1


@dg.op
def again(x):
    return x


@dg.job
def twice():
    again(again.alias("first")(one()))


@dg.asset
def orders():
    return 1


@dg.asset_check(asset=orders)
def not_empty():
    return True


ASSETS = dg.Definitions(assets=[orders], asset_checks=[not_empty]).get_implicit_global_asset_job_def()


def test_nodes() -> None:
    assert twice.top_level_node_defs == [one, again]
    assert twice.has_node_named("first")
    assert not twice.has_node_named("second")
    assert twice.get_node_named("first").definition is again
    assert twice.node_def_named("one") is one
    with pytest.raises(InvariantViolationError, match="Did you mean first"):
        twice.get_node_named("frst")


def test_what_it_makes() -> None:
    assert twice.asset_selection is None
    assert twice.asset_check_selection is None
    assert ASSETS.asset_selection == {dg.AssetKey("orders")}
    assert ASSETS.asset_check_selection == {dg.AssetCheckKey(dg.AssetKey("orders"), "not_empty")}
    assert [node.name for node in ASSETS.nodes] == ["orders", "orders_not_empty"]


def test_what_was_said() -> None:
    assert not twice.has_specified_executor
    assert not twice.has_specified_loggers
    assert not twice.has_separately_defined_run_tags
    assert twice.run_config is None
    assert ASSETS.dependencies == {}


def test_the_assets_of_ops() -> None:
    keys, checks = ASSETS.assets_of_ops(["orders"])
    assert (keys, checks) == ({dg.AssetKey("orders")}, set())
    with pytest.raises(InvalidSubsetError, match="Did you mean orders"):
        ASSETS.assets_of_ops(["order"])
