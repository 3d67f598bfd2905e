"""The process environment, read in one place. Nothing else reads ``os.environ``."""

from __future__ import annotations

import os
from collections.abc import Mapping

Environment = Mapping[str, str]


def system_environment() -> Environment:
    """The live environment of this process: later changes are seen."""
    return os.environ


def variable(environ: Environment, name: str, default: str | None = None) -> str | None:
    """``MAINSPRING_<name>``, or ``DAGSTER_<name>`` where the former is not set, or the default.

    >>> variable({"DAGSTER_HOME": "/data"}, "HOME")
    '/data'
    """
    for key in (f"MAINSPRING_{name}", f"DAGSTER_{name}"):
        value = environ.get(key)
        if value:
            return value
    return default
