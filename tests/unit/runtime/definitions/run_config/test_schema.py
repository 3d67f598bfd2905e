from typing import Any

from jsonschema import Draft202012Validator

from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.core.config.json_schema import json_schema
from mainspring.core.config.schema import Field
from mainspring.core.config.validate import validate
from mainspring.runtime.definitions.config import Config
from mainspring.runtime.definitions.graphs.decorator import graph
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.jobs.decorator import job
from mainspring.runtime.definitions.ops.decorator import op
from mainspring.runtime.definitions.resources.configurable import ConfigurableResource
from mainspring.runtime.definitions.run_config.schema import run_config_schema


class Load(Config):
    path: str
    limit: int = 3


@op
def load(config: Load) -> int:
    return config.limit


@op(config_schema={"times": Field(int, default_value=2)})
def repeat(context) -> None: ...


@op
def plain() -> None: ...


@graph
def pair():
    load()
    plain()


@graph(config=ConfigMapping(lambda path: {"load": {"config": {"path": path}}}, config_schema=str))
def mapped():
    load()


class Database(ConfigurableResource):
    url: str


@op
def query(db: Database) -> None: ...


@job(resource_defs={"db": Database.configure_at_launch(), "unused": Database.configure_at_launch()})
def nightly():
    repeat()
    pair()
    mapped()
    query()


def required(field: Field) -> Any:
    """Which of the fields at each depth must be given."""
    fields = getattr(field.config_type, "fields", None)
    return {name: required(one) for name, one in fields.items() if one.is_required} if fields else {}


def test_what_must_be_given():
    assert required(run_config_schema(nightly)) == {
        "ops": {"pair": {"ops": {"load": {"config": {"path": {}}}}}, "mapped": {"config": {}}},
        "resources": {"db": {"config": {"url": {}}}},
    }


def test_a_job_that_needs_nothing():
    @job
    def quiet():
        plain()
        repeat()

    field = run_config_schema(quiet)
    assert not field.is_required
    assert validate(field, None).value == {
        "ops": {"plain": {}, "repeat": {"config": {"times": 2}}},
        "resources": {},
        "loggers": {},
        "execution": {},
    }


def test_a_job_with_a_mapping_takes_what_the_mapping_takes():
    @job(config=ConfigMapping(lambda _: {}, config_schema={"day": str}))
    def simple():
        repeat()

    assert run_config_schema(simple).config_type.label == "an object with the fields day"


def test_two_thousand_graphs_deep():
    inner: Any = repeat
    for level in range(2_000):
        inner = GraphDefinition(f"g{level}", node_defs=[inner])
    assert not run_config_schema(inner.to_job(name="deep")).is_required


def test_what_the_schema_takes_its_json_schema_takes():
    schema = run_config_schema(nightly)
    validator = Draft202012Validator(json_schema(schema))
    Draft202012Validator.check_schema(validator.schema)
    good = {
        "ops": {"pair": {"ops": {"load": {"config": {"path": {"env": "P"}}}}}, "mapped": {"config": "x"}},
        "resources": {"db": {"config": {"url": "u"}}},
    }
    others = [
        {**good, "ops": {**good["ops"], "repeat": {"config": {"times": 3}}}},
        {**good, "loggers": {"console": {"config": {"log_level": "ERROR"}}}},
        {**good, "execution": {"config": {"in_process": {}}}},
    ]
    wrong = [
        {},
        {**good, "opps": {}},
        {**good, "ops": {**good["ops"], "mapped": {"config": 3}}},
        {**good, "ops": {**good["ops"], "repeat": {"config": {"times": "3"}}}},
        {**good, "resources": {"db": {}}},
    ]
    for value in (good, *others):
        assert (validate(schema, value).errors, list(validator.iter_errors(value))) == ((), [])
    for value in wrong:
        assert validate(schema, value).errors
        assert list(validator.iter_errors(value))
