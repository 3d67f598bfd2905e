"""Cron lines: the only place that reads them.

A line has five fields (minute, hour, day of month, month, day of week) or is one of ``@hourly``,
``@daily``, ``@weekly``,
``@monthly``, ``@yearly``. It strikes at wall times of a zone; see ``ticks`` for what happens when the
clock is moved.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from heapq import merge
from importlib import import_module
from typing import Any, Literal, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.ticks import Ticks
from mainspring.core.base.wall_pattern import Times, WallPattern, WeekPattern, YearPattern
from mainspring.core.base.zone import FIRST_YEAR, year_of, zone

FIELDS = ("minute", "hour", "day of month", "month", "day of week")

CadenceName = Literal["HOURLY", "DAILY", "WEEKLY", "MONTHLY"]

_PLAIN = re.compile(r"\d{1,2}|\*")
_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


class Cadence(NamedTuple):
    """A line that strikes once an hour, day, week or month, taken apart."""

    name: CadenceName
    minute: int
    hour: int
    day: int
    """Weekly: the day of the week, 0 is Sunday. Monthly: the day of the month. Else 0."""


class CronLine(NamedTuple):
    """A cron line taken apart. Fields that hold every value are ``None``; days of the week count from
    Sunday, 0.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int] | None
    last_day: bool
    months: frozenset[int] | None
    weekdays: frozenset[int] | None
    nth_weekdays: frozenset[tuple[int, int]]
    """Pairs of weekday and its place in the month; place 0 is the last one."""

    @property
    def times(self) -> Times:
        """The seconds of a day at which the line strikes."""
        return tuple(hour * 3600 + minute * 60 for hour in self.hours for minute in self.minutes)

    @property
    def fixed(self) -> bool:
        """Whether the line names hours, rather than striking in every hour of the day."""
        return len(self.hours) < 24

    @property
    def weekly(self) -> bool:
        """Whether every week has the same days."""
        return self.days is None and not self.last_day and self.months is None and not self.nth_weekdays

    def on(self, day: date) -> bool:
        """Whether the line strikes on a day."""
        if self.months is not None and day.month not in self.months:
            return False
        if self.days is None and not self.last_day:
            return self._on_weekday(day)
        by_day = day.day in (self.days or ()) or (
            self.last_day and day.day == monthrange(day.year, day.month)[1]
        )
        if self.weekdays is None and not self.nth_weekdays:
            return by_day
        return by_day or self._on_weekday(day)

    def _on_weekday(self, day: date) -> bool:
        weekday = day.isoweekday() % 7
        if self.weekdays is None and not self.nth_weekdays:
            return True
        if self.weekdays is not None and weekday in self.weekdays:
            return True
        if not self.nth_weekdays:
            return False
        is_last = day.day + 7 > monthrange(day.year, day.month)[1]
        place = (day.day - 1) // 7 + 1
        return (weekday, place) in self.nth_weekdays or (is_last and (weekday, 0) in self.nth_weekdays)


@lru_cache(maxsize=4096)
def parse(text: str) -> CronLine:
    """The line of a cron string. ``InvalidDefinitionError`` names the string and the field that is wrong."""
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidDefinitionError(f"A cron line is a string; {text!r} is a {type(text).__name__}.")
    fields = _ALIASES.get(text.strip().lower(), text).split()
    if len(fields) != len(FIELDS):
        raise InvalidDefinitionError(
            f"The cron line {text!r} has {len(fields)} fields; a cron line has five.",
            hint=f"The fields are {', '.join(FIELDS)}, as in '30 6 * * 1-5'.",
        )
    if all(_PLAIN.fullmatch(field) for field in fields):
        values, nth = _plain(text, fields), {}
    else:
        values, nth = _expanded(text, fields)
    line = _line(text, values, nth)
    _must_strike(line)
    return line


def _wrong(text: str, position: int, field: str, reason: str) -> InvalidDefinitionError:
    low, high = _LIMITS[position]
    return InvalidDefinitionError(
        f"The cron line {text!r} is not valid: its {FIELDS[position]} field {field!r} {reason}.",
        hint=f"The {FIELDS[position]} goes from {low} to {high}.",
    )


def _plain(text: str, fields: Sequence[str]) -> list[list[Any]]:
    """The values of a line of single numbers and stars, which needs no library."""
    values: list[list[Any]] = []
    for position, field in enumerate(fields):
        if field == "*":
            values.append(["*"])
            continue
        low, high = _LIMITS[position]
        if not low <= int(field) <= high:
            raise _wrong(text, position, field, "is out of range")
        values.append([int(field) % 7 if position == 4 else int(field)])
    return values


def _expanded(text: str, fields: Sequence[str]) -> tuple[list[list[Any]], dict[int, set[Any]]]:
    for position, field in enumerate(fields):
        if re.search(r"(?i)(?<![a-z])[hrw](?![a-z])|\dw|\?", field):
            raise _wrong(text, position, field, "uses a sign that is not supported")
    library: Any = import_module("croniter").croniter  # loaded for the first line that is not plain
    try:
        values, nth = library.expand(" ".join(fields))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        for position, field in enumerate(fields):
            alone = ["*"] * len(fields)
            alone[position] = field
            try:
                library.expand(" ".join(alone))
            except (ValueError, KeyError, TypeError, AttributeError, IndexError):
                raise _wrong(text, position, field, "cannot be read") from error
        raise InvalidDefinitionError(f"The cron line {text!r} is not valid: {error}") from error
    return values, nth


def _line(text: str, values: Sequence[Sequence[Any]], nth: dict[int, set[Any]]) -> CronLine:
    minutes, hours, days, months, weekdays = values
    places = frozenset((day, 0 if place == "l" else place) for day, found in nth.items() for place in found)
    plain_weekdays = None if "*" in weekdays else frozenset(weekdays) - set(nth)
    return CronLine(
        text=text,
        minutes=tuple(range(60)) if "*" in minutes else tuple(sorted(minutes)),
        hours=tuple(range(24)) if "*" in hours else tuple(sorted(hours)),
        days=None
        if "*" in days
        else (frozenset(d for d in days if d != "l") or (None if "l" not in days else frozenset())),
        last_day="l" in days,
        months=None if "*" in months else frozenset(months),
        weekdays=(plain_weekdays or None) if places else plain_weekdays,
        nth_weekdays=places,
    )


def _must_strike(line: CronLine) -> None:
    """Refuse a line that names only days no month has, such as 31 February."""
    if not line.days or line.last_day or line.weekdays or line.nth_weekdays:
        return
    longest = max(monthrange(2024, month)[1] for month in line.months or range(1, 13))
    if min(line.days) > longest:
        raise InvalidDefinitionError(
            f"The cron line {line.text!r} never strikes: its months have no day {min(line.days)}."
        )


def cadence(text: str) -> Cadence | None:
    """What a line amounts to when it strikes once an hour, day, week or month; ``None`` for all others."""
    line = parse(text)
    if len(line.minutes) != 1 or line.last_day or line.nth_weekdays or line.months is not None:
        return None
    minute, every_hour = line.minutes[0], not line.fixed
    if every_hour and line.days is None and line.weekdays is None:
        return Cadence("HOURLY", minute, 0, 0)
    if len(line.hours) != 1:
        return None
    hour = line.hours[0]
    if line.days is None and line.weekdays is None:
        return Cadence("DAILY", minute, hour, 0)
    if line.days is None and line.weekdays is not None and len(line.weekdays) == 1:
        return Cadence("WEEKLY", minute, hour, next(iter(line.weekdays)))
    if line.weekdays is None and line.days is not None and len(line.days) == 1 and max(line.days) <= 28:
        return Cadence("MONTHLY", minute, hour, next(iter(line.days)))
    return None


def is_regular(text: str) -> bool:
    """Whether the line strikes once an hour, day, week or month."""
    return cadence(text) is not None


def pattern_of(text: str, *, origin_year: int, without: Sequence[str] = ()) -> WallPattern:
    """The wall times of a line, less those at which one of the lines ``without`` strikes too."""
    line, less = parse(text), [parse(other) for other in without]
    times_of = _times_by_day(line, less)
    if line.weekly and all(other.weekly for other in less):
        return WeekPattern(
            [times_of(date(2024, 1, day)) for day in range(1, 8)]
        )  # 1 January 2024 was a Monday
    return YearPattern(times_of, origin_year)


def _times_by_day(line: CronLine, less: Sequence[CronLine]) -> Callable[[date], Times]:
    times = line.times
    left: dict[tuple[bool, ...], Times] = {}
    all_struck = [frozenset(other.times) for other in less]

    def of(day: date) -> Times:
        if not line.on(day):
            return ()
        which = tuple(other.on(day) for other in less)
        if which not in left:
            gone = frozenset[int]().union(
                *(struck for struck, on in zip(all_struck, which, strict=True) if on)
            )
            left[which] = tuple(time for time in times if time not in gone)
        return left[which]

    return of


@lru_cache(maxsize=1024)
def ticks(text: str, zone_name: str, *, origin_year: int, without: tuple[str, ...] = ()) -> Ticks:
    """The numbered strikes of a line in a zone, from the beginning of a year on, less those of other
    lines.
    """
    line = parse(text)
    zone(zone_name)
    pattern = pattern_of(text, origin_year=max(origin_year - 1, FIRST_YEAR - 1), without=without)
    return Ticks(pattern, zone_name, fixed=line.fixed, origin_year=max(origin_year, FIRST_YEAR))


def strikes_after(
    text: str, zone_name: str, after: datetime, *, inclusive: bool = False
) -> Iterator[datetime]:
    """The instants (in UTC) at which a line strikes after a moment, in order, without end.

    >>> next(strikes_after("30 2 * * *", "Europe/London", datetime(2024, 3, 31, tzinfo=UTC))).isoformat()
    '2024-03-31T01:30:00+00:00'
    """
    start = after.timestamp()
    found = ticks(text, zone_name, origin_year=year_of(int(start)))
    number = found.before(_ceil(start) if inclusive else int(start // 1) + 1)
    while True:
        try:
            instant = found.nth(number)
        except (OverflowError, ValueError):
            return
        yield datetime.fromtimestamp(instant, UTC)
        number += 1


def strikes_before(
    text: str, zone_name: str, before: datetime, *, inclusive: bool = False
) -> Iterator[datetime]:
    """The instants (in UTC) at which a line strikes before a moment, latest first, back to the first year."""
    start = before.timestamp()
    stop = int(start // 1) + 1 if inclusive else _ceil(start)
    year = year_of(int(start))
    while year > FIRST_YEAR:
        origin = max(year - 1, FIRST_YEAR)
        found = ticks(text, zone_name, origin_year=origin)
        for number in range(found.before(stop) - 1, -1, -1):
            stop = found.nth(number)
            yield datetime.fromtimestamp(stop, UTC)
        year = origin


def strikes_of_all(
    lines: Sequence[str], zone_name: str, after: datetime, *, inclusive: bool = False
) -> Iterator[datetime]:
    """The instants at which at least one of several lines strikes after a moment, each once, in order."""
    latest: datetime | None = None
    for instant in merge(*(strikes_after(line, zone_name, after, inclusive=inclusive) for line in lines)):
        if instant != latest:
            yield instant
            latest = instant


def _ceil(seconds: float) -> int:
    return -int(-seconds // 1)
