"""The direct sink: numbers, groups, retries, errors that are not lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import pytest

from mainspring.core.base.clock import ManualClock, SystemClock
from mainspring.core.base.errors import FencedError, StorageAwayError, StorageBusyError, StorageError
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.sink import DirectSink, Pace, direct
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

BY_HAND = Pace(interval=None)


class Log:
    """Remembers batches; fails with the errors it was given, one a call; takes no event that says ``poison``."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)
        self.batches: list[list[int | None]] = []
        self.entries: list[EventLogEntry] = []
        self.calls = 0
        self.stored = threading.Event()

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        for one in batch:
            if one.entry.dagster_event is None and one.entry.user_message == "poison":
                raise TypeError("object has no JSON form")
        self.batches.append([one.seq for one in batch])
        self.entries.extend(one.entry for one in batch)
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
        pace=Pace(interval=None, batch=3),
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


def test_a_database_that_is_busy_or_away_is_asked_again_in_order(clock: ManualClock) -> None:
    log = Log(StorageBusyError("busy"), StorageAwayError("away"))
    with DirectSink(log, "r", 1, clock=clock, pace=BY_HAND) as sink:
        say(sink, 2)
    assert log.batches == [[1, 2]]
    assert clock.slept == [0.01, 0.02]


def test_patience_lasts_ten_minutes_at_pauses_of_a_second_and_nothing_is_lost(clock: ManualClock) -> None:
    log = Log(*(StorageAwayError("away") for _ in range(700)))
    sink = DirectSink(log, "r", 1, clock=clock, pace=BY_HAND)
    say(sink, 2)
    with pytest.raises(StorageAwayError):
        sink.flush()
    assert 600 <= sum(clock.slept) < 602
    assert max(clock.slept) == 1.0
    log.errors.clear()
    sink.flush()
    assert log.batches == [[1, 2]]


def test_a_fenced_worker_hears_of_it_at_once_and_ever_after(clock: ManualClock) -> None:
    log = Log(FencedError("taken over", hint="stop"))
    sink = DirectSink(log, "r", 1, clock=clock, pace=BY_HAND)
    say(sink, 1)
    with pytest.raises(FencedError):
        sink.flush()
    for call in (sink.flush, lambda: say(sink, 1)):
        with pytest.raises(FencedError, match="taken over\nstop"):
            call()
    sink.close()
    assert (log.calls, log.batches) == (1, [])


def test_closing_tells_of_a_fence_that_nobody_heard_of(clock: ManualClock) -> None:
    sink = DirectSink(Log(FencedError("taken over")), "r", 1, clock=clock, pace=BY_HAND)
    say(sink, 1)
    with pytest.raises(FencedError):
        sink.close()
    sink.close()


def test_the_thread_commits_after_the_interval() -> None:
    log = Log()
    with DirectSink(log, "r", 1, clock=SystemClock(), pace=Pace(interval=0.001)) as sink:
        say(sink, 1)
        assert log.stored.wait(10)
        log.stored.clear()
        say(sink, 1)
        assert log.stored.wait(10)
    assert log.batches == [[1], [2]]


@pytest.mark.parametrize("error", [FencedError("taken over"), StorageError("read only")])
def test_what_the_thread_met_is_raised_by_the_next_call(error: Exception) -> None:
    log = Log(error, error)  # the second is met by the stand-in, so that the first is nobody's fault
    sink = DirectSink(log, "r", 1, clock=SystemClock(), pace=Pace(interval=0.0))
    say(sink, 1)
    thread = sink._thread
    assert thread is not None
    thread.join(10)
    with pytest.raises(type(error)):
        say(sink, 1)
    sink.close()
    assert log.batches == ([] if isinstance(error, FencedError) else [[1]])


def test_many_threads_may_tell_at_once(clock: ManualClock) -> None:
    log = Log()
    sink = DirectSink(log, "r", 1, clock=clock, pace=Pace(interval=None, batch=7))
    threads = [threading.Thread(target=say, args=(sink, 100)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sink.close()
    assert [seq for batch in log.batches for seq in batch] == list(range(1, 401))


class Gate(Log):
    """Stores nothing before it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = threading.Event()
        self.asked = threading.Event()

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        self.asked.set()
        assert self.opened.wait(20)
        return super().append(batch)


def test_memory_is_bounded_and_it_is_said_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "_QUIET_SECONDS", 0.005)
    gate = Gate()
    sink = DirectSink(gate, "r", 1, clock=SystemClock(), pace=Pace(interval=0.0, batch=10, capacity=30))
    worker = threading.Thread(target=say, args=(sink, 500))
    with caplog.at_level(logging.WARNING, "mainspring.events"):
        worker.start()
        assert gate.asked.wait(20)
        while len(sink._waiting) < 30:
            worker.join(0.001)
        worker.join(0.05)
        assert worker.is_alive()
        assert len(sink._waiting) == 30
        gate.opened.set()
        worker.join(20)
    sink.close()
    assert [seq for batch in gate.batches for seq in batch] == list(range(1, 501))
    assert [record.message for record in caplog.records] == [
        "30 events of run r wait to be stored; its worker waits until there is room"
    ]


def test_an_event_that_cannot_be_stored_does_not_hold_up_the_others(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    log, heard = Log(), list[tuple[int, str]]()
    sink = DirectSink(
        log,
        "r",
        1,
        clock=clock,
        pace=Pace(interval=None, batch=8),
        on_stored=lambda told: heard.extend((i, entry.message) for i, entry in told),
    )
    words = ["a", "b", "c", "d", "e", "poison", "g", "h"]
    for word in words:
        sink.append(events.message("r", word))
    sink.close()
    lost = (
        "A log message could not be stored and is lost: TypeError: object has no JSON form. It said: poison"
    )
    assert [seq for batch in log.batches for seq in batch] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [entry.message for entry in log.entries] == [*words[:5], lost, *words[6:]]
    assert heard == [(101 + i, entry.message) for i, entry in enumerate(log.entries)]
    stand_in = log.entries[5].get_dagster_event()
    assert stand_in.event_type is EventType.ENGINE_EVENT
    assert log.calls < 12
    assert [record.message for record in caplog.records] == [f"run r: {lost}"]


def test_a_database_that_is_away_for_long_is_told_of_once(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    log = Log(*(StorageAwayError("the server is away") for _ in range(30)))
    sink = DirectSink(log, "r", 1, clock=clock, pace=BY_HAND)
    say(sink, 1)
    with caplog.at_level(logging.WARNING):
        sink.flush()
    assert [one.getMessage() for one in caplog.records] == [
        "Events of run r wait to be stored, and are tried again: the server is away"
    ]


def test_who_asks_to_stop_waits_for_seconds_only(clock: ManualClock) -> None:
    away = [StorageAwayError("away") for _ in range(700)]
    log = Log(*away[:3], KeyboardInterrupt(), *away[3:])
    sink = DirectSink(log, "r", 1, clock=clock, pace=BY_HAND)
    say(sink, 1)
    with pytest.raises(KeyboardInterrupt):
        sink.flush()
    before = sum(clock.slept)
    with pytest.raises(StorageAwayError):
        sink.flush()
    assert sum(clock.slept) - before < 10
    log.errors.clear()
    sink.flush()
    assert log.batches == [[1]]
