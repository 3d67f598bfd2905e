"""A process holds four connections to its database at most, whatever it does."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import StorageBusyError
from mainspring.core.instance.live import Subscription, Wanted
from mainspring.core.storage.feed import Feed
from mainspring.core.storage.sql.pool import Pool
from mainspring.core.storage.sql.store import SqlStore, postgres_store, sqlite_store
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events
from tools.postgres_server import PostgresServer

MOST = 4
THREADS = 40
PATIENCE = 60.0


def at_work(store: SqlStore, count: Callable[[], int]) -> tuple[int, int]:
    """The most connections that were counted while forty threads read and write and two follow; and how many
    events the followers saw.
    """
    feed = Feed(store)
    subscriptions = [Subscription(store.events, feed, Wanted(), after=0) for _ in range(2)]
    seen: list[int] = []
    followers = [
        threading.Thread(target=lambda one=one: seen.extend(row.storage_id for row in one))
        for one in subscriptions
    ]
    workers = [threading.Thread(target=_work, args=(store, number)) for number in range(THREADS)]
    for thread in (*followers, *workers):
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in workers):
        most = max(most, count(), store.database.open_connections)
    last = store.events.last_id()
    while any(one.cursor < last for one in subscriptions):
        most = max(most, count(), store.database.open_connections)
    feed.close()
    for thread in followers:
        thread.join(PATIENCE)
    return most, len(seen)


def _work(store: SqlStore, number: int) -> None:
    for turn in range(5):
        store.events.append([Sequenced(0, None, events.materialized("a", "r", partition=f"{number}.{turn}"))])
        store.partitions.materialized(AssetKey("a"))
        store.assets.records()
        store.kv.set({str(number): str(turn)})


def test_on_a_server(postgres_server: PostgresServer) -> None:
    name = f"counted-{os.getpid()}"
    place = {**postgres_server.new_schema(), "application_name": name}
    store = postgres_store(place, clock=SystemClock())
    ask = f"SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = '{name}'"
    most, seen = at_work(store, lambda: int(postgres_server.psql(ask)))
    assert most <= MOST
    assert seen == 2 * THREADS * 5
    store.close()
    assert store.database.open_connections == 0


def test_on_a_file(tmp_path: Path) -> None:
    store = sqlite_store(tmp_path, clock=SystemClock())
    file = tmp_path / "mainspring.db"

    def opened() -> int:
        """How many times this process has the file open."""
        found = 0
        for descriptor in os.listdir("/proc/self/fd"):
            try:
                found += Path(os.readlink(f"/proc/self/fd/{descriptor}")) == file
            except FileNotFoundError:
                continue  # closed meanwhile
        return found

    most, seen = at_work(store, opened)
    assert most <= MOST
    assert seen == 2 * THREADS * 5
    store.close()
    assert (store.database.open_connections, opened()) == (0, 0)


class Link:
    def close(self) -> None:
        return None


def test_who_has_no_patience_is_told_that_all_are_in_use() -> None:
    pool = Pool(Link, readers=1)
    with pool.reading(0) as held:
        held.opened()
        try:
            with pool.reading(0):
                raise AssertionError
        except StorageBusyError as error:
            told = str(error)
    assert told.startswith("All connections that read are in use.")
    with pool.reading(0) as held:
        assert held.connection is not None
