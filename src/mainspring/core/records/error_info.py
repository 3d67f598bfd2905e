"""An exception as a record: what it said, where, and what led to it."""

from __future__ import annotations

import traceback
from pathlib import Path

import msgspec

from mainspring.core.base.errors import OrchestratorError

_PACKAGE_ROOT = str(Path(__file__).resolve().parents[2])
_LONGEST_MESSAGE = 65_536
_DEEPEST_CHAIN = 10


class ErrorInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """An exception that can be stored and shown.

    ``stack`` holds formatted frames of the user's code; ``cause`` is what it was raised from.
    """

    message: str
    stack: list[str] = []
    cls_name: str | None = None
    cause: ErrorInfo | None = None
    context: ErrorInfo | None = None

    def to_string(self) -> str:
        """The whole error as text, as a traceback is shown."""
        frames = f"\nStack Trace:\n{''.join(self.stack)}" if self.stack else ""
        cause = (
            f"\nThe above exception was caused by the following exception:\n{self.cause.to_string()}"
            if self.cause
            else ""
        )
        return f"{self.message}{frames}{cause}"

    def __str__(self) -> str:
        return self.to_string()


def error_info(exception: BaseException) -> ErrorInfo:
    """The record of an exception, its chain included (ten links at the most)."""
    chain: list[BaseException] = []
    link: BaseException | None = exception
    while link is not None and len(chain) < _DEEPEST_CHAIN and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    cause: ErrorInfo | None = None
    for one in reversed(chain):
        cause = ErrorInfo(
            message=_message(one),
            stack=_frames(one),
            cls_name=getattr(type(one), "published_name", type(one).__name__),
            cause=cause,
        )
    assert cause is not None  # the chain holds at least the exception itself
    return cause


def _message(exception: BaseException) -> str:
    """The last lines of a traceback; a broken ``__str__`` does not hide the class."""
    try:
        text = "".join(traceback.format_exception_only(type(exception), exception))
    except Exception:  # user classes may raise anything here
        text = f"{type(exception).__name__} (its message cannot be shown)\n"
    return text[:_LONGEST_MESSAGE]


def _frames(exception: BaseException) -> list[str]:
    """The user's frames; ours only for a fault of ours, where the user has none."""
    frames = traceback.extract_tb(exception.__traceback__)
    user = [frame for frame in frames if not frame.filename.startswith(_PACKAGE_ROOT)]
    ours = [frame for frame in frames if frame.filename.startswith(_PACKAGE_ROOT)]
    if user or isinstance(
        exception, OrchestratorError
    ):  # an error of ours says in words what our frames would
        return traceback.format_list(user)
    return traceback.format_list(ours)
