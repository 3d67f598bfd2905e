"""Model fields that hold something not resolved yet: an ``EnvVar`` stays as it is until the computation
runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import core_schema

from mainspring.core.config.definition import named_variables
from mainspring.core.config.env import EnvVar, IntEnvVar, reference_name, references_in
from mainspring.runtime.definitions.config.value import key_of

_CONTAINERS: tuple[type, ...] = (list, tuple, dict, set, frozenset)
_FIXED_WORDS = ("literal", "enum")
"""What no variable can hold; a wrapped one could not tell the members of a union apart."""


def take_references(schema: dict[str, Any]) -> None:
    """Wrap the schema of each field of a model so that unresolved values pass unchecked."""
    here = schema
    while here["type"] != "model-fields":
        inner = here.get("schema")
        if not isinstance(inner, dict):
            return
        here = cast("dict[str, Any]", inner)
    for entry in here["fields"].values():
        holder = entry["schema"] if entry["schema"]["type"] == "default" else entry
        if holder["schema"]["type"] not in _FIXED_WORDS and not _is_wrapped(holder["schema"]):
            holder["schema"] = core_schema.no_info_wrap_validator_function(
                _unresolved_or_valid, holder["schema"]
            )


def _is_wrapped(schema: dict[str, Any]) -> bool:
    return schema["type"] == "function-wrap" and schema["function"].get("function") is _unresolved_or_valid


def _unresolved_or_valid(value: object, check: core_schema.ValidatorFunctionWrapHandler) -> object:
    if isinstance(value, (EnvVar, IntEnvVar)) or getattr(type(value), "__mainspring_unresolved__", False):
        return cast("object", value)
    if not isinstance(value, _CONTAINERS):
        return check(value)
    expected = len(list(references_in(value)))
    if not expected:
        return check(value)
    try:
        checked = check(value)
    except ValidationError:
        return value
    return checked if len(list(references_in(checked))) == expected else value


def keep_hidden(resolved: BaseModel, origin: object) -> None:
    """Let the text of a resolved object show the names of the variables that ``origin`` still holds."""
    pending: list[tuple[Any, Any]] = [(resolved, origin)]
    while pending:
        made, before = pending.pop()
        if isinstance(made, (list, tuple)) and isinstance(before, (list, tuple)):
            pending.extend(zip(cast("list[object]", made), cast("list[object]", before), strict=False))
        if not isinstance(made, BaseModel):
            continue
        shown: dict[str, object] = getattr(made, "_mainspring_shown", {})
        values = _entries(cast("object", before))
        for name, value in {**vars(made), **(made.__pydantic_extra__ or {})}.items():
            info = type(made).model_fields.get(name)
            source = values.get(name, values.get(key_of(name, info)) if info else None)
            variables = list(named_variables(source)) or [r.env_var_name for r in references_in(source)]
            if variables:
                shown[name] = EnvVar(variables[0]) if reference_name(source) else source
                pending.append((value, source))


def _entries(value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return cast("Mapping[str, object]", value)
    return getattr(value, "__dict__", {})
