"""A config schema as JSON Schema (draft 2020-12), for editors and forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from mainspring.core.config.schema import (
    ABSENT,
    Array,
    Field,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
    plain,
    to_config_type,
)
from mainspring.core.config.types import AnyType, ConfigType, Enum, ScalarType, SourceType

JsonSchema = dict[str, Any]

_SCALAR_NAMES = {bool: "boolean", int: "integer", float: "number", str: "string"}
_ENV: JsonSchema = {
    "type": "object",
    "properties": {"env": {"type": "string", "description": "The name of an environment variable."}},
    "required": ["env"],
    "additionalProperties": False,
}


def json_schema(schema: object) -> JsonSchema:
    """The JSON Schema of anything a config schema can be made of. Defaults of secret fields are left out."""
    if isinstance(schema, Field):
        return _of_field(schema)
    return _of(to_config_type(schema))


def _of(node: ConfigType) -> JsonSchema:
    made = _KINDS[type(node)](node)
    return {"description": node.description, **made} if node.description else made


def _of_field(field: Field) -> JsonSchema:
    made = _of(field.config_type)
    if field.description:
        made = {**made, "description": field.description}
    if field.is_secret:
        return {**made, "writeOnly": True}
    default = plain(field.default) if field.default_provided else ABSENT
    return made if default is ABSENT else {**made, "default": default}


def _any(_node: Any) -> JsonSchema:
    return {}


def _scalar(node: Any) -> JsonSchema:
    return {"type": _SCALAR_NAMES[cast("ScalarType", node).kind]}


def _source(node: Any) -> JsonSchema:
    return {"anyOf": [_scalar(cast("SourceType", node).scalar), _ENV]}


def _enum(node: Any) -> JsonSchema:
    return {"enum": cast("Enum", node).config_values}


def _noneable(node: Any) -> JsonSchema:
    return {"anyOf": [_of(cast("Noneable", node).inner_type), {"type": "null"}]}


def _array(node: Any) -> JsonSchema:
    return {"type": "array", "items": _of(cast("Array", node).inner_type)}


def _map(node: Any) -> JsonSchema:
    return {"type": "object", "additionalProperties": _of(cast("Map", node).inner_type)}


def _object(node: Any) -> JsonSchema:
    kind = cast("Shape | Permissive", node)
    made: JsonSchema = {
        "type": "object",
        "properties": {name: _of_field(field) for name, field in kind.fields.items()},
        "additionalProperties": isinstance(kind, Permissive),
    }
    required = [name for name, field in kind.fields.items() if field.is_required]
    return {**made, "required": required} if required else made


def _selector(node: Any) -> JsonSchema:
    kind = cast("Selector", node)
    return {
        "type": "object",
        "properties": {name: _of_field(field) for name, field in kind.fields.items()},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _scalar_union(node: Any) -> JsonSchema:
    kind = cast("ScalarUnion", node)
    return {"anyOf": [_of(kind.scalar_type), _of(kind.non_scalar_schema)]}


_KINDS: dict[type[ConfigType], Callable[[Any], JsonSchema]] = {
    AnyType: _any,
    ScalarType: _scalar,
    SourceType: _source,
    Enum: _enum,
    Noneable: _noneable,
    Array: _array,
    Map: _map,
    Shape: _object,
    Permissive: _object,
    Selector: _selector,
    ScalarUnion: _scalar_union,
}
