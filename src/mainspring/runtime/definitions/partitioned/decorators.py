"""The decorators that make a function of a partition into the config of a job.

>>> @daily_partitioned_config(start_date="2024-01-01")
... def by_day(start, end):
...     return {"ops": {"load": {"config": {"day": start.strftime("%Y-%m-%d")}}}}
>>> by_day.get_run_config_for_partition_key("2024-03-01")["ops"]["load"]["config"]
{'day': '2024-03-01'}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.core.config.run_config import RunConfig
from mainspring.core.partitions.calendar_windows import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)
from mainspring.core.partitions.definition import PartitionsDefinition
from mainspring.core.partitions.dynamic import DynamicPartitionsDefinition
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition
from mainspring.core.partitions.window import TimestampWithTimezone
from mainspring.runtime.definitions.partitioned.config import PartitionedConfig

_Windows = TypeVar("_Windows", bound=TimeWindowPartitionsDefinition)
_Config = RunConfig | Mapping[str, Any]
_OfWindow = Callable[[datetime, datetime], _Config]
_TagsOfWindow = Callable[[datetime, datetime], Mapping[str, str]]
_OfKey = Callable[[str], _Config]
_TagsOfKey = Callable[[str], Mapping[str, str]]
_Exclusions = Sequence[str | datetime | TimestampWithTimezone]


def partitioned_config(
    partitions_def: PartitionsDefinition[Any], tags_for_partition_key_fn: _TagsOfKey | None = None
) -> Callable[[_OfKey], PartitionedConfig[Any]]:
    """Make a function of a partition's key into config by partition."""

    def make(function: _OfKey) -> PartitionedConfig[Any]:
        return PartitionedConfig(
            partitions_def,
            decorated_fn=function,
            run_config_for_partition_key_fn=function,
            tags_for_partition_key_fn=tags_for_partition_key_fn,
        )

    return make


def static_partitioned_config(
    partition_keys: Sequence[str],
    tags_for_partition_fn: _TagsOfKey | None = None,
    tags_for_partition_key_fn: _TagsOfKey | None = None,
) -> Callable[[_OfKey], PartitionedConfig[StaticPartitionsDefinition]]:
    """Make a function of a key into the config of a fixed list of partitions."""
    tags = _one_of(tags_for_partition_fn, tags_for_partition_key_fn)
    return partitioned_config(StaticPartitionsDefinition(partition_keys), tags)


def dynamic_partitioned_config(
    partition_fn: Callable[[datetime | None], Sequence[str]],
    tags_for_partition_fn: _TagsOfKey | None = None,
    tags_for_partition_key_fn: _TagsOfKey | None = None,
) -> Callable[[_OfKey], PartitionedConfig[DynamicPartitionsDefinition]]:
    """Make a function of a key into the config of the partitions that ``partition_fn`` answers for a time."""
    tags = _one_of(tags_for_partition_fn, tags_for_partition_key_fn)
    return partitioned_config(DynamicPartitionsDefinition(partition_fn), tags)


def hourly_partitioned_config(
    start_date: datetime | str,
    minute_offset: int = 0,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: _TagsOfWindow | None = None,
    exclusions: _Exclusions | None = None,
) -> Callable[[_OfWindow], PartitionedConfig[HourlyPartitionsDefinition]]:
    """Make a function of an hour's start and end into the config of hourly partitions."""
    windows = HourlyPartitionsDefinition(
        start_date, None, minute_offset, timezone, fmt, end_offset, exclusions
    )
    return _of_windows(windows, tags_for_partition_fn)


def daily_partitioned_config(
    start_date: datetime | str,
    minute_offset: int = 0,
    hour_offset: int = 0,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: _TagsOfWindow | None = None,
    exclusions: _Exclusions | None = None,
) -> Callable[[_OfWindow], PartitionedConfig[DailyPartitionsDefinition]]:
    """Make a function of a day's start and end into the config of daily partitions."""
    windows = DailyPartitionsDefinition(
        start_date, None, minute_offset, hour_offset, timezone, fmt, end_offset, exclusions
    )
    return _of_windows(windows, tags_for_partition_fn)


def weekly_partitioned_config(  # noqa: PLR0913, PLR0917  # the published parameters
    start_date: datetime | str,
    minute_offset: int = 0,
    hour_offset: int = 0,
    day_offset: int = 0,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: _TagsOfWindow | None = None,
    exclusions: _Exclusions | None = None,
) -> Callable[[_OfWindow], PartitionedConfig[WeeklyPartitionsDefinition]]:
    """Make a function of a week's start and end into the config of weekly partitions.

    ``day_offset`` is the day of the week on which a week begins, 0 is Sunday.
    """
    windows = WeeklyPartitionsDefinition(
        start_date, None, minute_offset, hour_offset, day_offset, timezone, fmt, end_offset, exclusions
    )
    return _of_windows(windows, tags_for_partition_fn)


def monthly_partitioned_config(  # noqa: PLR0913, PLR0917  # the published parameters
    start_date: datetime | str,
    minute_offset: int = 0,
    hour_offset: int = 0,
    day_offset: int = 1,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: _TagsOfWindow | None = None,
    exclusions: _Exclusions | None = None,
) -> Callable[[_OfWindow], PartitionedConfig[MonthlyPartitionsDefinition]]:
    """Make a function of a month's start and end into the config of monthly partitions.

    ``day_offset`` is the day of the month on which a month begins, from 1.
    """
    windows = MonthlyPartitionsDefinition(
        start_date, None, minute_offset, hour_offset, day_offset, timezone, fmt, end_offset, exclusions
    )
    return _of_windows(windows, tags_for_partition_fn)


def _of_windows(
    windows: _Windows, tags_of_window: _TagsOfWindow | None
) -> Callable[[_OfWindow], PartitionedConfig[_Windows]]:
    def tags(key: str) -> Mapping[str, str]:
        window = windows.time_window_for_partition_key(key)
        return tags_of_window(window.start, window.end) if tags_of_window is not None else {}

    def make(function: _OfWindow) -> PartitionedConfig[_Windows]:
        def config(key: str) -> _Config:
            window = windows.time_window_for_partition_key(key)
            return function(window.start, window.end)

        return PartitionedConfig(
            windows,
            decorated_fn=function,
            run_config_for_partition_key_fn=config,
            tags_for_partition_key_fn=tags if tags_of_window is not None else None,
        )

    return make


def _one_of(older: _TagsOfKey | None, newer: _TagsOfKey | None) -> _TagsOfKey | None:
    if older is not None and newer is not None:
        raise InvalidDefinitionError(
            "tags_for_partition_fn is the older name of tags_for_partition_key_fn; give one of them.",
            where=user_position(),
        )
    return newer if newer is not None else older
