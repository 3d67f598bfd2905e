"""Instances of mapped steps: what each waits for and takes, and what is gathered from all of them."""

from __future__ import annotations

import mainspring as dg
from mainspring.runtime.plan.compile import compile_plan
from mainspring.runtime.plan.mapped import instance_of, resolved
from mainspring.runtime.plan.plan import FromStep, Gathered, Plan, Several


@dg.op(out=dg.DynamicOut(int))
def parts():
    yield dg.DynamicOutput(1, "a")


@dg.op
def base():
    return 100


@dg.op
def first(part, base):
    return part + base


@dg.op
def second(value):
    return value


@dg.op
def gather(values, raw):
    return values, raw


def plan_of_a_map() -> Plan:
    @dg.job
    def mapping():
        whole = base()
        made = parts()
        gather(made.map(lambda part: second(first(part, whole))).collect(), made.collect())

    return compile_plan(mapping)


def test_the_template_waits_for_the_dynamic_output_and_for_what_lies_outside() -> None:
    plan = plan_of_a_map()
    template = plan.step("first")
    assert template.over == FromStep("parts", "result")
    assert set(template.after) == {"parts", "base"}
    assert str(plan).splitlines()[2:] == ["  2. first[?]", "  3. second[?]", "  4. gather"]


def test_an_instance_takes_its_own_value() -> None:
    plan = plan_of_a_map()
    one = instance_of(plan.step("first"), "a", plan)
    assert (one.key, one.mapping_key, one.path) == ("first[a]", "a", ("first",))
    assert [item.source for item in one.inputs] == [
        FromStep("parts", "result", "a"),
        FromStep("base", "result"),
    ]


def test_an_instance_takes_what_the_instance_with_its_key_made() -> None:
    plan = plan_of_a_map()
    one = instance_of(plan.step("second"), "a", plan)
    assert one.inputs[0].source == FromStep("first[a]", "result")
    assert set(one.after) == {"first[a]", "parts"}


def test_what_is_gathered() -> None:
    plan = plan_of_a_map()
    step = plan.step("gather")
    assert [item.source for item in step.inputs] == [
        Gathered("second", "result"),
        Gathered("parts", "result"),
    ]
    known = resolved(step, plan, {FromStep("parts", "result"): ["a", "b"]})
    assert [item.source for item in known.inputs] == [
        Several((FromStep("second[a]", "result"), FromStep("second[b]", "result"))),
        Several((FromStep("parts", "result", "a"), FromStep("parts", "result", "b"))),
    ]


def test_a_step_that_gathers_nothing_is_itself() -> None:
    plan = plan_of_a_map()
    assert resolved(plan.step("base"), plan, {FromStep("parts", "result"): ["a"]}) is plan.step("base")
