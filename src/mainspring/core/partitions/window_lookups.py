"""Looking up windows: what time-window definitions offer beyond keys."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from math import ceil, floor

from mainspring.core.base.errors import InvariantViolationError, UnknownPartitionError
from mainspring.core.base.zone import local, zone
from mainspring.core.partitions.bitmap import bitmap_of
from mainspring.core.partitions.definition import PartitionsDefinition, unknown_key
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.loading import PartitionLoadingContext, moment
from mainspring.core.partitions.window import TimeWindow, read_moment
from mainspring.core.partitions.window_subset import TimeWindowPartitionsSubset
from mainspring.core.partitions.windows import GridLine, WindowSpace


class WindowLookups(PartitionsDefinition[str]):
    """The look-ups of definitions whose partitions are windows on a grid."""

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

    # -- of a key --------------------------------------------------------------------------------------------

    def time_window_for_partition_key(self, partition_key: str) -> TimeWindow:
        """The window of a key. ``UnknownPartitionError`` for a string that is no key of this cadence.

        The window need not have ended yet, nor lie within the definition's start and end.
        """
        start = self._start_for(partition_key)
        return self._window(start, self.line.grid.next_strike(start))

    def start_time_for_partition_key(self, partition_key: str) -> datetime:
        """When the window of a key begins, in the definition's zone."""
        return self._shown(self._start_for(partition_key))

    def end_time_for_partition_key(self, partition_key: str) -> datetime:
        """When the window of a key ends, in the definition's zone."""
        return self.time_window_for_partition_key(partition_key).end

    def time_windows_for_partition_keys(
        self, partition_keys: frozenset[str], validate: bool = True
    ) -> Sequence[TimeWindow]:
        """The windows of keys in the order of time, those that touch joined into one."""
        if validate:
            for key in sorted(partition_keys):
                self.validate_partition_key(key)
        joined: list[tuple[int, int]] = []
        for start in sorted(self._start_for(key) for key in partition_keys):
            end = self.line.grid.next_strike(start)
            touches = bool(joined) and joined[-1][1] == start
            joined.append((joined.pop()[0], end) if touches else (start, end))
        return [self._window(start, end) for start, end in joined]

    def time_window_for_partition_key_range(self, partition_key_range: PartitionKeyRange) -> TimeWindow:
        """The time from the start of a range's first window to the end of its last."""
        first, last = self._start_for(partition_key_range.start), self._start_for(partition_key_range.end)
        return self._window(first, self.line.grid.next_strike(last))

    def get_partition_key(self, key: str | date | datetime) -> str:
        """The key of a window given by its key or its start. ``UnknownPartitionError`` where none begins
        then.
        """
        if isinstance(key, str):
            self._start_for(key)
            return key
        start = read_moment(key, what="partition key", fmt=self.line.fmt, timezone=self.line.timezone)
        if start != floor(start) or not self.line.grid.strikes(int(start)):
            raise UnknownPartitionError(f"No window of {self.line.cron_schedule!r} begins at {key}.")
        return self.line.grid.key_at(int(start))

    def less_than(self, partition_key1: str, partition_key2: str) -> bool:
        """Whether the window of the first key begins before that of the second."""
        return self._start_for(partition_key1) < self._start_for(partition_key2)

    def is_window_start_excluded(self, window_start: datetime) -> bool:
        """Whether the window that begins at a moment is excluded."""
        instant = floor(window_start.timestamp())
        return self.line.grid.strikes(instant) and not self.line.grid.is_start(instant)

    # -- of a time -------------------------------------------------------------------------------------------

    def get_partition_key_for_timestamp(self, timestamp: float, end_closed: bool = False) -> str:
        """The key of the window around a moment. ``end_closed``: a moment between two windows belongs to
        the earlier.
        """
        grid = self.line.grid
        start = grid.previous_strike(ceil(timestamp) if end_closed else floor(timestamp) + 1)
        return grid.key_at(start)

    def get_partition_key_range_for_time_window(
        self, time_window: TimeWindow, respect_bounds: bool = True
    ) -> PartitionKeyRange:
        """The range of the windows that a time reaches into.

        ``respect_bounds``: ``UnknownPartitionError`` where the ends of the range are no partitions.
        """
        start = self.get_partition_key_for_timestamp(time_window.start.timestamp())
        end = self.get_partition_key_for_timestamp(time_window.end.timestamp(), end_closed=True)
        if respect_bounds:
            self.validate_partition_key(start)
            self.validate_partition_key(end)
        return PartitionKeyRange(start, end)

    def get_partition_keys_in_time_window(self, time_window: TimeWindow) -> Sequence[str]:
        """The keys of the partitions that begin within a time."""
        space = self.key_space()
        first, stop = self._begin_in(time_window, space)
        return space.keys(first, stop)

    def get_num_partitions_in_window(self, time_window: TimeWindow) -> int:
        """How many partitions begin within a time."""
        first, stop = self._begin_in(time_window, self.key_space())
        return stop - first

    def has_any_partitions_in_window(self, time_window: TimeWindow) -> bool:
        """Whether a partition begins within a time."""
        return self.get_num_partitions_in_window(time_window) > 0

    def get_partition_subset_in_time_window(self, time_window: TimeWindow) -> TimeWindowPartitionsSubset:
        """The partitions that begin within a time."""
        space = self.key_space()
        return TimeWindowPartitionsSubset(self, space, bitmap_of(range(*self._begin_in(time_window, space))))

    def _begin_in(self, time_window: TimeWindow, space: WindowSpace) -> tuple[int, int]:
        count, grid = space.count(), space.grid
        first = min(grid.ordinal_at(ceil(time_window.start.timestamp())), count)
        return first, max(first, min(grid.ordinal_at(ceil(time_window.end.timestamp())), count))

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
        start = self._last_start(floor(moment(current_time).effective_dt.timestamp()))
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
