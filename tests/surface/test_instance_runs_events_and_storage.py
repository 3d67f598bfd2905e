"""The section "Instance, runs, events and storage" of the public surface."""

from datetime import UTC, datetime, timedelta

import pytest

import mainspring as dg


@dg.op
def one():
    return 1


@dg.op
def broken():
    raise ValueError("broken")


@dg.job(tags={"team": "data"})
def fine():
    one()


@dg.job
def failing():
    broken()


@dg.asset
def table():
    return dg.MaterializeResult(metadata={"rows": 1})


@pytest.fixture
def instance(each_instance):
    """In memory, in a file and on a server."""
    return each_instance


def test_instance_keeps_runs_and_events(instance):
    result = fine.execute_in_process(instance=instance)
    run = instance.get_run_by_id(result.run_id)
    assert instance.is_ephemeral is not instance.is_persistent
    assert (instance.has_run(run.run_id), instance.get_run_by_id("none")) == (True, None)
    assert [
        entry.step_key for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_START)
    ] == ["one"]
    instance.add_run_tags(run.run_id, {"note": "seen"})
    assert instance.get_run_by_id(run.run_id).tags["note"] == "seen"
    instance.delete_run(run.run_id)
    assert instance.get_runs_count() == 0


def test_instance_keeps_assets(instance):
    dg.materialize([table], instance=instance)
    assert (instance.has_asset_key(table.key), list(instance.get_asset_keys())) == (True, [table.key])
    event = instance.get_latest_materialization_event(table.key)
    assert event.asset_materialization.metadata["rows"] == dg.MetadataValue.int(1)
    (record,) = instance.get_asset_records([table.key])
    assert record.asset_entry.asset_key == table.key
    instance.wipe_assets([table.key])
    assert not instance.has_asset_key(table.key)


def test_instance_keeps_dynamic_partitions(instance):
    instance.add_dynamic_partitions("people", ["ada", "bob"])
    instance.delete_dynamic_partition("people", "bob")
    assert list(instance.get_dynamic_partitions("people")) == ["ada"]
    assert (
        instance.has_dynamic_partition("people", "ada"),
        instance.has_dynamic_partition("people", "bob"),
    ) == (
        True,
        False,
    )


def test_instance_takes_events_without_a_run(instance):
    instance.report_runless_asset_event(dg.AssetMaterialization("outside", metadata={"rows": 2}))
    instance.report_runless_asset_event(dg.AssetObservation("outside", metadata={"seen": True}))
    (made,) = instance.fetch_materializations(dg.AssetKey("outside"), limit=5).records
    (seen,) = instance.fetch_observations(dg.AssetKey("outside"), limit=5).records
    assert made.asset_materialization.metadata == {"rows": dg.MetadataValue.int(2)}
    assert seen.asset_observation.metadata == {"seen": dg.MetadataValue.bool(True)}


def test_local_temp_instance_keeps_what_it_is_told(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as first:
        fine.execute_in_process(instance=first)
        assert first.is_persistent
    with dg.DagsterInstance.local_temp(str(tmp_path)) as second:
        assert [run.job_name for run in second.get_runs()] == ["fine"]


def test_dagster_run_tells_its_state(instance):
    good = instance.get_run_by_id(fine.execute_in_process(instance=instance).run_id)
    bad = instance.get_run_by_id(failing.execute_in_process(instance=instance, raise_on_error=False).run_id)
    assert isinstance(good, dg.DagsterRun)
    assert (good.job_name, good.status, good.tags["team"]) == ("fine", dg.DagsterRunStatus.SUCCESS, "data")
    assert (good.is_success, good.is_finished, good.is_failure) == (True, True, False)
    assert (bad.is_success, bad.is_failure, bad.is_failure_or_canceled, bad.is_cancelable) == (
        False,
        True,
        True,
        False,
    )


def test_dagster_run_status_has_the_published_words():
    assert {status.value for status in dg.DagsterRunStatus} == {
        "QUEUED",
        "NOT_STARTED",
        "MANAGED",
        "STARTING",
        "STARTED",
        "SUCCESS",
        "FAILURE",
        "CANCELING",
        "CANCELED",
        "SUSPENDED",
    }


def test_runs_filter_and_run_record(instance):
    ids = [fine.execute_in_process(instance=instance).run_id for _ in range(2)]
    failing.execute_in_process(instance=instance, raise_on_error=False)
    by_job = instance.get_run_records(dg.RunsFilter(job_name="fine"))
    assert all(isinstance(record, dg.RunRecord) for record in by_job)
    assert [record.dagster_run.run_id for record in by_job] == ids[::-1]
    assert by_job[0].storage_id > by_job[1].storage_id
    assert by_job[0].end_time >= by_job[0].start_time
    failed = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))
    assert [run.job_name for run in failed] == ["failing"]
    assert instance.get_runs_count(dg.RunsFilter(tags={"team": ["data", "other"]})) == 2
    assert instance.get_runs_count(dg.RunsFilter(run_ids=[ids[0]])) == 1
    assert instance.get_runs_count(dg.RunsFilter(created_after=datetime.now(UTC) + timedelta(days=1))) == 0


def test_event_log_entry_reads_events_and_messages(instance):
    @dg.op
    def speaks(context):
        context.log.info("hello")

    @dg.job
    def speaking():
        speaks()

    run_id = speaking.execute_in_process(instance=instance).run_id
    entries = instance.all_logs(run_id)
    assert all(isinstance(entry, dg.EventLogEntry) for entry in entries)
    (said,) = [entry for entry in entries if not entry.is_dagster_event]
    assert (said.user_message, said.message, said.step_key, said.dagster_event_type) == (
        "hello",
        "hello",
        "speaks",
        None,
    )
    (started,) = [entry for entry in entries if entry.dagster_event_type == dg.DagsterEventType.RUN_START]
    assert (started.is_dagster_event, started.get_dagster_event().job_name, started.run_id) == (
        True,
        "speaking",
        run_id,
    )


def test_event_records_filter_finds_events_of_a_kind(instance):
    dg.materialize([table], instance=instance)
    found = instance.get_event_records(
        dg.EventRecordsFilter(dg.DagsterEventType.ASSET_MATERIALIZATION, asset_key=table.key)
    )
    assert [record.asset_key for record in found] == [table.key]
    later = dg.EventRecordsFilter(
        dg.DagsterEventType.ASSET_MATERIALIZATION, asset_key=table.key, after_cursor=found[0].storage_id
    )
    assert list(instance.get_event_records(later)) == []


def test_run_sharded_events_cursor_is_a_place_in_the_log(instance):
    for number in range(3):
        instance.report_runless_asset_event(dg.AssetMaterialization("t", metadata={"n": number}))
    kind, key = dg.DagsterEventType.ASSET_MATERIALIZATION, dg.AssetKey("t")
    first, second, third = instance.get_event_records(
        dg.EventRecordsFilter(kind, asset_key=key), ascending=True
    )
    place = dg.RunShardedEventsCursor(
        id=second.storage_id, run_updated_after=datetime(2020, 1, 1, tzinfo=UTC)
    )
    assert (place.id, place.run_updated_after.year) == (second.storage_id, 2020)
    after, before = (
        dg.EventRecordsFilter(kind, asset_key=key, after_cursor=place),
        dg.EventRecordsFilter(kind, asset_key=key, before_cursor=place),
    )
    assert [list(instance.get_event_records(one)) for one in (after, before)] == [[third], [first]]


def test_event_records_result_pages(instance):
    for number in range(3):
        instance.report_runless_asset_event(dg.AssetMaterialization("t", metadata={"n": number}))
    first = instance.fetch_materializations(dg.AssetKey("t"), limit=2)
    rest = instance.fetch_materializations(dg.AssetKey("t"), limit=2, cursor=first.cursor)
    assert isinstance(first, dg.EventRecordsResult)
    assert (len(first.records), first.has_more, len(rest.records), rest.has_more) == (2, True, 1, False)
    numbers = [record.asset_materialization.metadata["n"].value for record in (*first.records, *rest.records)]
    assert numbers == [2, 1, 0]


def test_asset_records_filter_narrows_by_partition(instance):
    for key in ("a", "b"):
        instance.report_runless_asset_event(dg.AssetMaterialization("t", partition=key))
    wanted = dg.AssetRecordsFilter(dg.AssetKey("t"), asset_partitions=["b"])
    found = instance.fetch_materializations(wanted, limit=5)
    assert [record.partition_key for record in found.records] == ["b"]


def test_run_status_change_records_filter_finds_ends_of_runs(instance):
    fine.execute_in_process(instance=instance)
    failing.execute_in_process(instance=instance, raise_on_error=False)
    found = instance.fetch_run_status_changes(
        dg.RunStatusChangeRecordsFilter(dg.DagsterEventType.RUN_FAILURE), limit=5
    )
    assert [record.event_log_entry.job_name for record in found.records] == ["failing"]
    named = dg.RunStatusChangeRecordsFilter(dg.DagsterEventType.RUN_SUCCESS, job_names=["other"])
    assert list(instance.fetch_run_status_changes(named, limit=5).records) == []


def test_paginated_results_of_a_sequence(instance):
    first = dg.PaginatedResults.create_from_sequence(["a", "b", "c"], limit=2, ascending=True)
    rest = dg.PaginatedResults.create_from_sequence(
        ["a", "b", "c"], limit=2, ascending=True, cursor=first.cursor
    )
    assert (list(first.results), first.has_more) == (["a", "b"], True)
    assert (list(rest.results), rest.has_more) == (["c"], False)
    instance.add_dynamic_partitions("people", ["ada", "bob"])
    page = instance.get_paginated_dynamic_partitions("people", limit=1, ascending=True)
    assert (list(page.results), page.has_more) == (["ada"], True)


def test_max_runtime_tag_is_a_stable_word():
    assert dg.MAX_RUNTIME_SECONDS_TAG == "dagster/max_runtime"


def test_local_file_manager_writes_and_reads(tmp_path):
    @dg.op(required_resource_keys={"files"})
    def writes(context):
        handle = context.resources.files.write_data(b"bytes", ext="bin")
        return handle.path_desc, context.resources.files.read_data(handle), handle

    @dg.job(resource_defs={"files": dg.local_file_manager.configured({"base_dir": str(tmp_path)})})
    def writing():
        writes()

    path, data, handle = writing.execute_in_process().output_for_node("writes")
    assert isinstance(handle, dg.LocalFileHandle)
    assert isinstance(handle, dg.FileHandle)
    assert (path.startswith(str(tmp_path)), path.endswith(".bin"), data) == (True, True, b"bytes")


def test_local_file_handle_is_a_path():
    handle = dg.LocalFileHandle("/a/b")
    assert (handle.path, handle.path_desc) == ("/a/b", "/a/b")


def test_file_handle_may_be_ones_own():
    class Bucket(dg.FileHandle):
        @property
        def path_desc(self) -> str:
            return "bucket/a"

    assert Bucket().path_desc == "bucket/a"
    with pytest.raises(TypeError):
        dg.FileHandle()
