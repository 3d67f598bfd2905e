from datetime import UTC, datetime

import pytest

import mainspring as dg
from mainspring.runtime.definitions.automation.partitioned_schedule import UnresolvedPartitionedSchedule

AT = datetime(2024, 3, 1, 1, tzinfo=UTC)
DAILY = dg.DailyPartitionsDefinition("2024-01-01")


def job_of(partitions_def) -> dg.JobDefinition:
    @dg.asset(partitions_def=partitions_def)
    def made(): ...

    return dg.Definitions(assets=[made], jobs=[dg.define_asset_job("nightly", [made])]).resolve_job_def(
        "nightly"
    )


def keys(schedule, at=AT, **parts) -> list[str | None]:
    context = dg.build_schedule_context(scheduled_execution_time=at, **parts)
    return [one.partition_key for one in schedule.evaluate_tick(context).run_requests]


def test_days() -> None:
    schedule = dg.build_schedule_from_partitioned_job(job_of(DAILY))
    assert (schedule.name, schedule.cron_schedule, schedule.execution_timezone) == (
        "nightly_schedule",
        "0 0 * * *",
        "UTC",
    )
    context = dg.build_schedule_context(scheduled_execution_time=AT)
    assert schedule.evaluate_tick(context).run_requests == [
        dg.RunRequest(
            "2024-02-29",
            partition_key="2024-02-29",
            tags={"dagster/partition": "2024-02-29", "dagster/schedule_name": "nightly_schedule"},
        )
    ]
    assert schedule(context) == dg.RunRequest("2024-02-29", partition_key="2024-02-29")


@pytest.mark.parametrize(
    "partitions_def,offsets,line",
    [
        (DAILY, {"hour_of_day": 6, "minute_of_hour": 15}, "15 6 * * *"),
        (dg.HourlyPartitionsDefinition("2024-01-01-00:00"), {"minute_of_hour": 10}, "10 * * * *"),
        (dg.WeeklyPartitionsDefinition("2024-01-07"), {"day_of_week": 2}, "0 0 * * 2"),
        (dg.MonthlyPartitionsDefinition("2024-01-01"), {"day_of_month": 3, "hour_of_day": 4}, "0 4 3 * *"),
        (dg.MonthlyPartitionsDefinition("2024-01-01"), {}, "0 0 1 * *"),
    ],
)
def test_it_strikes_when_a_window_ends_or_later(partitions_def, offsets, line) -> None:
    assert dg.build_schedule_from_partitioned_job(job_of(partitions_def), **offsets).cron_schedule == line


def test_each_tick_of_a_year_runs_the_day_before_it_in_its_zone() -> None:
    days = dg.DailyPartitionsDefinition("2024-01-01", timezone="America/New_York")
    schedule = dg.build_schedule_from_partitioned_job(job_of(days))
    assert schedule.execution_timezone == "America/New_York"
    times = schedule.get_execution_time_iterator(datetime(2024, 1, 2, tzinfo=UTC).timestamp())
    found = [keys(schedule, next(times)) for _ in range(366)]
    assert found == [[key] for key in days.get_partition_keys(datetime(2025, 1, 2, 12, tzinfo=UTC))[:366]]


def test_before_the_first_window_has_ended() -> None:
    schedule = dg.build_schedule_from_partitioned_job(job_of(DAILY))
    data = schedule.evaluate_tick(
        dg.build_schedule_context(scheduled_execution_time=datetime(2024, 1, 1, tzinfo=UTC))
    )
    assert (data.run_requests, data.skip_message) == ([], "No partition is complete yet.")


def test_a_later_end_is_followed() -> None:
    ahead = dg.DailyPartitionsDefinition("2024-01-01", end_offset=1)
    assert keys(dg.build_schedule_from_partitioned_job(job_of(ahead))) == ["2024-03-01"]


def test_a_window_that_is_excluded_is_skipped() -> None:
    workdays = dg.DailyPartitionsDefinition("2024-01-01", exclusions=["0 0 * * 0", "0 0 * * 6"])
    schedule = dg.build_schedule_from_partitioned_job(job_of(workdays))
    found = []
    for day in (1, 2, 3, 4, 5):
        at = datetime(2024, 3, day, tzinfo=UTC)
        data = schedule.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=at))
        found.append([one.partition_key for one in data.run_requests] or data.skip_message)
    assert found == [
        ["2024-02-29"],
        ["2024-03-01"],
        "The window that began at 2024-03-02 00:00 is excluded.",
        "The window that began at 2024-03-03 00:00 is excluded.",
        ["2024-03-04"],
    ]


def test_static_partitions_are_all_asked_for() -> None:
    letters = dg.StaticPartitionsDefinition(["a", "b"])
    schedule = dg.build_schedule_from_partitioned_job(
        job_of(letters), cron_schedule="0 5 * * *", execution_timezone="Europe/London"
    )
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 5 * * *", "Europe/London")
    context = dg.build_schedule_context(scheduled_execution_time=AT)
    found = schedule.evaluate_tick(context).run_requests
    assert [(one.run_key, one.partition_key) for one in found] == [("a", "a"), ("b", "b")]


def test_of_several_dimensions_the_latest_window_is_asked_for() -> None:
    grid = dg.MultiPartitionsDefinition({"day": DAILY, "region": dg.StaticPartitionsDefinition(["eu", "us"])})
    schedule = dg.build_schedule_from_partitioned_job(job_of(grid), hour_of_day=2)
    assert schedule.cron_schedule == "0 2 * * *"
    context = dg.build_schedule_context(scheduled_execution_time=AT)
    found = schedule.evaluate_tick(context).run_requests
    assert [one.partition_key for one in found] == ["2024-02-29|eu", "2024-02-29|us"]
    assert found[0].tags["dagster/partition/region"] == "eu"


def test_a_dimension_of_the_instance(instance) -> None:
    instance.add_dynamic_partitions("regions", ["nz"])
    grid = dg.MultiPartitionsDefinition(
        {"day": DAILY, "region": dg.DynamicPartitionsDefinition(name="regions")}
    )
    schedule = dg.build_schedule_from_partitioned_job(job_of(grid))
    assert keys(schedule, instance=instance) == ["2024-02-29|nz"]


def test_what_cannot_be_followed(refusal) -> None:
    build = dg.build_schedule_from_partitioned_job
    dynamic = job_of(dg.DynamicPartitionsDefinition(name="regions"))
    letters = job_of(dg.StaticPartitionsDefinition(["a"]))
    assert "Ask for them from a sensor" in refusal(lambda: build(dynamic))
    assert "has none" in refusal(lambda: build(job_of(None)))
    assert "Give a cron_schedule" in refusal(lambda: build(letters))
    assert "hour_of_day is only for time windows" in refusal(lambda: build(letters, hour_of_day=1))
    assert "takes no cron_schedule" in refusal(lambda: build(job_of(DAILY), cron_schedule="0 0 * * *"))
    assert "beside hour_of_day" in refusal(lambda: build(letters, cron_schedule="0 0 * * *", hour_of_day=1))
    assert "has no day_of_week" in refusal(lambda: build(job_of(DAILY), day_of_week=1))
    assert "is 7" not in refusal(lambda: build(7))
    assert 'Try "my_schedule"' in refusal(lambda: build(job_of(DAILY), name="my schedule"))


def test_an_asset_job_is_resolved_later(refusal) -> None:
    unresolved = dg.build_schedule_from_partitioned_job(
        dg.define_asset_job("nightly"), hour_of_day=3, description="d", tags={"a": "1"}
    )
    assert isinstance(unresolved, UnresolvedPartitionedSchedule)
    assert (unresolved.name, unresolved.job_name) == ("nightly_schedule", "nightly")
    schedule = unresolved.resolve(job_of(DAILY))
    assert (schedule.cron_schedule, schedule.description, schedule.tags) == ("0 3 * * *", "d", {"a": "1"})
    assert keys(schedule) == ["2024-02-29"]
    assert "has none" in refusal(lambda: unresolved.resolve(job_of(None)))
