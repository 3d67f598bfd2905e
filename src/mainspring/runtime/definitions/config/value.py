"""From python values to the plain form a run config holds: enum names, mappings for models, ``{"env":
...}``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Set
from typing import Any, cast

from pydantic import BaseModel, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticSerializationError, to_jsonable_python

from mainspring.core.config.env import EnvVar, IntEnvVar, has_references
from mainspring.core.config.schema import Array, Map, Noneable, Permissive, Selector, Shape
from mainspring.core.config.types import ConfigType, Enum


def key_of(name: str, info: FieldInfo) -> str:
    """How a run config names the field ``name``: by its alias, where it has one."""
    alias = info.validation_alias if isinstance(info.validation_alias, str) else info.alias
    return alias or name


def config_value(value: object, kind: ConfigType) -> object:
    """``value`` as a run config of this kind holds it.

    What has no plain form, and an ``EnvVar`` where the schema knows no source, is left as it is.
    """
    if isinstance(kind, Noneable):
        return None if value is None else config_value(value, kind.inner_type)
    if isinstance(value, (EnvVar, IntEnvVar)):
        return {"env": value.env_var_name} if hasattr(kind, "scalar") else value
    if isinstance(kind, Selector):
        return _choice(value, kind)
    if isinstance(kind, (Shape, Permissive)):
        return _object(value, kind)
    if isinstance(kind, Array) and isinstance(value, (list, tuple, Set)):
        return [config_value(item, kind.inner_type) for item in cast("list[object]", value)]
    if isinstance(kind, Map) and isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return {key: config_value(item, kind.inner_type) for key, item in entries.items()}
    return _leaf(value, kind)


def _leaf(value: object, kind: ConfigType) -> object:
    if isinstance(kind, Enum):
        return value.name if isinstance(value, enum.Enum) else value
    if isinstance(value, (SecretStr, SecretBytes)):
        secret = value.get_secret_value()
        return secret.decode() if isinstance(secret, bytes) else secret
    return _jsonable(value)


def model_value(model: BaseModel, kind: Shape | Permissive) -> dict[str, object]:
    """The plain form of a model, by the names of its schema; what its schema does not know is left out."""
    made: dict[str, object] = {}
    for name, info in type(model).model_fields.items():
        key = key_of(name, info)
        field = kind.fields.get(key)
        value = getattr(model, name)
        if field is None or (value is None and not isinstance(field.config_type, Noneable)):
            continue
        made[key] = config_value(value, field.config_type)
    extra: Mapping[str, object] = model.__pydantic_extra__ or {}
    return {**made, **{name: _jsonable(value) for name, value in extra.items()}}


def _object(value: object, kind: Shape | Permissive) -> object:
    if isinstance(value, BaseModel):
        return model_value(value, kind)
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        fields = kind.fields
        return {k: config_value(v, fields[k].config_type) if k in fields else v for k, v in entries.items()}
    return value


def _choice(value: object, kind: Selector) -> object:
    if not isinstance(value, BaseModel) or kind.discriminator is None:
        return value
    word: Any = getattr(value, kind.discriminator)
    name = str(word.name if isinstance(word, enum.Enum) else word)
    return {name: config_value(value, kind.fields[name].config_type)} if name in kind.fields else value


def _jsonable(value: object) -> object:
    if has_references(value):
        return value
    try:
        return to_jsonable_python(value)
    except (PydanticSerializationError, TypeError, ValueError):
        return value
