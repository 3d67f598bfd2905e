"""Calling assets and checks directly, in every form."""

from __future__ import annotations

import asyncio
import logging

import pytest

import mainspring as dg
from mainspring.core.base.errors import (
    InvalidConfigError,
    InvalidDefinitionError,
    InvalidInvocationError,
    InvariantViolationError,
)
from mainspring.core.values.asset_key import AssetKey

PARTS = dg.StaticPartitionsDefinition(["x", "y", "z"])


class Limits(dg.Config):
    limit: int
    name: str = "n"


class Client(dg.ConfigurableResource):
    url: str = "real"


class Fake:
    url = "fake"


@dg.asset
def up():
    return 1


@dg.asset
def both(up, other=5):
    return up, other


@dg.asset
def configured(config: Limits):
    return config.limit, config.name


@dg.asset
def connected(client: Client):
    return client.url


@dg.asset
def all_of_it(context, up, config: Limits, client: Client):
    return context.asset_key.to_user_string(), up, config.limit, client.url, context.resources.client.url


@dg.asset(config_schema={"limit": int}, required_resource_keys={"client"})
def by_keys(context):
    return context.op_config["limit"], context.resources.client


def test_inputs() -> None:
    assert up() == 1
    assert both(1) == (1, 5)
    assert both(1, 2) == (1, 2)
    assert both(up=1) == (1, 5)
    assert both(1, other=3) == (1, 3)


def test_config() -> None:
    assert configured(Limits(limit=1)) == (1, "n")
    assert configured(config=Limits(limit=1)) == (1, "n")
    assert configured(config={"limit": 3}) == (3, "n")
    assert configured(dg.build_asset_context(asset_config={"limit": 4})) == (4, "n")


def test_resources() -> None:
    assert connected(Client(url="u")) == "u"
    assert connected(client=Client(url="u")) == "u"
    assert connected(client=Fake()) == "fake"
    assert connected(dg.build_asset_context(resources={"client": Client(url="c")})) == "c"
    assert connected(dg.build_asset_context(resources={"client": Client(url="c")}), client=Fake()) == "fake"


@pytest.mark.parametrize(
    "call",
    [
        lambda: all_of_it(dg.build_asset_context(), 1, Limits(limit=2), Fake()),
        lambda: all_of_it(context=dg.build_asset_context(), up=1, config=Limits(limit=2), client=Fake()),
        lambda: all_of_it(
            dg.build_asset_context(resources={"client": Fake()}, asset_config={"limit": 2}),
            1,
        ),
    ],
)
def test_all_at_once(call) -> None:
    assert call() == ("all_of_it", 1, 2, "fake", "fake")


def test_schema_and_keys() -> None:
    given = dg.build_asset_context(resources={"client": 7}, asset_config={"limit": 1})
    assert by_keys(given) == (1, 7)


@pytest.mark.parametrize(
    "call, kind, words",
    [
        (both, InvalidInvocationError, "'both' was called without 'up'."),
        (lambda: both(1, 2, 3), InvalidInvocationError, r"'both' takes 2 arguments \(up, other\); got 3."),
        (lambda: both(1, up=1), InvalidInvocationError, "'both' was given 'up' twice"),
        (lambda: both(1, othr=1), InvalidInvocationError, "has no parameter 'othr'.*\nDid you mean other"),
        (
            configured,
            InvalidConfigError,
            "'configured' does not fit. .declared at .*root:config:limit: Missing",
        ),
        (lambda: configured(config={"limit": "x"}), InvalidConfigError, "root:config:limit: Expected int"),
        (connected, InvalidDefinitionError, "'connected' needs the resource 'client'"),
        (all_of_it, InvalidInvocationError, "'all_of_it' takes a context as its first argument, and none"),
        (lambda: all_of_it(3), InvalidInvocationError, "takes a context as its first argument; got 3."),
        (
            lambda: by_keys(dg.build_asset_context(asset_config={"limit": 1})),
            InvalidDefinitionError,
            "'by_keys' needs the resource 'client'",
        ),
        (
            lambda: by_keys(dg.build_asset_context(resources={"client": 1})),
            InvalidConfigError,
            "'by_keys' does not fit",
        ),
    ],
)
def test_what_is_missing_is_named(call, kind, words) -> None:
    with pytest.raises(kind, match=f"(?s){words}"):
        call()


def test_generators_and_coroutines_keep_their_context() -> None:
    @dg.asset
    def yields():
        yield dg.Output(dg.AssetExecutionContext.get().asset_key)

    @dg.asset
    async def waits():
        await asyncio.sleep(0)
        return dg.AssetExecutionContext.get().asset_key

    @dg.asset
    async def both_at_once():
        yield dg.Output(dg.AssetExecutionContext.get().asset_key)

    async def collected():
        return [result.value async for result in both_at_once()]

    assert [result.value for result in yields()] == [AssetKey("yields")]
    assert asyncio.run(waits()) == AssetKey("waits")
    assert asyncio.run(collected()) == [AssetKey("both_at_once")]
    with pytest.raises(InvariantViolationError, match="only while a step runs"):
        dg.AssetExecutionContext.get()


def test_checks() -> None:
    @dg.asset_check(asset=up)
    def is_one(context, up, client: Client):
        return dg.AssetCheckResult(passed=up == 1, description=client.url)

    assert is_one(dg.build_asset_check_context(resources={"client": Fake()}), 1).description == "fake"
    assert is_one(dg.build_asset_check_context(), up=2, client=Fake()).passed is False


def test_multi_assets() -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("s"), dg.AssetSpec("t")])
    def pair(context):
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(asset_key=key)

    assert [result.asset_key.to_user_string() for result in pair(dg.build_asset_context())] == ["s", "t"]


def test_partitions() -> None:
    @dg.asset(partitions_def=PARTS)
    def parted(context):
        return context.has_partition_key, context.partition_keys

    @dg.asset(partitions_def=dg.DailyPartitionsDefinition("2024-01-01"))
    def daily(context):
        return context.partition_time_window.start.day

    assert parted(dg.build_asset_context(partition_key="y")) == (True, ["y"])
    several = dg.build_asset_context(partition_key_range=dg.PartitionKeyRange("x", "y"))
    assert parted(several) == (False, ["x", "y"])
    assert daily(dg.build_asset_context(partition_key="2024-01-05")) == 5


def test_a_context_serves_several_calls() -> None:
    @dg.asset
    def name(context):
        return context.asset_key.to_user_string()

    @dg.asset
    def other_name(context):
        return context.asset_key.to_user_string()

    context = dg.build_asset_context()
    assert (name(context), other_name(context), name(context)) == ("name", "other_name", "name")


def test_what_is_said_in_a_direct_call(caplog) -> None:
    @dg.asset
    def says(context):
        context.log.info("hello %s", "there")
        context.log_event(dg.AssetObservation("seen"))
        context.add_output_metadata({"rows": 1})
        return context.get_output_metadata("result")

    context = dg.build_asset_context()
    with caplog.at_level(logging.INFO):
        assert says(context) == {"rows": 1}
    assert caplog.messages == ["hello there"]
    assert context.get_events() == [dg.AssetObservation("seen")]
    assert context.get_output_metadata("result") == {"rows": 1}


@dg.op(config_schema={"limit": int}, required_resource_keys={"client"})
def op_by_keys(context, up, other=5):
    return context.op_config["limit"], context.resources.client, up, other


@dg.op
def op_of_all(context, up: int, config: Limits, client: Client):
    return context.op_def.name, up, config.limit, client.url, context.resources.client.url


@dg.op(ins={"number": dg.In(int, default_value=7), "start": dg.In(dg.Nothing)})
def op_with_ins(number):
    return number


def test_an_op_with_a_context() -> None:
    context = dg.build_op_context(resources={"client": "c"}, op_config={"limit": 3})
    assert op_by_keys(context, 1) == op_by_keys(context, up=1) == (3, "c", 1, 5)
    assert op_by_keys(context, 1, other=2) == (3, "c", 1, 2)


def test_an_op_with_config_and_resources_as_arguments() -> None:
    assert op_of_all(None, 1, Limits(limit=2), Fake()) == ("op_of_all", 1, 2, "fake", "fake")
    assert op_of_all(None, up=1, config={"limit": 2}, client=Fake())[2] == 2
    context = dg.build_op_context(resources={"client": Client(url="u")}, config={"limit": 4})
    assert op_of_all(context, 1) == ("op_of_all", 1, 4, "u", "u")


def test_an_op_without_values_for_its_defaults_and_its_order() -> None:
    assert (op_with_ins(), op_with_ins(3), op_with_ins(start=None)) == (7, 3, 7)


def test_ops_of_every_kind() -> None:
    @dg.op(out={"a": dg.Out(), "b": dg.Out(is_required=False)})
    def stream():
        yield dg.Output(1, "a")

    @dg.op
    async def later(x):
        return x + 1

    @dg.op
    async def later_stream():
        yield dg.Output(2)

    @dg.op(out=dg.DynamicOut())
    def pieces(context):
        return [dg.DynamicOutput(i, mapping_key=f"{context.get_mapping_key()}_{i}") for i in range(2)]

    async def first():
        return [output.value async for output in later_stream()]

    assert [output.value for output in stream()] == [1]
    assert asyncio.run(later(1)) == 2
    assert asyncio.run(first()) == [2]
    context = dg.build_op_context(mapping_key="k")
    assert [output.mapping_key for output in pieces(context)] == ["k_0", "k_1"]


def test_what_an_op_says_of_its_outputs_is_kept() -> None:
    @dg.op
    def said(context):
        context.add_output_metadata({"rows": 3})
        context.log_event(dg.AssetObservation("x"))

    context = dg.build_op_context()
    said(context)
    assert context.get_output_metadata("result") == {"rows": 3}
    assert [event.asset_key for event in context.get_events()] == [AssetKey("x")]


@pytest.mark.parametrize(
    "call,message",
    [
        (lambda: op_by_keys(1), "'op_by_keys' takes a context as its first argument; got 1"),
        (op_by_keys, "takes a context as its first argument, and none was given"),
        (lambda: op_by_keys(None, 1), "'op_by_keys' needs the resource 'client', and none was given"),
        (lambda: op_with_ins(1, 2), "'op_with_ins' takes 1 arguments (number); got 2"),
        (lambda: op_with_ins(nmber=1), "'op_with_ins' has no parameter 'nmber'"),
        (lambda: op_with_ins(1, number=2), "'op_with_ins' was given 'number' twice"),
        (
            lambda: op_by_keys(dg.build_op_context(resources={"client": 1}, config={"limit": 1})),
            "'op_by_keys' was called without 'up'",
        ),
    ],
)
def test_ops_called_with_what_does_not_fit(call, message) -> None:
    with pytest.raises((InvalidInvocationError, InvalidDefinitionError)) as caught:
        call()
    assert message in str(caught.value)


def test_the_hint_names_the_context_of_an_op() -> None:
    with pytest.raises(InvalidDefinitionError, match=r"build_op_context\(resources="):
        op_by_keys(None, 1)
    with pytest.raises(InvalidConfigError, match="limit"):
        op_by_keys(dg.build_op_context(resources={"client": 1}, config={"limit": "x"}), 1)
