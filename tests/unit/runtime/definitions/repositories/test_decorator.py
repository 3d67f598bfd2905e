"""@repository: what its function may return, and what it may not."""

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
from mainspring.runtime.definitions.automation.sensor_decorator import sensor
from mainspring.runtime.definitions.checks.decorators import asset_check
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.graphs.decorator import graph
from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
from mainspring.runtime.definitions.jobs.decorator import job
from mainspring.runtime.definitions.loggers.console import json_console_logger
from mainspring.runtime.definitions.ops.decorator import op
from mainspring.runtime.definitions.repositories.data import RepositoryData
from mainspring.runtime.definitions.repositories.decorator import repository

LINE = "0 0 * * *"


@op
def one(): ...


@graph
def g():
    one()


@job
def j():
    one()


@asset
def a(): ...


@asset_check(asset=a)
def full(): ...


@sensor(job_name="g")
def watch(): ...


def repository_of(returned, **said):
    def numbers():
        return returned

    return repository(**said)(numbers)


def faults_of(returned, **said):
    with pytest.raises(InvalidDefinitionError) as caught:
        repository_of(returned, **said)
    return str(caught.value)


def test_a_list_of_everything():
    @repository
    def numbers():
        """All of it."""
        schedule = ScheduleDefinition(job=j, cron_schedule=LINE)
        return [[g, a, full], (define_asset_job("nightly"),), AssetSpec("b"), schedule, watch]

    assert (numbers.name, numbers.description) == ("numbers", "All of it.")
    assert numbers.job_names == ["g", "nightly", "j", "__ASSET_JOB"]
    assert set(numbers.assets_defs_by_key) == {AssetKey("a"), AssetKey("b")}
    assert numbers.get_sensor_def("watch").job is numbers.get_job("g")
    assert numbers.get_job("g").execute_in_process().success


def test_defaults_are_for_the_jobs_that_have_none():
    own = g.to_job(name="own", logger_defs={"mine": json_console_logger}, executor_def="own")
    loggers = {"ours": json_console_logger}
    for returned in ([j, own], {"jobs": {"j": j, "own": lambda: own}}):
        made = repository_of(returned, default_logger_defs=loggers, default_executor_def="ours")
        assert (list(made.get_job("j").loggers), made.get_job("j").executor_def) == (["ours"], "ours")
        assert (list(made.get_job("own").loggers), made.get_job("own").executor_def) == (["mine"], "own")
    assert "it takes no default_executor_def" in faults_of(RepositoryData(), default_executor_def="ours")


def test_what_is_no_list():
    assert "The function of the repository 'numbers' returned None" in faults_of(None)
    assert "returned 'jobs'; it must return a list, a dict or a RepositoryData" in faults_of("jobs")
    assert "leave @repository out" in faults_of(Definitions())


def test_every_wrong_item_is_told():
    text = faults_of([1, a, [repository_of([])]])
    assert "The repository 'numbers' lists 1 (item 1), which is no definition." in text
    assert "<RepositoryDefinition numbers> (item 3)" in text
    assert "test_decorator.py:" in text


def test_what_does_not_fit_together_is_told():
    text = faults_of([j, g.to_job(name="j"), ScheduleDefinition(job_name="k", cron_schedule=LINE)])
    assert "Two jobs have the name 'j': at" in text
    assert "runs the job 'k', which is not declared" in text


def test_a_name_that_cannot_be():
    assert "'of numbers' cannot be the name of a repository" in faults_of([], name="of numbers")


# -- a dict


def test_what_is_asked_for_is_made_once():
    made = []

    def make(name):
        def making():
            made.append(name)
            return g.to_job(name=name)

        return making

    numbers = repository_of(
        {
            "jobs": {"x": make("x"), "y": make("y"), "g": g, "j": j},
            "schedules": {"s": lambda: ScheduleDefinition("s", job_name="x", cron_schedule=LINE)},
            "sensors": {"watch": watch},
        }
    )
    assert (made, numbers.has_job("x")) == ([], True)
    assert numbers.get_job("x").execute_in_process().success
    assert numbers.get_job("x") is numbers.get_job("x")
    assert made == ["x"]
    assert numbers.job_names == ["x", "y", "g", "j"]
    assert not numbers.has_job("z")
    assert made == ["x", "y"]
    assert numbers.get_schedule_def("s").job is numbers.definitions.get_job_def("x")
    assert not numbers.has_implicit_global_asset_job_def()


def test_a_dict_of_another_shape():
    text = faults_of({"job": {}, "assets": [], "sensors": [watch]})
    assert "The repository 'numbers' has the key 'job'" in text
    assert "Did you mean jobs?" in text
    assert "assets stand in a list, or in Definitions" in text
    assert "under 'sensors'; it must be a dict with names as keys" in text


@pytest.mark.parametrize(
    "jobs,words",
    [
        ({"x": lambda: g.to_job(name="y")}, "The repository 'numbers' has the job 'y' under the name 'x'"),
        ({"x": lambda: 1}, "The repository 'numbers' has 1 under 'jobs' as 'x'; that is no job"),
        ({"x": a}, "under 'jobs' as 'x'; that is no job"),
    ],
)
def test_what_a_dict_holds_is_checked_when_it_is_made(jobs, words):
    numbers = repository_of({"jobs": jobs})
    with pytest.raises(InvalidDefinitionError) as caught:
        numbers.get_job("x")
    assert words in str(caught.value)
