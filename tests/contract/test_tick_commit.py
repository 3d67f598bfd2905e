"""A tick is one transaction, and exactly one."""

from __future__ import annotations

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import FencedError, InvariantViolationError
from mainspring.core.partitions.dynamic import AddDynamicPartitionsRequest, DeleteDynamicPartitionsRequest
from mainspring.core.records.event_type import EventType
from mainspring.core.records.instigator import InstigatorState, InstigatorType, SensorInstigatorData
from mainspring.core.records.run import RunStatus
from mainspring.core.records.tick import DynamicPartitionsRequestResult, TickData, TickStatus
from mainspring.core.storage.sql import tick_commit
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.tick_store import CursorMove, Submission, TickCommit, TickPage
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

SENSOR = InstigatorState(name="inbox", instigator_type=InstigatorType.SENSOR, location="shop")
REF = SENSOR.selector_id


def tick(timestamp: float, status: TickStatus = TickStatus.SUCCESS, **more: object) -> TickData:
    return TickData(
        selector_id=REF,
        instigator_name="inbox",
        instigator_type=InstigatorType.SENSOR,
        timestamp=timestamp,
        status=status,
        **more,  # type: ignore[arg-type]
    )


def asks(run_id: str, key: str) -> Submission:
    return Submission(
        events.run(run_id, tags={"k": key}), key, [events.line(EventType.RUN_ENQUEUED, run_id, timestamp=5)]
    )


def whole(timestamp: float = 1, *, was: str | None = None, to: str | None = "c1") -> TickCommit:
    return TickCommit(
        tick(timestamp, end_timestamp=timestamp + 1, cursor=to),
        [asks("r1", "inbox:1"), asks("r2", "inbox:2")],
        CursorMove(was, to),
        SensorInstigatorData(last_run_key="2", last_tick_timestamp=timestamp),
        [AddDynamicPartitionsRequest("d", ["x", "y"]), DeleteDynamicPartitionsRequest("d", ["x", "z"])],
        "shop",
        [events.materialized("a", timestamp=7)],
    )


def state(store: SqlStore) -> dict[str, object]:
    """All that a commit may change."""
    instigator = store.instigators.get(REF)
    assert instigator is not None
    return {
        "cursor": instigator.cursor,
        "data": instigator.instigator_data,
        "runs": [(one.dagster_run.run_id, one.dagster_run.status) for one in store.runs.find(ascending=True)],
        "keys": store.dynamic_partitions.get("d", location="shop"),
        "events": store.events.last_id(),
        "assets": store.assets.known_keys(),
        "ticks": [(one.timestamp, one.status, one.run_ids) for one in store.ticks.find(REF, TickPage())],
    }


def test_all_of_a_tick_is_stored_at_once(store: SqlStore) -> None:
    store.instigators.add(SENSOR)
    opened, _ = store.ticks.create(tick(1, TickStatus.STARTED))
    done = store.ticks.commit(whole())
    assert (done.run_ids, done.new_run_ids, done.is_new) == (["r1", "r2"], ["r1", "r2"], True)
    assert done.tick.tick_id == opened.tick_id
    assert done.tick.tick_data.dynamic_partitions_request_results == [
        DynamicPartitionsRequestResult(partitions_def_name="d", added_partitions=["x", "y"]),
        DynamicPartitionsRequestResult(
            partitions_def_name="d", deleted_partitions=["x"], skipped_partitions=["z"]
        ),
    ]
    assert store.ticks.find(REF, TickPage()) == [done.tick]
    assert state(store) == {
        "cursor": "c1",
        "data": SensorInstigatorData(last_run_key="2", last_tick_timestamp=1, cursor="c1"),
        "runs": [("r1", RunStatus.QUEUED), ("r2", RunStatus.QUEUED)],
        "keys": ["y"],
        "events": 3,
        "assets": [AssetKey("a")],
        "ticks": [(1, TickStatus.SUCCESS, ["r1", "r2"])],
    }


def test_the_same_commit_again_changes_nothing(store: SqlStore) -> None:
    store.instigators.add(SENSOR)
    first = store.ticks.commit(whole())
    before = state(store)
    again = store.ticks.commit(whole())
    assert again == (first.tick, ["r1", "r2"], [], False)
    assert state(store) == before


def test_a_request_is_one_run_whichever_tick_asks(store: SqlStore) -> None:
    store.instigators.add(SENSOR)
    store.ticks.commit(TickCommit(tick(1), [asks("r1", "inbox:1")]))
    done = store.ticks.commit(TickCommit(tick(2), [asks("other", "inbox:1"), asks("r3", "inbox:3")]))
    assert (done.run_ids, done.new_run_ids) == (["r1", "r3"], ["r3"])
    assert done.tick.run_ids == ["r1", "r3"]
    assert [len(store.events.of_run(one)) for one in ("r1", "other", "r3")] == [1, 0, 1]
    same_twice = store.ticks.commit(TickCommit(tick(3), [asks("r4", "inbox:4"), asks("r5", "inbox:4")]))
    assert (same_twice.run_ids, same_twice.new_run_ids) == (["r4", "r4"], ["r4"])


def test_a_tick_evaluated_from_an_old_cursor_is_refused_whole(store: SqlStore) -> None:
    store.instigators.add(SENSOR)
    store.ticks.commit(TickCommit(tick(1), cursor=CursorMove(None, "c5")))
    before = state(store)
    with pytest.raises(FencedError, match=r"The cursor of sensor:inbox@shop is 'c5', no longer None"):
        store.ticks.commit(whole(2))
    assert state(store) == before
    assert store.ticks.commit(whole(2, was="c5", to="c6")).is_new


@pytest.mark.parametrize(
    "step", ["_move_on", "_change_keys", "_submit", "append", "_record"], ids=lambda step: step.strip("_")
)
def test_a_crash_at_any_step_leaves_nothing(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store.instigators.add(SENSOR)
    before = state(store)
    real = getattr(tick_commit, step)

    def crash(*given: object) -> None:
        real(*given)
        raise RuntimeError("the power is out")

    with monkeypatch.context() as patched:
        patched.setattr(tick_commit, step, crash)
        with pytest.raises(RuntimeError):
            store.ticks.commit(whole())
    assert state(store) == before
    assert store.ticks.commit(whole()).new_run_ids == ["r1", "r2"]


def test_a_daemon_that_lost_its_lease_commits_nothing(store: SqlStore, clock: ManualClock) -> None:
    store.instigators.add(SENSOR)
    mine = store.leases.acquire("ticks", "one", seconds=10)
    assert store.ticks.commit(whole()._replace(lease=mine)).is_new
    clock.advance(11)
    late = whole(2, was="c1", to="c2")._replace(lease=mine)
    assert store.ticks.commit(late._replace(tick=tick(3))).is_new  # lapsed, but nobody took it
    theirs = store.leases.acquire("ticks", "two", seconds=10)
    before = state(store)
    with pytest.raises(FencedError, match="one no longer holds the lease 'ticks' of epoch 1"):
        store.ticks.commit(whole(2, was="c2", to="c3")._replace(lease=mine))
    assert state(store) == before
    assert store.ticks.commit(whole(2, was="c2", to="c3")._replace(lease=theirs)).is_new


def test_what_makes_no_sense_is_refused(store: SqlStore) -> None:
    with pytest.raises(InvariantViolationError, match="still open"):
        store.ticks.commit(TickCommit(tick(1, TickStatus.STARTED)))
    with pytest.raises(InvariantViolationError, match="no instigator sensor:inbox@shop"):
        store.ticks.commit(whole())
    store.instigators.add(SENSOR)
    store.runs.create(events.run("r2"))
    before = state(store)
    with pytest.raises(InvariantViolationError, match=r"a run with the id r2 already.*'inbox:2'"):
        store.ticks.commit(whole())
    assert state(store) == before
    with pytest.raises(InvariantViolationError, match=r"a run with the id r9 already.*'two'"):
        store.ticks.commit(TickCommit(tick(1), [asks("r9", "one"), asks("r9", "two")]))
    assert state(store) == before


def test_a_tick_that_comes_to_nothing_needs_no_instigator(store: SqlStore) -> None:
    skipped = tick(1, TickStatus.SKIPPED, skip_reason="no new files")
    done = store.ticks.commit(TickCommit(skipped))
    assert (done.tick.tick_data, done.run_ids) == (skipped, [])
    assert store.ticks.open([InstigatorType.SENSOR]) == []
