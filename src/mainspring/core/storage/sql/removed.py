"""Marks that retention sets in the transaction that removes events which wipes had put out of sight."""

from __future__ import annotations

from mainspring.core.storage.sql.engine import Cursor

_WIPED = "retention/wiped/"
_GET = "SELECT value FROM kv WHERE key = ?"
_SET = "INSERT INTO kv (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def history_removed_up_to(cursor: Cursor, asset: str) -> int:
    """The id of the newest wipe of an asset of whose hidden events some were removed for good; 0 for none.

    That wipe and those before it can no longer be taken back.
    """
    cursor.execute(_GET, (_WIPED + asset,))
    row = cursor.fetchone()
    return int(row[0]) if row is not None and str(row[0]).isdigit() else 0


def mark_history_removed(cursor: Cursor, asset: str, up_to: int) -> None:
    """Say that events which the wipe ``up_to`` of an asset hides are being removed.

    The wipe itself stays in the log, so that what it hides is the same ever after.
    """
    if up_to > history_removed_up_to(cursor, asset):
        cursor.execute(_SET, (_WIPED + asset, str(up_to)))
