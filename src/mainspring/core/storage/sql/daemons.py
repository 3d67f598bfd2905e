"""The heartbeats of daemons."""

from __future__ import annotations

from typing import Any

from mainspring.core.base import serial
from mainspring.core.records.daemon import DaemonHeartbeat
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.storage.sql.cells import Cells
from mainspring.core.storage.sql.engine import Database

# One statement, so that it need not wait for the writers of the log.
_ADD = (
    "INSERT INTO daemon_heartbeats (daemon_type, daemon_id, timestamp, body) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (daemon_type, daemon_id) DO UPDATE SET timestamp = excluded.timestamp, body = excluded.body"
    " WHERE excluded.timestamp >= daemon_heartbeats.timestamp"
)
_ALL = "SELECT daemon_type, daemon_id, timestamp, body FROM daemon_heartbeats ORDER BY daemon_type, daemon_id"


class SqlDaemons:
    """The heartbeats of daemons in SQL; see ``DaemonStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_heartbeat(self, heartbeat: DaemonHeartbeat) -> None:
        """Keep a heartbeat."""
        body = serial.encode(heartbeat.errors)
        row = (heartbeat.daemon_type, heartbeat.daemon_id or "", heartbeat.timestamp, body)
        with self._database.write(serial=False) as cursor:
            cursor.execute(_ADD, row)

    def heartbeats(self) -> list[DaemonHeartbeat]:
        """All heartbeats."""
        with self._database.read() as cursor:
            cursor.execute(_ALL)
            rows = cursor.fetchall()
        return [_read(row) for row in rows]

    def wipe(self) -> None:
        """Forget all."""
        with self._database.write(serial=False) as cursor:
            cursor.execute("DELETE FROM daemon_heartbeats")


def _read(row: tuple[Any, ...]) -> DaemonHeartbeat:
    daemon_type, daemon_id, timestamp, body = row
    cells = Cells()
    kind, id_ = cells.text(daemon_type, "daemon_type"), cells.text(daemon_id, "daemon_id")
    moment = cells.number(timestamp, "timestamp")
    errors: list[ErrorInfo] = cells.record(body, list[ErrorInfo]) or []
    return DaemonHeartbeat(moment, kind, id_ or None, errors, cells.damage(body))
