"""``@asset_sensor``: reacts to each new materialization of one asset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.filters import AssetRecordsFilter
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.has_keys import CoercibleToAssetKey
from mainspring.runtime.definitions.automation.answers import Answers
from mainspring.runtime.definitions.automation.newest import newest_materialization
from mainspring.runtime.definitions.automation.sensor import SensorDefinition
from mainspring.runtime.definitions.automation.sensor_context import SensorEvaluationContext
from mainspring.runtime.definitions.automation.status import DefaultSensorStatus, SensorType


class AssetSensorDefinition(SensorDefinition):
    """A sensor whose function is called when its asset has been materialised since the last tick.

    The function may take the context and the line of the log that holds the materialization. The cursor is the
    sensor's own: where an asset was materialised several times since the last tick, the function sees the
    latest one.
    """

    sensor_type = SensorType.ASSET
    _given = ("context", "asset_event")

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        name: str,
        asset_key: CoercibleToAssetKey,
        job_name: str | None,
        asset_materialization_fn: Callable[..., Any],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        job: Any = None,
        jobs: Sequence[Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        required_resource_keys: AbstractSet[str] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            name,
            evaluation_fn=asset_materialization_fn,
            job_name=job_name,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=job,
            jobs=jobs,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        self.asset_key: AssetKey = AssetKey.from_coercible(asset_key)

    def _answers(self, context: SensorEvaluationContext) -> Answers:
        asked = AssetRecordsFilter(
            self.asset_key, after_storage_id=storage_id_in(context.cursor, what=self.label)
        )
        found = newest_materialization(context.instance, asked)
        if found is None:
            name = self.asset_key.to_user_string()
            return Answers(skip_message=f"No new materialization of the asset {name!r}.")
        answers = self._ask(context, [context, found.event_log_entry])
        if context.cursor_updated or (answers.result is not None and answers.result.cursor is not None):
            raise InvariantViolationError(
                f"{self.label} sets a cursor; an asset sensor keeps its own.",
                where=self.where,
                hint="Leave it out, or write a @sensor.",
            )
        context.update_cursor(str(found.storage_id))
        return answers


def storage_id_in(cursor: str | None, *, what: str) -> int | None:
    """The place in the event log that a cursor names. Raises ``InvariantViolationError`` for another text."""
    if not cursor:
        return None
    try:
        return int(cursor)
    except ValueError:
        raise InvariantViolationError(
            f"{what} was given the cursor {cursor!r}, which is none of its own: it is a number."
        ) from None


def asset_sensor(  # noqa: PLR0913  # the published parameters
    asset_key: CoercibleToAssetKey,
    *,
    job_name: str | None = None,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    job: Any = None,
    jobs: Sequence[Any] | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], AssetSensorDefinition]:
    """Declare a function that is called when an asset has been materialised.

    >>> from mainspring.core.records.run_request import RunRequest
    >>> @asset_sensor("orders", job_name="report")
    ... def on_orders(context, asset_event):
    ...     return RunRequest(run_key=asset_event.run_id)
    >>> on_orders.asset_key
    AssetKey(['orders'])
    """

    def make(function: Callable[..., Any]) -> AssetSensorDefinition:
        return AssetSensorDefinition(
            name=name or function.__name__,
            asset_key=asset_key,
            job_name=job_name,
            asset_materialization_fn=function,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description if description is not None else function.__doc__,
            job=job,
            jobs=jobs,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )

    return make
