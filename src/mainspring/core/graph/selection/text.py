"""How selections are written: quoting, and which operand needs parentheses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

from mainspring.core.graph.selection.pattern import escape_pattern
from mainspring.core.values.asset_key import AssetKey

NULL = "<null>"
"""Stands for having no value: ``kind:<null>``."""


class Binding(IntEnum):
    """How tightly the outermost operator of a text binds."""

    OR = 0
    AND = 1
    NOT = 2
    LAYERS = 3
    ATOM = 4


class Text(NamedTuple):
    """A selection as text."""

    text: str
    binding: Binding

    def inside(self, least: Binding) -> str:
        """The text for a place where at least this binding is needed."""
        return self.text if self.binding >= least else f"({self.text})"


NOTHING = Text('key:""', Binding.ATOM)
"""A selection that matches nothing, since no key is empty."""


def quoted(value: str) -> str:
    """The value between double quotes.

    >>> print(quoted('a "b"'))
    "a \\"b\\""
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquoted(value: str) -> str:
    """What stands between the quotes of ``quoted``; a value without quotes stays as it is."""
    if not value.startswith('"'):
        return value
    pieces = value[1:-1].split("\\\\")
    return "\\".join(piece.replace('\\"', '"') for piece in pieces)


def filtered(attribute: str, value: str | None) -> Text:
    """``attribute:"value"``."""
    return Text(f"{attribute}:{NULL if value is None else quoted(value)}", Binding.ATOM)


def either(texts: Iterable[Text]) -> Text:
    """The texts with ``or`` between them."""
    found = list(texts)
    if not found:
        return NOTHING
    if len(found) == 1:
        return found[0]
    return Text(" or ".join(text.inside(Binding.AND) for text in found), Binding.OR)


def both(texts: Sequence[Text]) -> Text:
    """The texts with ``and`` between them."""
    if len(texts) == 1:
        return texts[0]
    return Text(" and ".join(text.inside(Binding.LAYERS) for text in texts), Binding.AND)


def without(left: Text, right: Text) -> Text:
    """The left text less the right one."""
    least = Binding.AND if left.binding is Binding.AND else Binding.LAYERS
    taken = right.inside(Binding.LAYERS)
    return Text(f"{left.inside(least)} and not {taken}", Binding.AND)


def call(function: str, argument: Text) -> Text:
    """``function(argument)``."""
    return Text(f"{function}({argument.text})", Binding.ATOM)


def exact_key(key: AssetKey) -> Text:
    """The text of one key."""
    parts = (escape_pattern(part).replace("/", "\\/") for part in key.parts)
    return filtered("key", "/".join(parts))
