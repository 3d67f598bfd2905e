from datetime import datetime

import pytest
from sales import reports
from sales.definitions import defs

from mainspring import Failure, build_op_context, build_schedule_context, validate_run_config


@pytest.fixture(autouse=True)
def somewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_config_of_a_day():
    keys = reports.of_a_day.get_partition_keys(datetime(2026, 2, 2))
    assert keys == ["2026-01-30", "2026-01-31"]
    config = reports.of_a_day.get_run_config_for_partition_key("2026-01-31")
    assert config["ops"]["rows_between"]["config"]["start"] == "2026-01-31T01:00:00+01:00"
    assert validate_run_config(reports.daily_report, config)
    assert reports.of_a_day(datetime(2026, 1, 1), datetime(2026, 1, 2))["ops"]["rows_between"]["config"][
        "end"
    ] == ("2026-01-02T00:00:00")


def test_rows_between():
    context = build_op_context(op_config={"start": "2026-01-31", "end": "2026-02-01"})
    assert [row[2] for row in reports.rows_between(context)] == [5.0, 7.5]


def test_summarise():
    context = build_op_context(partition_key="eu")
    assert reports.summarise(context, reports.SALES) == {"rows": 4, "amount": 23.5}
    with pytest.raises(Failure, match="nothing was sold in eu"):
        reports.summarise(context, [])


@pytest.mark.parametrize(
    ("job", "key", "rows"),
    [
        (reports.daily_report, "2026-01-31", 2),
        (reports.region_report, "us", 2),
        (reports.monthly_report, "2026-01-01", 3),
        (reports.quarterly_report, "2026-Q1", 4),
    ],
)
def test_reports(job, key, rows):
    result = job.execute_in_process(partition_key=key)
    assert result.output_for_node("summarise")["rows"] == rows
    assert result.output_for_node("write_report") == f"reports/{job.name}-{key}.json"


def test_mondays():
    context = build_schedule_context(scheduled_execution_time=datetime(2026, 2, 2, 9))
    requests = list(reports.mondays(context))
    assert [one.run_key for one in requests] == ["eu-05", "us-05"]
    assert [one.partition_key for one in requests] == ["eu", "us"]


def test_schedules():
    assert (reports.monthly_schedule.name, reports.monthly_schedule.cron_schedule) == (
        "monthly",
        "30 6 2 * *",
    )
    assert (reports.daily_schedule.name, reports.daily_schedule.cron_schedule) == (
        "daily_report_schedule",
        "0 1 * * *",
    )
    assert reports.daily_schedule.execution_timezone == "Europe/Berlin"
    context = build_schedule_context(scheduled_execution_time=datetime(2026, 2, 2, 6, 30))
    [request] = reports.monthly_schedule.evaluate_tick(context).run_requests
    assert request.tags["dagster/partition"] == "2026-01-01"
    assert request.tags["how"] == "often"


def test_all_is_there():
    assert len(defs.schedules) == 3
