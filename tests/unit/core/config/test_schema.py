import enum
import typing
from types import SimpleNamespace
from typing import Any

import pytest

from mainspring.core.base.errors import InvalidConfigDefinitionError
from mainspring.core.config.env import EnvVar
from mainspring.core.config.schema import (
    Array,
    ConfigSchema,
    Field,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
    to_config_type,
)
from mainspring.core.config.types import (
    AnyType,
    Bool,
    BoolSource,
    Enum,
    EnumValue,
    Float,
    Int,
    IntSource,
    String,
    StringSource,
)
from mainspring.core.config.validate import validate


class Mode(enum.Enum):
    FAST = "fast"
    SLOW = "slow"


VALUES: dict[str, object] = {
    "none": None,
    "bool": True,
    "int": 3,
    "float": 2.5,
    "str": "a",
    "number in quotes": "3",
    "list": [3],
    "empty list": [],
    "object": {"a": 3},
    "empty object": {},
    "variable": {"env": "V"},
    "env": EnvVar("V"),
    "name": "FAST",
    "bytes": b"a",
    "set": {3},
}
KINDS: list[tuple[str, object, set[str]]] = [
    ("any", Any, set(VALUES)),
    ("bool", bool, {"bool"}),
    ("int", int, {"int"}),
    ("float", float, {"int", "float"}),
    ("str", str, {"str", "number in quotes", "name"}),
    ("bool source", BoolSource, {"bool", "variable", "env"}),
    ("int source", IntSource, {"int", "variable", "env"}),
    ("str source", StringSource, {"str", "number in quotes", "name", "variable", "env"}),
    ("enum", Enum.from_python_enum(Mode), {"name"}),
    ("noneable", Noneable(int), {"none", "int"}),
    ("array", Array(int), {"list", "empty list"}),
    ("map", Map(str, int), {"object", "empty object"}),
    ("shape", {"a": int}, {"object"}),
    ("empty shape", {}, {"none", "empty object"}),
    ("permissive", dict, {"none", "object", "empty object", "variable"}),
    ("permissive with a field", Permissive({"a": int}), {"object"}),
    ("selector", Selector({"a": int, "b": str}), {"object"}),
    ("union", ScalarUnion(int, [int]), {"int", "list", "empty list"}),
    ("list of any", list, {"list", "empty list"}),
]


@pytest.mark.parametrize("schema, good", [(kind, good) for _, kind, good in KINDS], ids=[k[0] for k in KINDS])
def test_which_values_each_kind_takes(schema: object, good: set[str]):
    assert {name for name, value in VALUES.items() if validate(schema, value).success} == good


@pytest.mark.parametrize("schema, good", [(kind, good) for _, kind, good in KINDS], ids=[k[0] for k in KINDS])
def test_what_is_wrong_is_told_with_what_was_expected(schema: object, good: set[str]):
    label = to_config_type(schema).label
    for name, value in VALUES.items():
        if name not in good:
            faults = validate({"x": schema}, {"x": value}).errors
            assert faults
            assert all(fault.location.startswith("root:x") for fault in faults)
            told = [fault for fault in faults if fault.reason in ("type", "choice") and fault.path == ("x",)]
            assert all(label in fault.message for fault in told)


@pytest.mark.parametrize(
    "written, expected",
    [
        (int, Int),
        (bool, Bool),
        (float, Float),
        (str, String),
        (typing.Any, AnyType()),
        (dict, Permissive()),
        (list, Array(Any)),
        ([int], Array(int)),
        (list[int], Array(int)),
        (dict[str, int], Map(str, int)),
        ({str: int}, Map(str, int)),
        ({String: int}, Map(str, int)),
        ({"a": int}, Shape({"a": int})),
        (Field(int), Int),
        (SimpleNamespace(config_type=Int), Int),
    ],
)
def test_how_a_schema_is_written(written: object, expected: object):
    assert to_config_type(written) == expected


def test_a_type_of_values_may_stand_for_its_config():
    whole_number: Any = SimpleNamespace(config_type=Int)
    assert to_config_type({"n": whole_number, "m": [whole_number]}) == Shape({"n": int, "m": [int]})
    assert Field(whole_number).config_type is Int
    assert Map(SimpleNamespace(config_type=String), whole_number) == Map(str, int)
    assert ScalarUnion(whole_number, dict) == ScalarUnion(int, dict)


def test_labels():
    schema = Shape({"a": Noneable(Array(int)), "b": Map(str, ScalarUnion(int, {"c": str}))})
    assert [field.config_type.label for field in schema.fields.values()] == [
        "list of int or null",
        "map of str to int or an object with the fields c",
    ]
    assert [kind.label for kind in (Shape({}), Permissive(), Selector({"a": int}))] == [
        "an empty object",
        "an object",
        "an object with exactly one of the fields a",
    ]


def test_when_a_field_must_be_given():
    assert Field(int).is_required
    assert not Field(int, is_required=False).is_required
    assert not Field(int, is_required=False).default_provided
    maybe = Field(Noneable(int))
    assert (maybe.is_required, maybe.default_value) == (False, None)
    assert Field(Noneable(int), is_required=True).is_required
    choice = Field(Selector({"a": Field(int, default_value=1)}))
    assert (choice.is_required, choice.default_value) == (False, {"a": 1})
    assert Field(Selector({"a": int})).is_required
    assert Field(Selector({"a": Noneable(int), "b": Noneable(int)})).is_required
    inner_optional = Field({"a": Field(int, default_value=1)})
    assert (inner_optional.is_required, inner_optional.default_value) == (False, {})
    assert Field({"a": Field(int, default_value=1)}, is_required=True).is_required
    assert Field({"a": int}).is_required
    assert (
        Field(int, default_value=None).default_value,
        Field(int, default_value=3).default_value_as_json_str,
    ) == (
        None,
        "3",
    )
    with pytest.raises(InvalidConfigDefinitionError, match="has no default"):
        _ = Field(int).default_value


def test_what_cannot_be():
    with pytest.raises(
        InvalidConfigDefinitionError, match="keys of a config map are scalars; got list of int"
    ):
        Map([int], int)
    with pytest.raises(InvalidConfigDefinitionError, match="scalar_type of a ScalarUnion is a scalar"):
        ScalarUnion([int], [int])
    with pytest.raises(InvalidConfigDefinitionError, match="non_scalar_schema of a ScalarUnion is no scalar"):
        ScalarUnion(int, str)
    with pytest.raises(InvalidConfigDefinitionError, match="named by strings; got 3"):
        Shape({3: int})  # pyright: ignore[reportArgumentType]
    with pytest.raises(InvalidConfigDefinitionError, match="The config enum E names X more than once"):
        Enum("E", [EnumValue("X"), EnumValue("X", 2)])
    with pytest.raises(InvalidConfigDefinitionError, match="only names what a schema can be made of"):
        ConfigSchema()


def test_a_field_and_its_second_name():
    for kind in (Shape, Permissive):
        schema = kind({"a": int}, field_aliases={"a": "b"})
        assert validate(schema, {"b": 3}).value == {"a": 3}
        assert validate(schema, {"a": 3}).value == {"a": 3}
        assert [str(fault) for fault in validate(schema, {}).errors] == [
            "root:a: Missing required field; expected int."
        ]


def test_an_object_that_is_missing_names_its_own_missing_fields():
    schema = {"outer": {"inner": {"a": int, "b": Field(int, default_value=1)}, "c": [str]}}
    assert [str(fault) for fault in validate(schema, {}).errors] == [
        "root:outer:inner:a: Missing required field; expected int.",
        "root:outer:c: Missing required field; expected list of str.",
    ]
    optional_inside = {"outer": Field({"a": Field(int, default_value=1)}, is_required=True)}
    assert [str(fault) for fault in validate(optional_inside, {}).errors] == [
        "root:outer: Missing required field; expected an object with the fields a."
    ]


def test_nothing_after_a_name_in_yaml_is_the_default_in_full():
    schema = {"a": {"b": {"c": Field(int, default_value=1)}}, "d": Field(int, default_value=None)}
    assert validate(schema, {"a": None}).value == {"a": {"b": {"c": 1}}, "d": None}


def test_enum_values():
    mode = Enum.from_python_enum(Mode)
    assert [mode.name_of(value) for value in ("FAST", "fast", Mode.SLOW, "medium", 3)] == [
        "FAST",
        "FAST",
        "SLOW",
        None,
        None,
    ]
    assert [str(fault) for fault in validate(mode, "FSAT").errors] == [
        "root: Expected one of FAST, SLOW, got str 'FSAT'. Did you mean FAST?"
    ]
    numbers = Enum("N", [EnumValue("ONE", 1), EnumValue("TWO", 2, "the second")])
    assert (numbers.post_process("TWO"), numbers.is_valid_config_enum_value("ONE")) == (2, True)
    assert validate(numbers, 1).value == "ONE"


def test_a_number_in_quotes_says_so():
    found = validate(
        {"a": int, "b": bool, "c": float, "d": IntSource}, {"a": "5", "b": "True", "c": "1e3", "d": "x"}
    )
    assert [str(fault) for fault in found.errors] == [
        "root:a: Expected int, got str '5'. Write it without quotes.",
        "root:b: Expected bool, got str 'True'. Write it without quotes.",
        "root:c: Expected float, got str '1e3'. Write it without quotes.",
        "root:d: Expected int, got str 'x'.",
    ]
