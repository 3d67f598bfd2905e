"""Windows of an hour, a day, a week, a month."""

from __future__ import annotations

from collections.abc import Sequence

from mainspring.core.partitions.time_window import Exclusion, TimeWindowPartitionsDefinition
from mainspring.core.partitions.window import Moment, ScheduleType

HOURLY_FMT = "%Y-%m-%d-%H:%M"
DATE_FMT = "%Y-%m-%d"


class HourlyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for each hour from ``start_date`` (such as ``2024-01-01-00:00``) up to ``end_date``.

    ``minute_offset``: minutes past the hour at which windows begin.

    >>> from datetime import UTC, datetime
    >>> hourly = HourlyPartitionsDefinition("2024-01-01-00:00")
    >>> hourly.get_partition_keys(datetime(2024, 1, 1, 2, 30, tzinfo=UTC))
    ['2024-01-01-00:00', '2024-01-01-01:00']
    """

    __slots__ = ()

    def __init__(
        self,
        start_date: Moment,
        end_date: Moment | None = None,
        minute_offset: int = 0,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        super().__init__(
            start_date,
            fmt or HOURLY_FMT,
            end=end_date,
            schedule_type=ScheduleType.HOURLY,
            timezone=timezone,
            end_offset=end_offset,
            minute_offset=minute_offset,
            exclusions=exclusions,
        )


class DailyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for each day from ``start_date`` up to ``end_date``.

    ``hour_offset``, ``minute_offset``: the time of day at which windows begin.

    >>> from datetime import UTC, datetime
    >>> DailyPartitionsDefinition("2024-01-01").get_partition_keys(datetime(2024, 1, 3, tzinfo=UTC))
    ['2024-01-01', '2024-01-02']
    """

    __slots__ = ()

    def __init__(
        self,
        start_date: Moment,
        end_date: Moment | None = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        super().__init__(
            start_date,
            fmt or DATE_FMT,
            end=end_date,
            schedule_type=ScheduleType.DAILY,
            timezone=timezone,
            end_offset=end_offset,
            minute_offset=minute_offset,
            hour_offset=hour_offset,
            exclusions=exclusions,
        )


class WeeklyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for each week from the first one that begins at or after ``start_date``, up to
    ``end_date``.

    ``day_offset``: the weekday on which windows begin, 0 is Sunday. ``hour_offset``, ``minute_offset``:
    the time of it.
    """

    __slots__ = ()

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        start_date: Moment,
        end_date: Moment | None = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        day_offset: int = 0,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        super().__init__(
            start_date,
            fmt or DATE_FMT,
            end=end_date,
            schedule_type=ScheduleType.WEEKLY,
            timezone=timezone,
            end_offset=end_offset,
            minute_offset=minute_offset,
            hour_offset=hour_offset,
            day_offset=day_offset,
            exclusions=exclusions,
        )


class MonthlyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for each month from the first one that begins at or after ``start_date``, up to
    ``end_date``.

    ``day_offset``: the day of the month on which windows begin. ``hour_offset``, ``minute_offset``: the
    time of it.
    """

    __slots__ = ()

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        start_date: Moment,
        end_date: Moment | None = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        day_offset: int = 1,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Sequence[Exclusion] | None = None,
    ) -> None:
        super().__init__(
            start_date,
            fmt or DATE_FMT,
            end=end_date,
            schedule_type=ScheduleType.MONTHLY,
            timezone=timezone,
            end_offset=end_offset,
            minute_offset=minute_offset,
            hour_offset=hour_offset,
            day_offset=day_offset,
            exclusions=exclusions,
        )
