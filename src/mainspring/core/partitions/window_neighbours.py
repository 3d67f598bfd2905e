"""The first, last, next and previous windows of time-window definitions."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from math import ceil, floor

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.base.zone import local, zone
from mainspring.core.partitions.definition import PartitionsDefinition, unknown_key
from mainspring.core.partitions.loading import PartitionLoadingContext, moment
from mainspring.core.partitions.window import TimeWindow, instant_of
from mainspring.core.partitions.window_subset import TimeWindowPartitionsSubset
from mainspring.core.partitions.windows import GridLine, WindowSpace


class WindowNeighbours(PartitionsDefinition[str]):
    """Definitions whose partitions are windows on a grid: what lies before and after what."""

    __slots__ = ()

    @property
    @abstractmethod
    def line(self) -> GridLine:
        """The grid."""

    @abstractmethod
    def key_space(self, context: PartitionLoadingContext | None = None) -> WindowSpace:
        """The windows at one moment."""

    @property
    def partitions_subset_class(self) -> type[TimeWindowPartitionsSubset]:
        return TimeWindowPartitionsSubset

    # -- neighbours ------------------------------------------------------------------------------------------

    def get_first_partition_window(self, current_time: datetime | None = None) -> TimeWindow | None:
        """The first partition's window, or ``None`` where there is no partition."""
        space = self.key_space(moment(current_time))
        return self._nth(space, 0) if space.count() else None

    def get_last_partition_window(self, current_time: datetime | None = None) -> TimeWindow | None:
        """The last partition's window, or ``None`` where there is no partition."""
        space = self.key_space(moment(current_time))
        return self._nth(space, space.count() - 1) if space.count() else None

    def get_last_partition_window_ignoring_exclusions(
        self, current_time: datetime | None = None
    ) -> TimeWindow | None:
        """The last window that would be a partition if nothing were excluded."""
        now = instant_of(moment(current_time).effective_dt, zone(self.line.timezone))
        start = self._last_start(floor(now))
        return None if start is None else self._window(start, self.line.grid.next_strike(start))

    @abstractmethod
    def _last_start(self, now: int) -> int | None:
        """When the last window begins, excluded ones counted; ``None`` where there is none."""

    def get_next_partition_window(self, end_dt: datetime, respect_bounds: bool = True) -> TimeWindow | None:
        """The first partition that begins at or after a moment.

        ``respect_bounds=False``: on the endless grid, before the definition's start or after the last
        partition too.
        """
        grid, instant = self.line.grid, ceil(end_dt.timestamp())
        if not respect_bounds and instant < grid.start:
            start = grid.next_strike(instant - 1)
            return self._window(start, grid.next_strike(start))
        space, ordinal = self.key_space(), grid.ordinal_at(instant)
        return self._nth(space, ordinal) if not respect_bounds or ordinal < space.count() else None

    def get_prev_partition_window(self, start_dt: datetime, respect_bounds: bool = True) -> TimeWindow | None:
        """The last partition that ends at or before a moment.

        ``respect_bounds=False``: on the endless grid, before the definition's start or after the last
        partition too.
        """
        grid, instant = self.line.grid, floor(start_dt.timestamp())
        space = self.key_space()
        ordinal = grid.ordinal_at(grid.previous_strike(instant + 1)) - 1 if instant > grid.start else -1
        if respect_bounds:
            ordinal = min(ordinal, space.count() - 1)
        if ordinal >= 0:
            return self._nth(space, ordinal)
        if respect_bounds:
            return None
        start = grid.previous_strike(grid.previous_strike(instant + 1))
        return self._window(start, grid.next_strike(start))

    def get_next_partition_key(self, partition_key: str, current_time: datetime | None = None) -> str | None:
        """The key after a key, or ``None`` after the last."""
        space = self.key_space(moment(current_time))
        ordinal = space.grid.ordinal_at(self._start_for(partition_key) + 1)
        return space.key(ordinal) if ordinal < space.count() else None

    def get_prev_partition_key(self, partition_key: str, current_time: datetime | None = None) -> str | None:
        """The key before a key, or ``None`` before the first."""
        space = self.key_space(moment(current_time))
        ordinal = min(space.grid.ordinal_at(self._start_for(partition_key)), space.count()) - 1
        return space.key(ordinal) if ordinal >= 0 else None

    def get_partition_keys_between_indexes(self, start_idx: int, end_idx: int) -> list[str]:
        """The keys of the ordinals from ``start_idx`` up to but not including ``end_idx``."""
        if start_idx < 0 or end_idx < start_idx:
            raise InvariantViolationError(f"[{start_idx}, {end_idx}) is not a range of indexes.")
        return self.key_space().keys(start_idx, end_idx)

    # -- from the grid ---------------------------------------------------------------------------------------

    def _start_for(self, partition_key: str) -> int:
        start = self.line.grid.start_for(partition_key)
        if start is None:
            raise unknown_key(partition_key, self.key_space(), self)
        return start

    def _nth(self, space: WindowSpace, ordinal: int) -> TimeWindow:
        return self._window(space.grid.start_of(ordinal), space.grid.end_of(ordinal))

    def _window(self, start: int, end: int) -> TimeWindow:
        return TimeWindow(self._shown(start), self._shown(end))

    def _shown(self, instant: int) -> datetime:
        return local(instant, zone(self.line.timezone))
