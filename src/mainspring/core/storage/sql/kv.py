"""Small texts by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mainspring.core.storage.sql.cells import plain_text
from mainspring.core.storage.sql.engine import Database, chunks, marks

_GET = "SELECT key, value FROM kv WHERE key IN"
_SET = "INSERT INTO kv (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_DELETE = "DELETE FROM kv WHERE key = ?"
_FIRST = "INSERT INTO kv (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"
_CHANGE = "UPDATE kv SET value = ? WHERE key = ? AND value = ?"
_TAKE_AWAY = "DELETE FROM kv WHERE key = ? AND value = ?"


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
                found.update((key, plain_text(value)) for key, value in cursor.fetchall())
        return found

    def set(self, pairs: Mapping[str, str]) -> None:
        """Set texts."""
        with self._database.write(serial=False) as cursor:
            # always in one order, so that two who set the same keys wait for each other and no more
            cursor.executemany(_SET, sorted(pairs.items()))

    def compare_and_set(self, key: str, was: str | None, to: str | None) -> bool:
        """Change a text that is still what it was."""
        with self._database.write(serial=False) as cursor:
            if was is None:
                if to is None:
                    cursor.execute("SELECT 1 FROM kv WHERE key = ?", (key,))
                    return cursor.fetchone() is None
                cursor.execute(_FIRST, (key, to))
            elif to is None:
                cursor.execute(_TAKE_AWAY, (key, was))
            else:
                cursor.execute(_CHANGE, (to, key, was))
            return cursor.rowcount == 1

    def delete(self, keys: Iterable[str]) -> None:
        """Remove keys."""
        with self._database.write(serial=False) as cursor:
            cursor.executemany(_DELETE, [(key,) for key in sorted(keys)])
