"""Goes through the log in the order it was stored, some thousand events at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from mainspring.core.records.event_type import EventType
from mainspring.core.storage.derive import ENDING_KINDS, RUN_KINDS, STEP_KINDS
from mainspring.core.storage.retention import RetentionPolicy
from mainspring.core.storage.sql.engine import Cursor, Database
from mainspring.core.storage.sql.retention.history import PLANNED, remove_plans, replaced, replaced_plans
from mainspring.core.storage.sql.retention.pace import Pace
from mainspring.core.storage.sql.retention.stage import (
    NOT_OF_A_RUN_IN_PROGRESS,
    SCANNED,
    Advance,
    Old,
    listed,
    remove_events,
)

_WINDOW = (
    "SELECT MAX(w.id), MIN(w.timestamp) FROM"
    " (SELECT id, timestamp FROM events WHERE id > ? ORDER BY id LIMIT ?) w"
)
_LAST = "SELECT MAX(id) FROM events"

_IN = "e.id > ? AND e.id <= ?"
_OLD = f"{_IN} AND e.timestamp < ?{NOT_OF_A_RUN_IN_PROGRESS.format(row='e')}"

# What the state of steps follows from stays with the run, as does what only a newer version understands.
_ENGINE = frozenset(kind.value for kind in EventType) - frozenset(STEP_KINDS)

LOGS = f"SELECT e.id FROM events e WHERE {_OLD} AND e.scope = 0 AND e.event_type IS NULL"
EVENTS = f"SELECT e.id FROM events e WHERE {_OLD} AND e.scope = 0 AND e.event_type IN ({listed(_ENGINE)})"

# What is left of the status of runs that went: the end of a run says what became of the partitions it had planned.
LEFT_OVER = (
    f"SELECT e.id FROM events e WHERE {{those}} AND e.scope = 2 AND e.event_type IN ({listed(RUN_KINDS)})"
    " AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = e.run_id)"
    f" AND (e.event_type NOT IN ({listed(ENDING_KINDS)}) OR NOT EXISTS (SELECT 1 FROM events p"
    f" WHERE p.run_id = e.run_id AND p.scope = 1 AND p.event_type = '{PLANNED}' AND p.partition IS NOT NULL))"
)

Seek = Callable[[Cursor, int, int], "dict[str, list[Old]]"]
Remove = Callable[[Cursor, Sequence[Old]], int]


class _Span(NamedTuple):
    """Events after one id up to another; ``None``: there is nothing old enough there."""

    until: int | None
    last: int


class LogStage:
    """A stage that goes through the whole log. ``youngest`` is the latest time at which it still looks."""

    def __init__(
        self, database: Database, name: str, *, youngest: float, seek: Seek, remove: Remove = remove_events
    ) -> None:
        self.name = name
        self._database = database
        self._youngest = youngest
        self._seek = seek
        self._remove = remove

    def piece(self, after: str, pace: Pace) -> Advance:
        """Look at some events, and remove those of them that may go."""
        start = int(after or 0)
        with self._database.read() as cursor:
            span = self._span(cursor, start)
            found = {} if span.until is None else self._seek(cursor, start, span.until)
        if span.until is None:
            return Advance(Counter(), None, span.last, span.last)
        removed: Counter[str] = Counter()
        for kind, rows in found.items():
            waiting = iter(rows)
            while some := list(islice(waiting, pace.size)):
                with pace.writing(self._database) as cursor:
                    removed[kind] += self._remove(cursor, some)
        return Advance(+removed, str(span.until), span.until, span.last)

    def counted(self) -> Counter[str]:
        """How many would go."""
        counts: Counter[str] = Counter()
        start: int | None = 0
        while start is not None:
            with self._database.read() as cursor:
                span = self._span(cursor, start)
                if span.until is not None:
                    counts.update(
                        {kind: len(rows) for kind, rows in self._seek(cursor, start, span.until).items()}
                    )
            start = span.until
        return +counts

    def _span(self, cursor: Cursor, start: int) -> _Span:
        cursor.execute(_LAST)
        last = cursor.fetchone()[0] or 0
        cursor.execute(_WINDOW, (start, SCANNED))
        until, oldest = cursor.fetchone()
        return _Span(until if until is not None and _is_before(oldest, self._youngest) else None, last)


def _is_before(time: Any, youngest: float) -> bool:
    """A time that is none counts as old: what it belongs to is looked at."""
    return not isinstance(time, (int, float)) or time < youngest


def log_stages(database: Database, policy: RetentionPolicy, *, now: float) -> Iterable[LogStage]:
    """The stages that go through the log."""
    if policy.asset_events is not None:
        before = now - policy.asset_events
        yield LogStage(database, "plans", youngest=before, seek=_plans(before), remove=remove_plans)
    ages = [age for age in (policy.logs, policy.events, policy.asset_events, policy.runs) if age is not None]
    if ages:
        yield LogStage(database, "events", youngest=now - min(ages), seek=_events(policy, now))


def _plans(before: float) -> Seek:
    def seek(cursor: Cursor, start: int, until: int) -> dict[str, list[Old]]:
        return {"asset_events": replaced_plans(cursor, _OLD, (start, until, before))}

    return seek


def _events(policy: RetentionPolicy, now: float) -> Seek:
    def seek(cursor: Cursor, start: int, until: int) -> dict[str, list[Old]]:
        found: dict[str, list[Old]] = {}
        for kind, text, age in (("logs", LOGS, policy.logs), ("events", EVENTS, policy.events)):
            if age is not None:
                cursor.execute(text, (start, until, now - age))
                found[kind] = [Old(*row) for row in cursor.fetchall()]
        if policy.asset_events is not None:
            found["asset_events"] = replaced(cursor, _OLD, (start, until, now - policy.asset_events))
        if policy.runs is not None:
            cursor.execute(LEFT_OVER.format(those=_IN), (start, until))
            found["run_events"] = [Old(*row) for row in cursor.fetchall()]
        return found

    return seek
