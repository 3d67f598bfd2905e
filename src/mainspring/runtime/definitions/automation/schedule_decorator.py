"""``@schedule``: a function that says what a tick asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
from mainspring.runtime.definitions.automation.schedule_context import ScheduleEvaluationContext
from mainspring.runtime.definitions.automation.status import DefaultScheduleStatus


def schedule(  # noqa: PLR0913  # the published parameters
    cron_schedule: str | Sequence[str],
    *,
    job_name: str | None = None,
    name: str | None = None,
    tags: Mapping[str, str] | None = None,
    tags_fn: Callable[[ScheduleEvaluationContext], Mapping[str, str] | None] | None = None,
    metadata: Mapping[str, Any] | None = None,
    should_execute: Callable[[ScheduleEvaluationContext], bool] | None = None,
    environment_vars: Mapping[str, str] | None = None,
    execution_timezone: str | None = None,
    description: str | None = None,
    job: Any = None,
    default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
    required_resource_keys: AbstractSet[str] | None = None,
    target: Any = None,
    owners: Sequence[str] | None = None,
) -> Callable[[Callable[..., Any]], ScheduleDefinition]:
    """Declare a schedule whose function answers what each tick asks for.

    The function may take the context and resources. It answers a ``RunRequest``, a list of them or a
    generator, a ``SkipReason``, or just the run config.

    >>> @schedule("0 1 * * *", job_name="sales")
    ... def nightly(context):
    ...     return {"ops": {"load": {"config": {"day": context.scheduled_execution_time.strftime("%F")}}}}
    >>> nightly.name
    'nightly'
    """

    def make(function: Callable[..., Any]) -> ScheduleDefinition:
        return ScheduleDefinition(
            name or function.__name__,
            cron_schedule=cron_schedule,
            job_name=job_name,
            tags=tags,
            tags_fn=tags_fn,
            metadata=metadata,
            should_execute=should_execute,
            environment_vars=environment_vars,
            execution_timezone=execution_timezone,
            execution_fn=function,
            description=description if description is not None else function.__doc__,
            job=job,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            target=target,
            owners=owners,
        )

    return make
