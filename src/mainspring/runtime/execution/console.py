"""The console logger of a run: what is said, on stderr, from a level on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any, cast

from mainspring.core.config.fault import ConfigFault
from mainspring.runtime.contexts.log import level_number

DEFAULT_LEVEL = logging.INFO
_PATH = ("loggers", "console", "config", "log_level")


def console_level(run_config: Mapping[str, Any], faults: list[ConfigFault]) -> int:
    """The level of ``loggers: console: config: log_level`` (by default INFO); a fault for one that is none."""
    said: object = run_config
    for name in _PATH:
        said = cast("Mapping[str, object]", said).get(name) if isinstance(said, Mapping) else None
    if said is None:
        return DEFAULT_LEVEL
    try:
        return level_number(cast("str | int", said))
    except (ValueError, AttributeError):
        known = ", ".join(logging.getLevelNamesMapping())
        faults.append(ConfigFault(_PATH, f"{said!r} is no log level.", "value", f"Known are: {known}."))
        return DEFAULT_LEVEL


def console_logger(level: int) -> logging.Logger:
    """A logger that says on stderr what is of this level or above."""
    logger = logging.Logger("mainspring.console", level)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        logging.Formatter("%(asctime)s - %(levelname)s - %(message)s", "%Y-%m-%d %H:%M:%S %z")
    )
    logger.addHandler(handler)
    return logger
