"""Which wall times of which days: the arithmetic below every cron line.

A pattern numbers its wall times in order. ``before`` counts, ``nth`` finds, neither enumerates. Walls are
seconds since
1970 as a clock on the wall shows them; a *day* is ``wall // 86400``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import accumulate
from threading import Lock
from typing import Protocol

from mainspring.core.base.zone import DAY, EPOCH_ORDINAL, LAST_YEAR

Times = tuple[int, ...]
"""Seconds of a day, in order."""


class WallPattern(Protocol):
    """Wall times in order, numbered from an origin of the pattern's own; only differences of numbers mean
    something.
    """

    def before(self, wall: int) -> int:
        """The number of the first wall time that is not before ``wall``."""
        ...

    def nth(self, number: int) -> int:
        """The wall time of a number."""
        ...

    def times_on(self, day: int) -> Times:
        """The times of one day."""
        ...


def has_wall(pattern: WallPattern, wall: int) -> bool:
    """Whether a wall time belongs to the pattern."""
    day, second = divmod(wall, DAY)
    return second in pattern.times_on(day)


def days_between(pattern: WallPattern, first: int, stop: int) -> Iterator[tuple[int, Times]]:
    """Each day with its times, for the numbers from ``first`` up to but not including ``stop``."""
    if first >= stop:
        return
    day, second = divmod(pattern.nth(first), DAY)
    times = pattern.times_on(day)
    times = times[bisect_left(times, second) :]
    left = stop - first
    while left > len(times):
        if times:
            yield day, times
            left -= len(times)
        day += 1
        times = pattern.times_on(day)
    yield day, times[:left]


class WeekPattern:
    """The same times in every week: each weekday (Monday first) has its own, perhaps none."""

    __slots__ = ("_before", "_times", "_total")

    def __init__(self, times_by_weekday: Sequence[Times]) -> None:
        self._times = tuple(times_by_weekday)
        sums = list(accumulate((len(times) for times in self._times), initial=0))
        self._before, self._total = sums[:7], sums[7]

    def before(self, wall: int) -> int:
        day, second = divmod(wall, DAY)
        week, weekday = divmod(day + 3, 7)  # 1970 began on a Thursday
        return week * self._total + self._before[weekday] + bisect_left(self._times[weekday], second)

    def nth(self, number: int) -> int:
        if not self._total:
            raise OverflowError("a pattern without times has no wall time of any number")
        week, rest = divmod(number, self._total)
        weekday = bisect_right(self._before, rest) - 1
        return (week * 7 - 3 + weekday) * DAY + self._times[weekday][rest - self._before[weekday]]

    def times_on(self, day: int) -> Times:
        return self._times[(day + 3) % 7]


class YearPattern:
    """Times that depend on the date. Years are worked out once each, from ``origin_year`` on, when first
    asked for.
    """

    __slots__ = ("_before_year", "_lock", "_origin", "_times_of", "_years")

    def __init__(self, times_of: Callable[[date], Times], origin_year: int) -> None:
        self._times_of = times_of
        self._origin = origin_year
        self._lock = Lock()
        self._before_year = [0]
        self._years: list[tuple[int, list[int], list[Times]]] = []

    def before(self, wall: int) -> int:
        day, second = divmod(wall, DAY)
        when = date.fromordinal(day + EPOCH_ORDINAL)
        if when.year < self._origin:
            return 0
        first_day, counts, times = self._year(when.year)
        index = day - first_day
        return self._before_year[when.year - self._origin] + counts[index] + bisect_left(times[index], second)

    def nth(self, number: int) -> int:
        year = self._origin
        while self._before_year[-1] <= number:
            year = self._origin + len(self._years)
            if year > LAST_YEAR:
                raise OverflowError(
                    f"there are only {self._before_year[-1]} wall times up to the year {LAST_YEAR}"
                )
            self._year(year)
        position = bisect_right(self._before_year, number) - 1
        first_day, counts, times = self._years[position]
        rest = number - self._before_year[position]
        index = bisect_right(counts, rest) - 1
        return (first_day + index) * DAY + times[index][rest - counts[index]]

    def times_on(self, day: int) -> Times:
        when = date.fromordinal(day + EPOCH_ORDINAL)
        if when.year < self._origin:
            return self._times_of(when)
        first_day, _, times = self._year(when.year)
        return times[day - first_day]

    def _year(self, year: int) -> tuple[int, list[int], list[Times]]:
        if len(self._years) <= year - self._origin:
            with self._lock:
                self._work_out(year)
        return self._years[year - self._origin]

    def _work_out(self, year: int) -> None:
        while len(self._years) <= year - self._origin:
            start = date(self._origin + len(self._years), 1, 1).toordinal()
            stop = date(self._origin + len(self._years) + 1, 1, 1).toordinal()
            times = [self._times_of(date.fromordinal(day)) for day in range(start, stop)]
            counts = list(accumulate((len(t) for t in times), initial=0))
            total = self._before_year[-1] + counts.pop()
            self._before_year.append(total)
            self._years.append((start - EPOCH_ORDINAL, counts, times))
