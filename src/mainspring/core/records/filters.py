"""What to ask the records for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from mainspring.core.base.errors import InvalidInvocationError, InvocationError
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import RunStatus
from mainspring.core.values import tags as tag_keys
from mainspring.core.values.asset_key import AssetKey


class Named(Protocol):
    """Something that goes by a name."""

    @property
    def name(self) -> str:
        """The name."""
        ...


class RunsFilter(msgspec.Struct, frozen=True):
    """Runs that fit all the fields which are given.

    A tag's value may be a list: any of them fits. ``exclude_subruns`` leaves out the runs of backfills.
    """

    run_ids: Sequence[str] | None = None
    job_name: str | None = None
    statuses: Sequence[RunStatus] | None = None
    tags: Mapping[str, str | Sequence[str]] | None = None
    snapshot_id: str | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    exclude_subruns: bool | None = None

    def __post_init__(self) -> None:
        _refuse_single("run_ids", self.run_ids)
        _refuse_single("statuses", self.statuses)
        for status in self.statuses or ():
            _require(status, RunStatus, "statuses")

    @staticmethod
    def for_backfill(backfill_id: str) -> RunsFilter:
        """The runs of one backfill."""
        return RunsFilter(tags={tag_keys.BACKFILL_TAG: backfill_id})

    @staticmethod
    def for_schedule(schedule: Named) -> RunsFilter:
        """The runs of one schedule."""
        return RunsFilter(tags={tag_keys.SCHEDULE_NAME_TAG: schedule.name})

    @staticmethod
    def for_sensor(sensor: Named) -> RunsFilter:
        """The runs of one sensor."""
        return RunsFilter(tags={tag_keys.SENSOR_NAME_TAG: sensor.name})


class RunShardedEventsCursor(msgspec.Struct, frozen=True):
    """A place in the log, for code that keeps one with the time of the runs it has looked at.

    There is one log for all runs: ``id``, a storage id, says it all.
    """

    id: int
    run_updated_after: datetime


EventCursor = int | RunShardedEventsCursor
"""A place in the log."""


def storage_id_of(cursor: EventCursor | None) -> int | None:
    """The storage id that a cursor stands for."""
    return cursor.id if isinstance(cursor, RunShardedEventsCursor) else cursor


class EventRecordsFilter(msgspec.Struct, frozen=True):
    """Events of one type that fit all the fields which are given. Cursors and storage ids are exclusive bounds."""

    event_type: EventType
    asset_key: AssetKey | None = None
    asset_partitions: Sequence[str] | None = None
    after_cursor: EventCursor | None = None
    before_cursor: EventCursor | None = None
    after_timestamp: float | None = None
    before_timestamp: float | None = None
    storage_ids: Sequence[int] | None = None

    def __post_init__(self) -> None:
        _require(self.event_type, EventType, "event_type")
        _refuse_single("asset_partitions", self.asset_partitions)
        for name, cursor in (("after_cursor", self.after_cursor), ("before_cursor", self.before_cursor)):
            if cursor is not None:
                _require(cursor, (int, RunShardedEventsCursor), name)


class AssetRecordsFilter(msgspec.Struct, frozen=True):
    """Events of one asset that fit all the fields which are given. Storage ids are exclusive bounds."""

    asset_key: AssetKey
    asset_partitions: Sequence[str] | None = None
    after_timestamp: float | None = None
    before_timestamp: float | None = None
    after_storage_id: int | None = None
    before_storage_id: int | None = None
    storage_ids: Sequence[int] | None = None

    def __post_init__(self) -> None:
        _require(self.asset_key, AssetKey, "asset_key")
        _refuse_single("asset_partitions", self.asset_partitions)


class RunStatusChangeRecordsFilter(msgspec.Struct, frozen=True):
    """Changes of run status of one kind. Storage ids are exclusive bounds."""

    event_type: EventType
    after_timestamp: float | None = None
    before_timestamp: float | None = None
    after_storage_id: int | None = None
    before_storage_id: int | None = None
    storage_ids: Sequence[int] | None = None
    job_names: Sequence[str] | None = None

    def __post_init__(self) -> None:
        _require(self.event_type, EventType, "event_type")
        _refuse_single("job_names", self.job_names)
        from_run_event = self.event_type.value.startswith("PIPELINE_") or self.event_type in (
            EventType.RUN_SUSPENDED,
            EventType.RUN_RESUMED,
        )
        if not from_run_event:
            raise InvocationError(
                f"{self.event_type.name} is not a change of run status; use one of the RUN_... event types."
            )


def _require(value: object, kinds: type | tuple[type, ...], field: str) -> None:
    """Refuse what no database could compare with, where it is written and not where it is looked for."""
    if not isinstance(value, kinds):
        listed = kinds if isinstance(kinds, tuple) else (kinds,)
        raise InvalidInvocationError(
            f"{value!r} cannot stand in the field {field} of a filter.",
            hint=f"It takes {' or '.join(f'`{one.__name__}`' for one in listed)}.",
        )


def _refuse_single(field: str, value: object) -> None:
    """A string is a sequence of its letters, which is never what is meant."""
    if isinstance(value, str):
        raise InvalidInvocationError(
            f"The field {field} of a filter is a list, not the single string {value!r}.",
            hint=f"Give [{value!r}].",
        )
