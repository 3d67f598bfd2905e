"""``TimeWindowPartitionsSubset``: some of the windows of a time-window definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from mainspring.core.base.zone import local, zone
from mainspring.core.partitions.subset import PartitionsSubset
from mainspring.core.partitions.window import TimeWindow

if TYPE_CHECKING:
    from mainspring.core.partitions.windows import WindowSpace


class TimeWindowPartitionsSubset(PartitionsSubset):
    """A subset whose partitions are windows of time."""

    __slots__ = ()

    @property
    def num_partitions(self) -> int:
        """The number of partitions."""
        return len(self)

    @property
    def included_time_windows(self) -> Sequence[TimeWindow]:
        """The times covered, windows that touch joined into one, in order."""
        space = cast("WindowSpace", self.space)
        tz = zone(space.line.timezone)
        return [TimeWindow(local(start, tz), local(end, tz)) for start, end in space.stretches(self.bitmap)]
