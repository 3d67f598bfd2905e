"""The limit on how much of a stream is kept: its beginning and its newest end stay, the middle is dropped.

The room of the middle is given back to the file system while the log grows: the file has a hole, and every other
byte keeps its place. Where the file system cannot do that, the middle goes when the log is complete.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

from mainspring.core.instance.compute_logs.layout import Layout, next_piece

_KEEP_SIZE_AND_PUNCH = 0x01 | 0x02
_LEAST_AT_ONCE = 4096
_BLOCK = 1024 * 1024


class SizeLimit:
    """Drops the middle of one open file. ``gap`` says what is gone."""

    def __init__(self, file: int, max_bytes: int, gap: Layout | None = None) -> None:
        self.gap: Layout = gap if gap is not None and gap.has_gap else Layout(max_bytes // 2, max_bytes // 2)
        self._file = file
        self._tail = max_bytes - max_bytes // 2
        # not at every line: a log that is too long stays so, and each time costs a note in its index
        self._at_once = max(_LEAST_AT_ONCE, max_bytes // 8)
        self._can_free = True

    def check(self, size: int, *, finally_: bool = False) -> bool:
        """Drop what is too much in a file of this size. Whether something was dropped."""
        end = size - self._tail
        least = 1 if finally_ else self._at_once
        if end - self.gap.end < least or not (self._can_free or finally_):
            return False
        self._can_free = self._can_free and free(self._file, self.gap.end, end)
        if not self._can_free and not finally_:
            return False
        self.gap = Layout(self.gap.start, end)
        return True


def free(file: int, start: int, end: int) -> bool:
    """Give the room of a part of a file back; it then reads as zeros. Whether the system can do that."""
    allocate = _fallocate()
    if allocate is None:
        return False
    return allocate(file, _KEEP_SIZE_AND_PUNCH, start, end - start) == 0


@cache
def _fallocate() -> Any:
    try:
        function = ctypes.CDLL(None, use_errno=True).fallocate
    except (OSError, TypeError, AttributeError):
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]
    return function


def kept(file: int, layout: Layout) -> Iterator[bytes]:
    """What is left of a stream, in pieces, with a line in the place of what is gone."""
    size, cursor = os.fstat(file).st_size, 0
    while True:
        piece = next_piece(layout, size=size, cursor=cursor, max_bytes=_BLOCK)
        if piece.cursor == cursor:
            return
        data = piece.notice or os.pread(file, piece.length, piece.place)
        if not data:
            return
        yield data
        cursor = piece.cursor
