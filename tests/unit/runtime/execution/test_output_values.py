"""The values of a run, by whatever name they are asked for."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError


@dg.op
def one():
    return 1


@dg.op
def double(x):
    return x * 2


@dg.op(out={"low": dg.Out(), "high": dg.Out(is_required=False)})
def ends():
    yield dg.Output(0, "low")


@dg.op(out=dg.DynamicOut(int))
def parts():
    return [dg.DynamicOutput(1, "a"), dg.DynamicOutput(2, "b")]


@dg.graph
def inner(x):
    return double(x)


@dg.graph
def outer(x):
    return inner(x)


@dg.graph(out={"whole": dg.GraphOut(), "all": dg.GraphOut()})
def main():
    ends()
    return {"whole": outer(one()), "all": parts().map(inner.alias("each"))}


@pytest.fixture(scope="module")
def result():
    return main.execute_in_process()


def test_of_ops_and_graphs(result) -> None:
    assert result.output_for_node("one") == 1
    assert result.output_for_node("outer") == 2
    assert result.output_for_node("outer.inner") == 2
    assert result.output_for_node("outer.inner.double") == 2
    assert result.output_for_node("ends", "low") == 0


def test_of_a_dynamic_output_and_of_what_is_mapped_over_it(result) -> None:
    assert result.output_for_node("parts") == {"a": 1, "b": 2}
    assert result.output_for_node("each") == {"a": 2, "b": 4}
    assert result.output_for_node("each.double") == {"a": 2, "b": 4}


def test_of_the_job(result) -> None:
    assert result.output_value("whole") == 2
    assert result.output_value("all") == {"a": 2, "b": 4}


@pytest.mark.parametrize(
    "node,output,hint",
    [
        ("one", "reslt", "Did you mean result"),
        ("two", "result", "no value of the output 'result' of 'two'"),
        ("ends", "high", "Its outputs are: low"),
        ("outer.nothing", "result", "of 'outer.nothing'"),
    ],
)
def test_what_is_not_there(result, node: str, output: str, hint: str) -> None:
    with pytest.raises(InvariantViolationError, match=hint):
        result.output_for_node(node, output)


def test_an_output_the_job_does_not_have(result) -> None:
    with pytest.raises(InvariantViolationError, match="Its outputs are: whole, all"):
        result.output_value()


def test_events_of_a_node(result) -> None:
    kinds = [event.step_key for event in result.events_for_node("each.double") if event.is_step_success]
    assert kinds == ["each.double[a]", "each.double[b]"]
    assert result.is_node_success("outer.inner")
