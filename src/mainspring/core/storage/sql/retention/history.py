"""Which events of the history of assets may go: those that a newer one has replaced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mainspring.core.records.event_type import EventType
from mainspring.core.storage.sql.engine import Cursor, chunks, marks
from mainspring.core.storage.sql.retention.stage import Old, listed, remove_events

MADE = EventType.ASSET_MATERIALIZATION.value
SEEN = EventType.ASSET_OBSERVATION.value
PLANNED = EventType.ASSET_MATERIALIZATION_PLANNED.value
FAILED = EventType.ASSET_FAILED_TO_MATERIALIZE.value
_RUN_FAILED = EventType.RUN_FAILURE.value

_NEWER = (
    "SELECT n.id FROM events n WHERE n.asset_key = e.asset_key AND n.event_type = e.event_type AND n.scope = 1"
    " AND n.id > e.id AND {same} AND (e.run_id = '' OR n.run_id <> '') ORDER BY n.id LIMIT 1"
)
_OLD = "SELECT e.id, ({newer}) AS witness FROM events e WHERE {{those}} AND e.scope = 1 AND {kinds} AND {partitioned}"

# What stands between a plan and the failure of its run says that the plan had been overtaken by then.
_STANDS_BETWEEN = (
    "EXISTS (SELECT 1 FROM events p JOIN events f ON f.run_id = p.run_id AND f.scope = 2"
    f" AND f.event_type = '{_RUN_FAILED}' AND f.id > e.id"
    " WHERE p.asset_key = e.asset_key AND p.partition = e.partition"
    f" AND p.event_type = '{PLANNED}' AND p.scope = 1 AND p.id < e.id)"
)
_IS_THE_FAILURE = (
    "EXISTS (SELECT 1 FROM asset_partitions s JOIN events f ON f.id = s.failed_id"
    " WHERE s.asset_key = e.asset_key AND s.partition = e.partition AND f.scope = 2 AND f.run_id = e.run_id)"
)

_FAILURES = (
    "SELECT e.id FROM events e JOIN asset_partitions s ON s.asset_key = e.asset_key AND s.partition = e.partition"
    " JOIN events f ON f.id = s.failed_id WHERE e.id IN ({marks}) AND f.scope = 2 AND f.run_id = e.run_id"
)


def _text(kinds: str, *, partitioned: bool, unless: str = "") -> str:
    same = "n.partition = e.partition" if partitioned else "n.partition IS NULL"
    own = f"e.partition IS {'NOT ' if partitioned else ''}NULL{unless}"
    return _OLD.format(newer=_NEWER.format(same=same), kinds=kinds, partitioned=own)


_PLANS = (
    _text(
        f"e.event_type = '{PLANNED}'",
        partitioned=True,
        unless=f" AND NOT {_STANDS_BETWEEN} AND NOT {_IS_THE_FAILURE}",
    ),
)
_OTHERS = (
    _text(f"e.event_type = '{SEEN}'", partitioned=True),
    _text(
        f"e.event_type IN ({listed((MADE, FAILED))})", partitioned=True, unless=f" AND NOT {_STANDS_BETWEEN}"
    ),
    _text(f"e.event_type IN ({listed((MADE, SEEN, FAILED, PLANNED))})", partitioned=False),
)


def replaced_plans(cursor: Cursor, those: str, values: tuple[Any, ...]) -> list[Old]:
    """Plans of partitions that may go, among the events ``e`` that a condition picks.

    They go first: what stands between a plan and the end of its run can follow once the plan is gone.
    """
    return _found(cursor, _PLANS, those, values)


def replaced(cursor: Cursor, those: str, values: tuple[Any, ...]) -> list[Old]:
    """All other events of the history that may go, among those that a condition picks."""
    return _found(cursor, _OTHERS, those, values)


def remove_plans(cursor: Cursor, rows: Sequence[Old]) -> int:
    """Remove plans, but those whose run's end has become the failure of their partition since they were found: that a
    run was deleted may do that.
    """
    kept: set[int] = set()
    for piece in chunks([row.id for row in rows]):
        cursor.execute(_FAILURES.format(marks=marks(len(piece))), piece)
        kept.update(row[0] for row in cursor.fetchall())
    return remove_events(cursor, [row for row in rows if row.id not in kept])


def _found(cursor: Cursor, texts: tuple[str, ...], those: str, values: tuple[Any, ...]) -> list[Old]:
    found: list[Old] = []
    for text in texts:
        cursor.execute(text.format(those=those), values)
        found.extend(Old(*row) for row in cursor.fetchall() if row[1] is not None)
    return found
