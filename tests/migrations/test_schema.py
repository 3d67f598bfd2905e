"""A schema made at once equals one that went through every migration, on each kind of database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import NewerSchemaError, NotADatabaseError, StorageError
from mainspring.core.base.serial import encode
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.core.storage.codec import encode_entry
from mainspring.core.storage.migrations.migrate import migrate_postgres, migrate_sqlite
from mainspring.core.storage.sql.schema import NUMBER
from mainspring.core.storage.sql.sqlite import FILE_NAME
from mainspring.core.storage.sql.store import SqlStore, postgres_store, sqlite_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events
from tools.postgres_server import PostgresServer

Shape = dict[str, Any]


def shape_of_sqlite(path: Path) -> Shape:
    """All tables and indexes as SQLite tells them, without white space, and the stamp."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    stamp = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    return {"stamp": stamp, **{name: re.sub(r"\s+", "", sql) for name, sql in rows}}


def shape_of_postgres(conninfo: dict[str, Any]) -> Shape:
    """All columns, constraints and indexes as the server tells them, without the name of the schema."""
    with psycopg.connect(**conninfo) as connection:
        name = connection.execute("SELECT current_schema()").fetchone()[0]  # type: ignore[index]
        columns = connection.execute(
            "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default, is_identity"
            " FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2"
        ).fetchall()
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1"
        ).fetchall()
        constraints = connection.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = current_schema()::regnamespace AND contype <> 'n' ORDER BY 1"
        ).fetchall()
        stamp = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    plain = [(one, text.replace(f"{name}.", "")) for one, text in [*indexes, *constraints]]
    return {"columns": columns, "definitions": plain, "stamp": stamp}


class Kind:
    """One kind of database: how it is migrated, looked at, opened, and written to by hand."""

    def __init__(
        self,
        migrate: Callable[..., Any],
        shape: Callable[[], Shape],
        opened: Callable[[], SqlStore],
        write: Callable[[list[tuple[str, tuple[Any, ...]]]], None],
    ) -> None:
        self.migrate = migrate
        self.shape = shape
        self.opened = opened
        self.write = write


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Kind]:
    """Makes an empty database of a kind by a name."""
    if request.param == "sqlite":

        def in_file(name: str) -> Kind:
            folder = tmp_path / name
            folder.mkdir()
            path = folder / FILE_NAME

            def write(statements: list[tuple[str, tuple[Any, ...]]]) -> None:
                connection = sqlite3.connect(path)
                for text, values in statements:
                    connection.execute(text, values)
                connection.commit()
                connection.close()

            return Kind(
                lambda **to: migrate_sqlite(path, **to),
                lambda: shape_of_sqlite(path),
                lambda: sqlite_store(folder, clock=SystemClock()),
                write,
            )

        return in_file
    server: PostgresServer = request.getfixturevalue("postgres_server")

    def in_schema(name: str) -> Kind:
        conninfo = server.new_schema()

        def write(statements: list[tuple[str, tuple[Any, ...]]]) -> None:
            with psycopg.connect(**conninfo) as connection:
                for text, values in statements:
                    connection.execute(text.replace("?", "%s"), values)
                connection.execute("SELECT setval('events_id_seq', (SELECT MAX(id) FROM events))")

        return Kind(
            lambda **to: migrate_postgres(
                lambda: psycopg.connect(**conninfo, autocommit=True), place=name, **to
            ),
            lambda: shape_of_postgres(conninfo),
            lambda: postgres_store(conninfo, clock=SystemClock()),
            write,
        )

    return in_schema


def test_fresh_equals_migrated(kind: Callable[[str], Kind]) -> None:
    fresh, migrated = kind("fresh"), kind("migrated")
    fresh.opened().close()
    assert migrated.migrate() == (None, NUMBER)
    assert fresh.shape() == migrated.shape()
    assert fresh.shape()["stamp"] == [(NUMBER,)]


def test_migrating_twice_changes_nothing(kind: Callable[[str], Kind]) -> None:
    twice = kind("twice")
    twice.migrate()
    before = twice.shape()
    assert twice.migrate() == (NUMBER, NUMBER)
    assert twice.shape() == before


def test_what_was_stored_before_is_there_afterwards(kind: Callable[[str], Kind]) -> None:
    """A database of the first schema with runs, steps and keys of dynamic partitions."""
    old = kind("old")
    old.migrate(to="0001")
    with pytest.raises(StorageError, match="instance migrate"):
        old.opened()
    fill_first_schema(old)
    assert old.migrate() == ("0001", NUMBER)
    store = old.opened()
    assert [row.storage_id for row in store.events.of_run("r2")] == [1, 2, 3, 4, 5]
    assert store.dynamic_partitions.get("regions") == ["eu", "us"]
    with store.database.read() as cursor:
        cursor.execute(
            "SELECT step_key, status, attempts, start_time, end_time FROM run_steps ORDER BY step_key"
        )
        steps = cursor.fetchall()
        cursor.execute("SELECT run_id, root_run_id, parent_run_id FROM runs ORDER BY id")
        runs = cursor.fetchall()
    assert steps == [
        ("bad", "FAILURE", 1, 3.0, 4.0),
        ("good", "SUCCESS", 1, 1.0, 2.0),
        ("open", "IN_PROGRESS", 1, 5.0, None),
    ]
    assert runs == [("r1", None, None), ("r2", "r1", "r1"), ("spoiled", None, None)]
    later = events.line(EventType.STEP_START, "r2", step_key="later", timestamp=9.0)
    assert store.events.append([Sequenced(1, 6, later)]) == [6]
    store.close()


def fill_first_schema(old: Kind) -> None:
    """What a version with the first schema stored, by the statements it used."""
    told = [
        (EventType.STEP_START, "good", 1.0),
        (EventType.STEP_SUCCESS, "good", 2.0),
        (EventType.STEP_START, "bad", 3.0),
        (EventType.STEP_FAILURE, "bad", 4.0),
        (EventType.STEP_START, "open", 5.0),
    ]
    bodies = {
        "r1": encode(Run(job_name="j", run_id="r1")),
        "r2": encode(Run(job_name="j", run_id="r2", root_run_id="r1", parent_run_id="r1")),
        "spoiled": b"\xff",
    }
    statements: list[tuple[str, tuple[Any, ...]]] = [
        (
            "INSERT INTO runs (run_id, job_name, status, epoch, create_time, update_time, tags, body)"
            " VALUES (?, 'j', 'STARTED', 1, 0.0, 0.0, '{}', ?)",
            (run_id, body),
        )
        for run_id, body in bodies.items()
    ]
    for number, (event_type, step, time) in enumerate(told, 1):
        entry = events.line(event_type, "r2", step_key=step, timestamp=time)
        row = (number, number, event_type.value, step, time, encode_entry(entry))
        statements.append(
            (
                "INSERT INTO events (id, run_id, epoch, seq, scope, event_type, step_key, timestamp, body)"
                " VALUES (?, 'r2', 1, ?, 0, ?, ?, ?, ?)",
                row,
            )
        )
    for key in ("eu", "us"):
        statements.append(("INSERT INTO dynamic_partitions (name, partition) VALUES ('regions', ?)", (key,)))
    old.write(statements)


def test_one_step_back_and_forth(kind: Callable[[str], Kind]) -> None:
    there = kind("there")
    there.opened().close()
    before = there.shape()
    assert there.migrate(to="0001") == (NUMBER, "0001")
    assert there.migrate() == ("0001", NUMBER)
    assert there.shape() == before


def test_a_newer_schema_is_refused(kind: Callable[[str], Kind]) -> None:
    newer = kind("newer")
    newer.migrate()
    newer.write([("UPDATE alembic_version SET version_num = ?", ("9999",))])
    with pytest.raises(NewerSchemaError, match="9999"):
        newer.migrate()
    with pytest.raises(NewerSchemaError, match="9999"):
        newer.opened()


def test_a_file_that_is_no_database_is_not_migrated(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear reader, " * 200)
    with pytest.raises(NotADatabaseError, match=r"letter\.db"):
        migrate_sqlite(path)
