"""What a schedule or sensor runs: a job, by itself or by name, or a selection of assets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError, OrchestratorError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.names import ANONYMOUS_JOB_PREFIX
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.jobs.asset_job import UnresolvedAssetJob, define_asset_job
from mainspring.runtime.definitions.jobs.job import JobDefinition

Job = JobDefinition | UnresolvedAssetJob


@dataclass(frozen=True, slots=True)
class AutomationTarget:
    """What is run. ``resolvable_to_job`` is ``None`` where the job is known by its name alone.

    ``assets_defs`` are the definitions the target was given as; they come into the definitions with it.
    """

    job_name: str
    resolvable_to_job: Job | None = None
    op_selection: Sequence[str] | None = None
    assets_defs: Sequence[Any] = ()

    @property
    def has_job(self) -> bool:
        """Whether the job itself is known, not only its name."""
        return self.resolvable_to_job is not None

    @property
    def is_anonymous(self) -> bool:
        """Whether the job was made for a selection of assets."""
        return self.job_name.startswith(ANONYMOUS_JOB_PREFIX)

    def with_job(self, job: Any) -> AutomationTarget:
        """The target with another job."""
        made = as_job(job)
        return AutomationTarget(made.name, made, self.op_selection, self.assets_defs)


def as_job(job: Any, *, what: str = "The target", where: SourcePosition | None = None) -> Job:
    """A job; a graph is made into one. Raises ``InvalidDefinitionError`` for anything else."""
    if isinstance(job, (JobDefinition, UnresolvedAssetJob)):
        return job
    to_job = getattr(job, "to_job", None)
    if callable(to_job) and not isinstance(job, type):
        made: Any = to_job()
        return made
    raise InvalidDefinitionError(
        f"{what} is {job!r}, a {type(job).__name__}; it must be a job or a graph.",
        where=where,
        hint="Make one with @job or define_asset_job, or give target= for a selection of assets.",
    )


def target_of_name(job_name: str) -> AutomationTarget:
    """The job of a name."""
    return AutomationTarget(job_name)


def target_of_job(job: Any, *, what: str, where: SourcePosition | None) -> AutomationTarget:
    """A job or graph as the target."""
    made = as_job(job, what=f"The `job` of {what}", where=where)
    return AutomationTarget(made.name, made)


def target_of(thing: Any, *, name: str, what: str, where: SourcePosition | None) -> AutomationTarget:
    """What ``target=`` may be: a job, a graph, or whatever stands for a selection of assets.

    ``name`` is that of the schedule or sensor: a job of assets is named after it.
    """
    if isinstance(thing, (JobDefinition, UnresolvedAssetJob)) or _is_graph(thing):
        return target_of_job(thing, what=what, where=where)
    try:
        job = define_asset_job(f"{ANONYMOUS_JOB_PREFIX}{name}", selection=thing)
    except OrchestratorError as error:
        raise InvalidDefinitionError(
            f"The `target` of {what}: {error.message}",
            where=where,
            hint="Give a job, assets, keys, or a selection such as 'group:sales'.",
        ) from error
    return AutomationTarget(job.name, job, assets_defs=_definitions_in(thing))


def _is_graph(thing: Any) -> bool:
    return callable(getattr(thing, "to_job", None)) and not isinstance(thing, type)


def _definitions_in(thing: Any) -> Sequence[Any]:
    if isinstance(thing, (AssetsDefinition, SourceAsset)):
        return (thing,)
    if isinstance(thing, Iterable) and not isinstance(thing, str):
        items: Iterable[Any] = thing  # pyright: ignore[reportUnknownVariableType]
        return tuple(item for item in items if isinstance(item, (AssetsDefinition, SourceAsset)))
    return ()


def only_one(given: dict[str, Any], *, what: str, where: SourcePosition | None) -> None:
    """Raise ``InvalidDefinitionError`` where more than one of these parameters is given."""
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise InvalidDefinitionError(
            f"{what} is given {' and '.join(f'`{name}`' for name in names)}; it takes one of them.",
            where=where,
        )
