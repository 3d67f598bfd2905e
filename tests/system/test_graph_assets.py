"""Assets that graphs of ops make, run as users run them."""

from __future__ import annotations

from typing import Any

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PARTS = dg.StaticPartitionsDefinition(["x", "y"])


class Limits(dg.Config):
    times: int = 2


@dg.asset
def up() -> int:
    return 5


@dg.op
def double(x: int) -> int:
    return 2 * x


@dg.op
def multiply(x: int, config: Limits) -> int:
    return x * config.times


@dg.op
def is_big(x: int):
    return dg.AssetCheckResult(passed=x > 100, metadata={"x": x})


@dg.op(out=dg.DynamicOut(int))
def pieces(x: int):
    for number in range(x):
        yield dg.DynamicOutput(number, mapping_key=f"n{number}")


@dg.op
def total(values: list[int]) -> int:
    return sum(values)


def done(result: Any) -> list[str]:
    return sorted(event.step_key for event in result.get_step_success_events())


def made(result: Any) -> list[str]:
    return sorted(event.asset_key.to_user_string() for event in result.get_asset_materialization_events())


def test_between_two_assets() -> None:
    @dg.graph_asset
    def middle(up):
        return double(double(up))

    @dg.asset
    def down(middle: int) -> int:
        return middle + 1

    result = dg.materialize([up, middle, down])
    assert result.output_for_node("down") == 21
    assert (result.output_for_node("middle"), result.output_for_node("middle.double")) == (20, 10)
    assert done(result) == ["down", "middle.double", "middle.double_2", "up"]
    assert made(result) == ["down", "middle", "up"]


def test_a_part_of_the_assets() -> None:
    @dg.graph_asset
    def middle(up):
        return double(up)

    with dg.DagsterInstance.ephemeral() as instance:
        resources = {"io_manager": dg.InMemoryIOManager()}
        dg.materialize([up, middle], instance=instance, resources=resources, selection=["up"])
        result = dg.materialize([up, middle], instance=instance, resources=resources, selection=["middle"])
    assert (done(result), result.output_for_node("middle")) == (["middle.double"], 10)


def test_config_of_the_ops_inside() -> None:
    @dg.graph_asset
    def scaled(up):
        return multiply(up)

    config = {"ops": {"scaled": {"ops": {"multiply": {"config": {"times": 7}}}}}}
    assert dg.materialize([up, scaled], run_config=config).output_for_node("scaled") == 35
    assert dg.materialize([up, scaled]).output_for_node("scaled") == 10


def test_a_config_mapping() -> None:
    @dg.config_mapping(config_schema={"by": int})
    def mapping(config):
        return {"multiply": {"config": {"times": config["by"]}}}

    @dg.graph_asset(config=mapping)
    def scaled(up):
        return multiply(up)

    @dg.graph_asset(config={"multiply": {"config": {"times": 3}}})
    def tripled(up):
        return multiply(up)

    config = {"ops": {"scaled": {"config": {"by": 4}}}}
    result = dg.materialize([up, scaled, tripled], run_config=config)
    assert (result.output_for_node("scaled"), result.output_for_node("tripled")) == (20, 15)


def test_checks_inside() -> None:
    @dg.op
    def is_true(x: int) -> bool:
        return x > 1

    @dg.graph_asset(check_specs=[dg.AssetCheckSpec("big", asset="a"), dg.AssetCheckSpec("right", asset="a")])
    def a(up):
        number = double(up)
        return {"result": number, "a_big": is_big(number), "a_right": is_true(number)}

    result = dg.materialize([up, a])
    found = {evaluation.check_name: evaluation for evaluation in result.get_asset_check_evaluations()}
    assert {name: one.passed for name, one in found.items()} == {"big": False, "right": True}
    assert found["big"].metadata["x"].value == 10


def test_a_blocking_check_inside() -> None:
    @dg.graph_asset(check_specs=[dg.AssetCheckSpec("big", asset="a", blocking=True)])
    def a(up):
        number = double(up)
        return {"result": number, "a_big": is_big(number)}

    @dg.asset
    def down(a: int) -> int:
        return a

    result = dg.materialize([up, a, down], raise_on_error=False)
    assert not result.success
    assert "down" not in done(result)


def test_several_assets_and_a_part_of_them() -> None:
    @dg.graph_multi_asset(
        outs={"first": dg.AssetOut(), "second": dg.AssetOut(key_prefix="p"), "third": dg.AssetOut()},
        can_subset=True,
    )
    def several(up):
        shared = double(up)
        return {"first": double(shared), "second": multiply(shared), "third": multiply(up)}

    result = dg.materialize([up, several])
    assert made(result) == ["first", "p/second", "third", "up"]
    part = dg.materialize([up, several], selection=["up", "p/second"])
    assert done(part) == ["several.double", "several.multiply", "up"]
    assert made(part) == ["p/second", "up"]


def test_an_out_says_how_its_asset_is_stored() -> None:
    stored = dg.InMemoryIOManager()

    @dg.graph_multi_asset(outs={"a": dg.AssetOut(io_manager_key="other"), "b": dg.AssetOut()})
    def two(up):
        return double(up), multiply(up)

    dg.materialize([up, two], resources={"other": stored})
    assert list(stored.values.values()) == [10]


def test_a_dynamic_graph_inside() -> None:
    @dg.graph_asset
    def summed(up):
        return total(pieces(up).map(double).collect())

    result = dg.materialize([up, summed])
    assert result.output_for_node("summed") == 20
    assert "summed.double[n3]" in done(result)


def test_partitions_and_hooks_reach_the_ops() -> None:
    seen = []

    @dg.success_hook
    def note(context):
        seen.append(context.step_key)

    @dg.op
    def key_of(context) -> str:
        return context.partition_key

    @dg.op
    def upper(text: str) -> str:
        return text.upper()

    @dg.graph_asset(partitions_def=PARTS, hooks={note})
    def parted():
        return upper(key_of())

    result = dg.materialize([parted], partition_key="y")
    assert result.output_for_node("parted") == "Y"
    assert [event.partition for event in result.get_asset_materialization_events()] == ["y"]
    assert seen == ["parted.key_of", "parted.upper"]


def test_what_the_last_op_says_of_the_asset_is_recorded() -> None:
    @dg.op
    def described(x: int):
        return dg.Output(x, metadata={"rows": 3})

    @dg.graph_asset
    def a(up):
        return described(up)

    result = dg.materialize([up, a])
    (event,) = result.asset_materializations_for_node("a.described")
    assert (event.asset_key, event.metadata["rows"].value) == (dg.AssetKey("a"), 3)


def test_resources_of_the_ops_inside() -> None:
    class Client(dg.ConfigurableResource):
        url: str

    @dg.op
    def ask(client: Client) -> str:
        return client.url

    @dg.graph_asset
    def asked():
        return ask()

    @dg.graph_asset(resource_defs={"client": Client(url="own")})
    def asked_own():
        return ask()

    with pytest.raises(
        dg.DagsterInvalidDefinitionError, match="The resource 'client', which asset 'asked' requires"
    ):
        dg.Definitions(assets=[asked]).resolve_asset_graph()
    given = dg.materialize([asked], resources={"client": Client(url="given")})
    assert given.output_for_node("asked") == "given"
    assert dg.materialize([asked_own]).output_for_node("asked_own") == "own"


def test_from_an_op_and_from_a_graph() -> None:
    @dg.op(out={"low": dg.Out(int), "high": dg.Out(int, is_required=False)})
    def both(x: int):
        yield dg.Output(x - 1, "low")

    @dg.graph
    def twice(x):
        return double(double(x))

    keys = {"x": dg.AssetKey("up")}
    of_op = dg.AssetsDefinition.from_op(both, keys_by_input_name=keys, key_prefix="k")
    of_graph = dg.AssetsDefinition.from_graph(twice, keys_by_input_name=keys)
    result = dg.materialize([up, of_op, of_graph])
    assert made(result) == ["k/low", "twice", "up"]
    assert (result.output_for_node("both", "low"), result.output_for_node("twice")) == (4, 20)


def test_order_alone() -> None:
    @dg.op(ins={"start": dg.In(dg.Nothing)})
    def after() -> int:
        return 1

    @dg.graph_asset
    def last(up):
        return after(start=up)

    result = dg.materialize([up, last])
    assert result.output_for_node("last") == 1
    assert [event.step_key for event in result.get_step_success_events()] == ["up", "last.after"]


def test_retries_inside() -> None:
    tries = []

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=2))
    def shaky() -> int:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("again")
        return 7

    @dg.graph_asset
    def steady():
        return shaky()

    assert dg.materialize([steady]).output_for_node("steady") == 7
