import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.ins_outs import AssetIn, AssetOut
from mainspring.runtime.definitions.assets.multi import multi_asset
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.results import Output

A, B, X, Y = AssetKey("a"), AssetKey("b"), AssetKey("x"), AssetKey("y")


def empty():
    """Both."""


def deps(made):
    return {key: {dep.asset_key for dep in spec.deps} for key, spec in made.specs_by_key.items()}


def test_specs_say_all():
    made = multi_asset(specs=[AssetSpec("a"), AssetSpec("b", deps=["a"], skippable=True)])(empty)
    assert made.keys == {A, B}
    assert deps(made) == {A: set(), B: {A}}
    assert made.keys_by_output_name == {"a": A, "b": B}
    assert {name: out.is_required for name, out in made.op.outs.items()} == {"a": True, "b": False}
    assert (made.op.name, made.op.description, made.can_subset) == ("empty", "Both.", False)


def test_inputs_go_to_the_specs_that_name_them_else_to_all():
    def both(x, y): ...

    made = multi_asset(specs=[AssetSpec("a", deps=["x"]), AssetSpec("b")], deps=["z"])(both)
    assert deps(made) == {A: {X, Y, AssetKey("z")}, B: {Y, AssetKey("z")}}


def test_outs_give_keys_types_and_io_managers():
    def both(x) -> tuple[int, str]: ...

    made = multi_asset(
        outs={
            "a": AssetOut(key_prefix="p", io_manager_key="disk", is_required=False, kinds={"sql"}),
            "b": AssetOut(key="other/b", dagster_type=float, owners=["team:data"]),
        },
        ins={"x": AssetIn("y")},
    )(both)
    assert made.keys_by_output_name == {"a": AssetKey(["p", "a"]), "b": AssetKey(["other", "b"])}
    first, second = made.op.outs["a"], made.op.outs["b"]
    assert (first.annotation, first.io_manager_key, first.is_required) == (int, "disk", False)
    assert (second.annotation, second.io_manager_key, second.is_required) == (float, "io_manager", True)
    assert [spec.kinds for spec in made.specs] == [{"sql"}, set()]
    assert deps(made) == {AssetKey(["p", "a"]): {Y}, AssetKey(["other", "b"]): {Y}}


def test_a_tuple_of_outputs_says_nothing_of_the_values():
    def both() -> tuple[Output[int], str]: ...

    made = multi_asset(outs={"a": AssetOut(), "b": AssetOut()})(both)
    assert [made.op.outs[name].dagster_type.name for name in ("a", "b")] == ["Any", "String"]


def test_internal_asset_deps_by_output():
    def both(x, y): ...

    made = multi_asset(
        outs={"a": AssetOut(), "b": AssetOut()}, internal_asset_deps={"a": {X}, "b": {"a", "y"}}
    )(both)
    assert deps(made) == {A: {X}, B: {A, Y}}


def test_what_is_said_of_all_is_said_of_each_that_does_not_say_it_itself():
    parts, others = StaticPartitionsDefinition(["1"]), StaticPartitionsDefinition(["2"])
    made = multi_asset(
        specs=[AssetSpec("a", code_version="own", partitions_def=others), AssetSpec("b")],
        group_name="sales",
        code_version="all",
        partitions_def=parts,
        compute_kind="sql",
        name="pair",
    )(empty)
    a, b = made.specs
    assert (a.group_name, a.code_version, a.partitions_def, a.kinds) == ("sales", "own", others, {"sql"})
    assert (b.group_name, b.code_version, b.partitions_def) == ("sales", "all", parts)
    assert (made.op.name, made.op.tags) == ("pair", {"dagster/compute_kind": "sql"})
    with pytest.raises(InvalidDefinitionError, match="different partitions"):
        _ = made.partitions_def


def test_check_specs_about_its_assets():
    made = multi_asset(
        specs=[AssetSpec("a"), AssetSpec("b")], check_specs=[AssetCheckSpec("ok", asset="b")], can_subset=True
    )(empty)
    assert made.check_keys == {AssetCheckKey(B, "ok")}
    assert made.check_specs_by_output_name == {"b_ok": AssetCheckSpec("ok", asset="b")}


def test_outputs_whose_names_would_meet_are_told_apart():
    made = multi_asset(
        specs=[AssetSpec("a"), AssetSpec("a_b")],
        check_specs=[
            AssetCheckSpec("b", asset="a"),
            AssetCheckSpec("b_c", asset="a"),
            AssetCheckSpec("c", asset="a_b"),
        ],
    )(empty)
    assert set(made.op.outs) == {"a", "a_b", "a_b_check", "a_b_c", "a_b_c_check"}
    assert set(made.output_names_by_entity_key.values()) == set(made.op.outs)
