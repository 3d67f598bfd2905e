"""What a function that is called directly takes and gives, checked as a run would."""

from __future__ import annotations

import asyncio

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError, TypeCheckDidNotPass


@dg.op
def doubled(x: int) -> int:
    return x * 2 if x else "nothing"


@dg.asset
def counted(x: int) -> int:
    return x or "nothing"


@dg.op(out={"a": dg.Out(int), "b": dg.Out(str)})
def both_outputs(b):
    return 1, b


@dg.op(out={"a": dg.Out(int), "b": dg.Out(int, is_required=False)})
def streamed(name, value):
    if name:
        yield dg.Output(value, name)


@pytest.mark.parametrize(
    "call,message",
    [
        (lambda: doubled("q"), "Type check failed for the input 'x' of 'doubled'"),
        (lambda: doubled(0), "Type check failed for the output 'result' of 'doubled'"),
        (lambda: counted("q"), "the input 'x' of 'counted'"),
        (lambda: counted(0), "the output 'result' of 'counted'"),
        (lambda: both_outputs(2), "the output 'b' of 'both_outputs'"),
        (lambda: list(streamed("a", "x")), "the output 'a' of 'streamed'"),
    ],
)
def test_types_are_checked_as_in_a_run(call, message) -> None:
    with pytest.raises(TypeCheckDidNotPass, match=message):
        call()


def test_what_is_given_is_checked_as_in_a_run() -> None:
    assert both_outputs("x") == (1, "x")
    assert [output.value for output in streamed("a", 1)] == [1]
    with pytest.raises(InvariantViolationError, match="ended without giving its output 'a'"):
        list(streamed("", 1))
    with pytest.raises(InvariantViolationError, match="gave an Output named 'c'"):
        list(streamed("c", 1))


def test_functions_that_are_awaited() -> None:
    @dg.op
    async def later(x) -> int:
        return x

    assert asyncio.run(later(1)) == 1
    with pytest.raises(TypeCheckDidNotPass, match="the output 'result' of 'later'"):
        asyncio.run(later("x"))


def test_dynamic_outputs() -> None:
    @dg.op(out=dg.DynamicOut(int))
    def parts(value):
        return [dg.DynamicOutput(value, "a")]

    assert [output.mapping_key for output in parts(1)] == ["a"]
    with pytest.raises(TypeCheckDidNotPass, match="the output 'result' of 'parts'"):
        parts("x")
