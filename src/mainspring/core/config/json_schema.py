"""A config schema as JSON Schema (draft 2020-12), for editors and forms."""

from __future__ import annotations

import enum
from collections import Counter
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

DEPTH = 40
"""Objects nested more deeply are written beside the others and referred to: JSON readers do not go down for ever."""

_SCALAR_NAMES = {bool: "boolean", int: "integer", float: "number", str: "string"}
_ENV: JsonSchema = {
    "type": "object",
    "properties": {"env": {"type": "string", "description": "The name of an environment variable."}},
    "required": ["env"],
    "additionalProperties": False,
}


def json_schema(schema: object) -> JsonSchema:
    """The JSON Schema of anything a config schema can be made of.

    Defaults of secret fields are left out. An object that stands in several places, such as a ``Config`` class that
    several ops take, is written once, under ``$defs``.

    >>> json_schema({"limit": int})["properties"]
    {'limit': {'type': 'integer'}}
    """
    writer = _Writer(to_config_type(schema))
    made = writer.field(schema, 0) if isinstance(schema, Field) else writer.of(writer.root, 0)
    definitions = writer.definitions()
    return {**made, "$defs": definitions} if definitions else made


class _Writer:
    """Writes one schema. What is shared or deep is put off and written at the end, by name."""

    def __init__(self, root: ConfigType) -> None:
        self.root = root
        objects = (node for node in root.type_iterator() if isinstance(node, (Shape, Permissive, Selector)))
        self._uses = Counter(id(node) for node in objects if node.fields)
        self._names: dict[int, str] = {}
        self._pending: list[ConfigType] = []

    def definitions(self) -> JsonSchema:
        """What was put off, by name."""
        made: JsonSchema = {}
        while self._pending:
            node = self._pending.pop()
            made[self._names[id(node)]] = self._inline(node, 0)
        return made

    def of(self, node: ConfigType, depth: int) -> JsonSchema:
        """The schema of a node, or a reference to it."""
        uses = self._uses.get(id(node), 0)
        if node is self.root or (uses < 2 and not (uses and depth > DEPTH)):
            return self._inline(node, depth)
        if id(node) not in self._names:
            self._names[id(node)] = f"object{len(self._names) + 1}"
            self._pending.append(node)
        return {"$ref": f"#/$defs/{self._names[id(node)]}"}

    def _inline(self, node: ConfigType, depth: int) -> JsonSchema:
        made = _KINDS[type(node)](self, node, depth + 1)
        return {"description": node.description, **made} if node.description else made

    def field(self, field: Field, depth: int) -> JsonSchema:
        """The schema of a field, with its description and default."""
        made = self.of(field.config_type, depth)
        if field.description:
            made = {**made, "description": field.description}
        if field.is_secret:
            return {**made, "writeOnly": True}
        default = plain(field.default) if field.default_provided else ABSENT
        return made if default is ABSENT else {**made, "default": default}

    def properties(self, node: Shape | Permissive | Selector, depth: int) -> JsonSchema:
        """The schemas of the fields of an object."""
        return {name: self.field(field, depth) for name, field in node.fields.items()}


def _any(_writer: _Writer, _node: Any, _depth: int) -> JsonSchema:
    return {}


def _scalar(_writer: _Writer, node: Any, _depth: int) -> JsonSchema:
    return {"type": _SCALAR_NAMES[cast("ScalarType", node).kind]}


def _source(writer: _Writer, node: Any, depth: int) -> JsonSchema:
    return {"anyOf": [_scalar(writer, cast("SourceType", node).scalar, depth), _ENV]}


def _enum(_writer: _Writer, node: Any, _depth: int) -> JsonSchema:
    kind = cast("Enum", node)
    names: JsonSchema = {"enum": kind.config_values}
    members = [known.python_value for known in kind.enum_values if isinstance(known.python_value, enum.Enum)]
    values = [member.value for member in members if isinstance(member.value, (str, int, float))]
    others = [value for value in values if value not in kind.config_values]
    return (
        {"anyOf": [names, {"enum": others, "description": "The values of these names."}]} if others else names
    )


def _noneable(writer: _Writer, node: Any, depth: int) -> JsonSchema:
    return {"anyOf": [writer.of(cast("Noneable", node).inner_type, depth), {"type": "null"}]}


def _array(writer: _Writer, node: Any, depth: int) -> JsonSchema:
    return {"type": "array", "items": writer.of(cast("Array", node).inner_type, depth)}


def _map(writer: _Writer, node: Any, depth: int) -> JsonSchema:
    return {"type": "object", "additionalProperties": writer.of(cast("Map", node).inner_type, depth)}


def _object(writer: _Writer, node: Any, depth: int) -> JsonSchema:
    kind = cast("Shape | Permissive", node)
    made: JsonSchema = {
        "type": "object",
        "properties": writer.properties(kind, depth),
        "additionalProperties": isinstance(kind, Permissive),
    }
    required = [name for name, field in kind.fields.items() if field.is_required]
    if not kind.field_aliases:
        return {**made, "required": required} if required else made
    for name, alias in kind.field_aliases.items():
        made["properties"][alias] = made["properties"][name]
    either = [{"required": [name]} for name in required if name not in kind.field_aliases]
    either += [
        {"anyOf": [{"required": [name]}, {"required": [kind.field_aliases[name]]}]}
        for name in required
        if name in kind.field_aliases
    ]
    return {**made, "allOf": either} if either else made


def _selector(writer: _Writer, node: Any, depth: int) -> JsonSchema:
    kind = cast("Selector", node)
    properties = writer.properties(kind, depth)
    choice: JsonSchema = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    if kind.discriminator is None:
        return choice
    return {"anyOf": [choice, *(_flat(kind.discriminator, name, made) for name, made in properties.items())]}


def _flat(discriminator: str, word: str, choice: JsonSchema) -> JsonSchema:
    """A choice with its word among its fields: ``{"kind": "cat", "lives": 9}``."""
    said = {discriminator: {"const": word}}
    if "properties" not in choice:  # it is written elsewhere
        return {"type": "object", "properties": said, "required": [discriminator]}
    required = [discriminator, *choice.get("required", ())]
    return {**choice, "properties": {**said, **choice["properties"]}, "required": required}


def _scalar_union(writer: _Writer, node: Any, depth: int) -> JsonSchema:
    kind = cast("ScalarUnion", node)
    return {"anyOf": [writer.of(kind.scalar_type, depth), writer.of(kind.non_scalar_schema, depth)]}


_KINDS: dict[type[ConfigType], Callable[[_Writer, Any, int], JsonSchema]] = {
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
