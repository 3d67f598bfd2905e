"""What can be asked of a repository."""

import pytest

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError
from mainspring.core.instance.instance import Instance
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
from mainspring.runtime.definitions.automation.sensor_decorator import sensor
from mainspring.runtime.definitions.checks.decorators import asset_check
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
from mainspring.runtime.definitions.jobs.decorator import job
from mainspring.runtime.definitions.ops.decorator import op
from mainspring.runtime.definitions.repositories.data import RepositoryData
from mainspring.runtime.definitions.repositories.definition import RepositoryDefinition
from mainspring.runtime.definitions.resources.definition import ResourceDefinition
from mainspring.runtime.io.filesystem import FilesystemIOManager

A, B = AssetKey("a"), AssetKey("b")


@asset
def a(b):
    return 1


@asset_check(asset=a)
def full(): ...


@op
def one(): ...


@job
def both():
    one()
    one.alias("two")()


NIGHTLY = define_asset_job("nightly")


@sensor(job=both)
def watch(): ...


@pytest.fixture
def repo():
    return Definitions(
        assets=[a, AssetSpec("b")],
        asset_checks=[full],
        jobs=[NIGHTLY],
        schedules=[ScheduleDefinition(job=NIGHTLY, cron_schedule="0 0 * * *")],
        sensors=[watch],
        resources={"n": 1},
        metadata={"m": 1},
    ).get_repository_def()


def test_jobs(repo):
    assert (repo.name, repo.description, repo.metadata["m"].value) == ("__repository__", None, 1)
    assert repo.job_names == ["nightly", "both", "__ASSET_JOB"]
    assert [found.name for found in repo.get_all_jobs()] == repo.job_names
    assert (repo.has_job("both"), repo.has_job("__ASSET_JOB"), repo.has_job("x")) == (True, True, False)
    assert repo.get_job("nightly").keys == {A}
    assert repo.get_job("__ASSET_JOB") is repo.get_implicit_global_asset_job_def()
    assert repo.has_implicit_global_asset_job_def()
    assert repo.get_implicit_asset_job_names() == ["__ASSET_JOB"]
    assert repo.get_implicit_job_def_for_assets([A]) is repo.get_implicit_global_asset_job_def()
    assert repo.get_implicit_job_def_for_assets([A, B]) is None
    with pytest.raises(InvariantViolationError, match=r"No job 'nighty' is declared.\nDid you mean nightly"):
        repo.get_job("nighty")


def test_a_part_of_a_job(repo):
    assert [each.path for each in repo.get_maybe_subset_job_def("both", ["two"]).selected_ops] == [("two",)]
    assert len(repo.get_maybe_subset_job_def("both").selected_ops) == 2
    part = repo.get_maybe_subset_job_def("nightly", asset_selection=set(), asset_check_selection=set())
    assert (part.keys, part.check_keys) == (set(), set())


def test_schedules_and_sensors(repo):
    schedule = repo.get_schedule_def("nightly_schedule")
    assert schedule.job is repo.get_job("nightly")
    assert (repo.schedule_defs, repo.sensor_defs) == ([schedule], [repo.get_sensor_def("watch")])
    assert (repo.has_schedule_def("nightly_schedule"), repo.has_schedule_def("x")) == (True, False)
    assert (repo.has_sensor_def("watch"), repo.has_sensor_def("x")) == (True, False)


def test_assets(repo):
    assert repo.assets_defs_by_key[A] is a
    assert list(repo.source_assets_by_key) == [B]
    assert repo.asset_checks_defs_by_key == {AssetCheckKey(A, "full"): full}
    assert repo.asset_graph.parents(A) == {B}


def test_as_a_whole(repo):
    assert repo() is repo
    assert repr(repo) == "<RepositoryDefinition __repository__>"
    assert isinstance(repo.get_top_level_resources()["n"], ResourceDefinition)
    assert repo.get_env_vars_by_top_level_resource() == {"n": set()}
    repo.load_all_definitions()
    repo.validate_loadable()


def test_stored_values(tmp_path):
    @asset
    def two():
        return 2

    manager = FilesystemIOManager(base_dir=str(tmp_path))
    repo = Definitions(assets=[two], resources={"io_manager": manager}).get_repository_def()
    instance = Instance.ephemeral()
    assert repo.get_job("__ASSET_JOB").execute_in_process(instance=instance).success
    assert repo.load_asset_value("two", instance=instance) == 2
    with repo.get_asset_value_loader(instance) as loader:
        assert loader.load_asset_value("two") == 2
    elsewhere = {"io_manager": {"config": {"base_dir": str(tmp_path / "nothing")}}}
    with pytest.raises(Exception, match="nothing"):
        repo.load_asset_value("two", instance=instance, resource_config=elsewhere)


def test_what_cannot_be_a_repository():
    with pytest.raises(InvalidDefinitionError, match="'a b' cannot be the name of a repository"):
        RepositoryDefinition("a b", repository_data=RepositoryData())
    with pytest.raises(InvalidDefinitionError, match="`repository_data` of the repository 'a' is \\[\\]"):
        RepositoryDefinition("a", repository_data=[])
    made = RepositoryDefinition("a", repository_data=RepositoryData(), repository_load_data="kept")
    assert (made.metadata, made.repository_load_data, made.job_names) == ({}, "kept", [])
    assert made.get_implicit_asset_job_names() == []
