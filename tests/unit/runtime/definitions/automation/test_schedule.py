from datetime import UTC, datetime, timedelta

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError, UnknownResourceError, UserCodeError

AT = datetime(2024, 3, 1, 1, tzinfo=UTC)
NIGHTLY = dg.define_asset_job("nightly")
TAG = {"dagster/schedule_name": "s"}


def tick(schedule, **parts):
    return schedule.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=AT, **parts))


def of(function, **parts):
    return dg.schedule("0 1 * * *", name="s", job=NIGHTLY, **parts)(function)


def test_a_schedule_names_itself_after_its_job() -> None:
    schedule = dg.ScheduleDefinition(job=NIGHTLY, cron_schedule="0 1 * * *")
    assert (schedule.name, schedule.job_name, schedule.job) == ("nightly_schedule", "nightly", NIGHTLY)
    assert dg.ScheduleDefinition(job_name="other", cron_schedule="@daily").name == "other_schedule"
    assert (schedule.execution_timezone, schedule.default_status) == (None, dg.DefaultScheduleStatus.STOPPED)
    assert (schedule.has_job, schedule.has_anonymous_job) == (True, False)


def test_all_that_is_said_is_kept() -> None:
    schedule = dg.ScheduleDefinition(
        "s",
        cron_schedule=["0 1 * * *", "30 2 * * 1"],
        job=NIGHTLY,
        tags={"team": "core"},
        metadata={"runbook": dg.MetadataValue.url("https://example.com")},
        description="Every night.",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        execution_timezone="Europe/London",
        owners=["team:core"],
        required_resource_keys={"api"},
    )
    assert schedule.cron_schedule == ["0 1 * * *", "30 2 * * 1"]
    assert (schedule.tags, schedule.description) == ({"team": "core"}, "Every night.")
    assert schedule.metadata == {"runbook": dg.MetadataValue.url("https://example.com")}
    assert (schedule.owners, schedule.required_resource_keys) == (("team:core",), {"api"})
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_a_target_of_assets_becomes_a_job() -> None:
    @dg.asset
    def orders(): ...

    for target in ([orders], orders, "orders", dg.AssetSelection.assets("orders"), [dg.AssetKey("orders")]):
        schedule = dg.ScheduleDefinition("s", cron_schedule="0 1 * * *", target=target)
        assert schedule.job_name == "__anonymous_asset_job_s"
        assert schedule.has_anonymous_job
    assert dg.ScheduleDefinition("s", cron_schedule="0 1 * * *", target=[orders]).target.assets_defs == (
        orders,
    )
    assert dg.ScheduleDefinition("s", cron_schedule="0 1 * * *", target=NIGHTLY).job is NIGHTLY


@pytest.mark.parametrize(
    "said,message",
    [
        ({"cron_schedule": "0 1 * * *"}, "A schedule has nothing to run"),
        ({"job": NIGHTLY}, "'nightly_schedule' has no cron_schedule"),
        ({"job": NIGHTLY, "cron_schedule": []}, "has no cron_schedule"),
        (
            {"job": NIGHTLY, "cron_schedule": "61 0 * * *"},
            "The schedule 'nightly_schedule': The cron line '61 0",
        ),
        ({"job": NIGHTLY, "cron_schedule": ["0 0 * * *", "x"]}, "has 1 fields"),
        (
            {"job": NIGHTLY, "cron_schedule": "0 0 * * *", "execution_timezone": "Europe/Lodnon"},
            "Europe/London",
        ),
        ({"job": NIGHTLY, "job_name": "x", "cron_schedule": "0 0 * * *"}, "`job_name` and `job`"),
        ({"job": 7, "cron_schedule": "0 0 * * *"}, "The `job` of a schedule is 7"),
        ({"target": 7, "name": "s", "cron_schedule": "0 0 * * *"}, "The `target` of the schedule 's'"),
        ({"target": "group:x", "cron_schedule": "0 0 * * *"}, "no job to be named after"),
        ({"job": NIGHTLY, "name": "my schedule", "cron_schedule": "0 0 * * *"}, 'Try "my_schedule"'),
        (
            {"job": NIGHTLY, "cron_schedule": "0 0 * * *", "run_config": {}, "run_config_fn": lambda c: {}},
            "`run_config` and `run_config_fn`",
        ),
        (
            {"job": NIGHTLY, "cron_schedule": "0 0 * * *", "tags": {}, "tags_fn": lambda c: {}},
            "`tags` and `tags_fn`",
        ),
        (
            {"job": NIGHTLY, "cron_schedule": "0 0 * * *", "run_config": {}, "execution_fn": lambda c: None},
            "`execution_fn` and `run_config`",
        ),
    ],
)
def test_what_cannot_be(refusal, said, message) -> None:
    assert message in refusal(lambda: dg.ScheduleDefinition(**said))


# -- ticks ---------------------------------------------------------------------------------------------


def test_a_tick_of_constant_config() -> None:
    schedule = dg.ScheduleDefinition(
        "s", job=NIGHTLY, cron_schedule="0 1 * * *", run_config={"ops": {"a": {}}}, tags={"t": "1"}
    )
    data = tick(schedule)
    assert data.run_requests == [dg.RunRequest(run_config={"ops": {"a": {}}}, tags={"t": "1", **TAG})]
    assert (data.skip_message, data.log_key) == (None, None)


def test_a_tick_of_config_and_tags_by_functions() -> None:
    schedule = dg.ScheduleDefinition(
        "s",
        job=NIGHTLY,
        cron_schedule="0 1 * * *",
        run_config_fn=lambda context: {"ops": {"a": {"config": context.scheduled_execution_time.day}}},
        tags_fn=lambda context: {"hour": str(context.scheduled_execution_time.hour)},
        should_execute=lambda context: context.scheduled_execution_time.hour == 1,
    )
    assert tick(schedule).run_requests == [
        dg.RunRequest(run_config={"ops": {"a": {"config": 1}}}, tags={"hour": "1", **TAG})
    ]
    later = dg.build_schedule_context(scheduled_execution_time=AT + timedelta(hours=1))
    assert schedule.evaluate_tick(later).skip_message == "should_execute of the schedule 's' answered false."
    assert dg.ScheduleDefinition(
        "s", job=NIGHTLY, cron_schedule="@daily", run_config_fn=lambda: {"ops": {}}
    ).evaluate_tick(later).run_requests == [dg.RunRequest(run_config={"ops": {}}, tags=TAG)]


def generated(context):
    yield dg.RunRequest("a")
    yield dg.RunRequest("b")


@pytest.mark.parametrize(
    "function,requests,message",
    [
        (lambda: dg.RunRequest("a"), [dg.RunRequest("a", tags=TAG)], None),
        (lambda context: [dg.RunRequest("a")], [dg.RunRequest("a", tags=TAG)], None),
        (generated, [dg.RunRequest("a", tags=TAG), dg.RunRequest("b", tags=TAG)], None),
        (lambda: {"ops": {}}, [dg.RunRequest(run_config={"ops": {}}, tags=TAG)], None),
        (
            lambda: dg.RunConfig(ops={"a": {}}),
            [dg.RunRequest(run_config=dg.RunConfig(ops={"a": {}}), tags=TAG)],
            None,
        ),
        (lambda: dg.SkipReason("a holiday"), [], "a holiday"),
        (lambda: None, [], "The function of the schedule 's' answered nothing."),
        (lambda: [], [], "The function of the schedule 's' answered nothing."),
    ],
)
def test_what_a_function_may_answer(function, requests, message) -> None:
    data = tick(of(function))
    assert (data.run_requests, data.skip_message) == (requests, message)


@pytest.mark.parametrize(
    "function,message",
    [
        (lambda: 7, "The schedule 's' answered 7, a int"),
        (lambda: [dg.RunRequest("a"), dg.SkipReason("b")], "1 RunRequests and a SkipReason"),
        (lambda: [dg.SkipReason("a"), dg.SkipReason("b")], "2 SkipReasons"),
        (lambda: [dg.RunRequest("a"), dg.RunRequest()], r"asks for 2 runs in one tick; each needs a run_key"),
        (lambda: dg.SensorResult([]), "what only a sensor can answer"),
        (lambda: dg.RunRequest(job_name="nihgtly"), r"none of its targets[\s\S]*nightly"),
    ],
)
def test_what_a_function_may_not_answer(function, message) -> None:
    with pytest.raises(InvariantViolationError, match=message):
        tick(of(function))


def test_tags_of_the_schedule_go_on_its_requests() -> None:
    schedule = of(lambda: dg.RunRequest(tags={"b": "own"}), tags={"a": "1", "b": "2"})
    assert tick(schedule).run_requests == [dg.RunRequest(tags={"a": "1", "b": "own", **TAG})]


def test_errors_of_user_code() -> None:
    def broken(context):
        raise KeyError("x")

    with pytest.raises(UserCodeError, match=r"The schedule 's' raised KeyError[\s\S]*test_schedule.py"):
        tick(of(broken))
    with pytest.raises(UserCodeError, match="The tags_fn of the schedule 's' raised KeyError"):
        tick(dg.ScheduleDefinition("s", job=NIGHTLY, cron_schedule="@daily", tags_fn=broken))
    with pytest.raises(UserCodeError, match="The should_execute of the schedule 's' raised KeyError"):
        tick(of(lambda: None, should_execute=broken))

    def broken_later():
        yield dg.RunRequest("a")
        raise ValueError("x")

    with pytest.raises(UserCodeError, match="raised ValueError"):
        tick(of(broken_later))


class Api(dg.ConfigurableResource):
    url: str


def test_resources() -> None:
    def by_parameter(context, api: Api):
        return dg.RunRequest(api.url)

    def by_key(context):
        return dg.RunRequest(context.resources.api.url)

    for schedule in (of(by_parameter), of(by_key, required_resource_keys={"api"})):
        assert schedule.required_resource_keys == {"api"}
        assert tick(schedule, resources={"api": Api(url="x")}).run_requests == [dg.RunRequest("x", tags=TAG)]
        with pytest.raises(UnknownResourceError, match="The schedule 's' requires the resource 'api'"):
            tick(schedule)
    context = dg.build_schedule_context(resources={"api": Api(url="x")})
    assert of(by_parameter)(context) == dg.RunRequest("x")
    assert of(by_parameter)(dg.build_schedule_context(), api=Api(url="y")) == dg.RunRequest("y")


def test_what_is_logged_is_kept_with_the_tick() -> None:
    def says(context):
        context.log.info("looking at %s", "it")

    context = dg.ScheduleEvaluationContext(None, AT, log_key=["s", "1"])
    assert of(says).evaluate_tick(context).log_key == ["s", "1"]
    assert [(line.level, line.message) for line in context.logged] == [(20, "looking at it")]
    assert tick(of(lambda: None)).log_key is None


# -- partitions ----------------------------------------------------------------------------------------


def test_a_partition_is_resolved_by_the_job() -> None:
    @dg.asset(partitions_def=dg.DailyPartitionsDefinition("2024-01-01"))
    def daily(): ...

    job = dg.define_asset_job("nightly", [daily])
    defs = dg.Definitions(assets=[daily], jobs=[job])
    schedule = dg.schedule("0 1 * * *", name="s", job=job)(lambda: dg.RunRequest(partition_key="2024-02-29"))
    assert tick(schedule.with_updated_job(defs.resolve_job_def("nightly"))).run_requests == [
        dg.RunRequest(partition_key="2024-02-29", tags={"dagster/partition": "2024-02-29", **TAG})
    ]
    assert tick(schedule, repository_def=defs).run_requests[0].tags["dagster/partition"] == "2024-02-29"
    with pytest.raises(InvariantViolationError, match=r"only the definitions[\s\S]*repository_def="):
        tick(schedule)
    too_late = dg.schedule("0 1 * * *", name="s", job=job)(lambda: dg.RunRequest(partition_key="2024-03-01"))
    with pytest.raises(dg.DagsterUnknownPartitionError, match="2024-03-01"):
        tick(too_late, repository_def=defs)


# -- direct calls and times ----------------------------------------------------------------------------


def test_direct_calls() -> None:
    schedule = of(lambda context: dg.RunRequest(context.scheduled_execution_time.isoformat()))
    context = dg.build_schedule_context(scheduled_execution_time=AT)
    assert schedule(context) == dg.RunRequest("2024-03-01T01:00:00+00:00")
    assert of(lambda: dg.RunRequest("a"))() == dg.RunRequest("a")
    assert [one.run_key for one in of(generated)(context)] == ["a", "b"]
    with pytest.raises(
        dg.DagsterInvalidInvocationError, match=r"takes 'context'[\s\S]*build_schedule_context"
    ):
        schedule()
    with pytest.raises(dg.DagsterInvalidInvocationError, match="no function to call"):
        dg.ScheduleDefinition(job=NIGHTLY, cron_schedule="@daily")()


def test_changed_copies() -> None:
    schedule = of(lambda: None)
    other = dg.define_asset_job("other")
    changed = schedule.with_attributes(job=other, metadata={"a": 1})
    assert (changed.job, changed.target.job_name, changed.name) == (other, "other", "s")
    assert changed.metadata == {"a": dg.MetadataValue.int(1)}
    assert (schedule.job, schedule.metadata) == (NIGHTLY, {})


def test_times_follow_the_zone_through_a_change_of_clocks() -> None:
    schedule = dg.ScheduleDefinition(
        job=NIGHTLY, cron_schedule="0 0 * * *", execution_timezone="America/New_York"
    )
    times = schedule.get_execution_time_iterator(datetime(2024, 3, 9, 12, tzinfo=UTC).timestamp())
    assert [next(times).isoformat() for _ in range(3)] == [
        "2024-03-10T00:00:00-05:00",
        "2024-03-11T00:00:00-04:00",
        "2024-03-12T00:00:00-04:00",
    ]


def test_several_lines_strike_together_once() -> None:
    schedule = dg.ScheduleDefinition(job=NIGHTLY, cron_schedule=["0 0 * * *", "0 */12 * * *"])
    start = datetime(2024, 3, 1, tzinfo=UTC)
    times = schedule.get_execution_time_iterator(start.timestamp())
    assert [next(times) for _ in range(4)] == [start + timedelta(hours=12 * n) for n in range(4)]
    after = schedule.get_execution_time_iterator(start.timestamp(), inclusive=False)
    assert next(after) == start + timedelta(hours=12)
