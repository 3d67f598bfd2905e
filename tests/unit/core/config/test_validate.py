import enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.errors import InvalidConfigDefinitionError, InvalidConfigError
from mainspring.core.config.env import EnvVar
from mainspring.core.config.fault import ConfigFault, raise_faults
from mainspring.core.config.resolve import resolve
from mainspring.core.config.schema import (
    Array,
    Field,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
    to_config_type,
)
from mainspring.core.config.types import Enum, EnumValue, IntSource, StringSource
from mainspring.core.config.validate import validate


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


def messages(schema: object, value: object) -> list[str]:
    return [str(error) for error in validate(schema, value).errors]


def test_all_faults_are_found_at_once_each_with_its_path():
    schema = {
        "limit": int,
        "path": Field(str, default_value="x"),
        "tags": [str],
        "inner": {"deep": {"flag": bool}},
        "sizes": Map(str, float),
        "password": Field(StringSource, is_secret=True),
    }
    value = {
        "limt": 3,
        "path": 4,
        "tags": ["a", 3, None],
        "inner": {"deep": {"flag": "yes"}},
        "sizes": {"a": "big"},
        "password": 12345,
    }
    result = validate(schema, value, path=("ops", "load", "config"))
    assert [str(error) for error in result.errors] == [
        "root:ops:load:config:limt: Unknown field 'limt'. Did you mean limit?",
        "root:ops:load:config:limit: Missing required field; expected int.",
        "root:ops:load:config:path: Expected str, got int 4.",
        "root:ops:load:config:tags[1]: Expected str, got int 3.",
        "root:ops:load:config:tags[2]: Expected str, got null.",
        "root:ops:load:config:inner:deep:flag: Expected bool, got str 'yes'.",
        "root:ops:load:config:sizes:a: Expected float, got str 'big'.",
        "root:ops:load:config:password: Expected str, got int (hidden).",
    ]


def test_defaults_are_filled_at_every_depth():
    schema = {"a": Field(int, default_value=1), "b": {"c": Field(str, default_value="x"), "d": Noneable(int)}}
    assert validate(schema, {"b": {"d": None}}).value == {"a": 1, "b": {"c": "x", "d": None}}
    assert validate(schema, {"b": {"d": None}}, fill=False).value == {"b": {"d": None}}


def test_an_object_of_optional_fields_may_be_left_out():
    schema = {"a": {"b": Field(int, default_value=1)}}
    assert validate(schema, {}).value == {"a": {"b": 1}}
    assert validate(schema, None).value == {"a": {"b": 1}}


def test_an_empty_config_names_the_missing_fields():
    assert messages({"config": {"path": str}}, {"config": None}) == [
        "root:config:path: Missing required field; expected str."
    ]


@pytest.mark.parametrize(
    "schema,good,bad",
    [
        (int, 3, True),
        (int, 0, 3.0),
        (float, 3, "3"),
        (float, 2.5, False),
        (bool, False, 0),
        (str, "", b"x"),
        ([int], [1, 2], "12"),
        ({str: int}, {"a": 1}, {1: 1}),
        (Noneable(str), None, 3),
        (Shape({}), {}, []),
        (dict, {"any": object}, 3),
        (list, [1, "a"], {}),
        (ScalarUnion(int, {"a": str}), 3, "x"),
        (ScalarUnion(int, {"a": str}), {"a": "x"}, {"a": 3}),
        (Selector({"a": int, "b": str}), {"b": "x"}, {"a": 1, "b": "x"}),
        (Selector({"a": int}), {"a": 1}, {"c": 1}),
        (Enum("E", [EnumValue("X")]), "X", "Y"),
        (IntSource, {"env": "PORT"}, {"env": 3}),
        (list[int], [3], ["3"]),
        (dict[str, int], {"a": 3}, {"a": "3"}),
    ],
)
def test_each_kind_takes_the_good_and_refuses_the_bad(schema: object, good: object, bad: object):
    assert validate(schema, good).errors == ()
    assert len(validate(schema, bad).errors) == 1


def test_permissive_keeps_what_it_does_not_know():
    schema = Permissive({"a": Field(int, default_value=1)})
    assert validate(schema, {"z": [1]}).value == {"z": [1], "a": 1}


def test_aliases_are_replaced():
    schema = Shape({"a": int}, field_aliases={"a": "b"})
    assert validate(schema, {"b": 3}).value == {"a": 3}


def test_a_choice_may_be_written_flat_where_it_has_a_discriminator():
    schema = Selector({"cat": {"lives": int}, "dog": {"legs": int}}, discriminator="kind")
    assert validate(schema, {"kind": "cat", "lives": 9}).value == {"cat": {"lives": 9}}
    assert validate(schema, {"cat": {"lives": 9}}).value == {"cat": {"lives": 9}}
    assert messages(schema, {"kind": "bird"}) == ["root:bird: Unknown field 'bird'. Known fields: cat, dog."]
    assert resolve(schema, {"cat": {"lives": 9}}, {}).value == {"kind": "cat", "lives": 9}


def test_enums_are_given_by_name_and_become_members():
    schema = Enum.from_python_enum(Colour)
    assert validate(schema, Colour.RED).value == "RED"
    assert resolve(schema, "BLUE", {}).value is Colour.BLUE
    assert messages(schema, "BLEU") == ["root: Expected one of RED, BLUE, got str 'BLEU'. Did you mean BLUE?"]
    assert Enum.from_python_enum_direct_values(Colour).post_process("red") == "red"


def test_variables_are_stored_by_name_and_read_only_when_resolved():
    schema = {"user": StringSource, "port": IntSource, "tags": [StringSource]}
    stored = validate(schema, {"user": EnvVar("U"), "port": EnvVar.int("P"), "tags": [{"env": "T"}]}).value
    assert stored == {"user": {"env": "U"}, "port": {"env": "P"}, "tags": [{"env": "T"}]}
    assert resolve(schema, stored, {"U": "me", "P": "8", "T": "t"}).value == {
        "user": "me",
        "port": 8,
        "tags": ["t"],
    }
    assert [str(e) for e in resolve(schema, stored, {"P": "hunter2"}).errors] == [
        "root:user: The environment variable U is not set. Set it where the run is executed.",
        "root:port: The environment variable P does not hold a value of type int.",
        "root:tags[0]: The environment variable T is not set. Set it where the run is executed.",
    ]


def test_a_plain_scalar_takes_no_variable():
    assert messages({"a": str}, {"a": EnvVar("X")}) == [
        "root:a: Expected str, got EnvVar EnvVar('X'). "
        "Only a StringSource, IntSource or BoolSource can come from the environment."
    ]


def test_long_values_are_cut_in_messages():
    (message,) = messages({"a": int}, {"a": "x" * 10_000})
    assert len(message) < 120


@pytest.mark.parametrize("wrong", [3, [int, str], object(), {"a": 3}, {3: int, 4: int}, Field])
def test_what_is_no_schema_is_refused(wrong: Any):
    with pytest.raises(InvalidConfigDefinitionError):
        to_config_type(wrong)


def test_a_bad_inner_field_is_named():
    with pytest.raises(
        InvalidConfigDefinitionError, match="In the config field 'a': In the config field 'b': 3 cannot"
    ):
        to_config_type({"a": {"b": 3}})


def test_a_required_field_has_no_default():
    with pytest.raises(InvalidConfigDefinitionError, match="no use for a default"):
        Field(int, default_value=3, is_required=True)


def test_types_compare_by_value():
    assert to_config_type({"a": [int]}) == Shape({"a": Array(int)})
    assert Field(int, default_value=3) != Field(int, default_value=4)


def test_faults_raise_together():
    with pytest.raises(InvalidConfigError) as caught:
        raise_faults("Bad.", [ConfigFault(("a",), "One.", "type"), ConfigFault(("b",), "Two.", "value")])
    assert str(caught.value) == "Bad.\n    Error 1: root:a: One.\n    Error 2: root:b: Two."
    assert [error.path for error in caught.value.errors] == [("a",), ("b",)]


_SCHEMAS = st.recursive(
    st.sampled_from([bool, int, float, str]),
    lambda inner: (
        st.builds(lambda s: [s], inner)
        | st.dictionaries(st.sampled_from("abc"), inner)
        | st.builds(Noneable, inner)
    ),
    max_leaves=6,
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=6,
)


@given(_SCHEMAS, _VALUES)
def test_validation_never_raises_and_is_idempotent(schema: object, value: object):
    first = validate(schema, value)
    if first.success:
        assert validate(schema, first.value) == first
        assert resolve(schema, first.value, {}).value == first.value
