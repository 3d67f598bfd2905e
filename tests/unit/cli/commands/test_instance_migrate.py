"""``mainspring instance migrate``: with a copy, once, all or nothing."""

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mainspring.core.instance.instance import Instance
from mainspring.core.storage.migrations import migrate
from mainspring.core.storage.migrations.migrate import migrate_postgres, migrate_sqlite
from mainspring.core.storage.sql.postgres import connect_to
from mainspring.core.storage.sql.schema import NUMBER
from tools.postgres_server import PostgresServer

EVENT = (
    "INSERT INTO events (run_id, epoch, scope, event_type, step_key, timestamp, body)"
    " VALUES ('r', 1, 0, 'STEP_START', 's', 1.0, '{}')"
)


@pytest.fixture
def old(project: Path) -> Path:
    """A home with a database of the first schema."""
    home = project.parent / "home"
    home.mkdir()
    migrate_sqlite(home / "mainspring.db", to="0001")
    connection = sqlite3.connect(home / "mainspring.db")
    connection.execute(EVENT)
    connection.execute("INSERT INTO dynamic_partitions (name, partition) VALUES ('d', 'x')")
    connection.commit()
    connection.close()
    return home


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    found = list(connection.iterdump())
    connection.close()
    return found


def test_it_says_before_and_after_and_keeps_a_copy(call, old: Path) -> None:
    before = dump(old / "mainspring.db")
    answer = call("instance", "migrate", "--json")
    copy = old / "mainspring.db.schema-0001"
    assert answer.json == {
        "place": str(old / "mainspring.db"), "before": "0001", "after": NUMBER, "backup": str(copy)
    }  # fmt: skip
    assert dump(copy) == before
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with Instance.get() as instance:
        assert instance.get_dynamic_partitions("d") == ["x"]
        assert len(instance.all_logs("r")) == 1
    answer = call("instance", "migrate")
    assert "nothing was done" in answer.err
    assert sorted(one.name for one in old.iterdir() if "schema" in one.name) == [copy.name]


def test_without_a_copy(call, old: Path) -> None:
    assert call("instance", "migrate", "--no-backup").status == 0
    assert [one.name for one in old.iterdir() if "schema" in one.name] == []


def test_a_copy_never_takes_the_place_of_another(call, old: Path) -> None:
    (old / "mainspring.db.schema-0001").write_text("mine")
    assert call("instance", "migrate").status == 0
    assert (old / "mainspring.db.schema-0001").read_text() == "mine"
    assert (old / "mainspring.db.schema-0001-2").is_file()


def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last statement of a migration is wrong, all before it are done."""
    real = migrate.command.upgrade

    def upgrade(config: Any, to: str) -> None:
        real(config, to)
        config.attributes["connection"].exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    monkeypatch.setattr(migrate.command, "upgrade", upgrade)


def test_what_fails_in_the_middle_leaves_the_database_as_it_was(
    call, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(old / "mainspring.db")
    failing(monkeypatch)
    answer = call("instance", "migrate")
    assert answer.status == 2
    assert "cannot be migrated" in answer.err
    assert "Traceback" not in answer.err
    assert dump(old / "mainspring.db") == before
    assert [one.name for one in old.iterdir() if "schema" in one.name] == []
    monkeypatch.undo()


def test_a_server_is_left_as_it_was_too(
    monkeypatch: pytest.MonkeyPatch, postgres_server: PostgresServer
) -> None:
    conninfo = postgres_server.new_schema()

    def connect() -> Any:
        return connect_to(conninfo, "here")

    migrate_postgres(connect, place="here", to="0001")
    failing(monkeypatch)
    with pytest.raises(Exception, match="nowhere"):
        migrate_postgres(connect, place="here")
    monkeypatch.undo()
    with connect() as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        ).fetchall()
        assert ("dynamic_partitions",) in tables
        assert ("ticks",) not in tables
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    assert migrate_postgres(connect, place="here") == ("0001", NUMBER)


def test_where_nothing_is_yet_nothing_is_made(call, project: Path) -> None:
    answer = call("instance", "migrate")
    assert answer.status == 0
    assert "no database yet" in answer.err
    assert not (project.parent / "home").exists()


MIGRATE = "import sys; from mainspring.cli.main import main; sys.exit(main(['instance', 'migrate']))"


@pytest.mark.system
@pytest.mark.slow
def test_many_at_once_migrate_once(old: Path) -> None:
    children = [
        subprocess.Popen([sys.executable, "-c", MIGRATE], stderr=subprocess.PIPE, text=True) for _ in range(8)
    ]
    said = [child.communicate()[1] for child in children]
    assert [child.returncode for child in children] == [0] * len(children), said
    assert sum("was migrated from" in one for one in said) == 1
    assert sum("nothing was done" in one for one in said) == len(children) - 1
    assert [one.name for one in old.iterdir() if "schema" in one.name] == ["mainspring.db.schema-0001"]
