"""``sys.stdout`` and ``sys.stderr`` while a process is captured: what Python prints must reach the same file.

Mostly they write to descriptors 1 and 2 and are only told to do so line by line, as on a terminal. A test runner, a
notebook, a progress display or ``redirect_stdout`` has put another object there. Then what is printed goes to both:
to the log, and at once and in the same thread to that object.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import Any, Protocol, TextIO, cast

Write = Callable[[bytes], None]


class PythonStream(Protocol):
    """How one of the two objects is captured, from ``begin`` to ``end``."""

    def begin(self) -> None:
        """From now on what is printed reaches the descriptor or the log."""
        ...

    def end(self) -> None:
        """The object is as it was before, unless somebody else has put another one there since."""
        ...


def python_stream(name: str, number: int, write: Write, clean: Callable[[str], str] | None) -> PythonStream:
    """How to capture ``sys.<name>``; asked before its descriptor is redirected.

    ``write`` puts bytes into the log which need not be passed on to the descriptor; ``clean`` takes out secrets.
    """
    current: TextIO | None = getattr(sys, name)
    if current is None or getattr(current, "closed", False):
        return _Absent()
    file = _file_of(current)
    if file == number:
        return _ByLine(cast("io.TextIOWrapper", current))
    if file is not None and any(_is_same(file, each) for each in (number, 1, 2)):
        return _Replaced(name, current, _fresh(current, number))
    return _Replaced(name, current, BothWays(current, number, write, clean))


def flush_python_output() -> None:
    """Write out what Python keeps back."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            continue  # closed, full, no stream at all, or one of somebody else's: whoever prints to it is told


def _file_of(stream: TextIO) -> int | None:
    """The descriptor that a stream writes to, if it is one that does so itself; a proxy only names one."""
    if not isinstance(stream, io.TextIOWrapper):
        return None
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None


def _is_same(one: int, other: int) -> bool:
    try:
        return os.path.samestat(os.fstat(one), os.fstat(other))
    except OSError:
        return False


def _fresh(like: TextIO, number: int) -> TextIO:
    raw = io.FileIO(number, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=like.encoding,
        errors=like.errors,
        newline=None,
        line_buffering=True,
    )


class _Absent:
    def begin(self) -> None:
        return None

    def end(self) -> None:
        return None


class _ByLine:
    """A stream that writes to the descriptor already."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self._before = stream.line_buffering

    def begin(self) -> None:
        if not self._before:
            self._stream.reconfigure(line_buffering=True)

    def end(self) -> None:
        if not self._before and not self._stream.closed:
            self._stream.reconfigure(line_buffering=False)


class _Replaced:
    """A stream in whose place another one stands meanwhile."""

    def __init__(self, name: str, before: TextIO, meanwhile: Any) -> None:
        self._name = name
        self._before = before
        self._meanwhile = meanwhile

    def begin(self) -> None:
        self._before.flush()
        setattr(sys, self._name, self._meanwhile)

    def end(self) -> None:
        self._meanwhile.flush()
        if getattr(sys, self._name) is self._meanwhile:
            # one that ended before this one and could not leave then, because this one stood before it
            setattr(sys, self._name, _still_open(self._before))
        if isinstance(self._meanwhile, BothWays):
            self._meanwhile.leave()


def _still_open(stream: Any) -> Any:
    while isinstance(stream, BothWays) and stream.has_left:
        stream = stream.original
    return stream


class BothWays:
    """A text stream that writes to the log and to another stream. What else is asked of it, that one answers."""

    def __init__(
        self, original: Any, number: int, write: Write, clean: Callable[[str], str] | None = None
    ) -> None:
        self.original = original
        self.has_left: bool = False
        self._number = number
        self._write = write
        self._clean = clean

    @property
    def buffer(self) -> BothWaysInBytes:
        """The same for bytes."""
        return BothWaysInBytes(self, self._number)

    def write(self, text: str) -> int:
        """Print."""
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.log(text.encode("utf-8", "backslashreplace"))
        self.original.write(text if self._clean is None else self._clean(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Print several."""
        for line in lines:
            self.write(line)

    def log(self, data: bytes) -> None:
        """Write to the log alone."""
        if not self.has_left:
            self._write(data)

    def flush(self) -> None:
        """Nothing is kept back here."""
        self.original.flush()

    def fileno(self) -> int:
        """The captured descriptor: a child process that is given this stream writes to the same log."""
        return self._number

    def leave(self) -> None:
        """Pass on only, from now on: the log is closed."""
        self.has_left = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.original, name)


class BothWaysInBytes:
    """The ``buffer`` of such a stream."""

    def __init__(self, text: BothWays, number: int) -> None:
        self._text = text
        self._number = number

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Write bytes; to the other stream as text where that takes nothing else."""
        given = bytes(data)
        self._text.log(given)
        below = getattr(self._text.original, "buffer", None)
        if below is None:
            self._text.original.write(given.decode("utf-8", "replace"))
        else:
            self._text.original.flush()
            below.write(given)
        return len(given)

    def flush(self) -> None:
        """Pass it on."""
        self._text.flush()

    def fileno(self) -> int:
        """As that of the text stream."""
        return self._number
