"""The latest events of an asset, found again in the log after some of its partitions were wiped."""

from __future__ import annotations

from typing import Any

from mainspring.core.records.event_type import EventType
from mainspring.core.storage.sql.engine import Cursor

LIVE = (
    "FROM events e LEFT JOIN asset_partitions p ON p.asset_key = e.asset_key AND p.partition = e.partition"
    " WHERE e.asset_key = ? AND e.event_type = ? AND e.scope = 1"
    " AND e.id > COALESCE((SELECT wiped_id FROM assets WHERE asset_key = ?), 0) AND e.id >"
    " COALESCE(p.wiped_id, 0)"
)
"""Events of an asset and a type that no wipe has put out of sight. Parameters: key, type, key."""

_LATEST = f"SELECT e.id, e.run_id, e.timestamp {LIVE} ORDER BY e.id DESC LIMIT 1"
_LATEST_IN_RUN = f"SELECT e.id, e.run_id {LIVE} AND e.run_id <> '' AND e.id > ? ORDER BY e.id DESC LIMIT 1"
_SET_ASSET = (
    "UPDATE assets SET materialization_id = ?, materialization_run_id = ?, observation_id = ?,"
    " planned_id = ?,"
    " planned_run_id = ?, failed_id = ?, last_run_id = ?, last_event_id = ?, last_event_time = ?"
    " WHERE asset_key = ?"
)

_MADE = EventType.ASSET_MATERIALIZATION.value
_PLANNED = EventType.ASSET_MATERIALIZATION_PLANNED.value
_FAILED = EventType.ASSET_FAILED_TO_MATERIALIZE.value
_NEVER: tuple[int | None, str | None, float] = (None, None, 0.0)


def latest_of_asset(cursor: Cursor, asset: str) -> None:
    """Find the latest live events of an asset again, after some of its partitions were wiped."""
    found: dict[str, tuple[Any, ...]] = {}
    for kind in (
        EventType.ASSET_MATERIALIZATION,
        EventType.ASSET_OBSERVATION,
        EventType.ASSET_MATERIALIZATION_PLANNED,
        EventType.ASSET_FAILED_TO_MATERIALIZE,
    ):
        cursor.execute(_LATEST, (asset, kind.value, asset))
        found[kind.value] = cursor.fetchone() or _NEVER
    made, seen, planned, failed = found.values()
    newest = max(found.values(), key=lambda row: row[0] or 0)
    last_run = _last_run(cursor, asset, {_MADE: made, _PLANNED: planned, _FAILED: failed})
    time = newest[2] if newest[0] else None
    cursor.execute(
        _SET_ASSET,
        (made[0], made[1], seen[0], planned[0], planned[1], failed[0], last_run, newest[0], time, asset),
    )


def _last_run(cursor: Cursor, asset: str, latest: dict[str, tuple[Any, ...]]) -> str | None:
    """The run of the newest event that has one: where the latest of a type was reported outside a run, an older
    one of its type may be it.
    """
    last, run = max(((row[0], row[1]) for row in latest.values() if row[1]), default=(0, None))
    for kind, row in latest.items():
        if row[0] is not None and not row[1] and row[0] > last:
            cursor.execute(_LATEST_IN_RUN, (asset, kind, asset, last))
            last, run = cursor.fetchone() or (last, run)
    return run
