"""The strikes of a cron line, compared with a model that walks minute by minute."""

# ruff: noqa: DTZ001  # naive datetimes are wall times here
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mainspring.core.base import cron

ZONES = [
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Europe/London",
    "UTC",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Casablanca",
]

CHANGES = {
    "America/New_York": [datetime(2024, 3, 10), datetime(2024, 11, 3)],
    "Australia/Lord_Howe": [datetime(2024, 4, 7), datetime(2024, 10, 6)],
    "Asia/Kathmandu": [datetime(1986, 1, 1), datetime(2024, 1, 1)],
    "Europe/London": [datetime(2024, 3, 31), datetime(2024, 10, 27)],
    "UTC": [datetime(2024, 2, 29), datetime(2023, 12, 31)],
    "America/Sao_Paulo": [datetime(2018, 11, 4), datetime(2018, 2, 18)],
    "Pacific/Apia": [datetime(2011, 12, 30), datetime(2012, 4, 1)],
    "Africa/Casablanca": [datetime(2024, 3, 10), datetime(2024, 4, 14)],
}

LINES = [
    "0 * * * *",
    "30 * * * *",
    "*/15 * * * *",
    "0 0 * * *",
    "30 0 * * *",
    "30 1 * * *",
    "45 1 * * *",
    "0 2 * * *",
    "15 2 * * *",
    "30 2 * * *",
    "0 3 * * *",
    "0 2,3 * * *",
    "0,20,40 1-3 * * *",
    "30 2 * * 0",
    "0 0 * * 1-5",
    "0 0 1 * *",
    "*/30 */2 * * *",
    "0 0 L * *",
    "10 23 31 12 *",
]

_MINUTE = timedelta(minutes=1)


def _matches(line: cron.CronLine, wall: datetime) -> bool:
    return line.on(wall.date()) and wall.hour in line.hours and wall.minute in line.minutes


def walked(text: str, zone: str, start: datetime, minutes: int) -> list[datetime]:
    """The strikes in ``[start, start + minutes)``, found by looking at the wall clock every minute."""
    line, tz, found = cron.parse(text), ZoneInfo(zone), []
    before = (start - _MINUTE).astimezone(tz).replace(tzinfo=None)
    for minute in range(minutes):
        instant = start + minute * _MINUTE
        shown = instant.astimezone(tz)
        wall = shown.replace(tzinfo=None, fold=0)
        repeats_later = shown.fold == 0 and shown.utcoffset() != shown.replace(fold=1).utcoffset()
        strikes = _matches(line, wall) and not (line.fixed and repeats_later)
        skipped = before + _MINUTE
        while line.fixed and skipped < wall:
            strikes = strikes or _matches(line, skipped)
            skipped += _MINUTE
        if strikes:
            found.append(instant)
        before = wall
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", LINES)
def test_strikes_around_every_change_of_the_clock_are_those_of_the_walking_model(
    zone: str, text: str
) -> None:
    for day in CHANGES[zone]:
        start = day.replace(tzinfo=UTC) - timedelta(days=1)
        minutes = 3 * 24 * 60
        stop = start + minutes * _MINUTE
        expected = walked(text, zone, start, minutes)
        found = []
        for instant in cron.strikes_after(text, zone, start, inclusive=True):
            if instant >= stop:
                break
            found.append(instant)
        assert found == expected
        backwards = []
        for instant in cron.strikes_before(text, zone, stop):
            if instant < start:
                break
            backwards.append(instant)
        assert backwards == expected[::-1]


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    text=st.sampled_from(LINES),
    start=st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1)).map(lambda d: d.replace(microsecond=0)),
    count=st.integers(1, 60),
)
@example(zone="Europe/London", text="30 1 * * *", start=datetime(2024, 10, 26), count=5)
def test_numbers_and_instants_are_inverse_and_strictly_increasing(
    zone: str, text: str, start: datetime, count: int
) -> None:
    ticks = cron.ticks(text, zone, origin_year=start.year)
    first = ticks.before(int(start.replace(tzinfo=UTC).timestamp()))
    instants = ticks.instants(first, first + count)
    assert instants == [ticks.nth(first + i) for i in range(count)]
    assert all(a < b for a, b in pairwise(instants))
    assert [ticks.before(instant) for instant in instants] == list(range(first, first + count))
    assert all(ticks.strikes(instant) and not ticks.strikes(instant + 1) for instant in instants)
    assert instants[0] >= start.replace(tzinfo=UTC).timestamp()


def test_a_fixed_time_in_a_repeated_hour_strikes_at_its_second_occurrence() -> None:
    after = datetime(2024, 11, 3, 4, tzinfo=UTC)
    first = next(cron.strikes_after("30 1 * * *", "America/New_York", after))
    assert first == datetime(2024, 11, 3, 6, 30, tzinfo=UTC)


def test_a_fixed_time_in_a_skipped_hour_strikes_when_the_hour_is_over() -> None:
    after = datetime(2024, 3, 10, 5, tzinfo=UTC)
    first = next(cron.strikes_after("30 2 * * *", "America/New_York", after))
    assert first == datetime(2024, 3, 10, 7, tzinfo=UTC)


def test_an_hourly_line_strikes_in_both_passes_of_a_repeated_hour() -> None:
    after = datetime(2024, 11, 3, 4, 30, tzinfo=UTC)
    found = cron.strikes_after("0 * * * *", "America/New_York", after)
    assert [next(found).hour for _ in range(4)] == [5, 6, 7, 8]
