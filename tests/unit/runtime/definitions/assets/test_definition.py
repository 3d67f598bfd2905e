import pytest

from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvalidInvocationError,
    InvalidSubsetError,
    InvariantViolationError,
)
from mainspring.core.partitions.backfill_policy import BackfillPolicy
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.ins_outs import AssetIn
from mainspring.runtime.definitions.assets.multi import multi_asset
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec
from mainspring.runtime.definitions.checks.decorators import asset_check

A, B, X, Z = AssetKey("a"), AssetKey("b"), AssetKey("x"), AssetKey(["p", "z"])
OK = AssetCheckKey(A, "ok")


@multi_asset(
    specs=[AssetSpec("a", group_name="g"), AssetSpec("b", deps=["a"])],
    check_specs=[AssetCheckSpec("ok", asset="a"), AssetCheckSpec("ok", asset="b", additional_deps=["a"])],
    can_subset=True,
)
def both(x): ...


@asset(ins={"x": AssetIn("x", partition_mapping="mapping")}, deps=["y"])
def single(x): ...


def test_map_asset_specs_changes_each():
    made = both.map_asset_specs(lambda spec: spec.replace_attributes(owners=["team:data"]))
    assert made.owners_by_key == {A: ("team:data",), B: ("team:data",)}
    assert both.owners_by_key == {A: (), B: ()}


def test_map_asset_specs_may_rename():
    made = both.map_asset_specs(lambda spec: spec.replace_attributes(key=spec.key.with_prefix("p")))
    pa, pb = A.with_prefix("p"), B.with_prefix("p")
    assert made.keys == {pa, pb}
    assert made.keys_by_output_name == {"a": pa, "b": pb}
    assert made.check_keys == {AssetCheckKey(pa, "ok"), AssetCheckKey(pb, "ok")}
    assert made.check_specs_by_output_name["b_ok"].additional_deps == [AssetDep(pa)]


def test_map_asset_specs_refuses_what_is_no_spec_and_lost_inputs():
    with pytest.raises(InvalidDefinitionError, match="answered None for the asset 'single'"):
        single.map_asset_specs(lambda spec: None)
    with pytest.raises(InvalidDefinitionError, match="asset 'single' loads 'x'"):
        single.map_asset_specs(lambda spec: spec.replace_attributes(deps=["y"]))


def test_with_attributes():
    policy = BackfillPolicy.multi_run(3)
    made = both.with_attributes(
        asset_key_replacements={A: Z, X: AssetKey("w")},
        group_names_by_key={B: "h"},
        tags_by_key={A: {"t": ""}},
        metadata_by_key={B: {"m": 1}, OK: {"why": "because"}},
        automation_condition={B: "eager"},
        backfill_policy=policy,
        hook_defs={"hook"},
    )
    assert made.keys == {Z, B}
    assert made.asset_deps == {Z: {AssetKey("w")}, B: {Z, AssetKey("w")}}
    assert made.keys_by_input_name == {"x": AssetKey("w")}
    assert made.group_names_by_key == {Z: "g", B: "h"}
    assert made.tags_by_key == {Z: {"t": ""}, B: {}}
    assert made.metadata_by_key == {Z: {}, B: {"m": 1}}
    assert made.automation_conditions_by_key == {B: "eager"}
    assert (made.backfill_policy, made.hook_defs) == (policy, {"hook"})
    assert made.get_spec_for_check_key(AssetCheckKey(Z, "ok")).metadata == {"why": "because"}
    assert both.with_attributes(automation_condition="c").automation_conditions_by_key == {A: "c", B: "c"}


def test_subset_for():
    part = both.subset_for({A})
    assert (part.keys, part.check_keys, part.is_subset) == ({A}, {OK}, True)
    assert part.keys_by_output_name == {"a": A}
    assert part.node_keys_by_output_name == {"a": A, "b": B}
    assert part.asset_and_check_keys == {A, OK}
    assert both.subset_for({A}, set()).check_keys == set()
    checks = both.subset_for(set(), {OK})
    assert (checks.has_keys, checks.has_check_keys, checks.check_key) == (False, True, OK)
    assert both.subset_for({A, B}) is both


def test_what_cannot_be_cut_is_run_whole():
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")])
    def whole(): ...

    with pytest.raises(
        InvalidSubsetError, match=r"leaves out b\. .*test_definition.py:\d+\)\n.*can_subset=True"
    ):
        whole.subset_for({A})


def test_renaming_keeps_the_choice():
    part = both.subset_for({A}).with_attributes(asset_key_replacements={A: Z})
    assert (part.keys, part.check_keys) == ({Z}, {AssetCheckKey(Z, "ok")})


def test_as_source_assets():
    stored = asset(io_manager_key="disk", metadata={"m": 1}, group_name="g", tags={"t": ""})(lambda_free)
    source = stored.to_source_asset()
    assert (source.key, source.get_io_manager_key(), source.group_name) == (stored.key, "disk", "g")
    assert (source.metadata["m"], source.tags, source.is_observable) == (1, {"t": ""}, False)
    assert [one.key for one in both.to_source_assets()] == [A, B]
    assert both.to_source_asset("b").key == B
    with pytest.raises(InvalidInvocationError, match="no single key"):
        both.to_source_asset()
    with pytest.raises(InvalidInvocationError, match="does not make 'c'"):
        both.to_source_asset("c")


def lambda_free():
    return 1


def test_with_resources_and_hooks():
    made = asset(resource_defs={"db": 1})(lambda_free)
    assert made.with_resources({"db": 2, "lake": 3}).resource_defs == {"db": 1, "lake": 3}
    assert made.with_hooks({"h"}).with_hooks({"i"}).hook_defs == {"h", "i"}


def test_lookups():
    assert single.get_partition_mapping(X) == "mapping"
    assert single.get_partition_mapping_for_dep(AssetKey("y")) is None
    assert single.dependency_keys == {X, AssetKey("y")}
    assert single.get_upstream_input_keys(frozenset({single.key})) == {X, AssetKey("y")}
    assert both.get_upstream_input_keys(frozenset({B})) == {X}
    assert single.input_names == ["x"]
    assert single.input_names_by_node_key == {X: "x"}
    assert both.get_checks_targeting_keys(frozenset({A})) == {OK}
    assert both.get_output_name_for_asset_check_key(OK) == "a_ok"
    assert [both.has_output_for_asset_key(key) for key in (A, X)] == [True, False]
    assert both.get_op_def_for_asset_key(A) is both.op
    assert both.get_op_def_for_asset_key(X) is None
    assert both.output_names_by_entity_key[OK] == "a_ok"
    assert both.get_asset_spec(B).key == B
    with pytest.raises(InvariantViolationError, match="does not make 'aa'"):
        both.get_asset_spec(AssetKey("aa"))
    with pytest.raises(InvariantViolationError, match="does not evaluate 'x:ok'"):
        both.get_spec_for_check_key(AssetCheckKey(X, "ok"))


def test_external_assets_compute_nothing():
    made = AssetsDefinition(specs=[AssetSpec("a")])
    assert (made.is_external, made.is_executable, made.is_materializable, made.node_def) == (
        True,
        False,
        False,
        None,
    )
    assert (made.keys_by_input_name, made.required_resource_keys, made.has_check_keys) == ({}, set(), False)
    with pytest.raises(InvalidInvocationError, match="asset 'a'> is external"):
        _ = made.op


@pytest.mark.parametrize(
    "definition,label",
    [
        (single, "asset 'single'"),
        (both, "multi-asset 'both'"),
        (AssetsDefinition(specs=[AssetSpec("a"), AssetSpec("b")]), "assets 'a', 'b'"),
        (asset_check(asset="a", name="full")(lambda_free), "check 'a:full'"),
    ],
    ids=str,
)
def test_what_messages_call_it(definition, label):
    assert definition.label == label
    assert label in repr(definition)


def test_nodes_of_assets_made_together():
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")], check_specs=[AssetCheckSpec("ok", asset="a")])
    def whole(): ...

    nodes = {node.key: node for node in whole.to_asset_nodes()}
    assert nodes[A].execution_set == nodes[B].execution_set == {A, B}
    assert (nodes[A].check_keys, nodes[B].check_keys) == ((OK,), ())
    assert [check.key for check in whole.to_check_nodes()] == [OK]
    assert all(not node.execution_set for node in both.to_asset_nodes())
