"""What an instance answers of runs, their figures, and the log as it grows."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvalidInvocationError, InvalidSubsetError
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.storages import EventLogStorage, RunStorage, ScheduleStorage
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import RunShardedEventsCursor
from mainspring.core.records.run import RunStatus
from mainspring.core.records.run_buckets import JobBucket
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

PATIENCE = 60.0


@dg.asset
def orders() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 3})


@dg.asset(deps=[orders])
def report() -> None:
    return None


@dg.op
def one() -> int:
    return 1


@dg.op
def two() -> int:
    return 2


@dg.job(tags={"team": "core"})
def both() -> None:
    one()
    two()


@pytest.fixture
def instance():
    with Instance.ephemeral() as made:
        yield made


def test_the_figures_of_a_real_run(instance: Instance) -> None:
    result = dg.materialize([orders, report], instance=instance)
    stats = instance.get_run_stats(result.run_id)
    assert (stats.steps_succeeded, stats.steps_failed, stats.materializations) == (2, 0, 2)
    assert stats.start_time is not None
    assert stats.end_time is not None
    assert stats.start_time <= stats.end_time
    assert instance.get_stats_of_runs([result.run_id]) == {result.run_id: stats}
    steps = instance.get_run_step_stats(result.run_id)
    assert [(step.step_key, step.attempts, step.materializations) for step in steps] == [
        ("orders", 1, 1),
        ("report", 1, 1),
    ]
    assert instance.get_run_step_stats(result.run_id, ["report"]) == steps[1:]


def test_a_group_of_runs(instance: Instance) -> None:
    for run_id, parent in (("a", None), ("b", "a"), ("c", "b")):
        instance.create_run(
            job_name="j", run_id=run_id, root_run_id="a" if parent else None, parent_run_id=parent
        )
    found = instance.get_run_group("b")
    assert found is not None
    assert (found[0], [run.run_id for run in found[1]]) == ("a", ["a", "b", "c"])
    assert instance.get_run_group("nobody") is None
    assert list(instance.get_run_records_by_ids(["c", "a"])) == ["c", "a"]
    assert [run.run_id for run in instance.get_runs(bucket_by=JobBucket(["j"], 1))] == ["c"]
    assert [one.dagster_run.run_id for one in instance.get_run_records(bucket_by=JobBucket(["j"], 1))] == [
        "c"
    ]


def test_a_run_for_a_job_at_hand(instance: Instance) -> None:
    run = instance.create_run_for_job(both, tags={"more": "1"}, status="QUEUED", run_config={"ops": {}})
    assert (run.job_name, run.status, run.tags) == ("both", RunStatus.QUEUED, {"team": "core", "more": "1"})
    assert (run.op_selection, run.asset_selection, run.run_config) == (None, None, {"ops": {}})
    part = instance.create_run_for_job(both, op_selection=["two"], parent_run_id=run.run_id, run_id="p")
    assert (part.run_id, part.op_selection, part.resolved_op_selection) == ("p", ["two"], frozenset({"two"}))
    assert instance.get_run_by_id("p") == part
    of_assets = dg.Definitions([orders, report]).resolve_implicit_global_asset_job_def()
    chosen = instance.create_run_for_job(of_assets, asset_selection={AssetKey("orders")})
    assert chosen.asset_selection == {AssetKey("orders")}
    with pytest.raises(InvalidInvocationError, match="not of both"):
        instance.create_run_for_job(both, op_selection=["one"], asset_selection={AssetKey("x")})
    with pytest.raises(InvalidSubsetError):
        instance.create_run_for_job(both, op_selection=["three"])


def test_a_subscription_begins_with_what_comes(instance: Instance) -> None:
    instance.store_event(events.message("r", "old"))
    with instance.subscribe() as now, instance.subscribe(0) as all_of_it, instance.subscribe("1") as after:
        instance.store_event(events.message("r", "new"))
        assert next(now).storage_id == 2
        assert [next(all_of_it).storage_id, next(all_of_it).storage_id] == [1, 2]
        assert next(after).storage_id == 2
    place = RunShardedEventsCursor(1, datetime(2020, 1, 1, tzinfo=UTC))
    with instance.subscribe(place) as again:
        assert next(again).storage_id == 2


def test_a_subscription_can_be_narrowed(instance: Instance) -> None:
    with (
        instance.subscribe(0, types=[EventType.ASSET_OBSERVATION]) as seen,
        instance.subscribe(0, run_ids=["b"]) as of_run,
        instance.subscribe(0, asset_keys=[AssetKey("a")]) as of_asset,
    ):
        for line in (events.materialized("a", "a"), events.observed("x", "a"), events.message("b", "m")):
            instance.store_event(line)
        assert [next(one).storage_id for one in (of_asset, seen, of_run)] == [1, 2, 3]


def test_the_end_of_the_instance_ends_all_who_follow() -> None:
    instance = Instance.ephemeral()
    began, found = threading.Event(), list[object]()

    def follow() -> None:
        subscription = instance.subscribe()
        began.set()
        found.extend(subscription)

    reader = threading.Thread(target=follow)
    reader.start()
    assert began.wait(PATIENCE)
    instance.dispose()
    reader.join(PATIENCE)
    assert not reader.is_alive()
    assert found == []


def test_a_run_is_watched_from_its_first_event(instance: Instance) -> None:
    heard: list[tuple[str, str]] = []
    live: list[str] = []
    done = threading.Event()

    def hear(entry: dg.EventLogEntry, cursor: str) -> None:
        heard.append((entry.user_message, cursor))
        if len(heard) == 2:
            done.set()

    instance.store_event(events.message("r", "one"))
    instance.watch_event_logs("r", None, hear)
    instance.add_event_listener("r", lambda entry: live.append(entry.user_message))
    instance.store_event(events.message("r", "two"))
    assert done.wait(PATIENCE)
    assert (heard, live) == ([("one", "1"), ("two", "2")], ["two"])
    instance.end_watch_event_logs("r", hear)
    after = threading.Event()
    instance.watch_event_logs("r", "1", lambda _entry, _cursor: after.set())
    assert after.wait(PATIENCE)
    assert len(heard) == 2


def test_lines_of_steps(instance: Instance) -> None:
    result = dg.materialize([orders, report], instance=instance)
    found = instance.get_logs_of_steps([result.run_id], ["orders"], of_type=EventType.STEP_SUCCESS)
    assert [record.event_log_entry.step_key for record in found] == ["orders"]


def test_the_parts_of_the_store_by_other_names(instance: Instance) -> None:
    result = dg.materialize([orders], instance=instance)
    run_id = result.run_id
    of_runs, log, schedules = instance.run_storage, instance.event_log_storage, instance.schedule_storage
    assert (type(of_runs), type(log), type(schedules)) == (RunStorage, EventLogStorage, ScheduleStorage)
    assert of_runs.has_run(run_id)
    assert of_runs.get_run_ids() == [run_id]
    assert log.get_logs_for_run(run_id) == instance.all_logs(run_id)
    assert len(log.get_logs_for_run(run_id, limit=2)) == 2
    assert log.get_stats_for_run(run_id) == instance.get_run_stats(run_id)
    assert log.get_step_stats_for_run(run_id) == instance.get_run_step_stats(run_id)
    assert log.get_maximum_record_id() == instance.store.events.last_id()
    assert log.all_asset_keys() == [AssetKey("orders")]
    check = dg.AssetCheckKey(AssetKey("orders"), "c")
    assert log.get_latest_asset_check_execution_by_key([check]) == {}
    assert log.get_asset_check_execution_history(check, limit=1) == []
    assert schedules.all_instigator_state() == []
    instance.daemon_cursor_storage.set_cursor_values({"k": "v"})
    assert of_runs.get_cursor_values({"k"}) == {"k": "v"}
    with Instance.ephemeral() as empty:
        assert empty.event_log_storage.get_maximum_record_id() is None
