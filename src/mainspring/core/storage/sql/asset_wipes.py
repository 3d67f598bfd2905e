"""Wipes of assets: looked at before, made, listed, taken back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import AssetWipedData, AssetWipeUndoneData, EventData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import FINISHED
from mainspring.core.records.wipe import AssetWipe, WipePreview
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql.append import append
from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks
from mainspring.core.storage.sql.removed import history_removed_up_to
from mainspring.core.storage.sql.wipes import StoredWipe, stored_wipes
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey

_SIGHT = (
    " FROM events e LEFT JOIN asset_partitions p ON p.asset_key = e.asset_key AND p.partition = e.partition"
    " WHERE e.asset_key = ? AND e.scope = 1 AND e.event_type IN ('ASSET_MATERIALIZATION',"
    " 'ASSET_OBSERVATION', 'ASSET_MATERIALIZATION_PLANNED', 'ASSET_FAILED_TO_MATERIALIZE')"
    " AND e.id > COALESCE((SELECT wiped_id FROM assets WHERE asset_key = ?), 0)"
    " AND e.id > COALESCE(p.wiped_id, 0)"
)
_COUNTS = f"SELECT e.event_type, COUNT(*), MIN(e.timestamp), MAX(e.timestamp){_SIGHT}"
_KNOWN_PARTITIONS = (
    "SELECT COUNT(*) FROM asset_partitions WHERE asset_key = ? AND (status IS NOT NULL OR"
    " materialization_id IS NOT NULL OR observation_id IS NOT NULL OR planned_id IS NOT NULL"
    " OR failed_id IS NOT NULL)"
)
_CHECKS = "SELECT COUNT(*), MIN(timestamp), MAX(timestamp) FROM check_executions WHERE asset_key = ?"
_PLANNING = "SELECT planned_run_id FROM assets WHERE asset_key = ? AND planned_run_id IS NOT NULL"
_PLANNING_PARTITIONS = (
    "SELECT DISTINCT planned_run_id FROM asset_partitions WHERE asset_key = ? AND status = 'IN_PROGRESS'"
)
_UNFINISHED = (
    "SELECT run_id FROM runs WHERE run_id IN ({marks}) AND status NOT IN"
    f" ({', '.join(repr(status.value) for status in sorted(FINISHED, key=lambda one: one.value))})"
)
_WIPED_ASSETS = (
    "SELECT DISTINCT asset_key FROM events WHERE event_type = 'ASSET_WIPED' AND scope > 0 AND scope = 1"
    " AND asset_key IS NOT NULL ORDER BY asset_key"
)
_ASSET_OF_WIPE = "SELECT asset_key FROM events WHERE id = ? AND event_type = 'ASSET_WIPED' AND scope = 1"


def wipe(
    database: Database, keys: Sequence[AssetKey], partitions: Sequence[str] | None, *, timestamp: float
) -> None:
    """Put the history of assets, or of some partitions of each, out of sight."""
    listed = None if partitions is None else list(partitions)
    what = "all partitions" if listed is None else f"{len(listed)} partitions"
    entries = [
        _entry(
            EventType.ASSET_WIPED,
            f"Wiped {key.to_user_string()} ({what}).",
            AssetWipedData(asset_key=key, partition_keys=listed),
            timestamp,
        )
        for key in keys
    ]
    with database.write() as cursor:
        append(database, cursor, [Sequenced(0, None, entry) for entry in entries])


def preview(database: Database, asset_key: AssetKey, partitions: Sequence[str] | None) -> WipePreview:
    """What a wipe would put out of sight, as things stand."""
    asset = stored_key(asset_key)
    seen = _Seen()
    with database.read() as cursor:
        if partitions is None:
            _look(cursor, asset, "", (), seen)
            cursor.execute(_CHECKS, (asset,))
            seen.checks, first, last = cursor.fetchone()
            seen.span(first, last)
            cursor.execute(_PLANNING, (asset,))
            seen.planning.update(row[0] for row in cursor.fetchall())
        else:
            for piece in chunks(list(dict.fromkeys(partitions))):
                _look(cursor, asset, f"partition IN ({marks(len(piece))})", piece, seen)
        runs = _unfinished(cursor, sorted(seen.planning))
    return WipePreview(
        asset_key=asset_key,
        materializations=seen.counts.get(EventType.ASSET_MATERIALIZATION.value, 0),
        observations=seen.counts.get(EventType.ASSET_OBSERVATION.value, 0),
        failures=seen.counts.get(EventType.ASSET_FAILED_TO_MATERIALIZE.value, 0),
        checks=seen.checks,
        partitions=seen.partitions,
        first_time=seen.first,
        last_time=seen.last,
        runs_in_progress=runs,
    )


class _Seen:
    """What was counted so far."""

    __slots__ = ("checks", "counts", "first", "last", "partitions", "planning")

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.checks = 0
        self.partitions = 0
        self.planning: set[str] = set()
        self.first: float | None = None
        self.last: float | None = None

    def span(self, first: object, last: object) -> None:
        """Take in a span of time, if it is one."""
        if isinstance(first, (int, float)):
            self.first = first if self.first is None else min(self.first, first)
        if isinstance(last, (int, float)):
            self.last = last if self.last is None else max(self.last, last)


def _look(cursor: Cursor, asset: str, only: str, values: Sequence[str], seen: _Seen) -> None:
    """Count the history of an asset, or of those partitions of it that ``only`` lets through."""
    among = f" AND {only}" if only else ""
    history = f" AND e.{only}" if only else ""
    cursor.execute(f"{_COUNTS}{history} GROUP BY e.event_type", (asset, asset, *values))
    for kind, count, first, last in cursor.fetchall():
        seen.counts[kind] = seen.counts.get(kind, 0) + count
        seen.span(first, last)
    cursor.execute(f"{_KNOWN_PARTITIONS}{among}", (asset, *values))
    seen.partitions += cursor.fetchone()[0]
    cursor.execute(f"{_PLANNING_PARTITIONS}{among}", (asset, *values))
    seen.planning.update(row[0] for row in cursor.fetchall() if row[0])


def _unfinished(cursor: Cursor, run_ids: Sequence[str]) -> list[str]:
    found: list[str] = []
    for piece in chunks(run_ids):
        cursor.execute(_UNFINISHED.format(marks=marks(len(piece))), piece)
        found.extend(row[0] for row in cursor.fetchall())
    return sorted(found)


def listed(
    database: Database, asset_key: AssetKey | None, *, now: float, grace: float | None
) -> list[AssetWipe]:
    """All wipes, of one asset or of every one, newest first."""
    found: list[AssetWipe] = []
    with database.read() as cursor:
        if asset_key is None:
            cursor.execute(_WIPED_ASSETS)
            assets = [row[0] for row in cursor.fetchall()]
        else:
            assets = [stored_key(asset_key)]
        for asset in assets:
            key = AssetKey.from_db_string(asset)
            if key is None:
                continue
            removed = history_removed_up_to(cursor, asset)
            found.extend(
                _told(key, one, removed=removed, now=now, grace=grace) for one in stored_wipes(cursor, asset)
            )
    return sorted(found, key=lambda one: one.id, reverse=True)


def _told(key: AssetKey, one: StoredWipe, *, removed: int, now: float, grace: float | None) -> AssetWipe:
    return AssetWipe(
        id=one.id,
        asset_key=key,
        timestamp=one.timestamp,
        partitions=None if one.partitions is None else list(one.partitions),
        undone=one.undone_by is not None,
        undo_until=None if grace is None else one.timestamp + grace,
        refusal=_refusal(one, removed=removed, now=now, grace=grace),
    )


def _refusal(one: StoredWipe, *, removed: int, now: float, grace: float | None) -> str | None:
    """Why a wipe cannot be taken back, as the end of a sentence."""
    if one.undone_by is not None:
        return "it was taken back already"
    if one.id <= removed:
        return "what it put out of sight has been removed since"
    if grace is not None and now > one.timestamp + grace:
        return f"it is older than the {_days(grace)} for which wiped events are kept"
    return None


def _days(seconds: float) -> str:
    days = seconds / 86_400
    return f"{days:g} day" if days == 1 else f"{days:g} days"


def undo(database: Database, wipe_ids: Sequence[int], *, now: float, grace: float | None) -> list[AssetWipe]:
    """Take wipes back, all in one transaction or none of them."""
    with database.write() as cursor:
        chosen = _chosen(cursor, list(dict.fromkeys(wipe_ids)), now=now, grace=grace)
        entries = [
            _entry(
                EventType.ASSET_WIPE_UNDONE,
                f"Took back the wipe of {key.to_user_string()}.",
                AssetWipeUndoneData(asset_key=key, wipe_ids=[one.id for one in wipes]),
                now,
            )
            for key, wipes in chosen.items()
        ]
        append(database, cursor, [Sequenced(0, None, entry) for entry in entries])
    return [
        AssetWipe(
            id=one.id,
            asset_key=key,
            timestamp=one.timestamp,
            partitions=None if one.partitions is None else list(one.partitions),
            undone=True,
            refusal=_refusal(one._replace(undone_by=0), removed=0, now=now, grace=grace),
        )
        for key, wipes in chosen.items()
        for one in wipes
    ]


def _chosen(
    cursor: Cursor, wipe_ids: Sequence[int], *, now: float, grace: float | None
) -> Mapping[AssetKey, list[StoredWipe]]:
    """The wipes with these ids, by asset. Raises ``InvariantViolationError`` where one cannot be taken back."""
    by_asset: dict[str, list[int]] = {}
    for wipe_id in wipe_ids:
        cursor.execute(_ASSET_OF_WIPE, (wipe_id,))
        row: Any = cursor.fetchone()
        if row is None or row[0] is None:
            raise InvariantViolationError(
                f"There is no wipe {wipe_id}.", hint="`mainspring asset wipes` lists those there are."
            )
        by_asset.setdefault(row[0], []).append(wipe_id)
    chosen: dict[AssetKey, list[StoredWipe]] = {}
    for asset, ids in by_asset.items():
        known = {one.id: one for one in stored_wipes(cursor, asset)}
        removed = history_removed_up_to(cursor, asset)
        key = AssetKey.from_db_string(asset)
        for wipe_id in ids:
            one = known.get(wipe_id)
            why = (
                "it cannot be read"
                if one is None or key is None
                else _refusal(one, removed=removed, now=now, grace=grace)
            )
            if one is None or key is None or why is not None:
                name = asset if key is None else key.to_user_string()
                raise InvariantViolationError(
                    f"The wipe {wipe_id} of {name} cannot be taken back: {why}.",
                    hint="`mainspring asset wipes` lists those that can." if why else None,
                )
            chosen.setdefault(key, []).append(one)
    return chosen


def _entry(kind: EventType, message: str, data: EventData, timestamp: float) -> EventLogEntry:
    event = Event(event_type_value=kind.value, message=message, event_specific_data=data)
    return EventLogEntry(
        error_info=None,
        level=logging.INFO,
        user_message="",
        run_id="",
        timestamp=timestamp,
        dagster_event=event,
    )
