"""How runs are looked for, and how their rows are read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.records.filters import RunsFilter
from mainspring.core.records.run import Run, RunRecord, RunStatus
from mainspring.core.storage.sql.engine import chunks, marks
from mainspring.core.values import tags as tag_keys

_COLUMNS = "id, run_id, job_name, status, epoch, create_time, update_time, start_time, end_time, tags, body"

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

# Where a run has none of these yet, it comes before all that have: databases differ in what they do unasked.
_NULLABLE = frozenset({"start_time", "end_time"})

UNREADABLE_TAG = "mainspring/unreadable"
"""Set on a run whose row could not be read whole: it is shown with what its columns say."""


def selecting(
    wanted: RunsFilter | None, *, limit: int | None, order_by: str | None, ascending: bool, cursor: str | None
) -> tuple[str, list[Any]]:
    """The statement for a page of runs, and its parameters."""
    column = _ORDERS.get(order_by or "id")
    if column is None:
        hint = did_you_mean(str(order_by), _ORDERS) or f"Use one of {', '.join(_ORDERS)}."
        raise InvariantViolationError(f"Runs cannot be ordered by {order_by!r}.", hint=hint)
    conditions, values = _conditions(wanted)
    if cursor is not None:
        conditions.append(f"id {'>' if ascending else '<'} (SELECT id FROM runs WHERE run_id = ?)")
        values.append(cursor)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    direction = "ASC" if ascending else "DESC"
    order = f"id {direction}"
    if column != "id":
        nulls = " NULLS FIRST" if ascending else " NULLS LAST"
        order = f"{column} {direction}{nulls if column in _NULLABLE else ''}, {order}"
    text = f"SELECT {_COLUMNS} FROM runs{where} ORDER BY {order}"
    if limit is not None:
        text += " LIMIT ?"
        values.append(limit)
    return text, values


def counting(wanted: RunsFilter | None) -> tuple[str, list[Any]]:
    """The statement that counts runs, and its parameters."""
    conditions, values = _conditions(wanted)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT COUNT(*) FROM runs{where}", values


def _conditions(wanted: RunsFilter | None) -> tuple[list[str], list[Any]]:
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
        options = [value] if isinstance(value, str) else list(value)
        conditions.append(
            f"run_id IN (SELECT run_id FROM run_tags WHERE key = ? AND {_among('value', options)})"
        )
        values.extend([key, *options])
    if wanted.exclude_subruns:
        conditions.append("NOT EXISTS (SELECT 1 FROM run_tags t WHERE t.run_id = runs.run_id AND t.key = ?)")
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
    faults: list[str] = []
    try:
        run: Run = serial.decode(body, Run)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        faults.append(str(error))
        run = Run(job_name=str(job_name), run_id=str(run_id))
    try:
        known_tags: dict[str, str] = serial.decode(tags, dict[str, str])
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        faults.append(str(error))
        known_tags = {}
    try:
        known_status = RunStatus(status)
    except ValueError:
        faults.append(f"the status {status!r} is not known")
        known_status = RunStatus.MANAGED
    if faults:
        known_tags[UNREADABLE_TAG] = "; ".join(faults)
    return RunRecord(
        storage_id=storage_id,
        dagster_run=msgspec.structs.replace(run, run_id=run_id, status=known_status, tags=known_tags),
        create_timestamp=_moment(created),
        update_timestamp=_moment(updated),
        start_time=started,
        end_time=ended,
        epoch=epoch,
    )


def _moment(seconds: object) -> datetime:
    """A time that is none is shown as the beginning of time."""
    known = seconds if isinstance(seconds, (int, float)) else 0.0
    return datetime.fromtimestamp(known, UTC)
