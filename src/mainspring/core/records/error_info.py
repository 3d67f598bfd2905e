"""An exception as a record: what it said, where, and what led to it."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

import msgspec

from mainspring.core.base.errors import ExecutionInterruptedError, OrchestratorError

_PACKAGE_NAME = f"{__name__.partition('.')[0]}."
_PACKAGE_ROOT = f"{Path(__file__).resolve().parents[2]}{os.sep}"
_LIBRARY = f"{Path(traceback.__file__).parent}{os.sep}"
"""Where the standard library lies."""
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_PLUMBING = (f"{_LIBRARY}contextlib.py", f"{_LIBRARY}asyncio{os.sep}")
_PYDANTIC = tuple(f"{folder}pydantic" for folder in _INSTALLED)
"""With ``_PLUMBING``: what calls user code for us; its frames say nothing to the author of that code."""
_SPEAKING = (OrchestratorError, KeyboardInterrupt, ExecutionInterruptedError)
"""Errors that say in words what frames of ours would."""
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
    """The record of an exception, its chain included (ten links at the most).

    Where an error of ours is in the chain, no frame of this package is recorded. What led to an error of ours
    is recorded where user code raised it or had a part in it; else the message of ours says it already.
    """
    chain = _chain(exception)
    is_told = any(isinstance(one, _SPEAKING) for one in chain)
    cause: ErrorInfo | None = None
    for one in reversed(chain):
        cause = ErrorInfo(
            message=_message(one),
            stack=_frames(one, with_ours=not is_told),
            cls_name=vars(type(one)).get("published_name", type(one).__name__),
            cause=cause,
        )
    assert cause is not None  # the chain holds at least the exception itself
    return cause


def _chain(exception: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    link: BaseException | None = exception
    while link is not None and len(chain) < _DEEPEST_CHAIN and link not in chain:
        chain.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    for place, one in enumerate(chain):
        if _says_it_all(one) and not any(map(_has_user_frame, chain[place + 1 :])):
            return chain[: place + 1]
    return chain


def _says_it_all(exception: BaseException) -> bool:
    """Whether an error speaks for itself: one of ours that does not merely wrap the exception of a user."""
    return isinstance(exception, _SPEAKING) and getattr(exception, "user_exception", None) is None


def _has_user_frame(exception: BaseException) -> bool:
    """Whether code of neither this package nor a library was running."""
    return any(
        not file.startswith((_PACKAGE_ROOT, _LIBRARY, "<frozen"))
        and not any(part in file for part in _INSTALLED)
        for file in (frame.f_code.co_filename for frame, _ in traceback.walk_tb(exception.__traceback__))
    )


def _message(exception: BaseException) -> str:
    """The last lines of a traceback; a broken ``__str__`` does not hide the class.

    A class of ours stands without its module, which is no name anybody imports it by.
    """
    kind = type(exception)
    try:
        text = "".join(traceback.format_exception_only(kind, exception))
    except Exception:  # user classes may raise anything here
        text = f"{kind.__name__} (its message cannot be shown)\n"
    if kind.__module__.startswith(_PACKAGE_NAME):
        text = text.removeprefix(f"{kind.__module__}.")
    return text[:_LONGEST_MESSAGE]


def _frames(exception: BaseException, *, with_ours: bool) -> list[str]:
    """The user's frames; ours only for a fault of ours, where the user has none."""
    frames = traceback.extract_tb(exception.__traceback__)
    user = [frame for frame in frames if not _is_plumbing(frame.filename)]
    if isinstance(exception, _SPEAKING) and not _has_user_frame(exception):
        return []
    if user or not with_ours:
        return traceback.format_list(user)
    return traceback.format_list([frame for frame in frames if frame.filename.startswith(_PACKAGE_ROOT)])


def _is_plumbing(file: str) -> bool:
    return file.startswith((_PACKAGE_ROOT, *_PLUMBING)) or any(part in file for part in _PYDANTIC)
