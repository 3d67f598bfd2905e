"""Where an instance keeps its records, found without opening or making anything."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import SettingsError
from mainspring.core.instance.home import home_of
from mainspring.core.instance.settings import NOTHING, Given, given_in, settings_file
from mainspring.core.instance.storage_place import PostgresPlace, SqlitePlace, StoragePlace, storage_of
from mainspring.core.storage.sql.bare import Bare, BareSqlite
from mainspring.core.storage.sql.sqlite import FILE_NAME


class Located(NamedTuple):
    """The home folder, its settings, and the database they name."""

    root: Path
    given: Given
    place: StoragePlace


def located(ambient: Ambient) -> Located:
    """The home that the environment names; it need not be there."""
    return located_in(home_of(ambient.environ), environ=ambient.environ)


def located_in(root: Path, *, environ: Environment) -> Located:
    """The same of a home folder that is named."""
    path = settings_file(root)
    given = NOTHING if path is None else given_in(path, environ=environ)
    return Located(root, given, storage_of(given, root))


def database_file(place: SqlitePlace) -> Path:
    """The file of a database that is one."""
    return place.folder / FILE_NAME


def bare(place: StoragePlace, *, read_only: bool = False) -> Bare:
    """A connection to a database as it lies there, of whatever schema; the caller closes it.

    Raises a storage error where it is not there or cannot be reached, ``SettingsError`` for a store of one's own.
    """
    if isinstance(place, SqlitePlace):
        return BareSqlite(database_file(place), read_only=read_only)
    if isinstance(place, PostgresPlace):
        return postgres_module("bare_postgres").BarePostgres(place.conninfo)
    raise SettingsError(
        f"The records are kept by {place.data.class_name}, a store of your own: this command knows nothing of it.",
        hint="Use what that store offers instead.",
    )


def postgres_module(name: str) -> Any:
    """A module of the storage that needs the driver of PostgreSQL, which who keeps all in SQLite does not install."""
    try:
        return import_module(f"mainspring.core.storage.sql.{name}")
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise SettingsError(
            "A PostgreSQL database needs the package psycopg, which is not installed.",
            hint="pip install 'mainspring[postgres]' 'psycopg[binary]'",
        ) from error
