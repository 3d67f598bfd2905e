"""SQLite: what goes wrong with files, forks and other processes, and how it is said."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import (
    NewerSchemaError,
    NotADatabaseError,
    StorageBusyError,
    StorageError,
    StorageFullError,
)
from mainspring.core.storage.sql.pool import READERS
from mainspring.core.storage.sql.sqlite import FILE_NAME, SqliteDatabase, translated
from mainspring.core.storage.sql.store import SqlStore, sqlite_store
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events


def opened(folder: Path, busy_seconds: float = 5.0) -> SqlStore:
    return sqlite_store(folder, clock=SystemClock(), busy_seconds=busy_seconds)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("Dear reader, " * 500)
    with pytest.raises(NotADatabaseError, match="is not a database") as caught:
        opened(tmp_path)
    assert str(tmp_path / FILE_NAME) in str(caught.value)
    assert "Move the file away" in str(caught.value)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE_NAME)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    with pytest.raises(NotADatabaseError, match=r"another program: it holds the tables recipes"):
        opened(tmp_path)


@pytest.mark.parametrize(
    "number, kind, words",
    [("9999", NewerSchemaError, "Install"), ("0000", StorageError, "migrate")],
)
def test_another_schema_is_refused(tmp_path: Path, number: str, kind: type[Exception], words: str) -> None:
    store = opened(tmp_path)
    with store.database.write() as cursor:
        cursor.execute("UPDATE alembic_version SET version_num = ?", (number,))
    store.close()
    with pytest.raises(kind, match=number) as caught:
        opened(tmp_path)
    assert words in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be opened"):
        opened(tmp_path / "file")


def test_a_full_disk_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.events.append([Sequenced(0, None, events.materialized("a"))])
    assert isinstance(store.database, SqliteDatabase)
    with store.database._pool.writing() as held:
        writer = held.opened()
    writer.execute("PRAGMA max_page_count = 1")
    big = [Sequenced(0, None, events.message("r", "x" * 5000)) for _ in range(400)]
    with pytest.raises(StorageFullError, match="full") as caught:
        store.events.append(big)
    assert caught.value.transient
    assert store.events.last_id() == 1
    writer.execute("PRAGMA max_page_count = 1000000")
    assert store.events.append(big)[-1] == 401
    store.close()


def test_a_lock_that_others_hold_for_long_is_a_transient_error(tmp_path: Path) -> None:
    store = opened(tmp_path, busy_seconds=0.02)
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusyError) as caught:
        store.kv.set({"a": "b"})
    assert caught.value.transient
    assert store.kv.get(["a"]) == {}
    other.execute("ROLLBACK")
    other.close()
    store.kv.set({"a": "b"})
    store.close()


def test_an_error_in_the_block_rolls_all_back(tmp_path: Path) -> None:
    store = opened(tmp_path)

    def fail() -> None:
        with store.database.write() as cursor:
            cursor.execute("INSERT INTO kv (key, value) VALUES ('a', 'b')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.kv.get(["a"]) == {}
    store.close()


def test_a_process_holds_four_connections_at_most(tmp_path: Path) -> None:
    store = opened(tmp_path)
    faults: list[BaseException] = []

    def use() -> None:
        try:
            for number in range(20):
                store.kv.set({str(number): "x"})
                store.kv.get([str(number)])
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=use) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert isinstance(store.database, SqliteDatabase)
    assert store.database.open_connections <= READERS + 1
    store.close()
    store.close()
    assert store.kv.get(["3"]) == {"3": "x"}
    store.close()


FORK = """
import os, sys
from pathlib import Path
from mainspring.core.base.clock import SystemClock
from mainspring.core.storage.sql.store import sqlite_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

store = sqlite_store(Path(sys.argv[1]), clock=SystemClock())
store.events.append([Sequenced(0, None, events.materialized("parent"))])
children = []
for number in range(4):
    pid = os.fork()
    if pid == 0:
        for _ in range(25):
            store.events.append([Sequenced(0, None, events.materialized(f"child{number}"))])
        store.close()
        os._exit(0)
    children.append(pid)
    store.events.append([Sequenced(0, None, events.materialized("parent"))])
codes = [os.waitpid(pid, 0)[1] for pid in children]
store.events.append([Sequenced(0, None, events.materialized("parent"))])
print(codes, store.events.last_id())
"""


def test_a_forked_child_opens_connections_of_its_own(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FORK, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == f"[0, 0, 0, 0] {100 + 6}"
    store = opened(tmp_path)
    assert store.assets.known_keys() == [AssetKey(f"child{number}") for number in range(4)] + [
        AssetKey("parent")
    ]
    store.close()


def test_storage_does_not_load_what_only_migrations_need() -> None:
    code = (
        "import sys, mainspring.core.instance.instance\n"
        "print(sorted({'sqlalchemy', 'alembic', 'yaml', 'pydantic', 'pandas'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


OTHER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); c.close()"


def test_opening_a_second_store_keeps_the_locks_of_the_first(tmp_path: Path) -> None:
    """Another process that closes the database must see that it is in use, or it removes the journal."""
    first, second = opened(tmp_path), opened(tmp_path)
    first.kv.set({"a": "1"})
    second.close()
    opened(tmp_path).close()
    insert = "INSERT INTO kv (key, value) VALUES ('other', '1')"
    subprocess.run([sys.executable, "-c", OTHER, str(tmp_path / FILE_NAME), insert], check=True)
    assert (tmp_path / f"{FILE_NAME}-wal").exists()
    first.kv.set({"b": "2"})
    third = opened(tmp_path)
    assert third.kv.get(["a", "b", "other"]) == {"a": "1", "b": "2", "other": "1"}
    third.close()
    first.close()


def test_what_the_driver_cannot_read_is_a_damaged_database(tmp_path: Path) -> None:
    def fail() -> None:
        with translated(tmp_path / FILE_NAME):
            b"\xff".decode()

    with pytest.raises(NotADatabaseError, match="a damaged one"):
        fail()
