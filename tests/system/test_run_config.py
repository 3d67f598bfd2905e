"""One run config for a whole job: graphs, mappings, resources, loggers, inputs and the environment, from YAML."""

from pathlib import Path
from typing import Any

import pytest

import mainspring as dg
from mainspring.testing.world import simulated_world

YAML = """
ops:
  fetch:
    config: {table: orders, token: {env: TOKEN}}
  clean:
    config: {level: STRICT}
  report:
    ops:
      add:
        inputs: {amount: 5}
      show:
        config: {title: Sales}
inputs:
  start: 2024-01-01
resources:
  warehouse:
    config: {host: {env: HOST}}
loggers:
  console:
    config: {log_level: ERROR}
"""


class Fetch(dg.Config):
    table: str
    token: str
    limit: int = 2


class Warehouse(dg.ConfigurableResource):
    host: str
    port: int = 5432


@dg.op
def fetch(context: dg.OpExecutionContext, config: Fetch, warehouse: Warehouse, start: str) -> list[str]:
    context.log.info("signing in with %s", config.token)
    return [f"{config.table}@{warehouse.host}:{warehouse.port} from {start}"] * config.limit


@dg.op(config_schema={"drop": dg.Field(bool), "words": [str]})
def scrub(context, rows: list[str]) -> list[str]:
    return [*rows, *context.op_config["words"]] if context.op_config["drop"] else rows


@dg.config_mapping(config_schema={"level": dg.Enum("Level", [dg.EnumValue("LAX"), dg.EnumValue("STRICT")])})
def by_level(said: dict[str, Any]):
    return {"scrub": {"config": {"drop": said["level"] == "STRICT", "words": ["checked"]}}}


@dg.graph(config=by_level)
def clean(rows):
    return scrub(rows)


@dg.op
def add(rows: list[str], amount: int) -> int:
    return len(rows) + amount


@dg.op(config_schema={"title": str, "sign": dg.Field(str, default_value="=")})
def show(context, total: int) -> str:
    return f"{context.op_config['title']} {context.op_config['sign']} {total}"


@dg.graph
def report(rows):
    return show(add(rows))


@dg.graph
def sales(start):
    report(clean(fetch(start)))


job = sales.to_job(resource_defs={"warehouse": Warehouse.configure_at_launch()})
ENVIRONMENT = {"TOKEN": "token-that-is-secret", "HOST": "db.example.com"}


@pytest.fixture
def config(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "run.yaml").write_text(YAML)
    return dict(dg.config_from_files([str(tmp_path / "run.yaml")]))


def test_every_part_of_it_arrives(config: dict[str, Any]) -> None:
    with dg.DagsterInstance.ephemeral(ambient=simulated_world(environ=ENVIRONMENT)) as instance:
        result = job.execute_in_process(run_config=config, instance=instance)
        assert result.output_for_node("fetch") == ["orders@db.example.com:5432 from 2024-01-01"] * 2
        assert result.output_for_node("report") == "Sales = 8"
        stored = instance.get_run_by_id(result.run_id)
        assert stored is not None
        assert stored.run_config == config
        assert "token-that-is-secret" not in repr((stored, instance.all_logs(result.run_id)))


def test_every_fault_of_it_is_told_before_anything_runs(config: dict[str, Any]) -> None:
    config["ops"]["clean"]["config"]["level"] = "STRIKT"
    config["ops"]["report"]["ops"]["add"]["inputs"]["amount"] = "5"
    del config["resources"]["warehouse"]["config"]["host"]
    config["loggers"]["console"]["config"]["log_level"] = "LOUD"
    del config["inputs"]
    with dg.DagsterInstance.ephemeral(ambient=simulated_world(environ={})) as instance:
        with pytest.raises(dg.DagsterInvalidConfigError) as caught:
            job.execute_in_process(run_config=config, instance=instance)
        assert instance.get_runs() == []
    assert [fault.location for fault in caught.value.errors] == [
        "root:inputs:start",
        "root:ops:fetch:config:token",
        "root:ops:clean:config:level",
        "root:ops:report:ops:add:inputs:amount",
        "root:resources:warehouse:config:host",
        "root:loggers:console:config:log_level",
    ]


def test_the_check_without_a_run_agrees(config: dict[str, Any]) -> None:
    assert dg.validate_run_config(job, config)["ops"] == {
        "fetch": {"config": {"table": "orders", "token": {"env": "TOKEN"}, "limit": 2}},
        "clean": {"config": {"level": "STRICT"}},
        "report": {
            "ops": {
                "add": {"config": None, "inputs": {"amount": 5}},
                "show": {"config": {"title": "Sales", "sign": "="}},
            }
        },
    }
