"""Runs through the public instance, on every store: order, pages, filters, tags, figures, groups, ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

import mainspring as dg
from mainspring.core.records.run_buckets import JobBucket, TagBucket


@dg.op
def one(context) -> int:
    context.log_event(dg.AssetMaterialization("side"))
    return 1


@dg.op
def broken() -> None:
    raise ValueError("broken")


@dg.job(tags={"team": "data"})
def fine():
    one()


@dg.job
def failing():
    one()
    broken()


@pytest.fixture
def instance(each_instance):
    return each_instance


@pytest.fixture
def ran(instance) -> list[str]:
    """Three runs of one job and a fourth, which fails, of another; the ids in the order of the runs."""
    ids = [fine.execute_in_process(instance=instance, tags={"n": str(n)}).run_id for n in range(3)]
    return [*ids, failing.execute_in_process(instance=instance, raise_on_error=False).run_id]


@pytest.fixture
def places(ran):
    """The numbers of runs, records of runs or ids of runs."""

    def places(found):
        names = [getattr(getattr(one, "dagster_run", one), "run_id", one) for one in found]
        return [ran.index(name) for name in names]

    return places


def test_newest_first_and_a_page_goes_on_behind_a_run(instance, ran, places) -> None:
    assert places(instance.get_run_records()) == [3, 2, 1, 0]
    assert places(instance.get_run_records(ascending=True)) == [0, 1, 2, 3]
    assert places(instance.get_run_records(limit=2)) == [3, 2]
    assert places(instance.get_run_records(cursor=ran[2])) == [1, 0]
    assert places(instance.get_run_records(cursor=ran[1], ascending=True)) == [2, 3]
    assert places(instance.get_run_records(cursor="nobody")) == []
    assert places(instance.get_runs(cursor=ran[3], limit=1)) == [2]
    assert places(instance.get_run_ids(limit=2)) == [3, 2]
    for order in ("start_time", "end_time", "update_timestamp", "create_timestamp"):
        assert places(instance.get_run_records(order_by=order, ascending=True)) == [0, 1, 2, 3]
    with pytest.raises(dg.DagsterInvariantViolationError, match="cannot be ordered by 'size'"):
        instance.get_run_records(order_by="size")


def test_filters_take_what_fits_all_their_fields(instance, ran, places) -> None:
    def found(**given):
        wanted = dg.RunsFilter(**given)
        listed = places(instance.get_run_records(wanted))
        assert instance.get_runs_count(wanted) == len(listed)
        assert places(instance.get_runs(wanted)) == places(instance.get_run_ids(wanted)) == listed
        return listed

    second = instance.get_run_record_by_id(ran[1])
    assert found(job_name="fine") == [2, 1, 0]
    assert found(statuses=[dg.DagsterRunStatus.FAILURE]) == [3]
    assert found(tags={"n": ["0", "2"], "team": "data"}) == [2, 0]
    assert found(run_ids=[ran[3], ran[0]], job_name="fine") == [0]
    assert found(created_after=second.create_timestamp) == [3, 2]
    assert found(created_before=second.create_timestamp) == [0]
    assert found(updated_after=second.update_timestamp) == [3, 2]
    assert found(updated_before=second.update_timestamp) == [0]
    assert (found(run_ids=[]), found(statuses=[]), found(tags={"n": []})) == ([], [], [])


def test_many_runs_are_read_at_once(instance, ran) -> None:
    records = instance.get_run_records_by_ids([ran[2], "nobody", ran[0]])
    assert [(name, record.dagster_run.run_id) for name, record in records.items()] == [
        (ran[2], ran[2]),
        (ran[0], ran[0]),
    ]
    stats = instance.get_stats_of_runs(ran)
    assert [stats[name] for name in ran] == [instance.get_run_stats(name) for name in ran]


def test_the_newest_of_each_job_and_of_each_value_of_a_tag(instance, ran, places) -> None:
    assert sorted(places(instance.get_runs(bucket_by=JobBucket(["fine", "failing", "none"], 1)))) == [2, 3]
    assert sorted(places(instance.get_run_records(bucket_by=JobBucket(["fine"])))) == [0, 1, 2]
    assert sorted(places(instance.get_runs(bucket_by=TagBucket("n", ["0", "2"], 1)))) == [0, 2]


def test_tags_are_counted_and_changed(instance, ran, places) -> None:
    assert instance.get_run_tag_keys() == ["n", "team"]
    assert instance.get_run_tags(["team", "n"]) == [("n", {"0", "1", "2"}), ("team", {"data"})]
    assert instance.get_run_tags(["n", "team"], value_prefix="d") == [("team", {"data"})]
    instance.add_run_tags(ran[0], {"n": "9", "new": "x"})
    assert instance.get_run_by_id(ran[0]).tags == {"team": "data", "n": "9", "new": "x"}
    assert places(instance.get_runs(dg.RunsFilter(tags={"n": "9"}))) == [0]
    assert instance.get_runs(dg.RunsFilter(tags={"n": "0"})) == []
    with pytest.raises(dg.DagsterRunNotFoundError, match="nobody"):
        instance.add_run_tags("nobody", {"a": "b"})


def test_figures_of_a_run_and_of_its_steps(instance, ran) -> None:
    record, stats = instance.get_run_record_by_id(ran[3]), instance.get_run_stats(ran[3])
    assert (stats.steps_succeeded, stats.steps_failed, stats.materializations, stats.expectations) == (
        1,
        1,
        1,
        0,
    )
    assert (stats.start_time, stats.end_time) == (record.start_time, record.end_time)
    assert (stats.enqueued_time, stats.launch_time) == (None, None)
    steps = {step.step_key: step for step in instance.get_run_step_stats(ran[3])}
    assert {key: step.status.value for key, step in steps.items()} == {"one": "SUCCESS", "broken": "FAILURE"}
    for step in steps.values():
        assert record.start_time <= step.start_time <= step.end_time <= record.end_time
        assert (step.attempts, len(step.attempts_list)) == (1, 1)
    assert steps["one"].materializations == 1
    assert instance.get_run_step_stats(ran[3], step_keys=["broken"]) == [steps["broken"]]
    unknown = instance.get_run_stats("nobody")
    assert (unknown.run_id, unknown.steps_succeeded, unknown.start_time) == ("nobody", 0, None)
    assert instance.get_run_step_stats("nobody") == []


def test_a_run_sees_its_own_figures(instance) -> None:
    seen = []

    @dg.op
    def looks(context):
        stats = context.instance.get_run_stats(context.run_id)
        [step] = context.instance.get_run_step_stats(context.run_id)
        seen.append((stats.steps_succeeded, stats.end_time, step.status.value, step.attempts, step.end_time))

    @dg.job
    def looking():
        looks()

    looking.execute_in_process(instance=instance)
    assert seen == [(0, None, "IN_PROGRESS", 1, None)]


def test_runs_that_are_told_and_not_made(instance) -> None:
    first = instance.add_run(dg.DagsterRun(job_name="j", run_id="r-1", tags={"x": "y"}))
    again = dg.DagsterRun(job_name="j", run_id="r-2", root_run_id="r-1", parent_run_id="r-1")
    instance.add_run(again)
    made = instance.create_run(job_name="j", run_id="r-3", tags={"dagster/backfill": "b"})
    assert (first.status, made.status) == (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.NOT_STARTED)
    with pytest.raises(dg.DagsterInvariantViolationError, match="r-1"):
        instance.add_run(dg.DagsterRun(job_name="j", run_id="r-1"))
    for name in ("r-1", "r-2"):
        root, group = instance.get_run_group(name)
        assert (root, sorted(run.run_id for run in group)) == ("r-1", ["r-1", "r-2"])
    assert instance.get_run_group("nobody") is None
    listed = instance.get_run_ids(dg.RunsFilter(exclude_subruns=True))
    assert listed == ["r-2", "r-1"]
    assert instance.get_run_ids(dg.RunsFilter.for_backfill("b")) == ["r-3"]


def test_runs_of_one_definition(instance) -> None:
    for name, snapshot in (("a", "s1"), ("b", "s2"), ("c", None)):
        run = dg.DagsterRun(
            job_name="j", run_id=name, job_snapshot_id=snapshot, execution_plan_snapshot_id=snapshot
        )
        assert instance.add_run(run) == instance.get_run_by_id(name) == run
    assert instance.get_run_ids(dg.RunsFilter(snapshot_id="s2")) == ["b"]


def test_runs_are_ended_from_outside(instance) -> None:
    for name in ("a", "b", "c"):
        instance.add_run(dg.DagsterRun(job_name="j", run_id=name))

    def status(name):
        return instance.get_run_by_id(name).status.value

    failed = instance.report_run_failed(instance.get_run_by_id("a"))
    assert (failed.event_type, status("a")) == (dg.DagsterEventType.RUN_FAILURE, "FAILURE")
    instance.report_run_canceling(instance.get_run_by_id("b"))
    assert status("b") == "CANCELING"
    ended = instance.report_run_canceled(instance.get_run_by_id("b"), "enough")
    assert (ended.message, status("b")) == ("enough", "CANCELED")
    told = instance.report_engine_event("hello", instance.get_run_by_id("c"))
    assert (told.event_type, told.message, told.job_name) == (dg.DagsterEventType.ENGINE_EVENT, "hello", "j")
    assert [entry.dagster_event.message for entry in instance.all_logs("c")] == ["hello"]
    assert status("c") == "NOT_STARTED"


def test_a_run_goes_with_its_events(instance, ran) -> None:
    side = dg.AssetKey("side")
    [change] = instance.preview_delete_run(ran[3]).assets
    assert change.asset_key == side
    before = [instance.get_run_by_id(name) for name in ran[:3]]
    instance.delete_run(ran[3])
    assert (instance.has_run(ran[3]), instance.all_logs(ran[3])) == (False, [])
    assert [instance.get_run_by_id(name) for name in ran[:3]] == before
    assert instance.get_latest_materialization_event(side).run_id == ran[2]
    instance.delete_run(ran[3])


def test_a_job_is_created_and_not_run(instance) -> None:
    run = instance.create_run_for_job(fine, tags={"a": "b"})
    assert (run.job_name, run.status, run.tags["a"]) == ("fine", dg.DagsterRunStatus.NOT_STARTED, "b")
    record = instance.get_run_record_by_id(run.run_id)
    assert (record.start_time, record.end_time) == (None, None)
    assert record.update_timestamp - record.create_timestamp < timedelta(seconds=60)
