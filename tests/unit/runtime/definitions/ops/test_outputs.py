from collections.abc import AsyncIterator, Awaitable, Generator, Iterator
from typing import Any

import pytest

import mainspring as dg
from mainspring.runtime.definitions.ops.outputs import Returned, returned
from mainspring.runtime.definitions.ops.signature import EMPTY
from mainspring.runtime.definitions.types.value_type import NOTHING

DYNAMIC = Returned(int, is_dynamic=True)


@pytest.mark.parametrize(
    "annotation,found",
    [
        (EMPTY, Returned()),
        (int, Returned(int)),
        (None, Returned(NOTHING)),
        (type(None), Returned(NOTHING)),
        (NOTHING, Returned(NOTHING)),
        (Any, Returned(Any)),
        (list[int], Returned(list[int])),
        (tuple[int, str], Returned(tuple[int, str])),
        (list, Returned(list)),
        (dg.Output, Returned()),
        (dg.Output[int], Returned(int)),
        (dg.Output[None], Returned(NOTHING)),
        (Iterator[dg.Output[int]], Returned(int)),
        (Generator[dg.Output[int], None, None], Returned(int)),
        (AsyncIterator[dg.Output[int]], Returned(int)),
        (Awaitable[int], Returned(int)),
        (Iterator[int], Returned()),
        (tuple[dg.Output[int], dg.Output[str]], Returned()),
        (dg.MaterializeResult, Returned()),
        (dg.DynamicOutput[int], DYNAMIC),
        (list[dg.DynamicOutput[int]], DYNAMIC),
        (Iterator[dg.DynamicOutput[int]], DYNAMIC),
        (Generator[dg.DynamicOutput, None, None], Returned(EMPTY, is_dynamic=True)),
    ],
    ids=str,
)
def test_what_an_annotation_says(annotation, found) -> None:
    assert returned(annotation) == found


def outs(op):
    return {name: (out.annotation, out.is_dynamic) for name, out in op.outs.items()}


def test_one_output() -> None:
    @dg.op
    def plain(): ...

    @dg.op(code_version="3")
    def versioned() -> int: ...

    @dg.op(out=dg.Out(str, is_required=False))
    def said() -> int: ...

    @dg.op(out={"rows": dg.Out()})
    def named() -> dg.Output[int]: ...

    assert outs(plain) == {"result": (EMPTY, False)}
    assert outs(versioned) == {"result": (int, False)}
    assert versioned.outs["result"].code_version == "3"
    assert outs(said) == {"result": (str, False)}
    assert outs(named) == {"rows": (int, False)}


def test_several_outputs_take_their_types_from_a_tuple() -> None:
    @dg.op(out={"a": dg.Out(), "b": dg.Out(float), "c": dg.Out()})
    def three() -> tuple[int, str, dg.Output[str]]: ...

    @dg.op(out={"a": dg.Out(), "b": dg.Out()})
    def unsaid(): ...

    @dg.op(out={"a": dg.Out(), "b": dg.Out()})
    def streamed() -> Iterator[dg.Output]:
        yield dg.Output(1, "a")

    assert outs(three) == {"a": (int, False), "b": (float, False), "c": (str, False)}
    assert outs(unsaid) == outs(streamed) == {"a": (EMPTY, False), "b": (EMPTY, False)}


def test_no_output() -> None:
    @dg.op(out={})
    def none() -> None: ...

    assert none.outs == {}


def test_what_cannot_be(refusal) -> None:
    two = {"a": dg.Out(), "b": dg.Out()}

    def three() -> tuple[int, int, int]: ...

    def number() -> int: ...

    def dynamic() -> Iterator[dg.DynamicOutput[int]]: ...

    message = refusal(lambda: dg.op(out=two)(three))
    assert message.startswith(
        "The return annotation of op 'three' is a tuple of 3, but `out` names 2 outputs: a, b."
    )
    message = refusal(lambda: dg.op(out=two)(number))
    assert message.startswith("The return annotation of op 'number' is int, but `out` names 2 outputs: a, b.")
    assert message.endswith("Return a tuple and annotate it: -> tuple[..., ...].")
    assert refusal(lambda: dg.op(out=dg.Out())(dynamic)).startswith(
        "The return annotation of op 'dynamic' speaks of DynamicOutputs, but its output 'result' is an Out."
    )
    assert refusal(lambda: dg.op(out={"a": int})(number)).startswith(
        "`out` of op 'number' holds <class 'int'> for 'a', which is no Out."
    )
    assert refusal(lambda: dg.op(out=int)(number)).startswith(
        "`out` of op 'number' is <class 'int'>; it must be an Out, or a dict of Outs by name."
    )
    assert refusal(lambda: dg.op(out={"a b": dg.Out()})(number)).startswith(
        "'a b' cannot be the name of an output of op 'number'."
    )
