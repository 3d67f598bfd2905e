"""Jobs of ops as users write them: branches, fan-in, order, graphs, dynamic outputs, config, hooks, retries."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import mainspring as dg

pytestmark = pytest.mark.system


@dg.op
def one() -> int:
    return 1


@dg.op
def inc(x: int) -> int:
    return x + 1


@dg.op
def add(x: int, y: int = 10) -> int:
    return x + y


@dg.op
def total(values: list) -> int:
    return sum(values)


class Limits(dg.Config):
    upto: int = 3


@dg.op(out=dg.DynamicOut(int))
def numbers(config: Limits):
    for number in range(config.upto):
        yield dg.DynamicOutput(number, mapping_key=f"n{number}")


def done(result: Any) -> list[str]:
    """The steps that ended well, sorted."""
    return sorted(event.step_key for event in result.get_step_success_events())


def skipped(result: Any) -> list[str]:
    """The steps that were skipped, sorted."""
    return sorted(
        event.step_key for event in result.all_events if event.event_type is dg.DagsterEventType.STEP_SKIPPED
    )


# -- values and order ----------------------------------------------------------------------------------


def test_a_default_is_used_where_nothing_is_given() -> None:
    assert dg.graph(name="given")(lambda: add(one(), one())).execute_in_process().output_value() == 2
    assert dg.graph(name="left_out")(lambda: add(one())).execute_in_process().output_value() == 11


def test_fan_in() -> None:
    @dg.graph
    def sums(extra):
        return total([one(), inc(one()), extra])

    assert sums.execute_in_process(input_values={"extra": 10}).output_value() == 13


def test_order_without_values() -> None:
    seen = []

    @dg.op
    def first() -> None:
        seen.append("first")

    @dg.op(ins={"start": dg.In(dg.Nothing)})
    def second() -> None:
        seen.append("second")

    @dg.op(ins={"before": dg.In(dg.Nothing)})
    def third(x: int) -> int:
        seen.append("third")
        return x

    @dg.job
    def ordered():
        third(one(), before=[second(start=first()), second(first())])

    result = ordered.execute_in_process()
    assert sorted(seen) == ["first", "first", "second", "second", "third"]
    assert (seen[0], seen[-1]) == ("first", "third")
    assert result.output_for_node("third") == 1


@pytest.mark.parametrize("branch,others", [("left", ["right_step"]), ("right", ["left_step"])])
def test_conditional_branches(branch, others) -> None:
    @dg.op(out={"left": dg.Out(is_required=False), "right": dg.Out(is_required=False)})
    def choose():
        yield dg.Output(5, branch)

    @dg.job
    def branching():
        chosen = choose()
        inc.alias("left_step")(chosen.left)
        inc.alias("right_step")(chosen.right)

    result = branching.execute_in_process()
    assert result.success
    assert skipped(result) == others
    assert done(result) == sorted(["choose", f"{branch}_step"])


def test_a_fan_in_over_branches_takes_what_there_is() -> None:
    @dg.op(out={"left": dg.Out(is_required=False), "right": dg.Out(is_required=False)})
    def choose():
        yield dg.Output(5, "left")

    @dg.graph
    def joined():
        chosen = choose()
        return total([inc(chosen.left), inc(chosen.right)])

    assert joined.execute_in_process().output_value() == 6


def test_several_outputs() -> None:
    @dg.op(out={"low": dg.Out(), "high": dg.Out()})
    def both(x: int) -> tuple[int, int]:
        return x - 1, x + 1

    @dg.graph
    def apart():
        low, high = both(one())
        return {"low": inc(low), "high": high}

    result = apart.execute_in_process()
    assert (result.output_value("low"), result.output_value("high")) == (1, 2)
    assert result.output_for_node("both", "high") == 2


# -- kinds of ops ------------------------------------------------------------------------------------------


def test_generators_and_async_ops() -> None:
    @dg.op
    def stream():
        yield dg.AssetMaterialization("noted")
        yield dg.Output(1, metadata={"rows": 3})

    @dg.op
    async def later(x: int) -> int:
        await asyncio.sleep(0)
        return x + 1

    @dg.op(out={"a": dg.Out(), "b": dg.Out()})
    async def later_stream(x: int):
        yield dg.Output(x, "a")
        await asyncio.sleep(0)
        yield dg.Output(x + 1, "b")

    @dg.graph
    def mixed():
        parts = later_stream(later(stream()))
        return add(parts.a, parts.b)

    result = mixed.execute_in_process()
    assert result.output_value() == 5
    assert [event.asset_key for event in result.get_asset_materialization_events()] == [dg.AssetKey("noted")]


def test_an_op_that_was_made_by_hand() -> None:
    def compute(_context, inputs):
        yield dg.Output(inputs["x"] * inputs["y"])

    product = dg.OpDefinition(
        compute,
        "product",
        ins={"x": dg.In(int), "y": dg.In(int, default_value=5)},
        outs={"result": dg.Out(int)},
    )
    assert dg.graph(name="made")(lambda: product(inc(one()))).execute_in_process().output_value() == 10


def test_a_default_that_only_the_in_says() -> None:
    @dg.op(ins={"x": dg.In(int, default_value=7)})
    def needs(x):
        return x

    @dg.graph
    def made():
        return needs()

    assert made.execute_in_process().output_value() == 7


# -- graphs ----------------------------------------------------------------------------------------------


@dg.graph
def twice(x):
    return inc(inc(x))


@dg.graph
def four_times(x):
    return twice.alias("last")(twice(x))


def test_nested_graphs() -> None:
    result = four_times.execute_in_process(input_values={"x": 0})
    assert result.output_value() == 4
    assert done(result) == ["last.inc", "last.inc_2", "twice.inc", "twice.inc_2"]
    assert result.output_for_node("twice.inc_2") == 2
    assert result.output_for_node("last") == 4


def test_aliases_are_configured_each_by_its_name() -> None:
    @dg.op
    def limited(config: Limits) -> int:
        return config.upto

    @dg.graph
    def apart():
        return add(limited.alias("few")(), limited.alias("many")())

    config = {"ops": {"few": {"config": {"upto": 1}}, "many": {"config": {"upto": 40}}}}
    assert apart.execute_in_process(run_config=config).output_value() == 41


def test_configured_ops() -> None:
    @dg.op(config_schema={"limit": int})
    def limited(context):
        return context.op_config["limit"]

    @dg.op
    def by_class(config: Limits) -> int:
        return config.upto

    five = limited.configured({"limit": 5}, name="five")

    @dg.configured(by_class, config_schema=int, name="doubled")
    def doubled(number):
        return {"upto": number * 2}

    @dg.graph
    def sums():
        return add(five(), doubled())

    assert sums.execute_in_process(run_config={"ops": {"doubled": {"config": 3}}}).output_value() == 11


def test_config_mappings() -> None:
    @dg.op
    def limited(config: Limits) -> int:
        return config.upto

    @dg.config_mapping(config_schema={"both": int})
    def same(config):
        limit = {"config": {"upto": config["both"]}}
        return {"limited": limit, "limited_2": limit}

    @dg.graph(config=same)
    def mapped():
        return add(limited(), limited())

    @dg.graph(config={"limited": {"config": {"upto": 9}}})
    def fixed():
        return limited()

    @dg.graph
    def outer():
        return add(mapped(), fixed())

    config = {"ops": {"mapped": {"config": {"both": 4}}}}
    assert outer.execute_in_process(run_config=config).output_value() == 17


def test_graph_made_by_hand_with_a_dynamic_output() -> None:
    made = dg.GraphDefinition(
        "made",
        node_defs=[numbers, inc],
        dependencies={"inc": {"x": dg.DependencyDefinition("numbers")}},
        output_mappings=[dg.OutputMapping("result", "inc", "result", from_dynamic_mapping=True)],
    )
    assert made.execute_in_process().output_value() == {"n0": 1, "n1": 2, "n2": 3}


# -- dynamic outputs ---------------------------------------------------------------------------------


def test_map_and_collect() -> None:
    @dg.graph
    def mapped():
        return total(numbers().map(inc).collect())

    result = mapped.execute_in_process(run_config={"ops": {"numbers": {"config": {"upto": 4}}}})
    assert result.output_value() == 10
    assert done(result) == ["inc[n0]", "inc[n1]", "inc[n2]", "inc[n3]", "numbers", "total"]
    assert result.output_for_node("inc") == {"n0": 1, "n1": 2, "n2": 3, "n3": 4}


def test_no_values_at_all() -> None:
    @dg.graph
    def mapped():
        return total(numbers().map(inc).collect())

    result = mapped.execute_in_process(run_config={"ops": {"numbers": {"config": {"upto": 0}}}})
    assert (result.success, result.output_value()) == (True, 0)


def test_chained_maps_with_a_graph_and_a_value_from_outside() -> None:
    @dg.graph
    def mapped():
        base = one()
        chained = numbers().map(lambda n: add(n, base)).map(twice)
        return {"sum": total(chained.collect()), "count": total(numbers().collect())}

    result = mapped.execute_in_process()
    assert (result.output_value("sum"), result.output_value("count")) == (12, 3)
    assert "twice.inc_2[n1]" in done(result)


def test_a_graph_gives_what_it_mapped() -> None:
    @dg.graph
    def inner():
        return numbers().map(inc)

    @dg.graph
    def outer():
        return total(inner().map(twice).collect())

    assert outer.execute_in_process().output_value() == 12
    assert inner.execute_in_process().output_value() == {"n0": 1, "n1": 2, "n2": 3}


def test_several_outputs_of_what_is_mapped() -> None:
    @dg.op(out={"low": dg.Out(), "high": dg.Out()})
    def both(x: int):
        return x - 1, x + 1

    @dg.graph
    def mapped():
        low, high = numbers().map(both)
        return {"low": total(low.collect()), "high": total(high.map(inc).collect())}

    result = mapped.execute_in_process()
    assert (result.output_value("low"), result.output_value("high")) == (0, 9)


# -- hooks and retries -------------------------------------------------------------------------------------


def test_hooks_of_uses() -> None:
    seen = []

    @dg.success_hook
    def note(context):
        seen.append(context.step_key)

    @dg.graph
    def inner():
        return inc(one())

    @dg.job
    def hooked():
        inner.with_hooks({note})()
        one.with_hooks({note}).alias("alone")()
        one()

    assert hooked.execute_in_process().success
    assert sorted(seen) == ["alone", "inner.inc", "inner.one"]


def test_the_retry_policy_of_a_use() -> None:
    tries: dict[str, int] = {}

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def failing(context):
        tries[context.op.name] = tries.get(context.op.name, 0) + 1
        raise ValueError("no")

    @dg.graph
    def once():
        failing()

    @dg.graph
    def often():
        failing.with_retry_policy(dg.RetryPolicy(max_retries=3))()

    assert not once.execute_in_process(raise_on_error=False).success
    assert tries == {"failing": 2}
    tries.clear()
    assert not often.execute_in_process(raise_on_error=False).success
    assert tries == {"failing": 4}


def test_resources_of_ops() -> None:
    class Client(dg.ConfigurableResource):
        url: str

    @dg.op
    def ask(client: Client) -> str:
        return client.url

    @dg.op(required_resource_keys={"client"})
    def ask_too(context) -> str:
        return context.resources.client.url

    @dg.job(resource_defs={"client": Client(url="u")})
    def asking():
        ask()
        ask_too()

    result = asking.execute_in_process()
    assert (result.output_for_node("ask"), result.output_for_node("ask_too")) == ("u", "u")


def test_assets_as_inputs() -> None:
    @dg.asset
    def stored():
        return 20

    @dg.job
    def reading():
        inc(stored)

    with dg.DagsterInstance.ephemeral() as instance:
        manager = dg.InMemoryIOManager()
        dg.materialize([stored], instance=instance, resources={"io_manager": manager})
        result = reading.execute_in_process(instance=instance, resources={"io_manager": manager})
    assert result.output_for_node("inc") == 21
