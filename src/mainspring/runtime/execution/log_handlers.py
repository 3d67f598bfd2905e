"""The handlers that the settings of an instance add to every run: ``python_logs: dagster_handler_config``."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from mainspring.runtime.contexts.logger import InitLoggerContext
from mainspring.runtime.definitions.loggers.definition import LoggerDefinition

SETTING = "python_logs"


def settings_logger(settings: Mapping[str, Any]) -> LoggerDefinition | None:
    """A logger with the handlers of the settings, or ``None`` where they name none.

    ``handlers``, ``formatters`` and ``filters`` are written as for ``logging.config.dictConfig``.
    """
    said: Mapping[str, Any] = settings.get(SETTING, {}).get("dagster_handler_config") or {}
    if not said.get("handlers"):
        return None

    def made(context: InitLoggerContext) -> logging.Logger:
        del context  # the settings say it all
        logger = logging.Logger(SETTING)
        for handler in _handlers(said):
            logger.addHandler(handler)
        return logger

    return LoggerDefinition(made)


def _handlers(said: Mapping[str, Any]) -> list[logging.Handler]:
    """Made one by one: ``dictConfig`` as a whole would close all handlers that the process already has."""
    sections = {name: dict(said.get(name) or {}) for name in ("formatters", "filters", "handlers")}
    # the library of sockets that it loads is for those who configure handlers
    maker = import_module("logging.config").DictConfigurator({"version": 1, **sections})
    for name, make in (
        ("formatters", maker.configure_formatter),
        ("filters", maker.configure_filter),
        ("handlers", maker.configure_handler),
    ):
        section = maker.config[name]
        for key in list(section):
            section[key] = make(section[key])
    return list(maker.config["handlers"].values())
