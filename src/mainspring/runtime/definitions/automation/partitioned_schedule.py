"""``build_schedule_from_partitioned_job``: a tick for each new partition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.partitions.definition import PartitionsDefinition
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition
from mainspring.core.records.run_request import RunRequest, SkipReason
from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
from mainspring.runtime.definitions.automation.schedule_context import ScheduleEvaluationContext
from mainspring.runtime.definitions.automation.status import DefaultScheduleStatus
from mainspring.runtime.definitions.jobs.asset_job import UnresolvedAssetJob
from mainspring.runtime.definitions.jobs.job import JobDefinition

_Evaluate = Callable[[ScheduleEvaluationContext], list[RunRequest] | RunRequest | SkipReason]


@dataclass(frozen=True, slots=True)
class _Offsets:
    """When in its window's unit a schedule strikes, where that is said."""

    minute_of_hour: int | None = None
    hour_of_day: int | None = None
    day_of_week: int | None = None
    day_of_month: int | None = None

    @property
    def given(self) -> dict[str, int]:
        """Those that are said."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class UnresolvedPartitionedSchedule:
    """A schedule of an asset job whose partitions, and with them the cron line, are not known yet."""

    name: str
    job: UnresolvedAssetJob
    offsets: _Offsets
    cron_schedule: str | None
    execution_timezone: str | None
    description: str | None = None
    default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED
    tags: Mapping[str, str] | None = None
    metadata: Mapping[str, Any] | None = None
    owners: Sequence[str] | None = None
    where: SourcePosition | None = None

    @property
    def job_name(self) -> str:
        """The name of the job it runs."""
        return self.job.name

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"The schedule {self.name!r}"

    def resolve(self, job: JobDefinition) -> ScheduleDefinition:
        """The schedule, now that the job is known.

        Raises ``InvalidDefinitionError`` for partitions it cannot follow.
        """
        return _schedule(self, job)


def build_schedule_from_partitioned_job(  # noqa: PLR0913, PLR0917  # the published parameters
    job: JobDefinition | UnresolvedAssetJob,
    description: str | None = None,
    name: str | None = None,
    minute_of_hour: int | None = None,
    hour_of_day: int | None = None,
    day_of_week: int | None = None,
    day_of_month: int | None = None,
    default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
    tags: Mapping[str, str] | None = None,
    cron_schedule: str | None = None,
    execution_timezone: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    owners: Sequence[str] | None = None,
) -> UnresolvedPartitionedSchedule | ScheduleDefinition:
    """A schedule that runs a job for each of its partitions as it becomes complete.

    Where the partitions are time windows, the schedule strikes when a window ends, in the zone of the
    windows, or later by ``minute_of_hour``, ``hour_of_day``, ``day_of_week`` (0 is Sunday) and
    ``day_of_month``; each tick asks for the latest partition. Where one of several dimensions is time, each
    tick asks for all partitions of the latest window. Static partitions need a ``cron_schedule``; each tick
    asks for all of them. Dynamic partitions cannot be followed: use a sensor.

    >>> from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
    >>> build_schedule_from_partitioned_job(define_asset_job("sales"), hour_of_day=6).name
    'sales_schedule'
    """
    if not isinstance(job, (JobDefinition, UnresolvedAssetJob)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidDefinitionError(
            f"A schedule is built from a job; {job!r} is a {type(job).__name__}.", where=user_position()
        )
    offsets = _Offsets(minute_of_hour, hour_of_day, day_of_week, day_of_month)
    where = user_position()
    if offsets.given and (cron_schedule is not None or execution_timezone is not None):
        raise InvalidDefinitionError(
            f"A schedule of the job {job.name!r} is given cron_schedule or execution_timezone beside "
            f"{', '.join(offsets.given)}.",
            where=where,
            hint="A cron line says all that they say.",
        )
    unresolved = UnresolvedPartitionedSchedule(
        name=name or f"{job.name}_schedule",
        job=job,  # pyright: ignore[reportArgumentType]  # a job that is known is resolved at once, below
        offsets=offsets,
        cron_schedule=cron_schedule,
        execution_timezone=execution_timezone,
        description=description,
        default_status=default_status,
        tags=tags,
        metadata=metadata,
        owners=owners,
        where=where,
    )
    if isinstance(job, UnresolvedAssetJob) and job.partitions_def is None:
        return unresolved
    return _schedule(unresolved, job)


def _schedule(
    said: UnresolvedPartitionedSchedule, job: JobDefinition | UnresolvedAssetJob
) -> ScheduleDefinition:
    partitions: PartitionsDefinition[Any] | None = job.partitions_def
    if partitions is None:
        raise InvalidDefinitionError(
            f"{said.label} follows the partitions of the job {job.name!r}, which has none, or whose assets "
            "have different ones.",
            where=said.where,
            hint="Use ScheduleDefinition for a job without partitions, or a job of assets with the same.",
        )
    line, timezone, evaluate = _way_of(said, partitions)
    try:
        made = ScheduleDefinition(
            said.name,
            job=job,
            cron_schedule=line,
            execution_timezone=timezone,
            execution_fn=evaluate,
            description=said.description,
            default_status=said.default_status,
            tags=said.tags,
            metadata=said.metadata,
            owners=said.owners,
        )
    except InvalidDefinitionError as error:
        error.where = said.where  # the function is ours, the declaration the user's
        raise
    made.where = said.where
    return made


def _way_of(
    said: UnresolvedPartitionedSchedule, partitions: PartitionsDefinition[Any]
) -> tuple[str, str | None, _Evaluate]:
    """The cron line, its zone, and what a tick asks for."""
    if isinstance(partitions, TimeWindowPartitionsDefinition):
        return _line_of_windows(said, partitions), partitions.timezone, _latest(partitions)
    if isinstance(partitions, MultiPartitionsDefinition) and partitions.has_time_window_dimension:
        windows = partitions.time_window_partitions_def
        return _line_of_windows(said, windows), windows.timezone, _all_of_latest(partitions)
    if isinstance(partitions, StaticPartitionsDefinition):
        return _line_of_static(said), said.execution_timezone, _all(partitions)
    raise InvalidDefinitionError(
        f"{said.label} cannot follow the partitions {partitions!r}: neither are they time windows, nor is the "
        "list of them fixed.",
        where=said.where,
        hint="Ask for them from a sensor, or from a @schedule of your own.",
    )


def _line_of_windows(said: UnresolvedPartitionedSchedule, windows: TimeWindowPartitionsDefinition) -> str:
    if said.cron_schedule is not None or said.execution_timezone is not None:
        raise InvalidDefinitionError(
            f"{said.label} follows time windows, which say when and in which zone it strikes; it takes no "
            "cron_schedule and no execution_timezone.",
            where=said.where,
            hint="Give hour_of_day and the like to strike later, or write a @schedule of your own.",
        )
    try:
        return windows.get_cron_schedule(**said.offsets.given)
    except Exception as error:
        raise InvalidDefinitionError(f"{said.label}: {error}", where=said.where) from error


def _line_of_static(said: UnresolvedPartitionedSchedule) -> str:
    if said.cron_schedule is None:
        given = ", ".join(said.offsets.given)
        raise InvalidDefinitionError(
            f"{said.label} follows static partitions, which do not say when it strikes"
            + (f"; {given} is only for time windows." if given else "."),
            where=said.where,
            hint="Give a cron_schedule.",
        )
    return said.cron_schedule


def _latest(partitions: TimeWindowPartitionsDefinition) -> _Evaluate:
    def latest_partition(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
        key = _latest_key(partitions, context.time_of_tick)
        return key if isinstance(key, SkipReason) else RunRequest(run_key=key, partition_key=key)

    return latest_partition


def _latest_key(partitions: TimeWindowPartitionsDefinition, now: datetime | None) -> str | SkipReason:
    """The partition of the window that has ended last; a reason where it is excluded, or none has ended."""
    window = partitions.get_last_partition_window_ignoring_exclusions(now)
    if window is None:
        return SkipReason("No partition is complete yet.")
    if partitions.is_window_start_excluded(window.start):
        return SkipReason(f"The window that began at {window.start:%Y-%m-%d %H:%M} is excluded.")
    return partitions.get_last_partition_key(now) or SkipReason("No partition is complete yet.")


def _all(partitions: StaticPartitionsDefinition) -> _Evaluate:
    def all_partitions(context: ScheduleEvaluationContext) -> list[RunRequest]:
        del context  # the list is fixed
        return [RunRequest(run_key=key, partition_key=key) for key in partitions.get_partition_keys()]

    return all_partitions


def _all_of_latest(partitions: MultiPartitionsDefinition) -> _Evaluate:
    def partitions_of_latest_window(context: ScheduleEvaluationContext) -> list[RunRequest] | SkipReason:
        now, store = context.time_of_tick, context.instance_ref
        time = partitions.time_window_dimension.name
        key = _latest_key(partitions.time_window_partitions_def, now)
        if isinstance(key, SkipReason):
            return key
        keys = partitions.get_multipartition_keys_with_dimension_value(time, key, store, now)
        return [RunRequest(run_key=str(one), partition_key=one) for one in keys]

    return partitions_of_latest_window
