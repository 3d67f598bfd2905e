"""How far a sensor of several assets has read, asset by asset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from mainspring.core.base import serial
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.event import EventLogRecord
from mainspring.core.values.asset_key import AssetKey


class AssetCursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far one asset was read.

    ``storage_id`` and ``partition`` are those of the latest consumed event. ``trailing`` holds, for each partition
    that was passed over, the latest event that was not consumed.
    """

    storage_id: int = 0
    partition: str | None = None
    trailing: dict[str, int] = {}

    def advanced(self, consumed: Iterable[EventLogRecord], latest_of: Mapping[str, int]) -> AssetCursor:
        """The cursor after some events were consumed.

        ``latest_of`` holds the latest event of each partition that has one after the cursor. Where it comes
        before the latest consumed event and was not consumed, it is trailing from now on. An event without a
        partition is passed over for good.
        """
        taken = {record.storage_id: record for record in consumed}
        if not taken:
            return self
        latest = max(*taken, self.storage_id)
        done: dict[str, int] = {}
        for record in taken.values():
            if record.partition_key is not None:
                done[record.partition_key] = max(record.storage_id, done.get(record.partition_key, 0))
        left = {**self.trailing, **latest_of}
        trailing = {key: place for key, place in sorted(left.items()) if done.get(key, 0) < place < latest}
        last = taken.get(latest)
        return AssetCursor(latest, self.partition if last is None else last.partition_key, trailing)


def read_cursors(cursor: str | None, *, what: str) -> dict[AssetKey, AssetCursor]:
    """The cursors in a text. Raises ``InvariantViolationError`` for a text that is none."""
    if not cursor:
        return {}
    try:
        found: dict[str, AssetCursor] = serial.decode(cursor, dict[str, AssetCursor])
        return {AssetKey.from_user_string(name): one for name, one in found.items()}
    except (msgspec.MsgspecError, ValueError):
        raise InvariantViolationError(
            f"{what} was given the cursor {cursor!r}, which is none of its own."
        ) from None


def write_cursors(cursors: Mapping[AssetKey, AssetCursor]) -> str:
    """The text of cursors."""
    return serial.encode({key.to_user_string(): one for key, one in cursors.items()}).decode()
