"""Following the log: in order, nothing twice, nothing left out, and an end at once."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import StorageAwayError
from mainspring.core.instance.live import Subscription, Wanted, WatchedRuns
from mainspring.core.records.event import EventLogEntry, Unreadable
from mainspring.core.storage import feed as feeds
from mainspring.core.storage.feed import Feed
from mainspring.core.storage.sql.sqlite import MemoryDatabase
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

PATIENCE = 60.0


@pytest.fixture(autouse=True)
def told_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test passes by the look that is taken now and then."""
    monkeypatch.setattr(feeds, "SAFETY", 1_000.0)


@pytest.fixture
def feed(store: SqlStore):
    made = Feed(store)
    yield made
    made.close()


def say(store: SqlStore, text: str, run_id: str = "r") -> int:
    return store.events.append([Sequenced(0, None, events.message(run_id, text))])[0]


def following(store: SqlStore, feed: Feed, *, after: int = 0, wanted: Wanted | None = None) -> Subscription:
    return Subscription(store.events, feed, wanted or Wanted(), after=after)


def texts(subscription: Subscription, count: int) -> list[str]:
    return [next(subscription).event_log_entry.user_message for _ in range(count)]  # type: ignore[union-attr]


def live_threads() -> int:
    return sum(thread.name.startswith("mainspring-") for thread in threading.enumerate())


def in_thread(act: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_what_was_there_and_what_comes(store: SqlStore, feed: Feed) -> None:
    say(store, "old")
    with following(store, feed) as subscription:
        assert texts(subscription, 1) == ["old"]
        writer = in_thread(lambda: [say(store, str(number)) for number in range(20)])
        assert texts(subscription, 20) == [str(number) for number in range(20)]
        writer.join()
        assert subscription.cursor == store.events.last_id()
    say(store, "more")
    assert subscription.take() == []
    with following(store, feed, after=subscription.cursor) as another:
        assert texts(another, 1) == ["more"]


def test_each_of_many_sees_all(store: SqlStore, feed: Feed) -> None:
    seen: list[list[str]] = [[] for _ in range(30)]
    subscriptions = [following(store, feed) for _ in seen]
    readers = [
        in_thread(lambda one=one, mine=mine: mine.extend(texts(one, 40)))
        for one, mine in zip(subscriptions, seen, strict=True)
    ]
    writers = [
        in_thread(lambda name=name: [say(store, f"{name}{number}") for number in range(10)])
        for name in "abcd"
    ]
    for thread in (*readers, *writers):
        thread.join(PATIENCE)
    log = [row.event_log_entry.user_message for row in store.events.since(0, limit=99).rows]  # type: ignore[union-attr]
    assert seen == [log] * 30
    assert live_threads() == 1
    assert store.database.open_connections <= 4
    for one in subscriptions:
        one.close()
    assert live_threads() == 0


def test_close_ends_a_wait_at_once(store: SqlStore, feed: Feed) -> None:
    subscription = following(store, feed)
    seen: list[object] = []
    began = threading.Event()

    def read() -> None:
        began.set()
        seen.extend(subscription)

    reader = in_thread(read)
    began.wait()
    subscription.close()
    reader.join(PATIENCE)
    assert not reader.is_alive()
    assert (seen, subscription.is_closed, list(subscription)) == ([], True, [])
    subscription.close()


def test_the_end_of_the_feed_ends_all(store: SqlStore, feed: Feed) -> None:
    readers = [in_thread(lambda: list(following(store, feed))) for _ in range(3)]
    while len(feed._followers) < 3:
        pass
    feed.close()
    for reader in readers:
        reader.join(PATIENCE)
        assert not reader.is_alive()
    feed.close()


def test_only_what_is_wanted(store: SqlStore, feed: Feed) -> None:
    of_run = following(store, feed, wanted=Wanted(run_ids={"b"}))
    of_asset = following(store, feed, wanted=Wanted(asset_keys={AssetKey("x")}))
    of_type = following(store, feed, wanted=Wanted(types={"ASSET_OBSERVATION"}))
    say(store, "no", "a")
    say(store, "yes", "b")
    lines = [events.materialized("x", "c"), events.materialized("y", "c"), events.observed("y", "c")]
    made, _, seen = store.events.append([Sequenced(0, None, line) for line in lines])
    assert texts(of_run, 1) == ["yes"]
    assert (next(of_asset).storage_id, next(of_type).storage_id) == (made, seen)
    for one in (of_run, of_asset, of_type):
        assert one.take() == []
        assert one.cursor == seen
        one.close()


def test_take_does_not_wait(store: SqlStore, feed: Feed) -> None:
    news = threading.Event()
    subscription = Subscription(store.events, feed, Wanted(), after=0, on_news=news.set)
    assert subscription.take() == []
    for number in range(5):
        say(store, str(number))
    seen: list[int] = []
    while len(seen) < 5:
        assert news.wait(PATIENCE)
        news.clear()
        while taken := subscription.take(2):
            assert len(taken) <= 2
            seen += [row.storage_id for row in taken]
            assert subscription.cursor == seen[-1]
    assert seen == [1, 2, 3, 4, 5]
    say(store, "5")
    say(store, "6")
    assert len(subscription.take(1)) == 1
    assert subscription.wait(0)
    subscription.close()
    assert not subscription.wait(0)


def test_a_bad_row_is_shown(store: SqlStore, feed: Feed) -> None:
    say(store, "x")
    with store.database.write() as cursor:
        cursor.execute("UPDATE events SET body = ?", (b"{",))
    with following(store, feed) as subscription:
        assert isinstance(next(subscription), Unreadable)


def test_a_subscription_that_nobody_holds_is_forgotten(store: SqlStore, feed: Feed) -> None:
    subscription = following(store, feed)
    assert live_threads() == 1
    del subscription
    gc.collect()
    while live_threads():
        say(store, "wakes the thread, which finds that nobody listens")
    assert list(feed._followers) == []


def test_a_run_is_watched(store: SqlStore, feed: Feed) -> None:
    seen: list[tuple[str, str]] = []
    done = threading.Event()

    def heard(entry: EventLogEntry, cursor: str) -> None:
        seen.append((entry.user_message, cursor))
        if len(seen) == 3:
            done.set()
        raise ValueError("a callback that fails hears of the next event")

    watched = WatchedRuns()
    first = say(store, "one")
    watched.watch("r", heard, following(store, feed, wanted=Wanted(run_ids={"r"})))
    say(store, "other", "q")
    second, third = say(store, "two"), say(store, "three")
    assert done.wait(PATIENCE)
    assert seen == [("one", str(first)), ("two", str(second)), ("three", str(third))]
    watched.end("r", heard)
    watched.end("r", heard)
    say(store, "four")
    while live_threads():
        pass
    assert len(seen) == 3
    watched.close()


def test_a_forked_child_follows_by_itself(store: SqlStore, feed: Feed, clock: ManualClock) -> None:
    subscription = following(store, feed)
    say(store, "before")
    assert texts(subscription, 1) == ["before"]
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            say(store, "mine")
            found = texts(subscription, 1)
            os.write(tell, ("".join(found) + str(live_threads())).encode())
        finally:
            os._exit(0)
    os.close(tell)  # a child that fails ends the reading below
    os.waitpid(child, 0)
    assert os.read(told, 99) == b"mine1"
    os.close(told)
    say(store, "after")
    in_memory = isinstance(store.database, MemoryDatabase)  # the child has a copy
    expected = ["after"] if in_memory else ["mine", "after"]
    assert texts(subscription, len(expected)) == expected
    subscription.close()


def test_what_could_not_be_read_is_still_to_come(
    store: SqlStore, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with following(store, feed) as subscription:
        subscription.take()
        say(store, "news")
        assert subscription.wait(PATIENCE)
        with monkeypatch.context() as away:

            def fail(*_: object, **__: object) -> None:
                raise StorageAwayError("The database went away.")

            away.setattr(type(store.events), "since", fail)
            with pytest.raises(StorageAwayError):
                subscription.take()
        assert subscription.wait(0)
        (record,) = subscription.take()
        assert record.event_log_entry.user_message == "news"  # type: ignore[union-attr]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_watch_that_fails_is_followed_by_another(store: SqlStore, feed: Feed) -> None:
    made = feed._store.watch

    class Broken:
        def wait(self, seconds: float) -> bool:
            raise ValueError("nobody knows why")

        def stop(self) -> None: ...

        def close(self) -> None: ...

    feed._store.watch = Broken  # type: ignore[method-assign, assignment]
    first = following(store, feed)
    while live_threads():
        threading.Event().wait(0.001)
    feed._store.watch = made  # type: ignore[method-assign]
    with first, following(store, feed) as second:
        say(store, "news")
        assert texts(second, 1) == ["news"]
