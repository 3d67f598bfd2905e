"""``RunStatusSensorDefinition``: reacts to each run that reaches a status."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError, OrchestratorError
from mainspring.core.records.error_info import error_info
from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import RunStatusChangeRecordsFilter
from mainspring.core.records.run import STATUS_AFTER, Run, RunStatus
from mainspring.core.records.tick_result import RunReaction, SensorResult
from mainspring.runtime.definitions.automation.answers import Answers
from mainspring.runtime.definitions.automation.monitored import MonitoredRuns, monitored_runs
from mainspring.runtime.definitions.automation.run_status_context import RunStatusSensorContext
from mainspring.runtime.definitions.automation.sensor import SensorDefinition
from mainspring.runtime.definitions.automation.sensor_context import SensorEvaluationContext
from mainspring.runtime.definitions.automation.status import DefaultSensorStatus, SensorType

_AT_ONCE: Final = 100
"""How many runs one tick looks at; the next tick goes on from there."""

_EVENT_OF: Final = {
    status: EventType(word)
    for word, (status, _) in STATUS_AFTER.items()
    if word != EventType.RUN_RESUMED.value
} | {RunStatus.NOT_STARTED: EventType.RUN_DEQUEUED}


class _Cursor(msgspec.Struct, frozen=True):
    """The last event that was looked at."""

    record_id: int


class RunStatusSensorDefinition(SensorDefinition):
    """A sensor whose function is called once for each watched run that reaches ``run_status``.

    The first tick only notes where the log ends: runs of the past are not reacted to. An error of the function
    is noted with its run and does not stop the others. Runs that the sensor itself has asked for are seen like
    all others: a function that asks for runs of a job it watches must tell them apart.

    ``monitored_jobs``: jobs of this code location, or selectors of jobs elsewhere; by default all jobs of this
    location. ``monitor_all_code_locations``: all there are. ``request_job``, ``request_jobs``: what its run
    requests can run.
    """

    sensor_type = SensorType.RUN_STATUS
    _maker = "build_run_status_sensor_context"

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        name: str,
        run_status: RunStatus,
        run_status_sensor_fn: Callable[..., Any],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        monitored_jobs: Sequence[Any] | None = None,
        monitor_all_code_locations: bool | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        request_job: Any = None,
        request_jobs: Sequence[Any] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
        *,
        for_failure: bool = False,
    ) -> None:
        super().__init__(
            name,
            evaluation_fn=run_status_sensor_fn,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=request_job,
            jobs=request_jobs,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        if not isinstance(run_status, RunStatus) or run_status not in _EVENT_OF:  # pyright: ignore[reportUnnecessaryIsInstance]
            known = ", ".join(f"RunStatus.{status.name}" for status in _EVENT_OF)
            raise InvalidDefinitionError(
                f"{self.label} waits for {run_status!r}, which no event says of a run.",
                where=self.where,
                hint=f"It can wait for {known}.",
            )
        self.run_status = run_status
        self.monitored: MonitoredRuns = monitored_runs(
            monitored_jobs, monitor_all_code_locations, what=self.label, where=self.where
        )
        self._for_failure = for_failure

    @property
    def event_type(self) -> EventType:
        """The event that says a run has reached the status."""
        return _EVENT_OF[self.run_status]

    # -- one tick -------------------------------------------------------------------------------------

    def _answers(self, context: SensorEvaluationContext) -> Answers:
        cursor = self._read(context.cursor)
        if cursor is None:
            return self._begin(context)
        asked = RunStatusChangeRecordsFilter(self.event_type, after_storage_id=cursor.record_id)
        page = context.instance.fetch_run_status_changes(asked, limit=_AT_ONCE, ascending=True)
        if not page.cursor or int(page.cursor) <= cursor.record_id:
            return Answers(skip_message=f"No run has reached {self.run_status.name} since the last tick.")
        answers = Answers()
        looked_at = 0
        for record in page.records:
            run = context.instance.get_run_by_id(record.run_id)
            if run is not None and self._watches(run, context):
                looked_at += 1
                self._react(context, run, record, answers)
        context.update_cursor(_write(int(page.cursor)))
        if not looked_at:
            answers.skip_message = f"No watched run has reached {self.run_status.name} since the last tick."
        elif answers.run_requests or looked_at > 1:
            answers.skip_message = None
        return answers

    def _begin(self, context: SensorEvaluationContext) -> Answers:
        page = context.instance.fetch_run_status_changes(self.event_type, limit=1)
        context.update_cursor(_write(int(page.cursor or 0)))
        return Answers(skip_message="The first tick: runs are watched from now on.")

    def _watches(self, run: Run, context: SensorEvaluationContext) -> bool:
        here: str | None = getattr(context.code_location_origin, "location_name", None)
        return self.monitored.watches(run, here)

    def _react(
        self, context: SensorEvaluationContext, run: Run, record: EventLogRecord, into: Answers
    ) -> None:
        """Call the function for a run; what it answers, or its error, goes into the answers."""
        event = record.event_log_entry.get_dagster_event()
        of_run = RunStatusSensorContext(self.name, run, event, context.instance, context)
        try:
            found = self._ask(context, [of_run.for_run_failure() if self._for_failure else of_run])
        except OrchestratorError as error:
            cause = error.__cause__ if error.__cause__ is not None else error
            context.log.error("%s failed on run %s: %s", self.label, run.run_id, error)
            into.reactions.append(RunReaction(run, error_info(cause), self.run_status))
            return
        if found.result is not None and found.result.cursor is not None:
            raise InvariantViolationError(
                f"{self.label} sets a cursor; a sensor of run statuses keeps its own.", where=self.where
            )
        into.run_requests += found.run_requests
        into.skip_message = found.skip_message
        into.result = _merged(into.result, found.result)
        into.reactions += found.reactions or [RunReaction(run, None, self.run_status)]

    def _read(self, cursor: str | None) -> _Cursor | None:
        if not cursor:
            return None
        try:
            return serial.decode(cursor, _Cursor)
        except msgspec.MsgspecError:
            raise InvariantViolationError(
                f"{self.label} was given the cursor {cursor!r}, which is none of its own.", where=self.where
            ) from None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the decorated function answers, for tests."""
        if self._for_failure:
            args = tuple(_as_failure(one) for one in args)
            kwargs = {name: _as_failure(value) for name, value in kwargs.items()}
        return super().__call__(*args, **kwargs)


def _merged(one: SensorResult | None, other: SensorResult | None) -> SensorResult | None:
    """What the function asks for beside runs, for several runs together."""
    if one is None or other is None:
        return one or other
    return SensorResult(
        dynamic_partitions_requests=[
            *one.dynamic_partitions_requests,
            *other.dynamic_partitions_requests,
        ],
        asset_events=[*one.asset_events, *other.asset_events],
    )


def _as_failure(value: Any) -> Any:
    return value.for_run_failure() if isinstance(value, RunStatusSensorContext) else value


def _write(record_id: int) -> str:
    return serial.encode(_Cursor(record_id)).decode()
