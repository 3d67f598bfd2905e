import functools
from datetime import timedelta
from typing import Any

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.partitions.backfill_policy import BackfillPolicy
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.ins_outs import AssetIn
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec
from mainspring.runtime.definitions.results import Output
from mainspring.runtime.definitions.retries import RetryPolicy


def orders(raw: list[int], limit: int = 3) -> list[int]:
    """The orders.

    Paid ones.
    """
    return raw[:limit]


def test_a_bare_decorator_takes_all_from_the_function():
    made = asset(orders)
    assert made.key == AssetKey("orders")
    assert made.get_asset_spec() == AssetSpec(
        "orders", deps=["raw", "limit"], description="The orders.\n\nPaid ones."
    )
    assert made.execution_type is AssetExecutionType.MATERIALIZATION
    assert made.keys_by_input_name == {"raw": AssetKey("raw"), "limit": AssetKey("limit")}
    assert made.keys_by_output_name == {"result": AssetKey("orders")}
    assert (made.op.name, made.op.ins["raw"].annotation, made.op.ins["limit"].default_value) == (
        "orders",
        list[int],
        3,
    )
    assert made.where == (__file__, orders.__code__.co_firstlineno)


@pytest.mark.parametrize(
    "said,key",
    [
        ({"name": "x"}, ["x"]),
        ({"key_prefix": "p"}, ["p", "orders"]),
        ({"key_prefix": ["p", "q"], "name": "x"}, ["p", "q", "x"]),
        ({"key": "p/x"}, ["p", "x"]),
        ({"key": ["p", "x"]}, ["p", "x"]),
        ({"key": AssetKey(["p", "my-x"])}, ["p", "my-x"]),
    ],
)
def test_the_key(said: dict[str, Any], key: list[str]):
    made = asset(**said)(orders)
    assert made.key == AssetKey(key)
    assert made.op.name == made.key.to_python_identifier()


def test_what_is_said_of_the_asset_goes_into_its_spec():
    partitions = StaticPartitionsDefinition(["a", "b"])
    made = asset(
        group_name="sales",
        owners=["team:data", "a@b.com"],
        tags={"tier": "1"},
        kinds={"python", "duckdb"},
        description="Words.",
        metadata={"rows": 3},
        code_version="v1",
        partitions_def=partitions,
        output_required=False,
        is_virtual=True,
        automation_condition="condition",
        freshness_policy="policy",
    )(orders)
    assert made.get_asset_spec() == AssetSpec(
        "orders",
        deps=["raw", "limit"],
        group_name="sales",
        owners=["team:data", "a@b.com"],
        tags={"tier": "1"},
        kinds={"python", "duckdb"},
        description="Words.",
        metadata={"rows": 3},
        code_version="v1",
        partitions_def=partitions,
        skippable=True,
        is_virtual=True,
        automation_condition="condition",
        freshness_policy="policy",
    )
    output = made.op.outs["result"]
    assert (output.is_required, output.metadata, output.code_version) == (False, {"rows": 3}, "v1")
    assert made.partitions_def is partitions


def test_how_it_runs_goes_into_the_op():
    policy, backfill = RetryPolicy(max_retries=2), BackfillPolicy.single_run()
    made = asset(
        retry_policy=policy,
        pool="database",
        op_tags={"dagster/priority": "3"},
        timeout=timedelta(minutes=2),
        config_schema={"limit": int},
        required_resource_keys={"db"},
        backfill_policy=backfill,
    )(lambda_free)
    op = made.op
    assert (op.retry_policy, op.pool, op.tags, op.timeout) == (
        policy,
        "database",
        {"dagster/priority": "3"},
        120,
    )
    assert (op.config_schema, op.required_resource_keys, op.has_config) == ({"limit": int}, {"db"}, True)
    assert made.backfill_policy is backfill
    assert made.required_resource_keys == {"db"}


def lambda_free() -> int:
    return 1


def test_io_manager_by_key_and_by_definition():
    assert asset(io_manager_key="disk")(lambda_free).op.outs["result"].io_manager_key == "disk"
    manager = object()
    made = asset(io_manager_def=manager, key_prefix="p")(lambda_free)
    assert made.op.outs["result"].io_manager_key == "p__lambda_free__io_manager"
    assert made.resource_defs == {"p__lambda_free__io_manager": manager}
    assert made.required_resource_keys == {"p__lambda_free__io_manager"}
    both = asset(io_manager_def=manager, io_manager_key="disk")(lambda_free)
    assert both.resource_defs == {"disk": manager}
    assert both.get_io_manager_key_for_asset_key(both.key) == "disk"


@pytest.mark.parametrize(
    "returns,expected",
    [(int, int), (Output[int], int), (Output, None), (list[str], list[str]), (None, "none")],
)
def test_the_type_of_the_value(returns: Any, expected: Any):
    def made_here():
        return 1

    made_here.__annotations__["return"] = returns
    output = asset(made_here).op.outs["result"]
    if expected is None:
        assert output.dagster_type.name == "Any"
    else:
        assert output.annotation == (None if expected == "none" else expected)


def test_dagster_type_wins_over_the_annotation():
    assert asset(dagster_type=str)(lambda_free).op.outs["result"].annotation is str


@pytest.mark.parametrize(
    "given,keys",
    [
        ("up", [["up"]]),
        ("p/up", [["p", "up"]]),
        (["p", "up"], [["p", "up"]]),
        (AssetKey("up"), [["up"]]),
        (AssetSpec("up"), [["up"]]),
        (AssetDep("up", metadata={"x": 1}), [["up"]]),
        (asset(lambda_free), [["lambda_free"]]),
    ],
    ids=str,
)
def test_deps_of_every_form(given: object, keys: list[list[str]]):
    made = asset(name="x", deps=[given])(lambda_free)
    assert [dep.asset_key for dep in made.get_asset_spec().deps] == [AssetKey(key) for key in keys]
    assert made.keys_by_input_name == {}


def test_deps_may_be_any_iterable_and_repeat():
    made = asset(name="x", deps=(name for name in ("a", "b", "a")))(lambda_free)
    assert [dep.asset_key for dep in made.get_asset_spec().deps] == [AssetKey("a"), AssetKey("b")]


def test_ins_say_more_of_parameters():
    made = asset(
        ins={
            "raw": AssetIn(key_prefix="p", metadata={"columns": ["a"]}, input_manager_key="lake"),
            "limit": "settings/limit",
        }
    )(orders)
    assert made.keys_by_input_name == {
        "raw": AssetKey(["p", "raw"]),
        "limit": AssetKey(["settings", "limit"]),
    }
    raw = made.op.ins["raw"]
    assert (raw.input_manager_key, raw.metadata, raw.annotation) == ("lake", {"columns": ["a"]}, list[int])


def test_ins_may_name_what_double_star_takes():
    def total(**parts: int) -> int:
        return sum(parts.values())

    made = asset(ins={"a": AssetIn("x"), "b": AssetIn("y")})(total)
    assert made.keys_by_input_name == {"a": AssetKey("x"), "b": AssetKey("y")}


def test_check_specs_are_outputs_of_their_own():
    made = asset(check_specs=[AssetCheckSpec("full", asset="lambda_free", blocking=True)])(lambda_free)
    assert made.check_keys == {AssetCheckKey(AssetKey("lambda_free"), "full")}
    assert {name: out.is_check for name, out in made.op.outs.items()} == {
        "result": False,
        "lambda_free_full": True,
    }
    assert made.get_output_name_for_asset_check_key(made.check_key) == "lambda_free_full"


def test_compute_kind_is_a_kind():
    made = asset(compute_kind="sql", op_tags={"t": "1"})(lambda_free)
    assert made.get_asset_spec().kinds == {"sql"}
    assert made.op.tags == {"t": "1", "dagster/compute_kind": "sql"}


def test_partials_and_callable_objects():
    made = asset(functools.partial(orders, limit=2))
    assert made.key == AssetKey("orders")
    assert made.keys_by_input_name == {"raw": AssetKey("raw")}
    assert made.get_asset_spec().description == "The orders.\n\nPaid ones."

    class Loader:
        def __call__(self, raw: int) -> int:
            return raw

    loader = asset(name="loaded")(Loader())
    assert loader.keys_by_input_name == {"raw": AssetKey("raw")}
    assert loader.op.outs["result"].annotation is int
    with pytest.raises(InvalidDefinitionError, match=r"has no name.*(?s:.)*@asset\(name="):
        asset(Loader())


def test_an_unknown_argument_is_refused_with_the_nearest_name():
    with pytest.raises(TypeError, match=r"'retry_polcy'. Did you mean retry_policy"):
        asset(retry_polcy=RetryPolicy())  # pyright: ignore[reportCallIssue]
