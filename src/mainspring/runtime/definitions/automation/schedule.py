"""``ScheduleDefinition``: asks for runs at the strikes of a cron line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any, Self

from mainspring.core.base import cron
from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvalidInvocationError,
    InvariantViolationError,
)
from mainspring.core.base.source import SourcePosition, position_of, user_position
from mainspring.core.base.zone import zone
from mainspring.core.config.run_config import RunConfig, to_run_config_dict
from mainspring.core.records.run_request import RunRequest, SkipReason
from mainspring.core.records.tick_result import ScheduleExecutionData, SensorResult
from mainspring.core.values.names import validate_name
from mainspring.core.values.tags import SCHEDULE_NAME_TAG, normalize_run_tags
from mainspring.runtime.definitions.automation.answers import Answers, sort_answers, unfolded
from mainspring.runtime.definitions.automation.instigator import Instigator, resources_of
from mainspring.runtime.definitions.automation.run_requests import RequestResolver
from mainspring.runtime.definitions.automation.schedule_context import ScheduleEvaluationContext
from mainspring.runtime.definitions.automation.status import DefaultScheduleStatus
from mainspring.runtime.definitions.automation.target import (
    AutomationTarget,
    only_one,
    target_of,
    target_of_job,
    target_of_name,
)
from mainspring.runtime.definitions.automation.tick_function import TickFunction, user_code

Context = ScheduleEvaluationContext
ScheduleAnswer = (
    RunRequest
    | SkipReason
    | dict[str, Any]
    | RunConfig
    | Iterator[RunRequest | SkipReason]
    | Sequence[RunRequest]
)


class ScheduleDefinition(Instigator):
    """Asks for runs of a job, or of a selection of assets, at the strikes of a cron line.

    >>> from mainspring.runtime.definitions.jobs.asset_job import define_asset_job
    >>> nightly = ScheduleDefinition(job=define_asset_job("sales", "group:sales"), cron_schedule="0 2 * * *")
    >>> nightly.name
    'sales_schedule'

    * ``cron_schedule``: a cron line, or several: it strikes where one of them does.
    * ``job``, ``job_name`` or ``target``: what is run. ``target`` is also assets or a selection of them.
    * ``name``: by default the job's name and ``_schedule``.
    * ``run_config`` or ``run_config_fn``, ``tags`` or ``tags_fn``: config and tags of the runs.
    * ``should_execute``: asked at each tick; where it answers false, the tick is skipped.
    * ``execution_fn``: makes the run requests itself; what ``@schedule`` decorates.
    * ``execution_timezone``: the IANA name of the zone the line is read in, by default UTC.
    * ``required_resource_keys``: what is to be found under ``context.resources``.

    It does not run by itself: ``evaluate_tick`` says what one tick asks for.
    """

    def __init__(  # noqa: PLR0913  # the published parameters
        self,
        name: str | None = None,
        *,
        cron_schedule: str | Sequence[str] | None = None,
        job_name: str | None = None,
        run_config: Mapping[str, Any] | RunConfig | None = None,
        run_config_fn: Callable[..., Any] | None = None,
        tags: Mapping[str, str] | None = None,
        tags_fn: Callable[[Context], Mapping[str, str] | None] | None = None,
        metadata: Mapping[str, Any] | None = None,
        should_execute: Callable[[Context], bool] | None = None,
        environment_vars: Mapping[str, str] | None = None,
        execution_timezone: str | None = None,
        execution_fn: Callable[..., Any] | None = None,
        description: str | None = None,
        job: Any = None,
        default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
        required_resource_keys: AbstractSet[str] | None = None,
        target: Any = None,
        owners: Sequence[str] | None = None,
    ) -> None:
        self.where: SourcePosition | None = position_of(execution_fn) if execution_fn else user_position()
        self.environment_vars: dict[str, str] | None = (
            dict(environment_vars) if environment_vars is not None else None
        )
        self.target: AutomationTarget
        made_name, self.target = self._named(name, job_name, job, target)
        self.targets: Sequence[AutomationTarget] = (self.target,)
        self._describe(name=made_name, tags=tags, metadata=metadata, description=description, owners=owners)
        self.cron_schedule: str | Sequence[str] = self._checked_cron(cron_schedule)
        self.execution_timezone: str | None = self._checked_zone(execution_timezone)
        self.default_status: DefaultScheduleStatus = DefaultScheduleStatus(default_status)
        self._refuse_both(
            {"run_config": run_config, "run_config_fn": run_config_fn},
            {"tags": tags, "tags_fn": tags_fn},
            {"execution_fn": execution_fn, "run_config": run_config},
            {"execution_fn": execution_fn, "run_config_fn": run_config_fn},
        )
        self._run_config = to_run_config_dict(run_config)
        self._run_config_fn = self._function(run_config_fn, "the run_config_fn of ")
        self._tags_fn = self._function(tags_fn, "the tags_fn of ")
        self._should_execute = self._function(should_execute, "the should_execute of ")
        self._execution_fn = self._function(execution_fn)
        named = frozenset(required_resource_keys or ())
        self.required_resource_keys: AbstractSet[str] = (
            self._execution_fn.required(named) if self._execution_fn else named
        )

    # -- made right -----------------------------------------------------------------------------------

    def _named(
        self, name: str | None, job_name: str | None, job: Any, target: Any
    ) -> tuple[str, AutomationTarget]:
        if name is not None:
            validate_name(name, what="a schedule", where=self.where)
        shown = f"the schedule {name!r}" if name else "a schedule"
        only_one(
            {"job_name": job_name, "job": job, "target": target}, what=_sentence(shown), where=self.where
        )
        if job_name is not None:
            found = target_of_name(job_name)
        elif job is not None:
            found = target_of_job(job, what=shown, where=self.where)
        elif target is not None:
            found = target_of(target, name=name or "", what=shown, where=self.where)
        else:
            raise InvalidDefinitionError(
                f"{_sentence(shown)} has nothing to run.", where=self.where, hint="Give it a job= or target=."
            )
        if name is None and found.is_anonymous:
            raise InvalidDefinitionError(
                "A schedule of a selection of assets has no job to be named after.",
                where=self.where,
                hint="Give it a name=.",
            )
        return name if name is not None else f"{found.job_name}_schedule", found

    def _checked_cron(self, given: str | Sequence[str] | None) -> str | Sequence[str]:
        if given is not None and not isinstance(given, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"{self.label} has the cron_schedule {given!r}, of type {type(given).__name__}.",
                where=self.where,
                hint="Give one such as '0 2 * * *', or a list of them.",
            )
        lines = [given] if isinstance(given, str) else list(given or ())
        if not lines:
            raise InvalidDefinitionError(
                f"{self.label} has no cron_schedule.", where=self.where, hint="Give one such as '0 2 * * *'."
            )
        for line in lines:
            self._located(cron.parse, line)
        return given if isinstance(given, str) else lines

    def _checked_zone(self, given: str | None) -> str | None:
        if given is not None:
            self._located(zone, given)
        return given

    def _located(self, check: Callable[[str], Any], value: str) -> None:
        try:
            check(value)
        except InvalidDefinitionError as error:
            error.message = f"{self.label}: {error.message}"
            error.where = self.where
            raise

    def _refuse_both(self, *pairs: dict[str, Any]) -> None:
        for pair in pairs:
            only_one(pair, what=self.label, where=self.where)

    # -- what it says ---------------------------------------------------------------------------------

    @property
    def job_name(self) -> str:
        """The name of the job it runs."""
        return self.target.job_name

    @property
    def has_job(self) -> bool:
        """Whether the job itself is known, not only its name."""
        return self.target.has_job

    # -- changed --------------------------------------------------------------------------------------

    def with_updated_job(self, new_job: Any) -> Self:
        """The schedule of another job."""
        return self.with_attributes(job=new_job)

    def with_attributes(self, *, job: Any = None, metadata: Mapping[str, Any] | None = None) -> Self:
        """The schedule with another job or other metadata."""
        made = self._changed(metadata, None if job is None else [job])
        made.target = made.targets[0]
        return made

    # -- when and what --------------------------------------------------------------------------------

    def get_execution_time_iterator(
        self, start_timestamp: float, *, inclusive: bool = True
    ) -> Iterator[datetime]:
        """The times of its ticks from a moment on (seconds since 1970), in its zone, without end."""
        name = self.execution_timezone or "UTC"
        lines = [self.cron_schedule] if isinstance(self.cron_schedule, str) else self.cron_schedule
        start = datetime.fromtimestamp(start_timestamp, UTC)
        shown = zone(name)
        for instant in cron.strikes_of_all(lines, name, start, inclusive=inclusive):
            yield instant.astimezone(shown)

    def evaluate_tick(self, context: Context) -> ScheduleExecutionData:
        """What one tick asks for. Each request has the tag ``dagster/schedule_name`` and those of its partition.

        Raises ``UserCodeError`` where user code raises, ``InvariantViolationError`` for answers that do not
        go together.
        """
        with context.evaluating():
            context.require(self.required_resource_keys, by=self.label)
            answers = self._answers(context)
            resolver = RequestResolver(
                context,
                what=self.label,
                where=self.where,
                targets=self.targets,
                tags={SCHEDULE_NAME_TAG: self.name},
                now=context.time_of_tick,
            )
            requests = resolver.resolve(answers.run_requests)
        message = answers.skip_message
        if not requests and message is None:
            message = f"The function of the schedule {self.name!r} answered nothing."
        return ScheduleExecutionData(requests, message, context.key_of_logs)

    def _answers(self, context: Context) -> Answers:
        if self._should_execute is not None and not self._ask(self._should_execute, context):
            return Answers(skip_message=f"should_execute of the schedule {self.name!r} answered false.")
        tags = self.tags
        if self._tags_fn is not None:
            tags = normalize_run_tags(self._ask(self._tags_fn, context), what=self.label, where=self.where)
        if self._execution_fn is None:
            config = self._ask(self._run_config_fn, context) if self._run_config_fn else self._run_config
            return Answers([RunRequest(run_config=config, tags=tags)])
        found = self._ask(self._execution_fn, context)
        answers = sort_answers(self._as_requests(found), what=self.label, where=self.where)
        self._check(answers)
        answers.run_requests = [
            one.with_replaced_attrs(tags={**tags, **one.tags}) for one in answers.run_requests
        ]
        return answers

    def _ask(self, function: TickFunction, context: Context) -> Any:
        with user_code(_sentence(function.what), function.where):
            found = function.call([context], context.resources if function.resource_names else None)
            return unfolded(found) if function is self._execution_fn else found

    def _as_requests(self, found: list[Any]) -> list[Any]:
        """The answers, with a single config made into a request."""
        if len(found) == 1 and isinstance(found[0], (Mapping, RunConfig)):
            return [RunRequest(run_config=found[0])]  # pyright: ignore[reportUnknownArgumentType]
        return found

    def _check(self, answers: Answers) -> None:
        if isinstance(answers.result, SensorResult) or answers.reactions:
            raise InvariantViolationError(
                f"{self.label} answered what only a sensor can answer.",
                where=self.where,
                hint="Answer RunRequests or a SkipReason.",
            )
        if len(answers.run_requests) > 1 and any(one.run_key is None for one in answers.run_requests):
            raise InvariantViolationError(
                f"{self.label} asks for {len(answers.run_requests)} runs in one tick; each needs a run_key, "
                "so that a tick that is evaluated again asks for the same runs.",
                where=self.where,
                hint="Write RunRequest(run_key=...).",
            )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the decorated function answers, for tests: ``my_schedule(build_schedule_context(...))``."""
        if self._execution_fn is None:
            raise InvalidInvocationError(
                f"{self.label} has no function to call.",
                where=self.where,
                hint="Ask evaluate_tick(build_schedule_context(...)).",
            )
        return self._execution_fn.invoke(args, kwargs, resources_of, maker="build_schedule_context")

    def __repr__(self) -> str:
        return f"ScheduleDefinition({self.name!r}, cron_schedule={self.cron_schedule!r})"


def _sentence(what: str) -> str:
    return what[0].upper() + what[1:]
