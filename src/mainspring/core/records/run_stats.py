"""What a run came to, in figures: for a list of runs, and for a chart of its steps over time."""

from __future__ import annotations

from enum import Enum

import msgspec


class StepStatus(Enum):
    """Where a step stands. A failed try that will be made again is ``IN_PROGRESS``."""

    SKIPPED = "SKIPPED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    IN_PROGRESS = "IN_PROGRESS"


class RunStats(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one run. Times are in seconds since 1970, ``None`` for what has not happened.

    ``steps_succeeded`` and ``steps_failed`` count steps by how they stand now, ``materializations`` and
    ``expectations`` events. What came after the end of the run is not counted.
    """

    run_id: str
    steps_succeeded: int = 0
    steps_failed: int = 0
    materializations: int = 0
    expectations: int = 0
    enqueued_time: float | None = None
    launch_time: float | None = None
    start_time: float | None = None
    end_time: float | None = None


class StepMarker(msgspec.Struct, frozen=True):
    """A span of time in seconds since 1970; an end that is ``None`` has not been seen.

    ``key`` is the name the engine gave it; empty for a try of a step.
    """

    start_time: float | None = None
    end_time: float | None = None
    key: str = ""


class StepStats(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one step of a run. Times are in seconds since 1970.

    ``attempts`` counts the tries that began; ``attempts_list`` holds a span for each, in their order: what a chart of
    the run over time draws. ``markers`` are the spans that the engine measured (starting a process, making
    resources).
    """

    run_id: str
    step_key: str
    status: StepStatus | None = None
    start_time: float | None = None
    end_time: float | None = None
    attempts: int = 0
    attempts_list: list[StepMarker] = []
    markers: list[StepMarker] = []
    materializations: int = 0
    expectations: int = 0
    checks: int = 0
