import pytest

import mainspring as dg
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

UP = AssetKey("up")


@dg.op(
    out={
        "x": dg.Out(int, description="dx", metadata={"a": 1}, code_version="1"),
        "y": dg.Out(is_required=False),
    }
)
def both(v: int, w=2):
    return v, w


@dg.op(ins={"start": dg.In(dg.Nothing)}, code_version="3")
def load(rows):
    """Loads."""
    return rows


@dg.op(out=dg.DynamicOut())
def pieces(): ...


@dg.op
def passes(x):
    return dg.AssetCheckResult(passed=True)


@dg.graph
def tables(raw):
    """Makes tables."""
    return load(load(raw))


@dg.graph
def with_check(raw):
    made = load(raw)
    return {"table": made, "p__table_ok": passes(made)}


def deps(made):
    return {key: {dep.asset_key for dep in spec.deps} for key, spec in made.specs_by_key.items()}


def test_an_op() -> None:
    made = dg.AssetsDefinition.from_op(load)
    key = AssetKey("load")
    assert (made.key, made.op, made.node_def) == (key, load, load)
    assert deps(made) == {key: {AssetKey("rows"), AssetKey("start")}}
    assert (made.specs_by_key[key].description, made.specs_by_key[key].code_version) == ("Loads.", "3")


def test_an_op_of_several_outputs() -> None:
    mapping = dg.AllPartitionMapping()
    parts = dg.StaticPartitionsDefinition(["p"])
    made = dg.AssetsDefinition.from_op(
        both,
        keys_by_input_name={"v": UP},
        keys_by_output_name={"y": AssetKey(["q", "z"])},
        key_prefix=["pre"],
        partitions_def=parts,
        partition_mappings={"v": mapping},
        group_name="g",
        descriptions_by_output_name={"y": "dy"},
        metadata_by_output_name={"x": {"b": 2}},
        tags_by_output_name={"x": {"t": "1"}},
        automation_conditions_by_output_name={"x": "condition"},
        backfill_policy=dg.BackfillPolicy.single_run(),
        can_subset=True,
    )
    x, y = AssetKey(["pre", "x"]), AssetKey(["pre", "q", "z"])
    assert made.keys_by_output_name == {"x": x, "y": y}
    assert made.keys_by_input_name == {"v": UP, "w": AssetKey("w")}
    assert deps(made) == {x: {UP, AssetKey("w")}, y: {UP, AssetKey("w")}}
    one, two = made.specs_by_key[x], made.specs_by_key[y]
    assert (one.description, one.metadata, one.code_version, one.skippable) == (
        "dx",
        {"a": 1, "b": 2},
        "1",
        False,
    )
    assert (two.description, two.metadata, two.code_version, two.skippable) == ("dy", {}, None, True)
    assert (one.group_name, one.partitions_def, one.tags["t"]) == ("g", parts, "1")
    assert one.automation_condition == "condition"
    assert one.partition_mappings == {UP: mapping}
    assert (made.can_subset, made.backfill_policy) == (True, dg.BackfillPolicy.single_run())


def test_a_graph() -> None:
    @dg.success_hook
    def hook(_): ...

    made = dg.AssetsDefinition.from_graph(
        tables,
        keys_by_input_name={"raw": UP},
        group_names_by_output_name={"result": "g"},
        owners_by_output_name={"result": ["team:core"]},
        code_versions_by_output_name={"result": "9"},
        resource_defs={"db": 1},
        hook_defs={hook},
    )
    spec = made.specs_by_key[AssetKey("tables")]
    assert (spec.group_name, spec.owners, spec.code_version) == ("g", ("team:core",), "9")
    assert (spec.description, made.node_def) == ("Makes tables.", tables)
    assert (made.resource_defs, made.hook_defs) == ({"db": 1}, {hook})
    assert deps(made) == {AssetKey("tables"): {UP}}


def test_what_is_made_from_what() -> None:
    made = dg.AssetsDefinition.from_op(both, internal_asset_deps={"y": {AssetKey("x")}, "x": {AssetKey("v")}})
    assert deps(made) == {AssetKey("x"): {AssetKey("v")}, AssetKey("y"): {AssetKey("x")}}


def test_checks_are_outputs_named_after_them() -> None:
    made = dg.AssetsDefinition.from_graph(
        with_check, key_prefix="p", check_specs=[dg.AssetCheckSpec("ok", asset=["p", "table"])]
    )
    key = AssetKey(["p", "table"])
    assert (made.keys, made.check_keys) == ({key}, {AssetCheckKey(key, "ok")})


@pytest.mark.parametrize(
    "make,message,hint",
    [
        (
            lambda: dg.AssetsDefinition.from_op(tables),
            "AssetsDefinition.from_op takes an op; got Graph",
            "@graph or @op",
        ),
        (
            lambda: dg.AssetsDefinition.from_graph(load),
            "AssetsDefinition.from_graph takes a graph; got Op",
            "@graph",
        ),
        (
            lambda: dg.AssetsDefinition.from_op(both, keys_by_input_name={"vv": UP}),
            "`keys_by_input_name` speaks of the input 'vv', which the op 'both' does not have",
            "Did you mean v?",
        ),
        (
            lambda: dg.AssetsDefinition.from_op(both, keys_by_output_name={"result": UP}),
            "`keys_by_output_name` speaks of the output 'result', which the op 'both' does not have",
            "Its outputs are: x, y.",
        ),
        (
            lambda: dg.AssetsDefinition.from_op(both, partition_mappings={"z": 1}),
            "`partition_mappings` speaks of the input 'z'",
            "Its inputs are: v, w.",
        ),
        (
            lambda: dg.AssetsDefinition.from_op(both, metadata_by_output_name={"z": {}}),
            "`metadata_by_output_name` speaks of the output 'z'",
            "x, y",
        ),
        (
            lambda: dg.AssetsDefinition.from_graph(tables, owners_by_output_name={"z": []}),
            "`owners_by_output_name` speaks of the output 'z'",
            "Its outputs are: result.",
        ),
        (
            lambda: dg.AssetsDefinition.from_op(both, internal_asset_deps={"z": set()}),
            "`internal_asset_deps` speaks of the output 'z'",
            "",
        ),
        (
            lambda: dg.AssetsDefinition.from_op(both, internal_asset_deps={"x": {AssetKey("zz")}}),
            "`internal_asset_deps` makes the output 'x' of the op 'both' depend on 'zz'",
            "They are: v, w, x, y.",
        ),
        (
            lambda: dg.AssetsDefinition.from_op(both, group_name="g", group_names_by_output_name={"x": "h"}),
            "The op 'both' has a `group_name`, and its output 'x' another",
            "in one of the two",
        ),
        (
            lambda: dg.AssetsDefinition.from_op(pieces),
            "The output 'result' of op 'pieces' is dynamic",
            "Collect it",
        ),
        (
            lambda: dg.AssetsDefinition.from_graph(
                tables, check_specs=[dg.AssetCheckSpec("ok", asset="tables")]
            ),
            "The graph 'tables' has no output 'tables_ok' for the check 'tables:ok'",
            '"tables_ok": GraphOut()',
        ),
        (
            lambda: dg.AssetsDefinition.from_op(dg.op(out={})(both.compute_fn)),
            "has no output that could be an",
            "Let",
        ),
    ],
)
def test_what_cannot_be(make, message, hint, refusal) -> None:
    found = refusal(make)
    assert message in found
    assert hint in found
