"""The instance: how it is made, what it answers, what it leaves behind."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import InvalidInvocationError, InvariantViolationError, SettingsError
from mainspring.core.instance import assets
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.settings.in_force import setting_of
from mainspring.core.partitions.status import AssetPartitionStatus
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import AssetRecordsFilter, RunsFilter, RunStatusChangeRecordsFilter
from mainspring.core.records.run import RunStatus
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.data_version import CODE_VERSION_TAG
from mainspring.testing import events
from mainspring.testing.world import simulated_world

A, B = AssetKey("a"), AssetKey("b")


@pytest.fixture
def instance() -> Instance:
    return Instance.ephemeral(ambient=simulated_world())


def finished(
    instance: Instance, run_id: str = "r", *told: EventLogEntry, end: EventType = EventType.RUN_SUCCESS
) -> None:
    with instance.start_run(events.run(run_id), events=[events.line(EventType.RUN_START, run_id)]) as sink:
        for entry in told:
            sink.append(entry)
        sink.append(events.line(end, run_id))


def test_a_run_from_start_to_end(instance: Instance) -> None:
    heard: list[str] = []
    instance.add_event_listener("r", lambda entry: heard.append(entry.message))
    finished(instance, "r", events.materialized("a", "r"))
    run = instance.get_run_by_id("r")
    assert run is not None
    assert run.status is RunStatus.SUCCESS
    assert instance.has_run("r")
    assert heard == ["PIPELINE_START", "ASSET_MATERIALIZATION", "PIPELINE_SUCCESS"]
    assert [entry.message for entry in instance.all_logs("r")] == heard
    assert [entry.message for entry in instance.all_logs("r", EventType.RUN_START)] == heard[:1]
    assert [entry.message for entry in instance.logs_after("r", 1, limit=1)] == heard[1:2]
    page = instance.get_records_for_run("r", limit=2)
    assert (len(page.records), page.cursor, page.has_more) == (2, "2", True)
    assert [one.storage_id for one in instance.get_records_for_run("r", cursor=page.cursor).records] == [3]
    with pytest.raises(InvariantViolationError, match="not started again"):
        instance.start_run(run)


def test_a_final_state_holds_against_reports(instance: Instance) -> None:
    finished(instance)
    run = instance.get_run_by_id("r")
    assert run is not None
    instance.report_run_canceling(run)
    instance.report_run_canceled(run)
    instance.report_run_failed(run)
    after = instance.get_run_by_id("r")
    assert after is not None
    assert after.status is RunStatus.SUCCESS
    assert len(instance.all_logs("r")) == 5
    assert instance.fetch_run_status_changes(EventType.RUN_FAILURE, 5).records == []
    only = RunStatusChangeRecordsFilter(EventType.RUN_SUCCESS, job_names=["job"])
    assert len(instance.fetch_run_status_changes(only, 5).records) == 1


def test_runs_are_made_and_found(instance: Instance) -> None:
    run = instance.create_run(job_name="j", tags={"k": "v"}, asset_selection={A})
    assert instance.get_run_by_id(run.run_id) == run
    assert instance.get_run_ids(RunsFilter(tags={"k": "v"})) == [run.run_id]
    assert instance.get_runs_count() == 1
    instance.add_run_tags(run.run_id, {"l": "w"})
    assert instance.get_run_tag_keys() == ["k", "l"]
    assert instance.get_run_tags(["k"]) == [("k", {"v"})]
    instance.delete_run(run.run_id)
    assert instance.get_run_record_by_id(run.run_id) is None


def test_runless_events_and_versions(instance: Instance) -> None:
    instance.report_runless_asset_event(
        AssetMaterialization(A, metadata={"rows": 5}, tags={CODE_VERSION_TAG: "v7"})
    )
    finished(instance, "r", events.materialized("b", "r"))
    found = instance.get_latest_materialization_event(A)
    assert found is not None
    assert found.asset_materialization is not None
    assert found.asset_materialization.metadata["rows"].value == 5
    assert (found.run_id, found.dagster_event_type) == ("", EventType.ASSET_MATERIALIZATION)
    nope = AssetKey("nope")
    assert instance.get_latest_materialization_code_versions([A, B, nope]) == {A: "v7", B: "r", nope: None}
    instance.report_runless_asset_event(AssetObservation(A))
    record = instance.get_latest_data_version_record(A)
    assert record is not None
    assert record.event_type is EventType.ASSET_MATERIALIZATION
    seen = instance.get_latest_data_version_record(A, is_source=True)
    assert seen is not None
    assert seen.event_type is EventType.ASSET_OBSERVATION
    assert instance.get_latest_data_version_record(A, partition_key="p") is None
    with pytest.raises(InvariantViolationError, match="str cannot be reported"):
        instance.report_runless_asset_event("a")  # type: ignore[arg-type]


def test_pages_of_an_asset(instance: Instance) -> None:
    for key in "xyz":
        instance.report_runless_asset_event(AssetMaterialization(A, partition=key))
    first = instance.fetch_materializations(A, limit=2)
    assert ([one.partition_key for one in first.records], first.has_more) == (["z", "y"], True)
    rest = instance.fetch_materializations(A, limit=2, cursor=first.cursor)
    assert ([one.partition_key for one in rest.records], rest.has_more) == (["x"], False)
    assert instance.fetch_materializations(A, limit=2, cursor=rest.cursor).records == []
    only = AssetRecordsFilter(A, asset_partitions=["y"])
    assert [one.partition_key for one in instance.fetch_materializations(only, 5).records] == ["y"]
    assert instance.fetch_observations(A, 5).cursor == ""
    with pytest.raises(InvariantViolationError, match="'here' is not a cursor"):
        instance.fetch_materializations(A, 5, cursor="here")


def test_partitions_checks_and_wipes(instance: Instance) -> None:
    finished(
        instance, "1", events.planned("a", "1", partition="p"), events.materialized("a", "1", partition="p")
    )
    finished(instance, "2", events.planned("a", "2", partition="q"), end=EventType.RUN_FAILURE)
    expected = {"p": AssetPartitionStatus.MATERIALIZED, "q": AssetPartitionStatus.FAILED, "r": None}
    assert instance.get_status_by_partition(A, ["p", "q", "r"], None) == expected
    assert instance.get_materialized_partitions(A) == {"p"}
    assert instance.get_latest_storage_id_by_partition(A, EventType.ASSET_MATERIALIZATION) == {"p": 3}
    assert instance.get_asset_keys_for_run("2") == {A}
    instance.report_runless_asset_event(AssetCheckEvaluation(A, "c", passed=False))
    check = instance.get_latest_asset_check_evaluation_record(AssetCheckKey(A, "c"))
    assert check is not None
    assert check.evaluation is not None
    assert not check.evaluation.passed
    instance.wipe_asset_partitions(A, ["p"])
    assert instance.get_latest_materialization_event(A) is None
    assert instance.has_asset_key(A)
    instance.wipe_assets([A])
    assert instance.all_asset_keys() == []
    instance.wipe()
    assert instance.get_runs() == []


def test_a_row_that_cannot_be_read_is_shown(instance: Instance, caplog: pytest.LogCaptureFixture) -> None:
    finished(instance, "r", events.materialized("a", "r"))
    with instance.store.database.write() as cursor:  # type: ignore[attr-defined]
        cursor.execute("UPDATE events SET body = x'00' WHERE id = 2")
    assert "Event 2 (ASSET_MATERIALIZATION) cannot be read" in instance.all_logs("r")[1].message
    assert instance.get_latest_materialization_event(A) is None
    with caplog.at_level(logging.WARNING):
        assert instance.fetch_materializations(A, 5).records == []
    assert "event 2 of run 'r' cannot be read" in caplog.text


def test_folders(tmp_path: Path) -> None:
    with Instance.local_temp() as temporary:
        root = Path(temporary.root_directory)
        assert Path(temporary.storage_directory()) == root / "storage"
        assert temporary.is_persistent
    assert not root.exists()
    with Instance.local_temp(str(tmp_path / "kept")) as kept:
        kept.report_runless_asset_event(AssetMaterialization(A))
    with Instance.local_temp(str(tmp_path / "kept")) as again:
        assert again.has_asset_key(A)
    with Instance.ephemeral() as ephemeral:
        folder = Path(ephemeral.storage_directory())
        assert ephemeral.is_ephemeral
        assert folder.is_dir()
    assert not folder.exists()


def test_what_nobody_disposes_goes_quietly(tmp_path: Path) -> None:
    ephemeral, persistent = Instance.ephemeral(), Instance.local_temp()
    folders = [Path(one.storage_directory()) for one in (ephemeral, persistent)]
    persistent.add_dynamic_partitions("d", ["x"])
    assert persistent.has_dynamic_partition("d", "x")
    del ephemeral, persistent
    gc.collect()
    assert not any(folder.exists() for folder in folders)


def test_dynamic_partitions_come_in_pages() -> None:
    with Instance.ephemeral() as instance:
        instance.add_dynamic_partitions("d", ["x", "y", "z"])
        for ascending, expected in ((True, [["x", "y"], ["z"], []]), (False, [["z", "y"], ["x"], []])):
            pages, cursor = [], None
            for _ in expected:
                page = instance.get_paginated_dynamic_partitions("d", 2, ascending=ascending, cursor=cursor)
                pages.append(list(page.results))
                cursor = page.cursor
            assert pages == expected
            assert not page.has_more
        assert not instance.get_paginated_dynamic_partitions("none", 2, ascending=True).results
        with pytest.raises(InvalidInvocationError, match=r"Give \['word'\]"):
            instance.add_dynamic_partitions("d", "word")


def test_the_home_is_named_by_the_environment(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MAINSPRING_HOME is not set") as caught:
        Instance.get(ambient=simulated_world())
    assert "export MAINSPRING_HOME=" in str(caught.value)
    with pytest.raises(SettingsError, match="absolute"):
        Instance.get(ambient=simulated_world(environ={"DAGSTER_HOME": "here"}))
    world = simulated_world(environ={"MAINSPRING_HOME": str(tmp_path / "home")})
    with Instance.get(ambient=world) as made:
        assert made.root_directory == str(tmp_path / "home")
        made.add_dynamic_partitions("d", ["x"])
    with Instance.get(ambient=world) as again:
        assert again.has_dynamic_partition("d", "x")
        again.delete_dynamic_partition("d", "x")
        assert again.get_dynamic_partitions("d") == []


def test_a_wipe_is_taken_back_within_the_time_of_the_settings() -> None:
    world = simulated_world()
    clock = world.clock
    assert isinstance(clock, ManualClock)
    with Instance.ephemeral(ambient=world) as instance:
        assert setting_of("retention", "wiped", "purge_after_days").default == assets.DEFAULT_GRACE_DAYS
        instance.report_runless_asset_event(AssetMaterialization(A))
        assert instance.preview_wipe([A])[0].materializations == 1
        instance.wipe_assets([A])
        (wipe,) = instance.list_wipes()
        assert wipe.can_be_undone
        clock.advance(7 * 86_400 + 1)
        with pytest.raises(InvariantViolationError, match="older than the 7 days"):
            instance.undo_wipe(wipe.id)
        assert not instance.list_wipes(A)[0].can_be_undone
    with Instance.ephemeral(
        settings={"retention": {"wiped": {"purge_after_days": -1}}}, ambient=world
    ) as instance:
        instance.report_runless_asset_event(AssetMaterialization(A))
        instance.wipe_assets([A])
        clock.advance(1e9)
        assert [one.undone for one in instance.undo_wipe([instance.list_wipes(A)[0].id])] == [True]
        assert instance.has_asset_key(A)


def test_a_listener_that_fails_does_no_harm_to_the_run(
    instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []

    def fail(entry: EventLogEntry) -> None:
        raise ValueError(entry.message)

    instance.add_event_listener("r", fail)
    instance.add_event_listener("r", lambda entry: heard.append(entry.message))
    finished(instance, "r", events.materialized("a", "r"))
    run = instance.get_run_by_id("r")
    assert run is not None
    assert run.status is RunStatus.SUCCESS
    assert heard == ["PIPELINE_START", "ASSET_MATERIALIZATION", "PIPELINE_SUCCESS"]
    assert [record.message for record in caplog.records] == ["a listener of run r failed"] * 3
