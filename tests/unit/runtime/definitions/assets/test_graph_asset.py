import pytest

import mainspring as dg
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

A, B, UP = AssetKey("a"), AssetKey("b"), AssetKey("up")


@dg.op
def one(x: int = 1) -> int:
    """The number."""
    return x


@dg.op
def passes(x):
    return dg.AssetCheckResult(passed=True)


@dg.op(out=dg.DynamicOut())
def pieces(): ...


@dg.op(out={"x": dg.Out(), "y": dg.Out(is_required=False)})
def both(v): ...


def deps(made):
    return {key: {dep.asset_key for dep in spec.deps} for key, spec in made.specs_by_key.items()}


def test_a_plain_graph_asset() -> None:
    @dg.graph_asset
    def a(up):
        """What
        it is.
        """
        return one(up)

    assert (a.key, a.node_name, a.specs_by_key[A].description) == (A, "a", "What\nit is.")
    assert deps(a) == {A: {UP}}
    assert (a.keys_by_input_name, a.keys_by_output_name) == ({"up": UP}, {"result": A})
    assert isinstance(a.node_def, dg.GraphDefinition)
    assert [".".join(flat.path) for flat in a.computation.flat.ops] == ["one"]
    assert a.get_op_def_for_asset_key(A) is one
    assert a.get_op_def_for_asset_key(UP) is None
    assert a.get_io_manager_key_for_asset_key(A) == "io_manager"
    assert a.where is not None
    assert a.where.file == __file__


def test_everything_said() -> None:
    @dg.success_hook
    def hook(_): ...

    parts = dg.StaticPartitionsDefinition(["p"])
    policy = dg.BackfillPolicy.single_run()
    mapping = dg.AllPartitionMapping()

    @dg.graph_asset(
        key_prefix="p",
        name="a",
        description="d",
        ins={"x": dg.AssetIn("up", partition_mapping=mapping), "only": dg.AssetIn(dagster_type=dg.Nothing)},
        config={"one": {}},
        group_name="g",
        partitions_def=parts,
        hooks={hook},
        metadata={"m": 1},
        tags={"t": "1"},
        owners=["team:core"],
        backfill_policy=policy,
        resource_defs={"db": 3},
        check_specs=[dg.AssetCheckSpec("ok", asset=["p", "a"])],
        code_version="2",
        kinds={"sql"},
    )
    def anything(x):
        number = one(x)
        return {"result": number, "p__a_ok": passes(number)}

    key = AssetKey(["p", "a"])
    spec = anything.specs_by_key[key]
    assert (spec.description, spec.group_name, spec.partitions_def) == ("d", "g", parts)
    assert (spec.metadata, spec.owners, spec.code_version, spec.kinds) == (
        {"m": 1},
        ("team:core",),
        "2",
        {"sql"},
    )
    assert spec.tags["t"] == "1"
    assert {dep.asset_key: dep.partition_mapping for dep in spec.deps} == {
        UP: mapping,
        AssetKey("only"): None,
    }
    assert (anything.hook_defs, anything.backfill_policy, anything.resource_defs) == (
        {hook},
        policy,
        {"db": 3},
    )
    assert anything.check_keys == {AssetCheckKey(key, "ok")}
    assert anything.node_def.has_config_mapping
    assert anything.node_name == "p__a"


def test_outputs_of_checks_are_marked_in_the_flat_graph_alone() -> None:
    @dg.graph_asset(check_specs=[dg.AssetCheckSpec("ok", asset="a")])
    def a():
        number = one()
        return number, passes(number)

    flat = {".".join(op.path): op.op for op in a.computation.flat.ops}
    assert flat["one"] is one
    assert (flat["passes"].outs["result"].is_check, passes.outs["result"].is_check) == (True, False)
    assert a.computation.checks_by_output == {"a_ok": AssetCheckKey(A, "ok")}


def test_assets_given_inside_are_upstream_too() -> None:
    elsewhere = dg.AssetSpec("elsewhere")

    @dg.graph_asset
    def a():
        return one(elsewhere)

    assert deps(a) == {A: {AssetKey("elsewhere")}}


def test_several_assets() -> None:
    @dg.graph_multi_asset(
        outs={
            "first": dg.AssetOut(
                "p", io_manager_key="disk", dagster_type=float, description="d", is_required=False
            ),
            "second": dg.AssetOut(key="b", owners=["team:core"]),
        },
        name="named",
        ins={"x": dg.AssetIn("up")},
        group_name="g",
        can_subset=True,
        check_specs=[dg.AssetCheckSpec("ok", asset="b")],
    )
    def anything(x):
        made = both(x)
        return {"first": one(x), "second": made.x, "b_ok": passes(made.y)}

    first = AssetKey(["p", "first"])
    assert (anything.node_name, anything.can_subset) == ("named", True)
    assert anything.keys_by_output_name == {"first": first, "second": B}
    assert deps(anything) == {first: {UP}, B: {UP}}
    assert [(spec.group_name, spec.description, spec.skippable) for spec in anything.specs] == [
        ("g", "d", True),
        ("g", None, False),
    ]
    out = next(op.op for op in anything.computation.flat.ops if op.path == ("one",)).outs["result"]
    assert (out.io_manager_key, out.annotation) == ("disk", float)
    assert anything.get_io_manager_key_for_asset_key(first) == "disk"
    assert anything.get_op_def_for_asset_key(B) is both
    assert one.outs["result"].io_manager_key == "io_manager"


def unused(up):
    return one()


def no_answer(): ...


def dynamic():
    return pieces()


def of_two():
    return both(one())


@pytest.mark.parametrize(
    "body,said,message,hint",
    [
        (unused, {}, "The graph asset 'unused' has the parameter 'up', which it gives to no op", "or drop"),
        (
            no_answer,
            {},
            "The function of the graph asset 'no_answer' returned nothing for its output 'result'",
            "Return a dict",
        ),
        (dynamic, {}, "The output 'result' of graph asset 'dynamic' is dynamic", "Collect it"),
        (of_two, {}, "returned all outputs of 'both' as the output 'result'", "Say which"),
        (
            unused,
            {"ins": {"u": dg.AssetIn()}},
            "graph asset 'unused' has no parameter 'u'",
            "Did you mean up?",
        ),
        (
            unused,
            {"ins": {"zz": dg.AssetIn()}},
            "graph asset 'unused' has no parameter 'zz'",
            "AssetIn(dagster_type=No",
        ),
        (unused, {"key": "k", "name": "n"}, "has a `key` and also a `name` or `key_prefix`", "give it alone"),
        (unused, {"config": 3}, "The graph asset 'unused' has the parameter 'up'", ""),
        (no_answer, {"check_specs": [3]}, "`check_specs` of graph asset 'no_answer' holds 3", ""),
        (
            no_answer,
            {"check_specs": [dg.AssetCheckSpec("ok", asset="zz")]},
            "The check 'ok' in the `check_specs` of graph asset 'no_answer' is about 'zz'",
            "",
        ),
        (no_answer, {"backfill_policy": 3}, "returned nothing for its output 'result'", ""),
    ],
)
def test_what_cannot_be(body, said, message, hint, refusal) -> None:
    found = refusal(lambda: dg.graph_asset(**said)(body))
    assert message in found
    assert hint in found


def test_inputs_are_loaded_by_ops(refusal) -> None:
    def a(up):
        return one(up)

    message = refusal(lambda: dg.graph_asset(ins={"up": dg.AssetIn(input_manager_key="disk")})(a))
    assert "gives the input 'up' an `input_manager_key`" in message
    assert "In(input_manager_key=...)" in message


def test_two_assets_of_one_output(refusal) -> None:
    def anything():
        number = one()
        return {"a": number, "b": number}

    message = refusal(lambda: dg.graph_multi_asset(outs={"a": dg.AssetOut(), "b": dg.AssetOut()})(anything))
    assert "The outputs 'a' and 'b' of graph multi-asset 'anything' are the same output of one op" in message


def test_it_has_no_one_op_and_no_one_function(refusal) -> None:
    a = dg.graph_asset(name="a")(lambda: one(one()))
    assert "is computed by the graph 'a', not by one op" in refusal(
        lambda: a.op, dg.DagsterInvalidInvocationError
    )
    message = refusal(a, dg.DagsterInvalidInvocationError)
    assert message.startswith(
        "The asset 'a' is made by a graph of ops, which cannot be called as one function."
    )


def test_an_asset_is_not_called_in_a_graph(refusal) -> None:
    @dg.asset
    def stored(): ...

    def body():
        one(stored())

    message = refusal(lambda: dg.graph(body), dg.DagsterInvalidInvocationError)
    assert message.startswith("The asset 'stored' was called while a graph or job is composed.")
    assert "op(asset)" in message
