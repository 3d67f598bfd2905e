"""``@run_status_sensor`` and ``@run_failure_sensor``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from mainspring.core.records.run import RunStatus
from mainspring.runtime.definitions.automation.run_status_sensor import RunStatusSensorDefinition
from mainspring.runtime.definitions.automation.status import DefaultSensorStatus


def run_status_sensor(  # noqa: PLR0913, PLR0917  # the published parameters
    run_status: RunStatus,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    monitor_all_code_locations: bool | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_job: Any = None,
    request_jobs: Sequence[Any] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], RunStatusSensorDefinition]:
    """Declare a function that is called once for each run that reaches a status.

    The function takes a ``RunStatusSensorContext``, and resources; it may answer run requests.

    >>> @run_status_sensor(run_status=RunStatus.SUCCESS)
    ... def tell_of_success(context):
    ...     context.log.info(f"{context.dagster_run.job_name} is done")
    >>> tell_of_success.run_status.name
    'SUCCESS'
    """

    def make(function: Callable[..., Any]) -> RunStatusSensorDefinition:
        return RunStatusSensorDefinition(
            name=name or function.__name__,
            run_status=run_status,
            run_status_sensor_fn=function,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description if description is not None else function.__doc__,
            monitored_jobs=monitored_jobs,
            monitor_all_code_locations=monitor_all_code_locations,
            default_status=default_status,
            request_job=request_job,
            request_jobs=request_jobs,
            tags=tags,
            metadata=metadata,
        )

    return make


@overload
def run_failure_sensor(name: Callable[..., Any]) -> RunStatusSensorDefinition: ...
@overload
def run_failure_sensor(
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    monitor_all_code_locations: bool | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_job: Any = None,
    request_jobs: Sequence[Any] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], RunStatusSensorDefinition]: ...
def run_failure_sensor(  # noqa: PLR0913, PLR0917  # the published parameters
    name: Callable[..., Any] | str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    monitor_all_code_locations: bool | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_job: Any = None,
    request_jobs: Sequence[Any] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> RunStatusSensorDefinition | Callable[[Callable[..., Any]], RunStatusSensorDefinition]:
    """Declare a function that is called once for each run that has failed.

    It takes a ``RunFailureSensorContext``, which also tells which steps failed. It may be written with or
    without brackets.

    >>> @run_failure_sensor
    ... def tell_of_failure(context):
    ...     context.log.error(context.failure_event.message)
    >>> tell_of_failure.name
    'tell_of_failure'
    """

    def make(function: Callable[..., Any]) -> RunStatusSensorDefinition:
        return RunStatusSensorDefinition(
            name=name if isinstance(name, str) else function.__name__,
            run_status=RunStatus.FAILURE,
            run_status_sensor_fn=function,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description if description is not None else function.__doc__,
            monitored_jobs=monitored_jobs,
            monitor_all_code_locations=monitor_all_code_locations,
            default_status=default_status,
            request_job=request_job,
            request_jobs=request_jobs,
            tags=tags,
            metadata=metadata,
            for_failure=True,
        )

    return make(name) if callable(name) else make
