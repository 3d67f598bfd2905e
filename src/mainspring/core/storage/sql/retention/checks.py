"""Removes old executions of asset checks that a newer one has replaced, each with its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any

from mainspring.core.storage.sql.engine import Cursor, Database, chunks, marks
from mainspring.core.storage.sql.retention.pace import Pace
from mainspring.core.storage.sql.retention.stage import (
    NOT_OF_A_RUN_IN_PROGRESS,
    SCANNED,
    Advance,
    Old,
    remove_ids,
    still_old,
)

_WINDOW = "SELECT MAX(w.id) FROM (SELECT id FROM check_executions WHERE id > ? ORDER BY id LIMIT ?) w"
_LAST = "SELECT MAX(id) FROM check_executions"
_NEWER = (
    "SELECT n.id FROM check_executions n WHERE n.asset_key = c.asset_key AND n.check_name = c.check_name"
    " AND {same} AND n.id > c.id AND (c.evaluation_id IS NULL OR n.evaluation_id IS NOT NULL)"
    " ORDER BY n.id LIMIT 1"
)
_REPLACED = tuple(
    f"SELECT c.id, ({_NEWER.format(same=same)}) FROM check_executions c WHERE {{those}} AND {own}"
    for same, own in (
        ("n.partition = c.partition", "c.partition IS NOT NULL"),
        ("n.partition IS NULL", "c.partition IS NULL"),
    )
)
_EVENTS = "SELECT planned_id, evaluation_id FROM check_executions WHERE id IN"
_OLD = f"c.id > ? AND c.id <= ? AND c.timestamp < ?{NOT_OF_A_RUN_IN_PROGRESS.format(row='c')}"


def replaced_checks(cursor: Cursor, those: str, values: Sequence[Any]) -> list[Old]:
    """Executions that may go, among those ``c`` that a condition picks."""
    found: list[Old] = []
    for text in _REPLACED:
        cursor.execute(text.format(those=those), values)
        found.extend(Old(*row) for row in cursor.fetchall() if row[1] is not None)
    return found


def remove_checks(cursor: Cursor, rows: Sequence[Old]) -> int:
    """Remove executions with their events. How many executions went."""
    ids = still_old(cursor, "check_executions", rows)
    events: list[int] = []
    for piece in chunks(ids):
        cursor.execute(f"{_EVENTS} ({marks(len(piece))})", piece)
        events.extend(one for row in cursor.fetchall() for one in row if one is not None)
    remove_ids(cursor, "events", events)
    return remove_ids(cursor, "check_executions", ids)


class CheckStage:
    """Goes through the executions of checks. ``before`` is the time before which they are old."""

    name: str = "checks"

    def __init__(self, database: Database, *, before: float) -> None:
        self._database = database
        self._before = before

    def piece(self, after: str, pace: Pace) -> Advance:
        """Look at some executions, and remove those of them that may go."""
        start = int(after or 0)
        with self._database.read() as cursor:
            cursor.execute(_LAST)
            last = cursor.fetchone()[0] or 0
            until, rows = self._found(cursor, start)
        gone = 0
        waiting = iter(rows)
        while some := list(islice(waiting, pace.size)):
            with pace.writing(self._database) as cursor:
                gone += remove_checks(cursor, some)
        return Advance(+Counter(checks=gone), None if until is None else str(until), until or last, last)

    def counted(self) -> Counter[str]:
        """How many would go."""
        counts: Counter[str] = Counter()
        start: int | None = 0
        while start is not None:
            with self._database.read() as cursor:
                start, rows = self._found(cursor, start)
            counts["checks"] += len(rows)
        return +counts

    def _found(self, cursor: Cursor, start: int) -> tuple[int | None, list[Old]]:
        cursor.execute(_WINDOW, (start, SCANNED))
        until = cursor.fetchone()[0]
        if until is None:
            return None, []
        return until, replaced_checks(cursor, _OLD, (start, until, self._before))
