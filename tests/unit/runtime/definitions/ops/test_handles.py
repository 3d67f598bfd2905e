import operator

import pytest

import mainspring as dg

WIRES = "The function of a graph or job only says how ops are wired"


@dg.op
def one(): ...


@dg.op(out={"left": dg.Out(), "right": dg.Out()})
def both(): ...


@dg.op
def use(x): ...


@dg.op(out=dg.DynamicOut())
def pieces(): ...


@pytest.mark.parametrize(
    "act,what",
    [
        (bool, "was used as a condition"),
        (list, "was iterated over"),
        (len, "was asked for its length"),
        (int, "was calculated with"),
        (lambda handle: handle[0], "was indexed"),
        (lambda handle: handle + 1, "was calculated with"),
        (lambda handle: 1 - handle, "was calculated with"),
        (operator.neg, "was calculated with"),
        (lambda handle: handle < 3, "was compared"),
        (lambda handle: 3 in handle, "was searched"),
        (lambda handle: handle(), "was called"),
        (lambda handle: handle.shape, "was asked for its attribute 'shape'"),
    ],
)
def test_a_handle_is_no_value(act, what, refusal) -> None:
    def body():
        act(one())

    message = refusal(lambda: dg.job(body), dg.DagsterInvariantViolationError)
    assert message.startswith(f"The output 'result' of 'one' {what} while the job 'body' is composed.")
    assert WIRES in message


def test_an_input_is_no_value(refusal) -> None:
    def body(number):
        return use(number * 2)

    message = refusal(lambda: dg.graph(body), dg.DagsterInvariantViolationError)
    assert message.startswith("The input 'number' was calculated with while the graph 'body' is composed.")


@pytest.mark.parametrize(
    "act,message",
    [
        (
            lambda: one().map(use),
            "The output 'result' of 'one' was mapped, but it is not dynamic: it has one value.",
        ),
        (lambda: one().collect(), "The output 'result' of 'one' was collected, but it is not dynamic"),
        (
            lambda: pieces().map(lambda p: use(p).collect()),
            "The output 'result' of 'use' was collected inside a .map",
        ),
        (
            lambda: pieces().map(lambda p: use(p).map(use)),
            "The output 'result' of 'use' was mapped inside a .map",
        ),
        (
            lambda: list(pieces()),
            "The output 'result' of 'pieces' is dynamic: how many values it has is known only",
        ),
        (lambda: both().middle, "'both' has no output 'middle'"),
    ],
)
def test_what_cannot_be(act, message, refusal) -> None:
    def body():
        act()

    assert message in refusal(lambda: dg.graph(body), dg.DagsterInvariantViolationError)


def test_handles_say_what_they_are() -> None:
    seen = []

    @dg.graph
    def composed(number):
        seen.extend([one(), number, both(), pieces().collect()])
        use(number)

    assert [repr(seen[0]), repr(seen[1])] == ["<The output 'result' of 'one'>", "<The input 'number'>"]
    assert [handle.output_name for handle in seen[2]] == ["left", "right"]
    assert seen[2].left is seen[2][0]
    assert not hasattr(seen[0], "__array__")
