"""How a try of a step ends: retries, their delays, failures, hooks."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.instance.instance import Instance
from mainspring.runtime.definitions.hooks import failure_hook, success_hook
from mainspring.runtime.definitions.retries import Backoff, Failure, Jitter, RetryPolicy, RetryRequested
from mainspring.runtime.execution.step import shown_duration
from mainspring.testing.world import simulated_world


def failing(times: int, error: BaseException | type[BaseException] = ValueError, **said):
    """An asset that fails so many times."""
    tries = []

    @dg.asset(name="flaky", **said)
    def flaky(context):
        tries.append(context.retry_number)
        if len(tries) <= times:
            raise error
        return 1

    return flaky, tries


def test_a_retry(make, steps) -> None:
    flaky, tries = failing(1, retry_policy=RetryPolicy(max_retries=3))
    result = make(flaky)
    assert steps(result) == [
        ("STEP_START", "flaky"),
        ("STEP_UP_FOR_RETRY", "flaky"),
        ("STEP_RESTARTED", "flaky"),
        ("STEP_OUTPUT", "flaky"),
        ("ASSET_MATERIALIZATION", "flaky"),
        ("HANDLED_OUTPUT", "flaky"),
        ("STEP_SUCCESS", "flaky"),
    ]
    assert tries == [0, 1]
    assert result.success
    assert result.retry_attempts_for_node("flaky") == 1


def test_the_last_failure_is_the_one_that_counts(make, steps) -> None:
    flaky, tries = failing(9, retry_policy=RetryPolicy(max_retries=2))
    result = make(flaky)
    assert steps(result) == [
        ("STEP_START", "flaky"),
        *[("STEP_UP_FOR_RETRY", "flaky"), ("STEP_RESTARTED", "flaky")] * 2,
        ("STEP_FAILURE", "flaky"),
    ]
    assert tries == [0, 1, 2]


def test_no_policy_no_retry(make) -> None:
    flaky, tries = failing(1)
    assert make(flaky).is_node_failed("flaky")
    assert tries == [0]


@pytest.mark.parametrize(
    "policy, waits",
    [
        (RetryPolicy(max_retries=3), []),
        (RetryPolicy(max_retries=3, delay=2), [2, 2, 2]),
        (RetryPolicy(max_retries=3, delay=2, backoff=Backoff.LINEAR), [2, 4, 6]),
        (RetryPolicy(max_retries=3, delay=2, backoff=Backoff.EXPONENTIAL), [2, 6, 14]),
    ],
)
def test_the_delays_between_tries(make, world, policy, waits) -> None:
    flaky, _ = failing(3, retry_policy=policy)
    assert make(flaky).success
    assert world.clock.slept == pytest.approx(waits)


def test_a_jittered_delay_is_the_same_for_the_same_seed() -> None:
    def waits(seed):
        world = simulated_world(seed=seed)
        flaky, _ = failing(3, retry_policy=RetryPolicy(max_retries=3, delay=10, jitter=Jitter.FULL))
        with Instance.ephemeral(ambient=world) as instance:
            assert dg.materialize_to_memory([flaky], instance=instance).success
        return world.clock.slept

    assert waits(1) == waits(1) != waits(2)
    assert all(0 <= wait <= 10 for wait in waits(1))


def test_the_delay_is_said(make) -> None:
    flaky, _ = failing(1, retry_policy=RetryPolicy(delay=1.5))
    event = next(event for event in make(flaky).all_events if event.is_step_up_for_retry)
    assert event.message == 'Execution of step "flaky" failed and has requested a retry in 1.5 s.'
    assert event.event_specific_data.seconds_to_wait == 1.5
    assert event.event_specific_data.error.cause.cls_name == "ValueError"


def test_other_steps_go_on_while_a_retry_waits(make, steps) -> None:
    flaky, _ = failing(1, retry_policy=RetryPolicy(delay=60))

    @dg.asset
    def other():
        return 1

    order = [
        step for kind, step in steps(make(flaky, other)) if kind in {"STEP_SUCCESS", "STEP_UP_FOR_RETRY"}
    ]
    assert order == ["flaky", "other", "flaky"]


def test_the_policy_of_a_job_holds_for_ops_without_one(instance) -> None:
    flaky, tries = failing(2)
    job = dg.define_asset_job("tough", op_retry_policy=RetryPolicy(max_retries=2))
    resolved = dg.Definitions(assets=[flaky], jobs=[job]).get_job_def("tough")
    assert resolved.execute_in_process(instance=instance).success
    assert tries == [0, 1, 2]


def test_a_policy_of_its_own_wins(instance) -> None:
    flaky, tries = failing(9, retry_policy=RetryPolicy(max_retries=0))
    job = dg.define_asset_job("tough", op_retry_policy=RetryPolicy(max_retries=2))
    resolved = dg.Definitions(assets=[flaky], jobs=[job]).get_job_def("tough")
    assert not resolved.execute_in_process(instance=instance, raise_on_error=False).success
    assert tries == [0]


def test_a_retry_that_is_asked_for(make, world) -> None:
    flaky, tries = failing(2, RetryRequested(max_retries=2, seconds_to_wait=5))
    assert make(flaky).success
    assert (tries, world.clock.slept) == ([0, 1, 2], [5, 5])


def test_a_request_has_its_own_number_whatever_the_policy_says(make) -> None:
    flaky, tries = failing(9, RetryRequested(max_retries=1), retry_policy=RetryPolicy(max_retries=5))
    assert not make(flaky).success
    assert tries == [0, 1]


def test_a_request_made_of_an_exception_ends_with_that_exception(make) -> None:
    @dg.asset
    def asks():
        try:
            1 / 0
        except ZeroDivisionError as error:
            raise RetryRequested(max_retries=1) from error

    with pytest.raises(ZeroDivisionError):
        make(asks, raise_on_error=True)


def test_a_failure_carries_words_and_metadata(make) -> None:
    flaky, _ = failing(1, Failure("no rows", metadata={"rows": 0}))
    result = make(flaky)
    (event,) = result.get_step_failure_events()
    said = event.event_specific_data.user_failure_data
    assert (said.description, said.metadata["rows"].value) == ("no rows", 0)
    with pytest.raises(Failure, match="no rows"):
        make(failing(1, Failure("no rows"))[0], raise_on_error=True)


def test_a_failure_can_end_all_tries(make) -> None:
    flaky, tries = failing(
        9, Failure("hopeless", allow_retries=False), retry_policy=RetryPolicy(max_retries=3)
    )
    assert not make(flaky).success
    assert tries == [0]
    flaky, tries = failing(9, Failure("perhaps"), retry_policy=RetryPolicy(max_retries=3))
    assert not make(flaky).success
    assert tries == [0, 1, 2, 3]


def test_what_the_user_did_wrong_is_not_tried_again(make) -> None:
    tries = []

    @dg.asset(retry_policy=RetryPolicy(max_retries=3))
    def untrue() -> int:
        tries.append(1)
        return "text"

    assert not make(untrue).success
    assert tries == [1]


def test_leaving_the_process_fails_the_step_and_nothing_more(make, steps) -> None:
    flaky, tries = failing(9, SystemExit(3), retry_policy=RetryPolicy(max_retries=3))

    @dg.asset
    def other():
        return 1

    result = make(flaky, other)
    assert [key for kind, key in steps(result) if kind in {"STEP_FAILURE", "STEP_SUCCESS"}] == [
        "flaky",
        "other",
    ]
    assert tries == [0]


def test_a_failed_try_may_have_made_its_asset(make) -> None:
    @dg.asset
    def late():
        yield dg.Output(1)
        raise ValueError("after the fact")

    kinds = [event.event_type_value for event in make(late).all_events]
    assert kinds.count("ASSET_MATERIALIZATION") == 1
    assert "ASSET_FAILED_TO_MATERIALIZE" not in kinds


# -- hooks -----------------------------------------------------------------------------------------------------------


def test_hooks_are_called_when_their_step_has_ended(make, steps) -> None:
    seen = []

    @success_hook
    def praised(context):
        seen.append(("praised", context.step_key, context.op_output_values))

    @failure_hook
    def pitied(context):
        seen.append(("pitied", context.step_key, repr(context.op_exception)))

    @dg.asset(hooks={praised, pitied})
    def good():
        return 7

    @dg.asset(hooks={praised, pitied})
    def bad():
        raise ValueError("boo")

    result = make(good, bad)
    assert seen == [("praised", "good", {"result": 7}), ("pitied", "bad", "ValueError('boo')")]
    told = steps(result)
    assert told[told.index(("STEP_SUCCESS", "good")) :] == [
        ("STEP_SUCCESS", "good"),
        ("HOOK_SKIPPED", "good"),
        ("HOOK_COMPLETED", "good"),
        ("STEP_START", "bad"),
        ("STEP_FAILURE", "bad"),
        ("HOOK_COMPLETED", "bad"),
        ("HOOK_SKIPPED", "bad"),
    ]


def test_a_hook_that_raises_is_recorded_and_changes_nothing(make, steps) -> None:
    @success_hook
    def fragile(context):
        raise RuntimeError("hook")

    @dg.asset(hooks={fragile})
    def good():
        return 7

    result = make(good)
    assert result.success
    assert steps(result)[-2:] == [("STEP_SUCCESS", "good"), ("HOOK_ERRORED", "good")]


def test_no_hook_is_called_before_the_last_try(make) -> None:
    seen = []

    @failure_hook
    def pitied(context):
        seen.append(context.step_key)

    flaky, _ = failing(1, retry_policy=RetryPolicy(), hooks={pitied})
    assert make(flaky).success
    assert seen == []


def test_the_resources_of_hooks_are_made(make) -> None:
    seen = []

    @success_hook(required_resource_keys={"bell"})
    def rung(context):
        seen.append(context.resources.bell)

    @dg.asset(hooks={rung})
    def good():
        return 7

    assert make(good, resources={"bell": "ding"}).success
    assert seen == ["ding"]


@pytest.mark.parametrize(
    "milliseconds, shown",
    [
        (0.1234, "0.123ms"),
        (7.5, "7.5ms"),
        (999, "999ms"),
        (1250, "1.25s"),
        (59_900, "59.9s"),
        (125_000, "2m5s"),
    ],
)
def test_durations_for_people(milliseconds, shown) -> None:
    assert shown_duration(milliseconds) == shown
