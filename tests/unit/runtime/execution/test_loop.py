"""The order of steps: one after the other, asynchronous ones together, in any surroundings, until interrupted."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest

import mainspring as dg
from mainspring.core.records.run import RunStatus
from mainspring.runtime.definitions.retries import RetryPolicy


def meeting(size: int):
    """A place where so many must arrive before any goes on."""
    arrived: list[str] = []
    everybody = asyncio.Event()

    async def meet(name: str) -> list[str]:
        arrived.append(name)
        if len(arrived) == size:
            everybody.set()
        await everybody.wait()
        return list(arrived)

    return meet


def attendees(size: int):
    meet = meeting(size)

    def made(name):
        @dg.asset(name=name)
        async def attends():
            return sorted(await meet(name))

        return attends

    return [made(f"a{number}") for number in range(size)]


def test_asynchronous_assets_run_at_the_same_time(make) -> None:
    result = make(*attendees(5))
    assert result.success
    assert result.output_for_node("a3") == ["a0", "a1", "a2", "a3", "a4"]


def test_synchronous_ones_take_their_turn_between_them(make, steps) -> None:
    meet = meeting(2)

    @dg.asset
    async def first():
        await meet("first")
        return 1

    @dg.asset
    def between():
        return 2

    @dg.asset
    async def last(between):
        await meet("last")
        return between + 1

    result = make(first, between, last)
    assert result.success
    assert [step for kind, step in steps(result) if kind in {"STEP_START", "STEP_SUCCESS"}][:4] == [
        "first",
        "between",
        "between",
        "last",
    ]
    assert result.output_for_node("last") == 3


def test_asynchronous_generators_and_results(make) -> None:
    @dg.multi_asset(outs={"x": dg.AssetOut(), "y": dg.AssetOut()})
    async def pair():
        yield dg.Output(1, "x")
        await asyncio.sleep(0)
        yield dg.Output(2, "y")

    @dg.asset
    async def total(x, y):
        return dg.MaterializeResult(value=x + y, metadata={"n": 2})

    result = make(pair, total)
    assert (result.asset_value("x"), result.asset_value("total")) == (1, 3)


def test_asynchronous_checks(make) -> None:
    @dg.asset
    async def checked():
        return 1

    @dg.asset_check(asset=checked)
    async def is_one(checked):
        return dg.AssetCheckResult(passed=checked == 1)

    assert [e.passed for e in make(checked, is_one).get_asset_check_evaluations()] == [True]


def test_in_a_loop_that_runs_already(make) -> None:
    async def notebook():
        return make(*attendees(3))

    assert asyncio.run(notebook()).success


def test_the_callers_context_variables_hold_in_steps(make) -> None:
    who = contextvars.ContextVar("who", default="nobody")

    @dg.asset
    async def told():
        return who.get()

    async def notebook():
        who.set("me")
        return make(told)

    assert asyncio.run(notebook()).output_for_node("told") == "me"
    who.set("myself")
    assert make(told).output_for_node("told") == "myself"


def test_an_asynchronous_failure_leaves_the_others_alone(make) -> None:
    meet = meeting(2)

    @dg.asset
    async def bad():
        await meet("bad")
        raise ValueError("boo")

    @dg.asset
    async def good():
        await meet("good")
        return 1

    @dg.asset
    async def below(bad):
        return 1

    result = make(bad, good, below)
    assert result.get_failed_step_keys() == {"bad"}
    assert result.is_node_success("good")
    assert result.is_node_untouched("below")
    with pytest.raises(ValueError, match="boo"):
        make(bad, raise_on_error=True)


def test_retries_of_asynchronous_steps(make, world) -> None:
    tries = []

    @dg.asset(retry_policy=RetryPolicy(max_retries=2, delay=30))
    async def flaky():
        tries.append(1)
        if len(tries) < 3:
            raise ValueError
        return 1

    assert make(flaky).success
    assert (len(tries), world.clock.slept) == (3, [30, 30])


def test_an_interrupt_cancels_what_is_under_way(make, instance) -> None:
    closed = []
    began = asyncio.Event()

    @dg.asset
    async def waits():
        try:
            began.set()
            await asyncio.Event().wait()
        finally:
            closed.append("waits")

    @dg.asset
    async def interrupts():
        await began.wait()
        raise KeyboardInterrupt

    @dg.asset(deps=[waits])
    def never():
        closed.append("never")

    with pytest.raises(KeyboardInterrupt):
        make(waits, interrupts, never)
    (run,) = instance.get_runs()
    assert (closed, run.status) == (["waits"], RunStatus.CANCELED)
    failed = [
        entry.step_key
        for entry in instance.all_logs(run.run_id)
        if entry.dagster_event and entry.dagster_event.is_step_failure
    ]
    assert failed == ["interrupts", "waits"]


def test_cancelling_the_task_around_a_step_ends_it(make) -> None:
    @dg.asset
    async def cancels_itself():
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    with pytest.raises(KeyboardInterrupt):
        make(cancels_itself)


def test_the_context_is_that_of_the_step_though_others_run_too(make) -> None:
    meet = meeting(3)

    def made(name):
        @dg.asset(name=name)
        async def knows_itself():
            await meet(name)
            return dg.AssetExecutionContext.get().asset_key.to_user_string()

        return knows_itself

    result = make(*[made(name) for name in "xyz"])
    assert [result.output_for_node(name) for name in "xyz"] == ["x", "y", "z"]


def test_priorities(make, steps) -> None:
    def made(name, priority=None):
        @dg.asset(name=name, op_tags={} if priority is None else {"dagster/priority": str(priority)})
        def some():
            return 1

        return some

    result = make(made("low", -1), made("usual"), made("high", 5))
    assert [step for kind, step in steps(result) if kind == "STEP_START"] == ["high", "usual", "low"]


def test_a_thread_is_used_only_where_a_loop_runs_already(make) -> None:
    @dg.asset
    async def where():
        return threading.current_thread() is threading.main_thread()

    assert make(where).output_for_node("where") is True
