"""From a job to its plan: steps, what each waits for, where its inputs come from, what cannot be planned."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidDefinitionError, InvalidSubsetError, StepNotFoundError
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.retries import RetryPolicy
from mainspring.runtime.plan.compile import compile_plan, planned_checks
from mainspring.runtime.plan.plan import FromStep, Stored


def job(*assets, **said):
    return dg.Definitions(assets=list(assets), **said).get_implicit_global_asset_job_def()


def plan(*assets, **said):
    return compile_plan(job(*assets, **said))


def asset(name, *deps, **said):
    @dg.asset(name=name, deps=list(deps), **said)
    def function():
        return 1

    return function


@dg.asset
def a():
    return 1


@dg.asset
def b(a):
    return 1


@dg.asset
def c(a, b):
    return 1


def test_steps_and_what_they_wait_for() -> None:
    made = plan(c, b, a)
    assert {step.key: set(step.after) for step in made.steps} == {"a": set(), "b": {"a"}, "c": {"a", "b"}}
    assert made.levels == [["a"], ["b"], ["c"]]


def test_inputs_come_from_steps_or_from_the_store() -> None:
    whole = job(a, b, c)
    (item,) = compile_plan(whole).step("b").inputs
    assert (item.name, item.source, item.asset_key) == ("a", FromStep("a", "result"), AssetKey("a"))
    (item,) = compile_plan(whole.with_keys([AssetKey("b")])).step("b").inputs
    assert isinstance(item.source, Stored)
    assert item.source.asset_key == AssetKey("a")


def test_a_plan_is_printed_in_levels() -> None:
    assert str(plan(a, b, asset("d"))) == "__ASSET_JOB: 3 steps\n  1. a, d\n  2. b"


def test_an_unknown_step_has_a_near_one() -> None:
    with pytest.raises(StepNotFoundError, match=r"no step 'oders'.\nDid you mean orders"):
        plan(asset("orders")).step("oders")


def test_names_that_meet_are_numbered() -> None:
    first, second = asset("x", key_prefix="p"), asset("x", key_prefix="q")
    keys = [step.key for step in plan(first, second).steps]
    assert len(set(keys)) == 2


def test_priorities() -> None:
    made = plan(asset("x", op_tags={"dagster/priority": "3"}), asset("y"))
    assert [step.priority for step in made.steps] == [3, 0]
    with pytest.raises(
        InvalidDefinitionError, match=r"'dagster/priority'.*'soon'; it must be a whole number"
    ):
        plan(asset("z", op_tags={"dagster/priority": "soon"}))


def test_retry_policies_of_the_job_hold_where_an_op_has_none() -> None:
    own, whole = RetryPolicy(max_retries=1), RetryPolicy(max_retries=2)
    definition = dg.define_asset_job("j", op_retry_policy=whole)
    resolved = dg.Definitions(assets=[asset("x", retry_policy=own), asset("y")], jobs=[definition])
    made = compile_plan(resolved.get_job_def("j"))
    assert (made.step("x").retry_policy, made.step("y").retry_policy) == (own, whole)


def test_blocking_checks_come_before_what_is_below() -> None:
    @dg.asset_check(asset=a, blocking=True)
    def blocks():
        return True

    @dg.asset_check(asset=a)
    def looks():
        return True

    made = plan(a, b, asset_checks=[blocks, looks])
    assert set(made.step("b").after) == {"a", "a_blocks"}
    assert made.step("a_blocks").after == made.step("a_looks").after == ("a",)
    assert [(step, key.name) for step, key in planned_checks(made)] == [
        ("a_blocks", "blocks"),
        ("a_looks", "looks"),
    ]


def test_nothing_to_run() -> None:
    with pytest.raises(InvalidSubsetError, match="has nothing to run"):
        plan(dg.AssetSpec("outside"))


def crossing(**said):
    """A function that makes something from what another step makes of something it makes."""

    @dg.multi_asset(
        specs=[dg.AssetSpec("first"), dg.AssetSpec("last", deps=["between"])],
        **said,
    )
    def several(context):
        for key in context.selected_asset_keys:
            yield dg.MaterializeResult(key)

    return several, asset("between", "first")


def test_a_computation_is_split_where_another_step_comes_between(instance) -> None:
    made = plan(*crossing(can_subset=True))
    assert [
        (step.key, sorted(key.to_user_string() for key in step.definition.keys)) for step in made.steps
    ] == [
        ("several", ["first"]),
        ("several_2", ["last"]),
        ("between", ["between"]),
    ]
    assert made.levels == [["several"], ["between"], ["several_2"]]
    result = dg.materialize_to_memory(list(crossing(can_subset=True)), instance=instance)
    assert [
        event.materialization.asset_key.to_user_string()
        for event in result.get_asset_materialization_events()
    ] == [
        "first",
        "between",
        "last",
    ]


def test_one_that_cannot_be_split_is_a_cycle_with_a_way_out() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        plan(*crossing())
    said = str(caught.value)
    assert "These steps wait for each other: " in said
    assert "several" in said
    assert "between" in said
    assert "test_compile.py:" in said
    assert "can_subset=True" in said


def test_a_part_of_what_can_only_be_made_whole_is_refused() -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("p"), dg.AssetSpec("q")])
    def whole():
        return None

    with pytest.raises(InvalidSubsetError, match="whole") as caught:
        compile_plan(job(whole).with_keys([AssetKey("p")]))
    assert "q" in str(caught.value)
    assert "can_subset=True" in str(caught.value)


@pytest.mark.parametrize("size", [3000])
def test_a_long_chain_needs_no_stack(size) -> None:
    chain = [asset("n0"), *[asset(f"n{number}", f"n{number - 1}") for number in range(1, size)]]
    made = plan(*chain)
    assert len(made.levels) == size
    assert str(made).endswith(f"{size}. n{size - 1}")
