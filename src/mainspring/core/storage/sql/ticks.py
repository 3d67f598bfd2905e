"""The ticks: made once by their key, closed, found, purged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mainspring.core.records.instigator import InstigatorType
from mainspring.core.records.tick import InstigatorTick, InstigatorTickSummary, TickData, TickStatus
from mainspring.core.storage.sql.conditions import among
from mainspring.core.storage.sql.engine import Database, chunks
from mainspring.core.storage.sql.tick_commit import commit_tick
from mainspring.core.storage.sql.tick_rows import (
    COLUMNS,
    insert_tick,
    read_summary,
    read_tick,
    tick_of_key,
    update_tick,
)
from mainspring.core.storage.tick_store import CommittedTick, TickCommit, TickPage

_AT = f"SELECT {COLUMNS} FROM ticks WHERE instigator_id = ? AND timestamp = ? ORDER BY id DESC LIMIT 1"
_OPEN = f"SELECT {COLUMNS} FROM ticks WHERE kind = ? AND status = 'STARTED' ORDER BY timestamp, id"

# Steps from each tick to the one before it, along the index, and fetches each by its id: only what is asked for
# is read, however many ticks there are.
_TICK = "t.id, t.instigator_id, t.tick_key, t.kind, t.status, t.timestamp, t.end_time, t.body"
_FIRST = (
    "SELECT u.id FROM ticks u WHERE u.instigator_id = {of}{older}{wanted}"
    " ORDER BY u.timestamp DESC, u.id DESC LIMIT 1"
)
_NEWEST = (
    f"WITH RECURSIVE newest (place, {COLUMNS}) AS (SELECT 1, {_TICK}"
    " FROM (SELECT CAST(NULL AS TEXT) AS instigator_id WHERE 1 = 0 UNION ALL VALUES {listed}) w"
    " JOIN ticks t ON t.id = ({first})"
    f" UNION ALL SELECT n.place + 1, {_TICK} FROM newest n JOIN ticks t ON t.id = ({{next}}) WHERE n.place < ?)"
    f" SELECT {COLUMNS} FROM newest"
)


def newest_text(listed: int, wanted: str) -> str:
    """The statement for the newest ticks of so many instigators."""
    older = " AND (u.timestamp, u.id) < (n.timestamp, n.id)"
    return _NEWEST.format(
        listed=", ".join(["(?)"] * listed),
        first=_FIRST.format(of="w.instigator_id", older="", wanted=wanted),
        next=_FIRST.format(of="n.instigator_id", older=older, wanted=wanted),
    )


_OLD = "SELECT t.id FROM ticks t WHERE {those} AND t.timestamp < ? AND EXISTS ({newer}) ORDER BY t.timestamp LIMIT ?"
_NEWER = (
    "SELECT 1 FROM ticks u WHERE u.instigator_id = t.instigator_id"
    " AND (u.timestamp, u.id) > (t.timestamp, t.id)"
)
_ALL = 2**31 - 1


class SqlTicks:
    """The ticks in SQL; see ``TickStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, data: TickData) -> tuple[InstigatorTick, bool]:
        """Store a tick once."""
        with self._database.write() as cursor:
            new_id = insert_tick(cursor, data)
            if new_id is not None:
                return InstigatorTick(tick_id=new_id, tick_data=data), True
            there = tick_of_key(cursor, data.selector_id, data.key)
        assert there is not None  # its key was taken
        return there, False

    def update(self, tick: InstigatorTick, *, expected: Sequence[TickStatus] | None = None) -> bool:
        """Replace what is said of a tick."""
        condition, values = among("status", expected)
        with self._database.write() as cursor:
            return update_tick(cursor, tick.tick_id, tick.tick_data, condition=condition, values=values)

    def commit(self, commit: TickCommit) -> CommittedTick:
        """Store all that a tick comes to."""
        with self._database.write() as cursor:
            return commit_tick(self._database, cursor, commit)

    def get(self, selector_id: str, timestamp: float) -> InstigatorTick | None:
        """The tick for a time."""
        with self._database.read() as cursor:
            cursor.execute(_AT, (selector_id, timestamp))
            row = cursor.fetchone()
        return None if row is None else read_tick(row)

    def find(self, selector_id: str, page: TickPage) -> list[InstigatorTick]:
        """Ticks of an instigator."""
        text, values = _paged(COLUMNS, selector_id, page)
        with self._database.read() as cursor:
            cursor.execute(text, values)
            found = cursor.fetchall()
        return [read_tick(row) for row in found]

    def summaries(self, selector_id: str, page: TickPage) -> list[InstigatorTickSummary]:
        """Ticks by their columns."""
        text, values = _paged("id, instigator_id, status, timestamp, end_time", selector_id, page)
        with self._database.read() as cursor:
            cursor.execute(text, values)
            found = cursor.fetchall()
        return [read_summary(row) for row in found]

    def open(self, kinds: Sequence[InstigatorType]) -> list[InstigatorTick]:
        """Ticks that have not ended."""
        rows: list[tuple[Any, ...]] = []
        with self._database.read() as cursor:
            for kind in kinds:
                cursor.execute(_OPEN, (kind.value,))
                rows.extend(cursor.fetchall())
        return [read_tick(row) for row in rows]

    def newest(
        self,
        selector_ids: Sequence[str],
        *,
        limit: int | None = None,
        statuses: Sequence[TickStatus] | None = None,
    ) -> dict[str, list[InstigatorTick]]:
        """The newest ticks of many instigators."""
        found: dict[str, list[InstigatorTick]] = {one: [] for one in selector_ids}
        if limit == 0:
            return found
        wanted, words = among("u.status", statuses)
        with self._database.read() as cursor:
            for piece in chunks(list(found)):
                most = _ALL if limit is None else limit
                cursor.execute(newest_text(len(piece), wanted), [*piece, *words, *words, most])
                for row in cursor.fetchall():
                    tick = read_tick(row)
                    found[row[1]].append(tick)
        for ticks in found.values():
            ticks.sort(key=_by_time, reverse=True)
        return found

    def purge(self, kind: InstigatorType, status: TickStatus, *, before: float, limit: int) -> int:
        """Remove old ticks of a kind and status."""
        return self._purge("t.kind = ? AND t.status = ?", [kind.value, status.value], before, limit)

    def purge_of(
        self,
        selector_id: str,
        *,
        before: float,
        statuses: Sequence[TickStatus] | None = None,
        limit: int,
    ) -> int:
        """Remove old ticks of an instigator."""
        condition, words = among("t.status", statuses)
        return self._purge(f"t.instigator_id = ?{condition}", [selector_id, *words], before, limit)

    def _purge(self, those: str, values: Sequence[Any], before: float, limit: int) -> int:
        """Nobody can add or remove a tick in between, so the newest of each instigator stays."""
        text = f"DELETE FROM ticks WHERE id IN ({_OLD.format(those=those, newer=_NEWER)})"
        with self._database.write() as cursor:
            cursor.execute(text, (*values, before, limit))
            return cursor.rowcount


def _by_time(tick: InstigatorTick) -> tuple[float, int]:
    return tick.timestamp, tick.tick_id


def _paged(columns: str, selector_id: str, page: TickPage) -> tuple[str, list[Any]]:
    conditions, values = ["instigator_id = ?"], list[Any]([selector_id])
    for condition, value in (
        ("timestamp < ?", page.before),
        ("timestamp > ?", page.after),
        ("(timestamp, id) < (SELECT timestamp, id FROM ticks WHERE id = ?)", page.cursor),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    condition, words = among("status", page.statuses)
    values.extend(words)
    where = " AND ".join(conditions) + condition
    text = f"SELECT {columns} FROM ticks WHERE {where} ORDER BY timestamp DESC, id DESC"
    if page.limit is not None:
        text += " LIMIT ?"
        values.append(page.limit)
    return text, values
