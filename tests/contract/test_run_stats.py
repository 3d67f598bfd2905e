"""The figures of runs and steps: from events in any batches, whatever came late or twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.clock import ManualClock
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.event_data import EngineEventData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run_stats import RunStats, StepMarker, StepStats, StepStatus
from mainspring.core.storage.sql.store import SqlStore, memory_store
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

START, SUCCESS, FAILURE = EventType.STEP_START, EventType.STEP_SUCCESS, EventType.STEP_FAILURE
RETRY, AGAIN, SKIPPED = EventType.STEP_UP_FOR_RETRY, EventType.STEP_RESTARTED, EventType.STEP_SKIPPED


def step(kind: EventType, key: str, timestamp: float, run_id: str = "r") -> EventLogEntry:
    return events.line(kind, run_id, step_key=key, timestamp=timestamp)


def tell(store: SqlStore, *entries: EventLogEntry) -> None:
    store.events.append([Sequenced(0, None, entry) for entry in entries])


def marker(key: str, timestamp: float, *, begins: bool) -> EventLogEntry:
    data = EngineEventData(marker_start="process") if begins else EngineEventData(marker_end="process")
    return events.line(EventType.ENGINE_EVENT, "r", step_key=key, timestamp=timestamp, data=data)


def test_a_run_from_its_queue_to_its_end(store: SqlStore) -> None:
    lines = [
        events.line(EventType.RUN_ENQUEUED, "r", timestamp=1),
        events.line(EventType.RUN_DEQUEUED, "r", timestamp=2),
        events.line(EventType.RUN_STARTING, "r", timestamp=3),
        events.line(EventType.RUN_START, "r", timestamp=4),
        step(START, "a", 5),
        events.materialized("a", "r", timestamp=6),
        events.check_evaluated("a", "c", "r", timestamp=6),
        events.line(EventType.STEP_EXPECTATION_RESULT, "r", step_key="a", timestamp=6),
        step(SUCCESS, "a", 7),
        step(START, "b", 5),
        step(FAILURE, "b", 8),
        step(SKIPPED, "c", 8),
        events.line(EventType.RUN_FAILURE, "r", timestamp=9),
    ]
    store.runs.start(events.run("r"), holder="x", events=lines)
    assert store.run_stats.of_runs(["r", "nobody"]) == {
        "r": RunStats(
            run_id="r",
            steps_succeeded=1,
            steps_failed=1,
            materializations=1,
            expectations=1,
            enqueued_time=1,
            launch_time=3,
            start_time=4,
            end_time=9,
        ),
        "nobody": RunStats(run_id="nobody"),
    }
    a, b, c = store.run_stats.steps_of_run("r")
    assert a == StepStats(
        run_id="r",
        step_key="a",
        status=StepStatus.SUCCESS,
        attempts=1,
        start_time=5,
        end_time=7,
        attempts_list=[StepMarker(5, 7)],
        materializations=1,
        expectations=1,
    )
    assert (b.status, b.attempts_list) == (StepStatus.FAILURE, [StepMarker(5, 8)])
    assert (c.step_key, c.status, c.attempts, c.start_time, c.end_time) == (
        "c",
        StepStatus.SKIPPED,
        0,
        None,
        8,
    )
    assert [one.step_key for one in store.run_stats.steps_of_run("r", ["c", "a"])] == ["a", "c"]


def test_tries_have_a_span_each(store: SqlStore) -> None:
    told = [(START, 1), (RETRY, 2), (AGAIN, 5), (RETRY, 6), (AGAIN, 9)]
    store.runs.start(events.run("r"), holder="x", events=[step(kind, "a", when) for kind, when in told])
    (one,) = store.run_stats.steps_of_run("r")
    assert (one.status, one.attempts, one.start_time, one.end_time) == (StepStatus.IN_PROGRESS, 3, 1, None)
    assert one.attempts_list == [StepMarker(1, 2), StepMarker(5, 6), StepMarker(9)]
    tell(store, step(FAILURE, "a", 11))
    (one,) = store.run_stats.steps_of_run("r")
    assert (one.status, one.end_time, one.attempts_list[-1]) == (StepStatus.FAILURE, 11, StepMarker(9, 11))


def test_a_step_begun_anew_by_another_worker_counts_twice(store: SqlStore) -> None:
    first = store.runs.start(events.run("r"), holder="one")
    store.events.append([Sequenced(first, 1, step(START, "a", 1))])
    second = store.runs.claim("r", holder="two")
    store.events.append(
        [Sequenced(second, 1, step(START, "a", 4)), Sequenced(second, 2, step(SUCCESS, "a", 6))]
    )
    (one,) = store.run_stats.steps_of_run("r")
    assert (one.attempts, one.start_time, one.end_time) == (2, 1, 6)
    assert one.attempts_list == [StepMarker(1), StepMarker(4, 6)]


def test_a_resend_counts_once(store: SqlStore) -> None:
    epoch = store.runs.start(events.run("r"), holder="x")
    lines = [step(START, "a", 1), events.materialized("a", "r", timestamp=2), step(SUCCESS, "a", 3)]
    batch = [Sequenced(epoch, seq, line) for seq, line in enumerate(lines, 1)]
    for sent in (batch[:2], batch, batch):
        store.events.append(sent)
    (one,) = store.run_stats.steps_of_run("r")
    assert (one.attempts, one.materializations, one.attempts_list) == (1, 1, [StepMarker(1, 3)])
    assert store.run_stats.of_runs(["r"])["r"].materializations == 1


def test_what_comes_after_the_end_counts_for_nothing(store: SqlStore) -> None:
    store.runs.start(events.run("r"), holder="x", events=[step(START, "a", 1), step(RETRY, "a", 2)])
    tell(store, step(AGAIN, "a", 3), events.line(EventType.RUN_CANCELED, "r", timestamp=4))
    before = (store.run_stats.of_runs(["r"]), store.run_stats.steps_of_run("r"))
    late = events.line(EventType.STEP_EXPECTATION_RESULT, "r", step_key="a", timestamp=5)
    tell(store, step(SUCCESS, "a", 5), events.materialized("a", "r"), late, marker("a", 6, begins=True))
    assert (store.run_stats.of_runs(["r"]), store.run_stats.steps_of_run("r")) == before


def test_markers_are_spans_of_a_step(store: SqlStore) -> None:
    tell(store, marker("a", 1, begins=True), step(START, "a", 2), marker("a", 3, begins=False))
    (one,) = store.run_stats.steps_of_run("r")
    assert one.markers == [StepMarker(1, 3, "process")]


def test_a_deleted_run_has_no_figures(store: SqlStore) -> None:
    store.runs.start(events.run("r"), holder="x", events=[step(START, "a", 1), events.materialized("a", "r")])
    store.runs.delete("r")
    assert store.run_stats.steps_of_run("r") == []
    assert store.run_stats.of_runs(["r"]) == {"r": RunStats(run_id="r")}


def test_many_runs_take_as_many_statements_as_one(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        lines = [step(START, "a", 1, f"r{number}"), step(SUCCESS, "a", 2, f"r{number}")]
        store.runs.start(events.run(f"r{number}"), holder="x", events=lines)
    told = _counted(store, monkeypatch)
    found = store.run_stats.of_runs([f"r{number}" for number in range(50)])
    assert len(told) == 3
    assert {one.steps_succeeded for one in found.values()} == {1}
    told.clear()
    store.run_stats.of_runs(["r1"])
    assert len(told) == 3


def test_a_status_of_a_newer_version_says_nothing(store: SqlStore) -> None:
    tell(store, step(START, "a", 1))
    with store.database.write() as cursor:
        cursor.execute("UPDATE run_steps SET status = 'DREAMING'")
    (one,) = store.run_stats.steps_of_run("r")
    assert (one.status, one.attempts) == (None, 1)


HISTORY = [
    events.line(EventType.RUN_START, "r", timestamp=0),
    step(START, "a", 1),
    step(START, "b", 1),
    step(RETRY, "a", 2),
    events.materialized("b", "r", timestamp=2),
    step(SUCCESS, "b", 3),
    step(AGAIN, "a", 4),
    step(FAILURE, "a", 5),
    step(SKIPPED, "c", 5),
    step(START, "a", 6),
    step(SUCCESS, "a", 7),
    events.line(EventType.RUN_SUCCESS, "r", timestamp=8),
    step(START, "late", 9),
    step(FAILURE, "b", 9),
]


def _steps(cuts: set[int]) -> tuple[list[Any], list[StepStats], RunStats]:
    with _memory() as store:
        epoch = store.runs.start(events.run("r"), holder="x")
        lines = [Sequenced(epoch, seq, line) for seq, line in enumerate(HISTORY, 1)]
        places = [0, *sorted(cuts), len(lines)]
        for begin, end in pairwise(places):
            store.events.append(lines[begin:end])
        with store.database.read() as cursor:
            cursor.execute("SELECT * FROM run_steps ORDER BY step_key")
            rows = cursor.fetchall()
        return rows, store.run_stats.steps_of_run("r"), store.run_stats.of_runs(["r"])["r"]


@given(st.sets(st.integers(1, len(HISTORY) - 1)))
def test_batches_may_be_cut_anywhere(cuts: set[int]) -> None:
    assert _steps(cuts) == _steps(set())


@contextmanager
def _memory() -> Iterator[SqlStore]:
    store = memory_store(clock=ManualClock(datetime(2026, 1, 1, tzinfo=UTC)))
    yield store
    store.close()


def _counted(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that are run from now on."""
    told: list[str] = []
    read = store.database.read

    class Counting:
        def __init__(self, cursor: Any) -> None:
            self._cursor = cursor

        def __getattr__(self, name: str) -> Any:
            return getattr(self._cursor, name)

        def execute(self, statement: str, *parameters: Any) -> Any:
            told.append(statement)
            return self._cursor.execute(statement, *parameters)

    @contextmanager
    def counting() -> Iterator[Any]:
        with read() as cursor:
            yield Counting(cursor)

    monkeypatch.setattr(store.database, "read", counting)
    return told
