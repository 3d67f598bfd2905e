"""Time windows, compared with a model that lists every window."""

# ruff: noqa: DTZ001  # naive datetimes are wall times here
from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mainspring.core.base import cron
from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError, UnknownPartitionError
from mainspring.core.partitions.calendar_windows import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.loading import moment, partition_loading_context
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition
from mainspring.core.partitions.window import ScheduleType, TimestampWithTimezone, TimeWindow

ZONES = ["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/London", "UTC"]
LINES = [
    "0 * * * *",
    "30 * * * *",
    "*/20 * * * *",
    "0 0 * * *",
    "30 2 * * *",
    "45 1 * * *",
    "0 0 * * 1-5",
    "0 3 * * 0",
    "0 0 5 * *",
]
FMT = "%Y-%m-%d-%H:%M"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


class Model:
    """Every window of a definition at a moment, made one by one from the strikes of its cron line."""

    def __init__(
        self, definition: TimeWindowPartitionsDefinition, now: datetime, excluded: set[datetime]
    ) -> None:
        zone = definition.timezone
        strikes = []
        for instant in cron.strikes_after(definition.cron_schedule, zone, definition.start, inclusive=True):
            strikes.append(instant)
            if instant > now + timedelta(days=90):
                break
        windows = list(pairwise(strikes))
        ended = sum(end <= now for _, end in windows) + definition.end_offset
        if definition.end is not None:
            ended = min(ended, sum(end <= definition.end for _, end in windows))
        self.all = windows[: max(0, ended)]
        self.windows = [window for window in self.all if window[0] not in excluded]


@st.composite
def definitions(draw: st.DrawFn) -> tuple[TimeWindowPartitionsDefinition, datetime, Model]:
    start = draw(
        st.datetimes(datetime(2023, 9, 1), datetime(2024, 12, 1)).map(lambda d: d.replace(microsecond=0))
    )
    now = (start + timedelta(hours=draw(st.integers(0, 24 * 40)))).replace(tzinfo=UTC)
    line, zone = draw(st.sampled_from(LINES)), draw(st.sampled_from(ZONES))
    probe = TimeWindowPartitionsDefinition(start.replace(tzinfo=UTC), FMT, cron_schedule=line, timezone=zone)
    near = list(islice(cron.strikes_after(line, zone, probe.start, inclusive=True), 40))
    excluded = draw(st.sets(st.sampled_from(near), max_size=6))
    definition = TimeWindowPartitionsDefinition(
        start.replace(tzinfo=UTC),
        FMT,
        end=draw(
            st.none() | st.integers(0, 900).map(lambda h: start.replace(tzinfo=UTC) + timedelta(hours=h))
        ),
        cron_schedule=line,
        timezone=zone,
        end_offset=draw(st.integers(-2, 3)),
        exclusions=sorted(excluded),
    )
    return definition, now, Model(definition, now, excluded)


@settings(max_examples=150, deadline=None)
@given(definitions(), st.data())
def test_a_definition_has_the_windows_of_the_model(
    drawn: tuple[TimeWindowPartitionsDefinition, datetime, Model], data: st.DataObject
) -> None:
    definition, now, model = drawn
    with partition_loading_context(now):
        keys = list(definition.get_partition_keys())
        assert len(set(keys)) == len(keys) == definition.get_num_partitions() == len(model.windows)
        space = definition.key_space()
        assert [space.key(i) for i in range(len(keys))] == keys
        assert [space.ordinal(key) for key in keys] == list(range(len(keys)))
        shown = [definition.time_window_for_partition_key(key) for key in keys]
        assert [
            (window.start.astimezone(UTC), window.end.astimezone(UTC)) for window in shown
        ] == model.windows
        assert definition.get_first_partition_key() == (keys[0] if keys else None)
        assert definition.get_last_partition_key() == (keys[-1] if keys else None)
        assert definition.get_last_partition_window() == (shown[-1] if shown else None)
        last = definition.get_last_partition_window_ignoring_exclusions()
        assert (last and (last.start, last.end)) == (model.all[-1] if model.all else None)
        if not keys:
            return
        low = data.draw(st.integers(0, len(keys) - 1))
        high = data.draw(st.integers(low, len(keys) - 1))
        assert (
            definition.get_partition_keys_in_range(PartitionKeyRange(keys[low], keys[high]))
            == keys[low : high + 1]
        )
        assert definition.get_partition_keys_between_indexes(low, high) == keys[low:high]
        assert definition.get_next_partition_key(keys[low]) == (
            keys[low + 1] if low + 1 < len(keys) else None
        )
        assert definition.get_prev_partition_key(keys[low]) == (keys[low - 1] if low else None)
        assert definition.get_partition_key_for_timestamp(shown[low].start.timestamp()) == keys[low]
        assert definition.get_partition_key_for_timestamp(shown[low].end.timestamp() - 1) == keys[low]
        assert (
            definition.get_partition_key_for_timestamp(shown[low].end.timestamp(), end_closed=True)
            == keys[low]
        )
        span = TimeWindow(shown[low].start, shown[high].end)
        assert definition.get_partition_keys_in_time_window(span) == keys[low : high + 1]
        assert definition.get_num_partitions_in_window(span) == high + 1 - low
        assert definition.get_next_partition_window(shown[low].start) == shown[low]
        assert definition.get_prev_partition_window(shown[low].end) == shown[low]
        subset = definition.subset_with_partition_key_range(PartitionKeyRange(keys[low], keys[high]))
        joined = definition.time_windows_for_partition_keys(frozenset(keys[low : high + 1]))
        assert subset.included_time_windows == joined
        assert all(a.end < b.start for a, b in pairwise(joined))
        covered = [w for w in shown if any(j.start <= w.start and w.end <= j.end for j in joined)]
        assert covered == shown[low : high + 1]


@settings(max_examples=40, deadline=None)
@given(definitions(), st.integers(1, 7), st.booleans())
def test_pages_put_together_are_all_keys(
    drawn: tuple[TimeWindowPartitionsDefinition, datetime, Model], limit: int, ascending: bool
) -> None:
    definition, now, _ = drawn
    context, found, cursor = moment(now), [], None
    keys = (
        list(definition.get_partition_keys(now))[-40:]
        if not ascending
        else list(definition.get_partition_keys(now))[:40]
    )
    while len(found) < len(keys):
        page = definition.get_paginated_partition_keys(context, limit, ascending, cursor)
        found.extend(page.results)
        cursor = page.cursor
        if not page.has_more:
            break
    expected = keys if ascending else keys[::-1]
    assert found[: len(keys)] == expected


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(
        [
            ("*/30 * * * *", "0-59 3-7 * * *"),
            ("0 * * * *", "0 2 * * *"),
            ("0 0 * * *", "0 0 * * 6,0"),
            ("0 0 * * *", "0 0 L * *"),
        ]
    ),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2023, 9, 1), datetime(2024, 12, 1)).map(
        lambda d: d.replace(minute=0, second=0, microsecond=0)
    ),
)
def test_a_cron_line_excludes_the_wall_times_it_names(
    lines: tuple[str, str], zone: str, start: datetime
) -> None:
    line, without = lines
    plain = TimeWindowPartitionsDefinition(start, FMT, cron_schedule=line, timezone=zone)
    less = TimeWindowPartitionsDefinition(start, FMT, cron_schedule=line, timezone=zone, exclusions=[without])
    now, gone = start.replace(tzinfo=UTC) + timedelta(days=20), cron.parse(without)
    keys = []
    for key in plain.get_partition_keys(now):
        shown = plain.start_time_for_partition_key(key)
        if not (gone.on(shown.date()) and shown.hour in gone.hours and shown.minute in gone.minutes):
            keys.append(key)
    assert less.get_partition_keys(now) == keys


def test_the_second_pass_of_a_repeated_hour_has_keys_of_its_own() -> None:
    hourly = HourlyPartitionsDefinition("2024-11-03-00:00", timezone="America/New_York")
    keys = hourly.get_partition_keys(at(2024, 11, 3, 8))
    assert keys == ["2024-11-03-00:00", "2024-11-03-01:00", "2024-11-03-01:00-0500", "2024-11-03-02:00"]
    starts = [hourly.start_time_for_partition_key(key).astimezone(UTC) for key in keys]
    assert starts == [at(2024, 11, 3, hour) for hour in (4, 5, 6, 7)]


def test_a_day_is_as_long_as_the_clock_makes_it() -> None:
    daily = DailyPartitionsDefinition("2024-01-01", timezone="America/New_York")
    lengths = {
        key: (window.end.astimezone(UTC) - window.start.astimezone(UTC)).total_seconds() / 3600
        for key in ("2024-03-10", "2024-06-01", "2024-11-03")
        for window in [daily.time_window_for_partition_key(key)]
    }
    assert lengths == {"2024-03-10": 23.0, "2024-06-01": 24.0, "2024-11-03": 25.0}


@pytest.mark.parametrize(
    "definition,first,second,line,kind,offsets",
    [
        (
            HourlyPartitionsDefinition("2024-01-01-00:00", minute_offset=15),
            "2024-01-01-00:15",
            "2024-01-01-01:15",
            "15 * * * *",
            ScheduleType.HOURLY,
            (15, 0, 0),
        ),
        (
            DailyPartitionsDefinition("2024-02-28", hour_offset=6, minute_offset=5),
            "2024-02-28",
            "2024-02-29",
            "5 6 * * *",
            ScheduleType.DAILY,
            (5, 6, 0),
        ),
        (
            WeeklyPartitionsDefinition("2024-01-01", day_offset=1),
            "2024-01-01",
            "2024-01-08",
            "0 0 * * 1",
            ScheduleType.WEEKLY,
            (0, 0, 1),
        ),
        (
            MonthlyPartitionsDefinition("2023-11-16", day_offset=15, fmt="%Y-%m"),
            "2023-12",
            "2024-01",
            "0 0 15 * *",
            ScheduleType.MONTHLY,
            (0, 0, 15),
        ),
    ],
)
def test_named_cadences(definition, first, second, line, kind, offsets) -> None:
    assert definition.get_partition_keys(at(2025, 1, 1))[:2] == [first, second]
    assert definition.cron_schedule == definition.get_cron_schedule() == line
    assert definition.schedule_type is kind
    assert (definition.minute_offset, definition.hour_offset, definition.day_offset) == offsets
    assert pickle.loads(pickle.dumps(definition)) == definition
    assert type(pickle.loads(pickle.dumps(definition))) is type(definition)


def test_a_schedule_may_strike_later_than_the_windows_end() -> None:
    weekly = WeeklyPartitionsDefinition("2024-01-01", day_offset=1)
    assert weekly.get_cron_schedule(hour_of_day=7, day_of_week=2) == "0 7 * * 2"
    with pytest.raises(InvalidInvocationError, match="weekly cadence has no day_of_month"):
        weekly.get_cron_schedule(day_of_month=3)
    custom = TimeWindowPartitionsDefinition("2024-01-01", "%Y-%m-%d", cron_schedule="0 0 * * 1-5")
    with pytest.raises(InvalidInvocationError, match=r"hour_of_day cannot be set .*'0 0 \* \* 1-5'"):
        custom.get_cron_schedule(hour_of_day=1)


def test_a_window_is_a_partition_once_it_has_ended() -> None:
    daily = DailyPartitionsDefinition("2024-01-01")
    assert daily.get_partition_keys(at(2024, 1, 1, 23, 59, 59)) == []
    assert daily.get_partition_keys(at(2024, 1, 2)) == ["2024-01-01"]
    ahead = DailyPartitionsDefinition("2024-01-01", end_offset=1)
    assert ahead.get_partition_keys(at(2024, 1, 1)) == ["2024-01-01"]
    ended = DailyPartitionsDefinition("2024-01-01", "2024-01-03", end_offset=5)
    assert ended.get_partition_keys(at(2024, 2, 1)) == ["2024-01-01", "2024-01-02"]


def test_starts_are_read_in_every_form() -> None:
    forms = [
        "2024-01-01",
        datetime(2024, 1, 1),
        date(2024, 1, 1),
        at(2024, 1, 1, 5),
        TimestampWithTimezone(1704085200, "UTC"),
    ]
    made = [DailyPartitionsDefinition(form, timezone="America/New_York") for form in forms]
    assert len(set(made)) == 1
    assert made[0].start == at(2024, 1, 1, 5)
    assert made[0].get_partition_key(datetime(2024, 3, 10)) == "2024-03-10"


def test_an_unknown_key_is_refused_with_the_range_of_keys() -> None:
    daily = DailyPartitionsDefinition("2024-01-01")
    for key in ("2023-12-31", "2024-02-30", "2024-1-05", "2024-01-05-0500", "2024-01-05 ", "x", ""):
        with pytest.raises(UnknownPartitionError) as caught:
            daily.validate_partition_key(key, moment(at(2024, 1, 11)))
        assert str(caught.value) == (
            f"{key!r} is not a partition key of this DailyPartitionsDefinition: "
            "there are 10 keys, from '2024-01-01' to '2024-01-10'."
        )
    with pytest.raises(UnknownPartitionError, match="wrong way round"):
        daily.get_partition_keys_in_range(
            PartitionKeyRange("2024-01-05", "2024-01-02"), current_time=at(2024, 2, 1)
        )


@pytest.mark.parametrize(
    "arguments,message",
    [
        ({"cron_schedule": "61 * * * *"}, "minute field '61'"),
        ({"cron_schedule": "0 0 * * *", "timezone": "Mars/Phobos"}, "Mars/Phobos"),
        ({"cron_schedule": "0 0 * * *", "hour_offset": 1}, "not by both"),
        ({}, "got neither"),
        ({"schedule_type": ScheduleType.DAILY, "day_offset": 3}, "takes no day_offset"),
        ({"start": "yesterday", "cron_schedule": "0 0 * * *"}, "'yesterday' cannot be read"),
        ({"start": 7, "cron_schedule": "0 0 * * *"}, "but a int"),
    ],
)
def test_wrong_definitions_are_refused_with_their_place(arguments, message) -> None:
    with pytest.raises(InvalidDefinitionError, match=r"test_time_window\.py:\d+") as caught:
        TimeWindowPartitionsDefinition(**{"start": "2024-01-01", "fmt": "%Y-%m-%d", **arguments})
    assert message in str(caught.value)


def test_a_format_that_gives_two_windows_one_key_is_refused() -> None:
    hourly = HourlyPartitionsDefinition("2024-01-01", fmt="%Y-%m-%d")
    with pytest.raises(InvalidDefinitionError, match="does not tell apart the windows"):
        hourly.validate_partition_definition()
    DailyPartitionsDefinition("2024-01-01", hour_offset=22).validate_partition_definition()


def test_ten_million_windows_are_counted_without_being_listed() -> None:
    minutes = TimeWindowPartitionsDefinition(
        "2000-01-01", FMT, cron_schedule="* * * * *", timezone="Europe/London"
    )
    space = minutes.key_space(moment(at(2024, 1, 1)))
    assert space.count() == 24 * 365 * 1440 + 6 * 1440
    assert space.key(10_000_000) == "2019-01-05-10:40"
    assert space.ordinal("2019-01-05-10:40") == 10_000_000


def test_neighbours_beyond_the_bounds() -> None:
    daily = DailyPartitionsDefinition("2024-01-10", "2024-01-20")
    with partition_loading_context(at(2024, 1, 15)):
        assert daily.get_next_partition_window(at(2024, 1, 15)) is None
        assert daily.get_next_partition_window(at(2024, 1, 15), respect_bounds=False) == TimeWindow(
            at(2024, 1, 15), at(2024, 1, 16)
        )
        assert daily.get_prev_partition_window(at(2024, 1, 10)) is None
        assert daily.get_prev_partition_window(at(2024, 1, 10), respect_bounds=False) == TimeWindow(
            at(2024, 1, 9), at(2024, 1, 10)
        )
        assert daily.get_prev_partition_window(at(2020, 1, 10, 3), respect_bounds=False) == TimeWindow(
            at(2020, 1, 9), at(2020, 1, 10)
        )
        assert daily.get_next_partition_window(at(2020, 1, 10, 3), respect_bounds=False) == TimeWindow(
            at(2020, 1, 11), at(2020, 1, 12)
        )


@pytest.mark.parametrize("zone, last", [("Europe/Berlin", "2026-01-31"), ("America/New_York", "2026-01-31")])
def test_a_naive_present_is_wall_time_where_the_windows_are(zone, last) -> None:
    days = DailyPartitionsDefinition("2026-01-30", timezone=zone, hour_offset=1)
    assert days.get_partition_keys(current_time=datetime(2026, 2, 2))[-1] == last
    assert days.get_partition_keys(current_time=datetime(2026, 2, 2, 1))[-1] == "2026-02-01"
    with partition_loading_context(datetime(2026, 2, 2, 1)):
        assert days.get_last_partition_key() == "2026-02-01"
        assert days.get_last_partition_window_ignoring_exclusions() == days.get_last_partition_window()
