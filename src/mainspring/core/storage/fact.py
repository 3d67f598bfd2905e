"""``Fact``: what an event says about the state of things, without the rest of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetCheckEvaluationPlanned
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.event_data import (
    AssetFailedToMaterializeData,
    AssetMaterializationPlannedData,
    AssetObservationData,
    AssetWipedData,
    AssetWipeUndoneData,
    StepMaterializationData,
)
from mainspring.core.values.asset_key import AssetKey

Detail = tuple[str, ...] | tuple[int, ...] | bool | None
"""The partitions of a wipe, the ids of wipes that are taken back, or whether a check passed."""

Subject = tuple[str | None, str | None, str | None, Detail]
"""The stored key of the asset, the partition, the name of the check, and a detail."""

NOTHING: Subject = (None, None, None, None)


class Fact(NamedTuple):
    """One event as the derived state sees it.

    ``detail`` is, for a wipe, the tuple of its partitions or ``None`` for all; for wipes that are taken back,
    their ids; for an evaluated check, whether it passed.
    """

    id: int
    run_id: str
    kind: str
    asset: str | None
    partition: str | None
    check: str | None
    timestamp: float
    detail: Detail
    step: str | None = None


stored_key: Callable[[AssetKey], str] = lru_cache(maxsize=65_536)(AssetKey.to_string)
"""The form of an asset key in the database."""


def _materialization(data: Any) -> Subject:
    found = data.materialization
    return stored_key(found.asset_key), found.partition, None, None


def _observation(data: Any) -> Subject:
    found = data.asset_observation
    return stored_key(found.asset_key), found.partition, None, None


def _plain(data: Any) -> Subject:
    return stored_key(data.asset_key), data.partition, None, None


def _wiped(data: AssetWipedData) -> Subject:
    wiped = None if data.partition_keys is None else tuple(data.partition_keys)
    return stored_key(data.asset_key), None, None, wiped


def _unwiped(data: AssetWipeUndoneData) -> Subject:
    return stored_key(data.asset_key), None, None, tuple(data.wipe_ids)


def _evaluation(data: Any) -> Subject:
    return stored_key(data.asset_key), data.partition, data.check_name, bool(data.passed)


def _planned_evaluation(data: Any) -> Subject:
    return stored_key(data.asset_key), getattr(data, "partition", None), data.check_name, None


_SUBJECTS: dict[type, Callable[[Any], Subject]] = {
    StepMaterializationData: _materialization,
    AssetObservationData: _observation,
    AssetMaterializationPlannedData: _plain,
    AssetFailedToMaterializeData: _plain,
    AssetWipedData: _wiped,
    AssetWipeUndoneData: _unwiped,
    AssetCheckEvaluation: _evaluation,
    AssetCheckEvaluationPlanned: _planned_evaluation,
}


def step_fact(storage_id: int, run_id: str, kind: str, timestamp: float, step: str) -> Fact:
    """What the status of a step makes of an event."""
    return Fact(storage_id, run_id, kind, None, None, None, timestamp, None, step)


def subject_of(entry: EventLogEntry) -> Subject:
    """What the event of a line speaks of."""
    event = entry.dagster_event
    if event is None:
        return NOTHING
    read = _SUBJECTS.get(type(event.event_specific_data))
    return NOTHING if read is None else read(event.event_specific_data)
