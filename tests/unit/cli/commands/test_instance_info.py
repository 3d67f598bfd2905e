"""``mainspring instance info`` on databases of every kind and age."""

import re
import sqlite3
from pathlib import Path

import pytest

from mainspring.core.instance.instance import Instance
from mainspring.core.storage.migrations.migrate import migrate_sqlite
from mainspring.core.storage.sql.schema import NUMBER, TABLES
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events
from tools.postgres_server import PASSWORD, PostgresServer


@pytest.fixture
def home(project: Path) -> Path:
    return project.parent / "home"


@pytest.fixture
def filled(home: Path) -> Path:
    with Instance.get() as instance:
        instance.store.runs.create(events.run("r"))
        instance.store.events.append(
            [Sequenced(0, None, events.materialized("a", "r", timestamp=1.5)) for _ in range(20)]
        )
    return home


def test_without_a_home_nothing_is_made(call, home: Path) -> None:
    answer = call("instance", "info")
    assert (answer.status, answer.out) == (0, f"home      {home}\n")
    assert "Nothing is recorded yet" in answer.err
    assert not home.exists()
    assert call("instance", "info", "--json").json["state"] == "absent"


def test_a_home_with_records(call, filled: Path) -> None:
    found = call("instance", "info", "--json").json
    assert found["state"] == "current"
    assert found["runs"] == {"NOT_STARTED": 1}
    assert (found["latest_event_id"], found["latest_event_time"]) == (20, "1970-01-01T00:00:01.500000+00:00")
    database = found["database"]
    assert (database["kind"], database["schema"], database["place"]) == (
        "SQLite",
        NUMBER,
        str(filled / "mainspring.db"),
    )
    assert database["file_bytes"] == (filled / "mainspring.db").stat().st_size
    assert database["gives_back"] is True
    tables = {one["name"]: one for one in database["tables"]}
    assert set(tables) == set(TABLES)
    assert (tables["events"]["rows"], tables["runs"]["rows"]) == (20, 1)
    assert sum(one["bytes"] + one["index_bytes"] for one in tables.values()) < database["file_bytes"]
    answer = call("instance", "info")
    assert answer.err == ""
    assert re.search(r"^events +20 ", answer.out, re.MULTILINE)
    assert "runs      1 NOT_STARTED" in answer.out


def test_an_older_schema_is_shown_and_migration_advised(call, home: Path) -> None:
    home.mkdir()
    migrate_sqlite(home / "mainspring.db", to="0001")
    before = (home / "mainspring.db").read_bytes()
    answer = call("instance", "info")
    assert answer.status == 0
    assert "schema    0001" in answer.out
    assert "mainspring instance migrate" in answer.err
    assert (home / "mainspring.db").read_bytes() == before
    assert call("run", "list").status == 2


def test_a_newer_schema_is_named(call, filled: Path) -> None:
    connection = sqlite3.connect(filled / "mainspring.db")
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.commit()
    connection.close()
    answer = call("instance", "info")
    assert answer.status == 0
    assert "schema    0999" in answer.out
    assert "written by a newer version" in answer.err
    assert call("instance", "migrate").status == 2


def test_what_is_no_database(call, home: Path) -> None:
    home.mkdir()
    (home / "mainspring.db").write_text("Dear reader, " * 500)
    answer = call("instance", "info")
    assert (answer.status, answer.out) == (2, "")
    assert "is not a database" in answer.err
    assert "Traceback" not in answer.err
    (home / "mainspring.db").write_bytes(b"")
    answer = call("instance", "info", "--json")
    assert answer.json["state"] == "empty"


def test_a_server_and_one_that_is_away(call, home: Path, postgres_server: PostgresServer) -> None:
    name = f"info{postgres_server.port}"
    postgres_server.psql(f"CREATE DATABASE {name}")
    home.mkdir()
    url = f"postgresql://mainspring:{PASSWORD}@127.0.0.1:{postgres_server.port}/{name}"
    (home / "mainspring.yaml").write_text(f"storage: {{postgres: {{postgres_url: '{url}'}}}}\n")
    assert call("instance", "info", "--json").json["state"] == "empty"
    Instance.get().dispose()
    answer = call("instance", "info")
    assert f"{name} at 127.0.0.1:{postgres_server.port}" in answer.out
    assert "of 200" in answer.out
    found = call("instance", "info", "--json").json["database"]
    assert (found["kind"], found["schema"]) == ("PostgreSQL", NUMBER)
    assert {one["name"] for one in found["tables"]} == set(TABLES)
    assert "already: nothing was done" in call("instance", "migrate").err

    (home / "mainspring.yaml").write_text(
        "storage: {postgres: {postgres_url: 'postgresql://me:geheim@127.0.0.1:1/x'}}\n"
    )
    for arguments in (["instance", "info"], ["instance", "info", "--debug"], ["instance", "migrate"]):
        answer = call(*arguments)
        assert answer.status == 2
        assert "cannot be reached" in answer.err
        assert "geheim" not in answer.out + answer.err
