"""Pages of event records, as the instance hands them out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.event import EventLogEntry, EventLogRecord, EventRecordsResult, Unreadable
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import (
    AssetRecordsFilter,
    EventRecordsFilter,
    RunStatusChangeRecordsFilter,
)
from mainspring.core.storage.codec import shown
from mainspring.core.storage.store import EventReader
from mainspring.core.values.asset_key import AssetKey

_log = logging.getLogger(__name__)

TypesWanted = EventType | Iterable[EventType] | None


def words(of_type: TypesWanted) -> frozenset[str] | None:
    """The stored words of one type or several."""
    if of_type is None:
        return None
    return frozenset({of_type.value} if isinstance(of_type, EventType) else {kind.value for kind in of_type})


def asset_page(
    events: EventReader,
    kind: EventType,
    wanted: AssetKey | AssetRecordsFilter,
    *,
    limit: int,
    cursor: str | None,
    ascending: bool,
) -> EventRecordsResult:
    """Events of one type of one asset."""
    asked = wanted if isinstance(wanted, AssetRecordsFilter) else AssetRecordsFilter(asset_key=wanted)
    after, before = _bounds(asked.after_storage_id, asked.before_storage_id, cursor, ascending=ascending)
    query = EventRecordsFilter(
        event_type=kind,
        asset_key=asked.asset_key,
        asset_partitions=asked.asset_partitions,
        after_cursor=after,
        before_cursor=before,
        after_timestamp=asked.after_timestamp,
        before_timestamp=asked.before_timestamp,
        storage_ids=asked.storage_ids,
    )
    found = events.of_type(query, limit=limit + 1, ascending=ascending)
    return _page(found, limit=limit, cursor=cursor)


def status_page(
    events: EventReader,
    wanted: EventType | RunStatusChangeRecordsFilter,
    *,
    limit: int,
    cursor: str | None,
    ascending: bool,
) -> EventRecordsResult:
    """Changes of run status of one kind."""
    asked = RunStatusChangeRecordsFilter(event_type=wanted) if isinstance(wanted, EventType) else wanted
    after, before = _bounds(asked.after_storage_id, asked.before_storage_id, cursor, ascending=ascending)
    query = EventRecordsFilter(
        event_type=asked.event_type,
        after_cursor=after,
        before_cursor=before,
        after_timestamp=asked.after_timestamp,
        before_timestamp=asked.before_timestamp,
        storage_ids=asked.storage_ids,
    )
    found = events.of_type(query, limit=limit + 1, ascending=ascending, job_names=asked.job_names)
    return _page(found, limit=limit, cursor=cursor)


def run_page(
    events: EventReader,
    run_id: str,
    *,
    types: TypesWanted,
    limit: int | None,
    cursor: str | None,
    ascending: bool,
) -> EventRecordsResult:
    """The log of a run; a row that cannot be read is shown as a line that says so."""
    most = None if limit is None else limit + 1
    found = events.of_run(
        run_id, after=read_cursor(cursor), limit=most, types=words(types), ascending=ascending
    )
    shown_rows = found if limit is None else found[:limit]
    last = shown_rows[-1].storage_id if shown_rows else read_cursor(cursor)
    records = [EventLogRecord(row.storage_id, line_of(row)) for row in shown_rows]
    return EventRecordsResult(records, write_cursor(last), len(found) > len(shown_rows))


def line_of(row: EventLogRecord | Unreadable) -> EventLogEntry:
    """The line of a row, whether it can be read or not."""
    return shown(row) if isinstance(row, Unreadable) else row.event_log_entry


def readable(rows: Sequence[EventLogRecord | Unreadable]) -> list[EventLogRecord]:
    """The records of rows; those that cannot be read are named in the log of this process and left out."""
    records: list[EventLogRecord] = []
    for row in rows:
        if isinstance(row, Unreadable):
            _log.warning("event %s of run %r cannot be read: %s", row.storage_id, row.run_id, row.reason)
        else:
            records.append(row)
    return records


def _page(
    found: Sequence[EventLogRecord | Unreadable], *, limit: int, cursor: str | None
) -> EventRecordsResult:
    shown_rows = found[:limit]
    last = shown_rows[-1].storage_id if shown_rows else read_cursor(cursor)
    return EventRecordsResult(readable(shown_rows), write_cursor(last), len(found) > limit)


def _bounds(
    after: int | None, before: int | None, cursor: str | None, *, ascending: bool
) -> tuple[int | None, int | None]:
    """The narrower of what the filter and the cursor say."""
    start = read_cursor(cursor)
    if start is None:
        return after, before
    if ascending:
        return (start if after is None else max(start, after)), before
    return after, (start if before is None else min(start, before))


def read_cursor(cursor: str | None) -> int | None:
    """The storage id in a cursor. Raises ``InvariantViolationError`` for a text that no page gave."""
    if not cursor:
        return None
    try:
        return int(cursor)
    except ValueError:
        raise InvariantViolationError(
            f"{cursor!r} is not a cursor of the event log.",
            hint="Pass the cursor of the page before, or None.",
        ) from None


def write_cursor(storage_id: int | None) -> str:
    """A cursor for the page that follows; empty where nothing was seen yet."""
    return "" if storage_id is None else str(storage_id)
