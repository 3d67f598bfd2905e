"""Where the bytes of a long log lie whose middle was left out.

Positions count every byte that was ever written, so that a cursor keeps its meaning while the middle is dropped.
"""

from __future__ import annotations

from typing import NamedTuple


class Layout(NamedTuple):
    """The bytes from ``start`` to ``end`` are gone. ``inserted`` bytes stand in their place in the file.

    While a log is written nothing does: the file has a hole there (``inserted`` is ``None``).

    >>> Layout(100, 900, 20).place(950)
    170
    """

    start: int = 0
    end: int = 0
    inserted: int | None = None

    @property
    def has_gap(self) -> bool:
        """Whether anything is gone."""
        return self.end > self.start

    def place(self, position: int) -> int:
        """Where in the file the byte at a position lies. It must not be one of those that are gone."""
        if self.inserted is None or position < self.end:
            return position
        return position - self.shift

    def length(self, size: int) -> int:
        """How many bytes were written in all, when the file has so many."""
        return size if self.inserted is None else size + self.shift

    @property
    def shift(self) -> int:
        """By how much the file is shorter than what was written."""
        return 0 if self.inserted is None else self.end - self.start - self.inserted

    def notice(self, position: int) -> bytes:
        """What is read in place of the bytes that are gone, from a position among them on."""
        return f"\n[{self.end - position:,} bytes are left out here: the log is too long]\n".encode()


WHOLE = Layout()
"""Nothing is gone."""


class Piece(NamedTuple):
    """What to read next: ``length`` bytes of the file, or a ``notice``; then go on at ``cursor``."""

    place: int
    length: int
    notice: bytes
    cursor: int


def next_piece(layout: Layout, *, size: int, cursor: int, max_bytes: int) -> Piece:
    """What follows a cursor in a file of this size. Nothing, at the end."""
    cursor = max(0, cursor)
    if layout.has_gap and layout.start <= cursor < layout.end:
        return Piece(0, 0, layout.notice(cursor), layout.end)
    limit = layout.start if layout.has_gap and cursor < layout.start else layout.length(size)
    count = max(0, min(max_bytes, limit - cursor))
    return Piece(layout.place(cursor), count, b"", cursor + count)
