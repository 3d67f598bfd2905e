"""The settings of an instance: ``mainspring.yaml`` (or ``dagster.yaml``) in its home, or a mapping given by
hand.

``described`` says once what every key means and which values it takes. The check of a file, the JSON Schema, the
page of the reference and ``mainspring instance settings`` are all made from that.

What reads YAML and what knows the keys is loaded when there is a settings file: most homes have none, and
opening one of those must stay cheap.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import SettingsError
from mainspring.core.instance.settings.given import NOTHING, Given, Settings

__all__ = [
    "FILE_NAMES",
    "NOTHING",
    "Given",
    "Settings",
    "checked",
    "given_as",
    "given_in",
    "read_settings",
    "section",
    "settings_file",
]

FILE_NAMES = ("mainspring.yaml", "dagster.yaml")


def settings_file(folder: Path) -> Path | None:
    """The settings file of a home, if it has one. Raises ``SettingsError`` for a home that cannot be looked into."""
    try:
        named = next((folder / name for name in FILE_NAMES if _is_there(folder / name)), None)
        if named is not None and not named.is_file():
            raise SettingsError(
                f"The settings {named} are no file that can be read.",
                hint="Put a file in its place, or remove it to go on with the defaults.",
            )
    except PermissionError as error:
        raise SettingsError(
            f"The home folder {folder} cannot be looked into: {error.strerror}.",
            hint="Let this user read it, or set MAINSPRING_HOME to another folder.",
        ) from error
    return named


def _is_there(path: Path) -> bool:
    """Whether there is anything of that name, be it a link that leads nowhere."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def read_settings(path: Path, *, environ: Environment) -> Settings:
    """The settings in a file, with ``{env: NAME}`` replaced by the variable's value.

    Raises ``InvalidConfigError`` with every fault at once, each with its file, line and column.
    """
    return given_in(path, environ=environ).values


def checked(given: object, *, place: str, environ: Environment) -> Settings:
    """The settings in a mapping. ``place`` says where it comes from, for messages.

    Raises ``InvalidConfigError`` with every fault at once.
    """
    return given_as(given, place=place, environ=environ).values


def given_in(path: Path, *, environ: Environment) -> Given:
    """The settings in a file, both as they are written and as they hold."""
    return _reading().of_file(path, environ)


def given_as(given: object, *, place: str, environ: Environment, root: Path | None = None) -> Given:
    """The settings in a mapping, both as they are written and as they hold, for the home folder ``root``."""
    if given is None or given == {}:
        return NOTHING
    return _reading().of_mapping(given, place, environ, root=None if root is None else root.absolute())


def _reading() -> Any:
    return import_module("mainspring.core.instance.settings.reading")


def section(settings: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """What is given at a path of sections; empty where nothing is."""
    for key in path:
        settings = settings.get(key) or {}
    return settings
