"""Brings a database to the schema of this version."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from mainspring.core.base.errors import NewerSchemaError, NotADatabaseError, StorageError
from mainspring.core.storage.sql.schema import NUMBER

_FOLDER = Path(__file__).parent
_BUSY_SECONDS = 60.0


class Migrated(NamedTuple):
    """The number of the schema before and after; ``None`` for an empty database."""

    before: str | None
    after: str


def migrate_sqlite(path: Path, *, to: str = NUMBER, first: Callable[[], object] | None = None) -> Migrated:
    """Run the revisions that a database file lacks, all in one transaction; back, where ``to`` is an older one.

    Raises ``NotADatabaseError`` for a file that is none, ``NewerSchemaError`` for a schema this version does not
    know. Many processes may call it at once: one does the work.

    ``first`` is called where there is something to do, while nobody can write and nothing has been changed.
    """

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)

    return _migrate("sqlite", connect, "BEGIN IMMEDIATE", place=str(path), to=to, first=first)


def migrate_postgres(connect: Callable[[], Any], *, place: str, to: str = NUMBER) -> Migrated:
    """Run the revisions that a PostgreSQL database lacks, all in one transaction; see ``migrate_sqlite``.

    ``connect`` opens a connection of psycopg that commits by itself.
    """
    lock = "BEGIN; SELECT pg_advisory_xact_lock(53097, hashtext(current_schema()))"
    return _migrate("postgresql+psycopg", connect, lock, place=place, to=to)


def _migrate(
    dialect: str,
    connect: Callable[[], Any],
    begin: str,
    *,
    place: str,
    to: str,
    first: Callable[[], object] | None = None,
) -> Migrated:
    engine = create_engine(f"{dialect}://", creator=connect, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(begin)
            before = MigrationContext.configure(connection).get_current_revision()
            config = _config(connection)
            _refuse_unknown(config, before, place)
            if first is not None and before != to:
                first()
            step = command.upgrade if before is None or before <= to else command.downgrade
            step(config, to)
            connection.exec_driver_sql("COMMIT")
    except DatabaseError as error:
        raise NotADatabaseError(
            f"{place} cannot be migrated: {error.orig}.",
            hint="Restore a copy of the database, or move the file away.",
        ) from error
    finally:
        engine.dispose()
    return Migrated(before, to)


def _refuse_unknown(config: Config, number: str | None, place: str) -> None:
    known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
    if number is None or number in known:
        return
    if number > NUMBER:
        raise NewerSchemaError(
            f"The database {place} has the schema {number}; this version knows those up to {NUMBER}.",
            hint="Install the version of mainspring that wrote it, or a newer one.",
        )
    raise StorageError(
        f"The database {place} has the schema {number}, which is none of this project's.",
        hint="Give this project a database, or a schema of it, of its own.",
    )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config
