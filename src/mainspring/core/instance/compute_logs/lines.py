"""A captured stream as lines of text, as a terminal would show each line at its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.store import CHUNK, ComputeLogManager

_WIDEST = 4096
"""The last column that a control sequence can move to."""

_TOKEN = re.compile(
    r"(?P<text>[^\x00\x07\x08\r\x1b]+)"
    r"|\x1b\[(?P<numbers>[0-9;:?<=>]*)[ -/]*(?P<what>[@-~])"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)"  # the title of the window, a link
    r"|\x1b[ -/]*[0-~]?"
    r"|(?P<control>[\x00\x07\x08\r])"
)


class LogLines(NamedTuple):
    """Lines of a stream. The next ones begin at ``cursor``, in bytes.

    ``unfinished`` is the beginning of the next line, which may still change. ``is_complete``: nothing follows.
    """

    lines: Sequence[str]
    unfinished: str
    cursor: int
    is_complete: bool


def read_lines(
    store: ComputeLogManager,
    log_key: Sequence[str],
    kind: LogKind,
    *,
    cursor: int = 0,
    end: int | None = None,
    max_bytes: int = CHUNK,
    fold: bool = True,
) -> LogLines:
    """The whole lines from a cursor on, up to ``end`` if that is given, which then ends the last line.

    With ``fold`` each is what a terminal would show in the end; without, as it was written. What is no UTF-8 is
    replaced. A line longer than ``max_bytes`` comes in pieces.
    """
    room = max_bytes if end is None else max(0, min(max_bytes, end - cursor))
    if end is not None and not room:
        return LogLines([], "", cursor, is_complete=True)
    chunk = store.read(log_key, kind, cursor=cursor, max_bytes=room)
    shown = fold_line if fold else str
    if chunk.cursor - max(0, cursor) != len(chunk.data):  # the line that stands for what was left out
        lines = chunk.data.decode().strip("\n").split("\n")
        return LogLines(lines, "", chunk.cursor, chunk.is_complete or _is_past(chunk.cursor, end))
    is_last = chunk.is_complete or _is_past(chunk.cursor, end)
    data = chunk.data
    cut = len(data) if is_last else data.rfind(b"\n") + 1
    if not cut and data and (len(data) >= room or _is_cut_off(store, log_key, kind, chunk.cursor)):
        cut = _whole_characters(data)
    text = data[:cut].decode("utf-8", "replace")
    lines = [shown(line) for line in text.removesuffix("\n").split("\n")] if text else []
    rest = data[cut:].decode("utf-8", "replace")
    return LogLines(lines, shown(rest), max(0, cursor) + cut, is_last and cut == len(data))


def _is_past(cursor: int, end: int | None) -> bool:
    return end is not None and cursor >= end


def _is_cut_off(store: ComputeLogManager, log_key: Sequence[str], kind: LogKind, cursor: int) -> bool:
    """Whether the rest of a line was left out."""
    layout = store.index(log_key).layout(kind)
    return layout.has_gap and layout.start <= cursor < layout.end


def _whole_characters(data: bytes) -> int:
    """How many bytes there are before a character of UTF-8 that is not there as a whole."""
    for back in range(1, min(4, len(data)) + 1):
        first = data[-back]
        if first >= 0xC0:
            length = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
            return len(data) - back if length > back and back < len(data) else len(data)
        if first < 0x80:
            break
    return len(data)


def fold_line(line: str) -> str:
    """What a terminal shows of a line in the end.

    Carriage returns and backspaces move back, what is written then replaces what stood there; sequences that erase
    or move within the line do so; colours and all other sequences leave no trace. Each code point takes one column.

    >>> fold_line(" 10% #\\r 50% ###\\r100% #####")
    '100% #####'
    """
    if not _needs_folding(line):
        return line
    cells: list[str | None] = []
    at = 0
    for token in _TOKEN.finditer(line):
        if (text := token["text"]) is not None:
            if at > len(cells):
                cells += [None] * (at - len(cells))
            cells[at : at + len(text)] = text
            at += len(text)
        elif token["control"] == "\r":
            at = 0
        elif token["control"] == "\b":
            at = max(0, at - 1)
        elif token["what"] == "K":
            _erase(cells, at, token["numbers"])
        elif token["what"] in {"C", "D", "G"}:
            at = _moved(at, token["what"], token["numbers"])
    while cells and cells[-1] is None:
        cells.pop()
    return "".join(" " if cell is None else cell for cell in cells)


def _needs_folding(line: str) -> bool:
    return any(mark in line for mark in "\r\x08\x1b\x07\x00")


def _erase(cells: list[str | None], at: int, what: str) -> None:
    """Erase to the end of the line, from its beginning, or all of it; the position stays."""
    if what in {"", "0"}:
        del cells[at:]
    elif what == "1":
        cells[: at + 1] = [None] * min(at + 1, len(cells))
    elif what == "2":
        cells.clear()


def _moved(at: int, what: str, number: str) -> int:
    count = int(number[:9]) if number.isascii() and number.isdigit() else 1
    if what == "G":
        return min(max(count, 1) - 1, _WIDEST)
    return max(0, at - max(count, 1)) if what == "D" else max(at, min(at + max(count, 1), _WIDEST))
