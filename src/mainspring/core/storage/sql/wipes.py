"""Which wipes of an asset hold: read from the log, where each wipe and each that was taken back is an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from mainspring.core.records.event_type import EventType
from mainspring.core.storage.codec import decode_entry
from mainspring.core.storage.fact import Fact, subject_of
from mainspring.core.storage.sql.engine import Cursor

_EVENTS = (
    "SELECT id, event_type, timestamp, body FROM events WHERE asset_key = ? AND scope = 1"
    " AND event_type IN ('ASSET_WIPED', 'ASSET_WIPE_UNDONE') ORDER BY id"
)


class StoredWipe(NamedTuple):
    """A wipe in the log. ``partitions`` is ``None`` for the whole asset; ``undone_by`` is the event that took it
    back.
    """

    id: int
    timestamp: float
    partitions: tuple[str, ...] | None
    undone_by: int | None = None


class Hidden(NamedTuple):
    """What the wipes that hold put out of sight: events up to an id, of the asset and of single partitions.

    ``unreadable`` are events of wipes whose bytes cannot be read: nobody knows what those hid.
    """

    whole: int = 0
    partitions: Mapping[str, int] = MappingProxyType({})
    unreadable: tuple[int, ...] = ()

    def is_live(self, fact: Fact) -> bool:
        """Whether a fact is in sight."""
        if fact.id <= self.whole:
            return False
        return fact.partition is None or fact.id > self.partitions.get(fact.partition, 0)


def stored_wipes(cursor: Cursor, asset: str) -> list[StoredWipe]:
    """All wipes of an asset that can be read, oldest first."""
    return _read(cursor, asset)[0]


def hidden(cursor: Cursor, asset: str) -> Hidden:
    """What is out of sight of an asset."""
    wipes, unreadable = _read(cursor, asset)
    return hidden_by((wipe for wipe in wipes if wipe.undone_by is None), unreadable)


def hidden_by(wipes: Iterable[StoredWipe], unreadable: Iterable[int] = ()) -> Hidden:
    """What these wipes, oldest first, put out of sight."""
    whole = 0
    partitions: dict[str, int] = {}
    for wipe in wipes:
        if wipe.partitions is None:
            whole = wipe.id
            partitions = {}
        else:
            partitions.update(dict.fromkeys(wipe.partitions, wipe.id))
    return Hidden(whole, partitions, tuple(unreadable))


def _read(cursor: Cursor, asset: str) -> tuple[list[StoredWipe], list[int]]:
    cursor.execute(_EVENTS, (asset,))
    wipes: dict[int, StoredWipe] = {}
    unreadable: list[int] = []
    for storage_id, kind, timestamp, body in cursor.fetchall():
        try:
            detail = subject_of(decode_entry(bytes(body)))[3]
        except (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            unreadable.append(storage_id)
            continue
        if kind == EventType.ASSET_WIPED.value:
            partitions = tuple(map(str, detail)) if isinstance(detail, tuple) else None
            wipes[storage_id] = StoredWipe(storage_id, timestamp, partitions)
        elif isinstance(detail, tuple):
            for undone in map(int, detail):
                wipe = wipes.get(undone)
                if wipe is not None and wipe.undone_by is None:
                    wipes[undone] = wipe._replace(undone_by=storage_id)
    return list(wipes.values()), unreadable
