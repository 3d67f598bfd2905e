"""``WindowSpace``: the windows that a time-window definition has at one moment."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mainspring.core.partitions.bitmap import bitmap_of_runs, runs_of
from mainspring.core.partitions.space import KeySpace
from mainspring.core.partitions.window_grid import WindowGrid, window_grid

if TYPE_CHECKING:
    from mainspring.core.partitions.bitmap import Bitmap


class GridLine(NamedTuple):
    """What fixes a grid of windows."""

    cron_schedule: str
    timezone: str
    fmt: str
    start: int
    excluded_instants: tuple[int, ...] = ()
    excluded_lines: tuple[str, ...] = ()

    @property
    def grid(self) -> WindowGrid:
        """The grid."""
        return window_grid(
            self.cron_schedule,
            self.timezone,
            self.fmt,
            start=self.start,
            excluded_instants=self.excluded_instants,
            excluded_lines=self.excluded_lines,
        )


class WindowSpace(KeySpace):
    """The first ``count`` windows of a grid."""

    __slots__ = ("_count", "grid", "line")

    def __init__(self, line: GridLine, count: int) -> None:
        self.line: GridLine = line
        self.grid: WindowGrid = line.grid
        self._count = count

    @property
    def numbering(self) -> Hashable:
        return self.line

    def count(self) -> int:
        return self._count

    def key(self, ordinal: int) -> str:
        if ordinal < 0:
            raise IndexError(ordinal)
        return self.grid.key_of(ordinal)

    def ordinal(self, key: str) -> int | None:
        ordinal = self.grid.ordinal_of(key)
        return ordinal if ordinal is not None and ordinal < self._count else None

    def keys(self, first: int = 0, stop: int | None = None) -> list[str]:
        return self.grid.keys(first, self._count if stop is None else min(stop, self._count))

    def describe(self, used: Bitmap) -> tuple[Mapping[str, object], Bitmap]:
        record = {"kind": "windows", **self.line._asdict(), "count": self._count}
        return record, used

    def place(self, bitmap: Bitmap, source: KeySpace) -> Bitmap:
        if source.numbering == self.numbering:
            return bitmap
        if not isinstance(source, WindowSpace) or source.grid.excludes or self.grid.excludes:
            return super().place(bitmap, source)
        if source.line._replace(start=self.line.start) != self.line:
            return super().place(bitmap, source)
        moved = ((source.grid.start_of(a), source.grid.end_of(b - 1)) for a, b in runs_of(bitmap))
        return bitmap_of_runs((self.grid.ordinal_at(a), self.grid.ordinal_at(b)) for a, b in moved)

    def stretches(self, bitmap: Bitmap) -> Iterator[tuple[int, int]]:
        """The instants ``[start, end)`` covered by a set of windows, neighbours joined, in order."""
        held: tuple[int, int] | None = None
        for first, stop in self._unbroken(bitmap):
            start, end = self.grid.start_of(first), self.grid.end_of(stop - 1)
            if held is not None and held[1] == start:
                held = (held[0], end)
                continue
            if held is not None:
                yield held
            held = (start, end)
        if held is not None:
            yield held

    def _unbroken(self, bitmap: Bitmap) -> Iterator[tuple[int, int]]:
        """Runs of ordinals whose windows touch: between neighbouring ordinals an excluded window may lie."""
        for first, stop in runs_of(bitmap):
            begin = first
            while begin < stop:
                reach = self._reach(begin, stop) if self.grid.excludes else stop
                yield begin, reach
                begin = reach

    def _reach(self, first: int, stop: int) -> int:
        """The end of the longest run from ``first`` on, at most ``stop``, without an excluded window in
        it.
        """
        step = self.grid.step_at(self.grid.start_of(first))
        low, high = first + 1, stop
        while low < high:
            middle = (low + high + 1) // 2
            if self.grid.step_at(self.grid.start_of(middle - 1)) - step == middle - 1 - first:
                low = middle
            else:
                high = middle - 1
        return low
