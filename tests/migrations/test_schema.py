"""A schema made at once equals one that went through every migration."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import NotADatabaseError
from mainspring.core.storage.migrations.migrate import migrate_sqlite
from mainspring.core.storage.sql.schema import NUMBER
from mainspring.core.storage.sql.sqlite import FILE_NAME
from mainspring.core.storage.sql.store import sqlite_store


def shape(path: Path) -> tuple[dict[str, str], list[tuple[object, ...]]]:
    """All tables and indexes as SQLite tells them, without white space, and the stamp."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    stamp = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    return {name: re.sub(r"\s+", "", sql) for name, sql in rows}, stamp


def test_fresh_equals_migrated(tmp_path: Path) -> None:
    sqlite_store(tmp_path / "fresh", clock=SystemClock()).close()
    migrated = tmp_path / "migrated.db"
    assert migrate_sqlite(migrated) == (None, NUMBER)

    fresh_shape, migrated_shape = shape(tmp_path / "fresh" / FILE_NAME), shape(migrated)
    assert fresh_shape == migrated_shape
    assert fresh_shape[1] == [(NUMBER,)]


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "twice.db"
    migrate_sqlite(path)
    before = shape(path)
    assert migrate_sqlite(path) == (NUMBER, NUMBER)
    assert shape(path) == before


def test_a_migrated_database_opens(tmp_path: Path) -> None:
    migrate_sqlite(tmp_path / FILE_NAME)
    store = sqlite_store(tmp_path, clock=SystemClock())
    assert store.events.last_id() == 0
    store.close()


def test_a_file_that_is_no_database_is_not_migrated(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear reader, " * 200)
    with pytest.raises(NotADatabaseError, match=r"letter\.db"):
        migrate_sqlite(path)
