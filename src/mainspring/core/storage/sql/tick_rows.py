"""The row of a tick: written once, changed, read."""

from __future__ import annotations

from typing import Any

import msgspec

from mainspring.core.base import serial
from mainspring.core.records.instigator import InstigatorType
from mainspring.core.records.tick import InstigatorTick, InstigatorTickSummary, TickData, TickStatus
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.engine import Cursor

COLUMNS = "id, instigator_id, tick_key, kind, status, timestamp, end_time, body"

_INSERT = (
    "INSERT INTO ticks (instigator_id, tick_key, kind, status, timestamp, end_time, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instigator_id, tick_key) DO NOTHING RETURNING id"
)
_UPDATE = "UPDATE ticks SET status = ?, end_time = ?, body = ? WHERE id = ?"
_OF_KEY = f"SELECT {COLUMNS} FROM ticks WHERE instigator_id = ? AND tick_key = ?"


def insert_tick(cursor: Cursor, data: TickData) -> int | None:
    """The id of the tick if it was new, else ``None``."""
    end, body = data.end_timestamp, serial.encode(data)
    place = (data.selector_id, data.key, data.instigator_type.value, data.status.value, data.timestamp)
    cursor.execute(_INSERT, (*place, end, body))
    row = cursor.fetchone()
    return None if row is None else row[0]


def update_tick(
    cursor: Cursor, tick_id: int, data: TickData, *, condition: str = "", values: tuple[str, ...] = ()
) -> bool:
    """Replace what is said of a tick, where a further condition holds. Whether it did."""
    row = (data.status.value, data.end_timestamp, serial.encode(data), tick_id)
    cursor.execute(_UPDATE + condition, (*row, *values))
    return cursor.rowcount == 1


def tick_of_key(cursor: Cursor, selector_id: str, key: str) -> InstigatorTick | None:
    """The tick of a key."""
    cursor.execute(_OF_KEY, (selector_id, key))
    row = cursor.fetchone()
    return None if row is None else read_tick(row)


def read_tick(row: tuple[Any, ...]) -> InstigatorTick:
    """The tick of a row: status, times and keys by its columns, the rest by its body."""
    tick_id, selector_id, key, kind, status, timestamp, ended, body = row
    cells = Cells()
    columns: dict[str, Any] = {
        "selector_id": cells.text(selector_id, "instigator_id"),
        "tick_key": cells.text(key, "tick_key"),
        "instigator_type": cells.member(kind, InstigatorType, InstigatorType.SENSOR),
        "status": cells.member(status, TickStatus, TickStatus.FAILURE),
        "timestamp": cells.number(timestamp, "timestamp"),
        "end_timestamp": cells.optional_number(ended, "end_time"),
    }
    data: TickData | None = cells.record(body, TickData)
    if data is None:
        data = TickData(instigator_name="", **columns)
    else:
        if not data.tick_key and data.key == columns["tick_key"]:
            columns["tick_key"] = ""
        data = msgspec.structs.replace(data, **columns)
    return InstigatorTick(tick_id=tick_id, tick_data=data, damage=cells.damage(body))


def read_summary(row: tuple[Any, ...]) -> InstigatorTickSummary:
    """The summary of a row ``(id, instigator_id, status, timestamp, end_time)``."""
    tick_id, selector_id, status, timestamp, ended = row
    cells = Cells()
    return InstigatorTickSummary(
        tick_id=tick_id,
        selector_id=cells.text(selector_id, "instigator_id"),
        status=cells.member(status, TickStatus, TickStatus.FAILURE),
        timestamp=cells.number(timestamp, "timestamp"),
        end_timestamp=cells.optional_number(ended, "end_time"),
    )
