"""Key patterns with ``*``: matched in linear time, whatever the pattern."""

from __future__ import annotations

import re

_STAR = re.compile(r"\\(.)|(\*)", re.DOTALL)


def pattern_pieces(pattern: str) -> list[str]:
    """The literal text between the stars of a pattern; one piece for a pattern without a star.

    >>> pattern_pieces("raw_*_daily")
    ['raw_', '_daily']

    ``\\*`` stands for a star and ``\\\\`` for a backslash.
    """
    pieces = [""]
    end = 0
    for found in _STAR.finditer(pattern):
        pieces[-1] += pattern[end : found.start()]
        end = found.end()
        if found[2]:
            pieces.append("")
        else:
            pieces[-1] += found[1]
    pieces[-1] += pattern[end:]
    return pieces


def escape_pattern(text: str) -> str:
    """The pattern that matches exactly this text."""
    return text.replace("\\", "\\\\").replace("*", "\\*")


def matches(pieces: list[str], text: str) -> bool:
    """Whether the text consists of the pieces in this order, with anything between them."""
    if len(pieces) == 1:
        return pieces[0] == text
    head, *middle, tail = pieces
    at, end = len(head), len(text) - len(tail)
    if at > end or not text.startswith(head) or not text.endswith(tail):
        return False
    for piece in middle:
        # The first place is always good enough: it leaves the most room for what follows.
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
