"""What is declared, as plain values for a table or for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import msgspec

from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetNode, CheckNode
from mainspring.core.graph.selection.matched import Matched, resolve_some
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.names import ANONYMOUS_JOB_PREFIX
from mainspring.core.values.tags import KIND_TAG_PREFIX
from mainspring.runtime.definitions.catalog import Catalog
from mainspring.runtime.definitions.jobs.job import JobDefinition

if TYPE_CHECKING:
    from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
    from mainspring.runtime.definitions.automation.sensor import SensorDefinition

_MADE_BY = {"MATERIALIZATION": "materializable", "OBSERVATION": "observable", "UNEXECUTABLE": "external"}


class DeclaredAsset(msgspec.Struct, frozen=True, kw_only=True):
    """An asset, as ``list defs`` shows it."""

    key: str
    group: str
    kinds: Sequence[str]
    deps: Sequence[str]
    owners: Sequence[str]
    tags: dict[str, str]
    description: str | None
    code_version: str | None
    is_partitioned: bool
    made: str
    """``materializable``, ``observable`` or ``external``: what a run can do with it."""
    declared_at: str | None


class DeclaredCheck(msgspec.Struct, frozen=True, kw_only=True):
    """An asset check, as ``list defs`` shows it."""

    asset: str
    name: str
    blocking: bool
    description: str | None


class DeclaredJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job, as ``list defs`` shows it."""

    name: str
    assets: Sequence[str]
    checks: Sequence[str]
    ops: Sequence[str]
    """The ops and graphs it is made of; none for a job of assets."""
    tags: dict[str, str]
    description: str | None


class DeclaredSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule, as ``list defs`` shows it."""

    name: str
    cron_schedule: Sequence[str]
    timezone: str
    job: str
    default_status: str
    description: str | None
    declared_at: str | None


class DeclaredSensor(msgspec.Struct, frozen=True, kw_only=True):
    """A sensor, as ``list defs`` shows it. ``every`` is the least number of seconds between two ticks."""

    name: str
    kind: str
    jobs: Sequence[str]
    every: int
    default_status: str
    description: str | None
    declared_at: str | None


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is declared."""

    assets: Sequence[DeclaredAsset]
    checks: Sequence[DeclaredCheck]
    jobs: Sequence[DeclaredJob]
    schedules: Sequence[DeclaredSchedule]
    sensors: Sequence[DeclaredSensor]
    resources: Sequence[str]


def chosen(selection: str | None, graph: AssetGraph) -> Matched | None:
    """What a selection string selects; ``None`` where none was given.

    Raises ``InvalidSubsetError`` where it does not parse or selects nothing.
    """
    return (
        None
        if selection is None
        else resolve_some(AssetSelection.from_string(selection, include_sources=True), graph)
    )


def declared(catalog: Catalog, resources: Iterable[str], *, only: Matched | None) -> Declared:
    """What a catalog holds, or the part of its assets, checks and jobs that a selection chose."""
    graph = catalog.assets.graph
    nodes = [
        node for node in graph.nodes if node.is_declared and (only is None or node.key in only.asset_keys)
    ]
    checks = [check for key, check in graph.checks.items() if only is None or key in only.check_keys]
    return Declared(
        assets=[_asset(node) for node in sorted(nodes, key=lambda node: (node.group_name, node.key.parts))],
        checks=[_check(check) for check in checks],
        jobs=[_job(job) for job in own_jobs(catalog) if only is None or job.keys & only.asset_keys],
        schedules=[_schedule(one) for one in catalog.schedules.values()] if only is None else [],
        sensors=[_sensor(one) for one in catalog.sensors.values()] if only is None else [],
        resources=sorted(resources),
    )


def own_jobs(catalog: Catalog) -> list[JobDefinition]:
    """The jobs with a name of the user's: not those made for the assets of a schedule or sensor."""
    return [job for name, job in catalog.jobs.items() if not name.startswith(ANONYMOUS_JOB_PREFIX)]


def names(keys: AbstractSet[AssetKey] | Iterable[AssetKey]) -> list[str]:
    """Keys as they are written, sorted."""
    return sorted(key.to_user_string() for key in keys)


def own_tags(node: AssetNode) -> dict[str, str]:
    """The tags of an asset but for those that say its kinds, which are told apart."""
    return {key: value for key, value in node.tags.items() if not key.startswith(KIND_TAG_PREFIX)}


def _asset(node: AssetNode) -> DeclaredAsset:
    return DeclaredAsset(
        key=node.key.to_user_string(),
        group=node.group_name,
        kinds=sorted(node.kinds),
        deps=names(node.parents),
        owners=list(node.owners),
        tags=own_tags(node),
        description=node.description,
        code_version=node.code_version,
        is_partitioned=node.is_partitioned,
        made=_MADE_BY[node.execution_type.value],
        declared_at=str(node.where) if node.where else None,
    )


def _check(check: CheckNode) -> DeclaredCheck:
    return DeclaredCheck(
        asset=check.asset_key.to_user_string(),
        name=check.name,
        blocking=check.blocking,
        description=check.description,
    )


def _job(job: JobDefinition) -> DeclaredJob:
    return DeclaredJob(
        name=job.name,
        assets=names(job.keys),
        checks=sorted(key.to_user_string() for key in job.check_keys),
        ops=[node.name for node in job.nodes] if job.is_op_job else [],
        tags=dict(job.tags),
        description=job.description,
    )


def _schedule(schedule: ScheduleDefinition) -> DeclaredSchedule:
    lines = schedule.cron_schedule
    return DeclaredSchedule(
        name=schedule.name,
        cron_schedule=[lines] if isinstance(lines, str) else list(lines),
        timezone=schedule.execution_timezone or "UTC",
        job=schedule.job_name,
        default_status=schedule.default_status.value,
        description=schedule.description,
        declared_at=str(schedule.where) if schedule.where else None,
    )


def _sensor(sensor: SensorDefinition) -> DeclaredSensor:
    return DeclaredSensor(
        name=sensor.name,
        kind=sensor.sensor_type.value.lower(),
        jobs=[target.job_name for target in sensor.targets],
        every=sensor.minimum_interval_seconds,
        default_status=sensor.default_status.value,
        description=sensor.description,
        declared_at=str(sensor.where) if sensor.where else None,
    )
