import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError, UnknownPartitionError, UserCodeError

JOB = dg.define_asset_job("load")
TAG = {"dagster/sensor_name": "s"}
REGIONS = dg.DynamicPartitionsDefinition(name="regions")


def of(function, **parts):
    return dg.sensor(name="s", **(parts or {"job": JOB}))(function)


def tick(sensor, **parts):
    return sensor.evaluate_tick(dg.build_sensor_context(**parts))


def test_all_that_is_said_is_kept() -> None:
    sensor = of(
        lambda: None,
        job=JOB,
        minimum_interval_seconds=5,
        description="Looks.",
        default_status=dg.DefaultSensorStatus.RUNNING,
        tags={"t": "1"},
        metadata={"m": 1},
        owners=["team:core"],
    )
    assert (sensor.name, sensor.job, sensor.job_name, sensor.jobs) == ("s", JOB, "load", [JOB])
    assert (sensor.minimum_interval_seconds, sensor.description) == (5, "Looks.")
    assert (sensor.default_status, sensor.tags) == (dg.DefaultSensorStatus.RUNNING, {"t": "1"})
    assert (sensor.metadata, sensor.owners) == ({"m": dg.MetadataValue.int(1)}, ("team:core",))
    assert sensor.sensor_type.name == "STANDARD"
    assert of(lambda: None).minimum_interval_seconds == 30


def test_the_function_gives_the_name_and_the_description() -> None:
    @dg.sensor(job_name="load")
    def inbox():
        """Looks into the inbox."""

    assert (inbox.name, inbox.description, inbox.job_name) == ("inbox", "Looks into the inbox.", "load")


def test_targets() -> None:
    other = dg.define_asset_job("other")

    @dg.asset
    def orders(): ...

    both = of(lambda: None, jobs=[JOB, other])
    assert [target.job_name for target in both.targets] == ["load", "other"]
    assert of(lambda: None, target=[orders]).targets[0].assets_defs == (orders,)
    assert of(lambda: None, asset_selection="orders").has_anonymous_job
    free = dg.sensor(name="s")(lambda: None)
    assert (free.has_jobs, free.job_name) == (False, None)


@pytest.mark.parametrize(
    "parts,message",
    [
        ({"job": JOB, "job_name": "x"}, "`job_name` and `job`"),
        ({"target": "*", "asset_selection": "*"}, "`asset_selection` and `target`"),
        ({"jobs": [JOB, JOB]}, "names a job twice"),
        ({"job": JOB, "minimum_interval_seconds": -1}, "cannot be negative"),
        ({"job": 7}, "The `job` of the sensor 's' is 7"),
        ({"job": JOB, "owners": ["somebody"]}, "owner 'somebody'"),
    ],
)
def test_what_cannot_be(refusal, parts, message) -> None:
    assert message in refusal(lambda: of(lambda: None, **parts))


def test_the_decorator_is_called(refusal) -> None:
    assert "@sensor is called" in refusal(lambda: dg.sensor(lambda: None))  # type: ignore[arg-type]
    assert "has no evaluation_fn" in refusal(lambda: dg.SensorDefinition("s"))
    assert "has several jobs" in refusal(lambda: of(lambda: None, jobs=[JOB, dg.define_asset_job("b")]).job)
    assert "has no job." in refusal(lambda: dg.sensor(name="s")(lambda: None).job)
    assert "by name only" in refusal(lambda: of(lambda: None, job_name="x").jobs)


def generated(context):
    yield dg.RunRequest("a")
    yield dg.RunRequest("b")


@pytest.mark.parametrize(
    "function,requests,message",
    [
        (lambda context: dg.RunRequest("a"), [dg.RunRequest("a", tags=TAG)], None),
        (lambda: [dg.RunRequest(), dg.RunRequest()], [dg.RunRequest(tags=TAG)] * 2, None),
        (generated, [dg.RunRequest("a", tags=TAG), dg.RunRequest("b", tags=TAG)], None),
        (lambda: dg.SkipReason("nothing"), [], "nothing"),
        (lambda: None, [], "The function of the sensor 's' answered nothing."),
        (lambda: dg.SensorResult([dg.RunRequest("a")]), [dg.RunRequest("a", tags=TAG)], None),
        (lambda: dg.SensorResult(skip_reason="nothing"), [], "nothing"),
        (lambda: dg.SensorResult([]), [], None),
    ],
)
def test_what_a_function_may_answer(function, requests, message) -> None:
    data = tick(of(function))
    assert (data.run_requests, data.skip_message, data.cursor) == (requests, message, None)


@pytest.mark.parametrize(
    "function,message",
    [
        (lambda: {"ops": {}}, "answered {'ops': {}}, a dict"),
        (lambda: [dg.SensorResult(), dg.RunRequest()], "a SensorResult and 1 more"),
        (lambda: [dg.RunRequest(), dg.SkipReason("x")], "1 RunRequests and a SkipReason"),
    ],
)
def test_what_a_function_may_not_answer(function, message) -> None:
    with pytest.raises(InvariantViolationError, match=message):
        tick(of(function))


def test_errors_of_user_code() -> None:
    with pytest.raises(UserCodeError, match="The sensor 's' raised ZeroDivisionError"):
        tick(of(lambda: 1 / 0))


def test_the_context_knows_the_name_of_the_sensor() -> None:
    names = of(lambda context: dg.SkipReason(context.sensor_name))
    assert tick(names).skip_message == "s"
    assert tick(names, sensor_name="other").skip_message == "other"


# -- cursors -------------------------------------------------------------------------------------------


def test_the_cursor_of_the_next_tick() -> None:
    def counts(context):
        seen = int(context.cursor or 0)
        context.update_cursor(str(seen + 1))
        return dg.RunRequest(str(seen))

    sensor, cursor, run_keys = of(counts), None, []
    for _ in range(3):
        data = tick(sensor, cursor=cursor)
        cursor = data.cursor
        run_keys += [one.run_key for one in data.run_requests]
    assert (cursor, run_keys) == ("3", ["0", "1", "2"])


def test_a_cursor_that_is_left_alone_stays() -> None:
    assert tick(of(lambda: None), cursor="7").cursor == "7"
    assert tick(of(lambda: dg.SensorResult(cursor="8")), cursor="7").cursor == "8"
    assert tick(of(lambda: dg.SensorResult([])), cursor="7").cursor == "7"


def test_a_cursor_is_set_once() -> None:
    def twice(context):
        context.update_cursor("1")
        return dg.SensorResult(cursor="2")

    with pytest.raises(InvariantViolationError, match="sets its cursor twice"):
        tick(of(twice))


# -- run requests --------------------------------------------------------------------------------------


def test_which_job_is_meant() -> None:
    both = of(lambda: dg.RunRequest(job_name="other"), jobs=[JOB, dg.define_asset_job("other")])
    assert tick(both).run_requests == [dg.RunRequest(job_name="other", tags=TAG)]
    open_ = of(lambda: dg.RunRequest("a"), jobs=[JOB, dg.define_asset_job("other")])
    with pytest.raises(InvariantViolationError, match=r"must say which[\s\S]*load, other"):
        tick(open_)
    with pytest.raises(InvariantViolationError, match="has no target"):
        tick(dg.sensor(name="s")(lambda: dg.RunRequest("a")))
    with pytest.raises(InvariantViolationError, match=r"'laod'[\s\S]*load"):
        tick(of(lambda: dg.RunRequest(job_name="laod")))


def test_partitions_that_the_tick_adds(instance) -> None:
    @dg.asset(partitions_def=REGIONS)
    def sales(): ...

    job = dg.define_asset_job("sales_job", [sales])
    defs = dg.Definitions(assets=[sales], jobs=[job])

    def looks():
        return dg.SensorResult(
            [dg.RunRequest(partition_key="nz")],
            dynamic_partitions_requests=[REGIONS.build_add_request(["nz"])],
        )

    data = tick(of(looks, job=job), instance=instance, definitions=defs)
    assert data.run_requests == [dg.RunRequest(partition_key="nz", tags={"dagster/partition": "nz", **TAG})]
    assert data.dynamic_partitions_requests == [REGIONS.build_add_request(["nz"])]
    assert instance.get_dynamic_partitions("regions") == []
    with pytest.raises(UnknownPartitionError, match="'nz' is not a partition of 'regions'"):
        tick(of(lambda: dg.RunRequest(partition_key="nz"), job=job), instance=instance, definitions=defs)


def test_partitions_are_those_of_the_time_of_the_instance(instance) -> None:
    @dg.asset(partitions_def=dg.DailyPartitionsDefinition("2024-01-01"))
    def daily(): ...

    job = dg.define_asset_job("daily_job", [daily])
    defs = dg.Definitions(assets=[daily], jobs=[job])
    last = of(lambda: dg.RunRequest(partition_key="2024-02-29"), job=job)
    assert tick(last, instance=instance, definitions=defs).run_requests[0].has_resolved_partition()
    today = of(lambda: dg.RunRequest(partition_key="2024-03-01"), job=job)
    with pytest.raises(UnknownPartitionError, match="2024-03-01"):
        tick(today, instance=instance, definitions=defs)


def test_assets_with_partitions_of_their_own() -> None:
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["x"]))
    def a(): ...

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["y"]))
    def b(): ...

    job = dg.define_asset_job("both")
    defs = dg.Definitions(assets=[a, b], jobs=[job])
    one = of(lambda: dg.RunRequest(partition_key="x", asset_selection=[dg.AssetKey("a")]), job=job)
    assert tick(one, definitions=defs).run_requests[0].tags == {"dagster/partition": "x", **TAG}
    both = of(lambda: dg.RunRequest(partition_key="x"), job=job)
    with pytest.raises(InvariantViolationError, match=r"have different ones[\s\S]*asset_selection"):
        tick(both, definitions=defs)


def test_a_backfill_needs_no_target() -> None:
    asked = dg.RunRequest.for_asset_graph_subset({"orders": "all"}, {"t": "1"})
    (made,) = tick(dg.sensor(name="s")(lambda: asked)).run_requests
    assert (made.asset_graph_subset, made.tags) == ({"orders": "all"}, {"t": "1", **TAG})


def test_events_of_a_result_are_handed_on() -> None:
    event = dg.AssetMaterialization("a")
    assert tick(of(lambda: dg.SensorResult(asset_events=[event]))).asset_events == [event]


def test_assets_outside_the_selection() -> None:
    @dg.asset
    def a(): ...

    @dg.asset
    def b(): ...

    defs = dg.Definitions(assets=[a, b])
    sensor = of(lambda: dg.RunRequest(asset_selection=[dg.AssetKey("b")]), asset_selection=[a])
    with pytest.raises(InvariantViolationError, match="the asset 'b', which is not in its asset_selection"):
        tick(sensor, definitions=defs)
    fine = of(lambda: dg.RunRequest(asset_selection=[dg.AssetKey("a")]), asset_selection=[a])
    assert tick(fine, definitions=defs).run_requests[0].asset_selection == [dg.AssetKey("a")]


# -- direct calls --------------------------------------------------------------------------------------


def test_direct_calls() -> None:
    sensor = of(lambda context: dg.RunRequest(context.cursor))
    assert sensor(dg.build_sensor_context(cursor="7")) == dg.RunRequest("7")
    assert sensor(context=dg.build_sensor_context(cursor="7")) == dg.RunRequest("7")
    assert of(lambda: None)() is None
    assert [one.run_key for one in of(generated)(dg.build_sensor_context())] == ["a", "b"]
    with pytest.raises(dg.DagsterInvalidInvocationError, match="build_sensor_context"):
        sensor()


def test_changed_copies() -> None:
    other = dg.define_asset_job("other")
    sensor = of(lambda: None)
    assert sensor.with_updated_job(other).job is other
    assert sensor.with_updated_jobs([other]).jobs == [other]
    assert sensor.with_attributes(metadata={"a": "b"}).metadata == {"a": dg.MetadataValue.text("b")}
    assert (sensor.job, sensor.metadata) == (JOB, {})
