"""Contexts for tests: everything they can be built with."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidInvocationError, InvariantViolationError


class Door(dg.ConfigurableResource):
    name: str

    def teardown_after_execution(self, context):
        CLOSED.append(self.name)


CLOSED: list[str] = []


def test_an_op_context() -> None:
    context = dg.build_op_context(
        resources={"r": 1},
        op_config={"a": 1},
        partition_key="x",
        mapping_key="m",
        run_tags={"t": "v"},
    )
    assert context.resources.r == 1
    assert context.op_config == {"a": 1}
    assert context.partition_key == "x"
    assert context.get_mapping_key() == "m"
    assert (context.run_tags, context.has_tag("t"), context.get_tag("u")) == ({"t": "v"}, True, None)
    assert dg.build_op_context(config={"b": 2}).op_config == {"b": 2}


def test_an_asset_context(instance) -> None:
    context = dg.build_asset_context(
        resources={"door": Door.configure_at_launch()},
        resources_config={"door": {"name": "oak"}},
        asset_config={"a": 1},
        instance=instance,
        partition_key_range=dg.PartitionKeyRange("x", "y"),
        run_tags={"t": "v"},
    )
    assert context.resources.door.name == "oak"
    assert context.op_config == {"a": 1}
    assert context.instance is instance
    assert context.partition_key_range == dg.PartitionKeyRange("x", "y")
    assert context.run_tags == {"t": "v"}
    assert context.run_id == "EPHEMERAL"


def test_a_check_context(instance) -> None:
    context = dg.build_asset_check_context(resources={"r": 1}, asset_config={"a": 1}, instance=instance)
    assert (context.resources.r, context.op_config, context.instance) == (1, {"a": 1}, instance)


def test_resources_are_closed_with_the_context() -> None:
    CLOSED.clear()
    with dg.build_asset_context(resources={"door": Door(name="oak")}) as context:
        assert context.resources.door.name == "oak"
        assert CLOSED == []
    assert CLOSED == ["oak"]


def test_what_contradicts_itself() -> None:
    both = {"partition_key": "x", "partition_key_range": dg.PartitionKeyRange("x", "y")}
    with pytest.raises(InvalidInvocationError, match="not both"):
        dg.build_asset_context(**both)
    with pytest.raises(InvalidInvocationError, match="not both"):
        dg.build_op_context(op_config={"a": 1}, config={"a": 1})


def test_what_was_not_given_is_named() -> None:
    context = dg.build_asset_context()
    with pytest.raises(InvariantViolationError, match="There is no run: the function was called directly"):
        _ = context.run
    with pytest.raises(InvariantViolationError, match="not of a partition"):
        _ = context.partition_key


def test_an_instance_in_memory_for_who_asks_for_one() -> None:
    @dg.asset
    def reporting(context: dg.AssetExecutionContext):
        context.instance.report_runless_asset_event(dg.AssetMaterialization("orders"))
        return context.instance

    with dg.build_asset_context() as context:
        first = reporting(context)
        assert first is reporting(context) is context.instance
        assert first.is_ephemeral
        assert first.has_asset_key(dg.AssetKey("orders"))


def test_resources_of_a_context_are_given_its_instance(instance) -> None:
    seen = []

    @dg.resource
    def asks(init_context):
        seen.append(init_context.instance)

    dg.build_op_context(resources={"asks": asks}, instance=instance)
    with dg.build_op_context(resources={"asks": asks}) as context:
        assert seen == [instance, context.instance]
