"""Runs and their events, as plain values for a page of text or for JSON."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mainspring.cli.as_json import moment
from mainspring.core.base.errors import InvocationError, RunNotFoundError, did_you_mean
from mainspring.core.instance.instance import Instance
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.event import EventLogRecord, Unreadable
from mainspring.core.records.event_data import EventData
from mainspring.core.records.run import RunRecord
from mainspring.core.values.tags import PARTITION_TAG

_PAGE = 1000


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    """A run, as ``run list`` shows it. Times are in UTC, durations in seconds."""

    run_id: str
    job: str
    status: str
    created_at: str
    started_at: str | None
    ended_at: str | None
    seconds: float | None
    partition: str | None
    assets: Sequence[str] | None
    tags: Mapping[str, str]


class EventLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the log of a run.

    ``type`` is ``None`` for a message; ``unreadable`` says why a row cannot be read.
    """

    storage_id: int
    at: str | None
    timestamp: float | None
    level: str
    type: str | None
    step: str | None
    message: str
    data: EventData | None = None
    error: ErrorInfo | None = None
    unreadable: str | None = None


def run_line(record: RunRecord) -> RunLine:
    """A run as a value."""
    run = record.dagster_run
    began, ended = record.start_time, record.end_time
    assets = (
        None if run.asset_selection is None else sorted(key.to_user_string() for key in run.asset_selection)
    )
    return RunLine(
        run_id=run.run_id,
        job=run.job_name,
        status=run.status.value,
        created_at=record.create_timestamp.isoformat(),
        started_at=moment(began),
        ended_at=moment(ended),
        seconds=None if began is None or ended is None else ended - began,
        partition=run.tags.get(PARTITION_TAG),
        assets=assets,
        tags=run.tags,
    )


def event_line(row: EventLogRecord | Unreadable) -> EventLine:
    """A row of the log as a value, whether it can be read or not."""
    if isinstance(row, Unreadable):
        return EventLine(
            storage_id=row.storage_id,
            at=moment(row.timestamp),
            timestamp=row.timestamp,
            level="WARNING",
            type=row.event_type,
            step=None,
            message=row.raw,
            unreadable=row.reason,
        )
    entry = row.event_log_entry
    event = entry.dagster_event
    data: Any = event.event_specific_data if event is not None else None
    return EventLine(
        storage_id=row.storage_id,
        at=moment(entry.timestamp),
        timestamp=entry.timestamp,
        level=logging.getLevelName(entry.level),
        type=event.event_type_value if event is not None else None,
        step=entry.step_key,
        message=entry.message,
        data=data,
        error=entry.error_info or getattr(data, "error", None),
    )


def find_run(instance: Instance, word: str) -> RunRecord:
    """The run with this id, or the only one whose id begins so.

    Raises ``RunNotFoundError`` where there is none, ``InvocationError`` where there are several.
    """
    exact = instance.get_run_record_by_id(word)
    if exact is not None:
        return exact
    ids = _all_ids(instance)
    found = [run_id for run_id in ids if word and run_id.startswith(word)]
    if len(found) > 1:
        some = ", ".join(found[:3]) + (", ..." if len(found) > len(found[:3]) else "")
        raise InvocationError(f"{len(found)} runs begin with {word!r}: {some}.", hint="Give more of the id.")
    record = instance.get_run_record_by_id(found[0]) if found else None
    if record is None:
        near = did_you_mean(word, ids[:_PAGE])
        raise RunNotFoundError(
            f"There is no run {word!r}.", hint=near or "`mainspring run list` shows the latest ones."
        )
    return record


def _all_ids(instance: Instance) -> list[str]:
    ids: list[str] = []
    while page := instance.get_run_ids(limit=_PAGE, cursor=ids[-1] if ids else None):
        ids += page
    return ids
