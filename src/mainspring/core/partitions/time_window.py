"""Partitions that are windows of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import ceil, floor
from typing import Any

from mainspring.core.base import cron
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.base.zone import local, zone
from mainspring.core.partitions.cadence import cron_of_cadence, cron_with, offsets_of
from mainspring.core.partitions.definition import digest
from mainspring.core.partitions.loading import PartitionLoadingContext, moment
from mainspring.core.partitions.store import DynamicPartitionsStore
from mainspring.core.partitions.window import (
    Moment,
    ScheduleType,
    TimestampWithTimezone,
    instant_of,
    read_moment,
)
from mainspring.core.partitions.window_lookups import WindowLookups
from mainspring.core.partitions.windows import GridLine, WindowSpace

Exclusion = str | datetime | TimestampWithTimezone


class TimeWindowPartitionsDefinition(WindowLookups):
    """The windows between the strikes of a cron line.

    A window is a partition from the moment it has ended. Its key is its start, written in ``fmt``.

    * ``start``: the first window begins at or after it. Naive datetimes and texts are read in ``timezone``.
    * ``fmt``: the ``strftime`` format of keys.
    * ``end``: the last window ends at or before it; ``None``: without end.
    * ``cron_schedule``: where windows begin; or instead ``schedule_type`` with ``minute_offset``,
      ``hour_offset`` and
      ``day_offset`` (weekly: 0 is Sunday; monthly: day of the month, from 1).
    * ``timezone``: an IANA name, by default UTC. Where clocks are moved, windows follow the wall clock:
      one that would
      begin in a skipped hour begins when it ends, one of a repeated hour at its second pass (hourly
      windows: at each).
    * ``end_offset``: how many windows more (or fewer) than have ended are partitions.
    * ``exclusions``: starts of windows that are no partitions, as datetimes or as cron lines of wall times.

    >>> from datetime import UTC, datetime
    >>> market = TimeWindowPartitionsDefinition(
    ...     start="2024-01-01", fmt="%Y-%m-%d", cron_schedule="0 0 * * 1-5", exclusions=[datetime(2024, 1, 1)]
    ... )
    >>> market.get_partition_keys(current_time=datetime(2024, 1, 5, tzinfo=UTC))
    ['2024-01-02', '2024-01-03', '2024-01-04']
    """

    __slots__ = (
        "_end",
        "_line",
        "cron_schedule",
        "end_offset",
        "end_ts",
        "exclusions",
        "fmt",
        "start_ts",
        "timezone",
    )

    start_ts: TimestampWithTimezone
    timezone: str
    end_ts: TimestampWithTimezone | None
    fmt: str
    end_offset: int
    cron_schedule: str
    exclusions: Sequence[str | TimestampWithTimezone] | None

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        start: Moment,
        fmt: str,
        end: Moment | None = None,
        schedule_type: ScheduleType | None = None,
        timezone: str | None = None,
        end_offset: int = 0,
        minute_offset: int | None = None,
        hour_offset: int | None = None,
        day_offset: int | None = None,
        cron_schedule: str | None = None,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        try:
            self.timezone = timezone or "UTC"
            zone(self.timezone)
            self.fmt = fmt
            self.end_offset = end_offset
            self.cron_schedule = cron_of_cadence(
                cron_schedule, schedule_type, minute=minute_offset, hour=hour_offset, day=day_offset
            )
            cron.parse(self.cron_schedule)
            self.start_ts = self._moment(start, "start")
            self.end_ts = None if end is None else self._moment(end, "end")
            self.exclusions = [self._exclusion(e) for e in exclusions] if exclusions is not None else None
        except InvalidDefinitionError as error:
            error.where = error.where or user_position()
            raise
        self._line = self._grid_line()
        self._end = None if self.end_ts is None else floor(self.end_ts.timestamp)

    def _moment(self, value: Moment, what: str) -> TimestampWithTimezone:
        seconds = read_moment(value, what=what, fmt=self.fmt, timezone=self.timezone)
        return TimestampWithTimezone(seconds, self.timezone)

    def _exclusion(self, value: Exclusion) -> str | TimestampWithTimezone:
        if isinstance(value, str) and len(value.split()) > 1:
            return cron.parse(value).text
        return self._moment(value, "exclusion")

    def _grid_line(self) -> GridLine:
        excluded = self.exclusions or ()
        instants = {floor(e.timestamp) for e in excluded if isinstance(e, TimestampWithTimezone)}
        lines = {e for e in excluded if isinstance(e, str)}
        return GridLine(
            cron_schedule=self.cron_schedule,
            timezone=self.timezone,
            fmt=self.fmt,
            start=ceil(self.start_ts.timestamp),
            excluded_instants=tuple(sorted(instants)),
            excluded_lines=tuple(sorted(lines)),
        )

    # -- keys ------------------------------------------------------------------------------------------------

    @property
    def line(self) -> GridLine:
        """The grid on which the windows lie."""
        return self._line

    def key_space(self, context: PartitionLoadingContext | None = None) -> WindowSpace:
        given = context or moment()
        return WindowSpace(
            self._line, self._count(floor(instant_of(given.effective_dt, zone(self.timezone))))
        )

    def _steps(self, now: int) -> int:
        """The number of windows at a moment, excluded ones counted."""
        grid = self._line.grid
        steps = max(0, grid.step_at(now + 1) - 1) + self.end_offset
        if self._end is not None:
            steps = min(steps, grid.step_at(self._end + 1) - 1)
        return max(0, steps)

    def _count(self, now: int) -> int:
        steps, grid = self._steps(now), self._line.grid
        return grid.ordinal_at(grid.start_of_step(steps)) if steps and grid.excludes else steps

    def _last_start(self, now: int) -> int | None:
        steps = self._steps(now)
        return self._line.grid.start_of_step(steps - 1) if steps else None

    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        return self.key_space(moment(current_time, dynamic_partitions_store)).keys()

    # -- what the definition says ----------------------------------------------------------------------------

    @property
    def start(self) -> datetime:
        """The start, in the definition's zone."""
        return local(self.start_ts.timestamp, zone(self.timezone))

    @property
    def end(self) -> datetime | None:
        """The end, in the definition's zone."""
        return None if self.end_ts is None else local(self.end_ts.timestamp, zone(self.timezone))

    @property
    def start_timestamp(self) -> float:
        """The start in seconds since 1970."""
        return self.start_ts.timestamp

    @property
    def end_timestamp(self) -> float | None:
        """The end in seconds since 1970."""
        return None if self.end_ts is None else self.end_ts.timestamp

    @property
    def schedule_type(self) -> ScheduleType | None:
        """The cadence, where windows last an hour, a day, a week or a month each."""
        found = cron.cadence(self.cron_schedule)
        return ScheduleType(found.name) if found else None

    @property
    def minute_offset(self) -> int:
        """Minutes past the hour at which windows begin."""
        return offsets_of(self.cron_schedule).minute

    @property
    def hour_offset(self) -> int:
        """Hours past midnight at which windows begin."""
        return offsets_of(self.cron_schedule).hour

    @property
    def day_offset(self) -> int:
        """Weekly: the day of the week on which windows begin (0 is Sunday); monthly: the day of the month."""
        return offsets_of(self.cron_schedule).day

    @property
    def is_basic_daily(self) -> bool:
        """Whether windows are days from midnight to midnight."""
        return cron.cadence(self.cron_schedule) == cron.Cadence("DAILY", 0, 0, 0)

    @property
    def is_basic_hourly(self) -> bool:
        """Whether windows are whole hours."""
        return cron.cadence(self.cron_schedule) == cron.Cadence("HOURLY", 0, 0, 0)

    def get_cron_schedule(
        self,
        minute_of_hour: int | None = None,
        hour_of_day: int | None = None,
        day_of_week: int | None = None,
        day_of_month: int | None = None,
    ) -> str:
        """The cron line that strikes once for each window, when it ends or at a chosen later time."""
        return cron_with(
            self.cron_schedule,
            minute_of_hour=minute_of_hour,
            hour_of_day=hour_of_day,
            day_of_week=day_of_week,
            day_of_month=day_of_month,
        )

    def equal_except_for_start_or_end(self, other: TimeWindowPartitionsDefinition) -> bool:
        """Whether two definitions differ in nothing but where they begin and end."""
        return (
            self._line._replace(start=0) == other._line._replace(start=0)
            and self.end_offset == other.end_offset
        )

    def get_serializable_unique_identifier(
        self,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,  # noqa: ARG002
    ) -> str:
        return digest([list(self._line), self._end, self.end_offset])

    def validate_partition_definition(self) -> None:
        grid = self._line.grid
        try:
            keys = grid.keys(0, 2)
        except OverflowError:
            return
        if len(set(keys)) < len(keys) or any(grid.ordinal_of(key) is None for key in keys):
            raise InvalidDefinitionError(
                f"The format {self.fmt!r} does not tell apart the windows of {self.cron_schedule!r}: "
                f"the first ones are {' and '.join(map(repr, keys))}.",
                hint="Use a format such as '%Y-%m-%d-%H:%M'.",
            )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TimeWindowPartitionsDefinition):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[object, ...]:
        return (self._line, self._end, self.end_offset)

    def __repr__(self) -> str:
        end = f", end={self.end}" if self.end_ts else ""
        return (
            f"{type(self).__name__}(start={self.start}{end}, cron_schedule={self.cron_schedule!r}, "
            f"timezone={self.timezone!r}, fmt={self.fmt!r})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        named = {"cron_schedule": self.cron_schedule, "exclusions": self.exclusions}
        return (
            _remake,
            (type(self), self.start_ts, self.end_ts, self.fmt, self.timezone, self.end_offset, named),
        )


def _remake(
    kind: type[TimeWindowPartitionsDefinition],
    start: TimestampWithTimezone,
    end: TimestampWithTimezone | None,
    fmt: str,
    timezone: str,
    end_offset: int,
    named: dict[str, Any],
) -> TimeWindowPartitionsDefinition:
    made = kind.__new__(kind)
    TimeWindowPartitionsDefinition.__init__(
        made, start, fmt, end=end, timezone=timezone, end_offset=end_offset, **named
    )
    return made
