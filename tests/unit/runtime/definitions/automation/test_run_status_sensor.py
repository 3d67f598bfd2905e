import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError

SUCCESS = dg.DagsterRunStatus.SUCCESS


@dg.asset
def fine(): ...


@dg.asset
def broken():
    raise ValueError("no data")


DEFS = dg.Definitions(
    assets=[fine, broken], jobs=[dg.define_asset_job("good", "fine"), dg.define_asset_job("bad", "broken")]
)


def run(instance, name: str, **parts):
    return DEFS.resolve_job_def(name).execute_in_process(instance=instance, raise_on_error=False, **parts)


def tick(sensor, instance, cursor=None):
    return sensor.evaluate_tick(dg.build_sensor_context(instance, cursor))


@dg.run_status_sensor(run_status=SUCCESS, name="s", request_job=dg.define_asset_job("report"))
def on_success(context):
    return dg.RunRequest(context.dagster_run.run_id)


def test_runs_are_watched_from_the_first_tick_on(instance) -> None:
    run(instance, "good")
    first = tick(on_success, instance)
    assert (first.run_requests, first.skip_message) == ([], "The first tick: runs are watched from now on.")
    again = tick(on_success, instance, first.cursor)
    assert (again.cursor, again.skip_message) == (
        first.cursor,
        "No run has reached SUCCESS since the last tick.",
    )
    results = [run(instance, "good"), run(instance, "bad"), run(instance, "good")]
    data = tick(on_success, instance, again.cursor)
    ids = [results[0].run_id, results[2].run_id]
    assert [one.run_key for one in data.run_requests] == ids
    assert [(one.dagster_run.run_id, one.error, one.run_status) for one in data.dagster_run_reactions] == [
        (run_id, None, SUCCESS) for run_id in ids
    ]
    assert data.skip_message is None
    assert tick(on_success, instance, data.cursor).run_requests == []


def test_an_instance_without_runs(instance) -> None:
    first = tick(on_success, instance)
    result = run(instance, "good")
    assert [one.run_key for one in tick(on_success, instance, first.cursor).run_requests] == [result.run_id]


def test_only_the_jobs_that_are_watched(instance) -> None:
    names = []
    sensor = dg.run_status_sensor(SUCCESS, "s", monitored_jobs=[dg.define_asset_job("other")])(
        lambda context: names.append(context.dagster_run.job_name)
    )
    first = tick(sensor, instance)
    run(instance, "good")
    data = tick(sensor, instance, first.cursor)
    assert (names, data.dagster_run_reactions) == ([], [])
    assert data.skip_message == "No watched run has reached SUCCESS since the last tick."
    assert data.cursor != first.cursor


def test_an_error_is_noted_with_its_run_and_stops_nothing(instance) -> None:
    @dg.run_status_sensor(SUCCESS, "s")
    def divides(context):
        1 / int(context.dagster_run.tags["n"])

    first = tick(divides, instance)
    for number in ("0", "1"):
        run(instance, "good", tags={"n": number})
    context = dg.build_sensor_context(instance, first.cursor)
    data = divides.evaluate_tick(context)
    broken_run, fine_run = data.dagster_run_reactions
    assert broken_run.error.cls_name == "ZeroDivisionError"
    assert fine_run.error is None
    assert "failed on run" in context.logged[0].message


def test_its_own_runs_are_seen_too(instance) -> None:
    first = tick(on_success, instance)
    own = run(instance, "good", tags={"dagster/sensor_name": "s"})
    assert [one.run_key for one in tick(on_success, instance, first.cursor).run_requests] == [own.run_id]


def test_parts_of_results_are_put_together(instance) -> None:
    regions = dg.DynamicPartitionsDefinition(name="regions")

    @dg.run_status_sensor(run_status=SUCCESS)
    def adds(context):
        return dg.SensorResult(
            dynamic_partitions_requests=[regions.build_add_request([context.dagster_run.tags["n"]])]
        )

    first = tick(adds, instance)
    for number in ("1", "2"):
        run(instance, "good", tags={"n": number})
    data = tick(adds, instance, first.cursor)
    assert [one.partition_keys for one in data.dynamic_partitions_requests] == [["1"], ["2"]]


def test_the_cursor_is_its_own(instance) -> None:
    sensor = dg.run_status_sensor(SUCCESS, "s")(lambda context: dg.SensorResult(cursor="1"))
    first = tick(sensor, instance)
    run(instance, "good")
    with pytest.raises(InvariantViolationError, match="keeps its own"):
        tick(sensor, instance, first.cursor)
    with pytest.raises(InvariantViolationError, match="'abc', which is none of its own"):
        tick(sensor, instance, "abc")


# -- failures ------------------------------------------------------------------------------------------


def test_failed_runs(instance) -> None:
    said = []

    @dg.run_failure_sensor
    def tell(context: dg.RunFailureSensorContext):
        steps = [event.step_key for event in context.get_step_failure_events()]
        said.append((context.dagster_run.job_name, context.failure_event.event_type.name, steps))

    first = tick(tell, instance)
    run(instance, "good")
    run(instance, "bad")
    data = tick(tell, instance, first.cursor)
    assert said == [("bad", "RUN_FAILURE", ["broken"])]
    assert [one.run_status.name for one in data.dagster_run_reactions] == ["FAILURE"]


def test_direct_calls(instance) -> None:
    result = run(instance, "bad")
    event = result.get_run_failure_event()
    context = dg.build_run_status_sensor_context("s", event, instance, result.dagster_run, resources={"a": 1})

    @dg.run_failure_sensor(name="s", request_job=dg.define_asset_job("report"))
    def retry(context, a: dg.ResourceParam[int]):
        return dg.RunRequest(context.failure_event.job_name, tags={"a": a})

    assert retry(context) == retry(context.for_run_failure()) == dg.RunRequest("bad", tags={"a": 1})
    with pytest.raises(dg.DagsterInvalidInvocationError, match="build_run_status_sensor_context"):
        retry()


def test_what_it_is(refusal) -> None:
    assert (on_success.run_status, on_success.sensor_type.name) == (SUCCESS, "RUN_STATUS")
    assert on_success.job_name == "report"
    assert "waits for 'SUCCESS'" in refusal(
        lambda: dg.run_status_sensor("SUCCESS", "s")(lambda context: None)
    )  # type: ignore[arg-type]
    managed = dg.DagsterRunStatus.MANAGED
    assert "which no event says" in refusal(lambda: dg.run_status_sensor(managed, "s")(lambda context: None))
