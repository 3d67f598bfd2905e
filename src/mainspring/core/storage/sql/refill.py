"""Puts what the log says of an asset in the place of what is stored, by statements on whole sets of rows.

After a wipe was taken back, after a run was deleted, and to mend what is wrong. ``replay`` says the same without
writing; that both agree is what the tests are for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from mainspring.core.records.event_type import EventType
from mainspring.core.storage.derive import FAILED, IN_PROGRESS, MATERIALIZED, CheckChange
from mainspring.core.storage.sql.engine import Cursor
from mainspring.core.storage.sql.facts import PAGE
from mainspring.core.storage.sql.latest import latest_of_asset
from mainspring.core.storage.sql.replay import replayed_checks
from mainspring.core.storage.sql.wipes import Hidden, hidden, stored_wipes

_MADE = EventType.ASSET_MATERIALIZATION.value
_SEEN = EventType.ASSET_OBSERVATION.value
_PLANNED = EventType.ASSET_MATERIALIZATION_PLANNED.value
_FAILED = EventType.ASSET_FAILED_TO_MATERIALIZE.value
_RUN_FAILED = EventType.RUN_FAILURE.value
_RUN_ENDED_OTHERWISE = f"'{EventType.RUN_SUCCESS.value}', '{EventType.RUN_CANCELED.value}'"

_MANY = 50_000
"""So many partitions are sooner filled with all others than one by one."""

_SET_WIPED = (
    "INSERT INTO assets (asset_key, wiped_id) VALUES (?, ?)"
    " ON CONFLICT (asset_key) DO UPDATE SET wiped_id = excluded.wiped_id"
)
_CLEAR = "DELETE FROM asset_partitions WHERE asset_key = ?"
_SET_PARTITION_WIPED = "INSERT INTO asset_partitions (asset_key, partition, wiped_id) VALUES (?, ?, ?)"

# Events of partitions that no wipe hides. Those that wipes of partitions hide were marked in asset_partitions
# before; where there is none it is not looked at.
_JOIN_WIPED = " LEFT JOIN asset_partitions w ON w.asset_key = e.asset_key AND w.partition = e.partition"
_LIVE = "e.asset_key = ? AND e.scope = 1 AND e.id > ? AND e.{only}"
_NOT_WIPED = " AND e.id > COALESCE(w.wiped_id, 0)"
_LATEST = (
    "SELECT e.asset_key, e.partition,"
    f" MAX(CASE WHEN e.event_type = '{_MADE}' THEN e.id END) AS made,"
    f" MAX(CASE WHEN e.event_type = '{_SEEN}' THEN e.id END) AS seen,"
    f" MAX(CASE WHEN e.event_type = '{_PLANNED}' THEN e.id END) AS planned,"
    f" MAX(CASE WHEN e.event_type = '{_FAILED}' THEN e.id END) AS failed"
    f" FROM events e{{join}} WHERE {_LIVE}{{wiped}}"
    f" AND e.event_type IN ('{_MADE}', '{_SEEN}', '{_PLANNED}', '{_FAILED}') GROUP BY e.asset_key, e.partition"
)
_STATUS = (
    "CASE WHEN COALESCE(l.made, 0) > COALESCE(l.planned, 0) AND COALESCE(l.made, 0) > COALESCE(l.failed, 0)"
    f" THEN '{MATERIALIZED}'"
    f" WHEN COALESCE(l.planned, 0) > COALESCE(l.failed, 0) THEN '{IN_PROGRESS}'"
    f" WHEN l.failed IS NOT NULL THEN '{FAILED}' END"
)
_FILL = (
    "INSERT INTO asset_partitions (asset_key, partition, status, materialization_id, materialization_run_id,"
    " planned_id, planned_run_id, failed_id, observation_id)"
    f" SELECT l.asset_key, l.partition, {_STATUS}, l.made, m.run_id, l.planned, p.run_id, l.failed, l.seen"
    f" FROM ({_LATEST}) l LEFT JOIN events m ON m.id = l.made LEFT JOIN events p ON p.id = l.planned"
    " WHERE 1 = 1"
    " ON CONFLICT (asset_key, partition) DO UPDATE SET status = excluded.status,"
    " materialization_id = excluded.materialization_id,"
    " materialization_run_id = excluded.materialization_run_id, planned_id = excluded.planned_id,"
    " planned_run_id = excluded.planned_run_id, failed_id = excluded.failed_id,"
    " observation_id = excluded.observation_id"
)
# A run that failed has failed each partition that it had planned and that nothing had happened to since.
_FAIL = (
    "INSERT INTO asset_partitions (asset_key, partition, status, failed_id)"
    f" SELECT e.asset_key, e.partition, '{FAILED}', MAX(f.id)"
    f" FROM events e{{join}} CROSS JOIN events f WHERE {_LIVE}{{wiped}} AND e.event_type = '{_PLANNED}'"
    f" AND f.run_id = e.run_id AND f.scope = 2 AND f.event_type = '{_RUN_FAILED}' AND f.id > e.id"
    " AND NOT EXISTS (SELECT 1 FROM events n WHERE n.asset_key = e.asset_key AND n.partition = e.partition"
    f" AND n.event_type IN ('{_MADE}', '{_PLANNED}', '{_FAILED}') AND n.scope = 1"
    " AND n.id > e.id AND n.id < f.id) GROUP BY e.asset_key, e.partition"
    " ON CONFLICT (asset_key, partition) DO UPDATE SET status = CASE"
    " WHEN excluded.failed_id > COALESCE(asset_partitions.materialization_id, 0)"
    " AND excluded.failed_id > COALESCE(asset_partitions.planned_id, 0)"
    " THEN excluded.status ELSE asset_partitions.status END, failed_id = CASE"
    " WHEN excluded.failed_id > COALESCE(asset_partitions.failed_id, 0)"
    " THEN excluded.failed_id ELSE asset_partitions.failed_id END"
)
_SETTLE = (
    "UPDATE asset_partitions SET status = CASE"
    f" WHEN COALESCE(failed_id, 0) > COALESCE(materialization_id, 0) THEN '{FAILED}'"
    f" WHEN materialization_id IS NOT NULL THEN '{MATERIALIZED}' END"
    f" WHERE asset_key = ? AND {{only}} AND status = '{IN_PROGRESS}' AND EXISTS (SELECT 1 FROM events f"
    " WHERE f.run_id = asset_partitions.planned_run_id AND f.scope = 2"
    f" AND f.event_type IN ({_RUN_ENDED_OTHERWISE}))"
)

_CLEAR_CHECKS = "DELETE FROM check_executions WHERE asset_key = ?"
_CLEAR_CHECK = "DELETE FROM check_executions WHERE id = ?"
_CHECK = (
    "INSERT INTO check_executions (id, asset_key, check_name, partition, run_id, status, timestamp,"
    " planned_id, evaluation_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def unwipe(cursor: Cursor, asset: str, wipe_ids: Collection[int]) -> None:
    """Bring back what these wipes of an asset hid, as far as no other wipe hides it."""
    undone = [wipe for wipe in stored_wipes(cursor, asset) if wipe.id in wipe_ids]
    if any(wipe.partitions is None for wipe in undone):
        refill_asset(cursor, asset)
    elif undone:
        refill_touched(cursor, asset, {name for wipe in undone for name in wipe.partitions or ()})


def refill_touched(cursor: Cursor, asset: str, partitions: Collection[str]) -> None:
    """What is derived for an asset of which nothing but these partitions, and events without one, were touched."""
    if len(partitions) > _MANY:
        refill_asset(cursor, asset)
    else:
        refill_partitions(cursor, asset, sorted(partitions))
        latest_of_asset(cursor, asset)


def refill_asset(cursor: Cursor, asset: str) -> None:
    """All that is derived for an asset."""
    out_of_sight = hidden(cursor, asset)
    set_wiped(cursor, asset, out_of_sight.whole)
    cursor.execute(_CLEAR, (asset,))
    _fill(cursor, asset, out_of_sight, out_of_sight.partitions, None)
    refill_checks(cursor, asset, out_of_sight)
    latest_of_asset(cursor, asset)


def set_wiped(cursor: Cursor, asset: str, whole: int) -> None:
    """Up to which event an asset as a whole is out of sight."""
    cursor.execute(_SET_WIPED, (asset, whole))


def refill_partitions(
    cursor: Cursor, asset: str, partitions: Sequence[str], out_of_sight: Hidden | None = None
) -> None:
    """What is derived for some partitions of an asset; that of the asset itself is for ``latest_of_asset``."""
    if not partitions:
        return
    known = hidden(cursor, asset) if out_of_sight is None else out_of_sight
    cursor.executemany(f"{_CLEAR} AND partition = ?", [(asset, name) for name in partitions])
    _fill(cursor, asset, known, [name for name in partitions if name in known.partitions], partitions)


def refill_checks(cursor: Cursor, asset: str, out_of_sight: Hidden) -> None:
    """The executions of the checks of an asset."""
    cursor.execute(_CLEAR_CHECKS, (asset,))
    checks = replayed_checks(cursor, asset, out_of_sight)
    while page := list(islice(checks, PAGE)):
        cursor.executemany(_CHECK, [_check_row(one) for one in page])


def put_check(cursor: Cursor, number: int, check: CheckChange | None) -> None:
    """Put an execution of a check in the place of the one with its id; ``None`` removes that."""
    cursor.execute(_CLEAR_CHECK, (number,))
    if check is not None:
        cursor.execute(_CHECK, _check_row(check))


def _fill(
    cursor: Cursor, asset: str, out_of_sight: Hidden, wiped: Iterable[str], only: Sequence[str] | None
) -> None:
    """Fill rows that have been cleared: those that were wiped first, which hides what lies before.

    Some partitions are filled one by one, so that each is looked up in the index, whatever the planner knows.
    """
    rows = [(asset, name, out_of_sight.partitions[name]) for name in wiped]
    if rows:
        cursor.executemany(_SET_PARTITION_WIPED, rows)
    join, not_wiped = (_JOIN_WIPED, _NOT_WIPED) if rows else ("", "")
    those = "partition IS NOT NULL" if only is None else "partition = ?"
    for text in (_FILL, _FAIL):
        made = text.format(join=join, wiped=not_wiped, only=those)
        if only is None:
            cursor.execute(made, (asset, out_of_sight.whole))
        else:
            cursor.executemany(made, [(asset, out_of_sight.whole, name) for name in only])
    made = _SETTLE.format(only=those)
    if only is None:
        cursor.execute(made, (asset,))
    else:
        cursor.executemany(made, [(asset, name) for name in only])


def _check_row(check: CheckChange) -> tuple[object, ...]:
    return (
        check.id,
        check.asset,
        check.check,
        check.partition,
        check.run_id,
        check.status,
        check.timestamp,
        check.planned,
        check.evaluation,
    )
