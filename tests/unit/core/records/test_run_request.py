from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from mainspring.core.base import serial
from mainspring.core.base.errors import InvariantViolationError, UnknownPartitionError
from mainspring.core.config.run_config import RunConfig
from mainspring.core.instance.instance import Instance
from mainspring.core.partitions.calendar_windows import DailyPartitionsDefinition
from mainspring.core.partitions.dynamic import DynamicPartitionsDefinition
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.records.run_request import RunRequest, SkipReason
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

NOW = datetime(2024, 3, 1, 1, tzinfo=UTC)
REGIONS = DynamicPartitionsDefinition(name="regions")


def job(partitions_def, config=None) -> SimpleNamespace:
    return SimpleNamespace(name="nightly", partitions_def=partitions_def, config=config)


def test_what_is_given_is_made_plain() -> None:
    asked = RunRequest(
        "key",
        RunConfig(ops={"load": {"config": {"n": 1}}}),
        {"a": "b", "limits": {"cpu": 2}},
        asset_selection=[AssetKey("x"), "schema/y"],
        asset_check_keys=[AssetCheckKey(AssetKey("x"), "c")],
    )
    assert asked.run_config == {
        "ops": {"load": {"config": {"n": 1}}},
        "resources": {},
        "loggers": {},
        "execution": {},
    }
    assert asked.tags == {"a": "b", "limits": '{"cpu":2}'}
    assert asked.asset_selection == [AssetKey("x"), AssetKey(["schema", "y"])]
    assert asked.entity_keys == [*asked.asset_selection, AssetCheckKey(AssetKey("x"), "c")]


def test_defaults_are_empty() -> None:
    asked = RunRequest()
    assert (asked.run_key, asked.run_config, asked.tags, asked.job_name) == (None, {}, {}, None)
    assert (asked.asset_selection, asked.partition_key, asked.stale_assets_only) == (None, None, False)
    assert asked.entity_keys == []
    assert not asked.requires_backfill_daemon()
    assert not asked.has_resolved_partition()


def test_it_is_a_value() -> None:
    assert RunRequest(run_key="a", tags={"x": "1"}) == RunRequest("a", tags={"x": "1"})
    assert RunRequest(run_key="a") != RunRequest(run_key="b")
    with pytest.raises(AttributeError):
        RunRequest().run_key = "a"  # pyright: ignore[reportAttributeAccessIssue]


def test_it_goes_through_json() -> None:
    asked = RunRequest(
        "k",
        {"ops": {}},
        {"t": "1"},
        asset_selection=[AssetKey("a")],
        asset_check_keys=[AssetCheckKey(AssetKey("a"), "c")],
    )
    assert serial.decode(serial.encode(asked), RunRequest) == asked
    assert serial.decode(serial.encode(SkipReason("no")), SkipReason) == SkipReason("no")


def test_replaced_attributes() -> None:
    asked = RunRequest("a", tags={"x": "1"})
    assert asked.with_replaced_attrs(tags={"y": "2"}, job_name="j") == RunRequest(
        "a", tags={"y": "2"}, job_name="j"
    )
    assert asked == RunRequest("a", tags={"x": "1"})
    with pytest.raises(InvariantViolationError, match=r"no field 'tag'[\s\S]*tags"):
        asked.with_replaced_attrs(tag={})


def test_a_range_is_named_by_tags() -> None:
    tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "c"}
    assert RunRequest(tags=tags).partition_key_range == PartitionKeyRange("a", "c")
    assert RunRequest().partition_key_range is None


def test_a_subset_of_the_graph_is_carried_out_as_a_backfill() -> None:
    asked = RunRequest.for_asset_graph_subset({"orders": "all"}, {"t": "1"})
    assert asked.requires_backfill_daemon()
    assert (asked.asset_graph_subset, asked.tags) == ({"orders": "all"}, {"t": "1"})


def test_resolving_sets_the_tags_of_the_partition() -> None:
    asked = RunRequest(partition_key="2024-02-29", tags={"own": "1"})
    made = asked.with_resolved_tags_and_config(job(DailyPartitionsDefinition("2024-01-01")), current_time=NOW)
    assert made.tags == {"own": "1", "dagster/partition": "2024-02-29"}
    assert made.has_resolved_partition()


def test_resolving_several_dimensions_sets_a_tag_for_each() -> None:
    grid = MultiPartitionsDefinition(
        {"day": DailyPartitionsDefinition("2024-01-01"), "region": StaticPartitionsDefinition(["eu", "us"])}
    )
    made = RunRequest(partition_key="2024-02-29|eu").with_resolved_tags_and_config(
        job(grid), current_time=NOW
    )
    assert made.tags == {
        "dagster/partition": "2024-02-29|eu",
        "dagster/partition/day": "2024-02-29",
        "dagster/partition/region": "eu",
    }


def test_the_partition_must_exist_at_the_time() -> None:
    days = job(DailyPartitionsDefinition("2024-01-01"))
    with pytest.raises(UnknownPartitionError, match="2024-03-01"):
        RunRequest(partition_key="2024-03-01").with_resolved_tags_and_config(days, current_time=NOW)
    with pytest.raises(InvariantViolationError, match="'nightly' has no partitions, or"):
        RunRequest(partition_key="a").with_resolved_tags_and_config(job(None))
    with pytest.raises(InvariantViolationError, match="Only a request with a partition_key"):
        RunRequest().with_resolved_tags_and_config(days)


@pytest.mark.parametrize(
    "key,requests,known",
    [
        ("nz", [], True),
        ("au", [], False),
        ("au", [REGIONS.build_add_request(["au"])], True),
        ("nz", [REGIONS.build_delete_request(["nz"])], False),
        ("au", [REGIONS.build_add_request(["au"]), REGIONS.build_delete_request(["au"])], False),
        ("nz", [REGIONS.build_delete_request(["nz"]), REGIONS.build_add_request(["nz"])], True),
    ],
)
def test_changes_of_the_same_tick_count_for_dynamic_partitions(key, requests, known) -> None:
    with Instance.ephemeral() as instance:
        instance.add_dynamic_partitions("regions", ["nz"])
        asked = RunRequest(partition_key=key)
        if known:
            made = asked.with_resolved_tags_and_config(job(REGIONS), requests, instance)
            assert made.tags == {"dagster/partition": key}
            return
        with pytest.raises(UnknownPartitionError, match=f"'{key}' is not a partition of 'regions'"):
            asked.with_resolved_tags_and_config(job(REGIONS), requests, instance)


def test_dynamic_partitions_need_an_instance() -> None:
    with pytest.raises(InvariantViolationError, match=r"only an instance knows[\s\S]*instance="):
        RunRequest(partition_key="nz").with_resolved_tags_and_config(job(REGIONS))


class ByKey:
    def get_run_config_for_partition_key(self, key: str) -> dict[str, object]:
        return {"ops": {"load": {"config": {"key": key}}}}

    def get_tags_for_partition_key(self, key: str, job_name: str | None = None) -> dict[str, str]:
        return {"dagster/partition": key, "of": job_name or ""}


def test_config_by_partition_fills_what_the_request_leaves_open() -> None:
    letters = job(StaticPartitionsDefinition(["a", "b"]), ByKey())
    made = RunRequest(partition_key="a").with_resolved_tags_and_config(letters)
    assert made.run_config == {"ops": {"load": {"config": {"key": "a"}}}}
    assert made.tags == {"dagster/partition": "a", "of": "nightly"}
    own = RunRequest(partition_key="a", run_config={"ops": {}}).with_resolved_tags_and_config(letters)
    assert own.run_config == {"ops": {}}
