import pytest

import mainspring as dg


@dg.op
def double(x):
    return 2 * x


@dg.graph
def total(x):
    return double(x)


def test_a_use_is_never_changed() -> None:
    first = double.tag({"a": "1"})
    second = first.alias("mine").tag({"b": "2"})
    assert (first.given_alias, first.tags) == (None, {"a": "1"})
    assert (second.given_alias, second.tags) == ("mine", {"a": "1", "b": "2"})
    assert (second.node_def, second.describe_node(), repr(second)) == (
        double,
        "op 'mine'",
        "PendingNodeInvocation(op 'mine')",
    )


def test_outside_of_a_composition_it_calls_the_op() -> None:
    assert double.alias("mine")(4) == 8
    assert double.with_hooks(set())(x=4) == 8


def test_a_graph_cannot_be_called_outside_of_a_composition(refusal) -> None:
    message = refusal(lambda: total.alias("mine")(3), dg.DagsterInvalidInvocationError)
    assert message.startswith("The graph 'total' was called outside of a graph or job.")
    assert "total.execute_in_process()" in message


@pytest.mark.parametrize("act", [lambda use: use.to_job(), lambda use: use.execute_in_process()])
def test_an_op_alone_is_no_job(act) -> None:
    with pytest.raises(dg.DagsterInvalidInvocationError, match=r"The op 'double' cannot be .* on its own"):
        act(double.alias("mine"))


@pytest.mark.parametrize("hooks", [{3}, 3, double])
def test_what_is_no_set_of_hooks(hooks, refusal) -> None:
    message = refusal(lambda: double.with_hooks(hooks))
    assert message.startswith("The hooks of a use of the op 'double' are ")
    assert "with_hooks({hook})" in message
