"""``InitLoggerContext``: what the function of a logger is given."""

from __future__ import annotations

from typing import Any


class InitLoggerContext:
    """The config of a logger, and the run it is made for. ``logger_config`` is checked, the environment read."""

    __slots__ = ("_job_def", "_logger_config", "_logger_def", "_run_id")

    def __init__(
        self, logger_config: Any, logger_def: Any = None, job_def: Any = None, run_id: str | None = None
    ) -> None:
        self._logger_config = logger_config
        self._logger_def = logger_def
        self._job_def = job_def
        self._run_id = run_id

    @property
    def logger_config(self) -> Any:
        """The config of the logger."""
        return self._logger_config

    @property
    def logger_def(self) -> Any:
        """The definition of the logger, where it is made by one."""
        return self._logger_def

    @property
    def job_def(self) -> Any:
        """The job that is run, or ``None`` outside a run."""
        return self._job_def

    @property
    def run_id(self) -> str | None:
        """The id of the run, or ``None`` outside one."""
        return self._run_id
