"""What a run says before it begins and of what it did not come to."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mainspring.core.records.asset_events import AssetCheckEvaluationPlanned
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import AssetFailedToMaterializeData, AssetMaterializationPlannedData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.execution.loop import LoopResult
from mainspring.runtime.plan.compile import planned_checks
from mainspring.runtime.plan.plan import Plan, Step


def planned_entries(run: Run, plan: Plan, partitions: PartitionSlice | None, now: float, instance: Any) -> list[EventLogEntry]:
    """The intentions of a run: the assets it means to materialise and the checks it means to evaluate."""
    entries: list[EventLogEntry] = []

    def add(kind: EventType, message: str, step_key: str, data: Any) -> None:
        event = Event(kind.value, run.job_name, step_key, message, data, os.getpid())
        entries.append(EventLogEntry(None, logging.DEBUG, "", run.run_id, now, step_key, run.job_name, event))

    for step in plan.steps:
        if step.definition.is_materializable:
            for key in sorted(step.definition.keys):
                for partition in _partitions(step, key, partitions, instance):
                    message = f'{run.job_name} intends to materialize asset "{key.to_user_string()}"'
                    add(EventType.ASSET_MATERIALIZATION_PLANNED, message, step.key, AssetMaterializationPlannedData(key, partition))
    for step_key, check in planned_checks(plan):
        message = f'{run.job_name} intends to execute asset check {check.name} on asset "{check.asset_key.to_user_string()}"'
        add(EventType.ASSET_CHECK_EVALUATION_PLANNED, message, step_key, AssetCheckEvaluationPlanned(check.asset_key, check.name))
    return entries


def _partitions(step: Step, key: AssetKey, partitions: PartitionSlice | None, instance: Any) -> list[str | None]:
    if partitions is None or step.definition.specs_by_key[key].partitions_def is None:
        return [None]
    return list(partitions.all_keys(instance))


@dataclass(frozen=True, slots=True)
class NotMade:
    """Why an asset was not made: its own step failed, or one before it."""

    step_key: str
    reason: str

    def data(self, key: AssetKey, partition: str | None, error: ErrorInfo | None) -> AssetFailedToMaterializeData:
        """The data of the event."""
        return AssetFailedToMaterializeData(key, partition, self.reason, error)


def not_materialized(
    plan: Plan, ended: LoopResult, partitions: PartitionSlice | None, instance: Any
) -> Iterator[tuple[AssetKey, str | None, NotMade, ErrorInfo | None]]:
    """The assets of the steps that failed or were never reached, each with its partitions."""
    if ended.error is None:
        return
    lost = {key: "FAILED_TO_MATERIALIZE" for key in ended.failed_steps}
    stopped = "RUN_TERMINATED" if ended.interrupted else "UPSTREAM_FAILED_TO_MATERIALIZE"
    lost |= {step.key: stopped for step in ended.abandoned}
    if not lost:
        lost = {step.key: "FAILED_TO_MATERIALIZE" for step in plan.steps}
    for step in plan.steps:
        if step.key in lost and step.definition.is_materializable:
            for key in sorted(step.definition.keys - ended.made):
                for partition in _partitions(step, key, partitions, instance):
                    yield key, partition, NotMade(step.key, lost[step.key]), None
