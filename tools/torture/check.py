"""What must be true of a store whatever was done to it: nothing lost, nothing twice, in order, derived as replayed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

from mainspring.core.storage.derive import (
    ASSET_KINDS,
    FINAL,
    RUN_KINDS,
    STEP_KINDS,
    Changes,
    RunState,
    derive,
)
from mainspring.core.storage.fact import Fact, step_fact
from mainspring.core.storage.sql import replay
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.sqlite import SqliteDatabase
from mainspring.core.storage.sql.store import SqlStore
from tools.torture import diary as told

_ORDER = "SELECT id, epoch, seq FROM events WHERE run_id = ? AND seq IS NOT NULL ORDER BY id"
_LOG = "SELECT id, event_type, step_key, asset_key, timestamp, scope FROM events WHERE run_id = ? ORDER BY id"
_STEPS = "SELECT step_key, status, attempts, start_time, end_time FROM run_steps WHERE run_id = ?"


def faults(store: SqlStore, folder: Path) -> Iterator[str]:
    """Everything that is wrong with a store, given the diaries of those who wrote to it."""
    lines = list(told.all_lines(folder))
    yield from (f"a process failed: {line[1]}" for line in lines if line[0] == told.FAULT)
    gone = {line[1] for line in lines if line[0] == told.RUN_GONE}
    yield from _lost_events(store, lines, gone)
    yield from _lost_values(store, lines, gone)
    with store.database.read() as cursor:
        yield from _stored_twice(cursor, "run_id, timestamp", "timestamp > 0")
        yield from wrong(cursor)
        if isinstance(store.database, SqliteDatabase):
            for (said,) in _all(cursor, "PRAGMA integrity_check"):
                if said != "ok":
                    yield f"SQLite finds the file damaged: {said}"


def wrong(cursor: Cursor) -> Iterator[str]:
    """What is wrong in itself with all that is stored."""
    yield from _stored_twice(cursor, "run_id, epoch, seq", "seq IS NOT NULL")
    for (asset,) in _all(
        cursor, "SELECT asset_key FROM assets UNION SELECT asset_key FROM events WHERE asset_key IS NOT NULL"
    ):
        yield from wrong_asset(cursor, asset)
    for (run_id,) in _all(cursor, "SELECT run_id FROM runs ORDER BY id"):
        yield from _wrong_run(cursor, run_id)
        yield from disorder(cursor, run_id)
    yield from _wrong_tags(cursor)
    yield from _left_behind(cursor)


def _all(cursor: Cursor, statement: str, *values: object) -> list[Any]:
    cursor.execute(statement, values)
    return cursor.fetchall()


def _lost_events(store: SqlStore, lines: list[list[Any]], gone: set[str]) -> Iterator[str]:
    with store.database.read() as cursor:
        kept = {row[0]: (row[1], row[2]) for row in _all(cursor, "SELECT id, run_id, timestamp FROM events")}
    for kind, *rest in lines:
        if kind != told.EVENTS or rest[0] in gone:
            continue
        run_id, stored = rest
        for token, storage_id in stored:
            if kept.get(storage_id) != (run_id, token):
                yield f"event {token} of {run_id}, acknowledged as {storage_id}, is {kept.get(storage_id)}"


def _lost_values(store: SqlStore, lines: list[list[Any]], gone: set[str]) -> Iterator[str]:
    """Texts, tags and partitions: each is written by one process, so that what it heard of last is a lower bound."""
    keys: dict[str, int] = {}
    for kind, *rest in lines:
        if kind == told.KEY:
            keys[rest[0]] = max(int(rest[1]), keys.get(rest[0], 0))
    kept = store.kv.get(keys)
    yield from (
        f"the text of {key} is {kept.get(key)}, {value} was acknowledged"
        for key, value in keys.items()
        if int(kept.get(key, 0)) < value
    )
    with store.database.read() as cursor:
        tags = {
            (row[0], row[1]): int(row[2]) for row in _all(cursor, "SELECT run_id, key, value FROM run_tags")
        }
        named = {tuple(row) for row in _all(cursor, "SELECT name, partition FROM partition_keys")}
    for kind, *rest in lines:
        if kind == told.TAG and rest[0] not in gone and tags.get((rest[0], rest[1]), 0) < int(rest[2]):
            yield f"the tag {rest[1]} of {rest[0]} is not {rest[2]}"
        if kind == told.PARTITION and tuple(rest) not in named:
            yield f"the partition {rest[1]} of {rest[0]} is lost"


def wrong_asset(cursor: Cursor, asset: str) -> Iterator[str]:
    """An asset, its partitions and its checks as the log has them."""
    kept, said = replay.stored(cursor, asset), replay.replayed(cursor, asset)
    if kept.asset != said.asset:
        yield f"{asset} is {kept.asset}, the log says {said.asset}"
    for name in sorted(kept.partitions.keys() | said.partitions.keys()):
        one, other = kept.partitions.get(name), said.partitions.get(name)
        if one != other:
            yield f"{asset}, {name} is {one}, the log says {other}"
    for one, other in zip_longest(kept.checks, said.checks):
        if one != other:
            yield f"a check of {asset} is {one}, the log says {other}"


def _stored_twice(cursor: Cursor, columns: str, where: str) -> Iterator[str]:
    for row in _all(
        cursor,
        f"SELECT {columns}, COUNT(*) FROM events WHERE {where} GROUP BY {columns} HAVING COUNT(*) > 1",
    ):
        yield f"the event with {columns} {row[:-1]} is there {row[-1]} times"


def disorder(cursor: Cursor, run_id: str) -> Iterator[str]:
    """Events of a run that are not where their numbers say."""
    for (_, epoch, seq), (storage_id, next_epoch, next_seq) in pairwise(
        [(0, 0, 0), *_all(cursor, _ORDER, run_id)]
    ):
        if (next_epoch, next_seq) != (epoch, seq + 1) and not (next_epoch > epoch and next_seq == 1):
            yield f"{run_id}: event {storage_id} is ({next_epoch}, {next_seq}) after ({epoch}, {seq})"


def _wrong_run(cursor: Cursor, run_id: str) -> Iterator[str]:
    """A run and its steps as its log has them."""
    ((status, started, ended),) = _all(
        cursor, "SELECT status, start_time, end_time FROM runs WHERE run_id = ?", run_id
    )
    log = _all(cursor, _LOG, run_id)
    changes = derive(
        [_fact(run_id, row) for row in log if row[1] is not None], {run_id: RunState("NOT_STARTED", 0)}
    )
    change = changes.runs.get(run_id)
    said = (
        ("NOT_STARTED", None, None) if change is None else (change.status, change.start_time, change.end_time)
    )
    if (status, started, ended) != said:
        yield f"{run_id} is {(status, started, ended)}, its log says {said}"
    late = {row[0] for row in log if row[1] in RUN_KINDS | ASSET_KINDS and row[5] == 0}
    if late != {
        one for one in changes.late if any(row[0] == one and row[1] not in STEP_KINDS for row in log)
    }:
        yield f"{run_id}: other events came too late than those that are marked so"
    yield from _wrong_steps(cursor, run_id, changes)


def _wrong_tags(cursor: Cursor) -> Iterator[str]:
    """Tags stand beside the run and in a table of their own."""
    apart: dict[str, dict[str, str]] = {}
    for run_id, key, value in _all(cursor, "SELECT run_id, key, value FROM run_tags"):
        apart.setdefault(run_id, {})[key] = value
    for run_id, tags in _all(cursor, "SELECT run_id, tags FROM runs"):
        if json.loads(tags) != apart.get(run_id, {}):
            yield f"the tags of {run_id} are {tags} in its row and {apart.get(run_id, {})} in their table"


def _wrong_steps(cursor: Cursor, run_id: str, changes: Changes) -> Iterator[str]:
    kept = {row[0]: tuple(row[1:]) for row in _all(cursor, _STEPS, run_id)}
    said = {
        step: (one.status, one.attempts, one.start_time, one.end_time)
        for (_, step), one in changes.steps.items()
    }
    if kept != said:
        yield f"the steps of {run_id} are {kept}, its log says {said}"


def _fact(run_id: str, row: tuple[Any, ...]) -> Fact:
    storage_id, kind, step, asset, timestamp, _ = row
    if kind in STEP_KINDS:
        return step_fact(storage_id, run_id, kind, timestamp, step)
    return Fact(storage_id, run_id, kind, asset if kind in ASSET_KINDS else None, None, "c", timestamp, ())


def _left_behind(cursor: Cursor) -> Iterator[str]:
    """Rows of runs that are not there, and slots of runs that have ended."""
    for table in ("run_tags", "run_steps", "pool_claims"):
        orphans = Counter(
            row[0]
            for row in _all(
                cursor,
                f"SELECT t.run_id FROM {table} t LEFT JOIN runs r ON r.run_id = t.run_id WHERE r.run_id IS NULL",
            )
        )
        yield from (
            f"{table} holds {count} rows of {run_id}, which is not there" for run_id, count in orphans.items()
        )
    for run_id, status in _all(
        cursor, "SELECT c.run_id, r.status FROM pool_claims c JOIN runs r ON r.run_id = c.run_id"
    ):
        if status in FINAL:
            yield f"{run_id} has ended ({status}) and holds a slot"
