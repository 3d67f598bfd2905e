import mainspring as dg
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition, OutputDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY


def test_an_in_says_what_it_says_and_takes_the_rest_from_the_parameter() -> None:
    said = dg.In(description="d", metadata={"a": 1}, input_manager_key="disk", asset_key=dg.AssetKey("x"))
    assert said.to_definition("n", int, 5) == InputDefinition(
        "n", int, 5, "disk", {"a": 1}, "d", dg.AssetKey("x")
    )
    assert dg.In(str, default_value=1).to_definition("n", int, 5) == InputDefinition("n", str, 1)


def test_an_in_there_and_back() -> None:
    made = dg.In(str, "d", 1, {"a": 1}, dg.AssetKey("x"), {"p"}, "disk")
    assert dg.In.from_definition(made.to_definition("n")) == made


def test_an_out_says_what_it_says_and_takes_the_rest_from_the_annotation() -> None:
    assert dg.Out().to_definition(None, int, code_version="2") == OutputDefinition(
        "result", int, code_version="2"
    )
    made = dg.Out(str, "d", False, "disk", {"a": 1}, "1")
    assert made.to_definition("n", int, description="x", code_version="2") == OutputDefinition(
        "n", str, False, "disk", {"a": 1}, "1", "d"
    )
    assert dg.Out.from_definition(made.to_definition("n")) == made


def test_a_dynamic_out() -> None:
    made = dg.DynamicOut(int)
    assert (dg.Out.is_dynamic, made.is_dynamic, made.to_definition("n").is_dynamic) == (False, True, True)
    assert dg.Out.from_definition(made.to_definition("n")) == dg.DynamicOut(
        int, io_manager_key="io_manager", metadata={}
    )


def test_nothing() -> None:
    assert dg.In(dg.Nothing).is_nothing
    assert not dg.In().is_nothing
    assert dg.In(dg.Nothing).to_definition("n").is_nothing
    assert dg.Out(dg.Nothing).to_definition("n").is_nothing
    assert not dg.Out(None).to_definition("n").is_nothing


def test_graph_in_and_out_carry_a_description() -> None:
    assert dg.GraphIn("d").to_definition("n") == InputDefinition("n", EMPTY, description="d")
    assert dg.GraphOut("d").to_definition() == OutputDefinition("result", EMPTY, description="d")
