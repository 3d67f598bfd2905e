"""What a tick came to: the answer of a sensor's function, and the whole outcome of one evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.run import Run, RunStatus
from mainspring.core.records.run_request import PartitionsRequest, RunRequest, SkipReason

AssetEvent = AssetMaterialization | AssetObservation | AssetCheckEvaluation


@dataclass(frozen=True, slots=True, init=False)
class SensorResult:
    """Everything a sensor's function may answer at once.

    >>> SensorResult(run_requests=[RunRequest(run_key="a")], cursor="a").cursor
    'a'

    ``run_requests`` or ``skip_reason``, not both; ``cursor`` is what the next evaluation is given;
    ``dynamic_partitions_requests`` are granted before the runs are launched; ``asset_events`` are recorded.
    """

    run_requests: list[RunRequest]
    skip_reason: SkipReason | None
    cursor: str | None
    dynamic_partitions_requests: list[PartitionsRequest]
    asset_events: list[AssetEvent]
    automation_condition_evaluations: list[Any]

    def __init__(
        self,
        run_requests: Sequence[RunRequest] | None = None,
        skip_reason: str | SkipReason | None = None,
        cursor: str | None = None,
        dynamic_partitions_requests: Sequence[PartitionsRequest] | None = None,
        asset_events: Sequence[AssetEvent] | None = None,
        *,
        automation_condition_evaluations: Sequence[Any] | None = None,
    ) -> None:
        if skip_reason and run_requests:
            raise InvariantViolationError(
                "A SensorResult has run_requests and a skip_reason; a tick asks for runs or says why not.",
                hint="Leave one of them out.",
            )
        _require_all(run_requests, RunRequest, "run_requests", "RunRequest")
        _require_all(
            dynamic_partitions_requests,
            PartitionsRequest,
            "dynamic_partitions_requests",
            "request of build_add_request or build_delete_request",
        )
        _require_all(asset_events, AssetEvent, "asset_events", "asset event")
        if cursor is not None and not isinstance(cursor, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvariantViolationError(
                f"The cursor of a SensorResult is {cursor!r}, a {type(cursor).__name__}; it is a string.",
                hint="Write it as text, for example with json.dumps.",
            )
        reason = SkipReason(skip_reason) if isinstance(skip_reason, str) else skip_reason
        for name, value in {
            "run_requests": list(run_requests or ()),
            "skip_reason": reason,
            "cursor": cursor,
            "dynamic_partitions_requests": list(dynamic_partitions_requests or ()),
            "asset_events": list(asset_events or ()),
            "automation_condition_evaluations": list(automation_condition_evaluations or ()),
        }.items():
            object.__setattr__(self, name, value)


def _require_all(items: Sequence[Any] | None, kind: Any, field: str, noun: str) -> None:
    for item in items or ():
        if not isinstance(item, kind):
            raise InvariantViolationError(
                f"`{field}` of a SensorResult holds {item!r}, a {type(item).__name__}; each is a {noun}."
            )


class RunReaction(msgspec.Struct, frozen=True, tag="run_reaction"):
    """Says that a sensor has dealt with a run: the run, and the error where its function failed on it."""

    dagster_run: Run | None = None
    error: ErrorInfo | None = None
    run_status: RunStatus | None = None


class ScheduleExecutionData(msgspec.Struct, frozen=True):
    """The outcome of one evaluation of a schedule. ``log_key`` is set where it has logged something."""

    run_requests: list[RunRequest] | None
    skip_message: str | None
    log_key: list[str] | None = None


class SensorExecutionData(msgspec.Struct, frozen=True):
    """The outcome of one evaluation of a sensor. ``log_key`` is set where it has logged something."""

    run_requests: list[RunRequest] | None
    skip_message: str | None
    cursor: str | None
    dagster_run_reactions: list[RunReaction] | None = None
    log_key: list[str] | None = None
    dynamic_partitions_requests: list[PartitionsRequest] | None = None
    asset_events: list[AssetEvent] = []
    automation_condition_evaluations: list[Any] = []
