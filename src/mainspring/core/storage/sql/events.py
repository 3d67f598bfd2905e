"""The log: written by ``append``, read by run, by type and by asset."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from mainspring.core.records.event import EventLogRecord, Unreadable
from mainspring.core.records.filters import EventRecordsFilter, storage_id_of
from mainspring.core.storage.codec import read_row
from mainspring.core.storage.derive import ASSET_KINDS, RUN_KINDS, WIPE_KINDS
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql.append import append
from mainspring.core.storage.sql.engine import Database, chunks, marks
from mainspring.core.storage.store import News, Sequenced, Signs
from mainspring.core.values.asset_key import AssetKey

_LOG = "SELECT id, run_id, event_type, timestamp, body FROM events WHERE run_id = ?"
_ALL = "SELECT id, run_id, event_type, timestamp, body FROM events WHERE 1 = 1"
_TYPED = "SELECT e.id, e.run_id, e.event_type, e.timestamp, e.body FROM events e"
_LAST = "SELECT MAX(id) FROM events"
_SINCE = "SELECT id, run_id, event_type, timestamp, body FROM events WHERE id > ?"
_SIGNS = "SELECT id, run_id, event_type, asset_key FROM events WHERE id > ? ORDER BY id LIMIT ?"
# Spelt as a sum, so that no index of the whole history of an asset is taken: who follows the log is near its end.
_COUNTS = " AND scope + 0 = 1"

_WIPES = (
    " LEFT JOIN assets a ON a.asset_key = e.asset_key"
    " LEFT JOIN asset_partitions p ON p.asset_key = e.asset_key AND p.partition = e.partition"
)
_LIVE = " AND e.id > COALESCE(a.wiped_id, 0) AND e.id > COALESCE(p.wiped_id, 0)"

# The record of a wipe is itself never out of sight.
_WIPEABLE = ASSET_KINDS - WIPE_KINDS


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

    def of_runs(
        self,
        run_ids: Sequence[str],
        *,
        step_keys: Collection[str] | None = None,
        types: Collection[str] | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> list[EventLogRecord | Unreadable]:
        """The log of several runs, or of some of their steps."""
        where = _Where(_ALL, [])
        where.among("run_id", list(dict.fromkeys(run_ids)))
        if step_keys is not None:
            where.among("step_key", sorted(step_keys))
        if types is not None:
            where.among("event_type", sorted(types))
        where.add(" AND id > ?", after)
        return self._records(where, "id", limit=limit, ascending=True)

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
        where.add(" AND e.id > ?", storage_id_of(wanted.after_cursor))
        where.add(" AND e.id < ?", storage_id_of(wanted.before_cursor))
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

    def since(
        self,
        after: int,
        *,
        limit: int,
        run_ids: Collection[str] | None = None,
        types: Collection[str] | None = None,
        asset_keys: Collection[AssetKey] | None = None,
    ) -> News:
        """What was stored after an id, in order."""
        where = _Where(_SINCE, [after])
        if run_ids is not None:
            where.among("run_id", sorted(run_ids))
        if types is not None:
            where.among("event_type", sorted(types))
        if asset_keys is not None:
            where.text += _COUNTS
            where.among("asset_key", sorted(stored_key(key) for key in asset_keys))
        where.text += " ORDER BY id LIMIT ?"
        with self._database.read(patient=False) as cursor:
            cursor.execute(where.text, [*where.values, limit])
            rows = cursor.fetchall()
            if len(rows) < limit:
                cursor.execute(_LAST)
                newest = cursor.fetchone()[0]
            else:
                newest = rows[-1][0]
        return News([read_row(row) for row in rows], max(after, newest or 0))

    def signs(self, after: int, *, limit: int) -> Signs:
        """What the lines behind an id speak of."""
        with self._database.read(patient=False) as cursor:
            cursor.execute(_SIGNS, (after, limit))
            rows = cursor.fetchall()
        return Signs(
            rows[-1][0] if rows else after,
            frozenset(row[1] for row in rows),
            frozenset(row[2] for row in rows if row[2] is not None),
            frozenset(row[3] for row in rows if row[3] is not None),
            len(rows) == limit,
        )

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

    def last_id(self, *, patient: bool = True) -> int:
        """The storage id of the newest event."""
        with self._database.read(patient=patient) as cursor:
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
