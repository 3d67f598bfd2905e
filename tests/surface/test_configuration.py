"""The section "Configuration" of the public surface."""

import sys
from enum import Enum

import pytest

import mainspring as dg

NOT_GIVEN = object()


def config_of(schema, given):
    """What an op of that config schema finds when it is given that config."""

    @dg.op(config_schema=schema)
    def reading(context):
        return context.op_config

    @dg.job
    def one():
        reading()

    run_config = {} if given is NOT_GIVEN else {"ops": {"reading": {"config": given}}}
    return one.execute_in_process(run_config=run_config).output_for_node("reading")


def refused(schema, given):
    with pytest.raises(dg.DagsterInvalidConfigError) as error:
        config_of(schema, given)
    return str(error.value)


class Color(Enum):
    RED = "r"
    BLUE = "b"


# -- schema types


@pytest.mark.parametrize(
    "schema,given,found",
    [
        ({"n": int}, {"n": 1}, {"n": 1}),
        (dg.Field(int, default_value=7), NOT_GIVEN, 7),
        ({"n": dg.Field(int, is_required=False)}, {}, {}),
        (dg.Array(int), [1, 2], [1, 2]),
        ([str], ["a"], ["a"]),
        (dg.Map(str, int), {"a": 1}, {"a": 1}),
        (dg.Noneable(int), None, None),
        ({"n": dg.Noneable(int)}, {}, {"n": None}),
        (
            {"way": dg.Selector({"csv": {"sep": dg.Field(str, default_value=",")}})},
            {},
            {"way": {"csv": {"sep": ","}}},
        ),
        (dg.Noneable(int), 1, 1),
        (dg.Permissive({"a": int}), {"a": 1, "b": [2]}, {"a": 1, "b": [2]}),
        (dg.Selector({"a": int, "b": {"c": str}}), {"b": {"c": "x"}}, {"b": {"c": "x"}}),
        (dg.Shape({"a": dg.Field(str, default_value="d"), "b": int}), {"b": 1}, {"a": "d", "b": 1}),
        (dg.ScalarUnion(str, {"a": int}), "s", "s"),
        (dg.ScalarUnion(str, {"a": int}), {"a": 1}, {"a": 1}),
        (dg.Enum.from_python_enum(Color), "RED", Color.RED),
        (dg.Enum("size", [dg.EnumValue("small", 1), dg.EnumValue("large")]), "small", 1),
        (dg.Enum("size", [dg.EnumValue("small", 1), dg.EnumValue("large")]), "large", "large"),
        (dg.StringSource, "s", "s"),
        (dg.IntSource, 1, 1),
        (dg.BoolSource, True, True),
    ],
)
def test_schema_types_accept(schema, given, found):
    assert config_of(schema, given) == found


@pytest.mark.parametrize(
    "schema,given,path",
    [
        ({"n": int}, {"n": "one"}, "root:ops:reading:config:n"),
        (dg.Array(int), [1, "x"], "root:ops:reading:config[1]"),
        (dg.Map(str, int), {"a": "x"}, "root:ops:reading:config:"),
        (dg.Selector({"a": int, "b": int}), {"a": 1, "b": 2}, "root:ops:reading:config"),
        (dg.Shape({"a": int}), {"a": 1, "z": 2}, "root:ops:reading:config"),
        (dg.ScalarUnion(str, {"a": int}), 1.5, "root:ops:reading:config"),
        (dg.Enum.from_python_enum(Color), "GREEN", "root:ops:reading:config"),
        (dg.IntSource, "x", "root:ops:reading:config"),
        (dg.Noneable(int), "x", "root:ops:reading:config"),
        (dg.Permissive({"a": int}), {"b": 1}, "root:ops:reading:config"),
    ],
)
def test_schema_types_refuse_and_name_the_place(schema, given, path):
    assert path in refused(schema, given)


def test_sources_read_the_environment(monkeypatch):
    for name, text in (("A_TEXT", "a"), ("A_NUMBER", "3"), ("A_SWITCH", "true")):
        monkeypatch.setenv(name, text)
    schema = {"text": dg.StringSource, "number": dg.IntSource, "switch": dg.BoolSource}
    given = {"text": {"env": "A_TEXT"}, "number": {"env": "A_NUMBER"}, "switch": {"env": "A_SWITCH"}}
    assert config_of(schema, given) == {"text": "a", "number": 3, "switch": True}


def test_sources_name_what_is_not_set():
    assert "NOT_SET_ANYWHERE" in refused({"text": dg.StringSource}, {"text": {"env": "NOT_SET_ANYWHERE"}})


def test_field_tells_what_it_was_made_of():
    field = dg.Field(int, default_value=3, description="How many.")
    assert (field.default_value, field.description, field.is_required, field.default_provided) == (
        3,
        "How many.",
        False,
        True,
    )


def test_enum_value_stands_for_what_it_is_given():
    assert (dg.EnumValue("small", 1).config_value, dg.EnumValue("small", 1).python_value) == ("small", 1)
    assert dg.EnumValue("large").python_value == "large"


def test_config_schema_stands_in_signatures():
    def reader(schema: dg.ConfigSchema):
        return config_of(schema, {"n": 1})

    assert reader({"n": int}) == reader(dg.Shape({"n": int})) == {"n": 1}
    with pytest.raises(dg.DagsterInvalidConfigDefinitionError):
        dg.ConfigSchema()


# -- pydantic config


class Inner(dg.Config):
    path: str = "p"


class Settings(dg.Config):
    limit: int
    inner: Inner = Inner()
    names: tuple[str, ...] = ()


def test_config_reaches_a_function_as_an_object():
    @dg.asset
    def limited(config: Settings):
        return config.limit, config.inner.path, config.names

    given = dg.RunConfig(ops={"limited": Settings(limit=3, names=("a",))})
    assert dg.materialize([limited], run_config=given).output_for_node("limited") == (3, "p", ("a",))
    with pytest.raises(dg.DagsterInvalidConfigError, match="root:ops:limited:config:limit"):
        dg.materialize([limited], run_config={"ops": {"limited": {"config": {"limit": "x"}}}})


def test_config_cannot_be_changed():
    with pytest.raises(Exception, match=r"frozen|limit"):
        Settings(limit=1).limit = 2


def test_permissive_config_takes_more():
    class Loose(dg.PermissiveConfig):
        a: int

    @dg.op
    def reading(config: Loose):
        return config.a, config.b

    @dg.job
    def one():
        reading()

    run_config = {"ops": {"reading": {"config": {"a": 1, "b": "x"}}}}
    assert one.execute_in_process(run_config=run_config).output_for_node("reading") == (1, "x")


def test_run_config_is_the_same_as_its_dict():
    given = dg.RunConfig(ops={"reading": Settings(limit=1)}, resources={"r": {"config": {"a": 1}}})
    plain = given.to_config_dict()
    assert plain["ops"]["reading"]["config"]["limit"] == 1
    assert plain["resources"] == {"r": {"config": {"a": 1}}}


def test_env_var_is_read_when_a_resource_is_made(monkeypatch):
    class Store(dg.ConfigurableResource):
        place: str
        size: int

    @dg.asset
    def reading(store: Store):
        return store.place, store.size

    store = Store(place=dg.EnvVar("A_PLACE"), size=dg.EnvVar.int("A_SIZE"))
    monkeypatch.setenv("A_PLACE", "here")
    monkeypatch.setenv("A_SIZE", "5")
    assert dg.materialize([reading], resources={"store": store}).output_for_node("reading") == ("here", 5)
    assert dg.EnvVar("A_PLACE").get_value() == "here"
    assert dg.EnvVar("NOT_SET_ANYWHERE").get_value("other") == "other"


def test_configurable_resource_is_made_once_a_run_and_torn_down():
    seen = []

    class Store(dg.ConfigurableResource):
        place: str

        def setup_for_execution(self, context):
            seen.append("open")

        def teardown_after_execution(self, context):
            seen.append("closed")

    @dg.asset
    def reading(store: Store):
        seen.append(store.place)

    dg.materialize([reading], resources={"store": Store(place="here")})
    assert seen == ["open", "here", "closed"]


def test_configurable_resource_configured_at_launch():
    class Store(dg.ConfigurableResource):
        place: str

    @dg.asset
    def reading(store: Store):
        return store.place

    result = dg.materialize(
        [reading],
        resources={"store": Store.configure_at_launch()},
        run_config={"resources": {"store": {"config": {"place": "there"}}}},
    )
    assert result.output_for_node("reading") == "there"


def test_resource_dependency_holds_a_resource():
    class Login(dg.ConfigurableResource):
        user: str

    class Store(dg.ConfigurableResource):
        login: dg.ResourceDependency[Login]

    @dg.asset
    def reading(store: Store):
        return store.login.user

    resources = {"store": Store(login=Login(user="me"))}
    assert dg.materialize([reading], resources=resources).output_for_node("reading") == "me"


def test_a_resource_may_stand_for_another_object():
    class Client(dg.ConfigurableResource, dg.IAttachDifferentObjectToOpContext):
        def get_object_to_set_on_execution_context(self):
            return {"the": "client"}

    @dg.asset(required_resource_keys={"client"})
    def reading(context):
        return context.resources.client

    assert dg.materialize([reading], resources={"client": Client()}).output_for_node("reading") == {
        "the": "client"
    }


# -- mappings and ready-made config


@dg.op(config_schema={"n": int})
def counted(context):
    return context.op_config["n"]


def test_config_mapping_makes_the_config_of_the_nodes_of_a_graph():
    mapping = dg.ConfigMapping(
        config_fn=lambda config: {"counted": {"config": {"n": config["half"] * 2}}},
        config_schema={"half": int},
    )

    @dg.graph(config=mapping)
    def doubled():
        counted()

    @dg.job
    def outer():
        doubled()

    result = outer.execute_in_process(run_config={"ops": {"doubled": {"config": {"half": 2}}}})
    assert result.output_for_node("doubled.counted") == 4
    result = doubled.execute_in_process(run_config={"ops": {"config": {"half": 3}}})
    assert result.output_for_node("counted") == 6


def test_config_mapping_decorator_on_a_job():
    @dg.config_mapping(config_schema={"half": int})
    def double(config):
        return {"ops": {"counted": {"config": {"n": config["half"] * 2}}}}

    @dg.job(config=double)
    def doubling():
        counted()

    assert doubling.execute_in_process(run_config={"half": 3}).output_for_node("counted") == 6


def test_configured_gives_a_definition_its_config():
    five = dg.configured(counted, name="five")({"n": 5})

    @dg.configured(counted, config_schema={"half": int})
    def halves(config):
        return {"n": config["half"] * 2}

    @dg.job
    def both():
        five()
        halves()

    result = both.execute_in_process(run_config={"ops": {"halves": {"config": {"half": 1}}}})
    assert (result.output_for_node("five"), result.output_for_node("halves")) == (5, 2)


def test_validate_run_config_fills_in_defaults():
    @dg.op(config_schema={"n": dg.Field(int, default_value=4)})
    def defaulting():
        return 1

    @dg.job
    def one():
        defaulting()

    assert dg.validate_run_config(one, {})["ops"]["defaulting"]["config"] == {"n": 4}
    with pytest.raises(dg.DagsterInvalidConfigError, match="root:ops:defaulting:config:n"):
        dg.validate_run_config(one, {"ops": {"defaulting": {"config": {"n": "x"}}}})


# -- files


def test_config_from_files_merges_yaml(tmp_path):
    (tmp_path / "a.yaml").write_text("ops:\n  counted:\n    config: {n: 1}\n")
    (tmp_path / "b.yaml").write_text("execution: {}\nops:\n  other: {}\n")
    found = dg.config_from_files([str(tmp_path / "*.yaml")])
    assert found == {"ops": {"counted": {"config": {"n": 1}}, "other": {}}, "execution": {}}


def test_config_from_yaml_strings_lets_the_later_one_win():
    assert dg.config_from_yaml_strings(["a: {b: 1, c: 2}", "a: {b: 3}"]) == {"a": {"b": 3, "c": 2}}


def test_config_from_pkg_resources(tmp_path, monkeypatch):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "__init__.py").touch()
    (tmp_path / "kept" / "run.yaml").write_text("a: 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    try:
        assert dg.config_from_pkg_resources([("kept", "run.yaml")]) == {"a": 1}
    finally:
        sys.modules.pop("kept", None)
