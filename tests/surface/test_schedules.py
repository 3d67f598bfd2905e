"""The section "Schedules" of the public surface."""

from datetime import UTC, datetime

import pytest

import mainspring as dg


@dg.op(config_schema={"day": dg.Field(str, default_value="none")})
def reports(context):
    return context.op_config["day"]


@dg.job
def nightly():
    reports()


DAY = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)


def requests_of(definition, context):
    """The run requests of one tick."""
    return definition.evaluate_tick(context).run_requests


def test_schedule_returns_a_run_request():
    @dg.schedule(cron_schedule="0 3 * * *", job=nightly, execution_timezone="Europe/Berlin", tags={"a": "b"})
    def each_night(context: dg.ScheduleEvaluationContext):
        day = context.scheduled_execution_time.strftime("%Y-%m-%d")
        return dg.RunRequest(run_key=day, run_config={"ops": {"reports": {"config": {"day": day}}}})

    assert isinstance(each_night, dg.ScheduleDefinition)
    assert (
        each_night.name,
        each_night.cron_schedule,
        each_night.job_name,
        each_night.execution_timezone,
    ) == (
        "each_night",
        "0 3 * * *",
        "nightly",
        "Europe/Berlin",
    )
    direct = each_night(dg.build_schedule_context(scheduled_execution_time=DAY))
    assert (direct.run_key, direct.run_config) == (
        "2026-01-02",
        {"ops": {"reports": {"config": {"day": "2026-01-02"}}}},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(instance=instance, scheduled_execution_time=DAY)
        (request,) = requests_of(each_night, context)
    assert (request.run_key, request.tags["dagster/schedule_name"]) == ("2026-01-02", "each_night")


def test_schedule_may_skip_with_a_reason():
    @dg.schedule(cron_schedule="@daily", job=nightly)
    def never():
        return dg.SkipReason("a holiday")

    with dg.DagsterInstance.ephemeral() as instance:
        data = never.evaluate_tick(dg.build_schedule_context(instance=instance, scheduled_execution_time=DAY))
    assert (list(data.run_requests), data.skip_message) == ([], "a holiday")


def test_schedule_yields_several_requests():
    @dg.schedule(cron_schedule=["0 3 * * *", "0 15 * * *"], target=nightly)
    def twice(_context):
        yield dg.RunRequest(run_key="a")
        yield dg.RunRequest(run_key="b")

    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(instance=instance, scheduled_execution_time=DAY)
        assert [request.run_key for request in requests_of(twice, context)] == ["a", "b"]


def test_schedule_definition_with_fixed_config():
    definition = dg.ScheduleDefinition(
        job=nightly,
        cron_schedule="0 3 * * *",
        run_config={"ops": {"reports": {"config": {"day": "x"}}}},
        tags={"team": "data"},
        description="each night",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        metadata={"owner": "me"},
    )
    assert (definition.name, definition.job is nightly, definition.default_status) == (
        "nightly_schedule",
        True,
        dg.DefaultScheduleStatus.RUNNING,
    )
    assert (definition.description, definition.metadata) == (
        "each night",
        {"owner": dg.MetadataValue.text("me")},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        (request,) = requests_of(
            definition, dg.build_schedule_context(instance=instance, scheduled_execution_time=DAY)
        )
    assert request.run_config == {"ops": {"reports": {"config": {"day": "x"}}}}
    assert request.tags["team"] == "data"


def test_schedule_definition_with_functions():
    definition = dg.ScheduleDefinition(
        name="by_functions",
        job=nightly,
        cron_schedule="@hourly",
        run_config_fn=lambda context: {
            "ops": {"reports": {"config": {"day": context.scheduled_execution_time.strftime("%d")}}}
        },
        tags_fn=lambda _: {"made": "here"},
        should_execute=lambda context: context.scheduled_execution_time.day == 2,
    )
    with dg.DagsterInstance.ephemeral() as instance:

        def tick(day):
            context = dg.build_schedule_context(
                instance=instance, scheduled_execution_time=datetime(2026, 1, day, tzinfo=UTC)
            )
            return list(requests_of(definition, context))

        ((request,), none) = (tick(2), tick(3))
    assert (request.run_config["ops"]["reports"]["config"], request.tags["made"], none) == (
        {"day": "02"},
        "here",
        [],
    )


def test_default_schedule_status_is_stopped():
    assert dg.ScheduleDefinition(job=nightly, cron_schedule="@daily").default_status == (
        dg.DefaultScheduleStatus.STOPPED
    )
    assert dg.DefaultScheduleStatus("RUNNING") is dg.DefaultScheduleStatus.RUNNING


@pytest.mark.parametrize("cron", ["not cron", "99 * * * *", ""])
def test_a_cron_expression_must_be_valid(cron):
    with pytest.raises(dg.DagsterInvalidDefinitionError):
        dg.ScheduleDefinition(job=nightly, cron_schedule=cron)


def test_schedule_evaluation_context_offers_instance_and_resources():
    seen = {}

    class Holidays(dg.ConfigurableResource):
        day: str

    @dg.schedule(cron_schedule="@daily", job=nightly)
    def resourceful(context: dg.ScheduleEvaluationContext, holidays: Holidays):
        seen.update(day=holidays.day, ephemeral=context.instance.is_ephemeral)
        return dg.RunRequest()

    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance, scheduled_execution_time=DAY, resources={"holidays": Holidays(day="monday")}
        )
        assert isinstance(context, dg.ScheduleEvaluationContext)
        resourceful(context)
    assert seen == {"day": "monday", "ephemeral": True}


def test_build_schedule_from_partitioned_job_runs_the_partition_that_ended():
    @dg.daily_partitioned_config(start_date="2026-01-01", hour_offset=2)
    def of_the_day(start, _end):
        return {"ops": {"reports": {"config": {"day": start.strftime("%Y-%m-%d")}}}}

    @dg.job(config=of_the_day)
    def daily():
        reports()

    definition = dg.build_schedule_from_partitioned_job(daily, hour_of_day=6)
    assert (definition.name, definition.cron_schedule) == ("daily_schedule", "0 6 * * *")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance, scheduled_execution_time=datetime(2026, 1, 5, 6, tzinfo=UTC)
        )
        (request,) = requests_of(definition, context)
    assert request.run_config == {"ops": {"reports": {"config": {"day": "2026-01-04"}}}}
    assert request.tags["dagster/partition"] == "2026-01-04"


def test_build_schedule_from_a_partitioned_job_of_assets():
    days = dg.DailyPartitionsDefinition("2026-01-01")

    @dg.asset(partitions_def=days)
    def rain():
        return 1

    job = dg.define_asset_job("rain_job", selection=[rain], partitions_def=days)
    definition = dg.build_schedule_from_partitioned_job(job, name="rainy", description="each day")
    repository = dg.Definitions([rain], jobs=[job], schedules=[definition]).get_repository_def()
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=datetime(2026, 1, 5, tzinfo=UTC),
            repository_def=repository,
        )
        (request,) = requests_of(repository.get_schedule_def("rainy"), context)
    assert (request.partition_key, request.tags["dagster/partition"]) == ("2026-01-04", "2026-01-04")
