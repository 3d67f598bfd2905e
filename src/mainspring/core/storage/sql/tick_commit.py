"""A tick is one transaction: its runs, the cursor, the keys of partitions, what it saw of assets, its record.

User code runs before it, without locks. A crash before the commit: evaluate again. A crash after it: done.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mainspring.core.base.errors import FencedError, InvariantViolationError
from mainspring.core.partitions.dynamic import AddDynamicPartitionsRequest
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.run_request import PartitionsRequest
from mainspring.core.records.tick import DynamicPartitionsRequestResult, InstigatorTick, TickData, TickStatus
from mainspring.core.storage.sql.append import append
from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks
from mainspring.core.storage.sql.instigators import cursor_of, keep_data, move_cursor
from mainspring.core.storage.sql.leases import require_held
from mainspring.core.storage.sql.runs import insert_runs
from mainspring.core.storage.sql.tick_rows import insert_tick, tick_of_key, update_tick
from mainspring.core.storage.store import Sequenced
from mainspring.core.storage.tick_store import CommittedTick, Submission, TickCommit
from mainspring.core.values.shared_name import owner_of

_SUBMITTED = "SELECT submit_key, run_id FROM runs WHERE submit_key IN"
_KEYS = "SELECT run_id, submit_key FROM runs WHERE run_id IN"
_ADD_KEY = (
    "INSERT INTO partition_keys (location, name, partition) VALUES (?, ?, ?)"
    " ON CONFLICT (location, name, partition) DO NOTHING"
)
_DELETE_KEY = "DELETE FROM partition_keys WHERE location = ? AND name = ? AND partition = ?"


def commit_tick(database: Database, cursor: Cursor, commit: TickCommit) -> CommittedTick:
    """Store all that a tick comes to, inside a transaction that writes; see ``TickStore.commit``."""
    data = commit.tick
    if data.status is TickStatus.STARTED:
        raise InvariantViolationError(
            f"The tick {data.key} of {data.selector_id} is still open; a commit says how it ended."
        )
    there = tick_of_key(cursor, data.selector_id, data.key)
    if there is not None and there.is_completed:
        return CommittedTick(there, list(there.run_ids), [], is_new=False)
    now = database.now(cursor)
    if commit.lease is not None:
        require_held(cursor, commit.lease)
    _move_on(cursor, commit, now)
    changed = [_change_keys(cursor, one, commit.location) for one in commit.partitions]
    run_ids, new, events = _submit(cursor, commit.submissions, now)
    append(database, cursor, [Sequenced(0, None, one) for one in (*events, *commit.asset_events)])
    told = msgspec.structs.replace(data, run_ids=run_ids, dynamic_partitions_request_results=changed)
    return CommittedTick(_record(cursor, told, there), run_ids, new, is_new=True)


def _move_on(cursor: Cursor, commit: TickCommit, now: float) -> None:
    """Set the cursor and the data of the instigator, unless somebody else moved the cursor in the meantime."""
    selector_id, move = commit.tick.selector_id, commit.cursor
    if move is None and commit.instigator_data is None:
        return
    found = cursor_of(cursor, selector_id)
    if found is None:
        raise InvariantViolationError(
            f"There is no instigator {selector_id}.", hint="Add its state before its first tick."
        )
    if commit.instigator_data is not None:
        keep_data(cursor, selector_id, commit.instigator_data, now=now)
    if move is None:
        return
    if found[0] != move.was:
        raise FencedError(
            f"The cursor of {selector_id} is {found[0]!r}, no longer {move.was!r}, with which its tick "
            f"{commit.tick.key} was evaluated.",
            hint="Evaluate it again from the cursor that holds now.",
        )
    move_cursor(cursor, selector_id, move.to, now=now)


def _change_keys(cursor: Cursor, request: PartitionsRequest, location: str) -> DynamicPartitionsRequestResult:
    """Add or delete keys, one by one: which of them made a difference is part of the tick's record."""
    adds = isinstance(request, AddDynamicPartitionsRequest)
    name, made, skipped = request.partitions_def_name, list[str](), list[str]()
    owner = owner_of(name, location)
    for key in dict.fromkeys(request.partition_keys):
        cursor.execute(_ADD_KEY if adds else _DELETE_KEY, (owner, name, key))
        (made if cursor.rowcount else skipped).append(key)
    return DynamicPartitionsRequestResult(
        partitions_def_name=name,
        added_partitions=made if adds else None,
        deleted_partitions=None if adds else made,
        skipped_partitions=skipped,
    )


def _submit(
    cursor: Cursor, submissions: Sequence[Submission], now: float
) -> tuple[list[str], list[str], list[EventLogEntry]]:
    """Store the runs that nobody has asked for yet: the ids of all, of the new ones, and the events of these."""
    keys = [one.submit_key for one in submissions]
    known: dict[str, str] = {}
    for piece in chunks(keys):
        cursor.execute(f"{_SUBMITTED} ({marks(len(piece))})", piece)
        known.update(cursor.fetchall())
    new = {one.submit_key: one for one in reversed(submissions) if one.submit_key not in known}
    fresh = [new[key] for key in dict.fromkeys(keys) if key in new]
    if fresh and insert_runs(cursor, [(one.run, one.submit_key) for one in fresh], now) != len(fresh):
        raise _taken(cursor, fresh)
    known.update((one.submit_key, one.run.run_id) for one in fresh)
    events = [event for one in fresh for event in one.events]
    return [known[key] for key in keys], [one.run.run_id for one in fresh], events


def _taken(cursor: Cursor, fresh: Sequence[Submission]) -> InvariantViolationError:
    """Which of these runs has an id that another run has."""
    stored: dict[str, str | None] = {}
    for piece in chunks([one.run.run_id for one in fresh]):
        cursor.execute(f"{_KEYS} ({marks(len(piece))})", piece)
        stored.update(cursor.fetchall())
    run_id, key = next(
        (one.run.run_id, one.submit_key) for one in fresh if stored.get(one.run.run_id) != one.submit_key
    )
    return InvariantViolationError(
        f"There is a run with the id {run_id} already, and it is not the one of {key!r}."
    )


def _record(cursor: Cursor, data: TickData, there: InstigatorTick | None) -> InstigatorTick:
    """Store the tick's record: over the open one, where there is one."""
    if there is None:
        tick_id = insert_tick(cursor, data)
        assert tick_id is not None  # nobody can have taken the key in this transaction
    else:
        tick_id = there.tick_id
        update_tick(cursor, tick_id, data)
    return InstigatorTick(tick_id=tick_id, tick_data=data)
