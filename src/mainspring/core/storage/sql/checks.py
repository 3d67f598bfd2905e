"""The executions of asset checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mainspring.core.records.asset_record import AssetCheckExecutionRecord, CheckStatus
from mainspring.core.records.event import EventLogRecord
from mainspring.core.storage.codec import read_row
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.engine import Database, chunks
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

_SELECT = (
    "SELECT c.asset_key, c.check_name, c.id, c.partition, c.run_id, c.status, c.timestamp,"
    " e.id, e.run_id, e.event_type, e.timestamp, e.body"
    " FROM check_executions c LEFT JOIN events e ON e.id = COALESCE(c.evaluation_id, c.planned_id)"
)
_LATEST = (
    f"{_SELECT} WHERE c.id IN (SELECT MAX(id) FROM check_executions"
    " WHERE (asset_key, check_name) IN (VALUES {pairs}) GROUP BY asset_key, check_name)"
)
_HISTORY = f"{_SELECT} WHERE c.asset_key = ? AND c.check_name = ?"


class SqlChecks:
    """The executions of checks in SQL; see ``CheckReader``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self, keys: Sequence[AssetCheckKey]) -> dict[AssetCheckKey, AssetCheckExecutionRecord]:
        """The latest execution of each check that has one."""
        found: list[AssetCheckExecutionRecord] = []
        with self._database.read() as cursor:
            for piece in chunks(keys):
                values = [value for key in piece for value in (stored_key(key.asset_key), key.name)]
                cursor.execute(_LATEST.format(pairs=", ".join(["(?, ?)"] * len(piece))), values)
                found.extend(_records(cursor.fetchall()))
        return {record.key: record for record in found}

    def history(
        self, key: AssetCheckKey, *, limit: int, before: int | None = None, partition: str | None = None
    ) -> list[AssetCheckExecutionRecord]:
        """The executions of a check, newest first."""
        text = _HISTORY
        values: list[object] = [stored_key(key.asset_key), key.name]
        for condition, value in ((" AND c.id < ?", before), (" AND c.partition = ?", partition)):
            if value is not None:
                text += condition
                values.append(value)
        with self._database.read() as cursor:
            cursor.execute(f"{text} ORDER BY c.id DESC LIMIT ?", (*values, limit))
            return _records(cursor.fetchall())


def _records(rows: Sequence[tuple[Any, ...]]) -> list[AssetCheckExecutionRecord]:
    """The records of rows; a status or an event that cannot be read does not hide the execution."""
    records: list[AssetCheckExecutionRecord] = []
    for stored, name, execution_id, partition, run_id, status, timestamp, *event in rows:
        asset_key = AssetKey.from_db_string(stored)
        if asset_key is None:
            continue
        cells = Cells()
        line = None if event[0] is None else read_row(tuple(event))
        records.append(
            AssetCheckExecutionRecord(
                key=AssetCheckKey(asset_key, cells.text(name, "check_name")),
                id=execution_id,
                run_id=cells.text(run_id, "run_id"),
                status=_STATUSES.get(status, CheckStatus.PLANNED),
                event=line.event_log_entry if isinstance(line, EventLogRecord) else None,
                create_timestamp=cells.number(timestamp, "timestamp"),
                partition=cells.optional_text(partition, "partition"),
            )
        )
    return records


_STATUSES = {status.value: status for status in CheckStatus}
