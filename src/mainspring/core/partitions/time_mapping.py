"""``TimeWindowPartitionMapping``: windows are made from the upstream windows they overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError
from mainspring.core.partitions.bitmap import bitmap_of, bitmap_of_runs
from mainspring.core.partitions.loading import moment
from mainspring.core.partitions.mapping import (
    PartitionMapping,
    Partitions,
    UpstreamPartitionsResult,
    given_subset,
    missing_keys,
    subset_of,
)
from mainspring.core.partitions.store import DynamicPartitionsStore
from mainspring.core.partitions.subset import PartitionsSubset
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition
from mainspring.core.partitions.window_subset import TimeWindowPartitionsSubset
from mainspring.core.partitions.windows import WindowSpace

if TYPE_CHECKING:
    from mainspring.core.partitions.bitmap import Bitmap


class TimeWindowPartitionMapping(PartitionMapping):
    """Each window is made from the upstream windows that overlap it, of whatever cadence and zone they are.

    * ``start_offset``, ``end_offset``: by how many windows *of the downstream definition* the start and
      the end of
      the time in question are moved first. ``start_offset=-1``: the same and the preceding day.
    * ``allow_nonexistent_upstream_partitions``: pass over upstream windows that are no partitions, rather
      than report them as required. Those that only the offsets reach are passed over in any case: before the
      first partition where ``start_offset`` goes back, after the last where ``end_offset`` goes forward. So
      the first day of an asset that is made from its own day before is made from nothing.

    >>> TimeWindowPartitionMapping(start_offset=-1, end_offset=-1).description
    'Each window depends on the upstream windows it overlaps, moved by -1 to -1 windows.'
    """

    __slots__ = ("allow_nonexistent_upstream_partitions", "end_offset", "start_offset")

    start_offset: int
    end_offset: int
    allow_nonexistent_upstream_partitions: bool

    def __init__(
        self, start_offset: int = 0, end_offset: int = 0, allow_nonexistent_upstream_partitions: bool = False
    ) -> None:
        if start_offset > end_offset:
            raise InvalidDefinitionError(
                f"A time between start_offset={start_offset} and end_offset={end_offset} is empty.",
                hint="Give a start_offset that is not greater than the end_offset.",
            )
        self.start_offset = start_offset
        self.end_offset = end_offset
        self.allow_nonexistent_upstream_partitions = allow_nonexistent_upstream_partitions

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: Partitions | None,  # noqa: ARG002
        upstream_partitions_def: Partitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        wanted = given_subset(downstream_partitions_subset, self)
        theirs = _window_space(wanted.space)
        space = _window_space(
            upstream_partitions_def.key_space(moment(current_time, dynamic_partitions_store))
        )
        times = [
            (
                space.grid.strike_near(theirs.grid.moved(start, self.start_offset)),
                theirs.grid.moved(end, self.end_offset),
            )
            for start, end in theirs.stretches(wanted.bitmap)
        ]
        found = _beginning_in(space, times) & bitmap_of(range(space.count()))
        missing = missing_keys(upstream_partitions_def, [])
        if not self.allow_nonexistent_upstream_partitions and times:
            missing = self._missing(upstream_partitions_def, space, times)
        return UpstreamPartitionsResult(subset_of(upstream_partitions_def, space, found), missing)

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: Partitions,  # noqa: ARG002
        downstream_partitions_def: Partitions | None,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        if downstream_partitions_def is None:
            raise InvariantViolationError(
                "TimeWindowPartitionMapping maps to windows; the downstream asset has none."
            )
        theirs = _window_space(upstream_partitions_subset.space)
        space = _window_space(
            downstream_partitions_def.key_space(moment(current_time, dynamic_partitions_store))
        )
        grid = space.grid
        times = (
            (
                grid.moved(grid.strike_near(start), -self.end_offset),
                grid.moved(grid.strike_near(end - 1), -self.start_offset) + 1,
            )
            for start, end in theirs.stretches(upstream_partitions_subset.bitmap)
        )
        found = _beginning_in(space, times) & bitmap_of(range(space.count()))
        return subset_of(downstream_partitions_def, space, found)

    def validate_partition_mapping(
        self, upstream_partitions_def: Partitions, downstream_partitions_def: Partitions | None
    ) -> None:
        for side, definition in (
            ("upstream", upstream_partitions_def),
            ("downstream", downstream_partitions_def),
        ):
            if not isinstance(definition, TimeWindowPartitionsDefinition):
                kind = "no partitions" if definition is None else f"a {type(definition).__name__}"
                raise InvalidDefinitionError(
                    f"TimeWindowPartitionMapping maps windows of time, and the {side} asset has {kind}."
                )

    @property
    def description(self) -> str:
        moved = (
            f", moved by {self.start_offset} to {self.end_offset} windows"
            if self.start_offset or self.end_offset
            else ""
        )
        return f"Each window depends on the upstream windows it overlaps{moved}."

    def _missing(
        self, definition: Partitions, space: WindowSpace, times: Sequence[tuple[int, int]]
    ) -> PartitionsSubset:
        """The windows asked for before the definition's start or after its last partition, but by an offset."""
        earliest = min(space.grid.start, *(start for start, _ in times))
        wide = WindowSpace(space.line._replace(start=earliest), 0)
        missing = _beginning_in(wide, times)
        first = wide.grid.ordinal_at(space.grid.start)
        last = first + space.count()
        ignored_from = 0 if self.start_offset < 0 else first
        ignored_to = max(last, missing.max() + 1 if missing else 0) if self.end_offset > 0 else last
        missing = missing - bitmap_of(range(ignored_from, ignored_to))
        count = missing.max() + 1 if missing else 0
        return TimeWindowPartitionsSubset(definition, WindowSpace(wide.line, count), missing)

    def _values(self) -> tuple[object, ...]:
        return (self.start_offset, self.end_offset, self.allow_nonexistent_upstream_partitions)


def _window_space(space: object) -> WindowSpace:
    if not isinstance(space, WindowSpace):
        raise InvariantViolationError(
            "TimeWindowPartitionMapping maps windows of time; one side's partitions are something else.",
            hint="Give the dependency another partition mapping.",
        )
    return space


def _beginning_in(space: WindowSpace, times: Iterable[tuple[int, int]]) -> Bitmap:
    """The ordinals of the windows that begin at or after a time's start and before its end."""
    grid = space.grid
    return bitmap_of_runs((grid.ordinal_at(start), grid.ordinal_at(end)) for start, end in times)
