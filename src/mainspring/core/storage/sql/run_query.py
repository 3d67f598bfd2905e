"""How runs are looked for, and how their rows are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.records.filters import RunsFilter
from mainspring.core.records.run import Run, RunRecord, RunStatus
from mainspring.core.records.run_buckets import JobBucket, RunCursor, TagBucket
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.engine import Cursor, chunks, marks
from mainspring.core.values import tags as tag_keys

COLUMNS = "id, run_id, job_name, status, epoch, create_time, update_time, start_time, end_time, tags, body"

_ORDERS = {
    "id": "id",
    "run_id": "run_id",
    "job_name": "job_name",
    "pipeline_name": "job_name",
    "status": "status",
    "create_timestamp": "create_time",
    "update_timestamp": "update_time",
    "start_time": "start_time",
    "end_time": "end_time",
}

# Where a run has none of these yet, it comes before all that have.
_NULLABLE = frozenset({"start_time", "end_time"})
_NEVER = -1e300

_TAGGED = "SELECT run_id FROM run_tags WHERE key = ?"
_HAS_TAG = "SELECT 1 FROM run_tags t WHERE t.run_id = runs.run_id AND t.key = ?"

_COMMON = 2_000
"""A tag that so many runs share is looked for run by run, from the newest on, until a page is full."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """Which runs of those that fit, and in what order; see ``RunReader.find``."""

    limit: int | None = None
    order_by: str | None = None
    ascending: bool = False
    cursor: str | RunCursor | None = None
    bucket_by: JobBucket | TagBucket | None = None


UNREADABLE_TAG = "mainspring/unreadable"
"""Set on a run whose row could not be read whole: it is shown with what its columns say."""


def common_tags(cursor: Cursor, wanted: RunsFilter | None, page: RunPage) -> frozenset[str]:
    """The keys of those tags of a filter that are better looked for run by run."""
    if wanted is None or not wanted.tags or page.limit is None or page.order_by not in (None, "id"):
        return frozenset()
    found: set[str] = set()
    for key, value in wanted.tags.items():
        options = _options(value)
        among = _among("value", options)
        text = f"SELECT COUNT(*) FROM ({_TAGGED} AND {among} LIMIT {_COMMON}) AS found"
        cursor.execute(text, (key, *options))
        if cursor.fetchone()[0] >= _COMMON:
            found.add(key)
    return frozenset(found)


def selecting(
    wanted: RunsFilter | None, page: RunPage, *, common: frozenset[str] = frozenset()
) -> tuple[str, list[Any]]:
    """The statement for a page of runs, and its parameters. ``common`` are the keys of ``common_tags``."""
    column = _ORDERS.get(page.order_by or "id")
    if column is None:
        hint = did_you_mean(str(page.order_by), _ORDERS) or f"Use one of {', '.join(_ORDERS)}."
        raise InvariantViolationError(f"Runs cannot be ordered by {page.order_by!r}.", hint=hint)
    if column in _NULLABLE:
        column = f"COALESCE({column}, {_NEVER!r})"
    conditions, values = _conditions(wanted, common)
    if page.bucket_by is not None:
        condition, listed = _newest_of_each(page.bucket_by, conditions, values)
        conditions, values = [condition], listed
    if page.cursor is not None:
        condition, listed = _after(page.cursor, column, ascending=page.ascending)
        conditions.append(condition)
        values += listed
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    direction = "ASC" if page.ascending else "DESC"
    order = f"id {direction}" if column == "id" else f"{column} {direction}, id {direction}"
    text = f"SELECT {COLUMNS} FROM runs{where} ORDER BY {order}"
    if page.limit is not None:
        text += " LIMIT ?"
        values.append(page.limit)
    return text, values


def _after(cursor: str | RunCursor, column: str, *, ascending: bool) -> tuple[str, list[Any]]:
    """The runs behind a place in the list. Runs that are equal by the column follow each other by their age."""
    than = ">" if ascending else "<"
    if isinstance(cursor, str):
        if column == "id":
            return f"id {than} (SELECT id FROM runs WHERE run_id = ?)", [cursor]
        return f"({column}, id) {than} (SELECT {column}, id FROM runs WHERE run_id = ?)", [cursor]
    if column == "id":
        return f"id {than} ?", [cursor.storage_id]
    value = _NEVER if cursor.value is None else cursor.value
    return f"({column}, id) {than} (?, ?)", [value, cursor.storage_id]


def _newest_of_each(
    by: JobBucket | TagBucket, conditions: list[str], values: list[Any]
) -> tuple[str, list[Any]]:
    """The runs that fit, so many of each bucket: a short walk down an index for each."""
    if isinstance(by, JobBucket):
        among, first, names = "job_name = ?", [], by.job_names
    else:
        among, first, names = f"run_id IN ({_TAGGED} AND value = ?)", [by.tag_key], by.tag_values
    if not names:
        return "1 = 0", []
    newest = f"SELECT id FROM runs WHERE {' AND '.join([among, *conditions])} ORDER BY id DESC"
    if by.bucket_limit is not None:
        newest += f" LIMIT {int(by.bucket_limit)}"
    one = f"SELECT id FROM ({newest}) AS bucket"
    pieces = [" UNION ALL ".join([one] * len(piece)) for piece in chunks(list(names))]
    condition = " OR ".join(f"id IN ({piece})" for piece in pieces)
    return f"({condition})", [value for name in names for value in (*first, name, *values)]


def counting(wanted: RunsFilter | None) -> tuple[str, list[Any]]:
    """The statement that counts runs, and its parameters."""
    conditions, values = _conditions(wanted)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT COUNT(*) FROM runs{where}", values


def _options(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _conditions(
    wanted: RunsFilter | None, common: frozenset[str] = frozenset()
) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    if wanted is None:
        return conditions, values
    statuses = None if wanted.statuses is None else [status.value for status in wanted.statuses]
    for column, listed in (("run_id", wanted.run_ids), ("status", statuses)):
        if listed is not None:
            conditions.append(_among(column, list(listed)))
            values.extend(listed)
    for condition, value in (
        ("job_name = ?", wanted.job_name),
        ("snapshot_id = ?", wanted.snapshot_id),
        ("update_time > ?", _seconds(wanted.updated_after)),
        ("update_time < ?", _seconds(wanted.updated_before)),
        ("create_time > ?", _seconds(wanted.created_after)),
        ("create_time < ?", _seconds(wanted.created_before)),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    for key, value in (wanted.tags or {}).items():
        options = _options(value)
        among = _among("value", options)
        conditions.append(
            f"EXISTS ({_HAS_TAG} AND {among})" if key in common else f"run_id IN ({_TAGGED} AND {among})"
        )
        values.extend([key, *options])
    if wanted.exclude_subruns:
        conditions.append(f"NOT EXISTS ({_HAS_TAG})")
        values.append(tag_keys.BACKFILL_TAG)
    return conditions, values


def _among(column: str, listed: list[str]) -> str:
    if not listed:
        return "1 = 0"
    return "(" + " OR ".join(f"{column} IN ({marks(len(piece))})" for piece in chunks(listed)) + ")"


def _seconds(moment: datetime | None) -> float | None:
    """A moment without a time zone is taken as UTC."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def write_tags(tags: Any) -> str:
    """Tags as they are stored beside the run."""
    return serial.encode(dict(tags)).decode()


def read_run(row: tuple[Any, ...]) -> RunRecord:
    """The record of a row. What cannot be read is left out, and the run says so in a tag."""
    storage_id, run_id, job_name, status, epoch, created, updated, started, ended, tags, body = row
    cells = Cells()
    run_id = cells.text(run_id, "run_id")
    run: Run = cells.record(body, Run) or Run(job_name=cells.text(job_name, "job_name"), run_id=run_id)
    known_tags: dict[str, str] = cells.record(tags, dict[str, str]) or {}
    known_status = cells.member(status, RunStatus, RunStatus.MANAGED)
    record = RunRecord(
        storage_id=storage_id,
        dagster_run=run,
        create_timestamp=_moment(cells, created, "create_time"),
        update_timestamp=_moment(cells, updated, "update_time"),
        start_time=cells.optional_number(started, "start_time"),
        end_time=cells.optional_number(ended, "end_time"),
        epoch=int(cells.number(epoch, "epoch")),
    )
    damage = cells.damage(body)
    if damage is not None:
        known_tags[UNREADABLE_TAG] = damage.reason
    whole = msgspec.structs.replace(run, run_id=run_id, status=known_status, tags=known_tags)
    return msgspec.structs.replace(record, dagster_run=whole)


def _moment(cells: Cells, seconds: object, what: str) -> datetime:
    """A time that is none is shown as the beginning of time."""
    try:
        return datetime.fromtimestamp(cells.number(seconds, what), UTC)
    except (ValueError, OverflowError, OSError):
        cells.note(f"the {what} {seconds} is no time")
        return datetime.fromtimestamp(0.0, UTC)
