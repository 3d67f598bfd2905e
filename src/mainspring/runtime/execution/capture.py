"""Python logging during a run: what the loggers of the settings and of ``get_dagster_logger`` say goes into its log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager

from mainspring.core.instance.instance import Instance
from mainspring.runtime.contexts.log import PLACE_IN_RUN, level_number
from mainspring.runtime.contexts.scope import CURRENT
from mainspring.runtime.contexts.user_logger import user_logger


class _Capture(logging.Handler):
    """Writes each line as one of the step that said it."""

    def __init__(self, message: Callable[..., None]) -> None:
        super().__init__(logging.DEBUG)
        self._message = message
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; not one that a logger of the run passes on, which would come back for ever."""
        if hasattr(record, PLACE_IN_RUN):
            return
        context = CURRENT.get(None)
        step_key = context.scope.step_key if context is not None else None
        self._message(record.levelno, self.format(record), step_key, timestamp=record.created)


@contextmanager
def captured_loggers(instance: Instance, message: Callable[..., None]) -> Generator[None, None, None]:
    """Capture, and leave the loggers afterwards as they were."""
    handler = _Capture(message)
    names = dict.fromkeys([user_logger().name, *instance.managed_python_loggers])
    level = instance.python_log_level
    changed: list[tuple[logging.Logger, int]] = []
    for name in names:
        logger = logging.getLogger(None if name == "root" else name)
        changed.append((logger, logger.level))
        logger.addHandler(handler)
        if level is not None:
            logger.setLevel(level_number(level))
    try:
        yield
    finally:
        for logger, before in changed:
            logger.removeHandler(handler)
            logger.setLevel(before)
