import pytest

import mainspring as dg
from mainspring.runtime.definitions.graphs.flat import AssetValue, Collected, GraphInput, OutputOf


@dg.op
def one(): ...


@dg.op(retry_policy=dg.RetryPolicy(max_retries=9), tags={"op": "1", "both": "op"})
def inc(x): ...


@dg.op
def add(x, y): ...


@dg.op(out=dg.DynamicOut())
def pieces(): ...


@dg.graph
def twice(x):
    return inc(inc(x))


def out(*path, name="result"):
    return OutputOf(path, name)


def sources(graph):
    return {".".join(flat.path): dict(flat.sources) for flat in graph.flat.ops}


def over(graph):
    return {".".join(flat.path): flat.over for flat in graph.flat.ops}


def test_graphs_within_graphs() -> None:
    @dg.graph
    def middle(x):
        return add(twice(x), x)

    @dg.graph
    def outer(y):
        return add(middle(one()), y)

    assert sources(outer) == {
        "one": {},
        "middle.twice.inc": {"x": out("one")},
        "middle.twice.inc_2": {"x": out("middle", "twice", "inc")},
        "middle.add": {"x": out("middle", "twice", "inc_2"), "y": out("one")},
        "add": {"x": out("middle", "add"), "y": GraphInput("y")},
    }
    assert outer.flat.outputs == {"result": out("add")}
    assert outer.flat is outer.flat


def test_one_input_in_several_places_and_fan_in() -> None:
    @dg.graph
    def inner(x, y):
        add([x, one(), y], x)

    @dg.graph
    def outer(z):
        inner(one(), z)
        inner(z, [one(), one()])

    with pytest.raises(
        dg.DagsterInvalidDefinitionError, match="is a list, one part of which is a list of outputs"
    ):
        sources(outer)

    @dg.graph
    def fitting(z):
        inner(pieces().collect(), z)

    assert sources(fitting)["inner.add"] == {
        "x": (Collected(out("pieces")), out("inner", "one"), GraphInput("z")),
        "y": Collected(out("pieces")),
    }


def test_inputs_that_nothing_is_said_of_are_left_out() -> None:
    @dg.graph
    def inner(x, y):
        add([x, one()], y)

    @dg.graph
    def outer():
        inner()

    assert sources(outer)["inner.add"] == {"x": (out("inner", "one"),)}


def test_assets_reach_the_ops() -> None:
    spec = dg.AssetSpec("a")

    @dg.graph
    def outer():
        twice(spec)
        inc(spec)

    assert sources(outer)["twice.inc"] == {"x": AssetValue(spec)}
    assert sources(outer)["inc"] == {"x": AssetValue(spec)}


def test_maps() -> None:
    @dg.graph
    def outer():
        mapped = pieces().map(lambda piece: add(inc(piece), one()))
        return inc(mapped.map(twice).collect())

    split = out("pieces")
    assert over(outer) == {
        "pieces": None,
        "inc": split,
        "one": None,
        "add": split,
        "twice.inc": split,
        "twice.inc_2": split,
        "inc_2": None,
    }
    assert sources(outer)["inc"] == {"x": split}
    assert sources(outer)["inc_2"] == {"x": Collected(out("twice", "inc_2"))}
    assert outer.flat.outputs == {"result": out("inc_2")}


def test_all_of_a_mapped_graph_is_mapped() -> None:
    @dg.graph
    def inner(x):
        return add(x, one())

    @dg.graph
    def outer():
        pieces().map(inner)

    assert over(outer) == {"pieces": None, "inner.one": out("pieces"), "inner.add": out("pieces")}


def test_a_dynamic_output_of_a_graph_is_mapped_outside() -> None:
    @dg.graph
    def inner():
        return pieces().map(inc)

    @dg.graph
    def outer():
        return inner().map(twice)

    split = out("inner", "pieces")
    assert over(outer) == {
        "inner.pieces": None,
        "inner.inc": split,
        "twice.inc": split,
        "twice.inc_2": split,
    }
    assert outer.flat.outputs == {"result": out("twice", "inc_2")}


def test_what_is_said_of_uses_reaches_the_ops() -> None:
    @dg.success_hook
    def hook_a(_): ...

    @dg.success_hook
    def hook_b(_): ...

    graph_policy, use_policy = dg.RetryPolicy(max_retries=1), dg.RetryPolicy(max_retries=2)

    @dg.graph
    def inner():
        inc.with_hooks({hook_b}).with_retry_policy(use_policy).tag({"use": "2", "both": "use"})(one())
        one()

    @dg.graph
    def outer():
        inner.with_hooks({hook_a}).with_retry_policy(graph_policy).tag({"graph": "3"})()
        inc(one())

    flat = {".".join(op.path): op for op in outer.flat.ops}
    assert flat["inner.inc"].hooks == {hook_a, hook_b}
    assert flat["inner.one_2"].hooks == {hook_a}
    assert flat["inc"].hooks == frozenset()
    assert [flat[key].retry_policy for key in ("inner.inc", "inner.one_2", "one")] == [
        use_policy,
        graph_policy,
        None,
    ]
    assert flat["inc"].retry_policy == dg.RetryPolicy(max_retries=9)
    assert flat["inner.inc"].tags == {"op": "1", "use": "2", "both": "use"}
    assert flat["inner.one_2"].tags == {}


def test_depth_needs_no_stack() -> None:
    def around(inner, number):
        @dg.graph(name=f"g{number}")
        def made(x):
            return inc(inner(x))

        return made

    deep = twice
    for number in range(2000):
        deep = around(deep, number)
    assert len(deep.flat.ops) == 2002
    assert len(deep.flat.ops[0].path) == 2001
    assert deep.dynamic_inside() is None
    assert len(list(deep.iterate_node_defs())) == 2002
