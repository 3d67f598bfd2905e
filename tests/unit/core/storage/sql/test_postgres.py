"""PostgreSQL: what goes wrong with servers, passwords and connections, and how it is said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import (
    NotADatabaseError,
    StorageAwayError,
    StorageBusyError,
    StorageError,
)
from mainspring.core.storage.sql.postgres import PostgresDatabase, place_of
from mainspring.core.storage.sql.store import SqlStore, postgres_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events
from tools.postgres_server import PASSWORD, PostgresServer

pytestmark = pytest.mark.postgres


def opened(conninfo: Any) -> SqlStore:
    return postgres_store(conninfo, clock=SystemClock())


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that a test may stop."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.mark.parametrize(
    "change, kind, words",
    [
        ({"password": "wrong-one"}, StorageError, "refused the user"),
        ({"user": "nobody-knows"}, StorageError, "refused the user"),
        ({"dbname": "nowhere"}, StorageError, "There is no PostgreSQL database nowhere"),
        ({"port": 1}, StorageAwayError, "cannot be reached"),
        ({"host": "host.invalid"}, StorageAwayError, "cannot be reached"),
    ],
)
def test_what_is_wrong_with_the_address_is_said(
    postgres_server: PostgresServer, change: dict[str, Any], kind: type[StorageError], words: str
) -> None:
    conninfo = {**postgres_server.conninfo(by_socket=False), **change}
    with pytest.raises(kind, match=words) as caught:
        opened(conninfo)
    shown = f"{caught.value} {caught.value.__cause__}"
    assert PASSWORD not in shown
    assert "wrong-one" not in shown


def test_a_url_that_is_none_is_not_shown() -> None:
    with pytest.raises(StorageError, match="cannot be understood") as caught:
        place_of("postgresql://user:secret@host/x?colour=red")
    assert "secret" not in str(caught.value)


def test_a_url_works_as_well(postgres_server: PostgresServer) -> None:
    made = postgres_server.new_schema()
    store = opened(
        f"postgresql://{made['user']}:{PASSWORD}@127.0.0.1:{made['port']}/postgres?options={quote(made['options'])}"
    )
    store.kv.set({"a": "b"})
    assert store.kv.get(["a"]) == {"a": "b"}
    store.close()


def test_other_tables_in_the_schema_are_left_alone(postgres_server: PostgresServer) -> None:
    conninfo = postgres_server.new_schema()
    with psycopg.connect(**conninfo) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    store = opened(conninfo)
    assert store.events.last_id() == 0
    store.close()


def test_a_database_of_another_orchestrator_is_refused(postgres_server: PostgresServer) -> None:
    conninfo = postgres_server.new_schema()
    with psycopg.connect(**conninfo) as other:
        other.execute("CREATE TABLE runs (name TEXT)")
    with pytest.raises(NotADatabaseError, match="another program"):
        opened(conninfo)


def test_a_server_that_was_restarted_is_met_again(own_server: PostgresServer) -> None:
    store = opened(own_server.new_schema())
    store.events.append([Sequenced(0, None, events.materialized("a"))])
    assert store.events.last_id() == 1
    for end in (own_server.stop, lambda: own_server.stop(mode="immediate"), own_server.kill):
        end()
        own_server.start()
        before = store.events.last_id()
        store.events.append([Sequenced(0, None, events.materialized("a"))])
        assert store.events.last_id() > before
    store.close()


def test_who_writes_while_the_server_is_away_waits(own_server: PostgresServer) -> None:
    store = opened(own_server.new_schema())
    store.kv.set({"a": "1"})
    own_server.stop()
    told: list[Any] = []

    def write() -> None:
        store.kv.set({"a": "2"})
        told.append(store.kv.get(["a"]))

    writer = threading.Thread(target=write)
    writer.start()
    own_server.start()
    writer.join(60)
    assert told == [{"a": "2"}]
    store.close()


def test_patience_ends(own_server: PostgresServer) -> None:
    database = PostgresDatabase(own_server.new_schema(), clock=SystemClock(), away_seconds=0.1)
    own_server.stop()
    with pytest.raises(StorageAwayError, match="cannot be reached") as caught, database.read():
        pass
    assert caught.value.transient
    database.close()


def test_a_connection_lost_in_the_middle_is_transient_and_stores_nothing(own_server: PostgresServer) -> None:
    conninfo = own_server.new_schema()
    store = opened(conninfo)

    def lose() -> None:
        with store.database.write() as cursor:
            cursor.execute("INSERT INTO kv (key, value) VALUES ('a', 'b')")
            own_server.psql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mainspring'"
            )
            cursor.execute("INSERT INTO kv (key, value) VALUES ('c', 'd')")

    with pytest.raises(StorageAwayError) as caught:
        lose()
    assert caught.value.transient
    assert store.kv.get(["a", "c"]) == {}
    store.close()


def test_an_error_in_the_block_rolls_all_back(postgres_server: PostgresServer) -> None:
    store = opened(postgres_server.new_schema())

    def fail() -> None:
        with store.database.write() as cursor:
            cursor.execute("INSERT INTO kv (key, value) VALUES ('a', 'b')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.kv.get(["a"]) == {}
    with pytest.raises(StorageError, match="nothing_there"), store.database.read() as cursor:
        cursor.execute("SELECT * FROM nothing_there")
    assert store.kv.get(["a"]) == {}
    store.close()


def test_a_reader_cannot_write(postgres_server: PostgresServer) -> None:
    store = opened(postgres_server.new_schema())
    with pytest.raises(StorageError, match="read-only"), store.database.read() as cursor:
        cursor.execute("INSERT INTO kv (key, value) VALUES ('a', 'b')")
    store.close()


def test_writers_take_turns_over_connections(postgres_server: PostgresServer) -> None:
    """Ids are committed in their order: whoever reads after an id has seen all before it."""
    conninfo = postgres_server.new_schema()
    first, second = opened(conninfo), opened(conninfo)
    done = threading.Event()

    def other() -> None:
        second.events.append([Sequenced(0, None, events.materialized("late"))])
        done.set()

    thread = threading.Thread(target=other)
    with first.database.write() as cursor:
        ids = first.database.next_event_ids(cursor, 2)
        thread.start()
        assert not done.wait(0.2)
    thread.join(60)
    assert second.events.last_id() == ids[-1] + 1
    first.close()
    second.close()


def test_a_lock_that_others_hold_for_long_is_a_transient_error(postgres_server: PostgresServer) -> None:
    conninfo = postgres_server.new_schema()
    first, second = opened(conninfo), opened(conninfo)
    with second.database._pool.writing() as held:  # type: ignore[attr-defined]
        held.opened().execute("SET lock_timeout = '50ms'")
    with first.database.write(), pytest.raises(StorageBusyError) as caught:
        second.events.append([Sequenced(0, None, events.materialized("a"))])
    assert caught.value.transient
    second.kv.set({"a": "c"})
    assert first.kv.get(["a"]) == {"a": "c"}
    first.close()
    second.close()


def test_a_process_holds_three_connections_at_most(postgres_server: PostgresServer) -> None:
    store = opened(postgres_server.new_schema())
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
    assert store.database.open_connections <= 3
    store.close()
    assert store.database.open_connections == 0
