"""Derives the state of an asset anew from the log: after events were removed, and to prove that what is
stored is right.

The facts of an asset are read back and folded by the same ``derive`` that appends use.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, NamedTuple

import msgspec

from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import RunStatus
from mainspring.core.storage.codec import decode_entry
from mainspring.core.storage.derive import (
    ENDING_KINDS,
    FAILED,
    IN_PROGRESS,
    MATERIALIZED,
    AssetChange,
    Changes,
    CheckChange,
    PartitionChange,
    derive,
)
from mainspring.core.storage.fact import Detail, Fact, subject_of
from mainspring.core.storage.sql.apply import apply_changes, wipe_asset
from mainspring.core.storage.sql.engine import Cursor, chunks, marks

_FACTS = (
    "SELECT id, run_id, event_type, asset_key, partition, check_name, timestamp,"
    " CASE WHEN event_type IN ('ASSET_WIPED', 'ASSET_CHECK_EVALUATION') THEN body END"
    " FROM events WHERE asset_key = ? AND scope = 1 ORDER BY id"
)


class AssetState(NamedTuple):
    """All that is derived for one asset."""

    asset: AssetChange
    partitions: dict[str, PartitionChange]
    checks: list[CheckChange]


def replayed(cursor: Cursor, asset: str) -> AssetState:
    """What the log says of an asset, from its first event to its last."""
    cursor.execute(_FACTS, (asset,))
    facts = [_fact(row) for row in cursor.fetchall()]
    changes = derive(facts, {})
    partitions = changes.partitions.get(asset, {})
    _end_runs(cursor, partitions)
    state = changes.assets.get(asset, AssetChange())
    if state.partitions_wiped:
        _look_again(state, facts, partitions)
    return AssetState(state, partitions, changes.checks)


def _fact(row: tuple[Any, ...]) -> Fact:
    """The fact of a row; a body that cannot be read leaves what the columns say."""
    detail: Detail = None
    if row[7] is not None:
        try:
            detail = subject_of(decode_entry(bytes(row[7])))[3]
        except (msgspec.MsgspecError, ValueError, TypeError):
            detail = () if row[2] == EventType.ASSET_WIPED.value else False
    return Fact(row[0], row[1], row[2], row[3], row[4], row[5], row[6], detail)


def _end_runs(cursor: Cursor, partitions: dict[str, PartitionChange]) -> None:
    """What is still in progress at the end of its run has failed, or is what it was before."""
    waiting = [one for one in partitions.values() if one.status == IN_PROGRESS]
    ends = run_ends(cursor, sorted({one.planned_run or "" for one in waiting}))
    for one in waiting:
        end = ends.get(one.planned_run or "")
        if end is None:
            continue
        status, ended_by = end
        if status == RunStatus.FAILURE.value:
            one.status, one.failed = FAILED, ended_by
        elif (one.failed or 0) > (one.materialization or 0):
            one.status = FAILED
        else:
            one.status = MATERIALIZED if one.materialization else None


def run_ends(cursor: Cursor, run_ids: list[str]) -> dict[str, tuple[str, int]]:
    """Final status and id of the ending event of those runs that have ended."""
    kinds = sorted(ENDING_KINDS)
    ends: dict[str, tuple[str, int]] = {}
    for piece in chunks(run_ids):
        cursor.execute(
            "SELECT e.run_id, r.status, e.id FROM events e JOIN runs r ON r.run_id = e.run_id"
            f" WHERE e.run_id IN ({marks(len(piece))}) AND e.event_type IN ({marks(len(kinds))}) AND"
            f" e.scope = 2",
            (*piece, *kinds),
        )
        ends.update({run_id: (status, storage_id) for run_id, status, storage_id in cursor.fetchall()})
    return ends


def _look_again(state: AssetChange, facts: list[Fact], partitions: dict[str, PartitionChange]) -> None:
    """The asset's latest events, leaving out what wipes of partitions put out of sight."""
    whole_wipe = state.wiped_by or 0
    live = [
        fact
        for fact in facts
        if fact.id > whole_wipe
        and fact.id > ((partitions[fact.partition].wiped_by or 0) if fact.partition in partitions else 0)
        and fact.kind != EventType.ASSET_WIPED.value
    ]
    fresh = derive(live, {}).assets.get(facts[0].asset or "", AssetChange())
    fresh.wiped_by = state.wiped_by
    for one in fields(AssetChange):
        setattr(state, one.name, getattr(fresh, one.name))


def rebuild_asset(cursor: Cursor, asset: str) -> None:
    """Put what the log says of an asset in the place of what is stored."""
    state = replayed(cursor, asset)
    wipe_asset(cursor, asset, state.asset.wiped_by or 0)
    state.asset.wiped_by = None
    changes = Changes(assets={asset: state.asset}, partitions={asset: state.partitions}, checks=state.checks)
    apply_changes(cursor, changes, now=0.0)  # no run is among the changes


_ASSET = (
    "SELECT wiped_id, materialization_id, materialization_run_id, observation_id, planned_id,"
    " planned_run_id, failed_id,"
    " last_run_id, last_event_id, last_event_time FROM assets WHERE asset_key = ?"
)
_PARTITIONS = (
    "SELECT partition, wiped_id, status, materialization_id, materialization_run_id, planned_id,"
    " planned_run_id, failed_id,"
    " observation_id FROM asset_partitions WHERE asset_key = ?"
)
_CHECKS = (
    "SELECT id, asset_key, check_name, partition, run_id, status, timestamp, planned_id, evaluation_id"
    " FROM check_executions WHERE asset_key = ? ORDER BY id"
)


def stored(cursor: Cursor, asset: str) -> AssetState:
    """What the tables say of an asset, in the form in which ``replayed`` says it."""
    cursor.execute(_ASSET, (asset,))
    row = cursor.fetchone()
    state = AssetChange() if row is None else AssetChange(row[0] or None, False, *row[1:])
    cursor.execute(_PARTITIONS, (asset,))
    partitions = {one[0]: PartitionChange(one[1] or None, *one[2:]) for one in cursor.fetchall()}
    cursor.execute(_CHECKS, (asset,))
    return AssetState(state, partitions, [CheckChange(*one) for one in cursor.fetchall()])
