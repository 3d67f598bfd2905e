"""``PartitionSlice``: one partition, a range, a list."""

from __future__ import annotations

import pytest

import mainspring as dg
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.runtime.contexts.slice import PartitionSlice

LETTERS = dg.StaticPartitionsDefinition(["a", "b", "c", "d"])
DAYS = dg.DailyPartitionsDefinition("2024-01-01", end_date="2024-02-01")


def test_one() -> None:
    one = PartitionSlice("b", "b", LETTERS)
    assert (one.is_single, one.key, one.all_keys()) == (True, "b", ["b"])
    assert one.key_range == PartitionKeyRange("b", "b")


def test_a_range() -> None:
    several = PartitionSlice("b", "d", LETTERS)
    assert (several.is_single, several.all_keys()) == (False, ["b", "c", "d"])
    with pytest.raises(InvariantViolationError, match="partitions b to d, so it has no single partition key"):
        _ = several.key


def test_a_list() -> None:
    some = PartitionSlice.of_keys(["a", "d"], LETTERS)
    assert (some.first, some.last, some.all_keys()) == ("a", "d", ["a", "d"])


def test_none_at_all() -> None:
    none = PartitionSlice.of_keys([], DAYS)
    assert (none.is_single, none.all_keys()) == (False, [])
    for read in (lambda: none.key, lambda: none.key_range, lambda: none.time_window):
        with pytest.raises(InvariantViolationError, match="mapping of this input leads to none"):
            read()


def test_spans_of_time() -> None:
    day = PartitionSlice("2024-01-03", "2024-01-03", DAYS).time_window
    days = PartitionSlice("2024-01-03", "2024-01-05", DAYS).time_window
    assert (day.start.day, day.end.day) == (3, 4)
    assert (days.start.day, days.end.day) == (3, 6)
    with pytest.raises(
        InvariantViolationError, match="not spans of time: they are of a StaticPartitionsDefinition"
    ):
        _ = PartitionSlice("a", "a", LETTERS).time_window


def test_without_a_definition_only_the_key_is_known() -> None:
    assert PartitionSlice("a", "a").all_keys() == ["a"]
    with pytest.raises(InvariantViolationError, match="definition of 'a' is not known"):
        PartitionSlice("a", "b").all_keys()
