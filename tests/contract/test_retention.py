"""P14: whatever is recorded and whatever goes, what is the latest of anything stays, and replay agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mainspring.core.base.clock import ManualClock
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.retention import RetentionPolicy
from mainspring.core.storage.sql import replay
from mainspring.core.storage.sql.retention import retention_preview, retention_step
from mainspring.core.storage.sql.retention.passing import Budget
from mainspring.core.storage.sql.store import SqlStore, memory_store, postgres_store, sqlite_store
from mainspring.core.storage.sql.verify_runs import differing_runs
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events
from tools.postgres_server import PostgresServer

NAMES = ("a", "b")
KEYS = st.sampled_from(NAMES)
PARTITIONS = st.sampled_from([None, "p", "q"])
RUN_IDS = ("r1", "r2", "r3", "r4", "r5", "r6")
RUNS = st.sampled_from([*RUN_IDS, ""])
STATUS_KINDS = st.sampled_from(
    [EventType.RUN_START, EventType.RUN_SUCCESS, EventType.RUN_FAILURE, EventType.RUN_CANCELED]
)
WORDS = st.sampled_from(
    [
        "materialized",
        "observed",
        "planned",
        "failed",
        "check",
        "check_planned",
        "message",
        "step",
        "step_status",
    ]
)
MADE = st.tuples(WORDS, KEYS, RUNS, PARTITIONS)
AGES = st.none() | st.integers(0, 40)


def entry(made: tuple[str, str, str, str | None], time: float) -> EventLogEntry:
    kind, key, run_id, partition = made
    if kind == "check":
        return events.check_evaluated(key, "c", run_id, partition=partition, timestamp=time)
    if kind == "check_planned":
        return events.check_planned(key, "c", run_id, timestamp=time)
    if kind == "message":
        return events.message(run_id, "hello", timestamp=time)
    if kind == "step":
        return events.line(EventType.STEP_OUTPUT, run_id, timestamp=time)
    if kind == "step_status":
        done = EventType.STEP_SUCCESS if partition else EventType.STEP_START
        return events.line(done, run_id, step_key=key, timestamp=time)
    return getattr(events, kind)(key, run_id, partition=partition, timestamp=time)


class Retention(RuleBasedStateMachine):
    def __init__(self, make: Callable[[ManualClock], SqlStore]) -> None:
        super().__init__()
        self.clock = ManualClock(datetime(1970, 1, 1, tzinfo=UTC))
        self.store = make(self.clock)
        self.no_undo_before = 0.0
        self.gone: set[str] = set()

    def teardown(self) -> None:
        self.store.close()

    def time(self) -> float:
        self.clock.advance(1)
        return self.clock.timestamp()

    def send(self, *lines: EventLogEntry) -> None:
        """A run that went with its age has ended long ago: nobody writes for it any more."""
        self.store.events.append([Sequenced(0, None, one) for one in lines if one.run_id not in self.gone])

    @initialize()
    def some_runs(self) -> None:
        for run_id in RUN_IDS[:2]:
            self.store.runs.create(events.run(run_id))

    @rule(run_id=st.sampled_from(RUN_IDS))
    def create(self, run_id: str) -> None:
        if self.store.runs.get(run_id) is None and run_id not in self.gone:
            self.store.runs.create(events.run(run_id))

    @rule(made=st.lists(MADE, min_size=1, max_size=6))
    def append(self, made: list[tuple[str, str, str, str | None]]) -> None:
        self.send(*(entry(one, self.time()) for one in made))

    @rule(run_id=st.sampled_from(RUN_IDS), kind=STATUS_KINDS)
    def change_status(self, run_id: str, kind: EventType) -> None:
        self.send(events.line(kind, run_id, timestamp=self.time()))

    @rule(key=KEYS, partition=st.sampled_from(["p", "q"]), run_id=st.sampled_from(RUN_IDS))
    def fail_what_was_planned(self, key: str, partition: str, run_id: str) -> None:
        self.send(events.planned(key, run_id, partition=partition, timestamp=self.time()))
        self.send(events.line(EventType.RUN_FAILURE, run_id, timestamp=self.time()))

    @rule(key=KEYS)
    def wipe(self, key: str) -> None:
        self.store.assets.wipe([AssetKey(key)], timestamp=self.time())

    @rule(key=KEYS, partitions=st.lists(st.sampled_from(["p", "q"]), min_size=1, max_size=2, unique=True))
    def wipe_partitions(self, key: str, partitions: list[str]) -> None:
        self.store.assets.wipe_partitions(AssetKey(key), partitions, timestamp=self.time())

    @rule(key=KEYS, number=st.integers(0, 9))
    def take_back(self, key: str, number: int) -> None:
        """Wipes may be taken back until their events go."""
        wanted = EventRecordsFilter(EventType.ASSET_WIPED, asset_key=AssetKey(key))
        wipes = [
            one.storage_id
            for one in self.store.events.of_type(wanted)
            if one.timestamp >= self.no_undo_before
        ]
        if wipes:
            self.send(events.wipe_undone(key, [wipes[number % len(wipes)]], timestamp=self.time()))

    @rule(run_id=st.sampled_from(RUN_IDS))
    def delete(self, run_id: str) -> None:
        self.store.runs.delete(run_id)

    @rule(
        ages=st.fixed_dictionaries(
            {name: AGES for name in ("logs", "events", "asset_events", "checks", "wiped", "runs")}
        )
    )
    def retain(self, ages: dict[str, int | None]) -> None:
        policy = RetentionPolicy(**{name: None if age is None else float(age) for name, age in ages.items()})
        before, busy, runs = self.latest(), self.of_runs_in_progress(), self.known_runs()
        previewed = dict(retention_preview(self.store.database, policy, clock=self.clock))
        removed: dict[str, int] = {}
        calls = 0
        while True:
            calls += 1
            step = retention_step(
                self.store.database,
                policy,
                clock=self.clock,
                budget=Budget(seconds=0.0 if calls % 2 else 1.0),
            )
            for kind, count in step.removed.items():
                removed[kind] = removed.get(kind, 0) + count
            if step.complete:
                break
            assert calls < 200
        if policy.wiped is not None:
            self.no_undo_before = max(self.no_undo_before, self.clock.timestamp() + 1 - policy.wiped)
        self.gone |= runs - self.known_runs()
        assert self.latest() == before
        assert self.of_runs_in_progress() == busy
        # the time that goes by while it is removed makes more of it old
        counted = ("runs", "logs", "wiped") if policy.runs is None else ("runs",)
        assert all(removed.get(kind, 0) >= previewed.get(kind, 0) for kind in counted)
        self.time()  # an end of time for what has that very time

    def latest(self) -> object:
        with self.store.database.read() as cursor:
            found = [rows(cursor, text) for text in LATEST]
        keys = [AssetKey(name) for name in NAMES]
        return found, self.store.assets.records(keys), self.store.assets.latest_materializations(keys)

    def known_runs(self) -> set[str]:
        return {record.dagster_run.run_id for record in self.store.runs.find()}

    def of_runs_in_progress(self) -> object:
        with self.store.database.read() as cursor:
            return rows(cursor, IN_PROGRESS)

    @invariant()
    def stored_state_is_what_the_log_says(self) -> None:
        with self.store.database.read() as cursor:
            for name in NAMES:
                asset = stored_key(AssetKey(name))
                assert plain(replay.stored(cursor, asset)) == plain(replay.replayed(cursor, asset))

    @invariant()
    def runs_and_steps_are_what_the_log_says(self) -> None:
        with self.store.database.read() as cursor:
            assert differing_runs(cursor, after=0, limit=100).findings == {}

    @invariant()
    def all_that_is_pointed_to_is_there(self) -> None:
        with self.store.database.read() as cursor:
            for table, columns in POINTERS.items():
                for column in columns:
                    text = (
                        f"SELECT COUNT(*) FROM {table} t WHERE t.{column} > 0"
                        f" AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = t.{column})"
                    )
                    cursor.execute(text)
                    assert cursor.fetchone()[0] == 0, (table, column)


POINTERS = {
    "assets": (
        "materialization_id",
        "observation_id",
        "planned_id",
        "failed_id",
        "last_event_id",
        "wiped_id",
    ),
    "asset_partitions": ("materialization_id", "observation_id", "planned_id", "failed_id", "wiped_id"),
    "check_executions": ("planned_id", "evaluation_id"),
}
LATEST = (
    "SELECT * FROM assets ORDER BY asset_key",
    "SELECT * FROM asset_partitions ORDER BY asset_key, partition",
    "SELECT * FROM check_executions WHERE id IN"
    " (SELECT MAX(id) FROM check_executions GROUP BY asset_key, check_name, partition) ORDER BY id",
    "SELECT * FROM check_executions WHERE id IN (SELECT MAX(id) FROM check_executions"
    " WHERE evaluation_id IS NOT NULL GROUP BY asset_key, check_name, partition) ORDER BY id",
)
IN_PROGRESS = (
    "SELECT e.id FROM events e JOIN runs r ON r.run_id = e.run_id"
    " WHERE r.status NOT IN ('SUCCESS', 'FAILURE', 'CANCELED') ORDER BY e.id"
)


def rows(cursor: Any, text: str) -> list[tuple[Any, ...]]:
    cursor.execute(text)
    return cursor.fetchall()


def plain(state: replay.AssetState) -> object:
    """Rows that say nothing are as good as no rows."""

    def said(one: Any) -> dict[str, object]:
        return {
            name: getattr(one, name)
            for name in one.__dataclass_fields__
            if getattr(one, name) not in (None, False, 0)
        }

    partitions = {name: said(one) for name, one in state.partitions.items() if said(one)}
    return said(state.asset), partitions, [said(check) for check in state.checks]


def test_in_memory() -> None:
    run_state_machine_as_test(
        lambda: Retention(lambda clock: memory_store(clock=clock)),
        settings=settings(max_examples=100, stateful_step_count=30, deadline=None),
    )


@pytest.mark.slow
def test_in_a_file(tmp_path: Path) -> None:
    numbers = iter(range(10**6))
    run_state_machine_as_test(
        lambda: Retention(lambda clock: sqlite_store(tmp_path / str(next(numbers)), clock=clock)),
        settings=settings(max_examples=15, stateful_step_count=25, deadline=None),
    )


@pytest.mark.slow
def test_on_a_server(postgres_server: PostgresServer) -> None:
    def make(clock: ManualClock) -> SqlStore:
        return postgres_store(postgres_server.new_schema(), clock=clock, database_time=clock.timestamp)

    run_state_machine_as_test(
        lambda: Retention(make), settings=settings(max_examples=15, stateful_step_count=25, deadline=None)
    )
