"""One page of a long list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from mainspring.core.base.errors import InvariantViolationError

_T = TypeVar("_T")


class PaginatedResults(msgspec.Struct, Generic[_T], frozen=True):
    """One page: what is on it, the cursor that asks for the next one, and whether there is a next one.

    >>> PaginatedResults.create_from_sequence(["a", "b", "c"], limit=2, ascending=True).results
    ['a', 'b']
    """

    results: Sequence[_T]
    cursor: str
    has_more: bool

    @classmethod
    def create_from_sequence(
        cls, seq: Sequence[_T], limit: int, ascending: bool, cursor: str | None = None
    ) -> PaginatedResults[_T]:
        """The page of a list after the position of a cursor, from the front or (not ``ascending``) from
        the back.
        """
        first, stop = page_bounds(len(seq), limit=limit, ascending=ascending, cursor=cursor)
        results = list(seq[first:stop])
        return page_of(results, first, stop, count=len(seq), ascending=ascending)


def page_bounds(
    count: int, *, limit: int, ascending: bool, cursor: str | None, position: int | None = None
) -> tuple[int, int]:
    """The positions ``[first, stop)`` of the page after a cursor. ``position`` overrides that of the
    cursor.
    """
    if limit < 0:
        raise InvariantViolationError(
            f"A page cannot have {limit} entries.", hint="Give a limit of 0 or more."
        )
    if cursor is not None and position is None:
        position = read_cursor(cursor)[0]
    if ascending:
        first = 0 if position is None else min(position + 1, count)
        return first, min(first + limit, count)
    stop = count if position is None else max(min(position, count), 0)
    return max(stop - limit, 0), stop


def page_of(
    results: Sequence[_T], first: int, stop: int, *, count: int, ascending: bool, cursor: str | None = None
) -> PaginatedResults[_T]:
    """The page of the positions ``[first, stop)`` of a list of ``count``; ``results`` are given in the
    list's order.
    """
    if ascending:
        last, has_more = stop - 1, stop < count
    else:
        results, last, has_more = list(reversed(results)), first, first > 0
    marked = results[-1] if results and isinstance(results[-1], str) else ""
    if first == stop and cursor is not None:
        return PaginatedResults(results, cursor, has_more)
    return PaginatedResults(results, write_cursor(last, marked), has_more)


def write_cursor(position: int, key: str) -> str:
    """The opaque text for a position and the key that stood there."""
    return base64.urlsafe_b64encode(f"{position}:{key}".encode()).decode()


def read_cursor(cursor: str) -> tuple[int, str]:
    """The position and key of a cursor. ``InvariantViolationError`` for a text that is none."""
    try:
        position, _, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
        return int(position), key
    except (binascii.Error, ValueError) as error:
        raise InvariantViolationError(
            f"{cursor!r} is not a cursor of a page.", hint="Give the cursor of an earlier page, or none."
        ) from error
