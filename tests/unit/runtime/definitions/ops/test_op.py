import pytest

import mainspring as dg


class Limits(dg.Config):
    limit: int = 3


@dg.op(config_schema={"limit": dg.Field(int, default_value=3), "name": str})
def by_schema(context):
    return context.op_config


@dg.op
def by_class(config: Limits):
    return config


def test_made_by_hand_with_inputs_by_name() -> None:
    made = dg.OpDefinition(
        lambda context, x: x + 1, "inc", ins={"x": dg.In(int)}, outs={"result": dg.Out(int)}, tags={"a": "b"}
    )
    assert (made(None, x=4), made(None, 4)) == (5, 5)
    assert (made.tags, list(made.ins), made.outs["result"].annotation) == ({"a": "b"}, ["x"], int)


def test_made_by_hand_with_a_dict_of_inputs() -> None:
    def compute(_context, inputs):
        yield dg.Output(sum(inputs.values()), "total")

    made = dg.OpDefinition(
        compute,
        "add",
        ins={"x": dg.In(int), "y": dg.In(int, default_value=2), "start": dg.In(dg.Nothing)},
        outs={"total": dg.Out(int)},
        version="7",
    )
    assert [output.value for output in made(None, x=1)] == [3]
    assert (list(made.ins), made.code_version) == (["x", "y", "start"], "7")


def test_inputs_and_outputs_by_name() -> None:
    @dg.op(ins={"start": dg.In(dg.Nothing)}, out={"a": dg.Out(), "b": dg.Out()})
    def both(context, y, x): ...

    assert (both.has_input("x"), both.has_input("z"), both.has_output("a")) == (True, False, True)
    assert both.input_def_named("x") is both.ins["x"]
    assert both.output_def_named("b") is both.output_dict["b"]
    assert both.positional_inputs == ["y", "x", "start"]
    assert both.input_dict is both.ins
    with pytest.raises(dg.DagsterInvariantViolationError, match="The op 'both' has no output 'c'"):
        both.output_def_named("c")


def test_configured_with_a_constant() -> None:
    fixed = by_schema.configured({"name": "n"}, name="fixed", description="d")
    assert (fixed.name, fixed.description, by_schema.name) == ("fixed", "d", "by_schema")
    assert fixed(dg.build_op_context()) == {"limit": 3, "name": "n"}


def test_configured_with_a_function() -> None:
    @dg.configured(by_schema, config_schema=int, name="halved")
    def halved(number):
        return {"limit": number // 2, "name": "h"}

    assert halved.name == "halved"
    assert halved(dg.build_op_context(config=9)) == {"limit": 4, "name": "h"}


def test_a_configured_op_with_a_config_class_gets_an_object() -> None:
    assert by_class.configured({"limit": 8}, name="eight")() == Limits(limit=8)
    doubled = by_class.configured(lambda number: {"limit": number * 2}, name="doubled", config_schema=int)
    assert doubled(dg.build_op_context(config=4)) == Limits(limit=8)


def test_configured_with_what_does_not_fit() -> None:
    with pytest.raises(dg.DagsterInvalidConfigError, match="nme"):
        by_schema.configured({"nme": 3}, name="x")


def test_what_the_function_receives() -> None:
    environ: dict[str, str] = {}
    assert by_class.evaluate_config({"limit": 1}, environ).value == Limits(limit=1)
    assert by_class.evaluate_config(None, environ).value == Limits(limit=3)
    assert [str(e) for e in by_schema.evaluate_config({"limit": 1}, environ, ("ops",)).errors]
    assert by_schema.apply_config_mapping({"config": {"name": "n"}}).value == {"limit": 3, "name": "n"}


def test_a_copy() -> None:
    copy = by_schema.copy_with(pool="p")
    assert (copy.pool, copy.name, copy.compute_fn) == ("p", "by_schema", by_schema.compute_fn)
    assert by_schema.pool is None
