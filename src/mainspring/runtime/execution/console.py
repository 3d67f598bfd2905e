"""The console logger of a run: what is said, on stderr, from a level on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any

from mainspring.core.base.errors import InvalidConfigError
from mainspring.runtime.contexts.log import level_number

DEFAULT_LEVEL = logging.INFO
_KNOWN = ("console",)


def console_logger(run_config: Mapping[str, Any]) -> logging.Logger:
    """A logger to stderr with the level of ``loggers: console: config: log_level`` (by default INFO).

    Raises ``InvalidConfigError`` for a level that is none.
    """
    logger = logging.Logger("mainspring.console", _level(run_config))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        logging.Formatter("%(asctime)s - %(levelname)s - %(message)s", "%Y-%m-%d %H:%M:%S %z")
    )
    logger.addHandler(handler)
    return logger


def _level(run_config: Mapping[str, Any]) -> int:
    said: Any = run_config
    for name in ("loggers", "console", "config", "log_level"):
        said = said.get(name) if isinstance(said, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if said is None:
        return DEFAULT_LEVEL
    try:
        return level_number(said)  # pyright: ignore[reportUnknownArgumentType]
    except ValueError as error:
        raise InvalidConfigError(
            "The run config does not fit.",
            [f"{error} At path root:loggers:console:config:log_level."],
            run_config,
        ) from None
