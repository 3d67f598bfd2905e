import inspect

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.ins_outs import AssetIn, AssetOut
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec


def upstream():
    return 1


@pytest.mark.parametrize(
    "said,key",
    [
        (AssetIn(), ["x"]),
        (AssetIn(key_prefix="p"), ["p", "x"]),
        (AssetIn(key_prefix=["p", "q"]), ["p", "q", "x"]),
        (AssetIn("p/y"), ["p", "y"]),
        (AssetIn(asset(upstream)), ["upstream"]),
        (AssetIn(AssetSpec("z")), ["z"]),
        (AssetIn.from_coercible(["p", "y"]), ["p", "y"]),
    ],
    ids=repr,
)
def test_the_asset_an_input_stands_for(said, key):
    assert said.resolve_key("x") == AssetKey(key)


def test_an_asset_in_stays_itself():
    said = AssetIn("x")
    assert AssetIn.from_coercible(said) is said
    assert said == AssetIn("x") != AssetIn("y")


def test_key_and_prefix_exclude_each_other():
    for kind in (AssetIn, AssetOut):
        with pytest.raises(InvalidDefinitionError, match=f"{kind.__name__}.*not both") as caught:
            kind(key="a", key_prefix="p")
        assert caught.value.where.file == __file__


def test_both_have_a_signature_to_look_at():
    assert list(inspect.signature(AssetIn).parameters)[:3] == ["key", "metadata", "key_prefix"]
    assert list(inspect.signature(AssetOut).parameters)[:3] == ["key_prefix", "key", "dagster_type"]


def test_an_asset_out_makes_the_spec_it_says():
    out = AssetOut(
        key_prefix="p",
        description="Words.",
        is_required=False,
        metadata={"m": 1},
        group_name="g",
        code_version="1",
        automation_condition="c",
        owners=["team:data"],
        tags={"t": ""},
        kinds={"sql"},
        freshness_policy="f",
        is_virtual=True,
    )
    made = out.to_spec(out.resolve_key("a"), [AssetDep("x")], additional_tags={"t": "lost", "u": ""})
    assert made == AssetSpec(
        ["p", "a"],
        deps=["x"],
        description="Words.",
        metadata={"m": 1},
        skippable=True,
        group_name="g",
        code_version="1",
        automation_condition="c",
        owners=["team:data"],
        tags={"t": "", "u": ""},
        kinds={"sql"},
        freshness_policy="f",
        is_virtual=True,
    )
    assert (out.group_name, out.kinds, out.key) == ("g", {"sql"}, None)


def test_a_spec_goes_through_an_out_unchanged():
    spec = AssetSpec(
        "p/a",
        description="Words.",
        metadata={"m": 1},
        group_name="g",
        code_version="1",
        owners=["team:data"],
        tags={"t": ""},
        kinds={"sql"},
        skippable=True,
        partitions_def=StaticPartitionsDefinition(["1"]),
    ).with_io_manager_key("disk")
    out = AssetOut.from_spec(spec)
    assert out.to_spec(out.resolve_key("ignored"), []) == spec
    assert out.io_manager_key == "disk"


def test_an_out_cannot_carry_deps():
    with pytest.raises(InvalidDefinitionError, match="'a' has deps"):
        AssetOut.from_spec(AssetSpec("a", deps=["x"]))
