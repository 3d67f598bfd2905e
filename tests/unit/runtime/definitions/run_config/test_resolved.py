from typing import Any

import pytest

from mainspring.core.base.errors import ConfigMappingError
from mainspring.core.config.config_mapping import ConfigMapping, config_mapping
from mainspring.core.config.env import EnvVar
from mainspring.core.config.run_config import RunConfig
from mainspring.core.config.schema import Field
from mainspring.core.config.types import StringSource
from mainspring.runtime.definitions.config import Config
from mainspring.runtime.definitions.graphs.decorator import graph
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.jobs.decorator import job
from mainspring.runtime.definitions.ops.decorator import op
from mainspring.runtime.definitions.resources.configurable import ConfigurableResource
from mainspring.runtime.definitions.run_config.resolved import ResolvedConfig, resolve_run_config


class Load(Config):
    path: str
    limit: int = 3


@op
def load(config: Load) -> int:
    return config.limit


@op(config_schema={"times": int, "word": Field(str, default_value="ab")})
def repeat(context) -> str:
    return context.op_config["word"] * context.op_config["times"]


@op
def free(context) -> None: ...


@op
def plain() -> None: ...


@graph
def pair():
    load()
    plain()


@graph(config=ConfigMapping(lambda path: {"load": {"config": {"path": path}}}, config_schema=str))
def loads_path():
    load()


def resolved(job: Any, run_config: Any = None, **said: Any) -> ResolvedConfig:
    return resolve_run_config(job, run_config, **{"environ": {}, **said})


def faults(job: Any, run_config: Any = None, **said: Any) -> list[str]:
    return [str(fault) for fault in resolved(job, run_config, **said).faults]


@job
def everything():
    load()
    repeat()
    free()
    plain()
    pair()
    loads_path()


GOOD = {
    "ops": {
        "load": {"config": {"path": "a"}},
        "repeat": {"config": {"times": 2}},
        "pair": {"ops": {"load": {"config": {"path": "b", "limit": 1}}}},
        "loads_path": {"config": "c"},
    }
}


def test_each_op_has_its_config_by_its_path():
    found = resolved(everything, GOOD)
    assert found.faults == ()
    assert found.ops == {
        ("load",): Load(path="a"),
        ("repeat",): {"times": 2, "word": "ab"},
        ("pair", "load"): Load(path="b", limit=1),
        ("loads_path", "load"): Load(path="c"),
    }
    assert (found.inputs, found.outputs, found.resources) == ({}, {}, {})


def test_objects_say_the_same_as_mappings():
    said = RunConfig(
        ops={
            "load": Load(path="a"),
            "repeat": {"config": {"times": 2}},
            "pair": {"ops": {"load": Load(path="b", limit=1)}},
            "loads_path": {"config": "c"},
        }
    )
    assert resolved(everything, said).ops == resolved(everything, GOOD).ops


def test_every_fault_is_found_at_once():
    assert faults(
        everything,
        {
            "opps": {},
            "ops": {
                "lod": {},
                "load": {"confg": {}},
                "repeat": {"config": {"times": "2"}},
                "plain": {"config": {"a": 1}},
                "free": 3,
                "pair": {"config": {}, "ops": {"load": {"config": {"path": 1, "limt": 2}}, "plane": {}}},
                "loads_path": {"ops": {}},
            },
            "resources": {"db": {}},
            "execution": {"confg": 1},
            "loggers": {"anything": "is looked at where the loggers are made"},
        },
    ) == [
        "root:opps: There is no section 'opps'. Did you mean ops?",
        "root:ops:lod: There is no op 'lod'. Did you mean load?",
        "root:ops:load:confg: Unknown field 'confg'. Did you mean config?",
        "root:ops:load:config:path: Missing required field; expected str.",
        "root:ops:repeat:config:times: Expected int, got str '2'. Write it without quotes.",
        "root:ops:free: Expected an object with the fields config, inputs, outputs, got int.",
        "root:ops:pair:config: Unknown field 'config'. Known fields: ops, inputs.",
        "root:ops:loads_path:ops: Unknown field 'ops'. Known fields: config, inputs.",
        "root:ops:loads_path:config: Missing required field; expected str.",
        "root:ops:pair:ops:load:config:limt: Unknown field 'limt'. Did you mean limit?",
        "root:ops:pair:ops:load:config:path: Expected str, got int 1.",
        "root:ops:pair:ops:plane: There is no op 'plane'. Did you mean plain?",
        "root:resources:db: There is no resource 'db'. Known are: none.",
        "root:execution:confg: Unknown field 'confg'. Did you mean config?",
    ]


def test_an_op_without_a_schema_is_given_whatever_is_said():
    @job
    def one():
        free()

    assert resolved(one).ops == {}
    assert resolved(one, {"ops": {"free": {"config": [1]}}}).ops == {("free",): [1]}


def test_a_section_that_is_no_mapping():
    assert faults(everything, {"ops": [1], "resources": 2}) == [
        "root:ops: Expected a mapping of ops, got list.",
        "root:resources: Expected a mapping of names, got int.",
    ]


# -- parts of a job ----------------------------------------------------------------------------------------------------


def test_config_for_ops_that_do_not_run_is_checked_and_not_required():
    chosen = {("pair", "load")}
    said = {"ops": {"pair": {"ops": {"load": {"config": {"path": "b"}}}}}}
    found = resolved(everything, said, selected=chosen)
    assert (found.faults, found.ops) == ((), {("pair", "load"): Load(path="b")})
    wrong = {"ops": {**said["ops"], "load": {"config": {"limit": "x"}}, "loads_path": {"config": 3}}}
    assert faults(everything, wrong, selected=chosen) == [
        "root:ops:load:config:path: Missing required field; expected str.",
        "root:ops:load:config:limit: Expected int, got str 'x'.",
        "root:ops:loads_path:config: Expected str, got int 3.",
    ]


def test_the_environment_is_not_read_for_ops_that_do_not_run():
    said = {"ops": {"load": {"config": {"path": {"env": "P"}}}, "repeat": {"config": {"times": 1}}}}
    assert resolved(everything, said, selected={("repeat",)}).faults == ()
    assert faults(everything, said, selected={("load",)}) == [
        "root:ops:load:config:path: The environment variable P is not set. Set it where the run is executed."
    ]


# -- mappings ----------------------------------------------------------------------------------------------------------


def test_mappings_inside_mappings():
    @graph(config=ConfigMapping(lambda n: {"loads_path": {"config": n * 2}}, config_schema=str))
    def outer():
        loads_path()

    @job
    def nested():
        outer()

    said = {"ops": {"outer": {"config": "x"}}}
    assert resolved(nested, said).ops == {("outer", "loads_path", "load"): Load(path="xx")}


def test_a_fault_in_what_a_mapping_answers_names_the_mapping():
    @config_mapping(config_schema=str)
    def wrong(word):
        return {"load": {"config": {"pth": word}}}

    @graph(config=wrong)
    def broken():
        load()

    @job
    def one():
        broken()

    found = faults(one, {"ops": {"broken": {"config": "x"}}})
    words = f"It comes from the config mapping of the graph 'broken', declared at {wrong.where}."
    assert found == [
        f"root:ops:broken:ops:load:config:pth: Unknown field 'pth'. Did you mean path? {words}",
        f"root:ops:broken:ops:load:config:path: Missing required field; expected str. {words}",
    ]


def test_a_secret_that_went_through_a_mapping_is_not_shown():
    @graph(
        config=ConfigMapping(lambda word: {"repeat": {"config": {"times": word}}}, config_schema=StringSource)
    )
    def secretive():
        repeat()

    @job
    def one():
        secretive()

    said = {"ops": {"secretive": {"config": EnvVar("PW")}}}
    (fault,) = faults(one, said, environ={"PW": "hunter2"})
    assert fault.startswith(
        "root:ops:secretive:ops:repeat:config:times: The value does not fit (type). It comes"
    )
    assert "hunter2" not in fault


def test_a_mapping_that_raises_names_its_graph():
    @graph(config=ConfigMapping(lambda word: word["nope"], config_schema=str))
    def raising():
        load()

    @job
    def one():
        raising()

    with pytest.raises(
        ConfigMappingError, match=r"The graph 'raising': The config mapping '<lambda>' raised TypeError"
    ):
        resolved(one, {"ops": {"raising": {"config": "x"}}})


class Simple(Config):
    limit: int


def test_a_mapping_of_the_job_makes_the_whole_run_config():
    @config_mapping
    def simple(said: Simple) -> RunConfig:
        return RunConfig(
            ops={"load": Load(path="p", limit=said.limit)}, resources={"db": {"config": {"url": "u"}}}
        )

    class Database(ConfigurableResource):
        url: str

    @job(config=simple, resource_defs={"db": Database.configure_at_launch()})
    def one():
        load()

    found = resolved(one, {"limit": 7})
    assert (found.faults, found.ops) == ((), {("load",): Load(path="p", limit=7)})
    assert found.resources == {"db": {"config": {"url": "u"}}}
    assert faults(one, {"limit": "7"}) == ["root:limit: Expected int, got str '7'. Write it without quotes."]
    assert faults(one) == ["root:limit: Missing required field; expected int."]


def test_what_the_mapping_of_a_job_answers_is_checked():
    @job(config=ConfigMapping(lambda _: {"ops": {"lod": {}}}, config_schema={"a": int}))
    def one():
        load()

    assert [fault.partition(" It comes")[0] for fault in faults(one, {"a": 1})] == [
        "root:ops:lod: There is no op 'lod'. Did you mean load?",
        "root:ops:load:config:path: Missing required field; expected str.",
    ]


def test_a_graph_with_a_mapping_as_a_job():
    made = loads_path.to_job()
    assert resolved(made, {"ops": {"config": "x"}}).ops == {("load",): Load(path="x")}


# -- resources ---------------------------------------------------------------------------------------------------------


class Server(ConfigurableResource):
    port: int


def test_config_of_resources_that_nobody_asks_for_is_checked_and_not_required():
    @job(resource_defs={"server": Server.configure_at_launch()})
    def one():
        plain()

    assert faults(one) == []
    assert faults(one, {"resources": {"server": {"config": {"port": "x"}}}}) == [
        "root:resources:server:config:port: Expected int, got str 'x'."
    ]
    assert faults(one, required_resources={"server"}) == [
        "root:resources:server:config:port: Missing required field; expected int."
    ]


def test_two_thousand_graphs_deep():
    inner: Any = load
    for level in range(2_000):
        inner = GraphDefinition(f"g{level}", node_defs=[inner])
    made = inner.to_job(name="deep")
    path = tuple(f"g{level}" for level in reversed(range(1_999)))
    said: Any = {"load": {"config": {"path": "x"}}}
    for name in reversed(path):
        said = {name: {"ops": said}}
    assert resolved(made, {"ops": said}).ops == {(*path, "load"): Load(path="x")}
    (missing,) = resolved(made).faults
    assert (len(missing.path), missing.path[-1]) == (2 * 1_999 + 4, "path")
