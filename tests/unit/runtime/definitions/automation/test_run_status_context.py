import pytest

import mainspring as dg


@pytest.fixture
def context(instance):
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["x"]))
    def made(): ...

    result = dg.materialize([made], instance=instance, partition_key="x")
    return dg.build_run_status_sensor_context(
        "s", result.get_run_success_event(), instance, result.dagster_run, resources={"a": 1}
    )


def test_the_run(context, instance) -> None:
    assert (context.sensor_name, context.instance, context.partition_key) == ("s", instance, "x")
    assert context.dagster_event.is_job_success
    assert context.dagster_run.is_success
    assert context.repository_def is None


def test_resources(context) -> None:
    with context as entered:
        assert entered.resources.a == 1
    more = context.merge_resources({"b": 2})
    assert (more.resources.a, more.resources.b, more.partition_key) == (1, 2, "x")
    assert more.resource_defs == {"a": 1, "b": 2}


def test_for_failure(context) -> None:
    failed = context.for_run_failure()
    assert isinstance(failed, dg.RunFailureSensorContext)
    assert failed.for_run_failure() is failed
    assert failed.failure_event is context.dagster_event
    assert failed.get_step_failure_events() == []


def test_the_tick_around_it(context, instance) -> None:
    tick = dg.build_sensor_context(instance, resources={"c": 3})
    of_tick = dg.build_run_status_sensor_context(
        "s", context.dagster_event, instance, context.dagster_run, tick
    )
    assert of_tick.tick is tick
    of_tick.log.info("seen")
    assert [line.message for line in tick.logged] == ["seen"]
    given = dg.build_run_status_sensor_context(
        "s", context.dagster_event, instance, context.dagster_run, tick, {"a": 1}, "y", repository_def="repo"
    )
    assert (given.resources.a, given.resources.c, given.partition_key) == (1, 3, "y")
    assert given.repository_def == "repo"
