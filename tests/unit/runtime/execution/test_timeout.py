"""Time limits of steps, in every place they run."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest

import mainspring as dg
from mainspring.runtime.definitions.retries import RetryPolicy
from mainspring.runtime.execution.failure import StepTimeoutError
from mainspring.runtime.execution.timeout import time_limit

SOON = 0.02


def spin() -> None:
    """Run for ever, in Python."""
    while True:
        pass


@pytest.fixture(params=["main thread", "another thread"])
def place(request):
    """Runs a function here or in another thread, and raises what it raises."""

    def elsewhere(function):
        raised = []

        def body():
            try:
                function()
            except BaseException as error:
                raised.append(error)

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        if raised:
            raise raised[0]

    return elsewhere if request.param == "another thread" else lambda function: function()


def test_a_limit(place) -> None:
    def body():
        with time_limit(SOON, "The step"):
            spin()

    with pytest.raises(StepTimeoutError, match=r"^The step ran longer than its timeout of 0\.02 s\.$"):
        place(body)


def test_a_limit_that_is_kept_leaves_no_trace(place) -> None:
    done = []

    def body():
        for _ in range(50):
            with time_limit(60, "The step"):
                done.append(1)
        with time_limit(None, "The step"):
            done.append(1)

    place(body)
    assert len(done) == 51


def test_user_code_that_swallows_the_error_fails_all_the_same(place) -> None:
    def swallowed():
        with time_limit(SOON, "The step"), contextlib.suppress(Exception):
            spin()

    with pytest.raises(StepTimeoutError):
        place(swallowed)


def test_a_blocked_call_in_the_main_thread_is_interrupted() -> None:
    with pytest.raises(StepTimeoutError), time_limit(SOON, "The step"):
        threading.Event().wait(30)


@dg.asset(timeout=SOON)
def endless():
    spin()


@dg.asset(timeout=SOON)
def endless_generator():
    yield dg.AssetMaterialization("first")
    spin()


@dg.asset(timeout=SOON)
async def endless_wait():
    await asyncio.Event().wait()


@dg.asset(timeout=SOON)
async def endless_async_generator():
    yield dg.AssetMaterialization("first")
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "asset",
    [endless, endless_generator, endless_wait, endless_async_generator],
    ids=lambda asset: asset.op.name,
)
def test_the_timeout_of_an_asset(make, place, asset) -> None:
    results = []
    place(lambda: results.append(make(asset)))
    (event,) = results[0].get_step_failure_events()
    error = event.event_specific_data.error
    assert error.cls_name == "StepTimeoutError"
    assert f'The step "{asset.op.name}" ran longer than its timeout of 0.02 s.' in error.message


def test_the_timeout_of_a_check(make) -> None:
    @dg.asset
    def quick():
        return 1

    @dg.asset_check(asset=quick, timeout=SOON)
    def slow():
        spin()

    result = make(quick, slow)
    assert (result.is_node_success("quick"), result.is_node_failed("quick_slow")) == (True, True)


def test_a_timeout_is_tried_again(make) -> None:
    tries = []

    @dg.asset(timeout=SOON, retry_policy=RetryPolicy(max_retries=1))
    def second_time_lucky():
        tries.append(1)
        if len(tries) == 1:
            spin()
        return 1

    assert make(second_time_lucky).success
    assert len(tries) == 2


def test_a_timeout_error_of_the_users_own_stays_what_it_is(make) -> None:
    @dg.asset(timeout=60)
    async def own():
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        make(own, raise_on_error=True)
