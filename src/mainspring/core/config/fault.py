"""``ConfigFault``: one thing that is wrong in a config value, with the path to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from reprlib import Repr
from typing import Literal

from mainspring.core.base.errors import InvalidConfigError
from mainspring.core.base.source import SourcePosition

Reason = Literal["type", "missing", "unknown", "choice", "env", "value"]
Path = tuple[str, ...]

_repr = Repr()
_repr.maxstring = _repr.maxother = 60
_repr.maxlevel = 2


@dataclass(frozen=True, slots=True)
class ConfigFault:
    """One thing that is wrong. ``reason`` is a stable word, ``path`` the way from the root to the bad value.

    ``where`` is the file and line it was written on, where that is known.

    >>> str(ConfigFault(("ops", "load", "config", "limit"), "Expected int, got str 'a'.", "type"))
    "root:ops:load:config:limit: Expected int, got str 'a'."
    """

    path: Path
    message: str
    reason: Reason
    hint: str | None = None
    where: str | None = None

    @property
    def location(self) -> str:
        """The path as text."""
        return "".join(part if part.startswith("[") else f":{part}" for part in ("root", *self.path))[1:]

    def __str__(self) -> str:
        written = f" ({self.where})" if self.where else ""
        return f"{self.location}: {self.message}" + (f" {self.hint}" if self.hint else "") + written


@dataclass(frozen=True, slots=True)
class Result:
    """A value in the form asked for, and what is wrong with it. Use the value only where nothing is."""

    value: object
    errors: tuple[ConfigFault, ...]

    @property
    def success(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    def unwrap(self, preamble: str, *, given: object = None) -> object:
        """The value; all the errors at once as an ``InvalidConfigError`` where there are any."""
        raise_faults(preamble, self.errors, given=given)
        return self.value


def raise_faults(
    preamble: str,
    faults: Sequence[ConfigFault],
    *,
    given: object = None,
    where: SourcePosition | None = None,
) -> None:
    """Raise all faults in one ``InvalidConfigError``; do nothing where there is none.

    ``where`` is the place of what the config is for.
    """
    if faults:
        raise InvalidConfigError(preamble, faults, given, where=where)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk through a value is, and the faults it has found so far."""

    path: Path
    faults: list[ConfigFault] = field(default_factory=list)
    hidden: bool = False

    def below(self, part: str, *, hidden: bool = False) -> Place:
        """One step further down."""
        return Place((*self.path, part), self.faults, self.hidden or hidden)

    def item(self, index: int) -> Place:
        """One element of a list."""
        return self.below(f"[{index}]")

    def fault(self, reason: Reason, message: str, hint: str | None = None) -> None:
        """Note that something is wrong here."""
        self.faults.append(ConfigFault(self.path, message, reason, hint))

    def wrong_type(self, expected: str, value: object, hint: str | None = None) -> None:
        """Note that something else was expected here."""
        self.fault("type", f"Expected {expected}, got {self.shown(value)}.", hint)

    def shown(self, value: object) -> str:
        """A value as a message may show it: its type and a short text, the text hidden for secrets."""
        if value is None:
            return "null"
        return f"{type(value).__name__} {'(hidden)' if self.hidden else _repr.repr(value)}"
