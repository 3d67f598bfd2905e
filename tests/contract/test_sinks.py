"""One suite for all ways in which the events of a worker reach the store: directly, through the host of its
location, over HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mainspring.control.host.intake import intake_app
from mainspring.core.base.clock import Clock, SystemClock
from mainspring.core.base.errors import FencedError, StorageError
from mainspring.core.records.event import EventLogEntry, EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.sink import SPOOLED, DirectSink, Pace
from mainspring.core.storage.sink.host import Grouping, HostWriter
from mainspring.core.storage.sink.http import HttpSink
from mainspring.core.storage.sink.spool import Spool
from mainspring.core.storage.sql.store import SqlStore
from mainspring.testing import events
from mainspring.testing.faults import UnsteadyEvents
from tests.served import served

BY_HAND = Pace(interval=None, batch=7)
KINDS = ("direct", "host", "http")
TOKEN = "not to be told"


@dataclass
class Way:
    """From workers to a store that can be away."""

    kind: str
    store: SqlStore
    clock: Clock
    unsteady: UnsteadyEvents
    host: HostWriter | None = None
    address: str = ""
    heard: dict[str, list[int]] = field(default_factory=dict)

    def sink(self, run_id: str, epoch: int, *, pace: Pace = BY_HAND, next_seq: int = 1) -> DirectSink:
        def hear(told: Sequence[tuple[int, EventLogEntry]]) -> None:
            self.heard.setdefault(run_id, []).extend(storage_id for storage_id, _ in told)

        if self.kind == "http":
            return HttpSink(
                self.address,
                run_id,
                epoch,
                clock=self.clock,
                token=TOKEN,
                pace=pace,
                next_seq=next_seq,
                on_stored=hear,
            )
        writer = self.unsteady if self.host is None else self.host
        return DirectSink(
            writer, run_id, epoch, clock=self.clock, pace=pace, next_seq=next_seq, on_stored=hear
        )

    def settle(self) -> None:
        """Until the host has brought everything to the database."""
        pause = threading.Event()
        for _ in range(4000):
            if self.host is None or not self.host.is_spooling:
                return
            pause.wait(0.005)
        raise AssertionError("the spool was never emptied")

    def start(self, run_id: str) -> int:
        return self.store.runs.start(events.run(run_id), holder="test")

    def words(self, run_id: str) -> list[str]:
        """What lies in the database, in order."""
        found: list[str] = []
        for row in self.store.events.of_run(run_id):
            assert isinstance(row, EventLogRecord)
            found.append(row.event_log_entry.message)
        return found


@pytest.fixture(params=KINDS)
def way(request: pytest.FixtureRequest, store: SqlStore, tmp_path: Path, clock: Clock) -> Iterator[Way]:
    made = Way(request.param, store, clock, UnsteadyEvents(store.events))
    with ExitStack() as stack:
        if made.kind != "direct":
            made.host = stack.enter_context(
                HostWriter(
                    made.unsteady,
                    Spool(tmp_path / "spool"),
                    clock=SystemClock(),
                    grouping=Grouping(pause=0.02),
                )
            )
        if made.kind == "http":
            assert made.host is not None
            app = intake_app(made.host, token=TOKEN)
            made.address = stack.enter_context(served(app, path=tmp_path / "host.sock"))
        yield made


def say(sink: DirectSink, run_id: str, words: Sequence[str]) -> None:
    for word in words:
        sink.append(events.message(run_id, word))


def numbered(count: int, start: int = 0) -> list[str]:
    return [str(number) for number in range(start, start + count)]


def test_what_is_flushed_is_committed_in_order(way: Way) -> None:
    sink = way.sink("r", way.start("r"))
    say(sink, "r", numbered(20))
    sink.flush()
    assert way.words("r") == numbered(20)
    say(sink, "r", numbered(5, 20))
    sink.close()
    assert way.words("r") == numbered(25)
    ids = [row.storage_id for row in way.store.events.of_run("r")]
    assert way.heard["r"] == ids


def test_a_closed_sink_takes_nothing(way: Way) -> None:
    sink = way.sink("r", way.start("r"))
    say(sink, "r", ["a"])
    sink.close()
    sink.close()
    with pytest.raises(StorageError, match="closed"):
        say(sink, "r", ["b"])
    assert way.words("r") == ["a"]


def test_sending_again_is_harmless(way: Way) -> None:
    epoch = way.start("r")
    with way.sink("r", epoch) as first:
        say(first, "r", numbered(10))
    before = list(way.heard["r"])
    with way.sink("r", epoch) as again:
        say(again, "r", numbered(12))
    assert way.words("r") == numbered(12)
    assert way.heard["r"][10:20] == before


def test_a_worker_whose_run_was_taken_over_is_refused(way: Way) -> None:
    epoch = way.start("r")
    old = way.sink("r", epoch)
    say(old, "r", ["old"])
    old.flush()
    new = way.sink("r", way.store.runs.claim("r", holder="other"))
    say(old, "r", ["too late"])
    for call in (old.flush, old.flush, lambda: say(old, "r", ["later"])):
        with pytest.raises(FencedError, match="taken over"):
            call()
    say(new, "r", ["new"])
    new.close()
    old.close()
    assert way.words("r") == ["old", "new"]


def test_status_follows_from_events(way: Way) -> None:
    sink = way.sink("r", way.start("r"))
    sink.append(events.line(EventType.RUN_START, "r"))
    sink.append(events.materialized("a", "r", partition="p", timestamp=1.0))
    sink.append(events.line(EventType.RUN_SUCCESS, "r"))
    sink.close()
    record = way.store.runs.get("r")
    assert record is not None
    assert record.dagster_run.status.value == "SUCCESS"


def test_twenty_workers_at_once(way: Way) -> None:
    failures: list[BaseException] = []
    epochs = {f"r{number}": way.start(f"r{number}") for number in range(20)}

    def work(run_id: str) -> None:
        try:
            with way.sink(run_id, epochs[run_id], pace=Pace(interval=0.002, batch=9)) as sink:
                for word in numbered(60):
                    sink.append(events.message(run_id, word))
                    if word in ("10", "40"):
                        sink.flush()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(run_id,)) for run_id in epochs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {run_id: way.words(run_id) for run_id in epochs} == dict.fromkeys(epochs, numbered(60))


def test_one_that_is_fenced_harms_no_other(way: Way) -> None:
    epochs = {f"r{number}": way.start(f"r{number}") for number in range(12)}
    stale = ["r3", "r4", "r9"]
    for run_id in stale:
        way.store.runs.claim(run_id, holder="other")
    told: dict[str, str] = {}

    def work(run_id: str) -> None:
        sink = way.sink(run_id, epochs[run_id])
        try:
            for word in numbered(30):
                sink.append(events.message(run_id, word))
            sink.close()
        except FencedError as error:
            told[run_id] = error.message.split()[1]
        finally:
            sink.close()

    threads = [threading.Thread(target=work, args=(run_id,)) for run_id in epochs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == {run_id: run_id for run_id in stale}
    assert {run_id: way.words(run_id) for run_id in epochs} == {
        run_id: [] if run_id in stale else numbered(30) for run_id in epochs
    }


@pytest.mark.parametrize("commits_first", [False, True])
def test_a_database_that_is_away_for_a_while(way: Way, commits_first: bool) -> None:
    sink = way.sink("r", way.start("r"))
    say(sink, "r", numbered(3))
    sink.flush()
    way.unsteady.calls_away = 6
    way.unsteady.commits_first = commits_first
    say(sink, "r", numbered(20, 3))
    sink.flush()
    say(sink, "r", numbered(2, 23))
    sink.close()
    way.settle()
    assert way.words("r") == numbered(25)
    assert way.unsteady.refused == 6


@pytest.mark.parametrize("way", ["host", "http"], indirect=True)
def test_a_host_keeps_events_while_the_database_is_away(way: Way) -> None:
    assert way.host is not None
    one, other = way.sink("r1", way.start("r1")), way.sink("r2", way.start("r2"))
    way.unsteady.is_away = True
    for start in range(0, 30, 10):
        say(one, "r1", numbered(10, start))
        say(other, "r2", numbered(10, start))
        one.flush()
        other.flush()
    assert way.heard == {"r1": [SPOOLED] * 30, "r2": [SPOOLED] * 30}
    assert way.words("r1") == []
    assert way.host.spooled == 60
    way.unsteady.is_away = False
    way.settle()
    say(one, "r1", numbered(1, 30))
    one.close()
    other.close()
    assert way.words("r1") == numbered(31)
    assert way.words("r2") == numbered(30)
    assert way.heard["r1"][-1] > 0


def test_an_event_that_cannot_be_encoded_is_replaced_and_said(way: Way) -> None:
    epoch = way.start("r")
    with way.sink("r", epoch, pace=Pace(interval=None)) as sink:
        say(sink, "r", numbered(6))
        sink.append(EventLogEntry(None, object(), "never", "r", 0.0))  # type: ignore[arg-type]
        say(sink, "r", numbered(6, 6))
    words = way.words("r")
    assert words[:6] + words[7:] == numbered(12)
    assert words[6].startswith("A log message could not be stored and is lost: ")
    assert words[6].endswith("It said: never")


def test_an_event_that_one_database_does_not_take_holds_up_none(way: Way) -> None:
    epoch = way.start("r")
    strange = [events.line(EventType.STEP_START, "r", step_key="with a \x00 in it")]
    large = [events.materialized("a", "r", partition="p\x00", timestamp=1.0)]
    with way.sink("r", epoch, pace=Pace(interval=None)) as sink:
        for entry in [*strange, *large]:
            say(sink, "r", ["before"])
            sink.append(entry)
            say(sink, "r", ["after"])
    assert [word for word in way.words("r") if word in ("before", "after")] == ["before", "after"] * 2
    assert len(way.words("r")) == 6
