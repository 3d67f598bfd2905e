"""The section "Hooks and retries" of the public surface."""

import pytest

import mainspring as dg


@dg.op
def fine():
    return 5


@dg.op
def broken():
    raise dg.Failure("no luck", metadata={"tries": 3})


def test_success_hook_runs_after_a_success_alone():
    called = []

    @dg.success_hook
    def note(context):
        called.append((context.step_key, dict(context.op_output_values)))

    @dg.job(hooks={note})
    def both():
        fine()
        broken()

    result = both.execute_in_process(raise_on_error=False)
    assert called == [("fine", {"result": 5})]
    kinds = [event.event_type_value for event in result.all_events if event.is_hook_event]
    assert kinds.count("HOOK_COMPLETED") == 1


def test_failure_hook_sees_the_exception():
    called = []

    @dg.failure_hook(required_resource_keys={"pager"})
    def page(context):
        called.append((context.resources.pager, context.op.name, type(context.op_exception).__name__))

    @dg.job(resource_defs={"pager": dg.ResourceDefinition.hardcoded_resource("p")})
    def breaking():
        broken.with_hooks({page})()

    breaking.execute_in_process(raise_on_error=False)
    assert called == [("p", "broken", "Failure")]


def test_hook_definition_says_what_it_skipped():
    calls = []

    def hook_fn(context, event_list):
        skipped = not any(event.is_step_failure for event in event_list)
        calls.append(skipped)
        return dg.HookExecutionResult("watch", is_skipped=skipped)

    watch = dg.HookDefinition(name="watch", hook_fn=hook_fn)

    @dg.job(hooks={watch})
    def quiet():
        fine()

    result = quiet.execute_in_process()
    hook_events = [event.event_type for event in result.all_events if event.is_hook_event]
    assert (calls, hook_events) == ([True], [dg.DagsterEventType.HOOK_SKIPPED])


def test_hook_execution_result_keeps_what_it_is_given():
    result = dg.HookExecutionResult("watch")
    assert (result.hook_name, bool(result.is_skipped)) == ("watch", False)


def test_an_error_in_a_hook_does_not_fail_the_run():
    @dg.success_hook
    def wrong(_):
        raise ValueError("hook")

    @dg.job(hooks={wrong})
    def fragile():
        fine()

    result = fragile.execute_in_process()
    assert result.success
    assert [event.event_type_value for event in result.all_events if event.is_hook_event] == ["HOOK_ERRORED"]


def test_build_hook_context_calls_a_hook_directly():
    @dg.success_hook(required_resource_keys={"box"})
    def keep(context: dg.HookContext):
        context.resources.box.append((context.op.name, context.job_name, context.run_id))

    box = []
    keep(dg.build_hook_context(resources={"box": box}, op=fine, run_id="r1", job_name="j"))
    assert box == [("fine", "j", "r1")]


def test_hook_context_inside_a_run_is_whole():
    seen = {}

    @dg.success_hook
    def look(context: dg.HookContext):
        seen.update(
            name=context.hook_def.name,
            job=context.job_name,
            step=context.step_key,
            error=context.op_exception,
            required=context.required_resource_keys,
            metadata={name: dict(value) for name, value in context.op_output_metadata.items()},
        )

    @dg.op
    def counted():
        return dg.Output(1, metadata={"rows": 2})

    @dg.job
    def looked():
        counted.with_hooks({look})()

    looked.execute_in_process()
    assert seen == {
        "name": "look",
        "job": "looked",
        "step": "counted",
        "error": None,
        "required": set(),
        "metadata": {"result": {"rows": dg.MetadataValue.int(2)}},
    }


def test_failure_carries_its_metadata_and_may_forbid_retries():
    tries = []

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=3))
    def hopeless():
        tries.append(1)
        raise dg.Failure("gone", metadata={"code": 404}, allow_retries=False)

    @dg.job
    def trying():
        hopeless()

    result = trying.execute_in_process(raise_on_error=False)
    (failed,) = [event for event in result.all_events if event.is_step_failure]
    data = failed.step_failure_data.user_failure_data
    assert (len(tries), data.description, data.metadata) == (1, "gone", {"code": dg.MetadataValue.int(404)})


def test_retry_requested_tries_again_as_often_as_it_says():
    tries = []

    @dg.op
    def stubborn(context):
        tries.append(context.retry_number)
        if len(tries) < 3:
            raise dg.RetryRequested(max_retries=2)
        return "at last"

    @dg.job
    def trying():
        stubborn()

    result = trying.execute_in_process()
    assert (tries, result.output_for_node("stubborn")) == ([0, 1, 2], "at last")
    assert len([event for event in result.all_events if event.is_step_up_for_retry]) == 2


@pytest.mark.parametrize(
    "policy,delays",
    [
        (dg.RetryPolicy(max_retries=3), [0, 0, 0]),
        (dg.RetryPolicy(max_retries=3, delay=2), [2, 2, 2]),
        (dg.RetryPolicy(max_retries=3, delay=2, backoff=dg.Backoff.LINEAR), [2, 4, 6]),
        (dg.RetryPolicy(max_retries=3, delay=2, backoff=dg.Backoff.EXPONENTIAL), [2, 6, 14]),
    ],
)
def test_retry_policy_and_backoff_set_the_delays(policy, delays):
    assert [policy.calculate_delay(attempt) for attempt in (1, 2, 3)] == delays


def test_jitter_spreads_the_delay():
    full = dg.RetryPolicy(max_retries=1, delay=10, jitter=dg.Jitter.FULL)
    around = dg.RetryPolicy(max_retries=1, delay=10, jitter=dg.Jitter.PLUS_MINUS)
    assert all(0 <= full.calculate_delay(1) <= 10 for _ in range(50))
    assert all(0 <= around.calculate_delay(1) <= 20 for _ in range(50))
    assert len({full.calculate_delay(1) for _ in range(10)}) > 1


def test_retry_policy_of_a_job_and_of_one_op():
    tries = []

    @dg.op
    def of_the_job():
        tries.append("job")
        raise ValueError

    @dg.op
    def of_its_own():
        tries.append("own")
        raise ValueError

    @dg.job(op_retry_policy=dg.RetryPolicy(max_retries=2))
    def trying():
        of_the_job()
        of_its_own.with_retry_policy(dg.RetryPolicy(max_retries=1))()

    trying.execute_in_process(raise_on_error=False)
    assert sorted(tries) == ["job", "job", "job", "own", "own"]


def test_a_delay_is_needed_for_backoff_and_jitter():
    with pytest.raises(dg.DagsterInvalidDefinitionError):
        dg.RetryPolicy(max_retries=1, backoff=dg.Backoff.LINEAR)
    with pytest.raises(dg.DagsterInvalidDefinitionError):
        dg.RetryPolicy(max_retries=1, jitter=dg.Jitter.FULL)
