from typing import Any

import pytest
from pydantic import Field as ModelField
from pydantic import field_validator

from mainspring.core.base.errors import InvalidConfigError, InvalidDefinitionError
from mainspring.core.config.config_mapping import ConfigMapping, config_mapping
from mainspring.core.config.env import EnvVar
from mainspring.core.config.run_config import RunConfig
from mainspring.core.config.schema import Field
from mainspring.core.config.types import StringSource
from mainspring.runtime.definitions.assets.decorators import asset
from mainspring.runtime.definitions.config import Config
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.graphs.decorator import graph
from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
from mainspring.runtime.definitions.jobs.decorator import job
from mainspring.runtime.definitions.ops.decorator import op
from mainspring.runtime.definitions.resources.configurable import ConfigurableResource
from mainspring.runtime.definitions.resources.decorator import resource
from mainspring.runtime.definitions.run_config.schema import run_config_schema
from mainspring.runtime.definitions.run_config.validated import check_default_config, validate_run_config


class Load(Config):
    path: str
    limit: int = ModelField(default=3, ge=1)

    @field_validator("path")
    @classmethod
    def no_spaces(cls, value: str) -> str:
        if " " in value:
            raise ValueError("there is a space in it")
        return value


@op
def load(config: Load) -> int:
    return config.limit


@op(config_schema={"times": Field(int, default_value=2)})
def repeat(context) -> None: ...


class Database(ConfigurableResource):
    url: str
    pool: int = 5


@op
def query(db: Database) -> None: ...


@graph(config=ConfigMapping(lambda path: {"load": {"config": {"path": path}}}, config_schema=StringSource))
def mapped():
    load()


@graph
def plain_graph():
    repeat()


@job(resource_defs={"db": Database.configure_at_launch(), "unused": Database.configure_at_launch()})
def nightly():
    load()
    plain_graph()
    mapped()
    query()


GOOD: dict[str, Any] = {
    "ops": {"load": {"config": {"path": "a"}}, "mapped": {"config": "b"}},
    "resources": {"db": {"config": {"url": "x"}}},
}


def faults(job: Any, run_config: Any = None) -> list[str]:
    with pytest.raises(InvalidConfigError) as caught:
        validate_run_config(job, run_config)
    return [str(fault) for fault in caught.value.errors]


def test_defaults_are_filled_in():
    assert validate_run_config(nightly, GOOD) == {
        "ops": {
            "load": {"config": {"path": "a", "limit": 3}},
            "plain_graph": {"ops": {"repeat": {"config": {"times": 2}}}},
            "mapped": {"config": "b"},
        },
        "resources": {"db": {"config": {"url": "x", "pool": 5}}},
        "loggers": {},
        "execution": {},
    }
    assert validate_run_config(nightly, RunConfig(**GOOD)) == validate_run_config(nightly, GOOD)


def test_all_sections_are_checked_at_once():
    said = {
        "opps": 1,
        "ops": {"load": {"config": {"path": "a b", "limit": 0}}, "mapped": {"config": "c d"}},
        "resources": {"db": {"config": {"pool": "5"}}},
        "loggers": {"consol": {}},
        "execution": {"config": {"anything": 1}},
    }
    words = [fault.partition(" It comes")[0] for fault in faults(nightly, said)]
    assert words == [
        "root:opps: There is no section 'opps'. Did you mean ops?",
        "root:ops:load:config:path: Value error, there is a space in it; got str 'a b'.",
        "root:ops:load:config:limit: Input should be greater than or equal to 1; got int 0.",
        "root:ops:mapped:ops:load:config:path: Value error, there is a space in it; got str 'c d'.",
        "root:resources:db:config:url: Missing required field; expected str.",
        "root:resources:db:config:pool: Expected int, got str '5'. Write it without quotes.",
        "root:loggers:consol: Unknown field 'consol'. Did you mean console?",
    ]


def test_the_error_names_the_job_and_keeps_what_was_given():
    with pytest.raises(
        InvalidConfigError, match="The run config of the job 'nightly' does not fit"
    ) as caught:
        validate_run_config(nightly, {"ops": {}})
    assert caught.value.config_value == {"ops": {}}
    assert [(fault.path, fault.reason) for fault in caught.value.errors] == [
        (("ops", "load", "config", "path"), "missing"),
        (("ops", "mapped", "config"), "missing"),
        (("resources", "db", "config", "url"), "missing"),
    ]


def test_the_environment_is_not_read():
    said = {
        "ops": {
            "load": {"config": {"path": EnvVar("PATH_TO_IT"), "limit": 2}},
            "mapped": {"config": {"env": "B"}},
        },
        "resources": {"db": {"config": {"url": EnvVar("URL")}}},
    }
    assert validate_run_config(nightly, said)["ops"] == {
        "load": {"config": {"path": {"env": "PATH_TO_IT"}, "limit": 2}},
        "plain_graph": {"ops": {"repeat": {"config": {"times": 2}}}},
        "mapped": {"config": {"env": "B"}},
    }


class Simple(Config):
    limit: int = 7


@config_mapping
def simple(said: Simple) -> RunConfig:
    return RunConfig(ops={"load": Load(path="p", limit=said.limit)})


@job(config=simple)
def simplified():
    load()


def test_a_mapping_of_the_job_is_asked():
    assert validate_run_config(simplified) == {"limit": 7}
    assert faults(simplified, {"limt": 1}) == ["root:limt: Unknown field 'limt'. Did you mean limit?"]


def test_a_mapping_of_the_job_that_answers_something_wrong():
    @job(config=ConfigMapping(lambda said: {"ops": {"load": {"config": said}}}, config_schema={"limit": int}))
    def one():
        load()

    (fault,) = faults(one, {"limit": 2})
    assert fault.startswith(
        "root:ops:load:config:path: Missing required field; expected str. It comes from the config mapping of the job"
    )


def test_nothing_given_is_the_config_of_the_job():
    @job(config={"ops": {"load": {"config": {"path": "x"}}}})
    def one():
        load()

    assert validate_run_config(one)["ops"] == {"load": {"config": {"path": "x", "limit": 3}}}
    check_default_config(one)


def test_a_job_whose_own_config_does_not_fit():
    @job(config={"ops": {"load": {"config": {"pth": "x"}}}})
    def one():
        load()

    with pytest.raises(InvalidDefinitionError) as caught:
        check_default_config(one)
    assert caught.value.message == (
        "its own config does not fit:\n"
        "    root:ops:load:config:pth: Unknown field 'pth'. Did you mean path?\n"
        "    root:ops:load:config:path: Missing required field; expected str."
    )
    assert caught.value.where == one.where
    check_default_config(nightly)


def test_config_that_configured_put_on_an_op_is_checked():
    fixed = load.configured({"path": "a b"}, name="fixed")
    from_env = load.configured({"path": EnvVar("P")}, name="from_env")

    @job
    def one():
        fixed()
        from_env()

    (fault,) = faults(one)
    assert fault == "root:ops:fixed:config:path: Value error, there is a space in it; got str 'a b'."


def test_resources_that_are_needed_by_others_need_their_config():
    @resource(config_schema={"host": str})
    def server(_context): ...

    @resource(required_resource_keys={"server"})
    def client(_context): ...

    @op(required_resource_keys={"client"})
    def ask(context) -> None: ...

    @job(resource_defs={"client": client, "server": server})
    def one():
        ask()

    assert faults(one) == ["root:resources:server:config:host: Missing required field; expected str."]


def test_what_a_job_of_assets_does_not_make_need_not_be_said():
    @asset
    def limited(config: Load) -> None: ...

    @asset
    def free_asset() -> None: ...

    definitions = Definitions([limited, free_asset], jobs=[define_asset_job("small", "free_asset")])
    small = definitions.resolve_job_def("small")
    assert validate_run_config(small)["ops"] == {}
    assert faults(small, {"ops": {"limited": {"config": {"path": 3}}}}) == [
        "root:ops:limited:config:path: Expected str, got int 3."
    ]
    assert list(run_config_schema(small).config_type.fields["ops"].config_type.fields) == ["free_asset"]


def test_a_part_of_a_job_of_ops():
    @op
    def make() -> int:
        return 1

    @op
    def take(value: int) -> None: ...

    @job
    def one():
        load()
        take(make())

    part = one.with_ops(["take"])
    assert faults(part) == [
        "root:ops:take:inputs:value: Missing required field; expected int or an object with exactly one of the fields "
        "value, json, pickle."
    ]
    assert validate_run_config(part, {"ops": {"take": {"inputs": {"value": 3}}}})["ops"] == {
        "take": {"config": None, "inputs": {"value": 3}}
    }
    assert run_config_schema(part).config_type.fields["ops"].is_required
