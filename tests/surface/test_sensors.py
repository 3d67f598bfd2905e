"""The section "Sensors" of the public surface."""

import pytest

import mainspring as dg


@dg.op
def works():
    return 1


@dg.op
def fails():
    raise ValueError("broken")


@dg.job
def working():
    works()


@dg.job
def failing():
    fails()


@dg.asset
def rain():
    return 1


@dg.asset
def snow():
    return 1


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def ended(job, instance):
    """A run of a job, and the event of its end."""
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    event = result.get_run_success_event() if result.success else result.get_run_failure_event()
    return result.dagster_run, event


def test_sensor_yields_run_requests(instance):
    @dg.sensor(job=working, minimum_interval_seconds=60, description="looks", tags={"a": "b"})
    def looks(context: dg.SensorEvaluationContext):
        seen = int(context.cursor or 0)
        yield dg.RunRequest(run_key=str(seen))
        context.update_cursor(str(seen + 1))

    assert isinstance(looks, dg.SensorDefinition)
    assert (looks.name, looks.job_name, looks.minimum_interval_seconds, looks.description) == (
        "looks",
        "working",
        60,
        "looks",
    )
    context = dg.build_sensor_context(instance=instance, cursor="4")
    data = looks.evaluate_tick(context)
    assert ([request.run_key for request in data.run_requests], data.cursor) == (["4"], "5")
    assert data.run_requests[0].tags["dagster/sensor_name"] == "looks"


def test_sensor_called_as_a_function():
    @dg.sensor(job=working)
    def one_request():
        return dg.RunRequest(run_key="k")

    assert one_request().run_key == "k"


def test_sensor_definition_by_its_constructor(instance):
    definition = dg.SensorDefinition(
        evaluation_fn=lambda context: dg.SkipReason(f"nothing after {context.cursor}"),
        name="constructed",
        job=working,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    data = definition.evaluate_tick(dg.build_sensor_context(instance=instance, cursor="c"))
    assert (definition.default_status, data.skip_message) == (
        dg.DefaultSensorStatus.RUNNING,
        "nothing after c",
    )


def test_default_sensor_status_is_stopped():
    @dg.sensor(job=working)
    def idle():
        pass

    assert idle.default_status == dg.DefaultSensorStatus.STOPPED


def test_skip_reason_holds_words():
    assert (dg.SkipReason("no file").skip_message, dg.SkipReason().skip_message) == ("no file", None)


def test_run_request_keeps_what_is_asked():
    request = dg.RunRequest(
        run_key="k",
        run_config={"ops": {}},
        tags={"a": "b", "n": 1},
        job_name="j",
        asset_selection=[dg.AssetKey("rain")],
        partition_key="p",
    )
    assert (request.run_key, request.run_config, request.job_name) == ("k", {"ops": {}}, "j")
    assert (request.tags, request.asset_selection, request.partition_key) == (
        {"a": "b", "n": "1"},
        [dg.AssetKey("rain")],
        "p",
    )
    assert request.with_replaced_attrs(run_key="l").run_key == "l"


def test_sensor_result_says_everything_at_once(instance):
    people = dg.DynamicPartitionsDefinition(name="people")

    @dg.sensor(job=working)
    def tells(_context) -> dg.SensorResult:
        return dg.SensorResult(
            run_requests=[dg.RunRequest(run_key="a")],
            cursor="seen",
            dynamic_partitions_requests=[people.build_add_request(["ada"])],
            asset_events=[dg.AssetMaterialization("outside")],
        )

    data = tells.evaluate_tick(dg.build_sensor_context(instance=instance))
    assert ([request.run_key for request in data.run_requests], data.cursor) == (["a"], "seen")
    assert [type(event) for event in data.asset_events] == [dg.AssetMaterialization]
    assert [request.partition_keys for request in data.dynamic_partitions_requests] == [["ada"]]


def test_sensor_result_does_not_run_and_skip():
    with pytest.raises(Exception, match="skip"):
        dg.SensorResult(run_requests=[dg.RunRequest()], skip_reason="no")


def test_sensor_return_types_union_annotates_a_function(instance):
    def maybe(context) -> dg.SensorReturnTypesUnion:
        return None if context.cursor is None else dg.RunRequest(run_key=context.cursor)

    definition = dg.sensor(job=working)(maybe)
    assert list(definition.evaluate_tick(dg.build_sensor_context(instance=instance)).run_requests) == []
    assert definition(dg.build_sensor_context(cursor="c")).run_key == "c"


def test_build_sensor_context_gives_resources_and_names():
    class Files(dg.ConfigurableResource):
        folder: str

    @dg.sensor(job=working)
    def lists(context: dg.SensorEvaluationContext, files: Files):
        return dg.SkipReason(f"{context.sensor_name}: {files.folder}")

    context = dg.build_sensor_context(resources={"files": Files(folder="here")}, sensor_name="lists")
    assert isinstance(context, dg.SensorEvaluationContext)
    assert lists(context).skip_message == "lists: here"


def test_asset_sensor_follows_one_asset(instance):
    @dg.asset_sensor(asset_key=rain.key, job=working)
    def after_rain(context, event):
        assert event.dagster_event.asset_key == rain.key
        return dg.RunRequest(run_key=context.cursor)

    assert isinstance(after_rain, dg.AssetSensorDefinition)
    assert (after_rain.name, after_rain.asset_key) == ("after_rain", rain.key)
    idle = after_rain.evaluate_tick(dg.build_sensor_context(instance=instance))
    assert (list(idle.run_requests), bool(idle.skip_message)) == ([], True)
    dg.materialize([rain], instance=instance)
    first = after_rain.evaluate_tick(dg.build_sensor_context(instance=instance))
    assert len(first.run_requests) == 1
    again = after_rain.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=first.cursor))
    assert list(again.run_requests) == []


def test_multi_asset_sensor_waits_for_all(instance):
    @dg.multi_asset_sensor(monitored_assets=[rain.key, snow.key], job=working)
    def after_both(context: dg.MultiAssetSensorEvaluationContext):
        latest = context.latest_materialization_records_by_key()
        if all(latest.values()):
            context.advance_all_cursors()
            return dg.RunRequest(run_key="both")
        return None

    assert isinstance(after_both, dg.MultiAssetSensorDefinition)
    repository = dg.Definitions([rain, snow], jobs=[working], sensors=[after_both]).get_repository_def()

    def tick(cursor):
        context = dg.build_multi_asset_sensor_context(
            monitored_assets=[rain.key, snow.key], instance=instance, cursor=cursor, repository_def=repository
        )
        assert isinstance(context, dg.MultiAssetSensorEvaluationContext)
        data = after_both.evaluate_tick(context)
        return [request.run_key for request in data.run_requests], data.cursor

    dg.materialize([rain], instance=instance)
    first, cursor = tick(None)
    dg.materialize([snow], instance=instance)
    second, cursor = tick(cursor)
    third, _ = tick(cursor)
    assert (first, second, third) == ([], ["both"], [])


def test_run_status_sensor_reacts_to_a_success(instance):
    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS, monitored_jobs=[working], request_job=failing
    )
    def after_success(context: dg.RunStatusSensorContext):
        return dg.RunRequest(run_key=context.dagster_run.job_name)

    assert isinstance(after_success, dg.RunStatusSensorDefinition)
    run, event = ended(working, instance)
    context = dg.build_run_status_sensor_context(
        sensor_name="after_success", dagster_event=event, dagster_instance=instance, dagster_run=run
    )
    assert isinstance(context, dg.RunStatusSensorContext)
    assert (context.sensor_name, context.dagster_event, context.instance) == (
        "after_success",
        event,
        instance,
    )
    assert after_success(context).run_key == "working"


def test_run_failure_sensor_sees_what_failed(instance):
    seen = []

    @dg.run_failure_sensor
    def alarm(context: dg.RunFailureSensorContext):
        seen.append(
            (context.dagster_run.job_name, [event.step_key for event in context.get_step_failure_events()])
        )
        assert context.failure_event.message

    run, event = ended(failing, instance)
    context = dg.build_run_status_sensor_context(
        sensor_name="alarm", dagster_event=event, dagster_instance=instance, dagster_run=run
    ).for_run_failure()
    assert isinstance(context, dg.RunFailureSensorContext)
    alarm(context)
    assert seen == [("failing", ["fails"])]


def test_email_on_run_failure_is_a_sensor():
    definition = dg.make_email_on_run_failure_sensor(
        email_from="me@example.org",
        email_password="secret",
        email_to=["you@example.org"],
        monitored_jobs=[failing],
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    assert isinstance(definition, dg.RunStatusSensorDefinition)
    assert (definition.name, definition.default_status) == (
        "email_on_run_failure",
        dg.DefaultSensorStatus.RUNNING,
    )
