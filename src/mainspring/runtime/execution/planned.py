"""What a run says before it begins and of what it did not come to."""

from __future__ import annotations

import logging
import os
from collections.abc import Container, Iterator
from typing import Any

from mainspring.core.instance.instance import Instance
from mainspring.core.records.asset_events import AssetCheckEvaluationPlanned
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import AssetFailedToMaterializeData, AssetMaterializationPlannedData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.execution.loop import LoopResult
from mainspring.runtime.plan.compile import planned_checks
from mainspring.runtime.plan.plan import Plan, Step


def first_entries(
    run: Run, plan: Plan, partitions: PartitionSlice | None, instance: Instance
) -> list[EventLogEntry]:
    """What is stored with the run itself: the assets and checks it means to make, and that it has begun."""
    now = instance.ambient.clock.timestamp()
    entries: list[EventLogEntry] = []

    def add(kind: EventType, message: str, step_key: str | None, data: Any) -> None:
        event = Event(kind.value, run.job_name, step_key, message, data, os.getpid())
        entries.append(EventLogEntry(None, logging.DEBUG, "", run.run_id, now, step_key, run.job_name, event))

    for step, key, partition in _to_materialize(plan, partitions, instance):
        message = f'{run.job_name} intends to materialize asset "{key.to_user_string()}"'
        data = AssetMaterializationPlannedData(key, partition)
        add(EventType.ASSET_MATERIALIZATION_PLANNED, message, step.key, data)
    for step_key, check in planned_checks(plan):
        asset = check.asset_key.to_user_string()
        message = f'{run.job_name} intends to execute asset check {check.name} on asset "{asset}"'
        data = AssetCheckEvaluationPlanned(check.asset_key, check.name)
        add(EventType.ASSET_CHECK_EVALUATION_PLANNED, message, step_key, data)
    add(EventType.RUN_START, f'Started execution of run for "{run.job_name}".', None, None)
    return entries


def _to_materialize(
    plan: Plan, partitions: PartitionSlice | None, instance: Instance
) -> Iterator[tuple[Step, AssetKey, str | None]]:
    """Each asset a run is to make, each of its partitions by itself."""
    names = partitions.all_keys(instance) if partitions is not None else []
    for step in plan.steps:
        if step.definition.is_materializable:
            for key in sorted(step.definition.keys):
                if partitions is None or step.definition.specs_by_key[key].partitions_def is None:
                    yield step, key, None
                else:
                    for name in names:
                        yield step, key, name


def not_materialized(
    plan: Plan,
    ended: LoopResult,
    partitions: PartitionSlice | None,
    *,
    made: Container[tuple[AssetKey, str | None]],
    instance: Instance,
) -> Iterator[tuple[str, AssetFailedToMaterializeData]]:
    """The assets that were planned and not made, each with the step that was to make it.

    ``made`` are those that were recorded, also by a step that failed later.
    """
    if ended.error is None:
        return
    stopped = "RUN_TERMINATED" if ended.interrupted else "UPSTREAM_FAILED_TO_MATERIALIZE"
    lost = {step.key: stopped for step in ended.abandoned} | dict.fromkeys(
        ended.failed_steps, "FAILED_TO_MATERIALIZE"
    )
    if not lost:  # no step was begun
        reason = "RUN_TERMINATED" if ended.interrupted else "FAILED_TO_MATERIALIZE"
        lost = {step.key: reason for step in plan.steps}
    for step, key, partition in _to_materialize(plan, partitions, instance):
        if step.key in lost and (key, partition) not in made:
            error = ended.failed_steps.get(step.key)
            yield step.key, AssetFailedToMaterializeData(key, partition, lost[step.key], error)
