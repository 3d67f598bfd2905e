"""Where a pass is, kept in the database, so that it is taken up again by whoever comes next."""

from __future__ import annotations

import msgspec

from mainspring.core.base import serial
from mainspring.core.storage.sql.engine import Cursor, Database

RETENTION_KEY = "mainspring/retention"
"""The key of it in the table ``kv``."""

_GET = "SELECT value FROM kv WHERE key = ?"
_SET = "INSERT INTO kv (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_DELETE = "DELETE FROM kv WHERE key = ?"


class Place(msgspec.Struct, frozen=True):
    """A stage, and where it is."""

    stage: str
    after: str = ""


def saved_place(database: Database) -> Place | None:
    """Where the pass is that was begun; ``None`` where none was, or what is kept cannot be read."""
    with database.read() as cursor:
        cursor.execute(_GET, (RETENTION_KEY,))
        row = cursor.fetchone()
    try:
        return None if row is None else serial.decode(row[0], Place)
    except msgspec.MsgspecError:
        return None


def save_place(cursor: Cursor, stage: str, after: str) -> None:
    """Keep it, in the transaction that removed what lies before."""
    cursor.execute(_SET, (RETENTION_KEY, serial.encode(Place(stage, after)).decode()))


def forget_place(cursor: Cursor) -> None:
    """The pass is complete."""
    cursor.execute(_DELETE, (RETENTION_KEY,))
