"""The section "Partitions" of the public surface."""

from datetime import UTC, datetime

import pytest

import mainspring as dg

LETTERS = dg.StaticPartitionsDefinition(["a", "b", "c"])


def keys(definition):
    return list(definition.get_partition_keys())


@dg.op
def nothing():
    pass


def configured_job(config):
    @dg.job(config=config)
    def of_partitions():
        shows()

    return of_partitions


@dg.op(config_schema=dict)
def shows(context):
    return context.op_config


def config_of(**values):
    return {"ops": {"shows": {"config": values}}}


def shown(config, partition_key):
    """What the op is given in a run of a partition."""
    result = configured_job(config).execute_in_process(partition_key=partition_key)
    return result.output_for_node("shows")


def test_daily_partitions_definition():
    days = dg.DailyPartitionsDefinition(
        "2026-01-01", end_date="2026-01-05", hour_offset=2, timezone="Europe/Berlin"
    )
    assert keys(days) == ["2026-01-01", "2026-01-02", "2026-01-03"]
    window = days.time_window_for_partition_key("2026-01-02")
    assert (window.start.isoformat(), window.end.isoformat()) == (
        "2026-01-02T02:00:00+01:00",
        "2026-01-03T02:00:00+01:00",
    )
    assert (days.hour_offset, days.cron_schedule, days.get_cron_schedule()) == (2, "0 2 * * *", "0 2 * * *")
    assert isinstance(days, dg.TimeWindowPartitionsDefinition)


def test_hourly_partitions_definition():
    hours = dg.HourlyPartitionsDefinition("2026-01-01-22:00", end_date="2026-01-02-01:00", minute_offset=0)
    assert keys(hours) == ["2026-01-01-22:00", "2026-01-01-23:00", "2026-01-02-00:00"]
    assert hours.get_cron_schedule(minute_of_hour=15) == "15 * * * *"


def test_weekly_partitions_definition():
    weeks = dg.WeeklyPartitionsDefinition("2026-01-01", end_date="2026-01-20", day_offset=1)
    assert keys(weeks) == ["2026-01-05", "2026-01-12"]
    assert (weeks.day_offset, weeks.cron_schedule) == (1, "0 0 * * 1")


def test_monthly_partitions_definition():
    months = dg.MonthlyPartitionsDefinition("2026-01", end_date="2026-04", fmt="%Y-%m")
    assert keys(months) == ["2026-01", "2026-02", "2026-03"]
    assert months.get_next_partition_key("2026-01") == "2026-02"


def test_time_window_partitions_definition_by_cron():
    shifts = dg.TimeWindowPartitionsDefinition(
        start="2026-01-01-00", end="2026-01-02-00", cron_schedule="0 */8 * * *", fmt="%Y-%m-%d-%H"
    )
    assert keys(shifts) == ["2026-01-01-00", "2026-01-01-08", "2026-01-01-16"]
    found = shifts.get_partition_keys_in_time_window(
        dg.TimeWindow(datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    )
    assert list(found) == ["2026-01-01-08", "2026-01-01-16"]


def test_time_window_is_a_start_and_an_end():
    days = dg.DailyPartitionsDefinition("2026-01-01")
    window = days.time_window_for_partition_key("2026-01-05")
    assert window == dg.TimeWindow(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))


def test_exclusions_leave_windows_out():
    days = dg.DailyPartitionsDefinition(
        "2026-01-01", end_date="2026-01-06", exclusions=["0 0 * * 6", datetime(2026, 1, 5, tzinfo=UTC)]
    )
    assert keys(days) == ["2026-01-01", "2026-01-02", "2026-01-04"]


def test_static_partitions_definition():
    assert (keys(LETTERS), LETTERS.has_partition_key("b"), LETTERS.get_num_partitions()) == (
        ["a", "b", "c"],
        True,
        3,
    )
    assert isinstance(LETTERS, dg.PartitionsDefinition)
    with pytest.raises(dg.DagsterInvalidDefinitionError):
        dg.StaticPartitionsDefinition(["a", "a"])


def test_partition_key_range_takes_keys_in_order():
    found = LETTERS.get_partition_keys_in_range(dg.PartitionKeyRange("a", "b"))
    assert list(found) == ["a", "b"]
    assert (dg.PartitionKeyRange("a", "b").start, dg.PartitionKeyRange("a", "b").end) == ("a", "b")


def test_multi_partitions_definition_and_key():
    both = dg.MultiPartitionsDefinition(
        {"day": dg.DailyPartitionsDefinition("2026-01-01", end_date="2026-01-03"), "letter": LETTERS}
    )
    key = dg.MultiPartitionKey({"letter": "a", "day": "2026-01-01"})
    assert (key, key.keys_by_dimension) == ("2026-01-01|a", {"day": "2026-01-01", "letter": "a"})
    assert (len(keys(both)), both.has_partition_key(key), both.partition_dimension_names) == (
        6,
        True,
        ["day", "letter"],
    )


def test_a_run_of_a_multi_partition_knows_its_dimensions():
    both = dg.MultiPartitionsDefinition(
        {"number": dg.StaticPartitionsDefinition(["1", "2"]), "letter": LETTERS}
    )

    @dg.asset(partitions_def=both)
    def cell(context):
        return context.multi_partition_key.keys_by_dimension

    result = dg.materialize([cell], partition_key=dg.MultiPartitionKey({"number": "2", "letter": "c"}))
    assert result.output_for_node("cell") == {"number": "2", "letter": "c"}
    assert result.dagster_run.tags["dagster/partition/letter"] == "c"


def test_dynamic_partitions_definition_reads_the_instance():
    people = dg.DynamicPartitionsDefinition(name="people")

    @dg.asset(partitions_def=people)
    def profile(context):
        return context.partition_key

    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("people", ["ada", "bob"])
        assert people.get_partition_keys(dynamic_partitions_store=instance) == ["ada", "bob"]
        result = dg.materialize([profile], partition_key="ada", instance=instance)
        assert result.output_for_node("profile") == "ada"
        with pytest.raises(dg.DagsterUnknownPartitionError):
            dg.materialize([profile], partition_key="eve", instance=instance)


def test_requests_for_dynamic_partitions():
    people = dg.DynamicPartitionsDefinition(name="people")
    assert people.build_add_request(["ada"]) == dg.AddDynamicPartitionsRequest("people", ["ada"])
    assert people.build_delete_request(["bob"]) == dg.DeleteDynamicPartitionsRequest("people", ["bob"])


def test_asset_partition_status_of_an_instance():
    broken = {"b"}

    @dg.asset(partitions_def=LETTERS)
    def letter(context):
        if context.partition_key in broken:
            raise ValueError

    with dg.DagsterInstance.ephemeral() as instance:
        for key in ("a", "b"):
            dg.materialize([letter], partition_key=key, instance=instance, raise_on_error=False)
        found = instance.get_status_by_partition(letter.key, ["a", "b", "c"], LETTERS)
    assert found["a"] == dg.AssetPartitionStatus.MATERIALIZED
    assert found["b"] == dg.AssetPartitionStatus.FAILED
    assert found.get("c") is None


def test_partition_loading_context_sets_the_time():
    days = dg.DailyPartitionsDefinition("2026-01-01")
    with dg.partition_loading_context(effective_dt=datetime(2026, 1, 3, tzinfo=UTC)):
        assert keys(days) == ["2026-01-01", "2026-01-02"]


def test_partition_loading_context_sets_the_store():
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("people", ["ada"])
        with dg.partition_loading_context(dynamic_partitions_store=instance):
            assert keys(dg.DynamicPartitionsDefinition(name="people")) == ["ada"]


def test_partitioned_config_makes_config_and_tags():
    @dg.partitioned_config(partitions_def=LETTERS, tags_for_partition_key_fn=lambda key: {"letter": key})
    def by_letter(partition_key):
        return config_of(letter=partition_key.upper())

    assert isinstance(by_letter, dg.PartitionedConfig)
    assert by_letter("a") == config_of(letter="A")
    assert by_letter.get_run_config_for_partition_key("b") == config_of(letter="B")
    result = configured_job(by_letter).execute_in_process(partition_key="c")
    assert (result.output_for_node("shows"), result.dagster_run.tags["letter"]) == ({"letter": "C"}, "c")
    assert result.dagster_run.tags["dagster/partition"] == "c"


def test_partitioned_config_by_its_constructor():
    made = dg.PartitionedConfig(LETTERS, run_config_for_partition_key_fn=lambda key: config_of(key=key))
    assert (made.partitions_def, list(made.get_partition_keys())) == (LETTERS, ["a", "b", "c"])
    assert shown(made, "a") == {"key": "a"}


def test_static_partitioned_config():
    @dg.static_partitioned_config(partition_keys=["x", "y"])
    def by_key(partition_key):
        return config_of(key=partition_key)

    assert (keys(by_key), shown(by_key, "y")) == (["x", "y"], {"key": "y"})


def test_dynamic_partitioned_config():
    @dg.dynamic_partitioned_config(partition_fn=lambda _=None: ["x", "y"])
    def by_key(partition_key):
        return config_of(key=partition_key)

    assert (list(by_key.get_partition_keys()), shown(by_key, "x")) == (["x", "y"], {"key": "x"})


@pytest.mark.parametrize(
    "decorator,start,key,span",
    [
        (
            dg.hourly_partitioned_config,
            "2026-01-01-00:00",
            "2026-01-01-05:00",
            ("2026-01-01T05", "2026-01-01T06"),
        ),
        (dg.daily_partitioned_config, "2026-01-01", "2026-01-02", ("2026-01-02T00", "2026-01-03T00")),
        (dg.weekly_partitioned_config, "2026-01-04", "2026-01-04", ("2026-01-04T00", "2026-01-11T00")),
        (dg.monthly_partitioned_config, "2026-01-01", "2026-02-01", ("2026-02-01T00", "2026-03-01T00")),
    ],
    ids=["hourly", "daily", "weekly", "monthly"],
)
def test_configs_partitioned_by_time(decorator, start, key, span):
    @decorator(start_date=start)
    def by_time(begin, end):
        return config_of(begin=begin.isoformat()[:13], end=end.isoformat()[:13])

    assert shown(by_time, key) == dict(zip(("begin", "end"), span, strict=True))
    assert by_time.partitions_def.has_partition_key(key)
