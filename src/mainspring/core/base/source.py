"""Where something was declared: file and line, for messages that must point at the user's own code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import NamedTuple


class SourcePosition(NamedTuple):
    """A file and a line in it. ``str()`` gives ``file.py:12``, with the file relative to the working directory."""

    file: str
    line: int

    def __str__(self) -> str:
        try:
            shown = str(Path(self.file).relative_to(Path.cwd()))
        except (ValueError, OSError):
            shown = self.file
        return f"{shown}:{self.line}"


def position_of(function: Callable[..., object]) -> SourcePosition | None:
    """The first line of a function's source, or ``None`` for a callable that is not written in Python."""
    code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
    return None if code is None else SourcePosition(code.co_filename, code.co_firstlineno)


def caller_position(depth: int = 1) -> SourcePosition | None:
    """The line of the code ``depth`` frames above the caller of this function (1: the caller's own caller)."""
    try:
        frame = sys._getframe(depth + 1)  # pyright: ignore[reportPrivateUsage]
    except ValueError:
        return None
    return SourcePosition(frame.f_code.co_filename, frame.f_lineno)


_PACKAGE_NAME = f"{__name__.partition('.')[0]}."
_COMMAND_LINE = f"{_PACKAGE_NAME}cli."
_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])


def user_position() -> SourcePosition | None:
    """The innermost line on the stack that lies outside this package: the user's statement being executed.

    ``None`` where the command line was called: there is none.
    """
    frame = _user_frame()
    return None if frame is None else SourcePosition(frame.f_code.co_filename, frame.f_lineno)


def user_locals() -> Mapping[str, object]:
    """The variables in sight of the user's statement being executed, where it stands inside a function."""
    frame = _user_frame()
    return {} if frame is None else frame.f_locals


def _user_frame() -> FrameType | None:
    frame: FrameType | None = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
    while frame is not None and _is_ours(frame):
        if str(frame.f_globals.get("__name__")).startswith(_COMMAND_LINE):
            return None
        frame = frame.f_back
    return frame


def _is_ours(frame: FrameType) -> bool:
    """Whether the code belongs to this package; the methods that ``dataclass`` writes have no file."""
    file = frame.f_code.co_filename
    if file == "<string>":
        return str(frame.f_globals.get("__name__")).startswith(_PACKAGE_NAME)
    return file.startswith(_PACKAGE_ROOT)
