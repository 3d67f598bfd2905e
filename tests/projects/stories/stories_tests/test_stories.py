from datetime import datetime

import pytest
from stories import assets, automation, jobs
from stories.repo import stories
from stories.resources import LOCAL, feed_io_manager

import mainspring as dg

FEED = [{"title": "a", "by": "x", "points": 1}, {"title": "b", "by": "y", "points": 2}]


def test_best():
    with dg.build_op_context(resources={"limit": 1}) as context:
        assert assets.best(context, FEED) == FEED[1:]


def test_titles():
    assert assets.titles(dg.build_op_context(config={"upper": True}), FEED) == ["A", "B"]


def test_repository():
    assert stories.name == "stories"
    assert stories.description == "News"
    assert {job.name for job in stories.get_all_jobs() if not job.name.startswith("__")} == {
        "stories_job",
        "everything",
        "tidy",
        "hello_job",
        "authors_job",
    }
    assert stories.has_job("tidy")
    assert {one.name for one in stories.schedule_defs} == {"tidy_twice_a_day", "stories_job_schedule"}
    assert stories.get_sensor_def("feed_sensor").default_status is dg.DefaultSensorStatus.RUNNING


def test_tidy(tmp_path):
    for name in ("old1", "old2", "new"):
        (tmp_path / name).touch()
    config = {"config": {"folder": str(tmp_path)}}
    result = stories.get_job("tidy").execute_in_process(
        run_config={"ops": {"list_old": config, "remove": config}}
    )
    assert result.output_for_node("remove") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert jobs.RUNG == ["done"]


@pytest.mark.parametrize(("hour", "folder"), [(8, "morning"), (20, "evening")])
def test_tidy_twice_a_day(hour, folder):
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 1, 1, hour))
    request = automation.tidy_twice_a_day(context)
    assert request.tags == {"time": folder}
    assert dg.validate_run_config(jobs.tidy_job, request.run_config)


def test_hourly():
    at = lambda hour: dg.build_schedule_context(scheduled_execution_time=datetime(2026, 1, 1, hour))  # noqa: E731
    [request] = automation.hourly.evaluate_tick(at(2)).run_requests
    assert request.run_config == {"ops": {"titles": {"config": {"upper": False}}}}
    assert not automation.hourly.evaluate_tick(at(3)).run_requests


def test_feed_sensor(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    context = dg.build_sensor_context()
    [skipped] = list(automation.feed_sensor(context))
    assert skipped.skip_message == "there is no feed"
    (tmp_path / "feed.json").write_text("[]")
    [request] = list(automation.feed_sensor(context))
    assert (request.run_key, context.cursor) == ("2", "2")
    assert list(automation.feed_sensor(context)) == []


def test_feed_is_read_only():
    manager = feed_io_manager(dg.build_init_resource_context(config={"path": "x"}))
    with pytest.raises(TypeError):
        manager.handle_output(dg.build_output_context(), [])


def test_materialize(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feed.json").write_text('[{"title": "t", "by": "z", "points": 1}]')
    result = dg.materialize(
        dg.with_resources([assets.best, assets.authors, assets.feed], LOCAL),
        instance=dg.DagsterInstance.ephemeral(),
    )
    assert result.output_for_node("authors") == ["z"]
