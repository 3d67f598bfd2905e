"""``Catalog``: a set of definitions resolved: one graph of assets, and the jobs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mainspring.core.base.errors import (
    InvalidSubsetError,
    InvariantViolationError,
    OrchestratorError,
    did_you_mean,
)
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.names import IMPLICIT_ASSET_JOB_NAME
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.jobs.asset_job import UnresolvedAssetJob
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.requirements import check_requirements, refuse_missing_resources
from mainspring.runtime.definitions.resolve import (
    Faults,
    FaultsError,
    ResolvedAssets,
    as_definition,
    resolve_assets,
)


@dataclass(frozen=True, slots=True)
class Catalog:
    """What a code location declares, ready to be run.

    ``jobs`` has those that came with schedules and sensors too, not the implicit one.
    """

    assets: ResolvedAssets
    jobs: Mapping[str, JobDefinition]
    implicit_job: JobDefinition
    schedules: Mapping[str, Any]
    sensors: Mapping[str, Any]

    @property
    def has_implicit_job(self) -> bool:
        """Whether the implicit job has anything to run."""
        return bool(self.implicit_job.keys or self.implicit_job.check_keys)

    @property
    def all_jobs(self) -> Sequence[JobDefinition]:
        """All jobs, the implicit one last where it has anything to run."""
        return [*self.jobs.values(), *([self.implicit_job] if self.has_implicit_job else [])]

    def job(self, name: str) -> JobDefinition:
        """A job by its name, the implicit one too. Raises ``InvariantViolationError`` for an unknown one."""
        return self.implicit_job if name == self.implicit_job.name else named(self.jobs, name, "job")


def named(known: Mapping[str, Any], name: str, noun: str) -> Any:
    """What has a name. Raises ``InvariantViolationError`` for an unknown one."""
    found = known.get(name)
    if found is None:
        raise InvariantViolationError(
            f"No {noun} {name!r} is declared.",
            hint=did_you_mean(name, known) or f"Known are: {', '.join(known) or 'none'}.",
        )
    return found


def build_catalog(
    *,
    assets: Sequence[Any],
    asset_checks: Sequence[Any],
    jobs: Sequence[Any],
    schedules: Sequence[Any] = (),
    sensors: Sequence[Any] = (),
    resources: Mapping[str, Any],
    loggers: Mapping[str, Any],
    executor: Any = None,
) -> Catalog:
    """Resolve definitions. Raises ``InvalidDefinitionError`` with every fault that was found."""
    items = {id(item): item for item in (*assets, *asset_checks)}
    all_jobs = list(jobs)
    if schedules or sensors:
        items |= {id(item): item for item in call("brought_assets")(schedules, sensors, items.values())}
        all_jobs += call("brought_jobs")(schedules, sensors, jobs)
    definitions = list({id(one): one for one in map(as_definition, items.values())}.values())
    faults = Faults()
    resolved = _resolved(definitions, faults)
    check_requirements(definitions, resources, faults)
    by_name = _named(all_jobs, faults)
    if resolved is None:
        raise faults.as_error()
    implicit = _implicit_job(resolved, resources, executor, loggers)
    made = _jobs(by_name, implicit, faults)
    instigators = _instigators(schedules, sensors, made, by_name, implicit, faults)
    faults.raise_if_any()
    return Catalog(resolved, made, implicit, *instigators)


def _instigators(
    schedules: Sequence[Any],
    sensors: Sequence[Any],
    jobs: dict[str, JobDefinition],
    declared: dict[str, Any],
    implicit: JobDefinition,
    faults: Faults,
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The schedules and the sensors by name, with their jobs."""
    if not (schedules or sensors):
        return {}, {}
    implicit_one = {implicit.name: implicit} if implicit.keys or implicit.check_keys else {}
    found = call("check_instigators")(
        schedules,
        sensors,
        jobs=jobs | implicit_one,
        declared_jobs=declared | implicit_one,
        resources=implicit.resource_defs,
        faults=faults,
    )
    return found.schedules, found.sensors


def _resolved(definitions: Sequence[AssetsDefinition], faults: Faults) -> ResolvedAssets | None:
    try:
        return resolve_assets(definitions)
    except FaultsError as error:
        faults.found.extend(error.faults)
    except OrchestratorError as error:
        faults.found.append(error)
    return None


def _implicit_job(
    resolved: ResolvedAssets, resources: Mapping[str, Any], executor: Any, loggers: Mapping[str, Any]
) -> JobDefinition:
    return JobDefinition.of_assets(
        IMPLICIT_ASSET_JOB_NAME,
        resolved,
        _runnable(resolved),
        frozenset(resolved.by_check),
        resource_defs=resources,
        executor_def=executor,
        logger_defs=loggers,
    )


def _runnable(resolved: ResolvedAssets) -> frozenset[AssetKey]:
    return frozenset(resolved.graph.materializable_asset_keys)


def _named(jobs: Sequence[Any], faults: Faults) -> dict[str, Any]:
    """The jobs by name; a fault for a name that is taken."""
    by_name: dict[str, Any] = {}
    for item in {id(job): job for job in jobs}.values():
        if item.name == IMPLICIT_ASSET_JOB_NAME:
            faults.add(
                f"A job cannot be named {item.name!r}: that is the job of all assets.",
                where=item.where,
                hint="Give it another name.",
            )
        elif item.name in by_name:
            places = " and ".join(
                f"at {one.where or 'an unknown place'}" for one in (by_name[item.name], item)
            )
            faults.add(
                f"Two jobs have the name {item.name!r}: {places}.", hint="Give one of them another name."
            )
        else:
            by_name[item.name] = item
    return by_name


def _jobs(declared: Mapping[str, Any], implicit: JobDefinition, faults: Faults) -> dict[str, JobDefinition]:
    by_name: dict[str, JobDefinition] = {}
    for name, item in declared.items():
        try:
            by_name[name] = resolve_job(item, implicit)
        except OrchestratorError as error:
            faults.found.append(about_job(error, item))
    return by_name


def resolve_job(item: JobDefinition | UnresolvedAssetJob, implicit: JobDefinition) -> JobDefinition:
    """A job with all that the definitions around it give it, which are those of their implicit job.

    Raises ``InvalidDefinitionError`` for a resource that is not there, ``InvalidSubsetError`` for a selection that
    matches nothing.
    """
    return _complete(item, implicit) if isinstance(item, JobDefinition) else resolve_asset_job(item, implicit)


def _complete(job: JobDefinition, implicit: JobDefinition) -> JobDefinition:
    """A job with the resources, loggers and executor of the definitions it stands in, where it has none of its own."""
    changes: dict[str, Any] = {"resource_defs": {**implicit.resource_defs, **job.resource_defs}}
    if not job.loggers:
        changes["loggers"] = implicit.loggers
    if job.executor_def is None:
        changes["executor_def"] = implicit.executor_def
    if job.is_op_job:
        changes["assets"] = implicit.assets
        refuse_missing_resources(job, changes["resource_defs"])
    return job.copy_with(**changes)


def about_job(error: OrchestratorError, job: Any) -> OrchestratorError:
    """The error with the name and the place of the job it is about."""
    error.message = f"The job {job.name!r}: {error.message}"
    error.where = job.where or error.where
    return error


def resolve_asset_job(job: UnresolvedAssetJob, implicit: JobDefinition) -> JobDefinition:
    """A job on the graph. Raises ``InvalidSubsetError`` for a selection that names or matches nothing."""
    graph = implicit.asset_graph
    chosen = job.selection.resolve(graph)
    checks: frozenset[AssetCheckKey] = frozenset(job.selection.resolve_checks(graph))
    keys = frozenset(chosen) & frozenset(graph.executable_asset_keys)
    if not keys and not checks:
        raise InvalidSubsetError(
            f"its selection {job.selection.to_selection_str()!r} matches no asset that can be run.",
            where=job.where,
            hint="`mainspring list defs` shows what there is.",
        )
    return JobDefinition.of_assets(
        job.name,
        implicit.assets,
        keys,
        checks,
        resource_defs=implicit.resource_defs,
        config=job.config,
        description=job.description,
        tags=job.tags,
        run_tags=job.run_tags,
        metadata=job.metadata,
        partitions_def=job.partitions_def,
        executor_def=job.executor_def or implicit.executor_def,
        logger_defs=implicit.loggers,
        hook_defs=job.hooks,
        op_retry_policy=job.op_retry_policy,
        owners=job.owners,
        where=job.where,
    )
