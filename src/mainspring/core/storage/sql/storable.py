"""Texts that no database takes in its columns, refused in the same words by all of them.

The character NUL cannot be stored in PostgreSQL, half of a surrogate pair in neither. A name that was changed
silently would be another name, so what holds one is refused before anything is written. In the body of an event,
where nothing is looked for, such characters are stored escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError

_INSERT = re.compile(r"INSERT INTO \w+ \(([^)]*)\)\s*VALUES \(([^)]*)\)")
_COMPARED = re.compile(r"(\w+)(?: = | < | > | <= | >= | <> | IN )\(?[?, ]*$")


_NO_TEXT = frozenset({int, float, bytes, bool, type(None)})


def holds_nul(rows: Sequence[Sequence[object]]) -> bool:
    """Whether one of these rows has a text with the character NUL.

    Looked at column by column, as each event that is stored passes here: most columns are told by their types.
    """
    return any(map(_column_holds_nul, zip(*rows, strict=False)))


def _column_holds_nul(column: Sequence[Any]) -> bool:
    if _NO_TEXT.issuperset(map(type, column)):
        return False
    try:
        return "\x00" in "".join(filter(None, column))
    except TypeError:  # not texts alone
        return any(isinstance(value, str) and "\x00" in value for value in column)


def refusal(statement: str, parameters: Sequence[object]) -> InvariantViolationError | None:
    """What is to be said of the first of these that is a text no column takes."""
    for place, value in enumerate(parameters):
        reason = _reason(value)
        if reason is not None:
            return InvariantViolationError(
                f"The {_name(statement, place)} {value!r:.200} holds {reason}, which no stored text can.",
                hint="Leave the character out, or write an escape in its place.",
            )
    return None


def raise_refusal(statement: str, rows: Iterable[Sequence[object]]) -> None:
    """Raise what is to be said of the first text among these that no column takes, if there is one."""
    for row in rows:
        said = refusal(statement, row)
        if said is not None:
            raise said


def _reason(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    if "\x00" in value:
        return "the character NUL"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "half of a surrogate pair"
    return None


def _name(statement: str, place: int) -> str:
    """The column that a parameter is for, as far as the statement tells."""
    insert = _INSERT.search(statement)
    if insert is not None:
        values = [one.strip() for one in insert[2].split(",")]
        marked = [name for name, value in zip(insert[1].split(","), values, strict=False) if value == "?"]
        if marked and (place < len(marked) or "), (" in statement):
            return _spoken(marked[place % len(marked)])
    parts = statement.split("?")
    compared = _COMPARED.search("?".join(parts[: place + 1]))
    return "text" if compared is None else _spoken(compared[1])


def _spoken(column: str) -> str:
    return column.strip().replace("_", " ")
