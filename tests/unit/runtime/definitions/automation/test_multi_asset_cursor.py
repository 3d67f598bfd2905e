from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.automation.multi_asset_cursor import (
    AssetCursor,
    read_cursors,
    write_cursors,
)


def event(place: int, partition: str | None = None) -> Any:
    return SimpleNamespace(storage_id=place, partition_key=partition)


def test_the_latest_consumed_event_is_where_the_next_tick_begins() -> None:
    assert AssetCursor(3).advanced([event(7), event(5)], {}) == AssetCursor(7)
    assert AssetCursor(3, "a").advanced([], {}) == AssetCursor(3, "a")


def test_partitions_that_were_passed_over_are_trailing() -> None:
    latest = {"a": 4, "b": 6, "c": 9}
    assert AssetCursor(3).advanced([event(7, "d")], latest) == AssetCursor(7, "d", {"a": 4, "b": 6})
    assert AssetCursor(3).advanced([event(7, "d"), event(4, "a")], latest) == AssetCursor(7, "d", {"b": 6})


def test_a_trailing_event_is_consumed_later() -> None:
    before = AssetCursor(7, "d", {"a": 4, "b": 6})
    assert before.advanced([event(4, "a")], {}) == AssetCursor(7, "d", {"b": 6})
    assert before.advanced([event(9, "b")], {"b": 9}) == AssetCursor(9, "b", {"a": 4})
    assert before.advanced([event(9, "c")], {"a": 8, "c": 9}) == AssetCursor(9, "c", {"a": 8, "b": 6})


EVENTS = st.lists(st.sampled_from("abc"), min_size=1, max_size=12)


@given(EVENTS, st.sets(st.integers(1, 12)))
def test_every_partition_is_either_consumed_or_still_to_be_seen(
    partitions: list[str], chosen: set[int]
) -> None:
    """The model: a partition is settled when its latest event before the cursor was consumed."""
    events = [event(place, partition) for place, partition in enumerate(partitions, 1)]
    latest = {one.partition_key: one.storage_id for one in events}
    consumed = [one for one in events if one.storage_id in chosen]
    after = AssetCursor().advanced(consumed, latest)
    assert after.storage_id == max((one.storage_id for one in consumed), default=0)
    for partition, place in latest.items():
        settled = place in chosen
        still_new = place > after.storage_id or after.trailing.get(partition) == place
        assert settled != still_new


def test_text() -> None:
    cursors = {AssetKey(["a", "b"]): AssetCursor(7, "d", {"x": 4}), AssetKey("c"): AssetCursor(2)}
    text = write_cursors(cursors)
    assert text == '{"a/b":{"storage_id":7,"partition":"d","trailing":{"x":4}},"c":{"storage_id":2}}'
    assert read_cursors(text, what="s") == cursors
    assert read_cursors(None, what="s") == {}
    with pytest.raises(InvariantViolationError, match="'7', which is none of its own"):
        read_cursors("7", what="s")
