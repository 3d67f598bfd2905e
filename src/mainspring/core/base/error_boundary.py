"""``user_code_error_boundary``: what user code raises, told apart from our own errors."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from mainspring.core.base.errors import InvariantViolationError, OrchestratorError, UserCodeError


@contextmanager
def user_code_error_boundary(
    error_cls: type[UserCodeError], msg_fn: Callable[[], str], log_manager: Any = None, **kwargs: Any
) -> Generator[None, None, None]:
    """Around a call of user code: what it raises comes out as ``error_cls``, with the original as its cause.

    ``error_cls`` is ``UserCodeError`` or a subclass, made with the message that ``msg_fn`` gives and with
    ``kwargs``; the exception of the user is its ``user_exception``. Errors of this package and interruptions pass
    as they are. With ``log_manager`` the message is also written to that log.

    >>> with user_code_error_boundary(StepExecutionError, lambda: "The rates could not be read."):
    ...     1 / 0
    Traceback (most recent call last):
    mainspring.core.base.errors.StepExecutionError: The rates could not be read.

    Raises ``InvariantViolationError`` for a class of errors that are not of user code.
    """
    if not (isinstance(error_cls, type) and issubclass(error_cls, UserCodeError)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvariantViolationError(
            f"user_code_error_boundary raises errors of user code; {error_cls!r} is no class of such errors.",
            hint="Give UserCodeError or a subclass of it.",
        )
    try:
        yield
    except OrchestratorError:
        raise
    except Exception as error:
        message = msg_fn()
        if log_manager is not None:
            log_manager.error("%s %s: %s", message, type(error).__name__, error)
        raise error_cls(message, user_exception=error, **kwargs) from error
