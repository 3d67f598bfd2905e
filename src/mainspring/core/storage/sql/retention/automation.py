"""Removes old ticks and backfills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mainspring.core.records.backfill import BULK_ACTION_OPEN, BulkActionStatus
from mainspring.core.records.instigator import InstigatorType
from mainspring.core.records.tick import TickStatus
from mainspring.core.storage.retention import TickAge
from mainspring.core.storage.sql.engine import Database
from mainspring.core.storage.sql.retention.pace import Pace
from mainspring.core.storage.sql.retention.stage import Advance, listed
from mainspring.core.storage.sql.ticks import SqlTicks

_TICKS = (
    "SELECT COUNT(*) FROM ticks t WHERE t.kind = ? AND t.status = ? AND t.timestamp < ? AND EXISTS (SELECT 1"
    " FROM ticks n WHERE n.instigator_id = t.instigator_id AND (n.timestamp, n.id) > (t.timestamp, t.id))"
)
_ENDED = listed(one.value for one in BulkActionStatus if one not in BULK_ACTION_OPEN)
_BACKFILLS = f"FROM backfills WHERE status IN ({_ENDED}) AND COALESCE(end_time, update_time) < ?"
_SOME = f"SELECT backfill_id {_BACKFILLS} ORDER BY id LIMIT ?"
_COUNT = f"SELECT COUNT(*) {_BACKFILLS}"
_REMOVE = "DELETE FROM {table} WHERE backfill_id = ?"


class TickStage:
    """Old ticks by kind and status; the newest of each instigator stays."""

    name: str = "ticks"

    def __init__(self, database: Database, ages: Sequence[TickAge], *, now: float) -> None:
        self._database = database
        self._ticks = SqlTicks(database)
        self._before = [(InstigatorType(one.kind), TickStatus(one.status), now - one.seconds) for one in ages]

    def piece(self, after: str, pace: Pace) -> Advance:
        """Remove some ticks of one kind and status."""
        place = int(after or 0)
        if place >= len(self._before):
            return Advance(Counter(), None, place, place)
        kind, status, before = self._before[place]
        with pace.measured():
            gone = self._ticks.purge(kind, status, before=before, limit=pace.size)
        return Advance(+Counter(ticks=gone), str(place if gone else place + 1), place, len(self._before))

    def counted(self) -> Counter[str]:
        """How many would go."""
        counts: Counter[str] = Counter()
        with self._database.read() as cursor:
            for kind, status, before in self._before:
                cursor.execute(_TICKS, (kind.value, status.value, before))
                counts["ticks"] += cursor.fetchone()[0]
        return +counts


class BackfillStage:
    """Backfills that ended before a time."""

    name: str = "backfills"

    def __init__(self, database: Database, *, before: float) -> None:
        self._database = database
        self._before = before

    def piece(self, after: str, pace: Pace) -> Advance:
        """Remove some."""
        with pace.writing(self._database) as cursor:
            cursor.execute(_SOME, (self._before, pace.size))
            gone = cursor.fetchall()
            for table in ("backfill_tags", "backfills") if gone else ():
                cursor.executemany(_REMOVE.format(table=table), gone)
        return Advance(+Counter(backfills=len(gone)), after if gone else None)

    def counted(self) -> Counter[str]:
        """How many would go."""
        with self._database.read() as cursor:
            cursor.execute(_COUNT, (self._before,))
            return +Counter(backfills=cursor.fetchone()[0])
