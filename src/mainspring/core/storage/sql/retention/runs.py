"""Removes runs that ended long ago: at once for who reads, then their events in pieces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from mainspring.core.base import serial
from mainspring.core.records.backfill import BULK_ACTION_OPEN
from mainspring.core.storage.derive import ENDING_KINDS
from mainspring.core.storage.retention import RetentionPolicy
from mainspring.core.storage.sql.engine import Cursor, Database, marks
from mainspring.core.storage.sql.retention.checks import remove_checks, replaced_checks
from mainspring.core.storage.sql.retention.history import remove_plans, replaced, replaced_plans
from mainspring.core.storage.sql.retention.pace import Pace
from mainspring.core.storage.sql.retention.place import save_place
from mainspring.core.storage.sql.retention.stage import ENDED, Advance, Old, listed, remove_events
from mainspring.core.storage.sql.retention.window import LEFT_OVER
from mainspring.core.values.tags import BACKFILL_TAG

_AT_ONCE = 50
"""Runs that go in one transaction; how many rows they have beside their events is not known before."""

_OLD_RUNS = (
    f"FROM runs r WHERE r.{ENDED} AND COALESCE(r.end_time, r.update_time) < ?{{chosen}}"
    # a group of re-executions goes as a whole: who runs again needs what ran before
    " AND NOT EXISTS (SELECT 1 FROM runs g WHERE g.root_run_id = COALESCE(r.root_run_id, r.run_id)"
    f" AND NOT g.{ENDED})"
    " AND NOT EXISTS (SELECT 1 FROM run_tags t JOIN backfills b ON b.backfill_id = t.value"
    f" WHERE t.run_id = r.run_id AND t.key = '{BACKFILL_TAG}'"
    f" AND b.status IN ({listed(one.value for one in BULK_ACTION_OPEN)}))"
)
_SOME_RUNS = "SELECT r.id, r.run_id {old} AND r.id > ? ORDER BY r.id LIMIT ?"
_LAST = "SELECT MAX(id) FROM runs"
_COUNT = "SELECT COUNT(*) {old}"
_COUNT_EVENTS = "SELECT COUNT(*) FROM events e WHERE e.scope = 0 AND e.run_id IN (SELECT r.run_id {old})"
_GONE = (
    "DELETE FROM run_tags WHERE run_id IN ({marks})",
    "DELETE FROM pool_claims WHERE run_id IN ({marks})",
)
_REMOVE = f"DELETE FROM runs WHERE run_id IN ({{marks}}) AND {ENDED} RETURNING run_id"

_IDS = "SELECT id FROM events WHERE run_id IN ({runs}) AND id > ? ORDER BY id LIMIT ?"
_THOSE = "e.run_id IN ({runs}) AND e.id > ? AND e.id <= ?"
_LINES = "SELECT e.id FROM events e WHERE {those} AND e.scope = 0"
_STATUS = f"SELECT e.id FROM events e WHERE {{those}} AND e.scope = 2 AND e.event_type NOT IN ({listed(ENDING_KINDS)})"
_CHECK_EVENTS = (
    "c.id IN (SELECT e.id FROM events e WHERE {those} AND e.scope = 1 AND e.check_name IS NOT NULL)"
)
_STEPS = (
    "DELETE FROM run_steps WHERE (run_id, step_key) IN"
    " (SELECT run_id, step_key FROM run_steps WHERE run_id IN ({runs}) LIMIT ?)"
)


class _Place(msgspec.Struct, frozen=True):
    """Where the stage is: the last run looked at; runs that are gone, whose events go now; how far with those, and
    whether their plans have gone.
    """

    run: int = 0
    removing: list[str] = []
    event: int = 0
    plans_gone: bool = False


class RunStage:
    """Goes through the runs that have ended.

    ``told`` is called with ids of runs that are about to go, before they do: to remove what lies outside the
    database.
    """

    name: str = "runs"

    def __init__(
        self,
        database: Database,
        policy: RetentionPolicy,
        *,
        now: float,
        told: Callable[[Sequence[str]], object],
    ) -> None:
        self._database = database
        self._told = told
        chosen, values = _chosen(policy)
        self._old = _OLD_RUNS.format(chosen=chosen)
        self._values = (now - (policy.runs or 0.0), *values)

    def piece(self, after: str, pace: Pace) -> Advance:
        """Remove some runs, or some of what such runs leave behind."""
        place = serial.decode(after, _Place) if after else _Place()
        return self._more(place, pace) if place.removing else self._next(place, pace)

    def _next(self, place: _Place, pace: Pace) -> Advance:
        with self._database.read() as cursor:
            cursor.execute(_SOME_RUNS.format(old=self._old), (*self._values, place.run, _AT_ONCE))
            found = cursor.fetchall()
            cursor.execute(_LAST)
            last = cursor.fetchone()[0] or 0
        if not found:
            return Advance(Counter(), None, last, last)
        run_ids = [row[1] for row in found]
        self._told(run_ids)
        with pace.writing(self._database) as cursor:
            cursor.execute(_REMOVE.format(marks=marks(len(run_ids))), run_ids)
            gone = sorted(row[0] for row in cursor.fetchall())
            for text in _GONE if gone else ():
                cursor.execute(text.format(marks=marks(len(gone))), gone)
            place = _Place(run=found[-1][0], removing=gone)
            save_place(cursor, self.name, _text(place))
        return Advance(+Counter(runs=len(gone)), _text(place), place.run, last)

    def _more(self, place: _Place, pace: Pace) -> Advance:
        runs, run_ids = marks(len(place.removing)), tuple(place.removing)
        with self._database.read() as cursor:
            cursor.execute(_IDS.format(runs=runs), (*run_ids, place.event, pace.size))
            ids = [row[0] for row in cursor.fetchall()]
            leaving = _Leaving()
            if ids:
                those, values = _THOSE.format(runs=runs), (*run_ids, place.event, ids[-1])
                leaving = _leaving(cursor, those, values, plans=not place.plans_gone)
        if not ids:
            return self._end_of_runs(place, pace)
        removed: Counter[str] = Counter()
        if any(leaving):
            with pace.writing(self._database) as cursor:
                removed["run_events"] = remove_plans(cursor, leaving.plans) + remove_events(
                    cursor, leaving.events
                )
                removed["checks"] = remove_checks(cursor, leaving.checks)
        place = msgspec.structs.replace(place, event=ids[-1])
        return Advance(+removed, _text(place), place.run)

    def _end_of_runs(self, place: _Place, pace: Pace) -> Advance:
        """All events have been looked at: once more after the plans are gone, then the steps and the ends."""
        if not place.plans_gone:
            place = msgspec.structs.replace(place, event=0, plans_gone=True)
            return Advance(Counter(), _text(place), place.run)
        runs, run_ids = marks(len(place.removing)), tuple(place.removing)
        with pace.writing(self._database) as cursor:
            cursor.execute(_STEPS.format(runs=runs), (*run_ids, pace.size))
            if cursor.rowcount:
                return Advance(Counter(), _text(place), place.run)
            cursor.execute(LEFT_OVER.format(those=f"e.run_id IN ({runs})"), run_ids)
            gone = remove_events(cursor, [Old(*row) for row in cursor.fetchall()])
        place = _Place(run=place.run)
        return Advance(+Counter(run_events=gone), _text(place), place.run)

    def counted(self) -> Counter[str]:
        """How many runs would go, and the lines of their logs; what else of them goes depends on what is newer."""
        with self._database.read() as cursor:
            cursor.execute(_COUNT.format(old=self._old), self._values)
            runs = cursor.fetchone()[0]
            cursor.execute(_COUNT_EVENTS.format(old=self._old), self._values)
            return +Counter(runs=runs, run_events=cursor.fetchone()[0])


class _Leaving(NamedTuple):
    """What may go of the events of runs."""

    plans: Sequence[Old] = ()
    events: Sequence[Old] = ()
    checks: Sequence[Old] = ()


def _leaving(cursor: Cursor, those: str, values: tuple[Any, ...], *, plans: bool) -> _Leaving:
    if plans:
        return _Leaving(plans=replaced_plans(cursor, those, values))
    events = replaced(cursor, those, values)
    for text in (_LINES, _STATUS):
        cursor.execute(text.format(those=those), values)
        events.extend(Old(*row) for row in cursor.fetchall())
    return _Leaving(events=events, checks=replaced_checks(cursor, _CHECK_EVENTS.format(those=those), values))


def _chosen(policy: RetentionPolicy) -> tuple[str, list[Any]]:
    text, values = "", list[Any]()
    for column, words in (("job_name", policy.run_jobs), ("status", policy.run_statuses)):
        if words is not None:
            text += f" AND r.{column} IN ({marks(len(words))})" if words else " AND 1 = 0"
            values.extend(words)
    return text, values


def _text(place: _Place) -> str:
    return serial.encode(place).decode()
