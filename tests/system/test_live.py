"""Following the log across processes: nothing lost, nothing doubled, in order, whatever happens to the others."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.instance.live import Subscription, Wanted
from mainspring.core.storage import feed as feeds
from mainspring.core.storage.feed import Feed
from mainspring.core.storage.sql.store import SqlStore, postgres_store, sqlite_store
from tools.postgres_server import PostgresServer

PATIENCE = 40.0

_WRITER = """
import json, sys
from pathlib import Path
from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import StorageError
from mainspring.core.storage.sql.store import postgres_store, sqlite_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

place, run_id, count = json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3])
clock = SystemClock()
store = sqlite_store(Path(place), clock=clock) if isinstance(place, str) else postgres_store(place, clock=clock)
for seq in range(1, count + 1):
    line = events.message(run_id, str(seq), timestamp=clock.timestamp())
    while True:
        try:
            store.events.append([Sequenced(0, seq, line)])
            break
        except StorageError as error:
            if not error.transient:
                raise
    print(seq, flush=True)
    clock.sleep(0.002)
store.close()
"""


class Place:
    """A database that several processes open."""

    def __init__(self, given: str | dict[str, Any]) -> None:
        self.given = given

    def store(self) -> SqlStore:
        if isinstance(self.given, str):
            return sqlite_store(Path(self.given), clock=SystemClock())
        return postgres_store(self.given, clock=SystemClock())

    def writer(self, run_id: str, count: int) -> subprocess.Popen[str]:
        """A process that writes so many events, each numbered, and prints the number once it is stored."""
        command = [sys.executable, "-c", _WRITER, json.dumps(self.given), run_id, str(count)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place(str(tmp_path / "home"))
    return Place(request.getfixturevalue("postgres_server").new_schema())


@pytest.fixture(autouse=True)
def told_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test passes by the look that is taken now and then."""
    monkeypatch.setattr(feeds, "SAFETY", 1_000.0)


class Reader:
    """A thread that follows until it has seen what it waits for."""

    def __init__(self, store: SqlStore, wanted: Wanted | None = None) -> None:
        self.feed = Feed(store)
        self.subscription = Subscription(store.events, self.feed, wanted or Wanted(), after=0)
        self.seen: list[tuple[str, str]] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        for record in self.subscription:
            entry = record.event_log_entry  # type: ignore[union-attr]
            with self._changed:
                self.seen.append((entry.run_id, entry.user_message))
                self._changed.notify_all()

    def saw(self, count: int) -> bool:
        """Whether so many events came."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.seen) >= count, PATIENCE)

    def close(self) -> None:
        self.subscription.close()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


@pytest.fixture
def reader(place: Place) -> Iterator[Reader]:
    store = place.store()
    made = Reader(store)
    yield made
    made.close()
    store.close()


def numbers(run_id: str, count: int) -> list[tuple[str, str]]:
    return [(run_id, str(number)) for number in range(1, count + 1)]


@pytest.mark.system
def test_two_writers_and_a_reader(place: Place, reader: Reader) -> None:
    writers = [place.writer(run_id, 100) for run_id in "ab"]
    assert reader.saw(200)
    for writer in writers:
        assert writer.wait(PATIENCE) == 0
        assert writer.stdout is not None
        writer.stdout.close()
    for run_id in "ab":
        assert [one for one in reader.seen if one[0] == run_id] == numbers(run_id, 100)
    assert len(reader.seen) == 200


@pytest.mark.system
def test_a_writer_that_is_killed(place: Place, reader: Reader) -> None:
    writer = place.writer("a", 100_000)
    assert writer.stdout is not None
    for line in writer.stdout:
        acknowledged = int(line)
        if acknowledged == 50:
            break
    writer.kill()
    writer.wait(PATIENCE)
    writer.stdout.close()
    with place.writer("b", 20) as another:
        assert another.wait(PATIENCE) == 0
    assert reader.saw(70)
    store = place.store()
    log = [
        (row.run_id, row.event_log_entry.user_message)  # type: ignore[union-attr]
        for row in store.events.since(0, limit=100_000).rows
    ]
    assert reader.saw(len(log))
    assert reader.seen == log
    assert len(log) - 20 >= 50
    assert log == [*numbers("a", len(log) - 20), *numbers("b", 20)]
    store.close()


@pytest.mark.system
@pytest.mark.parametrize("mode", ["fast", "immediate", "killed"])
def test_a_server_that_is_started_again(mode: str) -> None:
    server = PostgresServer()
    try:
        place = Place(server.new_schema())
        store = place.store()
        reader = Reader(store)
        writer = place.writer("a", 150)
        assert reader.saw(40)
        if mode == "killed":
            server.kill()
        else:
            server.stop(mode=mode)
        server.start()
        assert reader.saw(150)
        assert reader.seen == numbers("a", 150)
        assert writer.wait(PATIENCE) == 0
        assert writer.stdout is not None
        writer.stdout.close()
        assert store.database.open_connections <= 4
        reader.close()
        store.close()
    finally:
        server.close()


@pytest.mark.system
def test_an_end_while_the_server_is_away() -> None:
    server = PostgresServer()
    try:
        store = Place(server.new_schema()).store()
        reader = Reader(store)
        store.events.append([])
        server.stop(mode="immediate")
        reader.close()
        assert reader.seen == []
        assert reader.subscription.is_closed
    finally:
        server.close()
