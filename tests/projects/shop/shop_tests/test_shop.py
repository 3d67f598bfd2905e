from datetime import datetime

import pytest
from shop import defs, sensors
from shop.assets.core.orders import OrdersConfig, orders
from shop.assets.core.stock import stock
from shop.jobs import core_job
from shop.resources import Folder, Slack
from shop.schedules import month_end

import mainspring as dg


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "1.json").write_text('[{"sku": "tea", "count": 3}, {"sku": "tea"}]')
    return Folder(path=str(tmp_path))


def test_orders_are_strict(folder):
    with pytest.raises(ValueError, match=r"1\.json: no order"):
        orders(dg.build_asset_context(), config=OrdersConfig(), folder=folder)


def test_orders(folder):
    output = orders(dg.build_asset_context(), OrdersConfig(strict=False), folder)
    assert output.value == [{"sku": "tea", "count": 3}]
    assert output.metadata["left out"].value == 1


def test_stock():
    assert stock([{"sku": "tea", "count": 1}]) == {"tea": 19, "cup": 5}


@pytest.mark.parametrize(("day", "wanted"), [(28, None), (31, "2026-01")])
def test_month_end(day, wanted):
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 1, day))
    found = month_end(context)
    assert (found.run_key if isinstance(found, dg.RunRequest) else None) == wanted


def test_new_files(folder):
    context = dg.build_sensor_context(cursor="0")
    result = sensors.new_files(context, folder=folder)
    assert [one.run_key for one in result.run_requests] == ["1.json"]
    assert result.cursor == "1.json"
    again = sensors.new_files(dg.build_sensor_context(cursor=result.cursor), folder=folder)
    assert again.skip_message == "nothing after '1.json'"


def test_new_files_with_resources(folder):
    with dg.build_sensor_context(resources={"folder": folder}) as context:
        assert sensors.new_files(context).cursor == "1.json"


def test_the_request_fits_the_job(folder):
    request = sensors.new_files(dg.build_sensor_context(), folder=folder).run_requests[0]
    job = defs.resolve_job_def(core_job.name)
    assert dg.validate_run_config(job, request.run_config)


def test_failures(tmp_path):
    outbox = tmp_path / "out"
    slack = Slack(channel="#x", token="t", outbox=str(outbox))

    @dg.op
    def fails():
        raise Exception("boom")

    @dg.job
    def a_job():
        fails()

    instance = dg.DagsterInstance.ephemeral()
    result = a_job.execute_in_process(instance=instance, raise_on_error=False)
    context = dg.build_run_status_sensor_context(
        sensor_name="failures",
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_failure_event(),
    ).for_run_failure()
    sensors.failures(context, slack=slack)
    assert outbox.read_text().startswith("#x: a_job: ")


def test_everything_is_there():
    keys = {spec.key.to_user_string() for spec in defs.resolve_all_asset_specs()}
    assert keys == {"core/orders", "core/stock", "forecast/demand", "forecast/reorder"}
    assert {one.name for one in defs.resolve_all_job_defs() if not one.name.startswith("__")} == {
        "core_job",
        "forecast_job",
    }
    assert defs.get_schedule_def("core_job_schedule").cron_schedule == "@hourly"
    assert defs.get_sensor_def("new_files").minimum_interval_seconds == 30
