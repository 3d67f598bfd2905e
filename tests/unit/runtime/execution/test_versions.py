"""What a run tells of the versions of its inputs: what is compared with them later finds the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import mainspring as dg
from mainspring.core.values.data_version import compute_data_version

DAYS = dg.StaticPartitionsDefinition(["x", "y", "z"])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


def tags_of(instance: dg.DagsterInstance, name: str, partition: str | None = None) -> dict[str, str]:
    """The tags that speak of versions, of the latest materialization."""
    record = instance.get_latest_data_version_record(
        dg.AssetKey(name), is_source=False, partition_key=partition
    )
    assert record is not None
    return {
        key.removeprefix("dagster/"): value
        for key, value in (record.event_log_entry.tags or {}).items()
        if "version" in key or "pointer" in key
    }


def statuses(instance: dg.DagsterInstance, *assets: object, **said: object) -> dict[str, str]:
    standing = dg.Definitions(assets=assets).resolve_staleness(instance, **said)  # pyright: ignore[reportArgumentType]
    return {key.to_user_string(): one.status.name for key, one in standing.items()}


def test_what_a_run_makes_itself_has_no_event_yet(instance: dg.DagsterInstance) -> None:
    @dg.asset(code_version="1")
    def a() -> int:
        return 1

    @dg.asset(code_version="2", deps=["elsewhere"])
    def b(a: int) -> int:
        return a

    dg.materialize([a, b], instance=instance)
    of_a = compute_data_version("1", {})
    of_b = compute_data_version(
        "2", {dg.AssetKey("a"): of_a, dg.AssetKey("elsewhere"): dg.DataVersion("INITIAL")}
    )
    assert tags_of(instance, "b") == {
        "code_version": "2",
        "input_data_version/a": of_a.value,
        "input_event_pointer/a": "NULL",
        "input_data_version/elsewhere": "INITIAL",
        "input_event_pointer/elsewhere": "NULL",
        "data_version": of_b.value,
    }


def test_what_was_made_before_is_pointed_at(instance: dg.DagsterInstance) -> None:
    @dg.asset
    def a() -> dg.MaterializeResult[int]:
        return dg.MaterializeResult(value=1, data_version=dg.DataVersion("v1"))

    @dg.asset
    def b(a: int) -> int:
        return a

    dg.materialize([a], instance=instance)
    dg.materialize([a, b], instance=instance, selection=[b])
    record = instance.get_latest_data_version_record(dg.AssetKey("a"))
    assert record is not None
    tags = tags_of(instance, "b")
    assert (tags["input_data_version/a"], tags["input_event_pointer/a"]) == ("v1", str(record.storage_id))
    assert tags_of(instance, "a")["data_version_is_user_provided"] == "true"


def test_each_partition_tells_of_its_own_inputs(instance: dg.DagsterInstance) -> None:
    @dg.asset(partitions_def=DAYS)
    def a(context: dg.AssetExecutionContext) -> dg.MaterializeResult[int]:
        version = dg.DataVersion(f"v-{context.partition_key}")
        return dg.MaterializeResult(value=1, data_version=version)

    @dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run(), deps=[a])
    def b() -> None: ...

    for name in ("x", "y", "z"):
        dg.materialize([a], instance=instance, partition_key=name)
    span = {"dagster/asset_partition_range_start": "x", "dagster/asset_partition_range_end": "y"}
    dg.materialize([a, b], instance=instance, selection=[b], tags=span)
    assert tags_of(instance, "b", "x")["input_data_version/a"] == "v-x"
    assert tags_of(instance, "b", "y")["input_data_version/a"] == "v-y"
    assert statuses(instance, a, b) == {"a": "FRESH", "b": "FRESH"}
    dg.materialize([a], instance=instance, partition_key="z")  # of which nothing is made
    assert statuses(instance, a, b) == {"a": "FRESH", "b": "FRESH"}


@pytest.mark.parametrize("together", [True, False])
def test_an_asset_of_all_partitions(instance: dg.DagsterInstance, together: bool) -> None:
    @dg.asset(partitions_def=DAYS, code_version="1")
    def a() -> int:
        return 1

    @dg.asset(code_version="1", deps=[a])
    def b() -> None: ...

    if together:
        dg.materialize([a], instance=instance, partition_key="x")
        dg.materialize([a, b], instance=instance, partition_key="y")
    else:
        for name in ("x", "y"):
            dg.materialize([a], instance=instance, partition_key=name)
        dg.materialize([a, b], instance=instance, selection=[b])
    assert statuses(instance, a, b) == {"a": "FRESH", "b": "FRESH"}
    dg.materialize([a], instance=instance, partition_key="x")
    assert statuses(instance, a, b) == {"a": "FRESH", "b": "FRESH"}  # the same data
    dg.materialize([a], instance=instance, partition_key="z")
    assert statuses(instance, a, b) == {"a": "FRESH", "b": "STALE"}


@pytest.mark.parametrize("together", [True, False])
def test_too_many_partitions_to_look_at(instance: dg.DagsterInstance, together: bool) -> None:
    many = dg.StaticPartitionsDefinition([f"k{number}" for number in range(501)])

    @dg.asset(partitions_def=many)
    def a() -> int:
        return 1

    @dg.asset(deps=[a])
    def b() -> int:
        return 1

    if together:
        dg.materialize([a, b], instance=instance, partition_key="k7")
    else:
        dg.materialize([a], instance=instance, partition_key="k7")
        dg.materialize([a, b], instance=instance, selection=[b])
    assert statuses(instance, a, b) == {"a": "FRESH", "b": "FRESH"}
    dg.materialize([a], instance=instance, partition_key="k8")
    assert statuses(instance, a, b) == {"a": "FRESH", "b": "STALE"}


def test_days_made_from_the_day_before(instance: dg.DagsterInstance) -> None:
    days = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-01-05")
    before = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)

    @dg.asset(
        partitions_def=days,
        deps=[dg.AssetDep("rolling", partition_mapping=before)],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def rolling() -> None: ...

    span = {
        "dagster/asset_partition_range_start": "2024-01-01",
        "dagster/asset_partition_range_end": "2024-01-03",
    }
    dg.materialize([rolling], instance=instance, tags=span)
    assert statuses(instance, rolling) == {"rolling": "FRESH"}
    dg.materialize([rolling], instance=instance, partition_key="2024-01-01")
    standing = dg.Definitions(assets=[rolling]).resolve_staleness(instance)[rolling.key]
    assert standing.reasons == [
        "the upstream asset `rolling` has a new data version (the partition 2024-01-02)"
    ]


def test_observations_of_partitions(instance: dg.DagsterInstance) -> None:
    seen = {"x": "1", "y": "1"}

    @dg.observable_source_asset(partitions_def=DAYS)
    def source() -> dg.DataVersionsByPartition:
        return dg.DataVersionsByPartition(seen)

    @dg.asset(partitions_def=DAYS, deps=[source], code_version="1")
    def b() -> int:
        return 1

    look = dg.Definitions(assets=[source], jobs=[dg.define_asset_job("look", [source.key])])
    look.resolve_job_def("look").execute_in_process(instance=instance, partition_key="x")
    for name in ("x", "y"):
        dg.materialize([b, source], instance=instance, selection=[b], partition_key=name)
    assert statuses(instance, source, b) == {"source": "FRESH", "b": "FRESH"}
    seen["y"] = "2"
    look.resolve_job_def("look").execute_in_process(instance=instance, partition_key="x")
    standing = dg.Definitions(assets=[source, b]).resolve_staleness(instance)[b.key]
    assert standing.reasons == ["the upstream asset `source` has a new data version (the partition y)"]


def test_what_was_wiped_is_no_longer_there(instance: dg.DagsterInstance) -> None:
    @dg.asset(partitions_def=DAYS)
    def a() -> int:
        return 1

    @dg.asset(partitions_def=DAYS)
    def b(a: int) -> int:
        return a

    for name in ("x", "y"):
        dg.materialize([a, b], instance=instance, partition_key=name)
    instance.wipe_asset_partitions(a.key, ["x"])
    standing = dg.Definitions(assets=[a, b]).resolve_staleness(instance)
    assert {key.to_user_string(): one.reasons for key, one in standing.items()} == {
        "a": [],
        "b": ["the upstream asset `a` is no longer there (the partition x)"],
    }


def test_an_asset_that_records_itself(instance: dg.DagsterInstance) -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("a", code_version="1"), dg.AssetSpec("b", deps=["a"])])
    def both():
        yield dg.AssetMaterialization("a", tags={"dagster/data_version": "v1", "who": "me"})
        yield dg.AssetMaterialization("b")

    dg.materialize([both], instance=instance)
    entry = instance.get_latest_materialization_event(dg.AssetKey("a"))
    assert entry is not None
    assert entry.tags == {
        "dagster/code_version": "1",
        "dagster/data_version": "v1",
        "dagster/data_version_is_user_provided": "true",
        "who": "me",
    }
    assert tags_of(instance, "b")["input_data_version/a"] == "v1"
    assert statuses(instance, both) == {"a": "FRESH", "b": "FRESH"}
