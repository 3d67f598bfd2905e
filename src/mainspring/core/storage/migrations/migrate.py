"""Brings a database to the schema of this version."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from mainspring.core.base.errors import NotADatabaseError
from mainspring.core.storage.sql.schema import NUMBER

_FOLDER = Path(__file__).parent
_BUSY_SECONDS = 60.0


def migrate_sqlite(path: Path) -> tuple[str | None, str]:
    """Run the revisions that a database file lacks, all in one transaction. Returns the number before and
    after.

    Raises ``NotADatabaseError`` for a file that is none. Many processes may call it at once: one does the
    work.
    """

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            before = MigrationContext.configure(connection).get_current_revision()
            command.upgrade(_config(connection), "head")
            connection.commit()
    except DatabaseError as error:
        raise NotADatabaseError(
            f"{path} cannot be migrated: {error.orig}.",
            hint="Restore a copy of the database, or move the file away.",
        ) from error
    finally:
        engine.dispose()
    return before, NUMBER


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config
