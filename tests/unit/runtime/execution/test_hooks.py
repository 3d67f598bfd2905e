"""Hooks are called once a step has ended for good, and can harm nothing."""

import pytest

import mainspring as dg

HOOKS = {"HOOK_COMPLETED", "HOOK_ERRORED", "HOOK_SKIPPED"}


def hook_events(result):
    return [
        (event.event_type_value, event.message.split('"')[1])
        for event in result.all_events
        if event.event_type_value in HOOKS
    ]


@pytest.fixture
def seen():
    return []


@pytest.fixture
def hooks(seen):
    @dg.success_hook
    def on_success(context):
        seen.append(("success", context.step_key, context.op_output_values, context.op_exception))

    @dg.failure_hook(name="on_failure", required_resource_keys={"pager"})
    def page(context):
        seen.append(("failure", context.step_key, context.resources.pager, str(context.op_exception)))

    return {on_success, page}


def test_a_success_hook_is_given_what_the_step_produced(hooks, seen):
    @dg.asset(hooks=hooks)
    def orders():
        return [1]

    result = dg.materialize([orders], resources={"pager": "p"})
    assert seen == [("success", "orders", {"result": [1]}, None)]
    assert hook_events(result) == [("HOOK_SKIPPED", "on_failure"), ("HOOK_COMPLETED", "on_success")]


def test_a_failure_hook_is_called_after_the_last_try_only(hooks, seen):
    @dg.asset(hooks=hooks, retry_policy=dg.RetryPolicy(max_retries=2))
    def orders():
        raise ValueError("down")

    result = dg.materialize([orders], resources={"pager": "p"}, raise_on_error=False)
    assert [(kind, key, pager) for kind, key, pager, _ in seen] == [("failure", "orders", "p")]
    assert "down" in seen[0][3]
    assert hook_events(result) == [("HOOK_COMPLETED", "on_failure"), ("HOOK_SKIPPED", "on_success")]


def test_a_hook_that_raises_is_recorded_and_harms_neither_the_step_nor_the_others(seen):
    @dg.success_hook
    def a_broken_one(context):
        raise RuntimeError("no")

    @dg.success_hook
    def b_next(context):
        seen.append(context.step_key)

    @dg.asset(hooks={a_broken_one, b_next})
    def orders(): ...

    result = dg.materialize([orders])
    assert result.success
    assert seen == ["orders"]
    assert hook_events(result) == [("HOOK_ERRORED", "a_broken_one"), ("HOOK_COMPLETED", "b_next")]
    (event,) = [e for e in result.all_events if e.event_type_value == "HOOK_ERRORED"]
    assert "RuntimeError: no" in event.event_specific_data.error.message


def test_the_hooks_of_a_job_are_those_of_each_of_its_steps(seen):
    @dg.success_hook
    def note(context):
        seen.append(context.step_key)

    @dg.asset
    def orders(): ...

    @dg.asset(deps=[orders])
    def report(): ...

    job = dg.define_asset_job("nightly", hooks={note})
    dg.Definitions(assets=[orders, report], jobs=[job]).resolve_job_def("nightly").execute_in_process()
    assert seen == ["orders", "report"]


def test_a_hook_can_be_called_directly():
    @dg.failure_hook
    def page(context):
        return context.resources.pager, context.run_id, str(context.op_exception)

    with dg.build_hook_context(
        resources={"pager": "p"}, run_id="r", op_exception=ValueError("down")
    ) as context:
        assert page(context) == ("p", "r", "down")


def test_a_hook_takes_one_argument():
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="one argument"):

        @dg.success_hook
        def wrong(): ...


def test_a_hook_is_given_the_metadata_of_every_output():
    seen = {}

    @dg.success_hook
    def look(context):
        seen[context.step_key] = {name: dict(said) for name, said in context.op_output_metadata.items()}

    @dg.op
    def one(context):
        context.add_output_metadata({"added": 1})
        return dg.Output(1, metadata={"rows": 2})

    @dg.op(out=dg.DynamicOut())
    def several():
        yield dg.DynamicOutput(1, "a", metadata={"rows": 3})
        yield dg.DynamicOutput(2, "b")

    @dg.job(hooks={look})
    def both():
        one()
        several()

    assert both.execute_in_process().success
    assert seen == {
        "one": {"result": {"rows": dg.MetadataValue.int(2), "added": dg.MetadataValue.int(1)}},
        "several": {"result": {"a": {"rows": dg.MetadataValue.int(3)}, "b": {}}},
    }
