"""Small texts by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mainspring.core.storage.sql.engine import Database, chunks, marks

_GET = "SELECT key, value FROM kv WHERE key IN"
_SET = "INSERT INTO kv (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_DELETE = "DELETE FROM kv WHERE key = ?"


class SqlKeyValues:
    """Small texts in SQL; see ``KeyValues``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, keys: Iterable[str]) -> dict[str, str]:
        """The texts of those keys that are set."""
        found: dict[str, str] = {}
        with self._database.read() as cursor:
            for piece in chunks(list(keys)):
                cursor.execute(f"{_GET} ({marks(len(piece))})", piece)
                found.update(cursor.fetchall())
        return found

    def set(self, pairs: Mapping[str, str]) -> None:
        """Set texts."""
        with self._database.write() as cursor:
            cursor.executemany(_SET, list(pairs.items()))

    def delete(self, keys: Iterable[str]) -> None:
        """Remove keys."""
        with self._database.write() as cursor:
            cursor.executemany(_DELETE, [(key,) for key in keys])
