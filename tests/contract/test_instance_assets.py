"""Assets, their partitions and their checks through the public instance, on every store."""

from __future__ import annotations

import pytest

import mainspring as dg

T = dg.AssetKey("t")
LETTERS = dg.StaticPartitionsDefinition(["x", "y", "z", "w"])


@dg.asset(code_version="v1")
def versioned():
    return 1


@dg.asset
def plain():
    return 1


@dg.asset(partitions_def=LETTERS)
def parted(context):
    if context.partition_key == "y":
        raise ValueError("no")


@pytest.fixture
def instance(each_instance):
    return each_instance


@pytest.fixture
def halves(instance) -> None:
    """The partition x of an asset is made, y has failed."""
    dg.materialize([parted], instance=instance, partition_key="x")
    dg.materialize([parted], instance=instance, partition_key="y", raise_on_error=False)


def statuses(instance, key, keys=("x", "y", "z", "unknown"), partitions=LETTERS):
    found = instance.get_status_by_partition(key, keys, partitions)
    return {name: status and status.value for name, status in found.items()}


def test_keys_by_prefix_and_in_pages(instance) -> None:
    for path in (["a", "1"], ["a", "2"], ["ab"], ["b"]):
        instance.report_runless_asset_event(dg.AssetObservation(dg.AssetKey(path)))

    def found(**given):
        return [key.to_user_string() for key in instance.get_asset_keys(**given)]

    assert found() == [key.to_user_string() for key in instance.all_asset_keys()] == ["a/1", "a/2", "ab", "b"]
    assert found(prefix=["a"]) == ["a/1", "a/2"]
    assert found(limit=2) == ["a/1", "a/2"]
    assert found(cursor=dg.AssetKey(["a", "2"]).to_string()) == ["ab", "b"]
    assert found(prefix=["a"], cursor=dg.AssetKey(["a", "1"]).to_string(), limit=5) == ["a/2"]


def test_the_record_of_an_asset(instance) -> None:
    run_id = dg.materialize([plain], instance=instance).run_id
    instance.report_runless_asset_event(dg.AssetObservation(plain.key))
    [record] = instance.get_asset_records([plain.key, dg.AssetKey("none")])
    entry = record.asset_entry
    latest = entry.last_materialization_record
    assert (entry.asset_key, latest.run_id, entry.last_run_id) == (plain.key, run_id, run_id)
    assert entry.last_materialization == latest.event_log_entry
    assert entry.last_materialization == instance.get_latest_materialization_event(plain.key)
    assert entry.last_materialization_storage_id == latest.storage_id
    assert entry.last_observation_record.storage_id > latest.storage_id
    assert entry.last_observation == entry.last_observation_record.event_log_entry
    assert instance.get_asset_records() == [record]
    assert instance.get_asset_records([]) == []


def test_latest_materializations_and_their_versions(instance) -> None:
    run_id = dg.materialize([versioned, plain], instance=instance).run_id
    instance.report_runless_asset_event(dg.AssetMaterialization(T))
    instance.report_runless_asset_event(dg.AssetObservation("seen"))
    keys = [versioned.key, plain.key, T, dg.AssetKey("seen"), dg.AssetKey("none")]
    assert instance.get_latest_materialization_code_versions(keys) == {
        versioned.key: "v1",
        plain.key: run_id,
        T: None,
        dg.AssetKey("seen"): None,
        dg.AssetKey("none"): None,
    }
    events = instance.get_latest_materialization_events(keys)
    assert {key.to_user_string() for key, event in events.items() if event} == {"versioned", "plain", "t"}
    record = instance.get_latest_data_version_record(plain.key)
    assert record.event_log_entry == events[plain.key]


def test_the_status_of_partitions(instance, halves) -> None:
    made = {"x": "MATERIALIZED", "y": "FAILED", "z": None, "unknown": None}
    assert statuses(instance, parted.key) == made
    assert instance.get_status_by_partition(parted.key, [], LETTERS) == {}
    assert statuses(instance, dg.AssetKey("none")) == dict.fromkeys(made)
    assert instance.get_materialized_partitions(parted.key) == {"x"}
    counts = instance.get_partition_counts(parted.key)
    assert {status.value: count for status, count in counts.items()} == {
        "MATERIALIZED": 1,
        "IN_PROGRESS": 0,
        "FAILED": 1,
    }


def test_a_partition_in_the_making_says_so(instance) -> None:
    seen = []

    @dg.asset(partitions_def=LETTERS)
    def looks(context):
        seen.append(statuses(context.instance, context.asset_key, ("x", "z")))

    dg.materialize([looks], instance=instance, partition_key="z")
    assert seen == [{"x": None, "z": "IN_PROGRESS"}]
    assert statuses(instance, looks.key, ("x", "z")) == {"x": None, "z": "MATERIALIZED"}


def test_a_partition_is_wiped_and_brought_back(instance, halves) -> None:
    [preview] = instance.preview_wipe([parted.key], ["x"])
    assert (preview.asset_key, preview.materializations) == (parted.key, 1)
    before = statuses(instance, parted.key)
    instance.wipe_asset_partitions(parted.key, ["x"])
    assert statuses(instance, parted.key) == {**before, "x": None}
    assert (instance.get_materialized_partitions(parted.key), instance.has_asset_key(parted.key)) == (
        set(),
        True,
    )
    [wipe] = instance.list_wipes(parted.key)
    instance.undo_wipe(wipe.id)
    assert statuses(instance, parted.key) == before


def test_a_wiped_asset_is_gone_and_its_run_is_not(instance) -> None:
    run_id = dg.materialize([plain], instance=instance).run_id
    log = instance.all_logs(run_id)
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    instance.wipe_assets([plain.key, dg.AssetKey("none")])
    assert (instance.has_asset_key(plain.key), instance.get_asset_records([plain.key])) == (False, [])
    assert instance.get_latest_materialization_event(plain.key) is None
    assert instance.fetch_materializations(plain.key, limit=9).records == []
    assert instance.get_event_records(dg.EventRecordsFilter(kind, asset_key=plain.key)) == []
    assert instance.all_logs(run_id) == log
    again = dg.materialize([plain], instance=instance).run_id
    found = instance.fetch_materializations(plain.key, limit=9).records
    assert [record.run_id for record in found] == [again]
    instance.undo_wipe([wipe.id for wipe in instance.list_wipes(plain.key)])
    found = instance.fetch_materializations(plain.key, limit=9).records
    assert [record.run_id for record in found] == [again, run_id]


def test_dynamic_partitions_are_a_list_without_doubles(instance) -> None:
    def keys():
        return list(instance.get_dynamic_partitions("d"))

    instance.add_dynamic_partitions("d", ["b", "a", "c"])
    instance.add_dynamic_partitions("d", ["a", "e", "e"])
    assert keys() == ["b", "a", "c", "e"]
    instance.delete_dynamic_partition("d", "b")
    instance.delete_dynamic_partition("d", "zz")
    instance.delete_dynamic_partition("none", "zz")
    instance.add_dynamic_partitions("d", [])
    assert keys() == ["a", "c", "e"]
    instance.add_dynamic_partitions("d", ["b"])
    assert (keys(), list(instance.get_dynamic_partitions("none"))) == (["a", "c", "e", "b"], [])
    page = instance.get_paginated_dynamic_partitions("d", limit=3, ascending=True)
    rest = instance.get_paginated_dynamic_partitions("d", limit=3, ascending=True, cursor=page.cursor)
    assert [(list(one.results), one.has_more) for one in (page, rest)] == [
        (["a", "c", "e"], True),
        (["b"], False),
    ]
    newest = instance.get_paginated_dynamic_partitions("d", limit=2, ascending=False)
    assert list(newest.results) == ["b", "e"]
    with pytest.raises(dg.DagsterInvalidInvocationError, match="single string 'abc'"):
        instance.add_dynamic_partitions("d", "abc")


def test_dynamic_partitions_are_those_of_a_location(instance) -> None:
    instance.for_location("sales").add_dynamic_partitions("regions", ["nz"])
    assert (instance.location, instance.for_location("sales").location) == ("", "sales")
    assert instance.for_location("sales").has_dynamic_partition("regions", "nz")
    assert not instance.for_location("stock").has_dynamic_partition("regions", "nz")


def test_checks_are_known_by_their_latest(instance) -> None:
    for passed in (True, False):
        found = dg.AssetCheckEvaluation(asset_key=T, check_name="c", passed=passed)
        instance.report_runless_asset_event(found)
    record = instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(T, "c"))
    assert record.event.asset_check_evaluation.passed is False
    assert instance.get_latest_asset_check_evaluation_record(dg.AssetCheckKey(T, "none")) is None


def test_everything_is_wiped(instance, halves) -> None:
    instance.add_dynamic_partitions("d", ["a"])
    instance.wipe()
    assert (
        instance.get_runs_count(),
        instance.all_asset_keys(),
        list(instance.get_dynamic_partitions("d")),
    ) == (
        0,
        [],
        [],
    )
