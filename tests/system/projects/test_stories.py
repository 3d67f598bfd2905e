"""A project of the older form: a repository, resources bound to assets, a source, schedules and sensors."""

import json
import pickle
from datetime import UTC, datetime

import pytest

import mainspring as dg

pytestmark = pytest.mark.system

PROJECT = "stories"
FILE = ("-f", "stories/repo.py", "-d", ".")


def kept(project, name):
    return pickle.loads((project.folder / "store" / name).read_bytes())


@pytest.fixture
def stories(load):
    return load("stories.repo").stories


def test_the_command_line_knows_a_repository(project, here) -> None:
    listed = here("list", "defs", *FILE, "--json")
    assert listed.status == 0, listed.err
    assert {one["key"] for one in listed.json["assets"]} == {"feed", "best", "titles", "authors"}
    assert {one["name"] for one in listed.json["jobs"]} == {
        "stories_job",
        "everything",
        "tidy",
        "hello_job",
        "authors_job",
    }
    told = project.launch(*FILE, "--job", "stories_job")
    assert told["status"] == "SUCCESS"
    assert kept(project, "titles") == ["B", "C"]
    assert project.latest_run().tags["team"] == "news"
    made = {e.asset_key.to_user_string() for e in project.events(dg.DagsterEventType.ASSET_MATERIALIZATION)}
    assert made == {"best", "titles"}


def test_ops_from_the_command_line(project, here) -> None:
    (project.folder / "attic").mkdir()
    for name in ("old letters", "new"):
        (project.folder / "attic" / name).touch()
    folder = {"config": {"folder": "attic"}}
    config = json.dumps({"ops": {"list_old": folder, "remove": folder}})
    assert here("job", "execute", *FILE, "-j", "tidy", "--config-json", config).status == 0
    assert [path.name for path in (project.folder / "attic").iterdir()] == ["new"]
    missing = here(
        "job", "execute", *FILE, "-j", "tidy", "--config-json", json.dumps({"ops": {"list_old": folder}})
    )
    assert missing.status == 2
    assert "root:ops:remove:config" in missing.err
    gone = json.dumps({"ops": {name: {"config": {"folder": "cellar"}} for name in ("list_old", "remove")}})
    failed = here("job", "execute", *FILE, "-j", "tidy", "--config-json", gone)
    assert failed.status == 1
    assert "FileNotFoundError" in failed.err
    unknown = here("job", "execute", *FILE, "-j", "tidi")
    assert unknown.status == 2
    assert "tidy" in unknown.err


def test_jobs_of_the_repository(stories) -> None:
    with dg.DagsterInstance.get() as instance:
        config = {"ops": {"titles": {"config": {"upper": False}}}}
        result = stories.get_job("everything").execute_in_process(instance=instance, run_config=config)
        assert result.success
        assert result.output_for_node("titles") == ["b", "c"]
        assert result.output_for_node("authors") == ["ana", "ben"]
        loaded = result.events_for_node("best")
        assert [
            e.event_specific_data.manager_key for e in loaded if e.event_type_value == "LOADED_INPUT"
        ] == ["feed_io_manager"]
        again = stories.get_job("authors_job").execute_in_process(instance=instance)
        assert again.output_for_node("authors") == ["ana", "ben"]
        assert set(instance.all_asset_keys()) == {
            dg.AssetKey("best"),
            dg.AssetKey("titles"),
            dg.AssetKey("authors"),
        }


def test_what_is_missing(stories) -> None:
    with pytest.raises(dg.DagsterInvalidConfigError, match="root:ops:titles:config"):
        stories.get_job("everything").execute_in_process()
    with pytest.raises(dg.DagsterError, match="no_such_job"):
        stories.get_job("no_such_job")


def test_a_resource_that_cannot_be_made(load) -> None:
    load("stories.repo")
    assets, resources = load("stories.assets"), load("stories.resources")
    bound = dg.with_resources(
        [assets.best, assets.feed], resources.LOCAL | {"limit": resources.limit}, {"limit": {"config": 0}}
    )
    with pytest.raises(dg.DagsterResourceFunctionError, match="limit"):
        dg.materialize(bound)
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="feed_io_manager"):
        dg.with_resources([assets.best, assets.feed], {"limit": resources.limit})


def test_what_the_sensors_and_schedules_ask_for_runs(stories, project) -> None:
    with dg.DagsterInstance.get() as instance:
        feed_sensor = stories.get_sensor_def("feed_sensor")
        context = dg.build_sensor_context(instance=instance, repository_def=stories)
        tick = feed_sensor.evaluate_tick(context)
        [request] = tick.run_requests
        job = stories.get_job(request.job_name or feed_sensor.job_name)
        assert job.execute_in_process(tags=request.tags, instance=instance).output_for_node("hello") == (
            "hello from hello_job"
        )
        context = dg.build_sensor_context(instance=instance, repository_def=stories, cursor=tick.cursor)
        assert not feed_sensor.evaluate_tick(context).run_requests

        hourly = stories.get_schedule_def("stories_job_schedule")
        at = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=datetime(2026, 1, 1, 5, tzinfo=UTC),
            repository_def=stories,
        )
        [request] = hourly.evaluate_tick(at).run_requests
        result = stories.get_job("stories_job").execute_in_process(
            run_config=request.run_config, instance=instance
        )
        assert result.output_for_node("titles") == ["b", "c"]

        best_sensor = stories.get_sensor_def("best_sensor")
        context = dg.build_sensor_context(instance=instance, repository_def=stories)
        [request] = best_sensor.evaluate_tick(context).run_requests
        assert request.tags["after"] == result.run_id


def test_its_own_tests(project) -> None:
    project.own_tests()
