"""The loggers of a run: what it says, passed on to those that its config names, or else to the console."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.fault import ConfigFault
from mainspring.core.config.schema import Shape
from mainspring.core.config.validate import validate
from mainspring.core.instance.instance import Instance
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.run import Run
from mainspring.runtime.contexts.log import PLACE_IN_RUN
from mainspring.runtime.contexts.logger import InitLoggerContext
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.loggers.console import CONSOLE, default_system_loggers
from mainspring.runtime.definitions.loggers.definition import LoggerDefinition
from mainspring.runtime.definitions.loggers.fields import known_loggers, logger_fields
from mainspring.runtime.definitions.run_config.sections import mapping_of
from mainspring.runtime.execution.log_handlers import SETTING, settings_logger


@dataclass(frozen=True, slots=True)
class _Planned:
    """A logger to be made, its config checked."""

    name: str
    definition: LoggerDefinition
    config: object

    def made(self, job: JobDefinition, run_id: str) -> logging.Logger:
        context = InitLoggerContext(self.config, self.definition, job, run_id)
        logger = self.definition.logger_fn(context)
        if not isinstance(logger, logging.Logger):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvariantViolationError(
                f"The function of a logger returns a logging.Logger; it returned a {type(logger).__name__}."
            )
        return logger


class RunLoggers:
    """Passes on each line of a run's log. A logger that raises is left out from then on, and hurts nothing else.

    ``made`` are those in use, ``failures`` those that raised and have not been told of yet, with the error.
    """

    def __init__(self, job: JobDefinition, planned: Sequence[_Planned]) -> None:
        self.failures: list[tuple[str, Exception]] = []
        self._job = job
        self._planned = planned
        self.made: list[tuple[str, logging.Logger]] = []
        self._job_tags: Mapping[str, str] = {}
        self.least: int = logging.CRITICAL + 1
        """The least level that any of them took when they were made: most lines of a run lie below it."""

    def start(self, run: Run) -> None:
        """Make the loggers for a run."""
        self._job_tags = run.tags
        for each in self._planned:
            try:
                self.made.append((each.name, each.made(self._job, run.run_id)))
            except Exception as error:
                self.failures.append((each.name, error))
        self.least = min((logger.getEffectiveLevel() for _, logger in self.made), default=self.least)

    def pass_on(self, entry: EventLogEntry, text: str, error: ErrorInfo | None) -> None:
        """Give a line to each logger that takes its level; ``text`` is what it says."""
        for name, logger in list(self.made):
            try:
                if logger.isEnabledFor(entry.level):
                    logger.handle(self._record(logger.name, entry, text, error))
            except Exception as raised:
                self.made = [one for one in self.made if one[1] is not logger]
                self.failures.append((name, raised))

    def flush(self) -> None:
        """Have the handlers write what they hold back."""
        for name, logger in self.made:
            for handler in logger.handlers:
                try:
                    handler.flush()
                except Exception as error:
                    self.failures.append((name, error))

    def _record(
        self, name: str, entry: EventLogEntry, text: str, error: ErrorInfo | None
    ) -> logging.LogRecord:
        where = [entry.job_name, entry.run_id, entry.step_key, text]
        line = " - ".join(part for part in where if part)
        record = logging.LogRecord(name, entry.level, __file__, 0, line, None, None)
        record.created = entry.timestamp
        record.msecs = int(entry.timestamp % 1 * 1000)
        record.exc_text = None if error is None else error.to_string()
        record.__dict__[PLACE_IN_RUN] = {
            "dagster_event": entry.dagster_event,
            "job_name": entry.job_name,
            "job_tags": dict(self._job_tags),
            "log_timestamp": datetime.fromtimestamp(entry.timestamp, UTC).isoformat(),
            "op_name": None if entry.step_key is None else _op_name(entry.step_key),
            "orig_message": text,
            "run_id": entry.run_id,
            "step_key": entry.step_key,
        }
        return record


def run_loggers(
    job: JobDefinition,
    run_config: Mapping[str, Any],
    instance: Instance,
    faults: list[ConfigFault],
    *,
    quiet: bool = False,
) -> RunLoggers:
    """The loggers of a run, to be started when its record is there.

    They are those that the section ``loggers`` of the run config names; where it names none, the logger
    ``console`` of the job if it has one that needs no config, else the default one. ``quiet`` leaves out the
    latter two: for a caller that shows the run in a way of its own. The handlers that the settings of the
    instance name are there in any case. What is wrong with the config is added to ``faults``.
    """
    known = known_loggers(job.loggers)
    said = mapping_of(run_config, "loggers", faults)
    checked = validate(Shape(logger_fields(job.loggers)), dict(said), path=("loggers",), fill=False)
    faults.extend(checked.errors)
    if checked.errors:
        return RunLoggers(job, [])
    named = cast("dict[str, dict[str, Any] | None]", checked.value)
    given: list[tuple[str, LoggerDefinition, Any]]
    if named:
        given = [(name, known[name], (entry or {}).get("config")) for name, entry in named.items()]
    elif quiet:
        given = []
    elif CONSOLE in job.loggers and not known[CONSOLE].config_field.is_required:
        given = [(CONSOLE, known[CONSOLE], None)]
    else:
        given = [(CONSOLE, *default) for default in default_system_loggers(instance)]
    planned: list[_Planned] = []
    for name, definition, raw in given:
        result = definition.config_schema.evaluate(
            raw, instance.ambient.environ, path=("loggers", name, "config")
        )
        faults.extend(result.errors)
        planned.append(_Planned(name, definition, result.value))
    of_instance = settings_logger(instance.settings)
    if of_instance is not None:
        planned.append(_Planned(SETTING, of_instance, None))
    return RunLoggers(job, planned)


def _op_name(step_key: str) -> str:
    """The name of the op in the key of a step, which names its graphs before it and its mapping key after it."""
    return step_key.partition("[")[0].rpartition(".")[2]
