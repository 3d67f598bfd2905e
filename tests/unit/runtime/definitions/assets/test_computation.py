import mainspring as dg
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.graphs.flat import FlatGraph, FlatOp, GraphInput, OutputOf


@dg.op(
    out={"x": dg.Out(io_manager_key="disk"), "y": dg.Out()}, tags={"a": "b"}, retry_policy=dg.RetryPolicy()
)
def both(v): ...


@dg.graph
def around(v):
    made = both(v)
    return {"left": made.x, "right": both(made.y).y}


def test_an_op_is_a_graph_of_one() -> None:
    computation = Computation(both, {"v": AssetKey("v")}, {"x": AssetKey("x")})
    assert computation.flat == FlatGraph(
        "both",
        (FlatOp(("both",), both, {"v": GraphInput("v")}, {"a": "b"}, frozenset(), dg.RetryPolicy()),),
        {"x": OutputOf(("both",), "x"), "y": OutputOf(("both",), "y")},
    )
    assert (list(computation.ops), computation.op_of("x"), computation.io_manager_key("x")) == (
        [both],
        both,
        "disk",
    )


def test_a_graph() -> None:
    computation = Computation(around, {}, {})
    assert computation.flat is around.flat
    assert (list(computation.ops), computation.op_of("right")) == ([both], both)
    assert (computation.io_manager_key("left"), computation.io_manager_key("right")) == ("disk", "io_manager")
