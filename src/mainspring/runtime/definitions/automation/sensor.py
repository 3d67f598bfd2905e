"""``SensorDefinition``: asks for runs when a function of the user sees a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar, Final, Self, TypeAlias

from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvariantViolationError,
)
from mainspring.core.base.source import SourcePosition, position_of, user_position
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.records.run_request import PartitionsRequest, RunRequest, SkipReason
from mainspring.core.records.tick_result import RunReaction, SensorExecutionData, SensorResult
from mainspring.core.values.tags import SENSOR_NAME_TAG
from mainspring.runtime.definitions.automation.answers import Answers, sort_answers, unfolded
from mainspring.runtime.definitions.automation.instigator import Instigator, resources_of
from mainspring.runtime.definitions.automation.run_requests import RequestResolver
from mainspring.runtime.definitions.automation.sensor_context import SensorEvaluationContext
from mainspring.runtime.definitions.automation.status import DefaultSensorStatus, SensorType
from mainspring.runtime.definitions.automation.target import (
    AutomationTarget,
    only_one,
    target_of,
    target_of_job,
    target_of_name,
)
from mainspring.runtime.definitions.automation.tick_function import TickFunction, user_code

SensorAnswer: TypeAlias = (
    Iterator[SkipReason | RunRequest | RunReaction | SensorResult]
    | Sequence[RunRequest]
    | SkipReason
    | RunRequest
    | RunReaction
    | SensorResult
    | None
)
"""What the function of a sensor may answer."""

DEFAULT_INTERVAL: Final = 30
"""Seconds between two evaluations, where a sensor does not say."""


class SensorDefinition(Instigator):
    """Asks for runs when its function says so. The function is called again and again, with the cursor it left.

    * ``evaluation_fn``: the function; it answers run requests, a ``SkipReason`` or a ``SensorResult``.
    * ``job``, ``jobs``, ``job_name``, ``asset_selection`` or ``target``: what it can run; none for a sensor
      that asks for no runs.
    * ``minimum_interval_seconds``: the least time between two evaluations, by default 30.
    * ``required_resource_keys``: what is to be found under ``context.resources``.
    * ``tags`` and ``metadata`` are of the sensor, not of its runs.

    It does not run by itself: ``evaluate_tick`` says what one tick asks for.
    """

    noun = "sensor"
    sensor_type: ClassVar[SensorType] = SensorType.STANDARD
    _given: ClassVar[Sequence[str]] = ("context",)
    """What the function is called with, in this order."""
    _maker: ClassVar[str] = "build_sensor_context"

    def __init__(  # noqa: PLR0913  # the published parameters
        self,
        name: str | None = None,
        *,
        evaluation_fn: Callable[..., Any] | None = None,
        job_name: str | None = None,
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
    ) -> None:
        self.where: SourcePosition | None = position_of(evaluation_fn) if evaluation_fn else user_position()
        if evaluation_fn is None:
            raise InvalidDefinitionError("A sensor has no evaluation_fn.", where=self.where)
        self._describe(
            name=name or getattr(evaluation_fn, "__name__", ""),
            tags=tags,
            metadata=metadata,
            description=description,
            owners=owners,
        )
        given: dict[str, Any] = {
            "job_name": job_name,
            "job": job,
            "jobs": jobs,
            "asset_selection": asset_selection,
            "target": target,
        }
        only_one(given, what=self.label, where=self.where)
        self.targets: Sequence[AutomationTarget] = self._targeted(**given)
        self.asset_selection: AssetSelection | None = (
            None if asset_selection is None else AssetSelection.from_coercible(asset_selection)
        )
        self.minimum_interval_seconds: int = self._interval(minimum_interval_seconds)
        self.default_status: DefaultSensorStatus = DefaultSensorStatus(default_status)
        self._evaluation = TickFunction(evaluation_fn, what=f"the sensor {self.name!r}", given=self._given)
        self.required_resource_keys: AbstractSet[str] = self._evaluation.required(
            frozenset(required_resource_keys or ())
        )

    def _targeted(
        self, job_name: str | None, job: Any, jobs: Sequence[Any] | None, asset_selection: Any, target: Any
    ) -> tuple[AutomationTarget, ...]:
        what = f"the sensor {self.name!r}"
        if job_name is not None:
            return (target_of_name(job_name),)
        if job is not None:
            return (target_of_job(job, what=what, where=self.where),)
        if jobs is not None:
            found = tuple(target_of_job(one, what=what, where=self.where) for one in jobs)
            names = [one.job_name for one in found]
            if len(set(names)) < len(names):
                raise InvalidDefinitionError(
                    f"{self.label} names a job twice: {', '.join(names)}.", where=self.where
                )
            return found
        thing = asset_selection if asset_selection is not None else target
        return () if thing is None else (target_of(thing, name=self.name, what=what, where=self.where),)

    def _interval(self, given: int | None) -> int:
        if given is not None and not isinstance(given, (int, float)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"{self.label} has a minimum_interval_seconds of {given!r}, of type {type(given).__name__}.",
                where=self.where,
                hint="Give a whole number of seconds: minimum_interval_seconds=60.",
            )
        if given is not None and given < 0:
            raise InvalidDefinitionError(
                f"{self.label} has a minimum_interval_seconds of {given}; it cannot be negative.",
                where=self.where,
            )
        return DEFAULT_INTERVAL if given is None else given

    # -- what it says ---------------------------------------------------------------------------------

    @property
    def has_jobs(self) -> bool:
        """Whether it can run anything."""
        return bool(self.targets)

    @property
    def jobs(self) -> list[Any]:
        """The jobs it can run. Raises ``InvalidDefinitionError`` where it has none, or knows one by name only."""
        if not self.targets or not all(target.has_job for target in self.targets):
            raise InvalidDefinitionError(
                f"{self.label} has no jobs, or knows them by name only.", where=self.where
            )
        return [target.resolvable_to_job for target in self.targets]

    # -- changed --------------------------------------------------------------------------------------

    def with_updated_job(self, new_job: Any) -> Self:
        """The sensor of another job."""
        return self.with_updated_jobs([new_job])

    def with_updated_jobs(self, new_jobs: Sequence[Any]) -> Self:
        """The sensor of other jobs."""
        return self.with_attributes(jobs=new_jobs)

    def with_attributes(
        self, *, jobs: Sequence[Any] | None = None, metadata: Mapping[str, Any] | None = None
    ) -> Self:
        """The sensor with other jobs or other metadata."""
        return self._changed(metadata, jobs)

    # -- one tick -------------------------------------------------------------------------------------

    def evaluate_tick(self, context: SensorEvaluationContext) -> SensorExecutionData:
        """What one tick asks for. Each request has the tag ``dagster/sensor_name`` and those of its partition.

        Raises ``UserCodeError`` where user code raises, ``InvariantViolationError`` for answers that do not
        go together.
        """
        with context.evaluating():
            context.named(self.name)
            context.require(self.required_resource_keys, by=self.label)
            answers = self._answers(context)
            cursor = self._cursor_after(context, answers)
            result = answers.result
            changes = (result.dynamic_partitions_requests or []) if result else []
            requests = self.resolve_run_requests(answers.run_requests, context, self.asset_selection, changes)
        message = answers.skip_message
        if not requests and message is None and not answers.reactions and result is None:
            message = f"The function of the sensor {self.name!r} answered nothing."
        return SensorExecutionData(
            run_requests=requests,
            skip_message=message,
            cursor=cursor,
            dagster_run_reactions=answers.reactions,
            log_key=context.key_of_logs,
            dynamic_partitions_requests=changes,
            asset_events=list(result.asset_events) if result else [],
            automation_condition_evaluations=list(result.automation_condition_evaluations) if result else [],
        )

    def _answers(self, context: Any) -> Answers:
        """What the function answers in this tick."""
        return self._ask(context, [context])

    def _ask(self, context: SensorEvaluationContext, values: Sequence[Any]) -> Answers:
        """Call the function and sort what it answers."""
        names = self._evaluation.resource_names
        with user_code(self.label, self.where):
            found = unfolded(self._evaluation.call(values, context.resources if names else None))
        return sort_answers(found, what=self.label, where=self.where)

    def _cursor_after(self, context: SensorEvaluationContext, answers: Answers) -> str | None:
        given = answers.result.cursor if answers.result else None
        if given is not None and context.cursor_updated:
            raise InvariantViolationError(
                f"{self.label} sets its cursor twice: by context.update_cursor and in its SensorResult.",
                where=self.where,
                hint="Do one of them.",
            )
        return given if given is not None else context.cursor

    def resolve_run_requests(
        self,
        run_requests: Sequence[RunRequest],
        context: SensorEvaluationContext,
        asset_selection: AssetSelection | None,
        dynamic_partitions_requests: Sequence[PartitionsRequest],
    ) -> list[RunRequest]:
        """The requests with all their tags, and the config of their partition."""
        return RequestResolver(
            context,
            what=self.label,
            where=self.where,
            targets=self.targets,
            tags={SENSOR_NAME_TAG: self.name},
            now=context.instance.ambient.clock.now() if context.has_instance else None,
        ).resolve(run_requests, dynamic_partitions_requests, asset_selection)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the decorated function answers, for tests: ``my_sensor(build_sensor_context(...))``."""
        return self._evaluation.invoke(args, kwargs, resources_of, maker=self._maker)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"
