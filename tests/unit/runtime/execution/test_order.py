"""Which step may run next: the decision, apart from the running."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import mainspring as dg
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.execution.order import StepOrder
from mainspring.runtime.plan.plan import FromStep, Plan, Step


@dg.op
def nothing():
    return None


DOES_NOTHING = AssetsDefinition(computation=Computation(nothing, {}, {}))


def plan(after: dict[str, tuple[str, ...]], needs=(), priorities=()) -> Plan:
    steps = [
        Step(
            key,
            DOES_NOTHING,  # the order of steps asks nothing of what they do
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


# -- maps over dynamic outputs -----------------------------------------------------------------------------------

PARTS = FromStep("parts", "result")


def mapped_plan() -> Plan:
    """``load`` and ``clean`` are mapped over ``parts``, ``clean`` also needs ``base``; ``sum`` takes all."""
    steps = [
        Step("parts", DOES_NOTHING),
        Step("base", DOES_NOTHING),
        Step("load", DOES_NOTHING, after=("parts",), over=PARTS),
        Step("clean", DOES_NOTHING, after=("load", "base", "parts"), over=PARTS),
        Step("sum", DOES_NOTHING, after=("clean",)),
    ]
    return Plan("job", steps, {step.key: place for place, step in enumerate(steps)})


def run(order: StepOrder, keys: list[str], failing: frozenset[str] = frozenset()) -> list[str]:
    taken: list[str] = []
    while (step := order.next()) is not None:
        taken.append(step.key)
        if step.key in failing:
            order.failed_step(step)
        else:
            order.succeeded(step, (), {"result": keys} if step.key == "parts" else {})
    return taken


def test_an_instance_for_each_key_and_then_what_gathers() -> None:
    assert run(StepOrder(mapped_plan()), ["x", "y"]) == [
        "parts",
        "base",
        "load[x]",
        "load[y]",
        "clean[x]",
        "clean[y]",
        "sum",
    ]


def test_no_key_no_instance() -> None:
    assert run(StepOrder(mapped_plan()), []) == ["parts", "base", "sum"]


def test_an_instance_that_fails_holds_back_its_own_and_what_gathers() -> None:
    order = StepOrder(mapped_plan())
    taken = run(order, ["x", "y"], frozenset({"load[x]"}))
    assert taken == ["parts", "base", "load[x]", "load[y]", "clean[y]"]
    assert [(step.key, lost) for step, lost in order.abandoned()] == [
        ("clean[x]", ["load[x]"]),
        ("sum", ["clean"]),
    ]


def test_a_dynamic_step_that_fails() -> None:
    order = StepOrder(mapped_plan())
    assert run(order, ["x"], frozenset({"parts"})) == ["parts", "base"]
    assert [step.key for step, _ in order.abandoned()] == ["load[?]", "clean[?]", "sum"]


def test_an_instance_waits_for_what_lies_outside_the_map() -> None:
    order = StepOrder(mapped_plan())
    parts, base = order.next(), order.next()
    assert parts is not None
    assert base is not None
    order.succeeded(parts, (), {"result": ["x"]})
    load = order.next()
    assert load is not None
    order.succeeded(load)
    assert order.next() is None
    order.succeeded(base)
    clean = order.next()
    assert clean is not None
    assert clean.key == "clean[x]"


@given(
    st.lists(st.sampled_from("abcdef"), unique=True), st.sets(st.sampled_from(["load", "clean"])), st.data()
)
def test_every_instance_runs_once_or_is_abandoned(
    keys: list[str], fails_in: set[str], data: st.DataObject
) -> None:
    failing = frozenset(
        f"{name}[{key}]"
        for name in fails_in
        for key in keys
        if data.draw(st.booleans(), label=f"{name}[{key}]")
    )
    order = StepOrder(mapped_plan())
    taken = run(order, keys, failing)
    left = {step.key for step, _ in order.abandoned()}
    expected = {"parts", "base", "sum", *(f"{name}[{key}]" for name in ("load", "clean") for key in keys)}
    assert len(taken) == len(set(taken))
    assert set(taken) | left == expected
    assert not set(taken) & left
    assert ("sum" in taken) == (not failing)
