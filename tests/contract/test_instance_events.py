"""Events through the public instance, on every store: order, cursors, pages, followers."""

from __future__ import annotations

from threading import Event

import pytest

import mainspring as dg

MADE = dg.DagsterEventType.ASSET_MATERIALIZATION
T = dg.AssetKey("t")


@dg.op
def one() -> None:
    """Does nothing."""


@dg.job
def fine():
    one()


@pytest.fixture
def instance(each_instance):
    return each_instance


@pytest.fixture
def told(instance):
    """Four materializations of ``t``, of the partitions p0 and p1 in turn."""
    for n in range(4):
        made = dg.AssetMaterialization(T, partition=f"p{n % 2}", metadata={"n": n})
        instance.report_runless_asset_event(made)
    return instance.get_event_records(dg.EventRecordsFilter(MADE, asset_key=T), ascending=True)


def numbers(records) -> list[int]:
    return [record.asset_materialization.metadata["n"].value for record in records]


def test_event_records_by_every_filter(instance, told) -> None:
    def found(**given):
        wanted = dg.EventRecordsFilter(MADE, asset_key=T, **given)
        return numbers(instance.get_event_records(wanted, ascending=True))

    places = [record.storage_id for record in told]
    assert numbers(told) == [0, 1, 2, 3]
    assert numbers(instance.get_event_records(dg.EventRecordsFilter(MADE), limit=2)) == [3, 2]
    assert (found(after_cursor=places[1]), found(before_cursor=places[1])) == ([2, 3], [0])
    assert found(after_timestamp=told[1].timestamp) == [2, 3]
    assert found(before_timestamp=told[1].timestamp) == [0]
    assert (found(storage_ids=[places[0], places[2]]), found(storage_ids=[])) == ([0, 2], [])
    assert (found(asset_partitions=["p1"]), found(asset_partitions=[])) == ([1, 3], [])


def test_what_a_record_tells(told) -> None:
    record = told[1]
    assert (record.run_id, record.partition_key, record.asset_key, record.event_type) == ("", "p1", T, MADE)
    assert (
        record.asset_event
        == record.asset_materialization
        == dg.AssetMaterialization(T, partition="p1", metadata={"n": 1})
    )
    assert record.asset_observation is None
    assert record.event_log_entry.timestamp == record.timestamp


def test_pages_of_materializations(instance, told) -> None:
    first = instance.fetch_materializations(T, limit=3)
    rest = instance.fetch_materializations(T, limit=3, cursor=first.cursor)
    assert (numbers(first.records), first.has_more) == ([3, 2, 1], True)
    assert (numbers(rest.records), rest.has_more) == ([0], False)
    whole = instance.fetch_materializations(T, limit=4, ascending=True)
    assert (numbers(whole.records), whole.has_more) == ([0, 1, 2, 3], False)
    instance.report_runless_asset_event(dg.AssetMaterialization(T, metadata={"n": 4}))
    later = instance.fetch_materializations(T, limit=4, cursor=whole.cursor, ascending=True)
    assert (numbers(later.records), later.has_more) == ([4], False)
    none = instance.fetch_materializations(dg.AssetKey("none"), limit=4)
    assert (none.records, none.has_more) == ([], False)
    with pytest.raises(dg.DagsterInvariantViolationError, match="'nowhere' is not a cursor"):
        instance.fetch_materializations(T, limit=3, cursor="nowhere")


def test_an_asset_records_filter_narrows_a_page(instance, told) -> None:
    def found(**given):
        return numbers(instance.fetch_materializations(dg.AssetRecordsFilter(T, **given), limit=9).records)

    places = [record.storage_id for record in told]
    assert found(asset_partitions=["p0"], after_storage_id=places[0]) == [2]
    assert found(storage_ids=places[:2], before_storage_id=places[1]) == [0]
    assert found(after_timestamp=told[0].timestamp, before_timestamp=told[3].timestamp) == [2, 1]


def test_planned_and_failed_materializations(instance) -> None:
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["x", "y"]))
    def asked(context):
        if context.partition_key == "y":
            raise ValueError("no")

    for key in ("x", "y"):
        dg.materialize([asked], instance=instance, partition_key=key, raise_on_error=False)
    planned = instance.fetch_planned_materializations(asked.key, limit=9).records
    failed = instance.fetch_failed_materializations(asked.key, limit=9).records
    assert [[record.partition_key for record in some] for some in (planned, failed)] == [["y", "x"], ["y"]]
    [run] = {record.run_id for record in failed}
    assert instance.get_asset_keys_for_run(run) == {asked.key}
    assert dict(instance.get_latest_storage_id_by_partition(asked.key, MADE)).keys() == {"x"}


def test_changes_of_run_status(instance) -> None:
    runs = [fine.execute_in_process(instance=instance).run_id for _ in range(3)]
    ended = dg.DagsterEventType.RUN_SUCCESS
    first = instance.fetch_run_status_changes(ended, limit=2, ascending=True)
    rest = instance.fetch_run_status_changes(
        dg.RunStatusChangeRecordsFilter(ended, job_names=["fine"]), 2, first.cursor, ascending=True
    )
    assert [record.run_id for record in (*first.records, *rest.records)] == runs


def test_the_log_of_a_run_in_pages(instance) -> None:
    run_id = fine.execute_in_process(instance=instance).run_id
    whole = instance.all_logs(run_id)
    assert (whole[0].dagster_event_type, whole[-1].dagster_event_type) == (
        dg.DagsterEventType.RUN_START,
        dg.DagsterEventType.RUN_SUCCESS,
    )
    read, cursor, more = [], None, True
    while more:
        page = instance.get_records_for_run(run_id, cursor=cursor, limit=2)
        read.extend(record.event_log_entry for record in page.records)
        cursor, more = page.cursor, page.has_more
    assert read == whole
    assert {entry.user_message for entry in whole if entry.step_key} >= {'Started execution of step "one".'}
    assert all(entry.user_message == entry.message for entry in whole)
    newest = instance.get_records_for_run(run_id, limit=1, ascending=False)
    assert [record.event_log_entry for record in newest.records] == [whole[-1]]
    assert instance.logs_after(run_id, limit=3) == whole[:3]
    only = dg.DagsterEventType.STEP_SUCCESS
    assert [entry.step_key for entry in instance.all_logs(run_id, of_type={only})] == ["one"]
    steps = instance.get_logs_of_steps([run_id], ["one"], only)
    assert [record.event_log_entry.step_key for record in steps] == ["one"]
    assert (instance.all_logs("none"), instance.get_records_for_run("none").records) == ([], [])


def test_a_subscription_tells_what_comes(instance, told) -> None:
    with instance.subscribe(told[2].storage_id, asset_keys=[T]) as events:
        assert numbers([next(events)]) == [3]
        instance.report_runless_asset_event(dg.AssetObservation(T))
        instance.report_runless_asset_event(dg.AssetMaterialization("other"))
        instance.report_runless_asset_event(dg.AssetMaterialization(T, metadata={"n": 4}))
        assert [next(events).event_type for _ in range(2)] == [dg.DagsterEventType.ASSET_OBSERVATION, MADE]


def test_a_run_is_watched_until_its_end(instance) -> None:
    run = instance.add_run(dg.DagsterRun(job_name="j", run_id="r"))
    seen, done = [], Event()

    def watch(entry, cursor):
        seen.append(entry.dagster_event.message)
        if len(seen) == 2:
            done.set()

    instance.report_engine_event("first", run)
    instance.watch_event_logs("r", None, watch)
    instance.report_engine_event("second", run)
    assert done.wait(20)
    instance.end_watch_event_logs("r", watch)
    assert seen == ["first", "second"]


def test_a_listener_hears_what_this_process_stores(instance) -> None:
    run = instance.add_run(dg.DagsterRun(job_name="j", run_id="r"))
    heard = []
    instance.add_event_listener("r", lambda entry: heard.append(entry.dagster_event.message))
    instance.report_engine_event("hello", run)
    event = dg.DagsterEvent(event_type_value="ENGINE_EVENT", job_name="j", message="again")
    instance.report_dagster_event(event, "r")
    assert heard == ["hello", "again"]


@pytest.mark.parametrize("other", [dg.ExpectationResult(success=True), "t", None, dg.MaterializeResult()])
def test_only_events_of_assets_are_reported_without_a_run(instance, other) -> None:
    with pytest.raises(dg.DagsterInvariantViolationError, match="cannot be reported outside a run"):
        instance.report_runless_asset_event(other)
