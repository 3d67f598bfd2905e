"""Which step may run next: the decision, apart from the running."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mainspring.runtime.execution.order import StepOrder
from mainspring.runtime.plan.plan import FromStep, Plan, Step


def plan(after: dict[str, tuple[str, ...]], needs=(), priorities=()) -> Plan:
    steps = [
        Step(
            key,
            definition=None,  # ty: ignore  # the order of steps asks nothing of what they do
            after=before,
            needs=tuple(FromStep(made, "result") for made in dict(needs).get(key, ())),
            priority=dict(priorities).get(key, 0),
        )
        for key, before in after.items()
    ]
    return Plan("job", steps, {key: place for place, key in enumerate(after)})


def drain(order: StepOrder, failing: frozenset[str] = frozenset()) -> list[str]:
    taken: list[str] = []
    while (step := order.next()) is not None:
        taken.append(step.key)
        order.failed_step(step) if step.key in failing else order.succeeded(step)
    return taken


DIAMOND = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c"), "e": ()}


def test_declared_order_and_what_waits() -> None:
    assert drain(StepOrder(plan(DIAMOND))) == ["a", "b", "c", "d", "e"]


def test_higher_priority_first() -> None:
    assert drain(StepOrder(plan(DIAMOND, priorities={"e": 1, "c": 2}))) == ["e", "a", "c", "b", "d"]


def test_what_a_failure_takes_with_it() -> None:
    order = StepOrder(plan(DIAMOND))
    assert drain(order, frozenset({"b"})) == ["a", "b", "c", "e"]
    assert order.failed == ["b"]
    assert [(step.key, lost) for step, lost in order.abandoned()] == [("d", ["b"])]


def test_an_output_that_was_left_out() -> None:
    made = plan({"a": (), "b": ("a",), "c": ("b",)}, needs={"b": ["a"], "c": ["b"]})
    order = StepOrder(made)
    first = order.next()
    assert first is not None
    order.succeeded(first, ["result"])
    second = order.next()
    assert second is not None
    assert order.missing_for(second) == [FromStep("a", "result")]


@st.composite
def graphs(draw):
    size = draw(st.integers(1, 12))
    return {
        f"s{place}": tuple(
            f"s{before}" for before in draw(st.sets(st.integers(0, place - 1), max_size=4)) if place
        )
        if place
        else ()
        for place in range(size)
    }


@given(graphs(), st.data())
def test_every_step_runs_once_after_what_it_waits_for_or_is_abandoned(after, data) -> None:
    failing = frozenset(data.draw(st.sets(st.sampled_from(sorted(after)), max_size=3)))
    order = StepOrder(plan(after))
    taken = drain(order, failing)
    lost = {step.key for step, _ in order.abandoned()}
    assert sorted([*taken, *lost]) == sorted(after)
    for place, key in enumerate(taken):
        assert set(after[key]) <= set(taken[:place]) - failing
    assert all(set(after[key]) & (failing | lost) for key in lost)
