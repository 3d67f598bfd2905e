"""Whether the schedules and sensors of a set of definitions fit it, and what they bring into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.base.errors import InvariantViolationError, OrchestratorError, did_you_mean
from mainspring.runtime.definitions.automation.instigator import Instigator
from mainspring.runtime.definitions.automation.partitioned_schedule import UnresolvedPartitionedSchedule
from mainspring.runtime.definitions.automation.run_status_sensor import RunStatusSensorDefinition
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

    def schedule(self, name: str) -> ScheduleDefinition:
        """A schedule by its name. Raises ``InvariantViolationError`` for an unknown one."""
        return _found(self.schedules, name, "schedule")

    def sensor(self, name: str) -> SensorDefinition:
        """A sensor by its name. Raises ``InvariantViolationError`` for an unknown one."""
        return _found(self.sensors, name, "sensor")


def _found(known: Mapping[str, Any], name: str, noun: str) -> Any:
    if name not in known:
        raise InvariantViolationError(
            f"No {noun} {name!r} is declared.",
            hint=did_you_mean(name, known) or f"Known are: {', '.join(known) or 'none'}.",
        )
    return known[name]


def check_kinds(schedules: Iterable[Any], sensors: Iterable[Any], faults: Faults) -> None:
    """Note an error for each object that is no schedule or sensor, where one must stand."""
    for item in schedules:
        if not isinstance(item, (ScheduleDefinition, UnresolvedPartitionedSchedule)):
            faults.add(
                f"`schedules` holds {item!r}, which is no schedule.",
                hint="Make one with @schedule, ScheduleDefinition or build_schedule_from_partitioned_job.",
            )
    for item in sensors:
        if not isinstance(item, SensorDefinition):
            faults.add(
                f"`sensors` holds {item!r}, which is no sensor.",
                hint="Make one with @sensor or one of its kin.",
            )


def brought_jobs(schedules: Iterable[Any], sensors: Iterable[Any], jobs: Iterable[Any]) -> list[Any]:
    """The jobs that schedules and sensors were given and the definitions do not list, each once."""
    known = {id(job) for job in jobs}
    listed = {job.name: job for job in jobs}
    found: dict[int, Any] = {}
    for job in _jobs_of([*schedules, *sensors]):
        if id(job) not in known and not _same_job(job, listed.get(job.name)):
            found[id(job)] = job
    unique: dict[Any, Any] = {}
    for job in found.values():
        if not any(_same_job(job, other) for other in unique.values()):
            unique[id(job)] = job
    return list(unique.values())


def _same_job(one: Any, other: Any) -> bool:
    """Whether two jobs are one: asset jobs are values, others themselves."""
    if other is None:
        return False
    return one is other or (
        isinstance(one, UnresolvedAssetJob) and isinstance(other, UnresolvedAssetJob) and one == other
    )


def _jobs_of(items: Iterable[Declared]) -> Iterable[Any]:
    for item in items:
        if isinstance(item, UnresolvedPartitionedSchedule):
            yield item.job
        else:
            for target in item.targets:
                if target.resolvable_to_job is not None:
                    yield target.resolvable_to_job


def brought_assets(schedules: Iterable[Any], sensors: Iterable[Any]) -> list[Any]:
    """The assets that schedules and sensors were given as their targets, each once."""
    found: dict[int, Any] = {}
    for item in (*schedules, *sensors):
        for target in getattr(item, "targets", ()):
            found |= {id(asset): asset for asset in target.assets_defs}
    return list(found.values())


def check_instigators(
    schedules: Sequence[Any],
    sensors: Sequence[Any],
    *,
    jobs: Mapping[str, JobDefinition],
    resources: Mapping[str, Any],
    faults: Faults,
) -> Instigators:
    """The schedules and sensors by name, with the jobs they run. Every fault is noted; what has one is left out.

    ``jobs`` are all jobs of the definitions by name, those of ``brought_jobs`` too.
    """
    check_kinds(schedules, sensors, faults)
    items: list[Declared] = [
        item
        for item in {id(one): one for one in (*schedules, *sensors)}.values()
        if isinstance(item, (Instigator, UnresolvedPartitionedSchedule))
    ]
    by_name: dict[str, Declared] = {}
    for item in items:
        other = by_name.setdefault(item.name, item)
        if other is not item:
            faults.add(
                f"A schedule or sensor of the name {item.name!r} is declared twice: "
                f"at {other.where or 'an unknown place'} and at {item.where or 'an unknown place'}.",
                hint="Give one of them another name.",
            )
    made = [_resolved(item, jobs, faults) for item in by_name.values()]
    for item in made:
        if item is not None:
            _check_resources(item, resources, faults)
    return Instigators(
        {item.name: item for item in made if isinstance(item, ScheduleDefinition)},
        {item.name: item for item in made if isinstance(item, SensorDefinition)},
    )


def _resolved(item: Declared, jobs: Mapping[str, JobDefinition], faults: Faults) -> Instigator | None:
    names = [item.job_name] if isinstance(item, UnresolvedPartitionedSchedule) else _target_names(item)
    unknown = [name for name in names if name not in jobs]
    for name in unknown:
        faults.add(
            f"{item.label} runs the job {name!r}, which is not declared.",
            where=item.where,
            hint=did_you_mean(name, jobs) or f"Known are: {', '.join(jobs) or 'none'}.",
        )
    if unknown:
        return None
    try:
        if isinstance(item, UnresolvedPartitionedSchedule):
            return item.resolve(jobs[item.job_name])
        return _with_jobs(item, jobs)
    except OrchestratorError as error:
        faults.found.append(error)
        return None


def _target_names(item: Instigator) -> list[str]:
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


def watched_job_names(sensor: SensorDefinition) -> AbstractSet[str]:
    """The jobs of this code location whose runs a sensor watches by name."""
    return sensor.monitored.job_names if isinstance(sensor, RunStatusSensorDefinition) else frozenset()
