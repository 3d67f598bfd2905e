from datetime import UTC, datetime

import pytest

import mainspring as dg


def of_window(start: datetime, end: datetime) -> dict[str, object]:
    return {"start": start.isoformat(), "end": end.isoformat()}


def tags_of_window(start: datetime, end: datetime) -> dict[str, str]:
    return {"hours": str(int((end - start).total_seconds() // 3600))}


@pytest.mark.parametrize(
    "decorator,start_date,key,start,end,hours",
    [
        (
            dg.hourly_partitioned_config,
            "2024-01-01-00:00",
            "2024-01-02-05:00",
            "2024-01-02T05",
            "2024-01-02T06",
            1,
        ),
        (dg.daily_partitioned_config, "2024-01-01", "2024-02-29", "2024-02-29T00", "2024-03-01T00", 24),
        (dg.weekly_partitioned_config, "2024-01-07", "2024-01-14", "2024-01-14T00", "2024-01-21T00", 168),
        (dg.monthly_partitioned_config, "2024-01-01", "2024-02-01", "2024-02-01T00", "2024-03-01T00", 696),
    ],
)
def test_windows(decorator, start_date, key, start, end, hours) -> None:
    made = decorator(start_date=start_date, tags_for_partition_fn=tags_of_window)(of_window)
    rest = ":00:00+00:00"
    assert made.get_run_config_for_partition_key(key) == {"start": start + rest, "end": end + rest}
    assert made.get_tags_for_partition_key(key) == {"hours": str(hours), "dagster/partition": key}
    assert made(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC)) == {
        "start": "2024-01-01T00:00:00+00:00",
        "end": "2024-01-02T00:00:00+00:00",
    }


def test_the_parameters_of_the_windows_are_passed_on() -> None:
    @dg.daily_partitioned_config(
        "2024-01-01", 15, 3, "Europe/London", "%d.%m.%Y", 1, exclusions=[datetime(2024, 1, 2, tzinfo=UTC)]
    )
    def by_day(start, end):
        return {}

    assert by_day.partitions_def == dg.DailyPartitionsDefinition(
        "2024-01-01",
        None,
        15,
        3,
        "Europe/London",
        "%d.%m.%Y",
        1,
        exclusions=[datetime(2024, 1, 2, tzinfo=UTC)],
    )
    monthly = dg.monthly_partitioned_config("2024-01-05", day_offset=5)(of_window)
    assert monthly.partitions_def.cron_schedule == "0 0 5 * *"
    weekly = dg.weekly_partitioned_config("2024-01-01", day_offset=1, hour_offset=2)(of_window)
    assert weekly.partitions_def.cron_schedule == "0 2 * * 1"
    hourly = dg.hourly_partitioned_config("2024-01-01-00:00", minute_offset=5)(of_window)
    assert hourly.partitions_def.cron_schedule == "5 * * * *"


def test_static_partitions() -> None:
    @dg.static_partitioned_config(["eu", "us"], tags_for_partition_key_fn=lambda key: {"region": key})
    def by_region(partition_key: str):
        return {"ops": {"load": {"config": {"region": partition_key}}}}

    assert by_region.get_partition_keys() == ["eu", "us"]
    assert by_region("eu") == by_region.get_run_config_for_partition_key("eu")
    assert by_region.get_tags_for_partition_key("eu") == {"region": "eu", "dagster/partition": "eu"}


def test_dynamic_partitions_by_a_function() -> None:
    @dg.dynamic_partitioned_config(lambda now: ["old"] if now and now.year < 2020 else ["new"])
    def by_age(key):
        return {"ops": {}}

    assert by_age.get_partition_keys(datetime(2019, 1, 1, tzinfo=UTC)) == ["old"]
    assert by_age.get_partition_keys(datetime(2021, 1, 1, tzinfo=UTC)) == ["new"]
    assert by_age.get_run_config_for_partition_key("new") == {"ops": {}}


def test_any_partitions() -> None:
    letters = dg.StaticPartitionsDefinition(["a"])

    @dg.partitioned_config(letters)
    def by_letter(key):
        return dg.RunConfig(ops={key: {}})

    assert by_letter.partitions_def is letters
    assert by_letter.get_run_config_for_partition_key("a")["ops"] == {"a": {}}


def test_the_older_name_of_a_parameter(refusal) -> None:
    older = dg.static_partitioned_config(["a"], tags_for_partition_fn=lambda key: {"x": key})(lambda key: {})
    assert older.get_tags_for_partition_key("a") == {"x": "a", "dagster/partition": "a"}
    assert "older name" in refusal(
        lambda: dg.static_partitioned_config(["a"], lambda key: {}, lambda key: {})  # type: ignore[arg-type]
    )
