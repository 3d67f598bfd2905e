"""Where an instance keeps its things: its home folder, the folder for stored values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mainspring.core.base.environment import Environment, variable
from mainspring.core.base.errors import SettingsError
from mainspring.core.instance.settings import Settings, section
from mainspring.core.instance.storage_place import SqlitePlace, folder_in
from mainspring.core.storage.sql.sqlite import FILE_NAME


class Places(NamedTuple):
    """The folders of an instance: its home, and the one for stored values."""

    root: Path
    storage: Path


def home_of(environ: Environment) -> Path:
    """The folder that the environment names. Raises ``SettingsError`` when it names none."""
    named = variable(environ, "HOME")
    if named is None:
        raise SettingsError(
            "MAINSPRING_HOME is not set: there is no instance to open.",
            hint="Set MAINSPRING_HOME to a folder, which is made if it is not there: export"
            " MAINSPRING_HOME=~/mainspring_home",
        )
    path = Path(named).expanduser()
    if not path.is_absolute():
        raise SettingsError(
            f"MAINSPRING_HOME must be an absolute path; it is {named!r}.", hint=f"Set it to {path.absolute()}"
        )
    return path


def make_home(path: Path) -> Path:
    """The folder, made if need be and closed to others."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The home folder {path} cannot be made: {error.strerror}.",
            hint="Set MAINSPRING_HOME to a folder you can write to.",
        ) from error
    return path


def places(root: Path, settings: Settings) -> Places:
    """The folders that the settings ask for, and those under the home where they do not."""
    named: Mapping[str, Any] = section(settings, "local_artifact_storage", "config")
    return Places(root, folder_in(root, named.get("base_dir")) / "storage")


def link_database(found: SqlitePlace) -> None:
    """Leave a link to the one database in each folder that once held a part of it."""
    for folder in found.links:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        link = folder / FILE_NAME
        if not link.exists() and not link.is_symlink():
            link.symlink_to(found.folder / FILE_NAME)
