"""``context.log``: a standard logger whose records go to the event log of the run and to the console."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

Emit = Callable[[int, str, float], None]
"""Takes the level, the text and the time (seconds since 1970) of a message."""

PLACE_IN_RUN = "dagster_meta"
"""The attribute of a log record that says where in a run it was said; records without it are no run's."""

_LEVELS = logging.getLevelNamesMapping()


def level_number(level: str | int) -> int:
    """The number of a level given by name or number.

    >>> level_number("warning")
    30
    """
    if isinstance(level, int):
        return level
    number = _LEVELS.get(level.upper())
    if number is None:
        raise ValueError(f"{level!r} is no log level; use one of {', '.join(_LEVELS)}.")
    return number


class LogManager(logging.Logger):
    """The logger a step is given. Every standard method works; nothing needs to be configured."""

    def __init__(
        self, name: str = "mainspring", handlers: Sequence[logging.Handler] = (), level: int = logging.DEBUG
    ) -> None:
        super().__init__(name, level)
        self.handlers: list[logging.Handler] = list(handlers)
        self.propagate = False
        self.disabled = False

    def log(self, level: str | int, msg: object, *args: Any, **kwargs: Any) -> None:
        """Log at a level given by name or number."""
        super().log(level_number(level), msg, *args, **kwargs)

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  # the name of the standard library
        """Whether a message of this level is wanted; asked without the lock of the logging module."""
        return level >= self.level


class PassOnHandler(logging.Handler):
    """Hands each message to a logger of the standard library: whoever listens there, a test for one, hears it."""

    def __init__(self, logger: logging.Logger) -> None:
        super().__init__(logging.DEBUG)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Pass it on, where the logger takes messages of its level."""
        if self._logger.isEnabledFor(record.levelno):
            self._logger.handle(record)


class EventLogHandler(logging.Handler):
    """Hands each message to the event log of a run."""

    def __init__(self, emit: Emit) -> None:
        super().__init__(logging.DEBUG)
        self._hand_over = emit
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write the message, its traceback included, as one line of the log."""
        self._hand_over(record.levelno, self.format(record), record.created)


def direct_log(name: str) -> LogManager:
    """The log of what belongs to no run: a logger of the standard library of this name hears it."""
    return LogManager(name, [PassOnHandler(logging.getLogger(name))])
