"""From a pydantic model class to the config schema, compiled once a class."""

from __future__ import annotations

import enum
import types
from collections.abc import Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from mainspring.core.config import types as leaf
from mainspring.core.config.schema import (
    ABSENT,
    Array,
    Field,
    Map,
    Noneable,
    Permissive,
    Selector,
    Shape,
    plain,
)
from mainspring.core.config.types import AnyType, ConfigType, Enum, EnumValue
from mainspring.runtime.definitions.config.value import config_value, key_of

_SOURCES: dict[object, ConfigType] = {
    str: leaf.StringSource,
    int: leaf.IntSource,
    bool: leaf.BoolSource,
    float: leaf.FloatSource,
    SecretStr: leaf.StringSource,
    SecretBytes: leaf.StringSource,
    Any: leaf.Any,
    dict: Permissive(),
    list: Array(leaf.Any),
}
_SEQUENCES = (list, set, frozenset, Sequence, AbstractSet)
_Above = frozenset[type]


@lru_cache(maxsize=4096)
def shape_of(model: type[BaseModel]) -> Shape | Permissive:
    """The schema of a model: the object that a run config holds for it.

    A field is named by its alias where it has one. Nested resources are no part of it: they are resources,
    not config.
    """
    return _shape(model, frozenset())


@lru_cache(maxsize=4096)
def config_fields(model: type[BaseModel]) -> Mapping[str, tuple[str, FieldInfo]]:
    """The fields of a model that are config, as ``attribute -> (name in config, field)``."""
    return {
        name: (key_of(name, info), info)
        for name, info in model.model_fields.items()
        if not is_resource_field(info)
    }


def is_resource_field(info: FieldInfo) -> bool:
    """Whether a field holds another resource."""
    if any(getattr(mark, "__mainspring_resource__", False) for mark in info.metadata):
        return True
    pending = [info.annotation]
    while pending:
        here = pending.pop()
        if isinstance(here, type) and getattr(here, "__mainspring_resource__", False):
            return True
        if getattr(here, "__mainspring_resource__", False):
            return True
        if get_origin(here) in (Union, types.UnionType, Annotated):
            pending.extend(get_args(here))
    return False


def _shape(model: type[BaseModel], above: _Above) -> Shape | Permissive:
    within = above | {model}
    fields = {key: _field(info, within) for key, info in config_fields(model).values()}
    about = (model.__doc__ or "").strip() or None if "__doc__" in model.__dict__ else None
    by_name = model.model_config.get("populate_by_name") or model.model_config.get("validate_by_name")
    aliases = {key: name for name, (key, _info) in config_fields(model).items() if by_name and name != key}
    if model.model_config.get("extra") == "forbid":
        return Shape(fields, about, aliases)
    return Permissive(fields, about, field_aliases=aliases)


def _field(info: FieldInfo, above: _Above) -> Field:
    kind = _discriminated(info, above) or _kind(info.annotation, above)
    secret = any(
        member in (SecretStr, SecretBytes) for member in (info.annotation, *get_args(info.annotation))
    )
    default: object = ABSENT
    if not info.is_required() and info.default is not PydanticUndefined and not secret:
        default = _default(info.default, kind)
    return Field(
        kind,
        default_value=default,
        is_required=info.is_required(),
        description=info.description,
        is_secret=secret,
    )


def _default(value: object, kind: ConfigType) -> object:
    if value is None and not isinstance(kind, (Noneable, AnyType)):
        return ABSENT
    return plain(config_value(value, kind))


def _kind(annotation: object, above: _Above) -> ConfigType:
    if annotation in _SOURCES:
        return _SOURCES[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _discriminated(FieldInfo.from_annotation(cast("Any", annotation)), above) or _kind(
            arguments[0], above
        )
    if origin in (Union, types.UnionType):
        return _union(arguments, above)
    if origin is Literal:
        return _literal(arguments)
    if origin in _SEQUENCES or (origin is tuple and arguments[1:] == (...,)):
        return Array(_kind(arguments[0], above))
    if origin in (dict, Mapping, MutableMapping):
        return _map(arguments, above)
    if isinstance(annotation, type):
        return _class(annotation, above)
    return AnyType(str(annotation))


def _class(kind: type, above: _Above) -> ConfigType:
    if issubclass(kind, enum.Enum):
        return Enum.from_python_enum(kind)
    if issubclass(kind, BaseModel) and kind not in above:
        return _shape(kind, above)
    return AnyType(kind.__name__)


def _map(arguments: tuple[object, ...], above: _Above) -> ConfigType:
    key = leaf.SCALARS.get(arguments[0])
    if key is None:
        return AnyType("map")
    return Map(key, _kind(arguments[1], above))


def _literal(values: tuple[object, ...]) -> ConfigType:
    if all(isinstance(value, str) for value in values):
        return Enum("Literal", [EnumValue(str(value)) for value in values])
    return AnyType(f"one of {', '.join(map(repr, values))}")


def _union(members: tuple[object, ...], above: _Above) -> ConfigType:
    present = [member for member in members if member is not type(None)]
    if len(present) == 1:
        inner = _kind(present[0], above)
    else:
        inner = AnyType(" or ".join(_name(member) for member in present))
    return Noneable(inner) if len(present) < len(members) else inner


def _name(member: object) -> str:
    return member.__name__ if isinstance(member, type) else str(member)


def _discriminated(info: FieldInfo, above: _Above) -> ConfigType | None:
    """A choice between models, told apart by a field of each that holds a fixed word."""
    if not isinstance(info.discriminator, str):
        return None
    members = [m for m in get_args(info.annotation) if m is not type(None)]
    fields: dict[str, Field] = {}
    for member in members:
        model = cast("type[BaseModel]", get_args(member)[0] if get_origin(member) is Annotated else member)
        whole = _shape(model, above)
        rest = {name: f for name, f in whole.fields.items() if name != info.discriminator}
        shape = Shape(rest, whole.about) if isinstance(whole, Shape) else Permissive(rest, whole.about)
        for word in get_args(model.model_fields[info.discriminator].annotation):
            fields[str(word.name if isinstance(word, enum.Enum) else word)] = Field(shape)
    choice = Selector(fields, discriminator=info.discriminator)
    return Noneable(choice) if type(None) in get_args(info.annotation) else choice
