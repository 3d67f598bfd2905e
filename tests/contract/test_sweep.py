"""For each public operation the n-th call of the database fails, for all n until the operation passes.

After each failure nothing has changed, all that is stored is what the log says, and the same call made again gives
what it gives where nothing fails. The same where the answer to a commit is lost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import InvariantViolationError, StorageAwayError, StorageBusyError
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.opening import Opened
from mainspring.core.instance.settings import NOTHING
from mainspring.core.storage.sql import schema
from mainspring.core.storage.sql.store import SqlStore, memory_store, postgres_store, sqlite_store
from mainspring.testing.failing_database import FailingDatabase
from mainspring.testing.world import simulated_world
from tests.contract.operations import READING, WRITING, Operation, prepare

START = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST = 400
EVENT_IDS = {
    "materialization_id",
    "observation_id",
    "planned_id",
    "failed_id",
    "last_event_id",
    "wiped_id",
    "evaluation_id",
}
TIMES = {"create_time", "update_time", "start_time", "end_time", "timestamp", "body"}


def _columns() -> dict[str, list[str]]:
    connection = sqlite3.connect(":memory:")
    for text in schema.statements(schema.SQLITE_TYPES):
        connection.execute(text)
    found = {
        table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for table in schema.TABLES
    }
    connection.close()
    return found


COLUMNS = _columns()


class Place:
    """An instance on a database that can be made to fail, prepared anew when asked for."""

    def __init__(self, store: Callable[[ManualClock], SqlStore]) -> None:
        self._clock = ManualClock(START)
        self._bare = store(self._clock)
        self.database = FailingDatabase(self._bare.database)
        world = simulated_world(start=START)
        given = Opened(
            world.__class__(self._clock, world.ids, world.random, world.environ),
            SqlStore(self.database),
            NOTHING,
            None,
            None,
            persistent=False,
        )
        self.instance = Instance(given)

    def prepared(self) -> Instance:
        self.database.fail_at(None)
        self._clock.jump((START - self._clock.now()).total_seconds())
        self._bare.wipe_everything()
        prepare(self.instance)
        return self.instance

    def close(self) -> None:
        self.instance.dispose()

    def sound(self) -> None:
        """All that is stored is what the log says."""
        assert list(self._bare.verification().findings()) == []

    def state(self, *, without: frozenset[str] = frozenset()) -> dict[str, list[Any]]:
        """All tables, without the numbers of rows, which differ from one database to the next."""
        with self._bare.database.read() as cursor:
            cursor.execute("SELECT id FROM events ORDER BY id")
            places: dict[Any, int] = {row[0]: place for place, row in enumerate(cursor.fetchall(), 1)}
            found: dict[str, list[Any]] = {}
            for table, names in COLUMNS.items():
                cursor.execute(f"SELECT {', '.join(names)} FROM {table}")
                rows = [
                    {
                        name: places.get(value, value) if _is_event(table, name) else _plain(value)
                        for name, value in zip(names, row, strict=True)
                        if name not in without and (name != "id" or _is_event(table, name))
                    }
                    for row in cursor.fetchall()
                ]
                for row in rows:
                    if row.get("event_type") == "ASSET_WIPE_UNDONE":
                        row.pop("body", None)  # it holds storage ids
                found[table] = sorted(rows, key=repr)
        return found


def _is_event(table: str, column: str) -> bool:
    return column in EVENT_IDS or (column == "id" and table in ("events", "check_executions"))


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, (memoryview, bytearray)) else value


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(lambda clock: _store(request, tmp_path_factory.mktemp("home"), clock))
    yield made
    made.close()


def _store(request: pytest.FixtureRequest, folder: Path, clock: ManualClock) -> SqlStore:
    if request.param == "memory":
        return memory_store(clock=clock)
    if request.param == "sqlite":
        return sqlite_store(folder, clock=clock)
    server = request.getfixturevalue("postgres_server")
    return postgres_store(server.new_schema(), clock=clock, database_time=clock.timestamp)


@pytest.fixture(scope="module")
def steady() -> Iterator[Place]:
    """Where nothing fails."""
    made = Place(lambda clock: memory_store(clock=clock))
    yield made
    made.close()


@pytest.mark.parametrize("name", WRITING)
def test_a_call_that_fails_changes_nothing_and_can_be_made_again(
    place: Place, steady: Place, name: str
) -> None:
    operation = WRITING[name]
    expected = operation.act(steady.prepared())
    without = frozenset(TIMES) if operation.absorbs else frozenset()
    result, failed = _sweep(place, operation)
    assert failed > 1
    place.sound()
    assert place.state(without=without) == steady.state(without=without)
    assert repr(result) == repr(expected)


def _sweep(place: Place, operation: Operation) -> tuple[object, int]:
    """Let each call fail in turn: what the operation gives in the end, and how many calls it has."""
    instance = place.prepared()
    before = place.state()
    for number in range(1, LONGEST):
        place.database.fail_at(number)
        try:
            result = operation.act(instance)
        except StorageBusyError:
            assert place.database.has_failed
            place.database.fail_at(None)
            if operation.absorbs:
                place.sound()
                instance = place.prepared()
            else:
                assert place.state() == before
            continue
        if not place.database.has_failed:
            return result, number
        assert operation.absorbs, "a failure was not told"
        place.sound()
        instance = place.prepared()
    pytest.fail("it never passes")


@pytest.mark.parametrize("name", WRITING)
def test_a_lost_answer_does_no_harm(place: Place, steady: Place, name: str) -> None:
    operation = WRITING[name]
    expected = operation.act(steady.prepared())
    without = frozenset(TIMES) if operation.absorbs else frozenset()
    for number in range(1, LONGEST):
        instance = place.prepared()
        place.database.lose_answer_to(number)
        try:
            operation.act(instance)
        except StorageAwayError:
            _made_again(place, instance, operation, expected)
        if not place.database.has_failed:
            break
        place.sound()
        if operation.lost != "twice" and number == 1:
            assert operation.absorbs or place.state(without=without) == steady.state(without=without)
    assert number > 1


def _made_again(place: Place, instance: Instance, operation: Operation, expected: object) -> None:
    if operation.lost == "refused":
        try:
            assert operation.act(instance) is False or operation.absorbs
        except InvariantViolationError:
            return
    else:
        again = operation.act(instance)
        assert operation.lost == "twice" or repr(again) == repr(expected)


@pytest.mark.parametrize("name", READING)
def test_a_read_that_fails_can_be_made_again(place: Place, name: str) -> None:
    operation = READING[name]
    instance = place.prepared()
    expected = repr(operation.act(instance))
    result, failed = _sweep_reads(place, instance, operation)
    assert failed > 1
    assert repr(result) == expected


def _sweep_reads(place: Place, instance: Instance, operation: Operation) -> tuple[object, int]:
    for number in range(1, LONGEST):
        place.database.fail_at(number)
        try:
            result = operation.act(instance)
        except StorageBusyError:
            continue
        finally:
            failed = place.database.has_failed
            place.database.fail_at(None)
        assert not failed, "a failure was not told"
        return result, number
    pytest.fail("it never passes")
