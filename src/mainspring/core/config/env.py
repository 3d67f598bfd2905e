"""``EnvVar``: a setting whose value is read from the environment where user code runs, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from mainspring.core.base import serial
from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.base.errors import InvariantViolationError


class EnvVar(str):
    """The name of an environment variable, given where a value is expected.

    >>> EnvVar("DB_PASSWORD")
    EnvVar('DB_PASSWORD')
    >>> EnvVar("DB_PASSWORD").get_value("none set")
    'none set'

    Give it as a field of a ``ConfigurableResource`` or ``Config``: the value is read when the resource is
    made for a run, in the process of that run. Its text shows the name of the variable, never the value.
    """

    __slots__ = ()

    @property
    def env_var_name(self) -> str:
        """The name of the variable."""
        return str.__str__(self)

    def get_value(self, default: str | None = None, *, environ: Environment | None = None) -> str | None:
        """The value now, or ``default`` where the variable is not set."""
        return (system_environment() if environ is None else environ).get(self.env_var_name, default)

    @classmethod
    def int(cls, name: str) -> IntEnvVar:
        """A variable whose value is a whole number: ``port: int`` takes ``EnvVar.int("DB_PORT")``."""
        return IntEnvVar.of(name)

    def __repr__(self) -> str:
        return f"EnvVar({self.env_var_name!r})"

    def __str__(self) -> str:
        return repr(self)

    def __format__(self, format_spec: str) -> str:
        return format(repr(self), format_spec)

    def __reduce__(self) -> tuple[type[EnvVar], tuple[str]]:
        return (EnvVar, (self.env_var_name,))


class IntEnvVar(int):
    """The name of an environment variable that holds a whole number. Made by ``EnvVar.int``.

    As a number it is 0 until it is resolved; its text shows the name of the variable.
    """

    env_var_name: str

    @classmethod
    def of(cls, name: str) -> IntEnvVar:
        """The reference to the variable ``name``."""
        made = cls(0)
        made.env_var_name = name
        return made

    def get_value(self, default: int | None = None, *, environ: Environment | None = None) -> int | None:
        """The value now, or ``default`` where the variable is not set. What is no number is an error."""
        text = (system_environment() if environ is None else environ).get(self.env_var_name)
        if text is None:
            return default
        try:
            return int(text)
        except ValueError:
            raise InvariantViolationError(
                f"The environment variable {self.env_var_name} does not hold a whole number."
            ) from None

    def __repr__(self) -> str:
        return f"EnvVar.int({self.env_var_name!r})"

    def __str__(self) -> str:
        return repr(self)

    def __format__(self, format_spec: str) -> str:
        return format(repr(self), format_spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IntEnvVar) and self.env_var_name == other.env_var_name

    def __hash__(self) -> int:
        return hash((IntEnvVar, self.env_var_name))

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (IntEnvVar.of, (self.env_var_name,))


EnvReference = EnvVar | IntEnvVar


def reference_name(value: object) -> str | None:
    """The variable that ``value`` stands for: an ``EnvVar`` or ``{"env": "NAME"}``; ``None`` for anything
    else.
    """
    if isinstance(value, (EnvVar, IntEnvVar)):
        return value.env_var_name
    if isinstance(value, Mapping):
        entry = cast("Mapping[object, object]", value)
        name = entry.get("env")
        if len(entry) == 1 and isinstance(name, str):
            return name
    return None


def references_in(value: object) -> Iterator[EnvReference]:
    """The ``EnvVar``s inside a value: in lists, mappings and config models at any depth, not in nested
    resources.
    """
    pending = [value]
    while pending:
        here = pending.pop()
        if isinstance(here, (EnvVar, IntEnvVar)):
            yield here
        elif isinstance(here, Mapping):
            pending.extend(cast("Mapping[object, object]", here).values())
        elif isinstance(here, (list, tuple, set, frozenset)):
            pending.extend(cast("list[object]", here))
        elif getattr(here, "__mainspring_config__", False) and not getattr(
            here, "__mainspring_resource__", False
        ):
            pending.extend(vars(here).values())
            pending.append(getattr(here, "__pydantic_extra__", None))


def has_references(value: object) -> bool:
    """Whether there is an ``EnvVar`` anywhere inside a value."""
    return next(references_in(value), None) is not None


def _written(reference: EnvReference) -> object:
    return {"env": reference.env_var_name}


def _read(value: Mapping[str, str]) -> EnvVar:
    return EnvVar(value["env"])


def _read_int(value: Mapping[str, str]) -> IntEnvVar:
    return IntEnvVar.of(value["env"])


serial.register(EnvVar, _written, _read)
serial.register(IntEnvVar, _written, _read_int)
