"""``build_init_logger_context``: a context to call a logger with, in a test."""

from __future__ import annotations

from typing import Any

from mainspring.runtime.contexts.logger import InitLoggerContext


class UnboundInitLoggerContext(InitLoggerContext):
    """An ``InitLoggerContext`` that belongs to no run."""

    __slots__ = ()

    def __init__(self, logger_config: Any, job_def: Any = None) -> None:
        super().__init__(logger_config, job_def=job_def)


def build_init_logger_context(logger_config: Any = None, job_def: Any = None) -> UnboundInitLoggerContext:
    """A context to call a logger with, in a test.

    >>> build_init_logger_context({"log_level": "INFO"}).logger_config
    {'log_level': 'INFO'}
    """
    return UnboundInitLoggerContext(logger_config, job_def)
