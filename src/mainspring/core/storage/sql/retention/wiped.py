"""Removes what wipes have put out of sight, once they cannot be taken back any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mainspring.core.records.event_type import EventType
from mainspring.core.storage.derive import ASSET_KINDS
from mainspring.core.storage.sql.engine import Cursor, Database
from mainspring.core.storage.sql.facts import HISTORY
from mainspring.core.storage.sql.removed import mark_history_removed
from mainspring.core.storage.sql.retention.pace import Pace
from mainspring.core.storage.sql.retention.stage import NOT_OF_A_RUN_IN_PROGRESS, Advance, Old, remove_events
from mainspring.core.storage.sql.wipes import Hidden, hidden_by, stored_wipes

_UNDONE = EventType.ASSET_WIPE_UNDONE.value
_KINDS = sorted(ASSET_KINDS | {EventType.ASSET_WIPED.value, _UNDONE})

_NEXT_ASSET = (
    "SELECT a.asset_key FROM assets a WHERE a.asset_key > ? AND EXISTS (SELECT 1 FROM events e"
    f" WHERE e.asset_key = a.asset_key AND e.event_type = '{EventType.ASSET_WIPED.value}' AND e.scope = 1"
    " AND e.timestamp < ?) ORDER BY a.asset_key LIMIT 1"
)
_LAST = "SELECT MAX(id) FROM events"
_UNDONE_SINCE = (
    f"SELECT 1 FROM events WHERE asset_key = ? AND event_type = '{_UNDONE}' AND scope = 1 AND id > ?"
)
_OF_ASSET = (
    "SELECT e.id FROM events e WHERE e.asset_key = ? AND e.event_type = ? AND e.scope = 1 AND e.id < ?"
    f"{NOT_OF_A_RUN_IN_PROGRESS.format(row='e')} ORDER BY e.id LIMIT ?"
)
_OF_PARTITION = (
    "SELECT e.id FROM events e WHERE e.asset_key = ? AND e.partition = ? AND e.event_type = ? AND e.scope = 1"
    f" AND e.id > ? AND e.id < ?{NOT_OF_A_RUN_IN_PROGRESS.format(row='e')} ORDER BY e.id LIMIT ?"
)


class _Bounds(NamedTuple):
    """What old wipes hide, which of the wipes later ones have made needless, and the newest event then."""

    hidden: Hidden
    needless: Sequence[int]
    seen: int

    @property
    def newest(self) -> int:
        """The id of the newest of those wipes."""
        return max(self.hidden.whole, *self.hidden.partitions.values(), 0)


class WipedStage:
    """Goes through the assets that have been wiped. ``before``: wipes of that time and later may be taken back."""

    name: str = "wiped"

    def __init__(self, database: Database, *, before: float) -> None:
        self._database = database
        self._before = before

    def piece(self, after: str, pace: Pace) -> Advance:
        """Remove some of what is hidden of the next asset."""
        with self._database.read() as cursor:
            asset = self._asset_after(cursor, after)
            if asset is None:
                return Advance(Counter(), None)
            bounds = self._bounds(cursor, asset)
            rows = list(_hidden(cursor, asset, bounds, pace.size))
        if not rows:
            return Advance(Counter(), asset)
        with pace.writing(self._database) as cursor:
            cursor.execute(_UNDONE_SINCE, (asset, bounds.seen))
            if cursor.fetchone() is not None:  # looked at again
                return Advance(Counter(), after)
            mark_history_removed(cursor, asset, bounds.newest)
            gone = remove_events(cursor, rows)
        return Advance(Counter(wiped=gone), after if gone else asset)

    def counted(self) -> Counter[str]:
        """How many would go."""
        counts: Counter[str] = Counter()
        after: str | None = ""
        while after is not None:
            with self._database.read() as cursor:
                after = self._asset_after(cursor, after)
                if after is not None:
                    bounds = self._bounds(cursor, after)
                    counts["wiped"] += sum(1 for _ in _hidden(cursor, after, bounds, 2**62))
        return +counts

    def _asset_after(self, cursor: Cursor, after: str) -> str | None:
        cursor.execute(_NEXT_ASSET, (after, self._before))
        row = cursor.fetchone()
        return None if row is None else row[0]

    def _bounds(self, cursor: Cursor, asset: str) -> _Bounds:
        old = [
            wipe
            for wipe in stored_wipes(cursor, asset)
            if wipe.undone_by is None and wipe.timestamp < self._before
        ]
        hidden = hidden_by(old)
        needless = [
            wipe.id
            for wipe in old
            if wipe.id > hidden.whole
            and all(hidden.partitions.get(name, 0) > wipe.id for name in wipe.partitions or ())
        ]
        cursor.execute(_LAST)
        return _Bounds(hidden, needless, cursor.fetchone()[0] or 0)


def _hidden(cursor: Cursor, asset: str, bounds: _Bounds, limit: int) -> Iterator[Old]:
    """Events that old wipes hide, so many at the most of each type and partition until there are enough."""
    found = 0
    for kind in _KINDS if bounds.hidden.whole else ():
        cursor.execute(_OF_ASSET, (asset, kind, bounds.hidden.whole, limit - found))
        rows = cursor.fetchall()
        yield from (Old(*row) for row in rows)
        found += len(rows)
        if found >= limit:
            return
    for partition, bound in bounds.hidden.partitions.items():
        for kind in HISTORY:
            cursor.execute(_OF_PARTITION, (asset, partition, kind, bounds.hidden.whole, bound, limit - found))
            rows = cursor.fetchall()
            yield from (Old(*row) for row in rows)
            found += len(rows)
            if found >= limit:
                return
    yield from (Old(one) for one in bounds.needless[: limit - found])
