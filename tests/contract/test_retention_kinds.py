"""Each kind of thing goes by its age, and what is still needed stays."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import msgspec
import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.records.backfill import BulkActionStatus, PartitionBackfill
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import RunsFilter
from mainspring.core.records.instigator import InstigatorType
from mainspring.core.records.tick import TickData, TickStatus
from mainspring.core.storage.retention import RetentionPolicy, TickAge
from mainspring.core.storage.sql.retention import RETENTION_KEY, Budget, retention_preview, retention_step
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.tags import BACKFILL_TAG
from mainspring.testing import events

DAY = 86_400.0
A = AssetKey("a")


def old(clock: ManualClock, days: float = 10) -> float:
    return clock.timestamp() - days * DAY


def send(store: SqlStore, *lines: events.EventLogEntry) -> list[int]:
    return store.events.append([Sequenced(0, None, one) for one in lines])


def ended(store: SqlStore, run_id: str, time: float, *lines: events.EventLogEntry) -> None:
    if store.runs.get(run_id) is None:
        store.runs.create(events.run(run_id))
    begin = events.line(EventType.RUN_START, run_id, timestamp=time)
    send(store, begin, *lines, events.line(EventType.RUN_SUCCESS, run_id, timestamp=time))


def whole(store: SqlStore, policy: RetentionPolicy, clock: ManualClock) -> dict[str, int]:
    """A whole pass, a piece at a time."""
    removed: dict[str, int] = {}
    for _ in range(500):
        step = retention_step(store.database, policy, clock=clock, budget=Budget(seconds=0.0))
        for kind, count in step.removed.items():
            removed[kind] = removed.get(kind, 0) + count
        if step.complete:
            return removed
        assert store.kv.get([RETENTION_KEY])
    raise AssertionError("a pass ends")


def test_lines_and_engine_events(store: SqlStore, clock: ManualClock) -> None:
    time = old(clock)
    ended(
        store,
        "r",
        time,
        events.message("r", "one", timestamp=time),
        events.message("r", "young", timestamp=clock.timestamp()),
        events.line(EventType.STEP_START, "r", step_key="s", timestamp=time),
        events.line(EventType.ENGINE_EVENT, "r", timestamp=time),
        events.line(EventType.STEP_SUCCESS, "r", step_key="s", timestamp=time),
    )
    store.runs.create(events.run("busy"))
    send(
        store,
        events.line(EventType.RUN_START, "busy", timestamp=time),
        events.message("busy", "x", timestamp=time),
    )
    policy = RetentionPolicy(logs=DAY, events=DAY)
    assert retention_preview(store.database, policy, clock=clock) == {"logs": 1, "events": 1}
    assert whole(store, policy, clock) == {"logs": 1, "events": 1}
    assert len(store.events.of_run("r")) == 5
    assert len(store.events.of_run("busy")) == 2
    assert store.kv.get([RETENTION_KEY]) == {}
    assert whole(store, policy, clock) == {}


def test_runs_by_job_and_status(store: SqlStore, clock: ManualClock) -> None:
    time = old(clock)
    for run_id, job in (("a", "x"), ("b", "y"), ("c", "x")):
        store.runs.create(events.run(run_id, job_name=job, tags={"k": "v"}))
    ended(store, "a", time, events.message("a", "m"))
    ended(store, "b", time)
    send(store, events.line(EventType.RUN_START, "c", timestamp=time))
    send(store, events.line(EventType.RUN_FAILURE, "c", timestamp=time))
    policy = RetentionPolicy(runs=DAY, run_jobs=("x",), run_statuses=("SUCCESS",))
    assert whole(store, policy, clock) == {"runs": 1, "run_events": 3}
    assert {one.dagster_run.run_id for one in store.runs.find()} == {"b", "c"}
    assert store.events.of_run("a") == []
    assert store.runs.count(RunsFilter(tags={"k": "v"})) == 2
    assert whole(store, RetentionPolicy(runs=20 * DAY), clock) == {}
    assert whole(store, RetentionPolicy(runs=DAY), clock)["runs"] == 2


def test_what_a_run_made_last_stays_after_it(store: SqlStore, clock: ManualClock) -> None:
    time = old(clock)
    steps = [events.line(EventType.STEP_START, "r", step_key=f"s{n}", timestamp=time) for n in range(30)]
    ended(store, "r", time, *steps, *(events.materialized("a", "r", partition=p) for p in "ppq"))
    before = (store.assets.records([A]), store.partitions.states(A))
    removed = whole(store, RetentionPolicy(runs=DAY), clock)
    assert removed == {"runs": 1, "run_events": 2 + 30 + 1}
    assert (store.assets.records([A]), store.partitions.states(A)) == before
    assert len(store.events.of_run("r")) == 2
    with store.database.read() as cursor:
        cursor.execute("SELECT COUNT(*) FROM run_steps")
        assert cursor.fetchone()[0] == 0


def test_groups_and_backfills_in_progress_keep_their_runs(store: SqlStore, clock: ManualClock) -> None:
    time = old(clock)
    again = msgspec.structs.replace(events.run("again"), root_run_id="root", parent_run_id="root")
    store.runs.create(events.run("root"))
    store.runs.create(again)
    store.runs.create(events.run("part", tags={BACKFILL_TAG: "b"}))
    store.backfills.add(
        PartitionBackfill(backfill_id="b", status=BulkActionStatus.REQUESTED, backfill_timestamp=time)
    )
    for run_id in ("root", "part"):
        ended(store, run_id, time)
    policy = RetentionPolicy(runs=DAY, backfills=DAY)
    assert whole(store, policy, clock) == {}
    ended(store, "again", time)
    found = store.backfills.get("b")
    assert found is not None
    done = found.with_status(BulkActionStatus.COMPLETED_SUCCESS).with_end_timestamp(time)
    store.backfills.update(done)
    removed = whole(store, policy, clock)
    assert (removed["runs"], removed["backfills"]) == (3, 1)
    assert store.backfills.get("b") is None


def test_ticks_by_kind_and_status(store: SqlStore, clock: ManualClock) -> None:
    time = old(clock)
    for number in range(6):
        data = TickData(
            selector_id="s",
            instigator_name="s",
            instigator_type=InstigatorType.SENSOR,
            status=TickStatus.SKIPPED if number % 2 else TickStatus.SUCCESS,
            timestamp=time + number,
        )
        store.ticks.create(data)
    policy = RetentionPolicy(ticks=(TickAge("SENSOR", "SKIPPED", DAY), TickAge("SCHEDULE", "SKIPPED", DAY)))
    assert retention_preview(store.database, policy, clock=clock) == {"ticks": 2}
    assert whole(store, policy, clock) == {"ticks": 2}  # the newest of an instigator stays


def test_captured_output_goes_once(store: SqlStore, clock: ManualClock) -> None:
    for number in range(3):
        ended(store, f"r{number}", clock.timestamp())
        clock.advance(DAY)
    told: list[Sequence[str]] = []

    def remove(run_ids: Sequence[str]) -> None:
        told.append(list(run_ids))

    policy = RetentionPolicy(compute_logs=1.5 * DAY)
    assert retention_preview(store.database, policy, clock=clock) == {"compute_logs": 2}
    for _ in range(3):
        while not retention_step(store.database, policy, clock=clock, remove_output=remove).complete:
            pass
    assert sorted(one for run_ids in told for one in run_ids) == ["r0", "r1"]


def test_history_and_wiped_events(store: SqlStore, clock: ManualClock) -> None:
    time = old(clock)
    send(store, *(events.materialized("a", timestamp=time) for _ in range(3)))
    send(store, events.materialized("a", "r", timestamp=time))
    send(store, *(events.check_evaluated("a", "c", "r", timestamp=time) for _ in range(3)))
    assert whole(store, RetentionPolicy(asset_events=DAY, checks=DAY), clock) == {
        "asset_events": 3,
        "checks": 2,
    }
    store.assets.wipe([A], timestamp=time)
    assert whole(store, RetentionPolicy(wiped=20 * DAY), clock) == {}
    assert whole(store, RetentionPolicy(wiped=DAY), clock) == {"wiped": 2}
    assert not store.assets.known(A)


@pytest.mark.parametrize("calls", range(1, 12))
def test_a_pass_that_is_cut_anywhere_is_finished(store: SqlStore, clock: ManualClock, calls: int) -> None:
    time = old(clock)
    for number in range(3):
        ended(
            store,
            f"r{number}",
            time,
            events.planned("a", f"r{number}", partition="p", timestamp=time),
            events.materialized("a", f"r{number}", partition="p", timestamp=time),
            events.message(f"r{number}", "x", timestamp=time),
        )
    before = store.assets.records([A])
    policy = RetentionPolicy(logs=DAY, asset_events=DAY, runs=DAY)

    class PowerCutError(Exception):
        pass

    left = calls

    class Cut(ManualClock):
        def sleep(self, seconds: float) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise PowerCutError
            super().sleep(seconds)

    with suppress(PowerCutError):  # a pass may be complete before
        while not retention_step(
            store.database, policy, clock=Cut(clock.now()), budget=Budget(seconds=0.0)
        ).complete:
            pass
    whole(store, policy, clock)
    assert store.runs.count() == 0
    assert store.assets.records([A]) == before
    with store.database.read() as cursor:
        cursor.execute("SELECT event_type FROM events ORDER BY id")
        left_over = [row[0] for row in cursor.fetchall()]
    assert left_over == [
        "ASSET_MATERIALIZATION_PLANNED",
        "ASSET_MATERIALIZATION",
        EventType.RUN_SUCCESS.value,
    ]
