"""Reading settings: from a file or a mapping to what holds, or every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import InvalidConfigError
from mainspring.core.config.env import EnvVar, IntEnvVar, reference_name
from mainspring.core.instance.settings.agreement import disagreements
from mainspring.core.instance.settings.check import Check
from mainspring.core.instance.settings.document import DEEPEST, MOST_VALUES, Document
from mainspring.core.instance.settings.fault import SettingsFault
from mainspring.core.instance.settings.given import Given
from mainspring.core.instance.settings.given import Path as Way

_LONGEST = 1_000_000
"""No settings file is as long as this; what is may have no end."""


def of_file(path: Path, environ: Environment) -> Given:
    """The settings in a file. Raises ``InvalidConfigError`` with every fault."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST + 1)
        if len(text) > _LONGEST:
            raise InvalidConfigError(
                f"The settings file {path} is too long.", [f"it has more than {_LONGEST:,} characters"]
            )
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidConfigError(f"The settings file {path} cannot be read.", [str(why)]) from error
    return of_text(text, str(path), environ, root=path.parent.absolute())


def of_text(text: str, file: str, environ: Environment, *, root: Path | None = None) -> Given:
    """The settings in the text of a file. Folders become absolute where the home folder ``root`` is known."""
    document = Document(text, file)
    twice = [
        SettingsFault((key,), f"stands twice, first in line {line}.", at) for at, key, line in document.twice
    ]
    return _checked(document.values, document.place, environ, _Origin(file, twice, root))


def of_mapping(given: object, place: str, environ: Environment, *, root: Path | None = None) -> Given:
    """The settings in a mapping; ``place`` names it."""
    return _checked(given, _unplaced, environ, _Origin(place, [], root))


def _unplaced(path: Way) -> str:
    del path
    return ""


class _Origin:
    """Where settings come from, and what is known to be wrong with them."""

    def __init__(self, name: str, faults: list[SettingsFault], root: Path | None) -> None:
        self.name = name
        self.faults = faults
        self.root = root

    def refuse(self, faults: list[SettingsFault]) -> None:
        """Raise what is wrong, where something is."""
        if faults:
            raise InvalidConfigError(f"The settings in {self.name} are wrong.", faults)


def _checked(given: object, place: Callable[[Way], str], environ: Environment, origin: _Origin) -> Given:
    origin.refuse(_unfit_for_settings(given, place))
    check = Check(environ, place, origin.root)
    values = check.settings(given)
    faults = [*origin.faults, *check.faults]
    if not faults:
        faults = [SettingsFault(path, message, place(path)) for path, message in disagreements(values)]
    origin.refuse(faults)
    return Given(values, cast("dict[str, Any]", _written(given) or {}), place)


def _unfit_for_settings(given: object, place: Callable[[Way], str]) -> list[SettingsFault]:
    """What no settings can be, whatever the key: too deep, too much, values that are no plain data."""
    pending: list[tuple[Way, object]] = [((), given)]
    seen = 0
    faults: list[SettingsFault] = []
    while pending:
        path, value = pending.pop()
        seen += 1
        if len(path) > DEEPEST or seen > MOST_VALUES:
            return [
                SettingsFault((), f"The settings have more than {MOST_VALUES:,} values or {DEEPEST} levels.")
            ]
        if isinstance(value, Mapping):
            pending.extend(
                ((*path, str(key)), one) for key, one in cast("Mapping[object, object]", value).items()
            )
        elif isinstance(value, (list, tuple)):
            pending.extend(((*path, index), one) for index, one in enumerate(cast("list[object]", value)))
        elif value is not None and not isinstance(value, (bool, int, float, str)):
            faults.append(SettingsFault(path, f"cannot be a {type(value).__name__}.", place(path)))
    return faults


def _written(given: object) -> object:
    """A copy of what is given as plain data, with ``{env: NAME}`` for variables. Its depth was checked."""
    if isinstance(given, (EnvVar, IntEnvVar)):
        return {"env": reference_name(given)}
    if isinstance(given, Mapping):
        return {str(key): _written(one) for key, one in cast("Mapping[object, object]", given).items()}
    if isinstance(given, (list, tuple)):
        return [_written(one) for one in cast("list[object]", given)]
    return given
