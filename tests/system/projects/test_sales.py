"""Reports by partition: config made from days, regions, quarters; months of the job itself; schedules of them all."""

import json
from datetime import UTC, datetime

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "sales"


@pytest.fixture
def reports(load):
    return load("sales.reports")


def report(project, name):
    return json.loads((project.folder / "reports" / f"{name}.json").read_text())


def test_reports_from_the_command_line(project, here) -> None:
    told = project.launch("--job", "daily_report", "--partition", "2026-01-31")
    assert told["status"] == "SUCCESS"
    assert report(project, "daily_report-2026-01-31") == {"rows": 2, "amount": 12.5}
    run = project.latest_run()
    assert run.tags["dagster/partition"] == "2026-01-31"
    assert run.tags["report"] == "day"
    assert run.run_config["ops"]["rows_between"]["config"]["end"] == "2026-02-01T01:00:00+01:00"

    assert here("launch", "--job", "region_report", "--partition", "eu").status == 0
    assert report(project, "region_report-eu") == {"rows": 2, "amount": 15.0}
    assert project.latest_run().tags["region"] == "EU"
    assert here("launch", "--job", "monthly_report", "--partition", "2026-02-01").status == 0
    assert report(project, "monthly_report-2026-02-01") == {"rows": 1, "amount": 1.0}
    assert here("launch", "--job", "quarterly_report", "--partition", "2026-Q1").status == 0
    assert report(project, "quarterly_report-2026-Q1") == {"rows": 4, "amount": 23.5}
    assert project.latest_run().tags["quarter"] == "Q1"


@pytest.mark.parametrize(
    "words, status, told",
    [
        (["region_report", "--partition", "asia"], 1, "nothing was sold in asia"),
        (["region_report", "--partition", "mars"], 2, "mars"),
        (["region_report"], 2, "partition"),
        (["quarterly_report", "--partition", "2026-Q3"], 2, "2026-Q3"),
        (["daily_report", "--partition", "2025-12-31"], 2, "2025-12-31"),
        (["weekly_report"], 2, "weekly_report"),
    ],
)
def test_what_cannot_be_reported(words, status, told, here) -> None:
    done = here("launch", "--job", *words)
    assert done.status == status
    assert told in done.err


def test_config_that_is_given_goes_before_that_of_the_partition(reports) -> None:
    config = {"ops": {"rows_of": {"config": {"region": "us"}}}}
    result = reports.region_report.execute_in_process(partition_key="eu", run_config=config)
    assert result.output_for_node("summarise") == {"rows": 2, "amount": 8.5}


def test_the_partitions_of_the_jobs(reports) -> None:
    assert reports.region_report.partitions_def.get_partition_keys() == ["eu", "us", "asia"]
    assert reports.monthly_report.partitions_def.get_partition_keys(
        current_time=datetime(2026, 3, 1, tzinfo=UTC)
    ) == ["2026-01-01", "2026-02-01"]
    with pytest.raises(dg.DagsterInvariantViolationError, match="partition"):
        reports.monthly_report.execute_in_process()


def test_what_the_schedules_ask_for_runs(reports, load) -> None:
    defs = load("sales.definitions").defs
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 2, 1, 1, tzinfo=UTC), repository_def=None
    )
    [request] = defs.get_schedule_def("daily_report_schedule").evaluate_tick(context).run_requests
    assert request.tags["dagster/partition"] == "2026-01-31"
    [eu, us] = defs.get_schedule_def("mondays").evaluate_tick(context).run_requests
    assert (eu.tags["region"], us.tags["region"]) == ("EU", "US")
    result = reports.region_report.execute_in_process(
        run_config=us.run_config, tags=us.tags, partition_key="us"
    )
    assert result.output_for_node("summarise")["amount"] == 8.5


def test_its_own_tests(project) -> None:
    project.own_tests()
