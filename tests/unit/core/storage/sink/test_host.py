"""The host's writer: threads, limits, an end."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from mainspring.core.base.clock import SystemClock
from mainspring.core.base.errors import StorageBusyError, StorageError
from mainspring.core.storage.sink.direct import SPOOLED
from mainspring.core.storage.sink.host import Grouping, HostWriter
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events
from mainspring.testing.faults import UnsteadyEvents

QUICK = Grouping(age=0.0, wait=0.05, pause=0.01)


class Log:
    """Remembers batches; waits for the gate where it has one."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        self.entered.set()
        assert self.gate.wait(20)
        self.batches.append([one.entry.message for one in batch])
        return list(range(len(batch)))

    @property
    def words(self) -> list[str]:
        return [word for batch in self.batches for word in batch]


def one(word: str, run_id: str = "r") -> list[Sequenced]:
    return [Sequenced(1, 1, events.message(run_id, word))]


def writer(log: object, folder: Path, grouping: Grouping = QUICK, **limits: int) -> HostWriter:
    return HostWriter(log, Spool(folder, **limits), clock=SystemClock(), grouping=grouping)  # type: ignore[arg-type]


def test_what_comes_during_a_commit_is_committed_together(tmp_path: Path) -> None:
    log = Log()
    log.gate.clear()
    with writer(log, tmp_path, Grouping(events=5, age=0.0)) as host:
        first = host.submit(one("first"))
        assert log.entered.wait(20)
        others = [host.submit(one(str(number))) for number in range(12)]
        log.gate.set()
        for answer in [first, *others]:
            answer.result(20)
    assert [len(batch) for batch in log.batches] == [1, 5, 5, 2]
    assert log.words == ["first", *map(str, range(12))]


def test_a_group_is_given_a_moment_to_grow(tmp_path: Path) -> None:
    log = Log()
    with writer(log, tmp_path, Grouping(events=3, age=20.0)) as host:
        answers = [host.submit(one(str(number))) for number in range(3)]
        for answer in answers:
            answer.result(20)
    assert log.batches == [["0", "1", "2"]]


def test_nothing_is_answered_with_nothing(tmp_path: Path) -> None:
    with writer(Log(), tmp_path) as host:
        assert host.append([]) == []


def test_closing_answers_all_and_takes_no_more(tmp_path: Path) -> None:
    log = Log()
    log.gate.clear()
    host = writer(log, tmp_path)
    answers = [host.submit(one(str(number))) for number in range(30)]
    closing = threading.Thread(target=host.close)
    closing.start()
    log.gate.set()
    closing.join(20)
    assert [len(answer.result(0)) for answer in answers] == [1] * 30
    assert log.words == [str(number) for number in range(30)]
    with pytest.raises(StorageError, match="is closing"):
        host.append(one("late"))
    host.close()


def test_what_is_spooled_at_the_end_is_stored_by_the_next(tmp_path: Path) -> None:
    log = Log()
    unsteady = UnsteadyEvents(log)
    unsteady.is_away = True
    with writer(unsteady, tmp_path) as host:
        assert host.append(one("kept")) == [SPOOLED]
        assert (host.is_spooling, host.spooled) == (True, 1)
    drained = threading.Event()
    with HostWriter(
        log, Spool(tmp_path), clock=SystemClock(), grouping=QUICK, on_drained=lambda told: drained.set()
    ) as host:
        assert drained.wait(20)
        host.append(one("new"))
    assert log.words[0] == "kept"
    assert "new" in log.words or Spool(tmp_path).peek(1)


def test_writers_wait_when_there_is_no_room_and_are_told_in_the_end(tmp_path: Path) -> None:
    log = Log()
    unsteady = UnsteadyEvents(log)
    unsteady.is_away = True
    with writer(unsteady, tmp_path, limit=1) as host:
        assert host.append(one("a")) == [SPOOLED]
        with pytest.raises(StorageBusyError, match=r"not taken within 0\.05 seconds"):
            host.append(one("b"))
        waiting = host.submit(one("c"))
        unsteady.is_away = False
        assert len(waiting.result(20)) == 1
    assert log.words[0] == "a"
    assert "b" not in log.words


def test_who_still_waits_for_room_at_the_end_is_told(tmp_path: Path) -> None:
    unsteady = UnsteadyEvents(Log())
    unsteady.is_away = True
    host = writer(unsteady, tmp_path, limit=1)
    host.append(one("a"))
    waiting = host.submit(one("b"))
    host.close()
    assert isinstance(waiting.exception(20), StorageBusyError)


def test_an_error_of_ours_ends_neither_thread(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = Log()
    unsteady = UnsteadyEvents(log)
    host = writer(unsteady, tmp_path)
    committer = host._committer
    take, drain = committer.take, committer.drain

    def broken(*given: object) -> bool:
        raise RuntimeError("a fault of ours")

    committer.take = broken  # type: ignore[assignment, method-assign]
    with pytest.raises(RuntimeError, match="a fault of ours"):
        host.append(one("a"))
    committer.take = take  # type: ignore[method-assign]
    committer.drain = broken  # type: ignore[method-assign]
    unsteady.is_away = True
    host.append(one("b"))
    while not caplog.records or "cannot be emptied" not in caplog.text:
        threading.Event().wait(0.005)
    unsteady.is_away = False
    committer.drain = drain  # type: ignore[method-assign]
    while host.is_spooling:
        threading.Event().wait(0.005)
    host.close()
    assert log.words == ["b"]
