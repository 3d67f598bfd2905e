"""The settings as JSON Schema (draft 2020-12), for editors."""

from __future__ import annotations

from itertools import count
from typing import Final

from mainspring.core.instance.settings.classes import KNOWN, PLUGGABLE, Known, shown_names
from mainspring.core.instance.settings.described import ROOT
from mainspring.core.instance.settings.kinds import (
    Anything,
    ClassOf,
    Either,
    Items,
    JsonSchema,
    Kind,
    Refused,
    Section,
    Setting,
    Table,
    Text,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_ENV: Final[JsonSchema] = {
    "description": "A value from the environment.",
    "type": "object",
    "properties": {"env": {"description": "The name of the variable.", "type": "string"}},
    "required": ["env"],
    "additionalProperties": False,
}
_VARIABLE: Final[JsonSchema] = {"$ref": "#/$defs/variable"}
_NULL: Final[JsonSchema] = {"type": "null"}


def settings_schema() -> JsonSchema:
    """The JSON Schema of a settings file. The same description gives the same text."""
    return _Writer().whole()


class _Writer:
    """Writes the schema. What stands in several places is written once, under ``$defs``."""

    def __init__(self) -> None:
        self._parts: dict[str, JsonSchema] = {"variable": _ENV}

    def whole(self) -> JsonSchema:
        """The schema of the file."""
        top = self._object(ROOT)
        for role in sorted(KNOWN):
            self._parts[f"class_{role}"] = self._class(role)
        head = {"$schema": DIALECT, "title": "Settings of a Mainspring instance: mainspring.yaml"}
        return {**head, **top, "$defs": self._parts}

    def _setting(self, setting: Setting) -> JsonSchema:
        told = f"{setting.meaning} Changes nothing: {setting.instead}" if setting.instead else setting.meaning
        made: JsonSchema = {"description": told, **self._value(setting.kind)}
        if setting.default is not None:
            made["default"] = setting.default
        if setting.instead:
            made["deprecated"] = True
        return made

    def _value(self, kind: Kind) -> JsonSchema:
        """A value that is written here, comes from the environment, or is left empty."""
        made = self._written(kind)
        if isinstance(kind, Refused | Anything):
            return made
        if isinstance(kind, Table):
            return {"anyOf": [made, _NULL]}
        if isinstance(kind, Section):
            return {"anyOf": [made, _VARIABLE, _NULL] if kind.can_be_left_empty else [made, _VARIABLE]}
        return self._shared(type(kind).__name__.lower(), {"anyOf": [made, _VARIABLE, _NULL]})

    def _shared(self, name: str, part: JsonSchema) -> JsonSchema:
        """A reference to a part, which is written under the first free name like this."""
        for number in count(1):
            free = name if number == 1 else f"{name}_{number}"
            if self._parts.setdefault(free, part) == part:
                return {"$ref": f"#/$defs/{free}"}
        raise AssertionError("numbers do not end")

    def _written(self, kind: Kind) -> JsonSchema:
        match kind:
            case Section():
                return self._object(kind)
            case Items():
                return {"type": "array", "items": {"anyOf": [self._written(kind.of), _VARIABLE]}}
            case Table():
                names = {"propertyNames": {"enum": sorted(kind.known)}} if kind.known else {}
                return {"type": "object", "additionalProperties": self._value(kind.of), **names}
            case Either():
                return {"anyOf": [kind.plain.schema(), self._object(kind.detailed)]}
            case ClassOf():
                return {"$ref": f"#/$defs/class_{kind.role}"}
            case _:
                return kind.schema()

    def _object(self, kind: Section) -> JsonSchema:
        made: JsonSchema = {
            "type": "object",
            "properties": {key: self._setting(setting) for key, setting in kind.keys.items()},
            "additionalProperties": False,
        }
        if kind.needs:
            made["required"] = list(kind.needs)
        if kind.one_of:
            empty: list[JsonSchema] = [{"maxProperties": 0}] if kind.may_be_empty else []
            made["oneOf"] = [*({"required": [key]} for key in kind.one_of), *empty]
        return self._shared(kind.name, made) if kind.name else made

    def _class(self, role: str) -> JsonSchema:
        known = ", ".join(shown_names(role))
        own = " or a class of your own" if role in PLUGGABLE else ""
        configs = [self._config(name, one) for name, one in KNOWN[role].items() if one.keys.keys]
        return {
            "description": f"A class: {known}{own}.",
            "type": "object",
            "properties": {
                "module": {"description": "The module of the class.", **self._value(Text())},
                "class": {"description": "The name of the class.", **self._value(Text())},
                "config": {"description": "What it is configured with.", "type": ["object", "null"]},
            },
            "required": ["module", "class"],
            "additionalProperties": False,
            **({"allOf": configs} if configs else {}),
        }

    def _config(self, name: str, known: Known) -> JsonSchema:
        named = {
            "module": {"type": "string", "pattern": "^(mainspring|dagster)"},
            "class": {"enum": [name, f"Dagster{name}"]},
        }
        return {
            "if": {"properties": named, "required": ["module", "class"]},
            "then": {"properties": {"config": self._value(known.keys)}},
        }
