"""Schedules and sensors: whether they are on, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from mainspring.core.base import serial
from mainspring.core.records.instigator import (
    InstigatorData,
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
)
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.conditions import among
from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks
from mainspring.core.storage.tick_store import CursorMove

_COLUMNS = "instigator_id, kind, location, name, status, cursor, create_time, update_time, body"

_ADD = (
    "INSERT INTO instigators (instigator_id, kind, location, name, status, cursor, create_time, update_time, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (instigator_id) DO NOTHING"
)
_UPDATE = (
    "UPDATE instigators SET kind = ?, location = ?, name = ?, status = ?, cursor = ?, update_time = ?, body = ?"
    " WHERE instigator_id = ?"
)
_SET_STATUS = "UPDATE instigators SET status = ?, update_time = ? WHERE instigator_id = ?"
_CURSOR = "SELECT cursor FROM instigators WHERE instigator_id = ?"
_SET_CURSOR = "UPDATE instigators SET cursor = ?, update_time = ? WHERE instigator_id = ?"
_SET_BODY = "UPDATE instigators SET body = ?, update_time = ? WHERE instigator_id = ?"
_GET = f"SELECT {_COLUMNS} FROM instigators WHERE instigator_id = ?"


class SqlInstigators:
    """Schedules and sensors in SQL; see ``InstigatorStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, state: InstigatorState) -> bool:
        """Keep a new state."""
        with self._database.write() as cursor:
            now = self._database.now(cursor)
            place = (state.instigator_type.value, state.location, state.name, state.status.value)
            row = (state.selector_id, *place, state.cursor, now, now, _body(state.instigator_data))
            cursor.execute(_ADD, row)
            return cursor.rowcount == 1

    def update(self, state: InstigatorState, *, expected: InstigatorStatus | None = None) -> bool:
        """Replace a state."""
        place = (state.instigator_type.value, state.location, state.name, state.status.value)
        with self._database.write() as cursor:
            now = self._database.now(cursor)
            row = [*place, state.cursor, now, _body(state.instigator_data), state.selector_id]
            if expected is None:
                cursor.execute(_UPDATE, row)
            else:
                cursor.execute(f"{_UPDATE} AND status = ?", [*row, expected.value])
            return cursor.rowcount == 1

    def set_status(
        self,
        selector_id: str,
        status: InstigatorStatus,
        *,
        expected: Sequence[InstigatorStatus] | None = None,
    ) -> bool:
        """Change the status alone."""
        condition, values = among("status", expected)
        with self._database.write() as cursor:
            row = (status.value, self._database.now(cursor), selector_id)
            cursor.execute(_SET_STATUS + condition, (*row, *values))
            return cursor.rowcount == 1

    def set_cursor(self, selector_id: str, move: CursorMove) -> bool:
        """Change the cursor alone."""
        with self._database.write() as cursor:
            found = cursor_of(cursor, selector_id)
            if found is None or found[0] != move.was:
                return False
            move_cursor(cursor, selector_id, move.to, now=self._database.now(cursor))
            return True

    def get(self, selector_id: str) -> InstigatorState | None:
        """One state."""
        with self._database.read() as cursor:
            cursor.execute(_GET, (selector_id,))
            row = cursor.fetchone()
        return None if row is None else read_instigator(row)

    def find(
        self,
        *,
        kind: InstigatorType | None = None,
        statuses: Sequence[InstigatorStatus] | None = None,
        location: str | None = None,
        selector_ids: Sequence[str] | None = None,
    ) -> list[InstigatorState]:
        """States that fit."""
        condition, words = among("status", statuses)
        conditions, values = [f"1 = 1{condition}"], list[Any](words)
        if kind is not None:
            conditions.append("kind = ?")
            values.append(kind.value)
        if location is not None:
            conditions.append("location = ?")
            values.append(location)
        pieces: list[Sequence[str]] = (
            [()] if selector_ids is None else list(chunks(list(dict.fromkeys(selector_ids))))
        )
        rows: list[tuple[Any, ...]] = []
        with self._database.read() as cursor:
            for piece in pieces:
                listed = [f"instigator_id IN ({marks(len(piece))})"] if piece else []
                where = " AND ".join([*conditions, *listed])
                cursor.execute(f"SELECT id, {_COLUMNS} FROM instigators WHERE {where}", [*values, *piece])
                rows.extend(cursor.fetchall())
        rows.sort(key=_by_id)
        return [read_instigator(row[1:]) for row in rows]

    def delete(self, selector_id: str) -> None:
        """Forget one."""
        with self._database.write() as cursor:
            cursor.execute("DELETE FROM instigators WHERE instigator_id = ?", (selector_id,))

    def wipe(self) -> None:
        """Forget all, ticks included."""
        with self._database.write() as cursor:
            cursor.execute("DELETE FROM ticks")
            cursor.execute("DELETE FROM instigators")


def _by_id(row: tuple[Any, ...]) -> int:
    return row[0]


def cursor_of(cursor: Cursor, selector_id: str) -> tuple[str | None] | None:
    """The cursor of an instigator, alone in a tuple; ``None`` where there is no such instigator."""
    cursor.execute(_CURSOR, (selector_id,))
    return cursor.fetchone()


def move_cursor(cursor: Cursor, selector_id: str, to: str | None, *, now: float) -> None:
    """Set the cursor, inside a transaction that has looked at the one before."""
    cursor.execute(_SET_CURSOR, (to, now, selector_id))


def keep_data(cursor: Cursor, selector_id: str, data: InstigatorData, *, now: float) -> None:
    """Replace what is kept of an instigator, its cursor apart."""
    cursor.execute(_SET_BODY, (_body(data), now, selector_id))


def _body(data: InstigatorData | None) -> bytes:
    """The cursor stands in its column alone."""
    if isinstance(data, SensorInstigatorData) and data.cursor is not None:
        data = msgspec.structs.replace(data, cursor=None)
    return serial.encode(data)


def read_instigator(row: tuple[Any, ...]) -> InstigatorState:
    """The state of a row. One whose status cannot be read is stopped."""
    selector_id, kind, location, name, status, cursor, created, updated, body = row
    cells = Cells()
    known = InstigatorState(
        id=cells.text(selector_id, "id"),
        name=cells.text(name, "name"),
        instigator_type=cells.member(kind, InstigatorType, InstigatorType.SENSOR),
        status=cells.member(status, InstigatorStatus, InstigatorStatus.STOPPED),
        location=cells.text(location, "location"),
        cursor=cells.optional_text(cursor, "cursor"),
        instigator_data=cells.record(body, InstigatorData | None),
        create_timestamp=cells.number(created, "create_time"),
        update_timestamp=cells.number(updated, "update_time"),
    )
    damage = cells.damage(body)
    return known if damage is None else msgspec.structs.replace(known, damage=damage)
