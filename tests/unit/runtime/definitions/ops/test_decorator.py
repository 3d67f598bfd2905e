from datetime import timedelta

import pytest

import mainspring as dg
from mainspring.core.config.definition import DefinitionConfigSchema
from mainspring.runtime.definitions.ops.signature import EMPTY, FunctionKind


class Limits(dg.Config):
    limit: int = 3


class Client(dg.ConfigurableResource):
    url: str = "x"


def test_a_plain_function() -> None:
    @dg.op
    def clean(context, rows: list, limit: int = 3) -> list:
        """Take out
        what is empty.
        """
        return rows[:limit]

    assert (clean.name, clean.description) == ("clean", "Take out\nwhat is empty.")
    assert [(i.name, i.annotation, i.default_value) for i in clean.input_defs] == [
        ("rows", list, EMPTY),
        ("limit", int, 3),
    ]
    assert (clean.required_resource_keys, clean.tags, clean.has_config) == (frozenset(), {}, False)
    assert clean.where is not None
    assert clean.where.file == __file__
    assert repr(clean) == "OpDefinition('clean')"


def test_everything_said() -> None:
    policy = dg.RetryPolicy(max_retries=2)

    @dg.op(
        name="load",
        description="d",
        ins={"rows": dg.In(int, input_manager_key="disk"), "start": dg.In(dg.Nothing)},
        out=dg.Out(io_manager_key="disk"),
        config_schema={"limit": int},
        required_resource_keys={"db"},
        tags={"team": "core"},
        retry_policy=policy,
        code_version="2",
        pool="small",
        timeout=timedelta(minutes=1),
    )
    def anything(rows, client: Client): ...

    assert (anything.name, anything.description, anything.tags) == ("load", "d", {"team": "core"})
    assert [(i.name, i.is_nothing, i.input_manager_key) for i in anything.input_defs] == [
        ("rows", False, "disk"),
        ("start", True, None),
    ]
    assert anything.outs["result"].io_manager_key == "disk"
    assert isinstance(anything.config_schema, DefinitionConfigSchema)
    assert anything.required_resource_keys == {"db", "client"}
    assert (anything.retry_policy, anything.code_version, anything.pool, anything.timeout) == (
        policy,
        "2",
        "small",
        60.0,
    )
    assert anything.pools == {"small"}


@pytest.mark.parametrize("kind", list(FunctionKind))
def test_every_kind_of_function(kind) -> None:
    def plain(): ...

    def generator():
        yield

    async def coroutine(): ...

    async def async_generator():
        yield

    functions = {
        FunctionKind.PLAIN: plain,
        FunctionKind.GENERATOR: generator,
        FunctionKind.ASYNC: coroutine,
        FunctionKind.ASYNC_GENERATOR: async_generator,
    }
    assert dg.op(functions[kind]).signature.kind is kind


def test_a_config_parameter() -> None:
    @dg.op
    def limited(config: Limits): ...

    assert (limited.config_schema, limited.has_config_field, limited.ins) == (Limits, True, {})
    assert sorted(limited.config_field.config_type.fields) == ["limit"]


def test_what_is_no_function(refusal) -> None:
    assert refusal(lambda: dg.op(3)).startswith("@op decorates a function; got 3.")
    assert refusal(lambda: dg.op(timeout=0)(lambda: 1)).startswith("The timeout of op '<lambda>' is 0")
    assert refusal(lambda: dg.op(lambda: 1)).startswith("'<lambda>' cannot be the name of an op.")
    assert refusal(lambda: dg.op(name="type")(lambda: 1)).startswith(
        "'type' cannot be the name of an op: it is reserved."
    )
