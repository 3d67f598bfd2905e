"""A class of the user's that finds out what a repository holds."""

import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.env import EnvVar
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
from mainspring.runtime.definitions.automation.sensor_decorator import sensor
from mainspring.runtime.definitions.graphs.decorator import graph
from mainspring.runtime.definitions.jobs.decorator import job
from mainspring.runtime.definitions.ops.decorator import op
from mainspring.runtime.definitions.repositories.data import RepositoryData
from mainspring.runtime.definitions.repositories.decorator import repository
from mainspring.runtime.definitions.resources.configurable import ConfigurableResource


@op(required_resource_keys={"db"})
def one(context):
    return context.resources.db.url


@graph
def counted():
    one()


@asset
def orders(customers): ...


@job
def uses_db():
    one()


@sensor(job=uses_db)
def watch(): ...


class Database(ConfigurableResource):
    url: str


class OfTables(RepositoryData):
    """Makes one job for each table, and knows which it has made."""

    def __init__(self):
        self.made = []

    def get_job_names(self):
        return ["a", "b"]

    def get_job(self, job_name):
        self.made.append(job_name)
        return counted.to_job(name=job_name)

    def get_all_jobs(self):
        return [self.get_job(name) for name in self.get_job_names()]

    def get_all_schedules(self):
        return [ScheduleDefinition(name="nightly", job_name="a", cron_schedule="0 0 * * *")]

    def get_all_sensors(self):
        return [watch]

    def get_assets_defs_by_key(self):
        return {orders.key: orders}

    def get_source_assets_by_key(self):
        return {AssetKey("customers"): SourceAsset("customers")}

    def get_top_level_resources(self):
        return {"db": Database(url=EnvVar("DB_URL")), "n": 1}


def test_an_empty_one():
    data = RepositoryData()
    assert (data.get_job_names(), data.get_schedule_names(), data.get_sensor_names()) == ([], [], [])
    assert (data.has_job("x"), data.has_schedule("x"), data.has_sensor("x")) == (False, False, False)
    assert data.get_assets_defs_by_key() == data.get_asset_checks_defs_by_key() == {}
    assert data.to_definitions().resolve_all_job_defs() == []
    data.load_all_definitions()


def test_look_ups_go_by_what_there_is():
    data = OfTables()
    assert data.has_job("b")
    assert data.get_schedule("nightly").job_name == "a"
    assert data.get_sensor("watch") is watch
    assert data.get_env_vars_by_top_level_resource() == {"db": {"DB_URL"}, "n": set()}
    with pytest.raises(
        InvariantViolationError, match=r"No schedule 'nighty' is declared.\nDid you mean nightly"
    ):
        data.get_schedule("nighty")
    with pytest.raises(InvariantViolationError, match=r"No sensor 'x' is declared.\nKnown are: watch"):
        data.get_sensor("x")
    with pytest.raises(InvariantViolationError, match="No job 'x' is declared"):
        RepositoryData().get_job("x")


def test_one_job_is_made_without_the_others(monkeypatch):
    monkeypatch.setenv("DB_URL", "here")
    data = OfTables()

    @repository
    def tables():
        return data

    assert data.made == []
    found = tables.get_job("b")
    assert data.made == ["b"]
    assert found.execute_in_process().output_for_node("one") == "here"


def test_a_repository_of_it_is_whole():
    @repository(name="named", description="All tables.", metadata={"owner": "sales"})
    def tables():
        return OfTables()

    assert (tables.name, tables.description, tables.metadata["owner"].value) == (
        "named",
        "All tables.",
        "sales",
    )
    assert set(tables.job_names) == {"a", "b", "uses_db", "__ASSET_JOB"}
    assert set(tables.assets_defs_by_key) == {AssetKey("orders"), AssetKey("customers")}
    assert set(tables.source_assets_by_key) == {AssetKey("customers")}
    assert tables.asset_graph.parents(AssetKey("orders")) == {AssetKey("customers")}
    assert [one.name for one in tables.schedule_defs] == ["nightly"]
    assert [one.name for one in tables.sensor_defs] == ["watch"]
    tables.validate_loadable()
