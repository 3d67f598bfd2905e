"""The log: written by ``append``, read by run, by type and by asset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mainspring.core.records.event import EventLogRecord, Unreadable
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.storage.codec import read_row
from mainspring.core.storage.derive import ASSET_KINDS, RUN_KINDS
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql.append import append
from mainspring.core.storage.sql.engine import Database, chunks, marks
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey

_LOG = "SELECT id, run_id, event_type, timestamp, body FROM events WHERE run_id = ?"
_TYPED = "SELECT e.id, e.run_id, e.event_type, e.timestamp, e.body FROM events e"
_LAST = "SELECT MAX(id) FROM events"

_WIPES = (
    " LEFT JOIN assets a ON a.asset_key = e.asset_key"
    " LEFT JOIN asset_partitions p ON p.asset_key = e.asset_key AND p.partition = e.partition"
)
_LIVE = " AND e.id > COALESCE(a.wiped_id, 0) AND e.id > COALESCE(p.wiped_id, 0)"

# The record of a wipe is itself never out of sight.
_WIPEABLE = ASSET_KINDS - {EventType.ASSET_WIPED.value}


class SqlEvents:
    """The log in SQL; see ``EventStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        """Store events with all that follows from them, in one transaction."""
        with self._database.write() as cursor:
            return append(self._database, cursor, batch)

    def of_run(
        self,
        run_id: str,
        *,
        after: int | None = None,
        limit: int | None = None,
        types: frozenset[str] | None = None,
        ascending: bool = True,
    ) -> list[EventLogRecord | Unreadable]:
        """The log of a run."""
        where = _Where(_LOG, [run_id])
        where.add(f" AND id {'>' if ascending else '<'} ?", after)
        if types is not None:
            where.among("event_type", sorted(types))
        return self._records(where, "id", limit=limit, ascending=ascending)

    def of_type(
        self,
        wanted: EventRecordsFilter,
        *,
        limit: int | None = None,
        ascending: bool = False,
        job_names: Sequence[str] | None = None,
    ) -> list[EventLogRecord | Unreadable]:
        """Events of one type."""
        where = _typed(wanted.event_type.value, job_names)
        where.add(" AND e.asset_key = ?", None if wanted.asset_key is None else stored_key(wanted.asset_key))
        where.add(" AND e.id > ?", wanted.after_cursor)
        where.add(" AND e.id < ?", wanted.before_cursor)
        where.add(" AND e.timestamp > ?", wanted.after_timestamp)
        where.add(" AND e.timestamp < ?", wanted.before_timestamp)
        if wanted.storage_ids is not None:
            where.among("e.id", list(wanted.storage_ids))
        if wanted.asset_partitions is not None:
            where.among("e.partition", list(wanted.asset_partitions))
        return self._records(where, "e.id", limit=limit, ascending=ascending)

    def _records(
        self, where: _Where, order: str, *, limit: int | None, ascending: bool
    ) -> list[EventLogRecord | Unreadable]:
        where.text += f" ORDER BY {order} {'ASC' if ascending else 'DESC'}"
        where.add(" LIMIT ?", limit)
        with self._database.read() as cursor:
            cursor.execute(where.text, where.values)
            rows = cursor.fetchall()
        return [read_row(row) for row in rows]

    def assets_of_run(
        self, run_id: str, *, types: frozenset[str] | None = None
    ) -> list[tuple[AssetKey, str | None]]:
        """The assets and partitions a run's events speak of."""
        where = _Where(
            "SELECT DISTINCT asset_key, partition FROM events WHERE run_id = ? AND asset_key IS NOT NULL",
            [run_id],
        )
        if types is not None:
            where.among("event_type", sorted(types))
        with self._database.read() as cursor:
            cursor.execute(where.text, where.values)
            rows = cursor.fetchall()
        found = [(AssetKey.from_db_string(key), partition) for key, partition in rows]
        return [(key, partition) for key, partition in found if key is not None]

    def last_id(self) -> int:
        """The storage id of the newest event."""
        with self._database.read() as cursor:
            cursor.execute(_LAST)
            return cursor.fetchone()[0] or 0


class _Where:
    """A statement that grows by conditions."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, values: list[Any]) -> None:
        self.text = text
        self.values = values

    def add(self, condition: str, value: object) -> None:
        """Ask for something, unless the value is ``None``."""
        if value is not None:
            self.text += condition
            self.values.append(value)

    def among(self, column: str, values: Sequence[object]) -> None:
        """Ask for one of some values; none of them leaves nothing."""
        if not values:
            self.text += " AND 1 = 0"
            return
        lists = [f"{column} IN ({marks(len(piece))})" for piece in chunks(values)]
        self.text += f" AND ({' OR '.join(lists)})"
        self.values.extend(values)


def _typed(kind: str, job_names: Sequence[str] | None) -> _Where:
    """Events of a type that count; the scope is spelt out, so that the indexes made for it are taken."""
    text = _TYPED
    if kind in _WIPEABLE:
        text += _WIPES
    if job_names is not None:
        text += " JOIN runs r ON r.run_id = e.run_id"
    where = _Where(f"{text} WHERE e.event_type = ?", [kind])
    if kind in ASSET_KINDS:
        where.text += " AND e.scope > 0 AND e.scope = 1"
    elif kind in RUN_KINDS:
        where.text += " AND e.scope > 0 AND e.scope = 2"
    if kind in _WIPEABLE:
        where.text += _LIVE
    if job_names is not None:
        where.among("r.job_name", list(job_names))
    return where
