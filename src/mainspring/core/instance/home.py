"""Where an instance keeps its things: its home folder, the database, the folder for stored values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mainspring.core.base.environment import Environment, variable
from mainspring.core.base.errors import SettingsError
from mainspring.core.instance.settings import Settings
from mainspring.core.storage.sql.sqlite import FILE_NAME


class Places(NamedTuple):
    """The folders of an instance. ``links`` are folders in which settings of old expect a database of their
    own.
    """

    root: Path
    database: Path
    storage: Path
    links: Sequence[Path]


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
    storage = settings.get("storage", {})
    for kind in ("postgres", "mysql", "custom"):
        if kind in storage:
            raise SettingsError(
                f"`storage.{kind}` names a database that this version cannot use.",
                hint="Remove it to keep everything in SQLite, in the home folder or in"
                " `storage.sqlite.base_dir`.",
            )
    artifacts = Path(_base_dir(settings.get("local_artifact_storage")) or root)
    named = storage.get("sqlite", {}).get("base_dir")
    if named is not None:
        return Places(root, Path(named), artifacts / "storage", ())
    old = [_base_dir(settings.get(key)) for key in ("event_log_storage", "run_storage", "schedule_storage")]
    folders = [Path(one) for one in old if one is not None]
    if not folders:
        return Places(root, root, artifacts / "storage", ())
    return Places(root, folders[0], artifacts / "storage", [one for one in folders[1:] if one != folders[0]])


def link_database(found: Places) -> None:
    """Leave a link to the one database in each folder that once held a part of it."""
    for folder in found.links:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        link = folder / FILE_NAME
        if not link.exists() and not link.is_symlink():
            link.symlink_to(found.database / FILE_NAME)


def _base_dir(section: Mapping[str, Any] | None) -> str | None:
    config: Mapping[str, Any] = (section or {}).get("config") or {}
    return config.get("base_dir")
