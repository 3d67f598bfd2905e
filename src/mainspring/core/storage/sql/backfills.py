"""The backfills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from mainspring.core.base import serial
from mainspring.core.records.backfill import BulkActionsFilter, BulkActionStatus, PartitionBackfill
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.conditions import among, seconds
from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks

_COLUMNS = "backfill_id, status, job_name, create_time, end_time, tags, body"

_ADD = (
    "INSERT INTO backfills (backfill_id, status, job_name, create_time, update_time, end_time, tags, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (backfill_id) DO NOTHING"
)
_UPDATE = (
    "UPDATE backfills SET status = ?, job_name = ?, create_time = ?, update_time = ?, end_time = ?, tags = ?,"
    " body = ? WHERE backfill_id = ?"
)
_TAG = "INSERT INTO backfill_tags (backfill_id, key, value) VALUES (?, ?, ?)"
_UNTAG = "DELETE FROM backfill_tags WHERE backfill_id = ?"


class SqlBackfills:
    """The backfills in SQL; see ``BackfillStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, backfill: PartitionBackfill) -> bool:
        """Keep a new backfill."""
        with self._database.write() as cursor:
            row = _row(backfill, self._database.now(cursor))
            cursor.execute(_ADD, (backfill.backfill_id, *row))
            is_new = cursor.rowcount == 1
            if is_new:
                _write_tags(cursor, backfill)
        return is_new

    def update(
        self, backfill: PartitionBackfill, *, expected: Sequence[BulkActionStatus] | None = None
    ) -> bool:
        """Replace a backfill."""
        condition, values = among("status", expected)
        with self._database.write() as cursor:
            row = _row(backfill, self._database.now(cursor))
            cursor.execute(_UPDATE + condition, (*row, backfill.backfill_id, *values))
            if cursor.rowcount != 1:
                return False
            cursor.execute(_UNTAG, (backfill.backfill_id,))
            _write_tags(cursor, backfill)
        return True

    def get(self, backfill_id: str) -> PartitionBackfill | None:
        """One backfill."""
        found = self.find(BulkActionsFilter(backfill_ids=[backfill_id]), limit=1)
        return found[0] if found else None

    def find(
        self, wanted: BulkActionsFilter | None = None, *, limit: int | None = None, cursor: str | None = None
    ) -> list[PartitionBackfill]:
        """Backfills that fit."""
        where, values = _where(wanted)
        if cursor is not None:
            where += " AND id < (SELECT id FROM backfills WHERE backfill_id = ?)"
            values.append(cursor)
        text = f"SELECT {_COLUMNS} FROM backfills WHERE {where} ORDER BY id DESC"
        if limit is not None:
            text += " LIMIT ?"
            values.append(limit)
        with self._database.read() as rows:
            rows.execute(text, values)
            found = rows.fetchall()
        return [_read(row) for row in found]

    def count(self, wanted: BulkActionsFilter | None = None) -> int:
        """How many fit."""
        where, values = _where(wanted)
        with self._database.read() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM backfills WHERE {where}", values)
            return cursor.fetchone()[0]


def _row(backfill: PartitionBackfill, now: float) -> tuple[Any, ...]:
    """The columns after the id; tags are stored beside the body and in a table of their own, to be found by."""
    tags = serial.encode(backfill.tags).decode()
    body = serial.encode(msgspec.structs.replace(backfill, tags={}, damage=None))
    times = (backfill.backfill_timestamp, now, backfill.backfill_end_timestamp)
    return (backfill.status.value, backfill.job_name, *times, tags, body)


def _write_tags(cursor: Cursor, backfill: PartitionBackfill) -> None:
    if backfill.tags:
        cursor.executemany(_TAG, [(backfill.backfill_id, key, value) for key, value in backfill.tags.items()])


def _where(wanted: BulkActionsFilter | None) -> tuple[str, list[Any]]:
    if wanted is None:
        return "1 = 1", []
    condition, words = among("status", wanted.statuses)
    conditions, values = [f"1 = 1{condition}"], list[Any](words)
    for text, value in (
        ("create_time < ?", seconds(wanted.created_before)),
        ("create_time > ?", seconds(wanted.created_after)),
        ("job_name = ?", wanted.job_name),
    ):
        if value is not None:
            conditions.append(text)
            values.append(value)
    for key, value in (wanted.tags or {}).items():
        options = [value] if isinstance(value, str) else list(value)
        listed = f"value IN ({marks(len(options))})" if options else "1 = 0"
        conditions.append(
            f"backfill_id IN (SELECT backfill_id FROM backfill_tags WHERE key = ? AND {listed})"
        )
        values.extend([key, *options])
    if wanted.backfill_ids is not None:
        pieces = [f"backfill_id IN ({marks(len(one))})" for one in chunks(wanted.backfill_ids)]
        conditions.append(f"({' OR '.join(pieces)})" if pieces else "1 = 0")
        values.extend(wanted.backfill_ids)
    return " AND ".join(conditions), values


def _read(row: tuple[Any, ...]) -> PartitionBackfill:
    """The backfill of a row: its status, times and tags by its columns, the rest by its body."""
    backfill_id, status, job_name, created, ended, tags, body = row
    cells = Cells()
    columns: dict[str, Any] = {
        "backfill_id": cells.text(backfill_id, "backfill_id"),
        "status": cells.member(status, BulkActionStatus, BulkActionStatus.FAILED),
        "job_name": cells.optional_text(job_name, "job_name"),
        "backfill_timestamp": cells.number(created, "create_time"),
        "backfill_end_timestamp": cells.optional_number(ended, "end_time"),
        "tags": cells.record(tags, dict[str, str]) or {},
    }
    known: PartitionBackfill | None = cells.record(body, PartitionBackfill)
    columns["damage"] = cells.damage(body)
    if known is None:
        return PartitionBackfill(**columns)
    return msgspec.structs.replace(known, **columns)
