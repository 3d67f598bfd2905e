"""``@sensor``: a function that says when to run something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import position_of
from mainspring.runtime.definitions.automation.sensor import SensorDefinition
from mainspring.runtime.definitions.automation.status import DefaultSensorStatus


def sensor(  # noqa: PLR0913  # the published parameters
    job_name: str | None = None,
    *,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    job: Any = None,
    jobs: Sequence[Any] | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    asset_selection: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    target: Any = None,
    owners: Sequence[str] | None = None,
) -> Callable[[Callable[..., Any]], SensorDefinition]:
    """Declare a sensor whose function answers what each tick asks for.

    The function may take the context and resources. It answers a ``RunRequest``, a list of them or a
    generator, a ``SkipReason``, or a ``SensorResult``.

    >>> from mainspring.core.records.run_request import RunRequest
    >>> @sensor(job_name="load")
    ... def inbox(context):
    ...     return RunRequest(run_key=context.cursor)
    >>> inbox.name
    'inbox'
    """
    if callable(job_name):
        raise InvalidDefinitionError(
            "@sensor is called: it takes parameters.",
            where=position_of(job_name),
            hint="Write @sensor(job=...), or @sensor() for a sensor that asks for no runs.",
        )

    def make(function: Callable[..., Any]) -> SensorDefinition:
        return SensorDefinition(
            name or function.__name__,
            evaluation_fn=function,
            job_name=job_name,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description if description is not None else function.__doc__,
            job=job,
            jobs=jobs,
            default_status=default_status,
            asset_selection=asset_selection,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
            target=target,
            owners=owners,
        )

    return make
