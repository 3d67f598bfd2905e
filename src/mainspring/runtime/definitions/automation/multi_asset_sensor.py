"""``@multi_asset_sensor``: looks at several assets together."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.records.tick_result import SensorExecutionData
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.has_keys import keys_of_all
from mainspring.runtime.definitions.automation.answers import Answers
from mainspring.runtime.definitions.automation.multi_asset_context import MultiAssetSensorEvaluationContext
from mainspring.runtime.definitions.automation.sensor import SensorDefinition
from mainspring.runtime.definitions.automation.sensor_context import SensorEvaluationContext
from mainspring.runtime.definitions.automation.status import DefaultSensorStatus, SensorType


class MultiAssetSensorDefinition(SensorDefinition):
    """A sensor whose function is given a ``MultiAssetSensorEvaluationContext``, which tells what is new.

    ``monitored_assets`` are the assets it watches, as keys or as a selection; ``request_assets`` those it may
    run in place of a job. A function that asks for runs must move the cursors.
    """

    sensor_type = SensorType.MULTI_ASSET
    _maker = "build_multi_asset_sensor_context"

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        name: str,
        monitored_assets: Sequence[AssetKey] | AssetSelection,
        job_name: str | None,
        asset_materialization_fn: Callable[..., Any],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        job: Any = None,
        jobs: Sequence[Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        request_assets: AssetSelection | None = None,
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
            asset_selection=request_assets,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        self.monitored_assets: AssetSelection | list[AssetKey] = (
            monitored_assets
            if isinstance(monitored_assets, AssetSelection)
            else list(keys_of_all(monitored_assets))
        )

    def evaluate_tick(self, context: SensorEvaluationContext) -> SensorExecutionData:
        """What one tick asks for, and how far the assets have been read after it."""
        return super().evaluate_tick(MultiAssetSensorEvaluationContext.of(context, self.monitored_assets))

    def _answers(self, context: MultiAssetSensorEvaluationContext) -> Answers:
        answers = self._ask(context, [context])
        if context.cursor_updated or (answers.result is not None and answers.result.cursor is not None):
            raise InvariantViolationError(
                f"{self.label} sets a cursor; a sensor of several assets keeps its own.",
                where=self.where,
                hint="Use context.advance_cursor or context.advance_all_cursors.",
            )
        if answers.run_requests and not context.has_advanced:
            raise InvariantViolationError(
                f"{self.label} asks for runs and has not moved its cursors: the next tick would see the same "
                "materializations again.",
                where=self.where,
                hint="Call context.advance_cursor(...) or context.advance_all_cursors().",
            )
        context.update_cursor_after_evaluation()
        return answers

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the decorated function answers, for tests; the cursor of the context moves at its end."""
        found = super().__call__(*args, **kwargs)
        given = (*args, *kwargs.values())
        contexts = [one for one in given if isinstance(one, MultiAssetSensorEvaluationContext)]
        if isinstance(found, Generator):
            return _followed(found, contexts)  # pyright: ignore[reportUnknownArgumentType]
        for context in contexts:
            context.update_cursor_after_evaluation()
        return found


def _followed(
    answers: Generator[Any, Any, Any], contexts: Sequence[MultiAssetSensorEvaluationContext]
) -> Generator[Any, Any, Any]:
    yield from answers
    for context in contexts:
        context.update_cursor_after_evaluation()


def multi_asset_sensor(  # noqa: PLR0913  # the published parameters
    monitored_assets: Sequence[AssetKey] | AssetSelection,
    *,
    job_name: str | None = None,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    job: Any = None,
    jobs: Sequence[Any] | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_assets: AssetSelection | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], MultiAssetSensorDefinition]:
    """Declare a function that looks at what is new of several assets.

    >>> from mainspring.core.records.run_request import RunRequest
    >>> @multi_asset_sensor([AssetKey("orders"), AssetKey("customers")], job_name="report")
    ... def when_both_are_new(context):
    ...     if all(context.latest_materialization_records_by_key().values()):
    ...         context.advance_all_cursors()
    ...         return RunRequest()
    >>> when_both_are_new.name
    'when_both_are_new'
    """

    def make(function: Callable[..., Any]) -> MultiAssetSensorDefinition:
        return MultiAssetSensorDefinition(
            name=name or function.__name__,
            monitored_assets=monitored_assets,
            job_name=job_name,
            asset_materialization_fn=function,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description if description is not None else function.__doc__,
            job=job,
            jobs=jobs,
            default_status=default_status,
            request_assets=request_assets,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )

    return make
