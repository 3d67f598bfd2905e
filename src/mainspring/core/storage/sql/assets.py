"""What is known of assets: their latest events, and how their history is put out of sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mainspring.core.records.asset_record import AssetEntry, AssetRecord
from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.wipe import AssetWipe, WipePreview
from mainspring.core.storage.codec import read_row
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql import asset_wipes
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks
from mainspring.core.values.asset_key import AssetKey

_KEYS = "SELECT asset_key FROM assets WHERE last_event_id IS NOT NULL"
_KNOWN = "SELECT 1 FROM assets WHERE asset_key = ? AND last_event_id IS NOT NULL"
_RECORDS = (
    "SELECT id, asset_key, materialization_id, observation_id, planned_id, planned_run_id,"
    " last_run_id, last_event_time"
    " FROM assets WHERE last_event_id IS NOT NULL"
)
_LATEST = (
    "SELECT e.id, e.run_id, e.event_type, e.timestamp, e.body, a.asset_key FROM assets a"
    " JOIN events e ON e.id = a.materialization_id WHERE a.asset_key IN"
)
_EVENTS = "SELECT id, run_id, event_type, timestamp, body FROM events WHERE id IN"
_PLANNED = "SELECT planned_id, planned_run_id FROM assets WHERE asset_key = ?"
_PLANNED_PARTITION = (
    "SELECT planned_id, planned_run_id FROM asset_partitions WHERE asset_key = ? AND partition = ?"
)

_AT_ONCE = 10_000
"""The most partitions that one wipe takes: more are several wipes."""


class SqlAssets:
    """The assets in SQL; see ``AssetStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known_keys(
        self, *, prefix: Sequence[str] | None = None, limit: int | None = None, after: str | None = None
    ) -> list[AssetKey]:
        """The known keys."""
        text, values = _KEYS, list[object]()
        if prefix:
            start = AssetKey.get_db_prefix(prefix)
            text += " AND (asset_key = ? OR substr(asset_key, 1, ?) = ?)"
            values += [f"{start}]", len(start) + 1, f"{start},"]
        if after is not None:
            text += " AND asset_key > ?"
            values.append(after)
        text += " ORDER BY asset_key"
        if limit is not None:
            text += " LIMIT ?"
            values.append(limit)
        with self._database.read() as cursor:
            cursor.execute(text, values)
            rows = cursor.fetchall()
        keys = [AssetKey.from_db_string(row[0]) for row in rows]
        return [key for key in keys if key is not None]

    def known(self, asset_key: AssetKey) -> bool:
        """Whether the asset is known."""
        with self._database.read() as cursor:
            cursor.execute(_KNOWN, (stored_key(asset_key),))
            return cursor.fetchone() is not None

    def records(self, keys: Sequence[AssetKey] | None = None) -> list[AssetRecord]:
        """The state of these assets."""
        with self._database.read() as cursor:
            rows = _asset_rows(cursor, keys)
            wanted = [storage_id for row in rows for storage_id in (row[2], row[3]) if storage_id is not None]
            events = _events(cursor, wanted)
        records = [_record(row, events) for row in rows]
        return [record for record in records if record is not None]

    def latest_materializations(self, keys: Iterable[AssetKey]) -> dict[AssetKey, EventLogRecord]:
        """The latest materialization of each asset that has one."""
        by_stored = {stored_key(key): key for key in keys}
        found: dict[AssetKey, EventLogRecord] = {}
        with self._database.read() as cursor:
            for piece in chunks(list(by_stored)):
                cursor.execute(f"{_LATEST} ({marks(len(piece))})", piece)
                for *row, stored in cursor.fetchall():
                    record = read_row(tuple(row))
                    if isinstance(record, EventLogRecord):
                        found[by_stored[stored]] = record
        return found

    def latest_planned(self, asset_key: AssetKey, partition: str | None = None) -> tuple[int, str] | None:
        """The latest intention to materialise."""
        with self._database.read() as cursor:
            if partition is None:
                cursor.execute(_PLANNED, (stored_key(asset_key),))
            else:
                cursor.execute(_PLANNED_PARTITION, (stored_key(asset_key), partition))
            row = cursor.fetchone()
        return None if row is None or row[0] is None else (row[0], row[1])

    def wipe(self, keys: Sequence[AssetKey], *, timestamp: float) -> None:
        """Put the whole history of assets out of sight."""
        asset_wipes.wipe(self._database, keys, None, timestamp=timestamp)

    def wipe_partitions(self, asset_key: AssetKey, partitions: Sequence[str], *, timestamp: float) -> None:
        """Put the history of some partitions out of sight, so many at a time that no writer waits for long."""
        unique = list(dict.fromkeys(partitions))
        for start in range(0, len(unique), _AT_ONCE):
            piece = unique[start : start + _AT_ONCE]
            asset_wipes.wipe(self._database, [asset_key], piece, timestamp=timestamp)

    def preview_wipe(self, asset_key: AssetKey, partitions: Sequence[str] | None = None) -> WipePreview:
        """What a wipe would put out of sight."""
        return asset_wipes.preview(self._database, asset_key, partitions)

    def wipes(
        self, asset_key: AssetKey | None = None, *, now: float, grace: float | None = None
    ) -> list[AssetWipe]:
        """The wipes that were made, newest first."""
        return asset_wipes.listed(self._database, asset_key, now=now, grace=grace)

    def undo_wipes(
        self, wipe_ids: Sequence[int], *, now: float, grace: float | None = None
    ) -> list[AssetWipe]:
        """Take wipes back."""
        return asset_wipes.undo(self._database, wipe_ids, now=now, grace=grace)


def _asset_rows(cursor: Cursor, keys: Sequence[AssetKey] | None) -> list[tuple[Any, ...]]:
    """The rows in the order of the keys that were asked for."""
    if keys is None:
        cursor.execute(f"{_RECORDS} ORDER BY asset_key")
        return cursor.fetchall()
    wanted = list(dict.fromkeys(stored_key(key) for key in keys))
    rows: dict[str, tuple[Any, ...]] = {}
    for piece in chunks(wanted):
        cursor.execute(f"{_RECORDS} AND asset_key IN ({marks(len(piece))})", piece)
        rows.update({row[1]: row for row in cursor.fetchall()})
    return [rows[stored] for stored in wanted if stored in rows]


def _events(cursor: Cursor, storage_ids: Sequence[int]) -> dict[int, EventLogRecord]:
    found: dict[int, EventLogRecord] = {}
    for piece in chunks(storage_ids):
        cursor.execute(f"{_EVENTS} ({marks(len(piece))})", piece)
        for row in cursor.fetchall():
            record = read_row(row)
            if isinstance(record, EventLogRecord):
                found[record.storage_id] = record
    return found


def _record(row: tuple[Any, ...], events: dict[int, EventLogRecord]) -> AssetRecord | None:
    storage_id, stored, made, seen, planned, planned_run, last_run, last_time = row
    key = AssetKey.from_db_string(stored)
    if key is None:
        return None
    cells = Cells()
    entry = AssetEntry(
        asset_key=key,
        last_materialization_record=events.get(made),
        last_observation_record=events.get(seen),
        last_planned_materialization_storage_id=cells.optional_whole(planned, "planned_id"),
        last_planned_materialization_run_id=cells.optional_text(planned_run, "planned_run_id"),
        last_run_id=cells.optional_text(last_run, "last_run_id"),
        last_event_timestamp=cells.optional_number(last_time, "last_event_time"),
    )
    return AssetRecord(storage_id, entry)
