"""Reads the cells of a row. Reading is total: whatever lies there, something of the right type comes out, and
what was wrong is noted.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import Any, TypeVar

import msgspec

from mainspring.core.base import serial
from mainspring.core.records.damage import Damage

LONGEST_RAW = 100_000
"""The most characters of a body that are shown of a row that cannot be read."""

_E = TypeVar("_E", bound=Enum)


class Cells:
    """The cells of one row, and what was found wrong with them."""

    __slots__ = ("_faults",)

    def __init__(self) -> None:
        self._faults: list[str] = []

    def text(self, value: object, what: str) -> str:
        """A text that has to be there."""
        if isinstance(value, str):
            return value
        self._faults.append(f"the {what} is a {type(value).__name__}")
        return plain_text(value)

    def optional_text(self, value: object, what: str) -> str | None:
        """A text that may be missing."""
        return None if value is None else self.text(value, what)

    def number(self, value: object, what: str) -> float:
        """A number that has to be there; 0 where it is none."""
        if isinstance(value, (int, float)) and math.isfinite(value):
            return value
        told = value if isinstance(value, float) else f"a {type(value).__name__}"
        self._faults.append(f"the {what} is {told}")
        return 0.0

    def whole(self, value: object, what: str) -> int:
        """A whole number that has to be there; 0 where it is none."""
        if isinstance(value, int):
            return value
        self._faults.append(f"the {what} is a {type(value).__name__}")
        return 0

    def optional_whole(self, value: object, what: str) -> int | None:
        """A whole number that may be missing; missing where it is none."""
        return None if value is None else self.whole(value, what) or None

    def optional_number(self, value: object, what: str) -> float | None:
        """A number that may be missing."""
        return None if value is None else self.number(value, what)

    def member(self, value: object, kind: type[_E], otherwise: _E) -> _E:
        """A member of an enumeration by its value."""
        try:
            return kind(value)
        except ValueError:
            self._faults.append(f"{value!r} is no {kind.__name__}")
            return otherwise

    def record(self, body: object, kind: Any) -> Any:
        """The record that a body holds, or ``None``."""
        try:
            return serial.decode(body, kind)  # pyright: ignore[reportArgumentType]  # what it may be is what is found out
        except (
            msgspec.MsgspecError,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            RecursionError,
        ) as error:
            self._faults.append(f"{type(error).__name__}: {error}")
            return None

    def note(self, fault: str) -> None:
        """Add to what was found wrong."""
        self._faults.append(fault)

    def damage(self, body: object) -> Damage | None:
        """What was found wrong, if anything."""
        if not self._faults:
            return None
        return Damage("; ".join(self._faults), plain_text(body)[:LONGEST_RAW])


def plain_text(value: object) -> str:
    """Whatever a cell holds, as text."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return "" if value is None else str(value)
