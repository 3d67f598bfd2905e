"""The leaves of a config schema: scalars, values that may come from the environment, and enums."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mainspring.core.base.errors import InvalidConfigDefinitionError
from mainspring.core.base.source import user_position


class ConfigType:
    """A node of a config schema: says which values are good. Nodes are immutable and compare by value."""

    __slots__ = ()

    @property
    def description(self) -> str | None:
        """What the value means, for people."""
        return None

    @property
    def label(self) -> str:
        """What is expected, as a message says it: ``int``, ``list of str``."""
        raise TypeError(f"{type(self).__name__} is no schema by itself; use one of its kinds")

    def inner_types(self) -> Iterator[ConfigType]:
        """The nodes right below this one."""
        return iter(())

    def type_iterator(self) -> Iterator[ConfigType]:
        """This node and all below it."""
        pending: list[ConfigType] = [self]
        while pending:
            here = pending.pop()
            yield here
            pending.extend(here.inner_types())

    def post_process(self, value: object) -> object:
        """What user code receives for a valid value."""
        return value


@dataclass(frozen=True, slots=True)
class AnyType(ConfigType):
    """Anything. ``name`` says what it is where something else checks it."""

    name: str = "Any"

    @property
    def label(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ScalarType(ConfigType):
    """``bool``, ``int``, ``float`` or ``str``. A bool is no int; an int is a float."""

    kind: type[bool | int | float | str]

    @property
    def label(self) -> str:
        return self.kind.__name__

    def accepts(self, value: object) -> bool:
        """Whether the value is of this kind."""
        if isinstance(value, bool):
            return self.kind is bool
        if self.kind is float:
            return isinstance(value, (int, float))
        return isinstance(value, self.kind)


@dataclass(frozen=True, slots=True)
class SourceType(ConfigType):
    """A scalar, or the variable that holds it: ``{"env": "NAME"}`` or an ``EnvVar``."""

    scalar: ScalarType

    @property
    def label(self) -> str:
        return self.scalar.label


class EnumValue:
    """One value of an ``Enum``: how it is written in config, and what user code receives for it."""

    __slots__ = ("config_value", "description", "python_value")

    config_value: str
    python_value: object
    description: str | None

    def __init__(
        self, config_value: str, python_value: object | None = None, description: str | None = None
    ) -> None:
        object.__setattr__(self, "config_value", config_value)
        object.__setattr__(self, "python_value", config_value if python_value is None else python_value)
        object.__setattr__(self, "description", description)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an EnumValue cannot be changed (tried to set {name!r})")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EnumValue) and (self.config_value, self.python_value, self.description) == (
            other.config_value,
            other.python_value,
            other.description,
        )

    def __hash__(self) -> int:
        return hash(self.config_value)

    def __repr__(self) -> str:
        return f"EnumValue({self.config_value!r}, {self.python_value!r})"


@dataclass(frozen=True, slots=True, init=False)
class Enum(ConfigType):
    """One of a few names.

    >>> Enum("Colour", [EnumValue("RED", 1), EnumValue("BLUE", 2)]).post_process("BLUE")
    2
    """

    name: str
    enum_values: tuple[EnumValue, ...]

    def __init__(self, name: str, enum_values: Sequence[EnumValue]) -> None:
        for value in enum_values:
            if not isinstance(value, EnumValue):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidConfigDefinitionError(
                    f"The config enum {name} holds {value!r}, of type {type(value).__name__}, which is no EnumValue.",
                    where=user_position(),
                    hint=f'Write Enum("{name}", [EnumValue("RED"), EnumValue("BLUE")]).',
                )
        names = [value.config_value for value in enum_values]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise InvalidConfigDefinitionError(
                f"The config enum {name} names {', '.join(twice)} more than once."
            )
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "enum_values", tuple(enum_values))

    @property
    def label(self) -> str:
        return f"one of {', '.join(self.config_values)}"

    @property
    def config_values(self) -> list[str]:
        """The names that may be given."""
        return [value.config_value for value in self.enum_values]

    def is_valid_config_enum_value(self, config_value: object) -> bool:
        """Whether the name is one of these."""
        return config_value in self.config_values

    def name_of(self, value: object) -> str | None:
        """The name for what was given: a name, a python value, or the value of an ``enum.Enum`` member."""
        if type(value) is str and value in self.config_values:
            return value
        for known in self.enum_values:
            if known.python_value is value:
                return known.config_value
        for known in self.enum_values:
            member = known.python_value
            if isinstance(member, enum.Enum) and type(member.value) is type(value) and member.value == value:
                return known.config_value
        return None

    def post_process(self, value: object) -> object:
        """The python value of a name."""
        for known in self.enum_values:
            if known.config_value == value:
                return known.python_value
        return value

    @classmethod
    def from_python_enum(cls, enum: type[enum.Enum], name: str | None = None) -> Enum:  # noqa: A002, RUF100
        """An enum of the member names; user code receives the members."""
        return cls(name or enum.__name__, [EnumValue(member.name, member) for member in enum])

    @classmethod
    def from_python_enum_direct_values(cls, enum: type[enum.Enum], name: str | None = None) -> Enum:
        """An enum of the member values, which must be strings; user code receives the values."""
        return cls(name or enum.__name__, [EnumValue(str(member.value), member.value) for member in enum])


Any: Final = AnyType()
Bool: Final = ScalarType(bool)
Int: Final = ScalarType(int)
Float: Final = ScalarType(float)
String: Final = ScalarType(str)
StringSource: Final = SourceType(String)
IntSource: Final = SourceType(Int)
BoolSource: Final = SourceType(Bool)
FloatSource: Final = SourceType(Float)

SCALARS: dict[object, ScalarType] = {bool: Bool, int: Int, float: Float, str: String}
