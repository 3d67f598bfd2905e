"""Makes the schema in an empty database, and refuses a database that is not ours or newer than we are."""

from __future__ import annotations

from collections.abc import Mapping

from mainspring.core.base.errors import NewerSchemaError, NotADatabaseError, StorageError
from mainspring.core.storage.sql import schema
from mainspring.core.storage.sql.engine import Cursor

UNFINISHED = "copying"
"""Stands in the place of the schema's number while a database is being copied into: nobody opens it so."""

_STAMP = "SELECT version_num FROM alembic_version"


def ensure_schema(
    cursor: Cursor, types: Mapping[str, str], *, place: str, tables: str, shared: bool = False
) -> None:
    """Call it inside a transaction that writes: of many who come at once, one makes the tables and the
    others find them.

    ``tables`` is the statement that lists the names of the tables there are. A database that may be
    ``shared`` can hold other tables, if their names are not ours.
    """
    cursor.execute(tables)
    names = {row[0] for row in cursor.fetchall()}
    if not names or (shared and not names & {"alembic_version", *schema.TABLES}):
        for statement in schema.statements(types):
            cursor.execute(statement)
        return
    if not {"alembic_version", "events", "runs"} <= names:
        raise NotADatabaseError(
            f"{place} is a database of another program: it holds the tables {', '.join(sorted(names)[:5])}.",
            hint="Give this project a database, a schema of it, or a home folder, of its own.",
        )
    cursor.execute(_STAMP)
    row = cursor.fetchone()
    check_number(row[0] if row else None, place=place)


def check_number(number: str | None, *, place: str) -> None:
    """Raise unless the database has the schema this version works with."""
    if number == schema.NUMBER:
        return
    if number == UNFINISHED:
        raise StorageError(
            f"The database {place} is the target of a copy that was not finished.",
            hint="Wait until it is, or make it again: mainspring instance copy --replace",
        )
    if number is None or number < schema.NUMBER:
        raise StorageError(
            f"The database {place} has the schema {number}; this version works with {schema.NUMBER}.",
            hint="Migrate it: mainspring instance migrate",
        )
    raise NewerSchemaError(
        f"The database {place} has the schema {number}; this version knows those up to {schema.NUMBER}.",
        hint="Install the version of mainspring that wrote it, or a newer one.",
    )
