"""Derives the state of an asset anew from the log, to prove that what is stored is right.

The facts that no wipe hides are read back a page at a time and folded by the same functions that appends use.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from mainspring.core.storage.derive import (
    CHECK_PLANNED,
    AssetChange,
    Changes,
    CheckChange,
    PartitionChange,
    refold,
    take,
)
from mainspring.core.storage.fact import Fact
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.facts import (
    CHECKS,
    HISTORY,
    PAGE,
    facts_by_partition,
    facts_of,
    facts_of_partition,
)
from mainspring.core.storage.sql.wipes import Hidden, hidden


class AssetState(NamedTuple):
    """All that is derived for one asset."""

    asset: AssetChange
    partitions: dict[str, PartitionChange]
    checks: list[CheckChange]


def replayed(cursor: Cursor, asset: str) -> AssetState:
    """What the log says of an asset, from its first event to its last."""
    out_of_sight = hidden(cursor, asset)
    partitions = dict(replayed_partitions(cursor, asset, out_of_sight))
    checks = sorted(replayed_checks(cursor, asset, out_of_sight), key=attrgetter("id"))
    return AssetState(replayed_asset(cursor, asset, out_of_sight), partitions, checks)


def replayed_asset(cursor: Cursor, asset: str, out_of_sight: Hidden) -> AssetChange:
    """What the log says of an asset as a whole."""
    facts = (fact._replace(partition=None) for fact in facts_of(cursor, asset, HISTORY, out_of_sight))
    state = refold(facts).assets.get(asset, AssetChange())
    state.wiped_by = out_of_sight.whole or None
    return state


def replayed_partitions(
    cursor: Cursor, asset: str, out_of_sight: Hidden, *, after: str | None = None
) -> Iterator[tuple[str, PartitionChange]]:
    """What the log says of the partitions of an asset that come after a key, in the order of their keys."""
    wiped = iter(sorted(name for name in out_of_sight.partitions if after is None or name > after))
    waiting = next(wiped, None)
    for name, facts in groupby(
        facts_by_partition(cursor, asset, out_of_sight, after=after), key=attrgetter("partition")
    ):
        while waiting is not None and waiting < name:
            yield waiting, PartitionChange(wiped_by=out_of_sight.partitions[waiting])
            waiting = next(wiped, None)
        if waiting == name:
            waiting = next(wiped, None)
        yield name, _folded(asset, name, facts, out_of_sight)
    while waiting is not None:
        yield waiting, PartitionChange(wiped_by=out_of_sight.partitions[waiting])
        waiting = next(wiped, None)


def replayed_partition(cursor: Cursor, asset: str, name: str, out_of_sight: Hidden) -> PartitionChange:
    """What the log says of one partition."""
    return _folded(asset, name, facts_of_partition(cursor, asset, name, out_of_sight), out_of_sight)


def _folded(asset: str, name: str, facts: Iterator[Fact], out_of_sight: Hidden) -> PartitionChange:
    state = refold(facts).partitions.get(asset, {}).get(name, PartitionChange())
    state.wiped_by = out_of_sight.partitions.get(name)
    return state


def replayed_checks(cursor: Cursor, asset: str, out_of_sight: Hidden) -> Iterator[CheckChange]:
    """What the log says of the executions of an asset's checks: each when it is complete, the open ones last."""
    changes = Changes()
    for number, fact in enumerate(facts_of(cursor, asset, CHECKS, Hidden(out_of_sight.whole)), 1):
        take(fact, changes)
        if number % PAGE == 0:
            yield from (one for one in changes.checks if one.status != CHECK_PLANNED)
            changes.checks = [one for one in changes.checks if one.status == CHECK_PLANNED]
    yield from changes.checks


_ASSET = (
    "SELECT wiped_id, materialization_id, materialization_run_id, observation_id, planned_id,"
    " planned_run_id, failed_id,"
    " last_run_id, last_event_id, last_event_time FROM assets WHERE asset_key = ?"
)
_PARTITIONS = (
    "SELECT partition, wiped_id, status, materialization_id, materialization_run_id, planned_id,"
    " planned_run_id, failed_id, observation_id FROM asset_partitions"
    " WHERE asset_key = ? AND partition > ? ORDER BY partition LIMIT ?"
)
_ONE_PARTITION = (
    "SELECT partition, wiped_id, status, materialization_id, materialization_run_id, planned_id,"
    " planned_run_id, failed_id, observation_id FROM asset_partitions WHERE asset_key = ? AND partition = ?"
)
_CHECKS = (
    "SELECT id, asset_key, check_name, partition, run_id, status, timestamp, planned_id, evaluation_id"
    " FROM check_executions WHERE asset_key = ? ORDER BY id"
)


def stored(cursor: Cursor, asset: str) -> AssetState:
    """What the tables say of an asset, in the form in which ``replayed`` says it."""
    cursor.execute(_CHECKS, (asset,))
    checks = [CheckChange(*one) for one in cursor.fetchall()]
    return AssetState(stored_asset(cursor, asset), dict(stored_partitions(cursor, asset)), checks)


def stored_asset(cursor: Cursor, asset: str) -> AssetChange:
    """What the tables say of an asset as a whole."""
    cursor.execute(_ASSET, (asset,))
    row = cursor.fetchone()
    return AssetChange() if row is None else AssetChange(row[0] or None, False, *row[1:])


def stored_partition(cursor: Cursor, asset: str, name: str) -> PartitionChange | None:
    """What the tables say of one partition."""
    cursor.execute(_ONE_PARTITION, (asset, name))
    row = cursor.fetchone()
    return None if row is None else PartitionChange(row[1] or None, *row[2:])


def stored_partitions(
    cursor: Cursor, asset: str, *, after: str | None = None
) -> Iterator[tuple[str, PartitionChange]]:
    """What the tables say of the partitions of an asset that come after a key, in the order of their keys."""
    if after is None:
        nameless = stored_partition(cursor, asset, "")
        if nameless is not None:
            yield "", nameless
    last = after or ""
    while True:
        cursor.execute(_PARTITIONS, (asset, last, PAGE))
        page = cursor.fetchall()
        for row in page:
            yield row[0], PartitionChange(row[1] or None, *row[2:])
        if len(page) < PAGE:
            return
        last = page[-1][0]
