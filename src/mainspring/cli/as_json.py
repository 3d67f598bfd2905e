"""Answers as JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from mainspring.cli.output import emit
from mainspring.core.base import serial


def emit_json(value: object) -> None:
    """Write what was asked for as one JSON document."""
    emit(serial.encode(value).decode())


def moment(timestamp: float | None) -> str | None:
    """A time in seconds since 1970 as it stands in JSON: ISO 8601, in UTC."""
    return None if timestamp is None else datetime.fromtimestamp(timestamp, UTC).isoformat()
