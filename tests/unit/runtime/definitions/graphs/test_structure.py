import mainspring as dg


@dg.op
def one(): ...


@dg.op
def inc(x): ...


@dg.op
def silent() -> None: ...


@dg.op(out=dg.DynamicOut())
def pieces(): ...


@dg.op(out=dg.DynamicOut())
def more(x): ...


def wired(*nodes, **dependencies):
    """A graph made by hand; ``inc="one"`` gives the op inc what one gives."""
    uses = {
        dg.NodeInvocation("inc", alias=name) if name.startswith("inc_") else name: {
            "x": dg.DependencyDefinition(upstream)
        }
        for name, upstream in dependencies.items()
    }
    return lambda: dg.GraphDefinition("made", node_defs=nodes, dependencies=uses)


def test_nodes_are_put_into_an_order_that_works() -> None:
    made = wired(inc, one, inc_b="inc_a", inc_a="one")()
    assert [node.name for node in made.nodes_in_topological_order] == ["one", "inc_a", "inc_b"]
    assert made.node_names() == ["inc_b", "inc_a", "one"]


def test_a_cycle(refusal) -> None:
    message = refusal(wired(inc, inc_a="inc_c", inc_b="inc_a", inc_c="inc_b"))
    assert message.startswith(
        "The nodes of the graph 'made' wait for each other: inc_a -> inc_b -> inc_c -> inc_a."
    )


def test_a_value_of_an_output_without_one(refusal) -> None:
    message = refusal(wired(inc, silent, inc="silent"))
    assert message.startswith(
        "The input 'x' of the op 'inc' takes a value, but the output 'result' of 'silent' has none"
    )
    assert 'ins={"x": In(Nothing)}' in message

    def body():
        inc(silent())

    assert "takes a value" in refusal(lambda: dg.graph(body))


def test_a_value_of_an_output_without_one_through_a_graph(refusal) -> None:
    @dg.graph
    def inner(y):
        inc(y)

    def body():
        inner(silent())

    assert "The input 'y' of the graph 'inner' takes a value" in refusal(lambda: dg.graph(body))


def test_a_graph_whose_input_is_for_order_only() -> None:
    @dg.op(ins={"start": dg.In(dg.Nothing)})
    def last(): ...

    @dg.graph
    def inner(after):
        last(start=after)

    @dg.graph
    def outer():
        inner(silent())
        inner([silent(), one()])

    assert inner.input_dict["after"].is_nothing
    assert outer.node_names() == ["silent", "inner", "silent_2", "one", "inner_2"]


def test_a_nested_dynamic_output_by_hand(refusal) -> None:
    message = refusal(wired(pieces, more, more="pieces"))
    assert message.startswith(
        "The op 'more' is mapped over a dynamic output and has a dynamic output 'result' itself."
    )


def test_a_mapped_graph_with_a_dynamic_output_inside(refusal) -> None:
    @dg.graph
    def inner(x):
        return inc(more(x).collect())

    def body():
        pieces().map(inner)

    message = refusal(lambda: dg.graph(body))
    assert message.startswith(
        "The graph 'inner' is mapped over a dynamic output and has a dynamic output 'more.result' itself."
    )


def test_collecting_what_is_not_dynamic(refusal) -> None:
    from mainspring.runtime.definitions.ops.dependencies import DynamicCollectDependencyDefinition

    message = refusal(
        lambda: dg.GraphDefinition(
            "made",
            node_defs=[one, inc],
            dependencies={"inc": {"x": DynamicCollectDependencyDefinition("one")}},
        )
    )
    assert "collects the output 'result' of 'one', which is not dynamic" in message


def test_an_op_mapped_over_a_dynamic_output_of_a_graph() -> None:
    @dg.graph
    def inner():
        return {"a": pieces().map(inc), "b": one()}

    @dg.graph
    def outer():
        made = inner()
        inc(made.a.map(inc).collect())
        inc(made.b)

    assert inner.dynamic_origin("a") == ("pieces", "result")
    assert inner.dynamic_origin("b") is None
    assert outer.node_names() == ["inner", "inc", "inc_2", "inc_3"]
