"""``WindowGrid``: the windows of a cron line in a zone from a start on, numbered, by arithmetic alone.

Two numberings live here. A *step* counts every strike of the line from the start on; an *ordinal* counts
only the
windows that are not excluded. A window reaches from its strike to the next strike, excluded or not.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

from mainspring.core.base import cron
from mainspring.core.base.zone import FIRST_YEAR, year_of, year_start
from mainspring.core.partitions.key_format import KeyFormat, key_format


class WindowGrid:
    """The endless grid of windows on which a time-window definition lies; instants are seconds since 1970
    in UTC.
    """

    __slots__ = (
        "_all",
        "_cron",
        "_first",
        "_first_kept",
        "_gaps",
        "_kept",
        "_repeats",
        "_timezone",
        "_year",
        "excludes",
        "format",
        "start",
    )

    def __init__(
        self,
        cron_schedule: str,
        timezone: str,
        fmt: str,
        *,
        start: int,
        excluded_instants: tuple[int, ...] = (),
        excluded_lines: tuple[str, ...] = (),
    ) -> None:
        self._cron, self._timezone = cron_schedule, timezone
        self._year = year = max(year_of(start) - 1, FIRST_YEAR)
        self.start: int = start
        self.format: KeyFormat = key_format(fmt, timezone)
        self._repeats = not cron.parse(cron_schedule).fixed
        self._all = cron.ticks(cron_schedule, timezone, origin_year=year)
        self._kept = (
            cron.ticks(cron_schedule, timezone, origin_year=year, without=excluded_lines)
            if excluded_lines
            else self._all
        )
        self._first = self._all.before(start)
        self._first_kept = self._kept.before(start)
        struck = sorted({at for at in excluded_instants if at >= start and self._kept.strikes(at)})
        self._gaps = [self._kept.before(at) - self._first_kept - i for i, at in enumerate(struck)]
        self.excludes: bool = bool(excluded_lines) or bool(struck)

    # -- steps: all windows ----------------------------------------------------------------------------------

    def step_at(self, instant: int) -> int:
        """The number of windows, excluded ones too, that begin before an instant."""
        return max(0, self._all.before(instant) - self._first)

    def start_of_step(self, step: int) -> int:
        """When the window of a step begins."""
        return self._all.nth(self._first + step)

    def next_strike(self, instant: int) -> int:
        """The first strike after an instant, within the grid or before it."""
        return self.moved(instant + 1, 0)

    def previous_strike(self, instant: int) -> int:
        """The last strike before an instant, within the grid or before it."""
        return self.moved(instant, -1)

    def strike_near(self, instant: int) -> int:
        """The last strike that is not after an instant: where the window around it begins."""
        return self.moved(instant + 1, -1)

    def moved(self, instant: int, steps: int) -> int:
        """The strike so many steps after the first one that is not before an instant."""
        strikes, year = self._all, self._year
        while instant < year_start(year + 1) or strikes.before(instant) + steps < 0:
            if year <= FIRST_YEAR:
                raise OverflowError(f"there is no strike {-steps} steps before {instant}")
            year = max(FIRST_YEAR, year - max(1, self._year + 1 - year))
            strikes = cron.ticks(self._cron, self._timezone, origin_year=year)
        return strikes.nth(strikes.before(instant) + steps)

    def strikes(self, instant: int) -> bool:
        """Whether a window, perhaps an excluded one, begins at exactly this instant."""
        return self._all.strikes(instant)

    # -- ordinals: windows that are not excluded -------------------------------------------------------------

    def ordinal_at(self, instant: int) -> int:
        """The number of windows that begin before an instant; the ordinal of the first that does not."""
        kept = self._kept.before(instant) - self._first_kept
        return 0 if kept <= 0 else self._without_gaps(kept)

    def is_start(self, instant: int) -> bool:
        """Whether a window that is not excluded begins at exactly this instant."""
        return instant >= self.start and self.ordinal_at(instant + 1) > self.ordinal_at(instant)

    def start_of(self, ordinal: int) -> int:
        """When the window of an ordinal begins."""
        return self._kept.nth(self._first_kept + self._with_gaps(ordinal))

    def end_of(self, ordinal: int) -> int:
        """When the window of an ordinal ends."""
        return self.next_strike(self.start_of(ordinal))

    def key_of(self, ordinal: int) -> str:
        """The key of an ordinal."""
        return self.key_at(self.start_of(ordinal))

    def key_at(self, instant: int) -> str:
        """The key of the window that begins at an instant."""
        return self.format.key(instant, self._repeats and self.format.is_repeated(instant))

    def ordinal_of(self, key: str) -> int | None:
        """The ordinal of a key; ``None`` for what is no key of a window on this grid."""
        start = self.start_for(key)
        return self.ordinal_at(start) if start is not None and self.is_start(start) else None

    def start_for(self, key: str) -> int | None:
        """When the window of a key begins, be it excluded or before the start; ``None`` for what is no
        key.
        """
        for instant in self.format.instants(key):
            for steps in (0, 1):
                try:
                    start = self.moved(instant, steps)
                    if self.key_at(start) == key:
                        return start
                except (OverflowError, ValueError):
                    return None
        return None

    def keys(self, first: int, stop: int) -> list[str]:
        """The keys of the ordinals from ``first`` up to but not including ``stop``."""
        if first >= stop:
            return []
        low, high = self._with_gaps(first), self._with_gaps(stop - 1) + 1
        found: list[str] = []
        for stretch in self._kept.stretches(self._first_kept + low, self._first_kept + high):
            found.extend(
                self.format.keys(stretch if self._repeats else stretch._replace(repeated_until=_NEVER))
            )
        for index in reversed(range(bisect_right(self._gaps, first), bisect_left(self._gaps, stop))):
            del found[self._gaps[index] + index - low]
        return found

    def _with_gaps(self, ordinal: int) -> int:
        return ordinal + bisect_right(self._gaps, ordinal)

    def _without_gaps(self, kept: int) -> int:
        low, high = 0, len(self._gaps)
        while low < high:
            middle = (low + high) // 2
            if self._gaps[middle] + middle < kept:
                low = middle + 1
            else:
                high = middle
        return kept - low


_NEVER = -(2**62)


@lru_cache(maxsize=1024)
def window_grid(
    cron_schedule: str,
    timezone: str,
    fmt: str,
    *,
    start: int,
    excluded_instants: tuple[int, ...] = (),
    excluded_lines: tuple[str, ...] = (),
) -> WindowGrid:
    """The grid, made once for equal definitions."""
    return WindowGrid(
        cron_schedule,
        timezone,
        fmt,
        start=start,
        excluded_instants=excluded_instants,
        excluded_lines=excluded_lines,
    )
