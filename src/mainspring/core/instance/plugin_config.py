"""The config of a plug-in: checked against the schema that the class gives, variables replaced by their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mainspring.core.base.environment import Environment
from mainspring.core.config.env import reference_name
from mainspring.core.config.fault import ConfigFault
from mainspring.core.config.make import make_config
from mainspring.core.instance.settings.given import Path

Fault = tuple[Path, str]

_ROUNDS: Final = 2


def plugin_config(schema: Any, written: Mapping[str, Any], environ: Environment) -> tuple[Any, list[Fault]]:
    """The value that a class is made from, and what is wrong with it, as paths and ends of sentences.

    A variable may stand for any value. Where the schema does not read variables itself, the text of the
    variable is put in its place, and where no text fits, the number or yes-or-no that the text stands for. No
    message shows what came from a variable.
    """
    variables = dict(_variables(written))
    unset = [
        (path, f"takes its value from the environment variable {name}, which is not set.")
        for path, name in variables.items()
        if name not in environ
    ]
    if unset:
        return None, unset
    config: Any = written
    result = make_config(schema, config, environ)
    tried: dict[Path, int] = {}
    while not result.success:
        refused = {_way(fault) for fault in result.errors if isinstance(fault, ConfigFault)}  # pyright: ignore[reportUnnecessaryIsInstance]
        again = [path for path in variables if path in refused and tried.get(path, 0) < _ROUNDS]
        if not again:
            break
        for path in again:
            text = environ[variables[path]]
            config = _replaced(config, path, _scalar(text) if tried.get(path) else text)
            tried[path] = tried.get(path, 0) + 1
        result = make_config(schema, config, environ)
    return _resolved(result.value, environ), [_told(fault, variables) for fault in result.errors]


def _resolved(value: Any, environ: Environment) -> Any:
    """The value with the texts of variables that stand where the schema takes anything."""
    name = reference_name(value)
    if name is not None:
        return environ.get(name)
    if isinstance(value, dict):
        return {key: _resolved(one, environ) for key, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_resolved(one, environ) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _told(fault: ConfigFault, variables: Mapping[Path, str]) -> Fault:
    path = _way(fault)
    inside = [name for where, name in variables.items() if where[: len(path)] == path]
    if not inside:
        return path, f"{fault.message[0].lower()}{fault.message[1:]}" + (
            f" {fault.hint}" if fault.hint else ""
        )
    expected = fault.message.partition(", got ")[0] if ", got " in fault.message else "It does not fit"
    return (
        path,
        f"{expected[0].lower()}{expected[1:]}; the environment variable {inside[0]} gives something else.",
    )


def _way(fault: ConfigFault) -> Path:
    """The path of a fault; numbers of items are numbers here."""
    return tuple(
        int(part[1:-1]) if part.startswith("[") and part[1:-1].isdigit() else part for part in fault.path
    )


def _variables(written: object) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    pending: list[tuple[Path, Any]] = [((), written)]
    while pending:
        path, value = pending.pop()
        name = reference_name(value)
        if name is not None:
            found.append((path, name))
        elif isinstance(value, Mapping):
            pending.extend(((*path, str(key)), one) for key, one in value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        elif isinstance(value, list):
            pending.extend(((*path, index), one) for index, one in enumerate(value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return found


def _replaced(config: Any, path: Path, value: object) -> Any:
    """The config with another value at a path; the one that was given stays as it is."""
    top: list[Any] = [config]
    here: Any = top
    place: str | int = 0
    for part in path:
        copy: Any = dict(here[place]) if isinstance(here[place], Mapping) else list(here[place])
        here[place] = copy
        here, place = copy, part
    here[place] = value
    return top[0]


def _scalar(text: str) -> object:
    """The number or yes-or-no that a text stands for, or the text."""
    words: dict[str, object] = {
        "true": True,
        "yes": True,
        "on": True,
        "false": False,
        "no": False,
        "off": False,
    }
    lowered = text.strip().lower()
    if lowered in words:
        return words[lowered]
    for kind in (int, float):
        try:
            return kind(lowered)
        except ValueError:
            continue
    return text
