"""Values of inputs that come from run config: the config an input takes, and the value made of it.

A scalar is written as itself, or as one of the forms ``{"value": 5}``, ``{"json": {"path": "n.json"}}`` and
``{"pickle": {"path": "n.pickle"}}``. Lists, sets and tuples are written as lists, dicts as mappings, of what their
parts are written as.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidInvocationError, InvariantViolationError
from mainspring.core.config import types as config_types
from mainspring.core.config.schema import Array, Map, Noneable, Permissive, ScalarUnion, Selector
from mainspring.core.config.types import SCALARS, AnyType, ConfigType, ScalarType
from mainspring.runtime.definitions.types.containers import (
    ContainerType,
    ElementsType,
    MappingType,
    UnionType,
)
from mainspring.runtime.definitions.types.value_type import ANY, TypeKind, ValueType

if TYPE_CHECKING:
    from mainspring.runtime.contexts.type_loading import TypeLoaderContext


def input_config_type(value_type: ValueType) -> ConfigType | None:
    """The config from which a value of this type can be made; ``None`` where none can.

    >>> input_config_type(resolve_type(list[int])).label
    'list of int or an object with exactly one of the fields value, json, pickle'
    """
    if value_type.loader is not None:
        return value_type.loader.schema_type
    if value_type.is_any:
        return config_types.Any
    if value_type.kind is TypeKind.SCALAR:
        return _written_scalar(SCALARS[value_type.typing_type])
    if isinstance(value_type, UnionType):
        return _written_union(value_type)
    if isinstance(value_type, MappingType):
        return _written_mapping(value_type)
    if isinstance(value_type, ContainerType):
        return _written_elements(value_type)
    return None


def load_from_config(value_type: ValueType, raw: Any, context: TypeLoaderContext) -> Any:
    """The value that run config says an input has. ``raw`` fits ``input_config_type(value_type)``.

    The value is not checked yet. What a loader raises, or a file that cannot be read, passes through. Raises
    ``InvalidInvocationError`` for a type without a loader.
    """
    if value_type.loader is not None:
        return value_type.loader.construct_from_config_value(context, raw)
    if value_type.is_any or value_type.kind is TypeKind.SCALAR:
        return _read_form(raw)
    if isinstance(value_type, UnionType):
        if raw is None and value_type.is_optional:
            return None
        only = value_type.inner_types[0] if len(value_type.inner_types) == 1 else ANY
        return load_from_config(only, raw, context)
    if isinstance(value_type, MappingType):
        keys, values = value_type.inner_types or (ANY, ANY)
        entries = cast("Mapping[object, object]", raw).items()
        return {
            load_from_config(keys, key, context): load_from_config(values, value, context)
            for key, value in entries
        }
    if isinstance(value_type, ContainerType):
        parts = zip(_kinds_of_elements(value_type), cast("Iterable[object]", raw), strict=False)
        return value_type.origin(load_from_config(kind, part, context) for kind, part in parts)
    raise InvalidInvocationError(
        f"A value of the type {value_type.name} cannot be made from run config: the type has no loader.",
        hint="Give the type a `loader`, or connect the input to an output.",
    )


def _written_scalar(scalar: ScalarType) -> ConfigType:
    file = {"path": str}
    return ScalarUnion(scalar, Selector({"value": scalar, "json": file, "pickle": file}))


def _written_union(union: UnionType) -> ConfigType | None:
    members = [input_config_type(member) for member in union.inner_types]
    if any(member is None for member in members):
        return None
    only = members[0] if len(members) == 1 else AnyType(union.name)
    return Noneable(only) if union.is_optional else only


def _written_mapping(mapping: MappingType) -> ConfigType | None:
    if not mapping.inner_types:
        return Permissive()
    keys, values = mapping.inner_types
    inner = input_config_type(values)
    if inner is None or not (keys.is_any or keys.kind is TypeKind.SCALAR) or keys.loader is not None:
        return None
    return Map(config_types.String if keys.is_any else SCALARS[keys.typing_type], inner)


def _written_elements(container: ContainerType) -> ConfigType | None:
    kinds = container.inner_types or (ANY,)
    written = [input_config_type(kind) for kind in kinds]
    if any(one is None for one in written):
        return None
    alike = isinstance(container, ElementsType) or len(set(kinds)) == 1
    return Array(written[0] if alike else config_types.Any)


def _kinds_of_elements(container: ContainerType) -> Iterable[ValueType]:
    """The type of each element; beyond the last one that a tuple declares, whatever is there."""
    if isinstance(container, ElementsType):
        return repeat(container.inner_types[0] if container.inner_types else ANY)
    return chain(container.inner_types, repeat(ANY))


def _read_form(raw: Any) -> Any:
    """The value that is written as itself, in place, or as the path of a file."""
    written = _entries(raw)
    if len(written) != 1:
        return raw
    ((form, said),) = written.items()
    if form == "value":
        return said
    inside = _entries(said)
    path = inside.get("path")
    if form not in ("json", "pickle") or len(inside) != 1 or not isinstance(path, str):
        return raw
    try:
        content = Path(path).read_bytes()
        return serial.decode(content, Any) if form == "json" else pickle.loads(content)
    except OSError:  # it names the path itself
        raise
    except Exception as error:  # whatever is in a file
        raise InvariantViolationError(
            f"The file {path}, which the run config names for an input, cannot be read as {form}: "
            f"{type(error).__name__}: {error}",
            hint=f"Give the path of a file of {form} that the process of the run can read.",
        ) from error


def _entries(value: Any) -> Mapping[object, Any]:
    return cast("Mapping[object, Any]", value) if isinstance(value, Mapping) else {}
