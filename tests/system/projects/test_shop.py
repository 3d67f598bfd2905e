"""A package of many modules: loaders, merged definitions, resources by deployment, schedules and sensors."""

import json
import pickle

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "shop"


def kept(project, *path):
    return pickle.loads(project.folder.joinpath(*path).read_bytes())


def test_it_is_found_by_its_project_file(project, here) -> None:
    listed = project.command("list", "defs", "--json")
    assert listed.status == 0, listed.err
    found = listed.json
    assert {(one["key"], one["group"]) for one in found["assets"]} == {
        ("core/orders", "core"),
        ("core/stock", "core"),
        ("forecast/demand", "forecast"),
        ("forecast/reorder", "forecast"),
    }
    assert {one["name"] for one in found["jobs"]} == {"core_job", "forecast_job"}
    assert here("check", "defs").status == 0


def test_the_jobs_one_after_another(project, here) -> None:
    told = project.launch("--job", "core_job")
    assert told["status"] == "SUCCESS"
    assert kept(project, "storage", "core", "stock") == {"tea": 9, "cup": 1}
    run = project.latest_run()
    assert run.tags["owner"] == "ana"
    assert run.run_config["ops"]["orders"]["config"] == {"files": [], "strict": False}
    made = {
        event.asset_key: event.materialization
        for event in project.events(dg.DagsterEventType.ASSET_MATERIALIZATION)
    }
    orders = made[dg.AssetKey(["core", "orders"])]
    assert (orders.metadata["rows"].value, orders.metadata["left out"].value) == (3, 1)
    [check] = project.events(dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    assert check.asset_check_evaluation_data.passed is True

    assert here("launch", "--job", "forecast_job").status == 0
    assert kept(project, "lake", "forecast", "demand") == {"tea": 22.0, "cup": 8.0}
    assert kept(project, "lake", "forecast", "reorder") == ["cup", "tea"]
    [check] = project.events(dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = check.asset_check_evaluation_data
    assert (found.passed, found.severity, found.metadata["skus"].value) == (
        False,
        dg.AssetCheckSeverity.WARN,
        "cup, tea",
    )
    assert project.latest_run().status is dg.DagsterRunStatus.SUCCESS


def test_a_deployment_by_the_environment(project, here, monkeypatch) -> None:
    monkeypatch.setenv("SHOP_DEPLOYMENT", "prod")
    monkeypatch.setenv("SLACK_TOKEN", "xoxb-123")
    missing = here("launch", "--job", "core_job")
    assert missing.status == 2
    assert "SHOP_DATA" in missing.err
    (project.folder / "other").mkdir()
    (project.folder / "other" / "a.json").write_text('[{"sku": "pot", "count": 2}]')
    monkeypatch.setenv("SHOP_DATA", "other")
    assert here("launch", "--assets", "*").status == 0
    assert kept(project, "lake", "forecast", "demand") == {"pot": 3.0}


def test_a_deployment_that_is_not_there(here, monkeypatch) -> None:
    monkeypatch.setenv("SHOP_DEPLOYMENT", "moon")
    done = here("list", "defs")
    assert done.status == 2
    assert "KeyError: 'moon'" in done.err
    assert "Traceback" not in done.err


def test_what_the_sensor_asks_for_runs(project, load) -> None:
    defs = load("shop").defs
    sensor = defs.get_sensor_def("new_files")
    job = defs.resolve_job_def("core_job")
    with dg.DagsterInstance.get() as instance:
        context = dg.build_sensor_context(instance=instance, definitions=defs)
        data = sensor.evaluate_tick(context)
        assert [request.run_key for request in data.run_requests] == ["2026-01.json", "2026-02.json"]
        assert data.cursor == "2026-02.json"
        good, bad = (
            job.execute_in_process(
                run_config=request.run_config,
                tags=request.tags,
                instance=instance,
                resources=defs.resources,
                raise_on_error=False,
            )
            for request in data.run_requests
        )
        assert (good.success, bad.success) == (True, False)
        assert good.dagster_run.tags["file"] == "2026-01.json"
        assert good.output_for_node("stock") == {"tea": 17, "cup": 1}
        assert "2026-02.json: no order" in bad.failure_data_for_node("orders").error.to_string()


def test_what_follows_new_orders(load) -> None:
    defs = load("shop").defs
    sensor = defs.get_sensor_def("orders_changed")
    with dg.DagsterInstance.get() as instance:
        skipped = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, definitions=defs))
        assert not skipped.run_requests
        defs.resolve_job_def("core_job").execute_in_process(instance=instance)
        data = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, definitions=defs))
        [request] = data.run_requests
        assert request.tags["rows"] == "3"
        again = sensor.evaluate_tick(
            dg.build_sensor_context(instance=instance, definitions=defs, cursor=data.cursor)
        )
        assert not again.run_requests


def test_wrong_config_on_the_command_line(here) -> None:
    wrong = {"ops": {"orders": {"config": {"strict": "perhaps", "fils": ["a"]}}}}
    done = here("launch", "--job", "core_job", "--config-json", json.dumps(wrong))
    assert done.status == 2
    assert "root:ops:orders:config:strict" in done.err
    assert "Did you mean files?" in done.err


def test_its_own_tests(project) -> None:
    project.own_tests()
