"""What a decorator reads of the function it stands above, and of arguments that all decorators take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, position_of, user_position


def name_of(function: Callable[..., Any]) -> str | None:
    """The name of a function, also of one inside a ``functools.partial``; ``None`` for other callables."""
    return getattr(getattr(function, "func", function), "__name__", None)


def place_of(function: Callable[..., Any]) -> SourcePosition | None:
    """Where a function was written; for callables that are none, the user's line that is being executed."""
    return position_of(getattr(function, "func", function)) or user_position()


def checked_function(function: Any, decorator: str) -> Callable[..., Any]:
    """The function. Raises ``InvalidDefinitionError`` for what cannot be called."""
    if callable(function) and not isinstance(function, type):
        return function
    raise InvalidDefinitionError(
        f"@{decorator} decorates a function; got {function!r}.",
        where=user_position(),
        hint=f"Write @{decorator}(...) above a `def`, with its arguments by name.",
    )


def description_of(function: Callable[..., Any], given: str | None) -> str | None:
    """What was given, or the function's docstring with its indentation taken off."""
    if given is not None:
        return given
    text = getattr(function, "func", function).__doc__
    if not text:
        return None
    lines = text.expandtabs().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return "\n".join([lines[0].strip(), *(line[margin:].rstrip() for line in lines[1:])]).strip() or None


def seconds_of(timeout: float | timedelta | None, *, what: str, where: SourcePosition | None) -> float | None:
    """A time limit in seconds. Raises ``InvalidDefinitionError`` for one that is not above zero."""
    if timeout is None:
        return None
    if not isinstance(timeout, (int, float, timedelta)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidDefinitionError(
            f"The timeout of {what} is {timeout!r}; it must be a number of seconds or a timedelta.",
            where=where,
        )
    seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else float(timeout)
    if seconds <= 0:
        raise InvalidDefinitionError(
            f"The timeout of {what} is {timeout!r}; it must be above zero seconds.", where=where
        )
    return seconds
