"""Writes what ``derive`` found into the tables of runs, assets, partitions and checks."""

from __future__ import annotations

from typing import Any

from mainspring.core.records.run import RunStatus
from mainspring.core.storage.derive import (
    CHECK_PLANNED,
    FAILED,
    AssetChange,
    Changes,
    CheckChange,
    RunChange,
    StepChange,
    StepKey,
)
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.latest import latest_of_asset

_RUN = (
    "UPDATE runs SET status = ?, update_time = ?, start_time = COALESCE(start_time, ?), end_time = ?,"
    " enqueue_time = COALESCE(?, enqueue_time), launch_time = COALESCE(?, launch_time)"
    " WHERE run_id = ? AND status = ?"
)
# A slot ends with its run, in the same commit: none can leak.
_FREE_SLOTS = "DELETE FROM pool_claims WHERE run_id = ?"

_STEP = (
    "INSERT INTO run_steps (run_id, step_key, status, attempts, start_time, end_time) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (run_id, step_key) DO UPDATE SET status = excluded.status,"
    " attempts = run_steps.attempts + excluded.attempts,"
    " start_time = COALESCE(run_steps.start_time, excluded.start_time), end_time = excluded.end_time"
)

_FAIL_PLANNED = (
    f"UPDATE asset_partitions SET status = '{FAILED}', failed_id = ? WHERE planned_run_id"
    f" = ? AND status = 'IN_PROGRESS'"
)
_FORGET_PLANNED = (
    "UPDATE asset_partitions SET status = CASE"
    " WHEN COALESCE(failed_id, 0) > COALESCE(materialization_id, 0) THEN 'FAILED'"
    " WHEN materialization_id IS NOT NULL THEN 'MATERIALIZED' END"
    " WHERE planned_run_id = ? AND status = 'IN_PROGRESS'"
)

_WIPE_ASSET = (
    "INSERT INTO assets (asset_key, wiped_id) VALUES (?, ?) ON CONFLICT (asset_key) DO UPDATE SET"
    " materialization_id = NULL, materialization_run_id = NULL, observation_id = NULL, planned_id = NULL,"
    " planned_run_id = NULL, failed_id = NULL, last_run_id = NULL, last_event_id = NULL,"
    " last_event_time = NULL,"
    " wiped_id = excluded.wiped_id"
)
_WIPE_PARTITIONS = "DELETE FROM asset_partitions WHERE asset_key = ?"
_WIPE_CHECKS = "DELETE FROM check_executions WHERE asset_key = ?"

_ASSET = (
    "INSERT INTO assets (asset_key, materialization_id, materialization_run_id, observation_id, planned_id,"
    " planned_run_id, failed_id, last_run_id, last_event_id, last_event_time) VALUES (?, ?, ?, ?, ?,"
    " ?, ?, ?, ?, ?)"
    " ON CONFLICT (asset_key) DO UPDATE SET"
    " materialization_id = COALESCE(excluded.materialization_id, assets.materialization_id),"
    " materialization_run_id = COALESCE(excluded.materialization_run_id, assets.materialization_run_id),"
    " observation_id = COALESCE(excluded.observation_id, assets.observation_id),"
    " planned_id = COALESCE(excluded.planned_id, assets.planned_id),"
    " planned_run_id = COALESCE(excluded.planned_run_id, assets.planned_run_id),"
    " failed_id = COALESCE(excluded.failed_id, assets.failed_id),"
    " last_run_id = COALESCE(excluded.last_run_id, assets.last_run_id),"
    " last_event_id = excluded.last_event_id, last_event_time = excluded.last_event_time"
)

_WIPE_PARTITION = (
    "INSERT INTO asset_partitions (asset_key, partition, wiped_id) VALUES (?, ?, ?)"
    " ON CONFLICT (asset_key, partition) DO UPDATE SET status = NULL, materialization_id = NULL,"
    " materialization_run_id = NULL, planned_id = NULL, planned_run_id = NULL, failed_id = NULL,"
    " observation_id = NULL, wiped_id = excluded.wiped_id"
)
_PARTITION = (
    "INSERT INTO asset_partitions (asset_key, partition, status, materialization_id, materialization_run_id,"
    " planned_id, planned_run_id, failed_id, observation_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (asset_key, partition) DO UPDATE SET"
    " status = COALESCE(excluded.status, asset_partitions.status),"
    " materialization_id = COALESCE(excluded.materialization_id, asset_partitions.materialization_id),"
    " materialization_run_id = COALESCE(excluded.materialization_run_id,"
    " asset_partitions.materialization_run_id),"
    " planned_id = COALESCE(excluded.planned_id, asset_partitions.planned_id),"
    " planned_run_id = COALESCE(excluded.planned_run_id, asset_partitions.planned_run_id),"
    " failed_id = COALESCE(excluded.failed_id, asset_partitions.failed_id),"
    " observation_id = COALESCE(excluded.observation_id, asset_partitions.observation_id)"
)

_FULFIL = (
    "UPDATE check_executions SET status = ?, timestamp = ?, evaluation_id = ?, partition = ? WHERE"
    " id = (SELECT MAX(id)"
    " FROM check_executions WHERE run_id = ? AND status = 'PLANNED' AND asset_key = ? AND check_name = ?"
    " AND (partition IS NULL OR partition = ?))"
)
_CHECK = (
    "INSERT INTO check_executions (id, asset_key, check_name, partition, run_id, status, timestamp,"
    " planned_id,"
    " evaluation_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def apply_changes(cursor: Cursor, changes: Changes, *, now: float) -> None:
    """Write the changes of a batch whose events have been inserted. ``now`` is the database's time."""
    for asset, change in changes.assets.items():
        if change.wiped_by is not None:
            wipe_asset(cursor, asset, change.wiped_by)
    news = [
        _asset_row(asset, change) for asset, change in changes.assets.items() if change.last_event is not None
    ]
    if news:
        cursor.executemany(_ASSET, news)
    if changes.partitions:
        _apply_partitions(cursor, changes)
    for check in changes.checks:
        _apply_check(cursor, check)
    if changes.steps:
        cursor.executemany(_STEP, [_step_row(of, change) for of, change in changes.steps.items()])
    for run_id, change in changes.runs.items():
        _apply_run(cursor, run_id, change, now)
    for asset, change in changes.assets.items():
        if change.partitions_wiped:
            latest_of_asset(cursor, asset)


def wipe_asset(cursor: Cursor, asset: str, wiped_by: int) -> None:
    """Forget all that is known of an asset."""
    cursor.execute(_WIPE_ASSET, (asset, wiped_by))
    cursor.execute(_WIPE_PARTITIONS, (asset,))
    cursor.execute(_WIPE_CHECKS, (asset,))


def _step_row(of: StepKey, change: StepChange) -> tuple[Any, ...]:
    return (*of, change.status, change.attempts, change.start_time, change.end_time)


def _asset_row(asset: str, change: AssetChange) -> tuple[Any, ...]:
    return (
        asset,
        change.materialization,
        change.materialization_run,
        change.observation,
        change.planned,
        change.planned_run,
        change.failed,
        change.last_run,
        change.last_event,
        change.last_timestamp,
    )


def _apply_partitions(cursor: Cursor, changes: Changes) -> None:
    wiped: list[tuple[Any, ...]] = []
    news: list[tuple[Any, ...]] = []
    for asset, of_asset in changes.partitions.items():
        for name, one in of_asset.items():
            if one.wiped_by is not None:
                wiped.append((asset, name, one.wiped_by))
            row = (
                asset,
                name,
                one.status,
                one.materialization,
                one.materialization_run,
                one.planned,
                one.planned_run,
                one.failed,
                one.observation,
            )
            if any(value is not None for value in row[2:]):
                news.append(row)
    if wiped:
        cursor.executemany(_WIPE_PARTITION, wiped)
    if news:
        cursor.executemany(_PARTITION, news)


def _apply_check(cursor: Cursor, check: CheckChange) -> None:
    """An evaluation fulfils the plan of its run, where one is stored; else it is an execution of its own."""
    if check.planned is None and check.run_id and check.status != CHECK_PLANNED:
        cursor.execute(
            _FULFIL,
            (
                check.status,
                check.timestamp,
                check.evaluation,
                check.partition,
                check.run_id,
                check.asset,
                check.check,
                check.partition,
            ),
        )
        if cursor.rowcount:
            return
    cursor.execute(
        _CHECK,
        (
            check.id,
            check.asset,
            check.check,
            check.partition,
            check.run_id,
            check.status,
            check.timestamp,
            check.planned,
            check.evaluation,
        ),
    )


def _apply_run(cursor: Cursor, run_id: str, change: RunChange, now: float) -> None:
    row = (
        change.status,
        now,
        change.start_time,
        change.end_time,
        change.enqueue_time,
        change.launch_time,
        run_id,
        change.was,
    )
    cursor.execute(_RUN, row)
    if change.ended_by is None:
        return
    cursor.execute(_FREE_SLOTS, (run_id,))
    if change.status == RunStatus.FAILURE.value:
        cursor.execute(_FAIL_PLANNED, (change.ended_by, run_id))
    else:
        cursor.execute(_FORGET_PLANNED, (run_id,))
