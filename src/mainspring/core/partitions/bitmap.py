"""Sets of ordinals as roaring bitmaps: the only place that knows the library.

A bitmap handed to or returned from a function here belongs to nobody and is never changed in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from mainspring.core.base.errors import InvariantViolationError

if TYPE_CHECKING:
    from pyroaring import BitMap

    Bitmap: TypeAlias = BitMap

MOST = 2**32
"""A bitmap holds ordinals below this one."""


@lru_cache(maxsize=1)
def _kind() -> type[BitMap]:
    return import_module("pyroaring").BitMap  # loaded when the first subset is made


def bitmap_of(ordinals: Iterable[int] = ()) -> Bitmap:
    """The set of these ordinals; a ``range`` costs the same whatever its length."""
    try:
        return _kind()(ordinals)
    except OverflowError as error:
        raise InvariantViolationError(
            f"A set of partitions holds at most {MOST:,} of them, and this one reaches beyond.",
            hint="Use fewer or smaller dimensions.",
        ) from error


def bitmap_of_runs(runs: Iterable[tuple[int, int]]) -> Bitmap:
    """The set of all ordinals in these runs ``[first, stop)``."""
    found = bitmap_of()
    for first, stop in runs:
        if stop > MOST:
            bitmap_of([stop])
        if first < stop:
            found.add_range(first, stop)
    return found


def runs_of(bitmap: Bitmap) -> Iterator[tuple[int, int]]:
    """The runs ``[first, stop)`` of neighbouring ordinals, in order; the cost goes with their number."""
    if not bitmap:
        return
    top = bitmap.max()
    gaps = bitmap.flip(0, top + 1)
    position = bitmap.min()
    while True:
        stop = gaps.next_set_bit(position) if gaps and position <= gaps.max() else top + 1
        yield position, stop
        if stop > top:
            return
        position = bitmap.next_set_bit(stop)


def to_bytes(bitmap: Bitmap) -> bytes:
    """The portable serialised form of the set, as small as it gets."""
    small = bitmap.copy()
    small.run_optimize()
    return small.serialize()


def from_bytes(data: bytes) -> Bitmap:
    """The set of its serialised form."""
    try:
        return _kind().deserialize(data)
    except (ValueError, IndexError, MemoryError) as error:
        raise InvariantViolationError(
            "A stored set of partitions cannot be read: its bitmap is damaged."
        ) from error
