"""Data versions, their tags and how they are computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import (
    DataProvenance,
    DataVersion,
    DataVersionsByPartition,
    compute_data_version,
    data_version_of_tags,
)

A, B = AssetKey("a"), AssetKey(["b", "c"])


def test_a_data_version_is_a_string() -> None:
    assert DataVersion("1") == DataVersion(value="1")
    assert {DataVersion("1"): 1}[DataVersion("1")] == 1
    with pytest.raises(InvalidDefinitionError) as caught:
        DataVersion(1)
    assert caught.value.hint == 'Write DataVersion("1").'


def test_versions_by_partition_take_strings() -> None:
    versions = DataVersionsByPartition({"x": "1", "y": DataVersion("2")})
    assert versions.data_versions_by_partition == {"x": DataVersion("1"), "y": DataVersion("2")}
    assert serial.decode(serial.encode(versions), DataVersionsByPartition) == versions
    assert hash(versions) == hash(DataVersionsByPartition({"y": "2", "x": "1"}))


def test_provenance_reads_its_tags() -> None:
    tags = {
        "dagster/code_version": "v1",
        "dagster/data_version": "abc",
        "dagster/input_data_version/a": "1",
        "dagster/input_data_version/b/c": "2",
        "dagster/input_event_pointer/a": "17",
        "dagster/input_event_pointer/b/c": "NULL",
        "dagster/input_data_version": "no key",
        "dagster/input_data_versions/x": "another tag",
        "team": "core",
    }
    provenance = DataProvenance.from_tags(tags)
    assert provenance == DataProvenance(
        code_version="v1",
        input_data_versions={A: DataVersion("1"), B: DataVersion("2")},
        input_storage_ids={A: 17, B: None},
        is_user_provided=False,
    )
    assert provenance.has_input_asset(B)
    assert not provenance.has_input_asset(AssetKey("b"))


def test_old_tags_are_read_and_give_way_to_present_ones() -> None:
    tags = {
        "dagster/code_version": "v1",
        "dagster/input_logical_version/a": "old",
        "dagster/input_logical_version/b/c": "old",
        "dagster/input_data_version/a": "new",
        "dagster/data_version_is_user_provided": "true",
    }
    assert DataProvenance.from_tags(tags) == DataProvenance(
        "v1", {A: DataVersion("new"), B: DataVersion("old")}, {}, True
    )


def test_no_code_version_no_provenance() -> None:
    assert DataProvenance.from_tags({"dagster/input_data_version/a": "1"}) is None


keys = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=3).map(AssetKey)
versions = st.text(min_size=1, max_size=5).map(DataVersion)


@given(
    st.text(),
    st.dictionaries(keys, versions, max_size=3),
    st.dictionaries(keys, st.none() | st.integers(0, 10**9), max_size=3),
    st.booleans(),
)
def test_provenance_travels_in_tags(code_version, input_versions, pointers, is_user_provided) -> None:
    provenance = DataProvenance(code_version, input_versions, pointers, is_user_provided)
    back = DataProvenance.from_tags(provenance.to_tags())
    assert back == provenance
    assert hash(back) == hash(provenance)


def test_the_data_version_among_tags() -> None:
    assert data_version_of_tags({"dagster/data_version": "1", "dagster/logical_version": "0"}) == DataVersion(
        "1"
    )
    assert data_version_of_tags({"dagster/logical_version": "0"}) == DataVersion("0")
    assert data_version_of_tags({}) is None


def test_a_computed_version_depends_on_code_and_inputs_alone() -> None:
    one, two = DataVersion("1"), DataVersion("2")
    version = compute_data_version("v1", {A: one, B: two})
    assert version.value == "093ed7d1f1b41d7f07fe4a980e1471572e5c2f68ac060cb1930c623beffee4dc"
    assert version == compute_data_version("v1", {B: two, A: one})
    others = [
        compute_data_version("v2", {A: one, B: two}),
        compute_data_version("v1", {A: two, B: one}),
        compute_data_version("v1", {A: one}),
        compute_data_version("v1", {A: one, AssetKey("b/c"): two}),
        compute_data_version("v1", {}),
    ]
    assert len({version, *others}) == 6
