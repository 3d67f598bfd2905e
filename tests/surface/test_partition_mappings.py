"""The section "Partition mappings" of the public surface."""

from datetime import UTC, datetime

import pytest

import mainspring as dg

LETTERS = dg.StaticPartitionsDefinition(["a", "b", "c"])
DAYS = dg.DailyPartitionsDefinition("2026-01-01", end_date="2026-01-10")
HOURS = dg.HourlyPartitionsDefinition("2026-01-01-00:00", end_date="2026-01-10-00:00")
NOW = datetime(2026, 1, 10, tzinfo=UTC)


def upstream(mapping, keys, below, above):
    """The upstream keys of some downstream ones."""
    subset = below.subset_with_partition_keys(keys)
    found = mapping.get_upstream_mapped_partitions_result_for_partitions(subset, below, above, NOW)
    return sorted(found.partitions_subset.get_partition_keys())


def downstream(mapping, keys, above, below):
    """The downstream keys of some upstream ones."""
    subset = above.subset_with_partition_keys(keys)
    return sorted(
        mapping.get_downstream_partitions_for_partitions(subset, above, below, NOW).get_partition_keys()
    )


def test_identity_partition_mapping_keeps_the_keys_both_have():
    wider = dg.StaticPartitionsDefinition(["a", "b", "z"])
    mapping = dg.IdentityPartitionMapping()
    assert upstream(mapping, ["a", "b"], wider, LETTERS) == ["a", "b"]
    assert downstream(mapping, ["a", "c"], LETTERS, wider) == ["a"]


def test_all_partition_mapping_takes_everything():
    mapping = dg.AllPartitionMapping()
    assert upstream(mapping, ["a"], LETTERS, DAYS) == list(DAYS.get_partition_keys())
    assert downstream(mapping, ["2026-01-02"], DAYS, LETTERS) == ["a", "b", "c"]


def test_last_partition_mapping_takes_the_last():
    mapping = dg.LastPartitionMapping()
    assert upstream(mapping, ["a"], LETTERS, DAYS) == ["2026-01-09"]
    assert downstream(mapping, ["2026-01-09"], DAYS, LETTERS) == ["a", "b", "c"]
    assert downstream(mapping, ["2026-01-02"], DAYS, LETTERS) == []


def test_specific_partitions_partition_mapping_takes_what_it_names():
    mapping = dg.SpecificPartitionsPartitionMapping(["a", "c"])
    assert mapping.partition_keys == ["a", "c"]
    assert upstream(mapping, ["2026-01-01"], DAYS, LETTERS) == ["a", "c"]
    assert downstream(mapping, ["b"], LETTERS, DAYS) == []


def test_static_partition_mapping_goes_by_its_table():
    numbers = dg.StaticPartitionsDefinition(["1", "2"])
    mapping = dg.StaticPartitionMapping({"a": "1", "b": {"1", "2"}})
    assert upstream(mapping, ["1"], numbers, LETTERS) == ["a", "b"]
    assert downstream(mapping, ["a"], LETTERS, numbers) == ["1"]
    assert downstream(mapping, ["c"], LETTERS, numbers) == []


def test_time_window_partition_mapping_between_days_and_hours():
    mapping = dg.TimeWindowPartitionMapping()
    hours = upstream(mapping, ["2026-01-02"], DAYS, HOURS)
    assert (len(hours), hours[0], hours[-1]) == (24, "2026-01-02-00:00", "2026-01-02-23:00")
    assert downstream(mapping, ["2026-01-02-05:00"], HOURS, DAYS) == ["2026-01-02"]


def test_time_window_partition_mapping_with_offsets():
    mapping = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)
    assert (mapping.start_offset, mapping.end_offset) == (-1, -1)
    assert upstream(mapping, ["2026-01-05"], DAYS, DAYS) == ["2026-01-04"]
    assert downstream(mapping, ["2026-01-04"], DAYS, DAYS) == ["2026-01-05"]
    found = mapping.get_upstream_mapped_partitions_result_for_partitions(
        DAYS.subset_with_partition_keys(["2026-01-01"]), DAYS, DAYS, NOW
    )
    assert list(found.required_but_nonexistent_partition_keys) == []


def test_a_window_that_does_not_exist_upstream_is_reported_or_passed_over():
    late = dg.DailyPartitionsDefinition("2026-01-05", end_date="2026-01-10")
    found = [
        list(
            mapping.get_upstream_mapped_partitions_result_for_partitions(
                DAYS.subset_with_partition_keys(["2026-01-02"]), DAYS, late, NOW
            ).required_but_nonexistent_partition_keys
        )
        for mapping in (
            dg.TimeWindowPartitionMapping(),
            dg.TimeWindowPartitionMapping(allow_nonexistent_upstream_partitions=True),
        )
    ]
    assert found == [["2026-01-02"], []]


def test_multi_to_single_dimension_partition_mapping():
    both = dg.MultiPartitionsDefinition({"letter": LETTERS, "day": DAYS})
    mapping = dg.MultiToSingleDimensionPartitionMapping("letter")
    assert upstream(mapping, [dg.MultiPartitionKey({"letter": "a", "day": "2026-01-02"})], both, LETTERS) == [
        "a"
    ]
    assert len(downstream(mapping, ["a"], LETTERS, both)) == 9


def test_multi_partition_mapping_goes_by_dimension():
    above = dg.MultiPartitionsDefinition({"letter": LETTERS, "day": DAYS})
    below = dg.MultiPartitionsDefinition({"sign": LETTERS, "date": DAYS})
    mapping = dg.MultiPartitionMapping(
        {
            "letter": dg.DimensionPartitionMapping("sign", dg.IdentityPartitionMapping()),
            "day": dg.DimensionPartitionMapping(
                "date", dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)
            ),
        }
    )
    key = dg.MultiPartitionKey({"sign": "a", "date": "2026-01-05"})
    assert upstream(mapping, [key], below, above) == [
        dg.MultiPartitionKey({"letter": "a", "day": "2026-01-04"})
    ]


def test_dimension_partition_mapping_holds_its_two_parts():
    made = dg.DimensionPartitionMapping("day", dg.AllPartitionMapping())
    assert (made.dimension_name, made.partition_mapping) == ("day", dg.AllPartitionMapping())


def test_a_partition_mapping_on_an_asset_decides_what_is_loaded(tmp_path):
    seen = {}

    @dg.asset(partitions_def=LETTERS)
    def letter(context):
        return context.partition_key

    @dg.asset(
        partitions_def=DAYS,
        ins={"letter": dg.AssetIn(partition_mapping=dg.SpecificPartitionsPartitionMapping(["b", "c"]))},
    )
    def day(context, letter):
        seen["keys"] = sorted(context.asset_partition_keys_for_input("letter"))
        seen["values"] = letter

    manager = dg.FilesystemIOManager(base_dir=str(tmp_path))
    for key in ("b", "c"):
        dg.materialize([letter], partition_key=key, resources={"io_manager": manager})
    result = dg.materialize(
        [letter, day], selection=[day], partition_key="2026-01-02", resources={"io_manager": manager}
    )
    assert result.success
    assert seen == {"keys": ["b", "c"], "values": {"b": "b", "c": "c"}}


def test_a_partition_mapping_is_an_interface():
    assert all(
        issubclass(kind, dg.PartitionMapping)
        for kind in (dg.AllPartitionMapping, dg.LastPartitionMapping, dg.TimeWindowPartitionMapping)
    )
    with pytest.raises(TypeError):
        dg.PartitionMapping()
