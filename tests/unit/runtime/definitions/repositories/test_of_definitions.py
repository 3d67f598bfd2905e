"""A repository of Definitions, or of what they take."""

import pytest

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.observable import observable_source_asset
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
from mainspring.runtime.definitions.repositories.of_definitions import (
    DefinitionsRepositoryData,
    create_repository_using_definitions_args,
    repository_of,
)


@asset
def a(): ...


@observable_source_asset
def seen(): ...


NIGHTLY = define_asset_job("nightly", [a])


def test_a_repository_by_the_arguments_of_definitions():
    repo = create_repository_using_definitions_args(
        "sales",
        assets=[a],
        schedules=[ScheduleDefinition(job=NIGHTLY, cron_schedule="0 0 * * *")],
        jobs=[NIGHTLY],
        resources={"n": 1},
    )
    assert (repo.name, repo.job_names) == ("sales", ["nightly", "__ASSET_JOB"])
    assert (list(repo.get_top_level_resources()), len(repo.schedule_defs)) == (["n"], 1)


def test_faults_are_told_at_once():
    with pytest.raises(InvalidDefinitionError, match="'a-b' cannot be the name of a repository"):
        create_repository_using_definitions_args("a-b")
    with pytest.raises(InvalidDefinitionError, match="the job 'x', which is not declared"):
        create_repository_using_definitions_args(
            "a", schedules=[ScheduleDefinition(job_name="x", cron_schedule="0 0 * * *")]
        )
    with pytest.raises(InvalidDefinitionError, match="The asset 'a' is declared twice"):
        Definitions(assets=[a, AssetSpec("a")]).get_repository_def()


def test_data_of_definitions():
    data = DefinitionsRepositoryData(Definitions(assets=[a, seen, AssetSpec("c")], jobs=[NIGHTLY]))
    assert data.get_job_names() == ["nightly", "__ASSET_JOB"]
    assert set(data.get_assets_defs_by_key()) == {AssetKey("a"), AssetKey("seen"), AssetKey("c")}
    assert set(data.get_source_assets_by_key()) == {AssetKey("seen"), AssetKey("c")}
    assert data.get_job("nightly").keys == {AssetKey("a")}
    assert (data.get_all_schedules(), data.get_all_sensors()) == ([], [])


def test_metadata_is_that_of_the_definitions_unless_said():
    definitions = Definitions(metadata={"m": 1})
    assert repository_of(definitions).metadata["m"].value == 1
    assert repository_of(definitions, metadata={"m": 2}).metadata["m"].value == 2
