"""The figures of runs and their steps: from what is derived, and from counts that an index answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from mainspring.core.records.event_data import EngineEventData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run_stats import RunStats, StepMarker, StepStats, StepStatus
from mainspring.core.storage.codec import decode_entry
from mainspring.core.storage.derive import ENDING_KINDS, STEP_KINDS
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks
from mainspring.core.storage.sql.schema import COUNTED

_MADE, _CHECKED, _EXPECTED = (
    EventType.ASSET_MATERIALIZATION.value,
    EventType.ASSET_CHECK_EVALUATION.value,
    EventType.STEP_EXPECTATION_RESULT.value,
)

# Of what has an effect, the scope says whether it came in time; of the rest, the event that ended the run does.
_ENDED = (
    "COALESCE((SELECT MIN(x.id) FROM events x WHERE x.run_id = e.run_id AND x.scope = 2 AND x.event_type IN"
    f" ({', '.join(repr(kind) for kind in sorted(ENDING_KINDS))})), 9223372036854775807)"
)
_IN_TIME = f" AND (e.scope = 1 OR e.id < {_ENDED})"

_RUNS = "SELECT run_id, enqueue_time, launch_time, start_time, end_time FROM runs WHERE run_id IN ({marks})"
_STEPS = (
    "SELECT run_id, status, COUNT(*) FROM run_steps WHERE run_id IN ({marks}) AND status IN ('SUCCESS', 'FAILURE')"
    " GROUP BY run_id, status"
)
_COUNTS = (
    f"SELECT e.run_id, e.event_type, COUNT(*) FROM events e WHERE {COUNTED.replace('event_type', 'e.event_type')}"
    f" AND e.run_id IN ({{marks}}){_IN_TIME} GROUP BY e.run_id, e.event_type"
)

_STEPS_OF_RUN = "SELECT step_key, status, attempts, start_time, end_time FROM run_steps WHERE run_id = ?"
_COUNTS_OF_RUN = (
    "SELECT e.step_key, e.event_type, COUNT(*) FROM events e WHERE"
    f" {COUNTED.replace('event_type', 'e.event_type')} AND e.run_id = ? AND e.step_key IS NOT NULL{_IN_TIME}"
    " GROUP BY e.step_key, e.event_type"
)
_TRIES_OF_RUN = (
    "SELECT e.step_key, e.event_type, e.timestamp FROM events e WHERE e.run_id = ? AND e.event_type IN"
    f" ({', '.join(repr(kind) for kind in sorted(STEP_KINDS))}) AND e.step_key IN ({{marks}}) AND e.id < {_ENDED}"
    " ORDER BY e.id"
)
_MARKERS_OF_RUN = (
    "SELECT e.step_key, e.timestamp, e.body FROM events e WHERE e.run_id = ? AND e.step_key IS NOT NULL"
    " AND e.event_type IN ('ENGINE_EVENT', 'STEP_WORKER_STARTING', 'STEP_WORKER_STARTED',"
    f" 'RESOURCE_INIT_STARTED', 'RESOURCE_INIT_SUCCESS', 'RESOURCE_INIT_FAILURE') AND e.id < {_ENDED}"
    " ORDER BY e.id"
)

_BEGINS = frozenset({EventType.STEP_START.value, EventType.STEP_RESTARTED.value})


class SqlRunStats:
    """The figures of runs in SQL; see ``RunStatsReader``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_runs(self, run_ids: Sequence[str]) -> dict[str, RunStats]:
        """The figures of these runs."""
        figures: dict[str, dict[str, Any]] = {run_id: {} for run_id in run_ids}
        cells = Cells()
        with self._database.read() as cursor:
            for piece in chunks(list(figures)):
                listed = marks(len(piece))
                cursor.execute(_RUNS.format(marks=listed), piece)
                for run_id, *times in cursor.fetchall():
                    enqueued, launched, started, ended = _times(cells, times)
                    figures[run_id].update(
                        enqueued_time=enqueued, launch_time=launched, start_time=started, end_time=ended
                    )
                cursor.execute(_STEPS.format(marks=listed), piece)
                for run_id, status, count in cursor.fetchall():
                    figures[run_id]["steps_succeeded" if status == "SUCCESS" else "steps_failed"] = count
                cursor.execute(_COUNTS.format(marks=listed), piece)
                for run_id, kind, count in cursor.fetchall():
                    if kind != _CHECKED:
                        figures[run_id]["materializations" if kind == _MADE else "expectations"] = count
        return {run_id: RunStats(run_id=run_id, **found) for run_id, found in figures.items()}

    def steps_of_run(self, run_id: str, step_keys: Collection[str] | None = None) -> list[StepStats]:
        """The figures of the steps of a run, by their start."""
        wanted = None if step_keys is None else frozenset(step_keys)
        cells = Cells()
        with self._database.read() as cursor:
            cursor.execute(_STEPS_OF_RUN, (run_id,))
            rows: list[tuple[Any, ...]] = [
                (*row[:3], *_times(cells, row[3:]))
                for row in cursor.fetchall()
                if wanted is None or row[0] in wanted
            ]
            counts = _counts(cursor, run_id)
            tries = _tries(cursor, run_id, [row[0] for row in rows if cells.whole(row[2], "attempts") > 1])
            markers = _markers(cursor, run_id)
        rows.sort(key=lambda row: (row[3] is None, row[3] or 0.0, str(row[0])))
        return [
            StepStats(
                run_id=run_id,
                step_key=cells.text(step, "step_key"),
                status=_status(status),
                attempts=cells.whole(attempts, "attempts"),
                start_time=started,
                end_time=ended,
                attempts_list=tries.get(step) or _only_try(started, ended),
                markers=markers.get(step, []),
                materializations=counts.get((step, _MADE), 0),
                expectations=counts.get((step, _EXPECTED), 0),
                checks=counts.get((step, _CHECKED), 0),
            )
            for step, status, attempts, started, ended in rows
        ]


def _status(word: object) -> StepStatus | None:
    """A word that only a newer version knows says nothing."""
    try:
        return StepStatus(word)
    except ValueError:
        return None


def _times(cells: Cells, times: Iterable[object]) -> list[float | None]:
    """Times that may be missing."""
    return [cells.optional_number(one, "time") for one in times]


def _only_try(started: float | None, ended: float | None) -> list[StepMarker]:
    return [] if started is None else [StepMarker(started, ended)]


def _counts(cursor: Cursor, run_id: str) -> dict[tuple[str, str], int]:
    cursor.execute(_COUNTS_OF_RUN, (run_id,))
    return {(step, kind): count for step, kind, count in cursor.fetchall()}


def _tries(cursor: Cursor, run_id: str, steps: Sequence[str]) -> dict[str, list[StepMarker]]:
    """The tries of those steps that were tried more than once, from the events that began and ended them."""
    tries: dict[str, list[StepMarker]] = {}
    for piece in chunks(steps):
        cursor.execute(_TRIES_OF_RUN.format(marks=marks(len(piece))), (run_id, *piece))
        for step, kind, moment in cursor.fetchall():
            of_step = tries.setdefault(step, [])
            if kind in _BEGINS:
                of_step.append(StepMarker(moment))
            elif of_step and of_step[-1].end_time is None:
                of_step[-1] = StepMarker(of_step[-1].start_time, moment)
    return tries


def _markers(cursor: Cursor, run_id: str) -> dict[str, list[StepMarker]]:
    """The spans the engine measured; what cannot be read measures nothing."""
    cursor.execute(_MARKERS_OF_RUN, (run_id,))
    found: dict[str, dict[str, StepMarker]] = {}
    for step, moment, body in cursor.fetchall():
        for name, begins in _marks_of(body):
            of_step = found.setdefault(step, {})
            known = of_step.get(name, StepMarker(key=name))
            of_step[name] = (
                StepMarker(moment, known.end_time, name)
                if begins
                else StepMarker(known.start_time, moment, name)
            )
    return {step: list(of_step.values()) for step, of_step in found.items()}


def _marks_of(body: Any) -> Iterable[tuple[str, bool]]:
    """The spans that an event begins (true) and ends."""
    try:
        event = decode_entry(bytes(body)).dagster_event
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return
    data = None if event is None else event.event_specific_data
    if isinstance(data, EngineEventData):
        if data.marker_start is not None:
            yield data.marker_start, True
        if data.marker_end is not None:
            yield data.marker_end, False
