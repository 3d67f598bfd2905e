"""Subsets, compared with sets of keys."""

# ruff: noqa: DTZ001  # naive datetimes are wall times here
from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainspring.core.base.errors import InvariantViolationError, UnknownPartitionError
from mainspring.core.partitions.bitmap import MOST, bitmap_of, bitmap_of_runs, runs_of
from mainspring.core.partitions.calendar_windows import DailyPartitionsDefinition, HourlyPartitionsDefinition
from mainspring.core.partitions.dynamic import DynamicPartitionsDefinition
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.loading import partition_loading_context
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.static import StaticPartitionsDefinition

EARLY, LATE = datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 1, 9, tzinfo=UTC)


class Store:
    def __init__(self, keys: list[str]) -> None:
        self.keys = keys

    def get_dynamic_partitions(self, partitions_def_name: str) -> list[str]:
        return self.keys

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        return partition_key in self.keys


DAYS = DailyPartitionsDefinition("2024-01-01", timezone="Europe/London")
NAMES = DynamicPartitionsDefinition(name="names")
LETTERS = StaticPartitionsDefinition(["a", "b", "c"])
KINDS = {
    "static": StaticPartitionsDefinition(list("zyxwvutsrq")),
    "time": DAYS,
    "excluded": DailyPartitionsDefinition("2024-01-01", exclusions=[datetime(2024, 1, 3), "0 0 7 * *"]),
    "dynamic": NAMES,
    "outer grows": MultiPartitionsDefinition({"a": DAYS, "b": LETTERS}),
    "inner grows": MultiPartitionsDefinition({"a": LETTERS, "b": DAYS}),
    "all grow": MultiPartitionsDefinition({"a": NAMES, "b": LETTERS, "c": DAYS}),
}
STORES = {EARLY: Store(["p", "q", "r"]), LATE: Store(["n", "p", "r", "s"])}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.tuples(*[st.sampled_from([EARLY, LATE])] * 2), st.data())
def test_subsets_made_at_different_times_combine_as_sets_of_keys(kind, times, data) -> None:
    definition, drawn = KINDS[kind], []
    for when in times:
        with partition_loading_context(when, STORES[when]):
            keys = list(definition.get_partition_keys())
            chosen = data.draw(st.sets(st.sampled_from(keys)))
            drawn.append((definition.subset_with_partition_keys(chosen), chosen))
    (left, mine), (right, theirs) = drawn
    for found, expected in (
        (left | right, mine | theirs),
        (left & right, mine & theirs),
        (left - right, mine - theirs),
        (left ^ right, mine ^ theirs),
    ):
        assert set(found.get_partition_keys()) == expected
        assert len(found) == found.size == len(expected)
        assert found.is_empty is (not expected)
        assert list(found.iterate_partition_keys()) == found.get_partition_keys()
        assert all(key in found for key in expected)
        assert not any(key in found for key in (mine | theirs) - expected)
    assert (left == right) is (mine == theirs)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.tuples(*[st.sampled_from([EARLY, LATE])] * 2), st.data())
def test_a_stored_subset_is_read_again_after_its_definition_has_changed(kind, times, data) -> None:
    definition = KINDS[kind]
    with partition_loading_context(times[0], STORES[times[0]]):
        chosen = data.draw(st.sets(st.sampled_from(list(definition.get_partition_keys()))))
        text = definition.subset_with_partition_keys(chosen).serialize()
    with partition_loading_context(times[1], STORES[times[1]]):
        assert definition.can_deserialize_subset(text)
        read = definition.deserialize_subset(text)
        if times[0] <= times[1]:
            kept = chosen & set(definition.get_partition_keys())
            assert set(read.get_partition_keys()) == kept


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_ranges_put_together_are_the_subset(kind, data) -> None:
    definition = KINDS[kind]
    with partition_loading_context(LATE, STORES[LATE]):
        keys = list(definition.get_partition_keys())
        chosen = data.draw(st.sets(st.sampled_from(keys)))
        subset = definition.subset_with_partition_keys(chosen)
        places = [(keys.index(r.start), keys.index(r.end)) for r in subset.get_partition_key_ranges()]
        assert [
            key for first, last in places for key in keys[first : last + 1]
        ] == subset.get_partition_keys()
        assert all(last + 1 < first for (_, last), (first, _) in pairwise(places))
        assert subset.get_partition_keys() == [key for key in keys if key in chosen]
        assert subset.get_partition_keys_not_in_subset() == [key for key in keys if key not in chosen]


def test_a_subset_of_windows_survives_another_start_of_its_definition() -> None:
    hourly = HourlyPartitionsDefinition("2024-01-01-00:00", timezone="America/New_York")
    with partition_loading_context(datetime(2024, 3, 1, tzinfo=UTC)):
        text = hourly.subset_with_partition_key_range(
            PartitionKeyRange("2024-01-01-00:00", "2024-01-03-05:00")
        ).serialize()
        later = HourlyPartitionsDefinition("2024-01-02-00:00", timezone="America/New_York")
        ranges = later.deserialize_subset(text).get_partition_key_ranges()
        assert ranges == [PartitionKeyRange("2024-01-02-00:00", "2024-01-03-05:00")]
        daily = DailyPartitionsDefinition("2024-01-01", timezone="America/New_York", fmt="%Y-%m-%d-%H:%M")
        assert daily.deserialize_subset(text).get_partition_keys() == [
            "2024-01-01-00:00",
            "2024-01-02-00:00",
            "2024-01-03-00:00",
        ]


def test_static_keys_may_be_reordered_added_and_taken_away() -> None:
    text = StaticPartitionsDefinition(["a", "b", "c"]).subset_with_partition_keys(["a", "c"]).serialize()
    assert StaticPartitionsDefinition(["d", "c", "b"]).deserialize_subset(text).get_partition_keys() == ["c"]


def test_ten_million_partitions_take_a_few_bytes() -> None:
    hourly = HourlyPartitionsDefinition("1900-01-01-00:00")
    with partition_loading_context(datetime(3041, 1, 1, tzinfo=UTC)):
        everything = hourly.subset_with_all_partitions()
        assert len(everything) == 10_001_808
        assert len(everything.serialize()) < 4_000
        assert hourly.deserialize_subset(everything.serialize()) == everything


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"v":2,"space":{},"bits":""}', "nonsense"])
def test_what_is_no_stored_subset_is_refused(text: str) -> None:
    letters = StaticPartitionsDefinition(["a"])
    assert not letters.can_deserialize_subset(text)
    with pytest.raises(InvariantViolationError):
        letters.deserialize_subset(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"v":1,"space":{"kind":"keys","keys":["a"]},"bits":"%%%"}',
        '{"v":1,"space":{"kind":"keys","keys":["a"]},"bits":"AAAA"}',
        '{"v":1,"space":{"kind":"other"},"bits":""}',
        '{"v":1,"space":{"kind":"windows"},"bits":""}',
    ],
)
def test_a_damaged_stored_subset_is_refused(text: str) -> None:
    with pytest.raises(InvariantViolationError, match="cannot be read"):
        StaticPartitionsDefinition(["a"]).deserialize_subset(text)


def test_keys_are_added_to_a_copy() -> None:
    some = LETTERS.subset_with_partition_keys(["a"])
    assert some.with_partition_keys(["c"]).get_partition_keys() == ["a", "c"]
    assert some.get_partition_keys() == ["a"]
    assert repr(some) == "PartitionsSubset(1 partitions: a)"
    with pytest.raises(UnknownPartitionError, match="'q' is not a partition key"):
        some.with_partition_keys(["q"])


@settings(max_examples=100)
@given(st.sets(st.integers(0, 300)))
def test_runs_and_ordinals_are_the_same_set(ordinals: set[int]) -> None:
    runs = list(runs_of(bitmap_of(ordinals)))
    assert [ordinal for first, stop in runs for ordinal in range(first, stop)] == sorted(ordinals)
    assert all(stop < first for (_, stop), (first, _) in pairwise(runs))
    assert bitmap_of_runs(runs) == bitmap_of(ordinals)


def test_more_partitions_than_a_bitmap_holds_are_refused() -> None:
    with pytest.raises(InvariantViolationError, match="4,294,967,296"):
        bitmap_of_runs([(0, MOST + 1)])
