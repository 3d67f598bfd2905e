"""The instants at which a wall pattern strikes in a time zone, numbered, through all changes of the
zone's offset.

Two rules hold when the wall clock is moved. A pattern of *fixed* times strikes once for each wall time:
in a repeated
hour at its second occurrence, for a skipped time at the first valid instant after. A pattern that strikes
in *every*
hour strikes whenever the wall shows one of its times: twice in a repeated hour, not at all in a skipped one.
Instants are strictly increasing in both cases: skipped times that fall together strike once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from threading import RLock
from typing import NamedTuple

from mainspring.core.base.wall_pattern import Times, WallPattern, days_between, has_wall
from mainspring.core.base.zone import (
    DAY,
    FIRST_YEAR,
    LAST_YEAR,
    is_utc,
    offset_at,
    transitions,
    year_of,
    year_start,
    zone,
)

_MARGIN = (
    2 * DAY
)  # how far beyond an instant the zone must be known: a change of offset reaches back one day at most


class _Span(NamedTuple):
    """A stretch of constant offset."""

    start: int
    """The first instant."""
    offset: int
    strikes_at_start: bool
    first_number: int
    """The pattern's number of the first wall time after the one at the start."""
    repeated_until: int
    """Walls before this one were already shown before the start; only ``every hour`` patterns strike then."""


class Stretch(NamedTuple):
    """The strikes of one day, or of a part of it, within one offset."""

    offset: int
    day: int
    times: Times
    repeated_until: int
    """Walls below this one are shown for the second time."""


class Ticks:
    """The strikes of a pattern in a zone, numbered from the beginning of ``origin_year`` (in UTC)."""

    __slots__ = ("_before", "_fixed", "_lock", "_name", "_pattern", "_spans", "_starts", "_stops", "_until")

    def __init__(self, pattern: WallPattern, zone_name: str, *, fixed: bool, origin_year: int) -> None:
        self._pattern = pattern
        self._name = zone_name
        self._fixed = fixed
        self._lock = RLock()
        start = year_start(max(origin_year, FIRST_YEAR))
        offset = offset_at(zone(zone_name), start)
        wall = start + offset
        first = _Span(start, offset, has_wall(pattern, wall), pattern.before(wall + 1), wall)
        self._spans = [first]
        self._starts = [start]
        self._before = [0]
        self._stops: list[int] = []  # for each span but the last: the pattern's number at which it ends
        self._until = year_start(LAST_YEAR) if is_utc(zone_name) else start

    def before(self, instant: int) -> int:
        """How many strikes lie before an instant; also the number of the first strike that does not."""
        self._know(instant)
        index = bisect_left(self._starts, instant) - 1
        if index < 0:
            return 0
        span = self._spans[index]
        number = self._pattern.before(instant + span.offset)
        if index < len(self._stops):
            number = min(number, self._stops[index])
        return self._before[index] + span.strikes_at_start + max(0, number - span.first_number)

    def nth(self, number: int) -> int:
        """The instant of a strike. ``OverflowError`` beyond the last year that can be written."""
        if number < 0:
            raise OverflowError("strikes are numbered from 0")
        while self._until < year_start(LAST_YEAR) and self.before(self._until - _MARGIN) <= number:
            self._know(self._until)
        index = bisect_right(self._before, number) - 1
        span = self._spans[index]
        rest = number - self._before[index] - span.strikes_at_start
        return span.start if rest < 0 else self._pattern.nth(span.first_number + rest) - span.offset

    def strikes(self, instant: int) -> bool:
        """Whether there is a strike at exactly this instant."""
        return self.before(instant + 1) > self.before(instant)

    def stretches(self, first: int, stop: int) -> Iterator[Stretch]:
        """The strikes numbered from ``first`` up to but not including ``stop``, day by day."""
        if first >= stop:
            return
        self.nth(stop - 1)
        index = bisect_right(self._before, first) - 1
        while first < stop:
            span = self._spans[index]
            last = self._before[index + 1] if index < len(self._stops) else stop
            upto = min(stop, last)
            if first < upto and first == self._before[index] and span.strikes_at_start:
                day, second = divmod(span.start + span.offset, DAY)
                yield Stretch(span.offset, day, (second,), span.repeated_until)
                first += 1
            base = span.first_number - self._before[index] - span.strikes_at_start
            for day, times in days_between(self._pattern, base + first, base + upto):
                yield Stretch(span.offset, day, times, span.repeated_until)
            first, index = max(first, upto), index + 1

    def instants(self, first: int, stop: int) -> list[int]:
        """The instants of the strikes numbered from ``first`` up to but not including ``stop``."""
        found: list[int] = []
        for stretch in self.stretches(first, stop):
            base = stretch.day * DAY - stretch.offset
            found.extend([base + time for time in stretch.times])
        return found

    def _know(self, instant: int) -> None:
        if instant + _MARGIN <= self._until or self._until >= year_start(LAST_YEAR):
            return
        with self._lock:
            year = year_of(self._until)
            while self._until < instant + _MARGIN and year < LAST_YEAR:
                for start, offset in transitions(self._name, year):
                    if start > self._starts[0]:
                        self._add(start, offset)
                year += 1
                self._until = year_start(year)

    def _add(self, start: int, offset: int) -> None:
        """Close the last span where the offset changes, and open the next."""
        last, pattern = self._spans[-1], self._pattern
        shown, shows = start + last.offset, start + offset  # the wall just before and just after the change
        closes = min(shown, shows) if self._fixed else shown
        stop = max(pattern.before(closes), last.first_number)
        skipped = self._fixed and shows > shown and pattern.before(shows) > pattern.before(shown)
        before = self._before[-1] + last.strikes_at_start + stop - last.first_number
        repeated_until = max(shown, shows)
        if self._fixed or shows >= shown:
            repeated_until = shows
        span = _Span(
            start, offset, skipped or has_wall(pattern, shows), pattern.before(shows + 1), repeated_until
        )
        self._stops.append(stop)
        self._before.append(before)
        self._spans.append(span)
        self._starts.append(start)
