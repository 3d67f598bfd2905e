"""The one way into the log: a batch of events with all that follows from them, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

from mainspring.core.base.errors import FencedError, InvariantViolationError
from mainspring.core.storage.codec import encode_entry
from mainspring.core.storage.derive import (
    ASSET_KINDS,
    ENDING_KINDS,
    RUN_KINDS,
    STEP_KINDS,
    Changes,
    RunState,
    derive,
)
from mainspring.core.storage.fact import Fact, step_fact, subject_of
from mainspring.core.storage.sql.apply import apply_changes
from mainspring.core.storage.sql.engine import Cursor, Database
from mainspring.core.storage.sql.refill import unwipe
from mainspring.core.storage.sql.schema import LOG_LINE, OF_ASSET, OF_RUN
from mainspring.core.storage.store import Sequenced

_INSERT = (
    "INSERT INTO events (id, run_id, epoch, seq, scope, event_type, step_key, asset_key, partition,"
    " check_name,"
    " timestamp, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_RUN_STATE = "SELECT status, epoch FROM runs WHERE run_id = ?"
_SENT_BEFORE = "SELECT seq, id FROM events WHERE run_id = ? AND epoch = ? AND seq BETWEEN ? AND ?"

_Spans = dict[tuple[str, int], tuple[int, int]]
"""By run and epoch, the first and the last number of what a writer sent."""

_OUTSIDE = -1
"""In the place of an epoch: the event has no number, its writer holds no run."""

_SCOPES = {**dict.fromkeys(ASSET_KINDS, OF_ASSET), **dict.fromkeys(RUN_KINDS, OF_RUN)}


def append(database: Database, cursor: Cursor, batch: Sequence[Sequenced]) -> list[int]:
    """Store a batch inside a transaction that writes; see ``EventWriter.append``."""
    if not batch:
        return []
    spans = _spans(batch)
    if spans is None:
        return _append_once(database, cursor, batch)
    runs = _run_states(cursor, spans)
    known = _sent_before(cursor, spans)
    if not known:
        ids = database.next_event_ids(cursor, len(batch))
        _store(database, cursor, ids, batch, runs)
        return list(ids)
    return _append_rest(database, cursor, batch, runs, known)


def _spans(batch: Sequence[Sequenced]) -> _Spans | None:
    """The writers in a batch, and from which to which number their events reach; ``None`` where one comes twice."""
    first = batch[0].seq
    writers = {(one.entry.run_id, one.epoch) for one in batch}
    numbers = [one.seq for one in batch]
    if len(writers) == 1 and first is not None and numbers == list(range(first, first + len(numbers))):
        return {writers.pop(): (first, first + len(numbers) - 1)}  # as a sink sends them
    spans: _Spans = {}
    seen: set[tuple[str, int, int]] = set()
    for one in batch:
        run_id, epoch, seq = one.entry.run_id, one.epoch, one.seq
        if seq is None:
            spans.setdefault((run_id, _OUTSIDE), (0, 0))
            continue
        seen_before = len(seen)
        seen.add((run_id, epoch, seq))
        if len(seen) == seen_before:
            return None
        low, high = spans.get((run_id, epoch), (seq, seq))
        spans[run_id, epoch] = (min(low, seq), max(high, seq))
    return spans


def _append_once(database: Database, cursor: Cursor, batch: Sequence[Sequenced]) -> list[int]:
    """A batch that holds an event more than once, as a sender that is unsure may make it: each counts once."""
    places: dict[object, int] = {}
    once: list[Sequenced] = []
    found: list[int] = []
    for number, one in enumerate(batch):
        name = number if one.seq is None else (one.entry.run_id, one.epoch, one.seq)
        if name not in places:
            places[name] = len(once)
            once.append(one)
        found.append(places[name])
    ids = append(database, cursor, once)
    return [ids[place] for place in found]


def _append_rest(
    database: Database,
    cursor: Cursor,
    batch: Sequence[Sequenced],
    runs: dict[str, RunState],
    known: dict[tuple[str, int, int], int],
) -> list[int]:
    """Some of the batch has been stored before: store the rest and answer for all."""
    found = [None if one.seq is None else known.get((one.entry.run_id, one.epoch, one.seq)) for one in batch]
    rest = [one for one, storage_id in zip(batch, found, strict=True) if storage_id is None]
    fresh = iter(database.next_event_ids(cursor, len(rest)))
    answer = [next(fresh) if storage_id is None else storage_id for storage_id in found]
    if rest:
        new_ids = [new for new, storage_id in zip(answer, found, strict=True) if storage_id is None]
        _store(database, cursor, new_ids, rest, runs)
    return answer


def _run_states(cursor: Cursor, writers: Iterable[tuple[str, int]]) -> dict[str, RunState]:
    """The state of each run of the batch; a stale epoch, or that of a run that is gone, ends it all."""
    states: dict[str, RunState] = {}
    for run_id, epoch in writers:
        if not run_id:
            continue
        state = states.get(run_id)
        if state is None:
            cursor.execute(_RUN_STATE, (run_id,))
            row = cursor.fetchone()
            if row is None:
                if epoch > 0:  # it had been claimed
                    raise FencedError(
                        f"Run {run_id} was deleted: a worker of epoch {epoch} tried to write to it.",
                        hint="Stop this worker; what it tells would belong to no run.",
                    )
                continue
            state = states[run_id] = RunState(row[0], row[1])
        if 0 <= epoch < state.epoch:
            raise FencedError(
                f"Run {run_id} has been taken over: a worker of epoch {epoch} tried to write, the run"
                f" is at {state.epoch}.",
                hint="Stop this worker; the run goes on elsewhere or has been ended.",
            )
    return states


def _sent_before(cursor: Cursor, spans: _Spans) -> dict[tuple[str, int, int], int]:
    """The storage ids of those events of the batch that are stored already."""
    known: dict[tuple[str, int, int], int] = {}
    for (run_id, epoch), (low, high) in spans.items():
        if epoch == _OUTSIDE:
            continue
        cursor.execute(_SENT_BEFORE, (run_id, epoch, low, high))
        for seq, storage_id in cursor.fetchall():
            known[run_id, epoch, seq] = storage_id
    return known


def _store(
    database: Database,
    cursor: Cursor,
    ids: Sequence[int],
    batch: Sequence[Sequenced],
    runs: dict[str, RunState],
) -> None:
    """Insert the rows and apply what follows from them."""
    rows: list[tuple[Any, ...]] = []
    facts: list[Fact] = []
    for storage_id, (epoch, seq, entry) in zip(ids, batch, strict=True):
        event = entry.dagster_event
        kind = event.event_type_value if event is not None else None
        if not isfinite(entry.timestamp):
            raise InvariantViolationError(
                f"The event {kind or entry.user_message!r:.100} of run {entry.run_id!r} has the time"
                f" {entry.timestamp}, which is none.",
                hint="Give it a time in seconds since 1970.",
            )
        scope = _SCOPES.get(kind, LOG_LINE) if kind is not None else LOG_LINE
        asset = partition = check = None
        if scope != LOG_LINE and kind is not None:
            asset, partition, check, detail = subject_of(entry)
            facts.append(
                Fact(storage_id, entry.run_id, kind, asset, partition, check, entry.timestamp, detail)
            )
        elif kind is not None and kind in STEP_KINDS and entry.step_key is not None:
            facts.append(step_fact(storage_id, entry.run_id, kind, entry.timestamp, entry.step_key))
        rows.append(
            (
                storage_id,
                entry.run_id,
                epoch,
                seq,
                scope,
                kind,
                entry.step_key,
                asset,
                partition,
                check,
                entry.timestamp,
                encode_entry(entry),
            )
        )
    parts = _derived(facts, runs)
    late = {storage_id for changes in parts for storage_id in changes.late}
    if late:
        rows = [_without_effect(row) if row[0] in late else row for row in rows]
    cursor.executemany(_INSERT, rows)
    now = database.now(cursor) if parts else 0.0
    for changes in parts:
        apply_changes(cursor, changes, now=now)
    for changes in parts:
        for asset, wipe_ids in changes.unwiped.items():
            unwipe(cursor, asset, wipe_ids)
    database.announce(cursor, ids[-1])


def _derived(facts: list[Fact], runs: dict[str, RunState]) -> list[Changes]:
    """The changes of a batch, in parts that each end with the end of a run.

    That end changes rows that were stored before, which other runs of the batch may change after it.
    """
    parts: list[Changes] = []
    first = 0
    for number, fact in enumerate(facts, 1):
        if number < len(facts) and fact.kind not in ENDING_KINDS:
            continue
        changes = derive(facts[first:number], runs)
        for run_id, change in changes.runs.items():
            runs[run_id] = RunState(change.status, runs[run_id].epoch)
        parts.append(changes)
        first = number
    return parts


def _without_effect(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row of an event that came too late: a line of its run's log and nothing else."""
    return (*row[:4], LOG_LINE, *row[5:])
