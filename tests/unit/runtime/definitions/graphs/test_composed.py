import pytest

import mainspring as dg


class Limits(dg.Config):
    limit: int = 3


class Client(dg.ConfigurableResource):
    url: str = "x"


@dg.op
def one() -> int: ...


@dg.op
def inc(x: int) -> int: ...


@dg.op(out={"left": dg.Out(), "right": dg.Out(is_required=False)})
def both(): ...


@dg.op(out=dg.DynamicOut())
def pieces(): ...


def outputs(graph):
    return {
        mapping.graph_output_name: f"{mapping.mapped_node_name}.{mapping.mapped_node_output_name}"
        for mapping in graph.output_mappings
    }


TWO = {"a": dg.GraphOut(), "b": dg.GraphOut()}


def twice(kind):
    """A graph of two outputs, given back in one of the ways."""

    @dg.graph(name="twice", out=TWO)
    def made():
        first, second = one(), inc(one())
        return {"tuple": (first, second), "list": [first, second], "dict": {"b": second, "a": first}}[kind]

    return made


@pytest.mark.parametrize("kind", ["tuple", "list", "dict"])
def test_two_outputs(kind) -> None:
    assert outputs(twice(kind)) == {"a": "one.result", "b": "inc.result"}


def test_outputs_without_out() -> None:
    single = dg.graph(name="single")(lambda: one())  # noqa: PLW0108
    named = dg.graph(name="named", out={"value": dg.GraphOut()})(lambda: one())  # noqa: PLW0108
    by_dict = dg.graph(name="by_dict")(lambda: {"x": one(), "y": both().left})
    of_an_op = dg.graph(name="of_an_op")(lambda: both())  # noqa: PLW0108
    none = dg.graph(name="none")(lambda: both() and None)
    assert outputs(single) == {"result": "one.result"}
    assert outputs(named) == {"value": "one.result"}
    assert outputs(by_dict) == {"x": "one.result", "y": "both.left"}
    assert outputs(of_an_op) == {"left": "both.left", "right": "both.right"}
    assert outputs(none) == {}
    assert [o.is_required for o in of_an_op.output_defs] == [True, False]
    assert single.output_dict["result"].annotation is int


def test_dynamic_outputs() -> None:
    plain = dg.graph(name="plain")(lambda: pieces())  # noqa: PLW0108
    mapped = dg.graph(name="mapped")(lambda: pieces().map(inc))
    assert plain.output_dict["result"].is_dynamic
    assert mapped.output_dict["result"].is_dynamic
    assert mapped.output_mappings[0].from_dynamic_mapping
    assert mapped.dynamic_origin("result") == ("pieces", "result")

    @dg.graph
    def outer():
        mapped().map(inc)

    assert outer.dynamic_inside() == "mapped.pieces.result"


def test_inputs_keep_the_order_of_the_parameters() -> None:
    @dg.op
    def add(x: int, y: str = "d"): ...

    @dg.graph
    def composed(first, second):
        add(y=second, x=first)

    assert [(i.name, i.annotation, i.has_default_value) for i in composed.input_defs] == [
        ("first", int, False),
        ("second", str, True),
    ]
    assert composed.positional_inputs == ["first", "second"]


def with_context(context): ...


def with_config(config: Limits): ...


def with_resource(client: Client): ...


def with_default(x=1):
    inc(x)


def unused(x):
    one()


@pytest.mark.parametrize(
    "body,message,hint",
    [
        (with_context, "has the parameter 'context', which is no input", "Only ops are given a context"),
        (with_config, "has the parameter 'config', which is no input", "config=ConfigMapping(...)"),
        (with_resource, "has the parameter 'client', which is no input", "move the parameter to the op"),
        (with_default, "The parameter 'x' of the graph 'with_default' has a default", "`def op(x=1)`"),
        (unused, "The graph 'unused' has the parameter 'x', which it gives to no op.", "or drop the"),
    ],
)
def test_parameters_that_cannot_be(body, message, hint, refusal) -> None:
    found = refusal(lambda: dg.graph(body))
    assert message in found
    assert hint in found


@pytest.mark.parametrize(
    "said,answer,message,hint",
    [
        ({}, lambda: 3, "returned 3 as the output 'result'", "Return what a call of an op or graph gives"),
        ({}, lambda: (one(), one()), "returned 2 outputs without names", 'Return a dict: {"one": one()'),
        (
            {"out": TWO},
            lambda: (one(),),
            "returned 1 outputs, but it is to have 2: a, b",
            "Return one for each",
        ),
        ({"out": TWO}, lambda: {"a": one()}, "returned nothing for its output 'b'.", "Return a dict"),
        ({"out": TWO}, lambda: None, "returned nothing for its outputs 'a', 'b'.", "Return a dict"),
        (
            {"out": {"a": dg.GraphOut()}},
            lambda: {"a": one(), "aa": one()},
            "returned 'aa', which is none of its outputs",
            "Did you mean a?",
        ),
        (
            {},
            lambda: pieces().collect(),
            "returned <The output 'result' of 'pieces'>",
            "return it uncollected",
        ),
        ({}, lambda: {"a b": one()}, "'a b' cannot be the name of an output of the graph 'made'", "a_b"),
        ({"out": 3}, lambda: one(), "`out` of the graph 'made' is 3; it must be a GraphOut", "Write out={"),  # noqa: PLW0108
        (
            {"out": TWO},
            lambda: (both(), one()),
            "returned all outputs of 'both' as the output 'a'",
            "Say which",
        ),
        (
            {"ins": {"x": 3}},
            lambda: None,
            "The graph 'made' has no parameter 'x', which `ins` speaks",
            "none",
        ),
        ({"ins": 3}, lambda: None, "`ins` of the graph 'made' is 3", ""),
    ],
)
def test_what_cannot_be_said_or_returned(said, answer, message, hint, refusal) -> None:
    found = refusal(lambda: dg.graph(name="made", **said)(answer))
    assert message in found
    assert hint in found


def test_an_input_is_no_output(refusal) -> None:
    def through(x):
        inc(x)
        return x

    message = refusal(lambda: dg.graph(through))
    assert "returned <The input 'x'> as the output 'result'" in message
    assert "An output is made by an op of the graph" in message
    message = refusal(lambda: dg.graph(ins={"x": 3})(through))
    assert "holds 3 for 'x', which is no GraphIn" in message
