"""Whether the schedules and sensors of a set of definitions fit it, and what they bring into it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.base.errors import OrchestratorError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.has_keys import keys_of, keys_of_all
from mainspring.runtime.definitions.automation.instigator import Instigator
from mainspring.runtime.definitions.automation.partitioned_schedule import UnresolvedPartitionedSchedule
from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
from mainspring.runtime.definitions.automation.sensor import SensorDefinition
from mainspring.runtime.definitions.jobs.asset_job import UnresolvedAssetJob
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.resolve import Faults

Declared = Instigator | UnresolvedPartitionedSchedule


@dataclass(frozen=True, slots=True)
class Instigators:
    """The schedules and sensors of a set of definitions by name, with the jobs they run."""

    schedules: Mapping[str, ScheduleDefinition] = field(default_factory=dict[str, ScheduleDefinition])
    sensors: Mapping[str, SensorDefinition] = field(default_factory=dict[str, SensorDefinition])


def check_kinds(
    schedules: Iterable[Any], sensors: Iterable[Any], faults: Faults, where: SourcePosition | None = None
) -> None:
    """Note an error for each object that is no schedule or sensor, where one must stand."""
    for item in schedules:
        if not isinstance(item, (ScheduleDefinition, UnresolvedPartitionedSchedule)):
            faults.add(
                f"`schedules` holds {item!r}, which is no schedule.",
                where=where,
                hint="Make one with @schedule, ScheduleDefinition or build_schedule_from_partitioned_job.",
            )
    for item in sensors:
        if not isinstance(item, SensorDefinition):
            faults.add(
                f"`sensors` holds {item!r}, which is no sensor.",
                where=where,
                hint="Make one with @sensor or one of its kin.",
            )


def brought_jobs(schedules: Iterable[Any], sensors: Iterable[Any], jobs: Iterable[Any]) -> list[Any]:
    """The jobs that schedules and sensors were given and the definitions do not list, each once.

    Different jobs of one name are all there: that is a fault of the definitions, which they find themselves.
    """
    by_name: dict[str, list[Any]] = {}
    for job in jobs:
        by_name.setdefault(job.name, []).append(job)
    found: list[Any] = []
    for job in _jobs_of([*schedules, *sensors]):
        known = by_name.setdefault(job.name, [])
        if not any(_is_same(job, other) for other in known):
            known.append(job)
            found.append(job)
    return found


def _is_same(one: Any, other: Any) -> bool:
    """Whether two jobs are one. Asset jobs are values; a graph given twice is made into a job twice."""
    if one is other:
        return True
    if isinstance(one, UnresolvedAssetJob) or isinstance(other, UnresolvedAssetJob):
        return one == other
    return one.graph is not None and one.graph is other.graph and _is_bare(one) and _is_bare(other)


def _is_bare(job: JobDefinition) -> bool:
    return job.config is None and not job.resource_defs and not job.hooks


def _jobs_of(items: Iterable[Declared]) -> Iterable[Any]:
    for item in items:
        if isinstance(item, UnresolvedPartitionedSchedule):
            yield item.job
        else:
            for target in item.targets:
                if target.resolvable_to_job is not None:
                    yield target.resolvable_to_job


def brought_assets(schedules: Iterable[Any], sensors: Iterable[Any], assets: Iterable[Any]) -> list[Any]:
    """The assets that schedules and sensors were given as targets and the definitions do not list, each once.

    An asset whose key is declared already is not brought again: it may be listed in a changed copy.
    """
    targets = [target for item in (*schedules, *sensors) for target in getattr(item, "targets", ())]
    given = {id(asset): asset for target in targets for asset in target.assets_defs}
    if not given:
        return []
    declared = set(keys_of_all(assets))
    return [asset for asset in given.values() if not declared.issuperset(keys_of(asset))]


def check_instigators(
    schedules: Sequence[Any],
    sensors: Sequence[Any],
    *,
    jobs: Mapping[str, JobDefinition],
    declared_jobs: Container[str],
    resources: Mapping[str, Any],
    faults: Faults,
) -> Instigators:
    """The schedules and sensors by name, with the jobs they run. Every fault is noted; what has one is left out.

    ``jobs`` are the jobs by name that could be resolved, those of ``brought_jobs`` and the implicit one too;
    ``declared_jobs`` are the names of all: a fault of the others has been noted before.
    """
    by_name: dict[str, Declared] = {}
    for item in {id(one): one for one in (*schedules, *sensors)}.values():
        other = by_name.setdefault(item.name, item)
        if other is not item:
            faults.add(
                f"Two schedules or sensors have the name {item.name!r}: "
                f"at {other.where or 'an unknown place'} and at {item.where or 'an unknown place'}.",
                hint="Give one of them another name.",
            )
    made: list[Instigator] = []
    for item in by_name.values():
        _check_targets(item, jobs, declared_jobs, faults)
        found = _resolved(item, jobs, faults)
        if found is not None:
            _check_resources(found, resources, faults)
            made.append(found)
    return Instigators(
        {item.name: item for item in made if isinstance(item, ScheduleDefinition)},
        {item.name: item for item in made if isinstance(item, SensorDefinition)},
    )


def _check_targets(
    item: Declared, jobs: Mapping[str, JobDefinition], declared_jobs: Container[str], faults: Faults
) -> None:
    for name in _target_names(item):
        if name not in jobs and name not in declared_jobs:
            faults.add(
                f"{item.label} runs the job {name!r}, which is not declared.",
                where=item.where,
                hint=did_you_mean(name, jobs) or f"Known are: {', '.join(jobs) or 'none'}.",
            )


def _resolved(item: Declared, jobs: Mapping[str, JobDefinition], faults: Faults) -> Instigator | None:
    if any(name not in jobs for name in _target_names(item)):
        return None
    try:
        if isinstance(item, UnresolvedPartitionedSchedule):
            return item.resolve(jobs[item.job_name])
        return _with_jobs(item, jobs)
    except OrchestratorError as error:
        faults.found.append(error)
        return None


def _target_names(item: Declared) -> list[str]:
    if isinstance(item, UnresolvedPartitionedSchedule):
        return [item.job_name]
    return [target.job_name for target in item.targets]


def _with_jobs(item: Instigator, jobs: Mapping[str, JobDefinition]) -> Instigator:
    """The same object where its jobs are known already; else one that knows them."""
    if all(isinstance(target.resolvable_to_job, JobDefinition) for target in item.targets):
        return item
    wanted = [jobs[name] for name in _target_names(item)]
    if isinstance(item, ScheduleDefinition):
        return item.with_attributes(job=wanted[0])
    return item.with_attributes(jobs=wanted) if isinstance(item, SensorDefinition) else item


def _check_resources(item: Instigator, resources: Mapping[str, Any], faults: Faults) -> None:
    missing: AbstractSet[str] = item.required_resource_keys - set(resources)
    for key in sorted(missing):
        faults.add(
            f"The resource {key!r}, which {item.label[0].lower()}{item.label[1:]} requires, is not among the "
            "resources.",
            where=item.where,
            hint=did_you_mean(key, resources)
            or f"Add it: Definitions(..., resources={{{key!r}: ...}}). "
            f"Known are: {', '.join(sorted(resources)) or 'none'}.",
        )
