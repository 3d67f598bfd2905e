"""Mappings, compared with models that go key by key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainspring.core.base import cron
from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError, UnknownPartitionError
from mainspring.core.partitions.calendar_windows import DailyPartitionsDefinition, HourlyPartitionsDefinition
from mainspring.core.partitions.loading import partition_loading_context
from mainspring.core.partitions.mapping import (
    AllPartitionMapping,
    IdentityPartitionMapping,
    LastPartitionMapping,
    SpecificPartitionsPartitionMapping,
)
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.multi_mapping import (
    DimensionPartitionMapping,
    MultiPartitionMapping,
    MultiToSingleDimensionPartitionMapping,
    infer_partition_mapping,
)
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.partitions.static_mapping import StaticPartitionMapping
from mainspring.core.partitions.time_mapping import TimeWindowPartitionMapping
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition

ZONES = ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/London", "UTC"]
LINES = ["0 */6 * * *", "30 1 * * *", "0 0 * * *", "0 0 * * 1-5", "0 0 * * 0", "15 2 * * 3", "0 0 1,15 * *"]
FMT = "%Y-%m-%d-%H:%M"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@st.composite
def windows(draw: st.DrawFn, start: datetime) -> TimeWindowPartitionsDefinition:
    begin = start + timedelta(days=draw(st.integers(0, 12)), hours=draw(st.integers(0, 23)))
    line, zone = draw(st.sampled_from(LINES)), draw(st.sampled_from(ZONES))
    near = list(islice(cron.strikes_after(line, zone, begin), 20))
    return TimeWindowPartitionsDefinition(
        begin,
        FMT,
        cron_schedule=line,
        timezone=zone,
        end_offset=draw(st.integers(-1, 2)),
        exclusions=sorted(draw(st.sets(st.sampled_from(near), max_size=3))),
    )


def moved(line: str, zone: str, instant: datetime, steps: int) -> datetime:
    """The strike so many steps from a strike, found by walking."""
    if steps == 0:
        return instant
    walk = cron.strikes_after(line, zone, instant) if steps > 0 else cron.strikes_before(line, zone, instant)
    return next(islice(walk, abs(steps) - 1, None))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([at(2024, 2, 28), at(2024, 10, 20), at(2023, 12, 20)]), st.data())
def test_windows_map_to_the_windows_they_overlap(start: datetime, data: st.DataObject) -> None:
    up, down = data.draw(windows(start)), data.draw(windows(start))
    low = data.draw(st.integers(-2, 2))
    mapping = TimeWindowPartitionMapping(low, data.draw(st.integers(low, 2)))
    with partition_loading_context(start + timedelta(days=data.draw(st.integers(14, 40)))):
        downs, ups = list(down.get_partition_keys()), list(up.get_partition_keys())
        spans = {}
        for key in downs:
            window = down.time_window_for_partition_key(key)
            spans[key] = (
                moved(down.cron_schedule, down.timezone, window.start, mapping.start_offset),
                moved(down.cron_schedule, down.timezone, window.end, mapping.end_offset),
            )
        made_from = {}
        for key in downs:
            first, last = spans[key]
            overlapped = [(u, up.time_window_for_partition_key(u)) for u in ups]
            made_from[key] = {u for u, w in overlapped if w.start < last and w.end > first}
        chosen = data.draw(st.sets(st.sampled_from(downs))) if downs else set()
        subset = down.subset_with_partition_keys(chosen)
        result = mapping.get_upstream_mapped_partitions_result_for_partitions(subset, down, up)
        assert set(result.partitions_subset.get_partition_keys()) == set().union(
            *(made_from[k] for k in chosen)
        )
        absent = set()
        for key in chosen:
            first, last = spans[key]
            strike = next(cron.strikes_before(up.cron_schedule, up.timezone, first, inclusive=True))
            while strike < last:
                name = up.get_partition_key(strike)
                reached_by_offset = mapping.start_offset < 0 if strike < up.start else mapping.end_offset > 0
                inner = up.start <= strike and ups and strike <= up.start_time_for_partition_key(ups[-1])
                if (
                    name not in ups
                    and not up.is_window_start_excluded(strike)
                    and (inner or not reached_by_offset)
                ):
                    absent.add(name)
                if name not in ups and strike < up.start and mapping.start_offset >= 0:
                    absent.add(name)
                strike = moved(up.cron_schedule, up.timezone, strike, 1)
        found = set(result.required_but_nonexistent_partition_keys)
        inside = {key for key in absent if up.start_time_for_partition_key(key) >= up.start}
        assert {key for key in found if up.start_time_for_partition_key(key) >= up.start} == {
            key for key in inside if not up.is_window_start_excluded(up.start_time_for_partition_key(key))
        }
        assert {key for key in found if up.start_time_for_partition_key(key) < up.start} == absent - inside
        picked = data.draw(st.sets(st.sampled_from(ups))) if ups else set()
        back = mapping.get_downstream_partitions_for_partitions(
            up.subset_with_partition_keys(picked), up, down
        )
        assert set(back.get_partition_keys()) == {key for key in downs if made_from[key] & picked}


def test_the_offset_counts_downstream_windows() -> None:
    hourly, daily = HourlyPartitionsDefinition("2024-01-01-00:00"), DailyPartitionsDefinition("2024-01-01")
    with partition_loading_context(at(2024, 2, 1)):
        subset = daily.subset_with_partition_keys(["2024-01-05"])
        mapping = TimeWindowPartitionMapping(start_offset=-1)
        found = mapping.get_upstream_mapped_partitions_result_for_partitions(
            subset, daily, hourly
        ).partitions_subset
        assert [str(r) for r in found.get_partition_key_ranges()] == ["2024-01-04-00:00...2024-01-05-23:00"]


def test_windows_that_do_not_exist_are_reported_or_passed_over() -> None:
    up, down = DailyPartitionsDefinition("2024-01-05", "2024-01-08"), DailyPartitionsDefinition("2024-01-01")
    with partition_loading_context(at(2024, 1, 11)):
        everything = down.subset_with_all_partitions()
        for allow, missing in ((False, ["2024-01-01...2024-01-04", "2024-01-08...2024-01-10"]), (True, [])):
            mapping = TimeWindowPartitionMapping(allow_nonexistent_upstream_partitions=allow)
            result = mapping.get_upstream_mapped_partitions_result_for_partitions(everything, down, up)
            assert result.partitions_subset.get_partition_keys() == ["2024-01-05", "2024-01-06", "2024-01-07"]
            assert [
                str(r) for r in result.required_but_nonexistent_subset.get_partition_key_ranges()
            ] == missing


def test_windows_that_only_an_offset_reaches_are_passed_over() -> None:
    days = DailyPartitionsDefinition("2024-01-05", "2024-01-08")
    for offsets, key, found in (
        ((-1, -1), "2024-01-05", []),
        ((-1, 0), "2024-01-05", ["2024-01-05"]),
        ((0, 1), "2024-01-07", ["2024-01-07"]),
    ):
        result = TimeWindowPartitionMapping(*offsets).get_upstream_mapped_partitions_result_for_partitions(
            days.subset_with_partition_keys([key]), days, days
        )
        assert list(result.partitions_subset.get_partition_keys()) == found
        assert list(result.required_but_nonexistent_partition_keys) == []


LETTERS, NUMBERS = (
    StaticPartitionsDefinition(["a", "b", "c"]),
    StaticPartitionsDefinition(["1", "2", "3", "4"]),
)


def upstream(mapping, downs, down, up):
    subset = down.subset_with_partition_keys(downs)
    result = mapping.get_upstream_mapped_partitions_result_for_partitions(subset, down, up)
    return result.partitions_subset.get_partition_keys(), list(result.required_but_nonexistent_partition_keys)


def downstream(mapping, ups, up, down):
    subset = up.subset_with_partition_keys(ups)
    return mapping.get_downstream_partitions_for_partitions(subset, up, down).get_partition_keys()


def test_mappings_of_listed_keys() -> None:
    more = StaticPartitionsDefinition(["c", "a", "z"])
    assert upstream(IdentityPartitionMapping(), ["a", "z"], more, LETTERS) == (["a"], ["z"])
    assert downstream(IdentityPartitionMapping(), ["b", "c"], LETTERS, more) == ["c"]
    assert upstream(AllPartitionMapping(), ["1"], NUMBERS, LETTERS) == (["a", "b", "c"], [])
    assert downstream(AllPartitionMapping(), ["b"], LETTERS, NUMBERS) == ["1", "2", "3", "4"]
    assert downstream(AllPartitionMapping(), [], LETTERS, NUMBERS) == []
    assert upstream(LastPartitionMapping(), ["1"], NUMBERS, LETTERS) == (["c"], [])
    assert downstream(LastPartitionMapping(), ["b"], LETTERS, NUMBERS) == []
    assert downstream(LastPartitionMapping(), ["c"], LETTERS, NUMBERS) == ["1", "2", "3", "4"]
    specific = SpecificPartitionsPartitionMapping(["a", "c"])
    assert upstream(specific, ["2"], NUMBERS, LETTERS) == (["a", "c"], [])
    assert downstream(specific, ["b"], LETTERS, NUMBERS) == []
    with pytest.raises(UnknownPartitionError, match="'q' is not a partition key"):
        upstream(SpecificPartitionsPartitionMapping(["q"]), ["2"], NUMBERS, LETTERS)


def test_a_downstream_asset_without_partitions() -> None:
    for mapping, expected in ((AllPartitionMapping(), ["a", "b", "c"]), (LastPartitionMapping(), ["c"])):
        result = mapping.get_upstream_mapped_partitions_result_for_partitions(None, None, LETTERS)
        assert result.partitions_subset.get_partition_keys() == expected
    for mapping in (IdentityPartitionMapping(), TimeWindowPartitionMapping(), StaticPartitionMapping({})):
        with pytest.raises(InvariantViolationError, match="downstream asset has none"):
            mapping.get_upstream_mapped_partitions_result_for_partitions(None, None, LETTERS)
        with pytest.raises(InvalidDefinitionError):
            mapping.validate_partition_mapping(LETTERS, None)


def test_a_table_maps_both_ways() -> None:
    mapping = StaticPartitionMapping({"a": "1", "b": ["1", "2"]})
    mapping.validate_partition_mapping(LETTERS, NUMBERS)
    assert upstream(mapping, ["1", "3"], NUMBERS, LETTERS) == (["a", "b"], [])
    assert downstream(mapping, ["b", "c"], LETTERS, NUMBERS) == ["1", "2"]
    assert mapping == StaticPartitionMapping({"a": "1", "b": ["1", "2"]})
    with pytest.raises(InvalidDefinitionError, match="'5', which is no downstream partition"):
        StaticPartitionMapping({"a": "5"}).validate_partition_mapping(LETTERS, NUMBERS)


DAYS = DailyPartitionsDefinition("2024-01-01", "2024-01-05")
GRID = MultiPartitionsDefinition({"day": DAYS, "letter": LETTERS, "number": NUMBERS})
FLAT = MultiPartitionsDefinition({"sign": LETTERS, "when": DAYS})


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_dimensions_map_one_by_one(data: st.DataObject) -> None:
    """FLAT is made from GRID: the same letter, the same day and the day before; every number."""
    before = TimeWindowPartitionMapping(start_offset=-1, allow_nonexistent_upstream_partitions=True)
    mapping = MultiPartitionMapping(
        {
            "letter": DimensionPartitionMapping("sign", IdentityPartitionMapping()),
            "day": DimensionPartitionMapping("when", before),
        }
    )
    mapping.validate_partition_mapping(GRID, FLAT)
    ups, downs = GRID.get_partition_keys(), FLAT.get_partition_keys()
    days = list(DAYS.get_partition_keys())

    def made_from(down):
        place = days.index(down.keys_by_dimension["when"])
        near = days[max(0, place - 1) : place + 1]
        return {
            u
            for u in ups
            if u.keys_by_dimension["letter"] == down.keys_by_dimension["sign"]
            and u.keys_by_dimension["day"] in near
        }

    chosen = data.draw(st.sets(st.sampled_from(downs)))
    found, absent = upstream(mapping, chosen, FLAT, GRID)
    assert (set(found), absent) == (set().union(*map(made_from, chosen)), [])
    picked = data.draw(st.sets(st.sampled_from(ups), max_size=8))
    assert set(downstream(mapping, picked, GRID, FLAT)) == {d for d in downs if made_from(d) & picked}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_dimension_maps_to_a_definition_of_its_own(data: st.DataObject) -> None:
    mapping = MultiToSingleDimensionPartitionMapping()
    mapping.validate_partition_mapping(GRID, LETTERS)
    keys = GRID.get_partition_keys()
    letters = data.draw(st.sets(st.sampled_from(["a", "b", "c"])))
    picked = data.draw(st.sets(st.sampled_from(keys), max_size=6))
    with_letters = [key for key in keys if key.keys_by_dimension["letter"] in letters]
    of_picked = sorted({key.keys_by_dimension["letter"] for key in picked})
    assert upstream(mapping, letters, LETTERS, GRID) == (with_letters, [])
    assert downstream(mapping, picked, GRID, LETTERS) == of_picked
    assert upstream(mapping, picked, GRID, LETTERS) == (of_picked, [])
    assert downstream(mapping, letters, LETTERS, GRID) == with_letters


def test_missing_keys_of_a_dimension_are_named_with_the_others() -> None:
    short = MultiPartitionsDefinition(
        {"day": DailyPartitionsDefinition("2024-01-02", "2024-01-03"), "letter": LETTERS}
    )
    wide = MultiPartitionsDefinition({"day": DAYS, "letter": LETTERS})
    mapping = infer_partition_mapping(short, wide)
    found, absent = upstream(mapping, ["2024-01-01|a", "2024-01-02|b"], wide, short)
    assert (found, absent) == (["2024-01-02|b"], ["2024-01-01|a"])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_two_upstream_dimensions_may_follow_from_one(data: st.DataObject) -> None:
    """LETTERS x NUMBERS is made from pairs of letters: x is the same letter, y is the next one."""
    pairs = MultiPartitionsDefinition({"x": LETTERS, "y": LETTERS})
    whole = MultiPartitionsDefinition({"letter": LETTERS, "number": NUMBERS})
    following = {"b": "a", "c": "b", "a": "c"}  # upstream y to downstream letter
    mapping = MultiPartitionMapping(
        {
            "x": DimensionPartitionMapping("letter", IdentityPartitionMapping()),
            "y": DimensionPartitionMapping("letter", StaticPartitionMapping(following)),
        }
    )
    chosen = data.draw(st.sets(st.sampled_from(whole.get_partition_keys())))
    letters = {key.keys_by_dimension["letter"] for key in chosen}
    backwards = {down: up for up, down in following.items()}
    expected = {f"{letter}|{backwards[letter]}" for letter in letters}
    found, absent = upstream(mapping, chosen, whole, pairs)
    assert (set(found), absent) == (expected, [])
    picked = data.draw(st.sets(st.sampled_from(pairs.get_partition_keys())))
    hit = [key for key in whole.get_partition_keys() if f"{key[0]}|{backwards[key[0]]}" in picked]
    assert downstream(mapping, picked, pairs, whole) == hit


def test_the_dimension_must_be_clear() -> None:
    twins = MultiPartitionsDefinition({"x": LETTERS, "y": LETTERS})
    with pytest.raises(InvalidDefinitionError, match="Give partition_dimension_name"):
        MultiToSingleDimensionPartitionMapping().validate_partition_mapping(twins, LETTERS)
    named = MultiToSingleDimensionPartitionMapping("y")
    assert downstream(named, ["a|c"], twins, LETTERS) == ["c"]


def test_mappings_are_inferred() -> None:
    hourly = HourlyPartitionsDefinition("2024-01-01-00:00")
    assert infer_partition_mapping(LETTERS, LETTERS) == IdentityPartitionMapping()
    assert (
        infer_partition_mapping(LETTERS, None)
        == infer_partition_mapping(None, LETTERS)
        == AllPartitionMapping()
    )
    assert infer_partition_mapping(hourly, DAYS) == TimeWindowPartitionMapping()
    assert infer_partition_mapping(GRID, LETTERS) == MultiToSingleDimensionPartitionMapping()
    assert infer_partition_mapping(GRID, hourly) == MultiToSingleDimensionPartitionMapping()
    assert infer_partition_mapping(GRID, GRID) == IdentityPartitionMapping()
    other = MultiPartitionsDefinition({"day": hourly, "letter": LETTERS, "number": NUMBERS})
    assert infer_partition_mapping(other, GRID) == MultiPartitionMapping(
        {
            "day": DimensionPartitionMapping("day", TimeWindowPartitionMapping()),
            "letter": DimensionPartitionMapping("letter", IdentityPartitionMapping()),
            "number": DimensionPartitionMapping("number", IdentityPartitionMapping()),
        }
    )


def test_wrong_mappings_are_refused() -> None:
    with pytest.raises(InvalidDefinitionError, match="start_offset=1 and end_offset=0 is empty"):
        TimeWindowPartitionMapping(start_offset=1)
    with pytest.raises(InvalidDefinitionError, match="upstream asset has a StaticPartitionsDefinition"):
        TimeWindowPartitionMapping().validate_partition_mapping(LETTERS, DAYS)
    wrong = MultiPartitionMapping({"colour": DimensionPartitionMapping("sign", IdentityPartitionMapping())})
    with pytest.raises(
        InvalidDefinitionError, match="names the dimension 'colour'; there are day, letter, number"
    ):
        wrong.validate_partition_mapping(GRID, FLAT)


def test_a_million_hours_map_to_days_in_one_step() -> None:
    hourly = HourlyPartitionsDefinition("1900-01-01-00:00", timezone="Europe/London")
    daily = DailyPartitionsDefinition("1900-01-01", timezone="Europe/London")
    with partition_loading_context(at(2020, 1, 1)):
        everything = hourly.subset_with_all_partitions()
        mapping = infer_partition_mapping(hourly, daily)
        found = mapping.get_downstream_partitions_for_partitions(everything, hourly, daily)
        assert (len(everything), len(found)) == (1_051_896, 43_829)
