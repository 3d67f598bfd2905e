"""The fields of model classes, whose libraries keep them in forms of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainspring.runtime.definitions.code_version.description import Description
from mainspring.runtime.definitions.code_version.values import ValueWriter

_PYDANTIC_HOOKS = (
    "validators",
    "field_validators",
    "root_validators",
    "field_serializers",
    "model_serializers",
    "model_validators",
    "computed_fields",
)


def write_fields(kind: type, values: ValueWriter, into: Description) -> None:
    """Write what a pydantic model, a msgspec struct or a dataclass says of its fields beside its members."""
    own: Mapping[str, Any] = vars(kind)
    if "__pydantic_fields__" in own:
        _pydantic(own, values, into)
    if "__struct_fields__" in own:
        into.say("struct", *own["__struct_fields__"], str(getattr(kind, "__struct_config__", "")))
        values.write(getattr(kind, "__struct_defaults__", ()))
    for name, field in own.get("__dataclass_fields__", {}).items():
        into.say("field", name, repr((field.init, field.compare, field.kw_only)))
        for default in (field.default, field.default_factory, dict(field.metadata)):
            values.write(default, name)


def _pydantic(own: Mapping[str, Any], values: ValueWriter, into: Description) -> None:
    for name, field in own["__pydantic_fields__"].items():
        into.say("field", name, str(field.alias), str(field.description))
        for part in (field.annotation, field.default, field.default_factory, list(field.metadata)):
            values.write(part, name)
    hooks = own.get("__pydantic_decorators__")
    for group in _PYDANTIC_HOOKS:
        for name, hook in getattr(hooks, group, {}).items():
            into.say(group, name)
            values.write(hook.info, name)
