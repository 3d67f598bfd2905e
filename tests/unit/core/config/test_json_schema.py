import enum
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mainspring.core.config.json_schema import json_schema
from mainspring.core.config.schema import (
    Array,
    Field,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
)
from mainspring.core.config.types import Enum, EnumValue, StringSource
from mainspring.core.config.validate import validate


def test_every_kind_has_its_json_schema():
    env = {
        "type": "object",
        "properties": {"env": {"type": "string", "description": "The name of an environment variable."}},
        "required": ["env"],
        "additionalProperties": False,
    }
    schema = {
        "n": Field(int, default_value=3, description="how many"),
        "pw": Field(StringSource, is_secret=True, default_value="hunter2"),
        "list": Array(float),
        "map": Map(str, bool),
        "maybe": Noneable(str),
        "colour": Enum("Colour", [EnumValue("RED")]),
        "choice": Selector({"a": int}),
        "either": ScalarUnion(int, dict),
    }
    assert json_schema(schema) == {
        "type": "object",
        "properties": {
            "n": {"type": "integer", "description": "how many", "default": 3},
            "pw": {"anyOf": [{"type": "string"}, env], "writeOnly": True},
            "list": {"type": "array", "items": {"type": "number"}},
            "map": {"type": "object", "additionalProperties": {"type": "boolean"}},
            "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            "colour": {"enum": ["RED"]},
            "choice": {
                "type": "object",
                "properties": {"a": {"type": "integer"}},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            "either": {
                "anyOf": [
                    {"type": "integer"},
                    {"type": "object", "properties": {}, "additionalProperties": True},
                ]
            },
        },
        "additionalProperties": False,
        "required": ["list", "map", "colour", "choice", "either"],
    }


class Mode(enum.Enum):
    FAST = "fast"
    SLOW = "slow"


SCHEMA = {
    "n": Field(int, default_value=3),
    "x": Field(float, is_required=False),
    "user": Field(StringSource, is_required=False),
    "mode": Field(Enum.from_python_enum(Mode), default_value="FAST"),
    "maybe": Field(Noneable(Array(int)), default_value=None),
    "map": Field(Map(str, {"a": bool}), default_value={}),
    "choice": Field(Selector({"csv": {"path": str}, "rows": [int]}), is_required=False),
    "pet": Field(
        Selector({"cat": {"lives": int}, "dog": Permissive()}, discriminator="kind"), is_required=False
    ),
    "either": Field(ScalarUnion(int, Shape({"value": int})), is_required=False),
    "free": Field(Permissive({"known": Field(str, default_value="")})),
    "named": Field(Shape({"full": int}, field_aliases={"full": "short"}), is_required=False),
    "any": Field(Any, is_required=False),
}
GOOD: list[dict[str, object]] = [
    {},
    {"n": 0, "x": 1, "user": "me", "mode": "SLOW", "maybe": [1, 2], "map": {"k": {"a": True}}},
    {"x": 2.5, "user": {"env": "USER"}, "mode": "slow", "maybe": None, "any": [{"z": None}]},
    {"choice": {"csv": {"path": "a"}}, "pet": {"cat": {"lives": 9}}, "either": 3, "free": {"more": 1}},
    {
        "choice": {"rows": [1]},
        "pet": {"kind": "cat", "lives": 9},
        "either": {"value": 3},
        "free": {"known": "x"},
    },
    {"pet": {"kind": "dog", "name": "Rex"}, "named": {"full": 1}},
    {"named": {"short": 1}},
]
BAD: list[dict[str, object]] = [
    {"n": "3"},
    {"n": True},
    {"x": "1"},
    {"user": {"env": 3}},
    {"user": {"nev": "USER"}},
    {"mode": "MEDIUM"},
    {"maybe": ["a"]},
    {"map": {"k": {}}},
    {"choice": {"csv": {"path": "a"}, "rows": []}},
    {"choice": {"json": {}}},
    {"pet": {"kind": "bird"}},
    {"pet": {"kind": "cat"}},
    {"either": "a"},
    {"free": {"known": 3}},
    {"named": {}},
    {"named": {"other": 1}},
    {"unknown": 1},
]


@pytest.mark.parametrize("value", GOOD)
def test_what_we_take_an_editor_takes(value: dict[str, object]):
    assert validate(SCHEMA, value).errors == ()
    assert list(Draft202012Validator(json_schema(SCHEMA)).iter_errors(value)) == []


@pytest.mark.parametrize("value", BAD)
def test_what_we_refuse_an_editor_refuses(value: dict[str, object]):
    assert validate(SCHEMA, value).errors
    assert list(Draft202012Validator(json_schema(SCHEMA)).iter_errors(value))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(json_schema(SCHEMA))


def test_an_object_in_several_places_is_written_once():
    shared = Shape({"a": int}, description="Shared.")
    made = json_schema(
        {"one": shared, "two": Field(shared, description="Its own words."), "three": Shape({"a": int})}
    )
    shared_schema = {
        "description": "Shared.",
        "type": "object",
        "properties": {"a": {"type": "integer"}},
        "additionalProperties": False,
        "required": ["a"],
    }
    assert made["properties"]["one"] == {"$ref": "#/$defs/object1"}
    assert made["properties"]["two"] == {"$ref": "#/$defs/object1", "description": "Its own words."}
    assert made["$defs"] == {"object1": shared_schema}
    validator = Draft202012Validator(made)
    assert validator.is_valid({"one": {"a": 1}, "two": {"a": 1}, "three": {"a": 1}})
    assert not validator.is_valid({"one": {"a": "1"}, "two": {"a": 1}, "three": {"a": 1}})


def test_any_depth_can_be_written():
    schema: object = int
    value: object = 3
    for _ in range(300):
        schema, value = Shape({"inner": schema}), {"inner": value}
    made = json_schema(schema)
    assert json.loads(json.dumps(made)) == made
    assert max(text.count("{") for text in map(json.dumps, made["$defs"].values())) < 100
