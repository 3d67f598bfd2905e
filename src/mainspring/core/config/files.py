"""Run config read from YAML: files, strings, files shipped inside a python package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from glob import glob
from importlib import resources
from pathlib import Path
from typing import Any, cast

from mainspring.core.base.errors import InvalidConfigError, InvariantViolationError
from mainspring.core.config.fault import ConfigFault
from mainspring.core.config.yaml_text import lines_of, read_yaml


def config_from_files(config_files: Sequence[str]) -> Mapping[str, Any]:
    """One config of several YAML files, given by paths or glob patterns. A later file wins where two
    disagree.

    Raises ``InvariantViolationError`` where a pattern matches no file or a file holds no mapping.
    """
    return _merged((path, _read(path)) for path in _matching(config_files))


def with_lines(error: InvalidConfigError, config_files: Sequence[str]) -> InvalidConfigError:
    """The error with the file and line beside each fault, for a config that was read from these files."""
    lines: dict[tuple[str, ...], str] = {}
    for path in _matching(config_files):
        lines.update({place: f"{path}:{line}" for place, line in lines_of(_read(path)).items()})
    faults = [_placed(fault, lines) for fault in error.errors]
    return InvalidConfigError(error.message.partition("\n")[0], faults, error.config_value, where=error.where)


def _placed(fault: object, lines: Mapping[tuple[str, ...], str]) -> object:
    """The fault with the line of what it is about, or of the nearest thing around it that is written."""
    if not isinstance(fault, ConfigFault):
        return fault
    ends = (fault.path[:end] for end in range(len(fault.path), 0, -1))
    return replace(fault, where=next((lines[end] for end in ends if end in lines), None))


def _matching(patterns: Sequence[str]) -> list[str]:
    paths: list[str] = []
    if isinstance(patterns, str):
        raise InvariantViolationError(
            f"The config files are the string {patterns!r}; they are a list.", hint=f'Write ["{patterns}"].'
        )
    for pattern in patterns:
        found = sorted(glob(pattern)) or ([pattern] if Path(pattern).is_file() else [])
        if not found:
            raise InvariantViolationError(
                f"No config file matches {pattern!r}.", hint=f"It was looked for in {Path.cwd()}."
            )
        paths.extend(found)
    return paths


def config_from_yaml_strings(yaml_strings: Sequence[str]) -> Mapping[str, Any]:
    """One config of several YAML texts. A later text wins where two disagree."""
    if isinstance(yaml_strings, str) or not all(isinstance(text, str) for text in yaml_strings):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvariantViolationError(
            "config_from_yaml_strings takes a list of YAML texts.",
            hint='Write config_from_yaml_strings(["ops: {}"]).',
        )
    return _merged((f"YAML text {i}", text) for i, text in enumerate(yaml_strings, 1))


def config_from_pkg_resources(pkg_resource_defs: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    """One config of several YAML files inside python packages, each given as (package, file name)."""
    return _merged((f"{package}:{name}", _read_shipped(package, name)) for package, name in pkg_resource_defs)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvariantViolationError(f"The config file {path} cannot be read: {error}") from error


def _read_shipped(package: str, name: str) -> str:
    try:
        return resources.files(package).joinpath(name).read_text(encoding="utf-8")
    except (OSError, ModuleNotFoundError, UnicodeDecodeError) as error:
        raise InvariantViolationError(
            f"The config file {name} of package {package} cannot be read: {error}"
        ) from error


def _merged(texts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for origin, text in texts:
        loaded = read_yaml(text, origin)
        if loaded is not None and not isinstance(loaded, dict):
            raise InvariantViolationError(
                f"{origin} must hold a mapping at the top; it holds a {type(loaded).__name__}."
            )
        merged = _deep_merge(merged, cast("dict[str, Any]", loaded or {}))
    return merged


def _deep_merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    made = dict(under)
    for key, value in over.items():
        below = made.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            made[key] = _deep_merge(cast("dict[str, Any]", below), cast("dict[str, Any]", value))
        else:
            made[key] = value
    return made
