"""Removes a run with all that it told; what it had touched is found again in what is left."""

from __future__ import annotations

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.run import IN_PROGRESS
from mainspring.core.records.run_deletion import AssetAfterDeletion, RunDeletion
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.refill import refill_asset, refill_touched
from mainspring.core.values.asset_key import AssetKey

_UNDER_WAY = frozenset(status.value for status in IN_PROGRESS)
_STATUS = "SELECT status FROM runs WHERE run_id = ?"
_TOUCHED = "SELECT DISTINCT asset_key, partition FROM events WHERE run_id = ? AND scope = 1 AND asset_key IS NOT NULL"
_WIPED = (
    "SELECT DISTINCT asset_key FROM events WHERE run_id = ? AND scope = 1"
    " AND event_type IN ('ASSET_WIPED', 'ASSET_WIPE_UNDONE')"
)
_DELETE_CHECKS = "DELETE FROM check_executions WHERE asset_key = ? AND run_id = ?"
_DELETE = (
    "DELETE FROM events WHERE run_id = ?",
    "DELETE FROM run_tags WHERE run_id = ?",
    "DELETE FROM run_steps WHERE run_id = ?",
    "DELETE FROM pool_claims WHERE run_id = ?",
    "DELETE FROM runs WHERE run_id = ?",
)

_EVENTS = "SELECT COUNT(*) FROM events WHERE run_id = ?"
_ASSETS = "SELECT DISTINCT asset_key FROM events WHERE run_id = ? AND scope = 1 AND asset_key IS NOT NULL ORDER BY 1"
_IS_LATEST = "SELECT 1 FROM assets WHERE asset_key = ? AND materialization_run_id = ?"
_PARTITIONS = "SELECT COUNT(*) FROM asset_partitions WHERE asset_key = ? AND materialization_run_id = ?"
_NEXT = (
    "SELECT e.id, e.run_id, e.timestamp FROM events e"
    " LEFT JOIN asset_partitions p ON p.asset_key = e.asset_key AND p.partition = e.partition"
    " WHERE e.asset_key = ? AND e.event_type = 'ASSET_MATERIALIZATION' AND e.scope = 1 AND e.run_id <> ?"
    " AND e.id > COALESCE((SELECT wiped_id FROM assets WHERE asset_key = ?), 0) AND e.id > COALESCE(p.wiped_id, 0)"
    " ORDER BY e.id DESC LIMIT 1"
)


def delete_run(cursor: Cursor, run_id: str, *, force: bool) -> None:
    """Remove a run, inside a transaction that writes; see ``RunWriter.delete``."""
    if not run_id:
        return  # what was reported outside of runs belongs to none
    cursor.execute(_STATUS, (run_id,))
    row = cursor.fetchone()
    if row is not None and row[0] in _UNDER_WAY and not force:
        raise InvariantViolationError(
            f"Run {run_id} is in progress ({row[0]}): what it tells after it was deleted would belong to no run.",
            hint="Wait for its end or cancel it; delete_run(run_id, force=True) deletes it all the same.",
        )
    cursor.execute(_WIPED, (run_id,))
    wiped = {found[0] for found in cursor.fetchall()}
    cursor.execute(_TOUCHED, (run_id,))
    touched: dict[str, list[str]] = {}
    for asset, partition in cursor.fetchall():
        of_asset = touched.setdefault(asset, [])
        if partition is not None:
            of_asset.append(partition)
    for statement in _DELETE:
        cursor.execute(statement, (run_id,))
    for asset, partitions in touched.items():
        if asset in wiped:
            refill_asset(cursor, asset)
        else:
            cursor.execute(_DELETE_CHECKS, (asset, run_id))
            refill_touched(cursor, asset, partitions)


def preview_deletion(cursor: Cursor, run_id: str) -> RunDeletion:
    """What would follow from deleting a run, as things stand."""
    cursor.execute(_EVENTS, (run_id,))
    events = cursor.fetchone()[0]
    cursor.execute(_ASSETS, (run_id,))
    stored = [row[0] for row in cursor.fetchall()]
    found = (_after(cursor, run_id, asset) for asset in stored)
    return RunDeletion(run_id=run_id, events=events, assets=[one for one in found if one is not None])


def _after(cursor: Cursor, run_id: str, asset: str) -> AssetAfterDeletion | None:
    key = AssetKey.from_db_string(asset)
    cursor.execute(_PARTITIONS, (asset, run_id))
    partitions = cursor.fetchone()[0]
    cursor.execute(_IS_LATEST, (asset, run_id))
    is_latest = cursor.fetchone() is not None
    if key is None or not (partitions or is_latest):
        return None
    following = None
    if is_latest:
        cursor.execute(_NEXT, (asset, run_id, asset))
        following = cursor.fetchone()
    cells = Cells()
    next_id, next_run, next_time = following or (None, None, None)
    return AssetAfterDeletion(
        asset_key=key,
        partitions=partitions,
        is_latest=is_latest,
        next_id=next_id,
        next_run_id=cells.optional_text(next_run, "run_id"),
        next_time=cells.optional_number(next_time, "timestamp"),
    )
