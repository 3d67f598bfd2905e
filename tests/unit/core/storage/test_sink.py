"""The direct sink: numbers, groups, retries, errors that are not lost."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from mainspring.core.base.clock import ManualClock, SystemClock
from mainspring.core.base.errors import FencedError, StorageBusyError, StorageError
from mainspring.core.storage.sink import PATIENCE_SECONDS, DirectSink
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events


class Log:
    """Remembers batches; fails with the errors it was given, one a call."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)
        self.batches: list[list[int | None]] = []
        self.stored = threading.Event()

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        if self.errors:
            raise self.errors.pop(0)
        self.batches.append([one.seq for one in batch])
        self.stored.set()
        return [100 + (one.seq or 0) for one in batch]


def say(sink: DirectSink, count: int) -> None:
    for number in range(count):
        sink.append(events.message("r", str(number)))


def test_groups_are_committed_when_full_and_on_flush(clock: ManualClock) -> None:
    log, heard = Log(), list[int]()
    sink = DirectSink(
        log,
        "r",
        1,
        clock=clock,
        interval=None,
        batch=3,
        next_seq=5,
        on_stored=lambda told: heard.extend(i for i, _ in told),
    )
    say(sink, 4)
    assert log.batches == [[5, 6, 7]]
    sink.flush()
    sink.flush()
    assert log.batches == [[5, 6, 7], [8]]
    assert heard == [105, 106, 107, 108]
    say(sink, 1)
    sink.close()
    sink.close()
    assert log.batches[-1] == [9]
    with pytest.raises(StorageError, match="closed"):
        say(sink, 1)


def test_a_busy_database_is_asked_again_in_order(clock: ManualClock) -> None:
    log = Log(StorageBusyError("busy"), StorageBusyError("busy"))
    with DirectSink(log, "r", 1, clock=clock, interval=None) as sink:
        say(sink, 2)
    assert log.batches == [[1, 2]]
    assert clock.slept == [0.01, 0.02]


def test_patience_ends_and_nothing_is_lost(clock: ManualClock) -> None:
    log = Log(*(StorageBusyError("busy") for _ in range(60)))
    sink = DirectSink(log, "r", 1, clock=clock, interval=None)
    say(sink, 2)
    with pytest.raises(StorageBusyError):
        sink.flush()
    assert sum(clock.slept) >= PATIENCE_SECONDS
    log.errors.clear()
    sink.flush()
    assert log.batches == [[1, 2]]


def test_a_fenced_worker_hears_of_it_at_once(clock: ManualClock) -> None:
    sink = DirectSink(Log(FencedError("taken over")), "r", 1, clock=clock, interval=None)
    say(sink, 1)
    with pytest.raises(FencedError):
        sink.flush()


def test_the_thread_commits_after_the_interval() -> None:
    log = Log()
    with DirectSink(log, "r", 1, clock=SystemClock(), interval=0.001) as sink:
        say(sink, 1)
        assert log.stored.wait(10)
        log.stored.clear()
        say(sink, 1)
        assert log.stored.wait(10)
    assert log.batches == [[1], [2]]


def test_what_the_thread_met_is_raised_by_the_next_call() -> None:
    log = Log(FencedError("taken over"))
    sink = DirectSink(log, "r", 1, clock=SystemClock(), interval=0.0)
    say(sink, 1)
    thread = sink._thread
    assert thread is not None
    thread.join(10)
    with pytest.raises(FencedError):
        say(sink, 1)
    sink.close()
    assert log.batches == [[1]]


def test_many_threads_may_tell_at_once(clock: ManualClock) -> None:
    log = Log()
    sink = DirectSink(log, "r", 1, clock=clock, interval=None, batch=7)
    threads = [threading.Thread(target=say, args=(sink, 100)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sink.close()
    assert [seq for batch in log.batches for seq in batch] == list(range(1, 401))
