"""Lines of the log as bytes and back. Reading is total: whatever bytes are given, something comes back."""

from __future__ import annotations

import logging
from copy import copy
from typing import Any

import msgspec

from mainspring.core.base import serial
from mainspring.core.records.event import EventLogEntry, EventLogRecord, Unreadable

_LONGEST_RAW = 100_000


def encode_entry(entry: EventLogEntry) -> bytes:
    """The bytes of a line. What an event says is written once: reading puts it into ``user_message`` again."""
    event = entry.dagster_event
    if event is not None and entry.user_message and entry.user_message == event.message:
        entry = copy(entry)
        msgspec.structs.force_setattr(entry, "user_message", "")
    return serial.encode(entry)


def decode_entry(body: bytes) -> EventLogEntry:
    """The line of these bytes; data of a kind only a newer version knows is kept as ``UnknownEventData``."""
    try:
        return serial.decode(body, EventLogEntry)
    except msgspec.ValidationError:
        plain = serial.decode(body, dict[str, Any])
        return serial.from_builtins(_with_unknown_data(plain), EventLogEntry)


def _with_unknown_data(plain: dict[str, Any]) -> dict[str, Any]:
    """The same line with the event's data put into the shape that takes anything."""
    event: Any = plain.get("dagster_event")
    data: Any = event.get("event_specific_data") if isinstance(event, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    if not isinstance(data, dict):
        return plain
    unknown: dict[str, Any] = {"type": "unknown", "raw": data}
    return {**plain, "dagster_event": {**event, "event_specific_data": unknown}}


def read_row(row: tuple[Any, ...]) -> EventLogRecord | Unreadable:
    """The record of a row ``(id, run_id, event_type, timestamp, body)``."""
    storage_id, run_id, event_type, timestamp, body = row
    try:
        return EventLogRecord(storage_id, decode_entry(_as_bytes(body)))
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return Unreadable(
            storage_id=storage_id,
            run_id=str(run_id),
            event_type=None if event_type is None else str(event_type),
            raw=_as_text(body)[:_LONGEST_RAW],
            reason=f"{type(error).__name__}: {error}",
            timestamp=timestamp if isinstance(timestamp, (int, float)) else None,
        )


def _as_bytes(body: object) -> bytes:
    if isinstance(body, str):
        return body.encode("utf-8", "surrogateescape")
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    raise TypeError(f"the body is a {type(body).__name__}")


def _as_text(body: object) -> str:
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)


def shown(row: Unreadable) -> EventLogEntry:
    """An unreadable row as a line of the log, so that it is seen where the log is read."""
    return EventLogEntry(
        error_info=None,
        level=logging.WARNING,
        user_message=f"Event {row.storage_id} ({row.event_type or 'log line'}) cannot be read:"
        f" {row.reason}\n{row.raw}",
        run_id=row.run_id,
        timestamp=row.timestamp or 0.0,
    )
