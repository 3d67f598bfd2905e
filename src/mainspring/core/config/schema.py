"""The branches of a config schema, and how a python literal such as ``{"limit": int}`` becomes one."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidConfigDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.config import types
from mainspring.core.config.env import has_references
from mainspring.core.config.types import SCALARS, AnyType, ConfigType, ScalarType


class _Absent:
    """Says that no default was given; ``None`` may be one."""

    def __repr__(self) -> str:
        return "<no default>"


ABSENT = _Absent()


@dataclass(frozen=True, slots=True, init=False)
class Field:
    """One entry of a schema: its type, whether it must be given, what holds when it is not.

    >>> Field(int, default_value=3).is_required
    False

    ``config`` is a scalar type, a literal (``{"a": int}``, ``[str]``) or a schema type. A field is required
    unless it has a default, may be ``None``, is an object all of whose own fields may be left out, or chooses
    from one field that has a default. ``is_secret`` keeps the value out of messages and pages.
    """

    config_type: ConfigType
    default: object
    is_required: bool
    description: str | None
    is_secret: bool

    def __init__(
        self,
        config: Any,
        default_value: Any = ABSENT,
        is_required: bool | None = None,
        description: str | None = None,
        is_secret: bool = False,
    ) -> None:
        kind = to_config_type(config)
        if is_required and default_value is not ABSENT:
            raise InvalidConfigDefinitionError(
                "A required config field has no use for a default value; leave out one of the two."
            )
        if default_value is ABSENT and is_required is None:
            default_value = _implied_default(kind)
        object.__setattr__(self, "config_type", kind)
        object.__setattr__(self, "default", default_value)
        object.__setattr__(
            self, "is_required", default_value is ABSENT if is_required is None else is_required
        )
        object.__setattr__(self, "description", description)
        object.__setattr__(self, "is_secret", is_secret)

    @property
    def default_provided(self) -> bool:
        """Whether there is a default."""
        return self.default is not ABSENT

    @property
    def default_value(self) -> Any:
        """The default. Ask ``default_provided`` first."""
        if self.default is ABSENT:
            raise InvalidConfigDefinitionError("This config field has no default value.")
        return self.default

    @property
    def default_value_as_json_str(self) -> str:
        """The default as JSON."""
        return serial.encode(self.default_value).decode()

    def replaced(self, *, default_value: object) -> Field:
        """The same field with another default."""
        return Field(
            self.config_type,
            default_value=default_value,
            is_required=False,
            description=self.description,
            is_secret=self.is_secret,
        )


def _implied_default(kind: ConfigType) -> Any:
    """What holds where a field of this type is left out and nothing else was said; ``ABSENT`` if it must be given."""
    if isinstance(kind, Noneable):
        return None
    if isinstance(kind, (Shape, Permissive)):
        return ABSENT if any(field.is_required for field in kind.fields.values()) else {}
    if isinstance(kind, Selector) and len(kind.fields) == 1:
        ((name, only),) = kind.fields.items()
        return {name: only.default} if only.default_provided else ABSENT
    return ABSENT


def _to_fields(fields: Mapping[str, object] | None) -> dict[str, Field]:
    made: dict[str, Field] = {}
    if fields is not None and not isinstance(fields, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidConfigDefinitionError(
            f"The fields of a config schema are {fields!r:.80}, of type {type(fields).__name__}.",
            where=user_position(),
            hint='Give a dict of names and types: {"limit": int}.',
        )
    for name, value in (fields or {}).items():
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidConfigDefinitionError(
                f"The fields of a config schema are named by strings; got {name!r}."
            )
        try:
            made[name] = to_field(value)
        except InvalidConfigDefinitionError as error:
            raise InvalidConfigDefinitionError(
                f"In the config field {name!r}: {error.message}", where=error.where, hint=error.hint
            ) from None
    return made


def _names(fields: Mapping[str, Field]) -> str:
    return ", ".join(fields) or "none"


class _Fields(ConfigType):
    """What all objects with named fields share."""

    __slots__ = ()
    fields: Mapping[str, Field]

    def inner_types(self) -> Iterator[ConfigType]:
        return (field.config_type for field in self.fields.values())


@dataclass(frozen=True, slots=True, init=False)
class Shape(_Fields):
    """An object with these fields and no others. ``field_aliases`` maps a field to a second name for it."""

    fields: Mapping[str, Field]
    about: str | None
    field_aliases: Mapping[str, str]

    def __init__(
        self,
        fields: Mapping[str, Any],
        description: str | None = None,
        field_aliases: Mapping[str, str] | None = None,
    ) -> None:
        object.__setattr__(self, "fields", _to_fields(fields))
        object.__setattr__(self, "about", description)
        object.__setattr__(self, "field_aliases", dict(field_aliases or {}))

    @property
    def description(self) -> str | None:
        return self.about

    @property
    def label(self) -> str:
        return f"an object with the fields {_names(self.fields)}" if self.fields else "an empty object"


@dataclass(frozen=True, slots=True, init=False)
class Permissive(_Fields):
    """An object with these fields and any others. ``field_aliases`` maps a field to a second name for it."""

    fields: Mapping[str, Field]
    about: str | None
    field_aliases: Mapping[str, str]

    def __init__(
        self,
        fields: Mapping[str, Any] | None = None,
        description: str | None = None,
        *,
        field_aliases: Mapping[str, str] | None = None,
    ) -> None:
        object.__setattr__(self, "fields", _to_fields(fields))
        object.__setattr__(self, "about", description)
        object.__setattr__(self, "field_aliases", dict(field_aliases or {}))

    @property
    def description(self) -> str | None:
        return self.about

    @property
    def label(self) -> str:
        return "an object"


@dataclass(frozen=True, slots=True, init=False)
class Selector(_Fields):
    """An object with exactly one of these fields: a choice.

    With a ``discriminator`` the choice may also be written flat: ``{"kind": "cat", "lives": 9}`` is
    ``{"cat": {"lives": 9}}``. Either form is read; the latter is kept.
    """

    fields: Mapping[str, Field]
    about: str | None
    discriminator: str | None

    def __init__(
        self, fields: Mapping[str, Any], description: str | None = None, *, discriminator: str | None = None
    ) -> None:
        object.__setattr__(self, "fields", _to_fields(fields))
        object.__setattr__(self, "about", description)
        object.__setattr__(self, "discriminator", discriminator)

    @property
    def description(self) -> str | None:
        return self.about

    @property
    def label(self) -> str:
        return f"an object with exactly one of the fields {_names(self.fields)}"


@dataclass(frozen=True, slots=True, init=False)
class Array(ConfigType):
    """A list of values of one type."""

    inner_type: ConfigType

    def __init__(self, inner_type: object) -> None:
        object.__setattr__(self, "inner_type", to_config_type(inner_type))

    @property
    def label(self) -> str:
        return f"list of {self.inner_type.label}"

    def inner_types(self) -> Iterator[ConfigType]:
        return iter((self.inner_type,))


@dataclass(frozen=True, slots=True, init=False)
class Map(ConfigType):
    """A mapping of free keys, which are scalars, to values of one type."""

    key_type: ScalarType
    inner_type: ConfigType
    key_label_name: str | None

    def __init__(self, key_type: object, inner_type: object, key_label_name: str | None = None) -> None:
        key = to_config_type(key_type)
        if not isinstance(key, ScalarType):
            raise InvalidConfigDefinitionError(f"The keys of a config map are scalars; got {key.label}.")
        object.__setattr__(self, "key_type", key)
        object.__setattr__(self, "inner_type", to_config_type(inner_type))
        object.__setattr__(self, "key_label_name", key_label_name)

    @property
    def label(self) -> str:
        return f"map of {self.key_type.label} to {self.inner_type.label}"

    def inner_types(self) -> Iterator[ConfigType]:
        return iter((self.key_type, self.inner_type))


@dataclass(frozen=True, slots=True, init=False)
class Noneable(ConfigType):
    """A value or nothing (``null``)."""

    inner_type: ConfigType

    def __init__(self, inner_type: object) -> None:
        object.__setattr__(self, "inner_type", to_config_type(inner_type))

    @property
    def label(self) -> str:
        return f"{self.inner_type.label} or null"

    def inner_types(self) -> Iterator[ConfigType]:
        return iter((self.inner_type,))


@dataclass(frozen=True, slots=True, init=False)
class ScalarUnion(ConfigType):
    """A scalar, or something that is written as an object or a list."""

    scalar_type: ScalarType
    non_scalar_schema: ConfigType

    def __init__(self, scalar_type: Any, non_scalar_schema: Any) -> None:
        scalar, other = to_config_type(scalar_type), to_config_type(non_scalar_schema)
        if not isinstance(scalar, ScalarType):
            raise InvalidConfigDefinitionError(
                f"scalar_type of a ScalarUnion is a scalar; got {scalar.label}."
            )
        if isinstance(other, ScalarType):
            raise InvalidConfigDefinitionError(
                f"non_scalar_schema of a ScalarUnion is no scalar; got {other.label}."
            )
        object.__setattr__(self, "scalar_type", scalar)
        object.__setattr__(self, "non_scalar_schema", other)

    @property
    def label(self) -> str:
        return f"{self.scalar_type.label} or {self.non_scalar_schema.label}"

    def inner_types(self) -> Iterator[ConfigType]:
        return iter((self.scalar_type, self.non_scalar_schema))


class ConfigSchema:
    """Stands in signatures for whatever a schema can be made of.

    That is: ``bool``, ``int``, ``float``, ``str``, ``typing.Any``, ``list``, ``dict``; a list of one such
    (``[int]``); a mapping of names to such (``{"limit": int}``); a ``Field``; any schema type; a ``Config``
    class.
    """

    def __init__(self) -> None:
        raise InvalidConfigDefinitionError(
            "ConfigSchema only names what a schema can be made of; write that itself."
        )


def to_config_type(value: object) -> ConfigType:
    """The schema of anything a schema can be made of (see ``ConfigSchema``)."""
    if isinstance(value, ConfigType):
        return value
    if isinstance(value, type) and value in SCALARS:
        return SCALARS[value]
    carried = getattr(value, "config_type", None)
    if isinstance(carried, ConfigType):  # a Field, a schema of a definition, a type of values such as ``Int``
        return carried
    if value is typing.Any:
        return types.Any
    if value is dict:
        return Permissive()
    if value is list:
        return Array(types.Any)
    return _literal_type(value)


def _literal_type(value: object) -> ConfigType:
    if isinstance(value, Mapping):
        literal = cast("Mapping[object, object]", value)
        only = next(iter(literal), None)
        if len(literal) == 1 and (isinstance(only, (type, ConfigType))):
            return Map(only, literal[only])
        return Shape(cast("Mapping[str, object]", literal))
    if isinstance(value, list):
        items = cast("list[object]", value)
        if len(items) != 1:
            raise InvalidConfigDefinitionError(
                f"A list in a config schema holds exactly one type, as in [int]; this one holds {len(items)}."
            )
        return Array(items[0])
    arguments = typing.get_args(value)
    if typing.get_origin(value) is list:
        return Array(arguments[0])
    if typing.get_origin(value) is dict:
        return Map(arguments[0], arguments[1])
    as_schema = getattr(value, "to_config_schema", None)
    if callable(as_schema):
        return cast("Any", as_schema()).as_field().config_type
    raise InvalidConfigDefinitionError(
        f"{value!r} cannot be part of a config schema.",
        hint="Use bool, int, float, str, Any, a list of one type, a mapping of names to types or a Field.",
    )


def to_field(value: object) -> Field:
    """The field of a field or of anything a schema can be made of."""
    return value if isinstance(value, Field) else Field(value)


def plain(value: object) -> object:
    """A default as plain JSON values, or ``ABSENT`` for what has no such form."""
    if has_references(value):
        return value
    try:
        return serial.decode(serial.encode(value), Any)
    except (TypeError, ValueError, NotImplementedError):
        return ABSENT


ANY_FIELD = Field(AnyType(), is_required=False)
"""What a definition without a schema takes: anything, or nothing."""
