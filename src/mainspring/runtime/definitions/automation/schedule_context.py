"""``ScheduleEvaluationContext``: what the function of a schedule is given, and how a test makes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mainspring.core.base.clock import Clock, SystemClock
from mainspring.core.base.errors import InvariantViolationError
from mainspring.runtime.definitions.automation.tick_context import TickContext

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance


class ScheduleEvaluationContext(TickContext):
    """One tick of a schedule: the time it is for, resources, the instance, a log."""

    def __init__(
        self,
        instance_ref: Instance | None,
        scheduled_execution_time: datetime | None,
        log_key: Sequence[str] | None = None,
        repository_name: str | None = None,
        schedule_name: str | None = None,
        resources: Mapping[str, Any] | None = None,
        repository_def: Any = None,
    ) -> None:
        super().__init__(
            instance=instance_ref, log_key=log_key, resources=resources, repository_def=repository_def
        )
        self._time = scheduled_execution_time
        self.repository_name = repository_name
        self.schedule_name = schedule_name

    @property
    def scheduled_execution_time(self) -> datetime:
        """The time the tick is for, which may be before the time it is evaluated at."""
        if self._time is None:
            raise InvariantViolationError(
                "This context has no scheduled_execution_time.",
                hint="Pass scheduled_execution_time= to build_schedule_context.",
            )
        return self._time

    @property
    def time_of_tick(self) -> datetime | None:
        """The time the tick is for, aware; ``None`` where it was not given."""
        if self._time is None:
            return None
        return self._time if self._time.tzinfo else self._time.replace(tzinfo=UTC)

    @property
    def repository_def(self) -> Any:
        """The definitions the schedule belongs to."""
        if self._repository_def is None:
            raise InvariantViolationError(
                "This context has no repository_def.", hint="Pass repository_def= to build_schedule_context."
            )
        return self._repository_def


def build_schedule_context(
    instance: Instance | None = None,
    scheduled_execution_time: datetime | None = None,
    resources: Mapping[str, object] | None = None,
    repository_def: Any = None,
    instance_ref: Instance | None = None,
    *,
    clock: Clock | None = None,
) -> ScheduleEvaluationContext:
    """A context to call or evaluate a schedule with, in a test.

    >>> context = build_schedule_context(scheduled_execution_time=datetime(2024, 3, 1, tzinfo=UTC))
    >>> context.scheduled_execution_time.isoformat()
    '2024-03-01T00:00:00+00:00'

    Without ``scheduled_execution_time`` the tick is for the present of the instance's clock. In a ``with``
    statement, resources are closed at the end.
    """
    deployment = instance if instance is not None else instance_ref
    if scheduled_execution_time is None:
        given = clock or (deployment.ambient.clock if deployment is not None else SystemClock())
        scheduled_execution_time = given.now()
    return ScheduleEvaluationContext(
        deployment, scheduled_execution_time, resources=resources, repository_def=repository_def
    )
