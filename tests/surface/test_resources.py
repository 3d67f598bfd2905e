"""The section "Resources" of the public surface."""

import pytest

import mainspring as dg


@dg.op(required_resource_keys={"db"})
def reads(context):
    return context.resources.db


def run_with(**resources):
    @dg.job(resource_defs=resources)
    def reading():
        reads()

    return reading.execute_in_process().output_for_node("reads")


def test_resource_with_config_and_a_teardown():
    steps = []

    @dg.resource(config_schema={"url": str}, description="a connection")
    def connection(context):
        steps.append("open")
        try:
            yield context.resource_config["url"]
        finally:
            steps.append("close")

    assert run_with(db=connection.configured({"url": "here"})) == "here"
    assert (steps, connection.description) == (["open", "close"], "a connection")


def test_resource_without_a_context():
    @dg.resource
    def plain():
        return 5

    assert run_with(db=plain) == 5


def test_resource_called_as_a_function():
    @dg.resource({"n": int})
    def number(context):
        return context.resource_config["n"]

    assert number(dg.build_init_resource_context(config={"n": 3})) == 3
    with pytest.raises(dg.DagsterInvalidConfigError):
        number(dg.build_init_resource_context(config={"n": "x"}))


def test_build_init_resource_context_opens_other_resources():
    steps = []

    @dg.resource
    def secret():
        yield "s"
        steps.append("closed")

    @dg.resource(required_resource_keys={"secret"})
    def client(context):
        return f"client of {context.resources.secret}"

    with dg.build_init_resource_context(resources={"secret": secret}) as context:
        assert (client(context), steps) == ("client of s", [])
    assert steps
    assert client(dg.build_init_resource_context(resources={"secret": "t"})) == "client of t"


def test_resource_definition_and_its_ready_made_forms():
    made = dg.ResourceDefinition(lambda context: context.resource_config["n"], config_schema={"n": int})
    assert run_with(db=made.configured({"n": 1})) == 1
    assert run_with(db=dg.ResourceDefinition.hardcoded_resource("fixed")) == "fixed"
    assert run_with(db=dg.ResourceDefinition.none_resource()) is None
    assert run_with(db=dg.ResourceDefinition.string_resource().configured("words")) == "words"
    assert run_with(db=dg.ResourceDefinition.mock_resource()).anything() is not None


def test_resource_definition_requires_other_resources():
    @dg.resource(required_resource_keys={"secret"}, version="1")
    def client(context):
        return context.resources.secret

    assert (client.required_resource_keys, client.version) == ({"secret"}, "1")
    assert run_with(db=client, secret=dg.ResourceDefinition.hardcoded_resource("s")) == "s"
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="secret"):
        run_with(db=client)


def test_configured_by_a_function():
    @dg.resource({"host": str, "port": int})
    def server(context):
        return f"{context.resource_config['host']}:{context.resource_config['port']}"

    @dg.configured(server, config_schema={"host": str})
    def local(config):
        return {"host": config["host"], "port": 80}

    assert run_with(db=local.configured({"host": "h"})) == "h:80"


def test_resource_param_hands_a_resource_to_an_asset():
    @dg.asset
    def table(db: dg.ResourceParam[str]):
        return f"from {db}"

    result = dg.materialize([table], resources={"db": "lake"})
    assert (result.output_for_node("table"), table.required_resource_keys >= {"db"}) == ("from lake", True)
    assert table(db="other") == "from other"


def test_build_resources_outside_a_run():
    steps = []

    @dg.resource({"n": int})
    def counted(context):
        yield context.resource_config["n"]
        steps.append("closed")

    with dg.build_resources(
        {"counted": counted, "plain": "p"}, resource_config={"counted": {"config": {"n": 2}}}
    ) as resources:
        assert (resources.counted, resources.plain, steps) == (2, "p", [])
    assert steps == ["closed"]


def test_make_values_resource_takes_values_from_config():
    @dg.op(required_resource_keys={"values"})
    def adds(context):
        return context.resources.values["a"] + context.resources.values["b"]

    @dg.job(resource_defs={"values": dg.make_values_resource(a=int, b=int)})
    def adding():
        adds()

    config = {"resources": {"values": {"config": {"a": 1, "b": 2}}}}
    assert adding.execute_in_process(run_config=config).output_for_node("adds") == 3


def test_with_resources_binds_assets():
    @dg.asset(required_resource_keys={"db"})
    def table(context):
        return context.resources.db

    @dg.resource({"n": int})
    def number(context):
        return context.resource_config["n"]

    (bound,) = dg.with_resources([table], {"db": number}, {"db": {"config": {"n": 4}}})
    assert dg.materialize([bound]).output_for_node("table") == 4
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="db"):
        dg.with_resources([table], {})
