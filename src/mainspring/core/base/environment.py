"""The process environment, read in one place. Nothing else reads ``os.environ``."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager

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


def set_variables(values: Mapping[str, str]) -> None:
    """Set variables of this process, and of those it starts from now on."""
    os.environ.update(values)


@contextmanager
def variables_set(values: Mapping[str, str]) -> Generator[None, None, None]:
    """Set variables of this process, and of those it starts, for a ``with`` block; then as they were before."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
