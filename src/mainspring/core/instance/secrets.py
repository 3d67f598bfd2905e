"""Variables for user code that come from elsewhere: the setting ``secrets.custom``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import SettingsError
from mainspring.core.instance.plugins import plugin
from mainspring.core.instance.settings import Given, section
from mainspring.core.instance.settings.packages import is_ours_or_foreign
from mainspring.core.instance.storage_place import folder_in


@runtime_checkable
class SecretsLoader(Protocol):
    """What a class that ``secrets.custom`` names must be able to do."""

    def get_secrets_for_environment(self, location_name: str | None) -> Mapping[str, str]:
        """The variables for the user code of a location; ``None`` is for code outside of any."""
        ...


def secret_variables(
    given: Given, root: str, location_name: str | None, environ: Environment
) -> Mapping[str, str]:
    """The variables that the settings of the home ``root`` give for a code location; none where they say nothing.

    Raises ``SettingsError`` where they cannot be had.
    """
    named = section(given.values, "secrets").get("custom")
    if named is None:
        return {}
    if is_ours_or_foreign(named["module"]):
        return env_file(folder_in(Path(root), named["config"].get("base_dir")) / ".env")
    loader = plugin(given, "secrets", "custom", environ=environ, as_type=SecretsLoader)
    return {} if loader is None else _asked(loader, f"{named['module']}.{named['class']}", location_name)


def _asked(loader: SecretsLoader, name: str, location_name: str | None) -> Mapping[str, str]:
    """What a loader answers; ``SettingsError`` where it raises or gives something else than texts."""
    try:
        answer = loader.get_secrets_for_environment(location_name)
    except Exception as error:
        raise SettingsError(
            f"`secrets.custom` could not be asked for its variables: {name} raised {type(error).__name__}: {error}.",
            hint="See that what it asks can be reached, or take it out of the settings.",
        ) from error
    try:
        # whatever the class promises, it is code of somebody else
        return serial.from_builtins(dict(answer), dict[str, str])
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise SettingsError(
            f"`secrets.custom` must give texts by the names of variables; {name} gave something else.",
            hint="Return a mapping such as {'DATABASE_PASSWORD': '...'}.",
        ) from error


_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*
        (?:'(?P<raw>[^']*)'|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\n]*?))[ \t]*(?:[ \t]\#[^\n]*)?$""",
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def env_file(path: Path) -> Mapping[str, str]:
    """The variables in a file of lines ``NAME=value``; none where there is no such file.

    A value may stand in quotes, and then go over several lines; in double ones a backslash begins an escape. What
    follows `` #`` is a comment.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file of variables {path} cannot be read: {error}.") from error
    found: dict[str, str] = {}
    for line in _LINE.finditer(text):
        raw, quoted, plain = line["raw"], line["quoted"], line["plain"]
        if quoted is not None:
            found[line["name"]] = re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[1]), quoted)
        else:
            found[line["name"]] = raw if raw is not None else plain
    return found
