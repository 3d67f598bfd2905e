from __future__ import annotations

import pytest

from mainspring.core.base.errors import ConfigMappingError, InvalidConfigDefinitionError, InvalidConfigError
from mainspring.core.config.definition import configured, named_variables, to_definition_schema
from mainspring.core.config.env import EnvVar
from mainspring.core.config.schema import Field
from mainspring.core.config.types import StringSource

SCHEMA = {"host": StringSource, "port": Field(int, default_value=80)}


def test_evaluate_fills_and_resolves():
    schema = to_definition_schema(SCHEMA)
    assert schema.evaluate({"host": {"env": "H"}}, {"H": "h"}).value == {"host": "h", "port": 80}


def test_no_schema_takes_anything_or_nothing():
    schema = to_definition_schema(None)
    assert (schema.evaluate(None, {}).value, schema.evaluate({"a": 1}, {}).value) == (None, {"a": 1})


def test_a_scalar_default():
    assert to_definition_schema(Field(int, default_value=3)).evaluate(None, {}).value == 3


def test_configured_with_a_constant():
    schema = to_definition_schema(SCHEMA).configured({"host": {"env": "H"}})
    assert not schema.field.is_required
    assert schema.evaluate(None, {"H": "h"}).value == {"host": "h", "port": 80}
    assert list(schema.references()) == ["H"]


def test_a_wrong_constant_is_refused_at_once():
    with pytest.raises(InvalidConfigError, match="root:host: Missing required field"):
        to_definition_schema(SCHEMA).configured({"port": 3})


def test_configured_with_functions_in_a_chain():
    once = to_definition_schema(SCHEMA).configured(lambda c: {"host": c["name"] + ".net"}, {"name": str})
    twice = once.configured(lambda c: {"name": c * 2}, str)
    assert twice.evaluate("ab", {}).value == {"host": "abab.net", "port": 80}
    assert [str(e) for e in twice.evaluate(3, {}).errors] == ["root: Expected str, got int 3."]


def test_a_mapping_that_gives_what_does_not_fit():
    schema = to_definition_schema(SCHEMA).configured(lambda _: {"hots": "x"})
    assert [e.reason for e in schema.evaluate(None, {}, path=("r",)).errors] == ["unknown", "missing"]


def test_a_mapping_that_raises():
    schema = to_definition_schema(SCHEMA).configured(lambda c: c["nope"], {"a": int})
    with pytest.raises(ConfigMappingError, match=r"test_definition\.py:\d+") as caught:
        schema.evaluate({"a": 1}, {})
    assert isinstance(caught.value.user_exception, KeyError)


def test_configured_needs_something_configurable():
    with pytest.raises(InvalidConfigDefinitionError, match="cannot be configured"):
        configured(3)
    with pytest.raises(InvalidConfigDefinitionError, match="with a function only"):
        to_definition_schema(SCHEMA).configured({"host": "x"}, {"a": int})


def test_named_variables():
    assert sorted(named_variables({"a": [{"env": "A"}], "b": {"env": "B", "c": 1}})) == ["A"]


def test_the_function_names_what_takes_a_name() -> None:
    class Named:
        """Something like an op."""

        def __init__(self, name: str = "first") -> None:
            self.name = name

        def configured(
            self, config_or_config_fn: object, name: str | None = None, config_schema: object = None
        ) -> Named:
            del config_or_config_fn, config_schema
            return Named(name or self.name)

    @configured(Named())
    def second(config):
        return config

    assert second.name == "second"
    assert configured(Named(), name="third")(lambda config: config).name == "third"
    assert configured(Named())(lambda config: config).name == "first"
    assert configured(Named())({"n": 1}).name == "first"


@pytest.mark.parametrize(
    "schema, message",
    [
        (
            {"a": Field(int, default_value="3")},
            "The default of the config field 'a' does not fit it: Expected int",
        ),
        ({"a": {"b": Field([str], default_value=[1])}}, "'b' does not fit it: root\\[0\\]: Expected str"),
        (
            Field({"a": int}, default_value={"b": 1}),
            "The default of a config schema does not fit it: root:b: Unknown",
        ),
        (
            {"a": Field(str, default_value=EnvVar("X"))},
            "Only a StringSource, IntSource or BoolSource can come from",
        ),
    ],
)
def test_a_default_must_fit_its_field(schema, message):
    with pytest.raises(InvalidConfigDefinitionError, match=message):
        to_definition_schema(schema)


def test_defaults_that_fit():
    schema = {
        "a": Field(StringSource, default_value=EnvVar("X")),
        "b": Field(int, default_value=None),
        "c": Field({"d": Field(int, default_value=1)}, default_value={}),
    }
    evaluated = to_definition_schema(schema).evaluate({}, {"X": "x"})
    assert evaluated.value == {"a": "x", "b": None, "c": {"d": 1}}
