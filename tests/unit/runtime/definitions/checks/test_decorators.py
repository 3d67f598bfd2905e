import pytest

from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.ins_outs import AssetIn
from mainspring.runtime.definitions.checks.decorators import asset_check, multi_asset_check
from mainspring.runtime.definitions.checks.definition import AssetChecksDefinition
from mainspring.runtime.definitions.retries import RetryPolicy

A = AssetKey("a")


def full(a):
    """Has rows."""


def free():
    return True


def test_the_free_parameter_is_the_asset():
    made = asset_check(asset="p/a")(full)
    assert isinstance(made, AssetChecksDefinition)
    assert made.check_key == AssetCheckKey(AssetKey(["p", "a"]), "full")
    assert (made.name, made.keys, made.keys_by_output_name) == ("full", set(), {})
    assert made.keys_by_input_name == {"a": AssetKey(["p", "a"])}
    assert made.entity_keys_by_output_name == {"result": made.check_key}
    assert made.op.name == "p__a_full"


def test_all_that_can_be_said():
    policy = RetryPolicy()

    def full(a, x, context_free=None): ...

    made = asset_check(
        asset="a",
        name="fine",
        description="Words.",
        blocking=True,
        additional_ins={"x": AssetIn("p/x"), "context_free": "y"},
        additional_deps=["z", AssetKey("y")],
        required_resource_keys={"db"},
        resource_defs={"lake": 1},
        config_schema={"limit": int},
        compute_kind="sql",
        op_tags={"t": "1"},
        retry_policy=policy,
        metadata={"m": 1},
        automation_condition="c",
        pool="database",
        timeout=5,
    )(full)
    (spec,) = made.check_specs
    assert spec == AssetCheckSpec(
        "fine",
        asset="a",
        description="Words.",
        additional_deps=["z", "y", "p/x"],
        blocking=True,
        metadata={"m": 1},
        automation_condition="c",
    )
    assert made.keys_by_input_name == {"a": A, "x": AssetKey(["p", "x"]), "context_free": AssetKey("y")}
    op = made.op
    assert (op.tags, op.retry_policy, op.pool, op.timeout) == (
        {"t": "1", "dagster/compute_kind": "sql"},
        policy,
        "database",
        5,
    )
    assert (op.required_resource_keys, op.config_schema) == ({"db", "lake"}, {"limit": int})


def test_several_checks_of_one_function():
    made = multi_asset_check(
        specs=[AssetCheckSpec("one", asset="a"), AssetCheckSpec("two", asset="b")],
        ins={"a": AssetIn("x")},
        can_subset=True,
    )(full)
    assert made.check_keys == {AssetCheckKey(A, "one"), AssetCheckKey(AssetKey("b"), "two")}
    assert {name: out.is_required for name, out in made.op.outs.items()} == {"a_one": False, "b_two": False}
    assert (made.op.name, made.op.description, made.can_subset) == ("full", "Has rows.", True)
    with pytest.raises(InvalidInvocationError, match="evaluates 2 checks"):
        _ = made.check_key


@pytest.mark.parametrize(
    "make,words",
    [
        (lambda: asset_check(asset=None)(free), "`asset` of the check 'free': None stands for no asset"),
        (lambda: asset_check(asset="a", additional_deps=["a"])(free), "'free' on 'a' lists its own asset"),
        (lambda: asset_check(asset="a", additional_ins={"a": AssetIn("a")})(full), "own asset"),
        (lambda: asset_check(asset="a")(lambda x, y: True), "cannot be the name of an asset check"),
        (lambda: asset_check(asset="a", name="b")(lambda x, y: True), "has the parameters x, y"),
        (lambda: asset_check(asset="a", name="no name")(free), "'no name' cannot be the name"),
        (lambda: multi_asset_check(specs=[])(free), "has no `specs`"),
        (lambda: multi_asset_check(specs=["ok"])(free), "each must be an AssetCheckSpec"),
        (lambda: asset_check(asset="a", retry_policy=3)(free), "`retry_policy` of check 'a_free' is 3"),
    ],
)
def test_what_cannot_be(make, words):
    with pytest.raises(InvalidDefinitionError, match=words) as caught:
        make()
    assert caught.value.where.file == __file__
