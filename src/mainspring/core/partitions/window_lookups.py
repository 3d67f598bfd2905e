"""Looking up windows: what time-window definitions offer beyond keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from math import ceil, floor

from mainspring.core.base.errors import UnknownPartitionError
from mainspring.core.partitions.bitmap import bitmap_of
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.window import TimeWindow, read_moment
from mainspring.core.partitions.window_neighbours import WindowNeighbours
from mainspring.core.partitions.window_subset import TimeWindowPartitionsSubset
from mainspring.core.partitions.windows import WindowSpace


class WindowLookups(WindowNeighbours):
    """The windows of keys, and the keys of windows."""

    __slots__ = ()

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
