"""What stands in for an event that is lost."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from mainspring.core.base import serial
from mainspring.core.base.errors import FencedError, StorageAwayError, StorageError
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.sink.stand_in import stand_in, store_group
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events


def test_a_change_of_status_keeps_its_type() -> None:
    lost = Sequenced(2, 7, events.line(EventType.RUN_FAILURE, "r", timestamp=5.0, step_key="s"))
    made = stand_in(lost, TypeError("no JSON form"))
    assert (made.epoch, made.seq) == (2, 7)
    event = made.entry.get_dagster_event()
    assert event.event_type is EventType.RUN_FAILURE
    assert event.event_specific_data is None
    assert event.message == (
        "An event of type RUN_FAILURE could not be stored and is lost: TypeError: no JSON form."
        " It said: PIPELINE_FAILURE"
    )
    assert (made.entry.timestamp, made.entry.step_key) == (5.0, "s")


class Silent:
    """Has no text."""

    def __str__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize("time", [math.nan, math.inf, "now", None])
def test_whatever_was_wrong_it_can_be_stored(time: object) -> None:
    entry = EventLogEntry(None, 20, Silent(), "r\x00\ud800", time, "step\x00", Silent())  # type: ignore[arg-type]
    made = stand_in(Sequenced(1, 1, entry), ValueError("\x00\ud800"))
    text = serial.encode(made.entry).decode()
    assert "\\u0000" not in text
    assert (made.entry.run_id, made.entry.step_key, made.entry.timestamp) == (
        "r\\x00\\ud800",
        "step\\x00",
        0.0,
    )
    assert "ValueError: \\x00\\ud800" in made.entry.message


class Log:
    """Takes no event with these numbers; fails with the errors it was given, one a call."""

    def __init__(self, bad: set[int], *errors: Exception) -> None:
        self.bad = bad
        self.errors = list(errors)
        self.stored: dict[int, str] = {}

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        if self.errors:
            raise self.errors.pop(0)
        seqs = [one.seq or 0 for one in batch]
        if self.bad & {seq for seq, one in zip(seqs, batch, strict=True) if one.entry.level != 40}:
            raise OverflowError("too large")
        self.stored.update((seq, one.entry.message) for seq, one in zip(seqs, batch, strict=True))
        return [seq * 10 for seq in seqs]


def group(count: int) -> list[Sequenced]:
    return [Sequenced(1, seq, events.message("r", str(seq))) for seq in range(1, count + 1)]


@pytest.mark.parametrize("bad", [set[int](), {1}, {9}, {4, 5}, set(range(1, 10))])
def test_order_and_places_are_kept(bad: set[int]) -> None:
    log = Log(bad)
    placed = store_group(log.append, group(9))
    assert [storage_id for storage_id, _ in placed] == [seq * 10 for seq in range(1, 10)]
    assert list(log.stored) == list(range(1, 10))
    assert {seq for seq, text in log.stored.items() if "is lost" in text} == bad


@pytest.mark.parametrize("error", [FencedError("over"), StorageAwayError("away")])
def test_what_is_no_fault_of_an_event_is_raised(error: Exception) -> None:
    with pytest.raises(type(error)):
        store_group(Log(set(), error).append, group(4))
    with pytest.raises(type(error)):
        store_group(Log(set(), ValueError(), error).append, group(1))


def test_nothing_is_replaced_where_the_database_is_at_fault() -> None:
    log = Log(set(), *(StorageError("read only") for _ in range(9)))
    with pytest.raises(StorageError, match="read only"):
        store_group(log.append, group(4))
    assert log.stored == {}
    assert len(log.errors) == 5
