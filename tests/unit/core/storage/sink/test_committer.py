"""The committer: groups, the one at fault among many, the way through the spool and back."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from mainspring.core.base.errors import FencedError, StorageAwayError, StorageBusyError, StorageError
from mainspring.core.records.event import EventLogEntry
from mainspring.core.storage.sink.committer import Committer
from mainspring.core.storage.sink.direct import SPOOLED
from mainspring.core.storage.sink.line import safe_record
from mainspring.core.storage.sink.request import Request
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events


class Log:
    """A store that refuses some runs and some words, and can be away."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int, int | None], str] = {}
        self.fenced: set[str] = set()
        self.poison: set[str] = set()
        self.failure: Exception | None = None
        self.calls = 0

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        for one in batch:
            if one.entry.run_id in self.fenced:
                raise FencedError(f"{one.entry.run_id} was taken over")
        for one in batch:
            if one.entry.message in self.poison:
                raise ValueError("not a value for this database")
        for one in batch:
            self.rows.setdefault((one.entry.run_id, one.epoch, one.seq), one.entry.message)
        return [list(self.rows).index((one.entry.run_id, one.epoch, one.seq)) for one in batch]

    @property
    def stored(self) -> list[tuple[str, int | None]]:
        return [(run_id, seq) for run_id, _, seq in self.rows]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path)
    yield made
    made.close()


@pytest.fixture
def committer(log: Log, spool: Spool) -> Committer:
    return Committer(log, spool)


def request(run_id: str, first: int = 1, count: int = 2, *, epoch: int = 1) -> Request:
    return Request(
        [
            Sequenced(epoch, seq, events.message(run_id, f"{run_id}:{seq}"))
            for seq in range(first, first + count)
        ]
    )


def ids(asked: Request) -> list[int]:
    return [storage_id for storage_id, _ in asked.answer.result(0)]


def test_a_group_is_one_transaction(committer: Committer, log: Log) -> None:
    asked = [request("a"), request("b"), request("a", 3)]
    assert committer.take(asked) == []
    assert log.calls == 1
    assert [ids(one) for one in asked] == [[0, 1], [2, 3], [4, 5]]
    assert log.stored == [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("a", 3), ("a", 4)]


@pytest.mark.parametrize("culprits", [[0], [63], [17], [5, 6, 40]])
def test_fenced_runs_are_found_without_trying_each(
    committer: Committer, log: Log, culprits: list[int]
) -> None:
    asked = [request(f"r{number}") for number in range(64)]
    log.fenced = {f"r{number}" for number in culprits}
    assert committer.take(asked) == []
    for number, one in enumerate(asked):
        assert isinstance(one.answer.exception(0), FencedError) == (number in culprits)
    assert len(log.rows) == 2 * (64 - len(culprits))
    assert log.calls <= 1 + 12 * len(culprits)


def test_who_was_refused_is_not_asked_for_again(committer: Committer, log: Log) -> None:
    log.fenced = {"r"}
    committer.take([request("r")])
    log.fenced = set()
    calls = log.calls
    again, newer = request("r", 3), request("r", epoch=2)
    committer.take([again, newer])
    assert isinstance(again.answer.exception(0), FencedError)
    assert ids(newer) == [0, 1]
    assert log.calls == calls + 1


def test_a_batch_of_several_runs_is_refused_whole(committer: Committer, log: Log) -> None:
    mixed = Request([*request("good").batch, *request("bad").batch])
    log.fenced = {"bad"}
    committer.take([mixed])
    assert isinstance(mixed.answer.exception(0), FencedError)
    good = request("good")
    committer.take([good])
    assert ids(good) == [0, 1]


def test_a_poisoned_event_costs_nobody_else(committer: Committer, log: Log) -> None:
    log.poison = {"r9:2"}
    asked = [request(f"r{number}", count=4) for number in range(20)]
    committer.take(asked)
    assert [len(ids(one)) for one in asked] == [4] * 20
    lost = [text for text in log.rows.values() if "is lost" in text]
    assert lost == [
        "A log message could not be stored and is lost: ValueError: not a value for this database. It said: r9:2"
    ]
    assert log.rows["r9", 1, 2] == lost[0]
    assert log.calls < 30


def test_a_database_that_must_be_mended_is_said_to_all(committer: Committer, log: Log, spool: Spool) -> None:
    log.failure = StorageError("read only")
    asked = [request("a"), request("b")]
    committer.take(asked)
    assert [str(one.answer.exception(0)) for one in asked] == ["read only", "read only"]
    assert len(spool) == 0


@pytest.mark.parametrize("error", [StorageAwayError("away"), StorageBusyError("busy")])
def test_through_the_spool_and_back_in_order(
    log: Log, spool: Spool, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    heard: list[tuple[int, str]] = []

    def hear(told: Sequence[tuple[int, EventLogEntry]]) -> None:
        heard.extend((storage_id, entry.message) for storage_id, entry in told)

    committer = Committer(log, spool, on_drained=hear)
    log.failure = error
    first, second = request("a"), request("b")
    with caplog.at_level(logging.INFO, "mainspring.events"):
        assert committer.take([first, second]) == []
        assert ids(first) == [SPOOLED, SPOOLED]
        assert committer.is_spooling
        assert not committer.drain()
        log.failure = None
        third = request("a", 3)
        committer.take([third])
        assert ids(third) == [SPOOLED, SPOOLED]
        assert log.rows == {}
        assert committer.drain()
    assert not committer.is_spooling
    assert not committer.drain()
    assert log.stored == [("a", 1), ("a", 2), ("b", 1), ("b", 2), ("a", 3), ("a", 4)]
    assert heard == list(enumerate(log.rows.values()))
    fourth = request("a", 5)
    committer.take([fourth])
    assert ids(fourth) == [6, 7]
    assert [record.message for record in caplog.records] == [
        f"the database does not take events, they wait in the spool: {error}",
        "the spool is empty: the database has all events",
    ]


def test_what_an_earlier_process_left_comes_first(log: Log, tmp_path: Path) -> None:
    log.failure = StorageAwayError("away")
    spool = Spool(tmp_path)
    Committer(log, spool).take([request("a")])
    spool.close()
    log.failure = None
    spool = Spool(tmp_path)
    committer = Committer(log, spool)
    later = request("a", 3)
    committer.take([later])
    while committer.drain():
        pass
    spool.close()
    assert log.stored == [("a", 1), ("a", 2), ("a", 3), ("a", 4)]


def test_a_full_spool_takes_nothing_until_it_is_drained(log: Log, tmp_path: Path) -> None:
    spool = Spool(tmp_path, limit=10)
    committer = Committer(log, spool)
    log.failure = StorageAwayError("away")
    first, second, third = request("a"), request("a", 3), request("b")
    assert committer.take([first]) == []
    assert committer.take([second, third]) == [second, third]
    assert not second.answer.done()
    log.failure = None
    assert committer.drain()
    assert committer.take([second, third]) == []
    assert log.stored == [("a", 1), ("a", 2), ("a", 3), ("a", 4), ("b", 1), ("b", 2)]
    spool.close()


def test_a_spool_that_fails_keeps_the_writers_waiting(
    committer: Committer, log: Log, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(records: object) -> None:
        raise StorageError("no such disk")

    monkeypatch.setattr(spool, "put", fail)
    log.failure = StorageAwayError("away")
    asked = request("a")
    assert committer.take([asked]) == [asked]
    log.failure = None
    assert committer.take([asked]) == []
    assert ids(asked) == [0, 1]


def test_spooled_events_of_a_run_that_was_taken_over_are_let_go_and_said(
    committer: Committer, log: Log, spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    log.failure = StorageAwayError("away")
    committer.take([request("a"), request("b"), request("a", 3), request("c")])
    log.failure = None
    log.fenced = {"a"}
    with caplog.at_level(logging.WARNING, "mainspring.events"):
        while committer.is_spooling:
            committer.drain()
    assert log.stored == [("b", 1), ("b", 2), ("c", 1), ("c", 2)]
    assert caplog.records[-1].message.startswith(
        "4 spooled events of run a are refused: its worker of epoch 1"
    )


def test_a_refusal_behind_what_still_waits_lets_go_of_nothing(
    committer: Committer, log: Log, spool: Spool
) -> None:
    log.fenced = {"a"}
    committer.take([request("a")])
    log.failure = StorageAwayError("away")
    committer.take([request("b")])
    spool.put([safe_record(sent) for sent in request("a", 3).batch])
    assert not committer.drain()
    assert len(spool) == 4
    log.failure = None
    assert committer.drain()
    assert (len(spool), log.stored) == (0, [("b", 1), ("b", 2)])


def test_spooled_events_stay_while_the_database_must_be_mended(
    committer: Committer, log: Log, spool: Spool
) -> None:
    log.failure = StorageAwayError("away")
    committer.take([request("a"), request("b")])
    log.failure = StorageError("read only")
    assert not committer.drain()
    assert len(spool) == 4
    log.failure = None
    assert committer.drain()
    assert log.stored == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


def test_poison_in_the_spool_is_replaced(committer: Committer, log: Log) -> None:
    log.failure = StorageAwayError("away")
    broken = Request([Sequenced(1, 1, EventLogEntry(None, object(), "x", "r", 0.0))])  # type: ignore[arg-type]
    strange = Request([Sequenced(1, 2, events.message("r", "taken by no database"))])
    committer.take([broken, strange, request("ok")])
    log.failure = None
    log.poison = {"taken by no database"}
    while committer.is_spooling:
        committer.drain()
    assert [("is lost" in text) for text in log.rows.values()] == [True, True, False, False]


def test_bytes_in_the_spool_that_are_no_line_are_shown(
    committer: Committer, log: Log, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    spool = Spool(folder)
    spool.put([b"no line at all"])
    other = Committer(log, spool)
    assert other.drain()
    spool.close()
    ((writer, text),) = log.rows.items()
    assert writer == ("", 0, None)
    assert text.endswith("It said: no line at all")


def test_who_waits_no_more_is_left_out(committer: Committer, log: Log) -> None:
    gone = request("a")
    future: Future[Any] = gone.answer
    assert future.cancel()
    assert committer.take([gone, request("b")]) == []
    assert log.stored == [("b", 1), ("b", 2)]
    gone.stored([])
    gone.refused(ValueError())
