"""Compares runs and their steps with what their events say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec

from mainspring.core.base import serial
from mainspring.core.records.run import Run, RunStatus
from mainspring.core.records.verification import Finding
from mainspring.core.storage.derive import FINAL, STEP_KINDS, RunState, StepChange, derive
from mainspring.core.storage.fact import Fact
from mainspring.core.storage.sql.engine import Cursor, marks

_PAGE = 10_000
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(STEP_KINDS))

_ROW = "SELECT id, run_id, status, start_time, end_time, enqueue_time, launch_time, body FROM runs"
_PAGE_OF_RUNS = f"{_ROW} WHERE id > ? ORDER BY id LIMIT ?"
_ONE_RUN = f"{_ROW} WHERE run_id = ?"
_FACTS = (
    "SELECT run_id, id, event_type, timestamp, step_key FROM events WHERE run_id IN ({marks})"
    f" AND (run_id > ? OR (run_id = ? AND id > ?)) AND (scope = 2 OR event_type IN ({_KINDS}))"
    " ORDER BY run_id, id LIMIT ?"
)
_STEPS = (
    "SELECT run_id, step_key, status, attempts, start_time, end_time FROM run_steps WHERE run_id IN ({marks})"
    " ORDER BY run_id"
)
_SET_RUN = (
    "UPDATE runs SET status = ?, start_time = ?, end_time = ?, enqueue_time = ?, launch_time = ?"
    " WHERE run_id = ?"
)
_FREE_SLOTS = "DELETE FROM pool_claims WHERE run_id = ?"
_CLEAR_STEPS = "DELETE FROM run_steps WHERE run_id = ?"
_STEP = "INSERT INTO run_steps (run_id, step_key, status, attempts, start_time, end_time) VALUES (?, ?, ?, ?, ?, ?)"
_TIMES = ("start_time", "end_time", "enqueue_time", "launch_time")


@dataclass(slots=True)
class RunBatch:
    """What was found among some runs. ``last`` is the row id of the last of them, ``None`` where none follow."""

    runs: int = 0
    steps: int = 0
    by_hand: int = 0
    last: int | None = None
    findings: dict[str, list[Finding]] = field(default_factory=dict[str, list[Finding]])


@dataclass(slots=True)
class _Known:
    """A run as it is stored. ``began_as`` is the status it was stored with; ``None``: that cannot be read."""

    run_id: str
    status: str
    times: tuple[Any, ...]
    began_as: str | None


@dataclass(slots=True)
class _Replayed:
    """A run as its events tell it."""

    status: str
    times: tuple[Any, ...]
    steps: dict[str, StepChange]


def differing_runs(cursor: Cursor, *, after: int, limit: int) -> RunBatch:
    """Compare some runs, those with the next row ids."""
    cursor.execute(_PAGE_OF_RUNS, (after, limit))
    rows = cursor.fetchall()
    batch = RunBatch(runs=len(rows), last=rows[-1][0] if len(rows) == limit else None)
    known = {one.run_id: one for one in map(_known, rows)}
    if not known:
        return batch
    stored_steps = _stored_steps(cursor, list(known))
    for run_id, replayed in _replayed(cursor, known):
        one = known[run_id]
        steps = stored_steps.get(run_id, {})
        batch.steps += len({**steps, **replayed.steps})
        batch.by_hand += one.began_as != RunStatus.NOT_STARTED.value
        found = [*_run_findings(one, replayed), *_step_findings(one, steps, replayed)]
        if found:
            batch.findings[run_id] = found
    return batch


def mend_run(cursor: Cursor, run_id: str) -> None:
    """Put what its events say of a run in the place of what is stored."""
    cursor.execute(_ONE_RUN, (run_id,))
    row = cursor.fetchone()
    one = None if row is None else _known(row)
    if one is None or one.began_as is None:
        return
    for _, replayed in _replayed(cursor, {run_id: one}):
        cursor.execute(_SET_RUN, (replayed.status, *replayed.times, run_id))
        if replayed.status in FINAL:  # as its end would have done
            cursor.execute(_FREE_SLOTS, (run_id,))
        if one.began_as not in FINAL:
            cursor.execute(_CLEAR_STEPS, (run_id,))
            rows = [
                (run_id, step, change.status, change.attempts, change.start_time, change.end_time)
                for step, change in replayed.steps.items()
            ]
            if rows:
                cursor.executemany(_STEP, rows)


def _known(row: Sequence[Any]) -> _Known:
    _, run_id, status, *times, body = row
    try:
        began_as = serial.decode(bytes(body), Run).status.value
    except (msgspec.MsgspecError, ValueError, TypeError):
        began_as = None
    return _Known(run_id, status, tuple(times), began_as)


def _replayed(cursor: Cursor, known: dict[str, _Known]) -> Iterator[tuple[str, _Replayed]]:
    """All these runs as their events tell them."""
    left = dict(known)
    for run_id, facts in groupby(_facts(cursor, sorted(known)), key=attrgetter("run_id")):
        one = left.pop(run_id)
        yield run_id, _fold(one, facts)
    for run_id, one in left.items():
        yield run_id, _fold(one, iter(()))


def _fold(one: _Known, facts: Iterator[Fact]) -> _Replayed:
    began_as = one.began_as or RunStatus.NOT_STARTED.value
    changes = derive(facts, {one.run_id: RunState(began_as, 0)})
    steps = {step: change for (_, step), change in changes.steps.items()}
    run = changes.runs.get(one.run_id)
    if run is None:
        return _Replayed(began_as, (None,) * len(_TIMES), steps)
    return _Replayed(run.status, (run.start_time, run.end_time, run.enqueue_time, run.launch_time), steps)


def _facts(cursor: Cursor, run_ids: Sequence[str]) -> Iterator[Fact]:
    """What the events say of runs and steps, run by run, each in the order it was stored."""
    run_id, last = "", -1
    text = _FACTS.format(marks=marks(len(run_ids)))
    while True:
        cursor.execute(text, (*run_ids, run_id, run_id, last, _PAGE))
        page = cursor.fetchall()
        for row in page:
            step = row[4] if row[2] in STEP_KINDS else None
            if step is not None or row[2] not in STEP_KINDS:
                yield Fact(row[1], row[0], row[2], None, None, None, row[3], None, step)
        if len(page) < _PAGE:
            return
        run_id, last = page[-1][0], page[-1][1]


def _stored_steps(cursor: Cursor, run_ids: Sequence[str]) -> dict[str, dict[str, StepChange]]:
    cursor.execute(_STEPS.format(marks=marks(len(run_ids))), run_ids)
    found: dict[str, dict[str, StepChange]] = {}
    for run_id, step, *values in cursor.fetchall():
        found.setdefault(run_id, {})[step] = StepChange(*values)
    return found


def _run_findings(one: _Known, replayed: _Replayed) -> Iterator[Finding]:
    if one.began_as is None:
        yield Finding(
            kind="run", name=one.run_id, reason="its record cannot be read: nobody knows how it began"
        )
        return
    now = {"status": one.status, **dict(zip(_TIMES, one.times, strict=True))}
    to_be = {"status": replayed.status, **dict(zip(_TIMES, replayed.times, strict=True))}
    differing = [name for name in now if now[name] != to_be[name]]
    if differing:
        yield Finding(
            kind="run",
            name=one.run_id,
            stored={name: now[name] for name in differing},
            replayed={name: to_be[name] for name in differing},
        )


def _step_findings(one: _Known, steps: dict[str, StepChange], replayed: _Replayed) -> Iterator[Finding]:
    """Steps that differ. A run that was stored as ended may have had its steps told before: they are let be."""
    if one.began_as is None or one.began_as in FINAL:
        return
    for step in {**steps, **replayed.steps}:
        now, to_be = _columns(steps.get(step)), _columns(replayed.steps.get(step))
        if now == to_be:
            continue
        differing = [name for name in {**now, **to_be} if now.get(name) != to_be.get(name)]
        yield Finding(
            kind="step",
            name=one.run_id,
            part=step,
            stored={name: now.get(name) for name in differing} if now else None,
            replayed={name: to_be.get(name) for name in differing} if to_be else None,
        )


def _columns(step: StepChange | None) -> dict[str, Any]:
    if step is None:
        return {}
    values = {
        "status": step.status,
        "attempts": step.attempts,
        "start_time": step.start_time,
        "end_time": step.end_time,
    }
    return {name: value for name, value in values.items() if value is not None}
