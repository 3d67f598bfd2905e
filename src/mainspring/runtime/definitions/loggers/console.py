"""The loggers that are there without writing one: they speak on stderr, in words or as JSON."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from mainspring.core.base.environment import system_environment
from mainspring.core.config.schema import Field
from mainspring.core.config.types import Enum, EnumValue
from mainspring.runtime.contexts.logger import InitLoggerContext
from mainspring.runtime.definitions.loggers.definition import LoggerDefinition
from mainspring.runtime.definitions.loggers.json_format import JsonLogFormatter

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance  # loads the store, which a declaration must not

DEFAULT_LEVEL = "INFO"
DEFAULT_NAME = "mainspring"
CONSOLE = "console"
"""The key of the logger that speaks where a run config names none."""

_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")
_OTHERWISE = {"CRITICAL": "FATAL", "WARNING": "WARN"}
"""Levels that have another name as well."""
_LOG_LEVEL = Enum(
    "LogLevel",
    [
        *(EnumValue(name) for name in _LEVELS),
        *(EnumValue(name.lower(), name) for name in _LEVELS),
        *(EnumValue(spelt, name) for name, other in _OTHERWISE.items() for spelt in (other, other.lower())),
    ],
)
_SCHEMA = {
    "log_level": Field(_LOG_LEVEL, default_value=DEFAULT_LEVEL, description="The least level that is shown."),
    "name": Field(str, default_value=DEFAULT_NAME, description="The name of the logger."),
}
_FORMAT = "%(asctime)s - %(name)s - %(levelname)s - %(message)s"
_DATES = "%Y-%m-%d %H:%M:%S %z"
_COLOURS = {
    logging.DEBUG: "\033[32m",
    logging.WARNING: "\033[33m",
    logging.ERROR: "\033[31m",
    logging.CRITICAL: "\033[1;31m",
}
_PLAIN = "\033[0m"


class _ColouredFormatter(logging.Formatter):
    """Gives a line the colour of its level."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        colour = _COLOURS.get(record.levelno)
        return f"{colour}{text}{_PLAIN}" if colour else text


def _on_stderr(context: InitLoggerContext, formatter: logging.Formatter) -> logging.Logger:
    config: Mapping[str, Any] = context.logger_config or {}
    made = logging.Logger(config.get("name", DEFAULT_NAME), config.get("log_level", DEFAULT_LEVEL))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    made.addHandler(handler)
    return made


def _takes_colour(stream: Any) -> bool:
    """Whether somebody looks at it who wants colours: a terminal, and no ``NO_COLOR`` (no-color.org)."""
    is_terminal = hasattr(stream, "isatty") and stream.isatty()
    return is_terminal and not system_environment().get("NO_COLOR")


def _coloured(init_context: InitLoggerContext) -> logging.Logger:
    kind = _ColouredFormatter if _takes_colour(sys.stderr) else logging.Formatter
    return _on_stderr(init_context, kind(_FORMAT, _DATES))


def _json(init_context: InitLoggerContext) -> logging.Logger:
    return _on_stderr(init_context, JsonLogFormatter())


colored_console_logger: Final = LoggerDefinition(
    _coloured, _SCHEMA, "Says on stderr what happens, from a level on, in colours where it is a terminal."
)

json_console_logger: Final = LoggerDefinition(
    _json, _SCHEMA, "Says on stderr what happens, from a level on, each record a line of JSON."
)


def default_loggers() -> Mapping[str, LoggerDefinition]:
    """The loggers of a job that declares none.

    >>> list(default_loggers())
    ['console']
    """
    return {CONSOLE: colored_console_logger}


def default_system_loggers(
    instance: Instance | None,
) -> Sequence[tuple[LoggerDefinition, Mapping[str, object]]]:
    """The loggers of a run whose config names none, each with its config.

    They speak from the level ``python_logs: python_log_level`` of the instance on, or from INFO.
    """
    level = None if instance is None else instance.python_log_level
    return [(colored_console_logger, {"name": DEFAULT_NAME, "log_level": (level or DEFAULT_LEVEL).upper()})]
