"""Brings the database of an instance to the schema of this version, with a copy made before."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from mainspring.core.base.errors import StorageError
from mainspring.core.instance.located import bare, database_file, postgres_module
from mainspring.core.instance.storage_place import PostgresPlace, SqlitePlace, StoragePlace
from mainspring.core.storage.sql.backup import copy_sqlite
from mainspring.core.storage.sql.sizes import schema_of

_MIGRATE = "mainspring.core.storage.migrations.migrate"
"""Loaded when it is needed: the libraries that migrate take longer to import than all else here."""


class Upgraded(msgspec.Struct, frozen=True):
    """The number of the schema before and after, and the copy that was made in between, if one was."""

    place: str
    before: str | None
    after: str
    backup: str | None = None


def upgrade(
    place: StoragePlace, *, backup: bool = True, told: Callable[[int, int], object] | None = None
) -> Upgraded:
    """Migrate a database. What fails leaves it as it was; many may call this at once.

    A database file is copied before, beside itself; ``told`` hears of the copy's progress, in pages.
    Raises ``NewerSchemaError`` for a schema this version does not know.
    """
    database = bare(place)
    try:
        with database.read() as cursor:
            found = schema_of(cursor, database.kind)
    finally:
        database.close()
    if isinstance(place, SqlitePlace):
        return _upgrade_file(database_file(place), found, told=told, backup=backup)
    assert isinstance(place, PostgresPlace)  # `bare` refused all else
    return _upgrade_server(place, database.place)


def _upgrade_file(
    path: Path, found: str | None, *, told: Callable[[int, int], object] | None, backup: bool
) -> Upgraded:
    migrate: Any = import_module(_MIGRATE)
    made: list[Path] = []

    def copy() -> None:
        if backup and found is not None:
            made.append(_free_name(path, found))
            copy_sqlite(path, made[0], told=told or _nothing)

    try:
        done = migrate.migrate_sqlite(path, first=copy)
    except PermissionError as error:
        raise StorageError(
            f"No copy of {path} can be made beside it: {error.strerror}.",
            hint="Make the folder writable for this user, or migrate without a copy: --no-backup.",
        ) from error
    except BaseException:
        for one in made:  # the database is as it was: nobody needs the copy
            one.unlink(missing_ok=True)
        raise
    return Upgraded(str(path), done.before, done.after, str(made[0]) if made else None)


def _free_name(path: Path, number: str) -> Path:
    """``mainspring.db.schema-0001``, with a further number where there is such a file."""
    name = path.with_name(f"{path.name}.schema-{number}")
    count = 2
    while name.exists():
        name = path.with_name(f"{path.name}.schema-{number}-{count}")
        count += 1
    return name


def _upgrade_server(place: PostgresPlace, name: str) -> Upgraded:
    migrate: Any = import_module(_MIGRATE)
    postgres = postgres_module("postgres")
    done = migrate.migrate_postgres(lambda: postgres.connect_to(place.conninfo, name), place=name)
    return Upgraded(name, done.before, done.after)


def _nothing(done: int, total: int) -> None:
    del done, total
