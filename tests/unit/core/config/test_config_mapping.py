import enum

import pytest

from mainspring.core.base.errors import (
    ConfigMappingError,
    InvalidConfigDefinitionError,
    InvalidConfigError,
)
from mainspring.core.config.config_mapping import ConfigMapping, config_mapping
from mainspring.core.config.run_config import RunConfig
from mainspring.core.config.schema import Field
from mainspring.core.config.types import Enum, StringSource
from mainspring.runtime.definitions.config import Config


class Mode(enum.Enum):
    FAST = 1
    SLOW = 2


def answered(config: object) -> dict[str, object]:
    return {"load": {"config": config}}


def test_a_config_is_checked_and_mapped():
    mapping = ConfigMapping(answered, {"n": int, "m": Field(int, default_value=2)})
    assert mapping.resolve_from_unvalidated_config({"n": 1}) == {"load": {"config": {"n": 1, "m": 2}}}
    assert mapping.resolve_from_validated_config({"n": 1}) == {"load": {"config": {"n": 1}}}
    with pytest.raises(InvalidConfigError, match="root:n: Missing required field"):
        mapping.resolve_from_unvalidated_config({})


def test_without_a_schema_any_config_is_taken():
    assert ConfigMapping(answered).resolve_from_unvalidated_config([1]) == {"load": {"config": [1]}}
    assert ConfigMapping(answered).resolve_from_unvalidated_config(None) == {"load": {"config": None}}


@pytest.mark.parametrize(
    "processed, expected",
    [
        (None, {"mode": Mode.SLOW, "word": "secret"}),
        (True, {"mode": Mode.SLOW, "word": "secret"}),
        (False, {"mode": "SLOW", "word": {"env": "W"}}),
    ],
)
def test_values_are_processed_unless_asked_for_as_they_are(processed, expected):
    schema = {"mode": Enum.from_python_enum(Mode), "word": StringSource}
    mapping = ConfigMapping(answered, schema, receive_processed_config_values=processed)
    received = mapping.received({"mode": "SLOW", "word": {"env": "W"}}, {"W": "secret"})
    assert (received.value, received.errors) == (expected, ())


class Simple(Config):
    limit: int = 3


def test_a_config_class_makes_an_object():
    mapping = ConfigMapping(lambda said: RunConfig(ops={"load": {"config": said.limit}}), Simple)
    assert mapping.resolve_from_unvalidated_config({"limit": 5})["ops"] == {"load": {"config": 5}}
    assert mapping.resolve_from_unvalidated_config(None)["ops"] == {"load": {"config": 3}}


def test_the_decorator_reads_the_class_off_the_parameter():
    @config_mapping
    def bare(said: Simple):
        return answered(said)

    @config_mapping(receive_processed_config_values=True)
    def with_brackets(said: "Simple"):
        return answered(said)

    @config_mapping(config_schema={"n": int})
    def with_schema(said):
        return answered(said["n"])

    assert bare.resolve_from_unvalidated_config({}) == {"load": {"config": {"limit": 3}}}
    assert with_brackets.resolve_from_unvalidated_config({"limit": 1}) == {"load": {"config": {"limit": 1}}}
    assert with_schema.resolve_from_unvalidated_config({"n": 1}) == {"load": {"config": 1}}


def test_what_a_mapping_raises():
    def broken(_said):
        raise KeyError("x")

    with pytest.raises(
        ConfigMappingError, match=r"The config mapping 'broken' raised KeyError: 'x'"
    ) as caught:
        ConfigMapping(broken).resolve_from_unvalidated_config({})
    assert isinstance(caught.value.user_exception, KeyError)
    assert caught.value.__cause__ is caught.value.user_exception
    assert str(caught.value.where).partition(":")[0].endswith("test_config_mapping.py")


def test_what_a_mapping_must_answer():
    assert ConfigMapping(lambda _: None).resolve_from_unvalidated_config({}) == {}
    with pytest.raises(ConfigMappingError, match="answers a mapping or a RunConfig; it answered int"):
        ConfigMapping(lambda _: 3).resolve_from_unvalidated_config({})


def test_a_mapping_with_its_config_given():
    mapping = ConfigMapping(answered, {"n": int})
    fixed = mapping.configured({"n": 4})
    doubled = mapping.configured(lambda n: {"n": n * 2}, int)
    assert fixed.resolve_from_unvalidated_config(None) == {"load": {"config": {"n": 4}}}
    assert doubled.resolve_from_unvalidated_config(3) == {"load": {"config": {"n": 6}}}
    with pytest.raises(InvalidConfigError, match="root:n: Expected int, got str"):
        mapping.configured({"n": "4"})
    with pytest.raises(InvalidConfigDefinitionError, match="with a function only"):
        mapping.configured({"n": 4}, int)


def test_no_function():
    with pytest.raises(InvalidConfigDefinitionError, match="config_fn of a ConfigMapping is a function"):
        ConfigMapping({"a": 1})  # pyright: ignore[reportArgumentType]


def test_which_configs_need_the_environment():
    mapping = ConfigMapping(answered, {"w": Field(StringSource, default_value="x")})
    assert not mapping.names_variables({"w": "y"})
    assert mapping.names_variables({"w": {"env": "W"}})
    by_default = ConfigMapping(answered, {"w": Field(StringSource, default_value={"env": "W"})})
    assert by_default.names_variables({})
