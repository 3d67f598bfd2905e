from mainspring.core.config.json_schema import json_schema
from mainspring.core.config.schema import Array, Field, Map, Noneable, ScalarUnion, Selector
from mainspring.core.config.types import Enum, EnumValue, StringSource


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
            "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
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
        "required": ["list", "map", "maybe", "colour", "choice", "either"],
    }
