"""Checking single fields of a config class: what its rules say of those fields that have the right form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Annotated, Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from mainspring.core.config.definition import named_variables
from mainspring.core.config.fault import ConfigFault, Path, Result
from mainspring.core.config.resolve import resolve
from mainspring.core.config.schema import Permissive, Shape
from mainspring.runtime.definitions.config.compile import config_fields


def field_faults(
    model: type[BaseModel], shape: Shape | Permissive, checked: Result, path: Path
) -> Iterable[ConfigFault]:
    """What is wrong, by the types and limits of a config class, with fields in which its schema found nothing.

    A config with a fault in one field makes no object, so that the rules of the others are asked one by one.
    """
    if not isinstance(checked.value, dict):
        return
    given = cast("dict[str, object]", checked.value)
    wrong = {fault.path[len(path)] for fault in checked.errors if len(fault.path) > len(path)}
    for key, info in config_fields(model).values():
        value = given.get(key)
        if key not in given or value is None or key in wrong or any(named_variables(value)):
            continue
        secret = frozenset({key}) if shape.fields[key].is_secret else frozenset[str]()
        try:
            resolved = resolve(shape.fields[key], value, {}).value
            TypeAdapter(cast("Any", Annotated)[info.annotation, info]).validate_python(resolved)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                found = cast("dict[str, Any]", detail)
                yield fault_of({**found, "loc": (key, *found["loc"])}, path, secret)
        except PydanticUserError:  # a type that only its own class can make sense of
            continue
        except Exception as error:  # whatever a validator of the user raises
            yield broken_rule(error, (*path, key), secret=bool(secret))


def broken_rule(error: Exception, path: Path, *, secret: bool) -> ConfigFault:
    """A validator that raised something other than the ``ValueError`` by which it says that a value does not fit."""
    words = "" if secret else f": {error}"
    return ConfigFault(path, f"A validator raised {type(error).__name__}{words}.", "value")


def fault_of(detail: Mapping[str, Any], path: Path, secret: AbstractSet[str]) -> ConfigFault:
    """What pydantic found, as a fault; a value of a field in ``secret`` is not shown."""
    where = tuple(f"[{part}]" if isinstance(part, int) else str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        return ConfigFault((*path, *where), "Missing required field.", "missing")
    if not where or where[0] in secret:
        message = f"The value does not fit ({detail['type']})." if secret else f"{detail['msg']}."
        return ConfigFault((*path, *where), message, "value")
    given = detail.get("input")
    return ConfigFault(
        (*path, *where), f"{detail['msg']}; got {type(given).__name__} {given!r:.60}.", "value"
    )
