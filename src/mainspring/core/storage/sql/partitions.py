"""The partitions of assets, and the keys of dynamic partitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.codec import read_row
from mainspring.core.storage.derive import MATERIALIZED
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql.engine import SEPARATOR, Cursor, Database, chunks, marks
from mainspring.core.storage.state_store import Page, PartitionState
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.shared_name import owner_of

_STATES = (
    "SELECT partition, status, materialization_id, materialization_run_id, planned_id,"
    " planned_run_id, failed_id,"
    " observation_id FROM asset_partitions WHERE asset_key = ?"
)
# Whether there is a status is asked afterwards: else the index by status might be taken, and walked as a whole.
_STATUSES = "SELECT partition, status FROM asset_partitions WHERE asset_key = ?"
_COUNTS = (
    "SELECT status, COUNT(*) FROM asset_partitions WHERE asset_key = ? AND status IS NOT NULL GROUP BY status"
)
_OF_STATUS = "FROM asset_partitions WHERE asset_key = ? AND status = ?"
# Nearly all that have been made are of that status and found in an index; these are the few others.
_MADE_BEFORE = (
    "FROM asset_partitions WHERE asset_key = ? AND status IN ('FAILED', 'IN_PROGRESS')"
    " AND materialization_id IS NOT NULL"
)
_MADE_BETWEEN = (
    "FROM asset_partitions WHERE asset_key = ? AND materialization_id > ? AND materialization_id < ?"
)
_LATEST_EVENTS = (
    "SELECT e.id, e.run_id, e.event_type, e.timestamp, e.body, p.partition FROM asset_partitions p"
    " JOIN events e ON e.id = p.{column} WHERE p.asset_key = ? AND p.partition IN ({marks})"
)
# The newest events decide, so that no row of an older partition is read.
_NEWEST = (
    "SELECT p.partition FROM events e JOIN asset_partitions p ON p.asset_key = e.asset_key"
    " AND p.partition = e.partition AND p.{column} = e.id"
    " WHERE e.asset_key = ? AND e.event_type = ? AND e.scope = 1 ORDER BY e.id DESC LIMIT ?"
)
_LAST_POSSIBLE = 2**63 - 1

_MANY = 20_000
"""From so many partitions on, all of the asset are read at once."""

_COLUMNS = {
    EventType.ASSET_MATERIALIZATION.value: "materialization_id",
    EventType.ASSET_OBSERVATION.value: "observation_id",
    EventType.ASSET_MATERIALIZATION_PLANNED.value: "planned_id",
    EventType.ASSET_FAILED_TO_MATERIALIZE.value: "failed_id",
}

_ADD = (
    "INSERT INTO partition_keys (location, name, partition) VALUES {rows}"
    " ON CONFLICT (location, name, partition) DO NOTHING"
)
_DELETE = "DELETE FROM partition_keys WHERE location = ? AND name = ? AND partition = ?"
_ALL = "SELECT partition FROM partition_keys WHERE location = ? AND name = ? ORDER BY id"
_EXISTING = "SELECT partition FROM partition_keys WHERE location = ? AND name = ? AND partition IN"
_PAGE_UP = (
    "SELECT id, partition FROM partition_keys WHERE location = ? AND name = ? AND id > ? ORDER BY id LIMIT ?"
)
_PAGE_DOWN = (
    "SELECT id, partition FROM partition_keys WHERE location = ? AND name = ? AND id < ?"
    " ORDER BY id DESC LIMIT ?"
)


class SqlPartitions:
    """The partitions of assets in SQL; see ``PartitionReader``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def states(
        self, asset_key: AssetKey, partitions: Sequence[str] | None = None
    ) -> dict[str, PartitionState]:
        """The state of these partitions."""
        stored = stored_key(asset_key)
        rows: list[tuple[Any, ...]] = []
        with self._database.read() as cursor:
            if partitions is None:
                cursor.execute(_STATES, (stored,))
                rows = cursor.fetchall()
            for piece in chunks(partitions or ()):
                cursor.execute(f"{_STATES} AND partition IN ({marks(len(piece))})", (stored, *piece))
                rows.extend(cursor.fetchall())
        return {
            row[0]: PartitionState(*row[1:]) for row in rows if any(value is not None for value in row[1:])
        }

    def statuses(self, asset_key: AssetKey, partitions: Sequence[str]) -> dict[str, list[str]]:
        """The partitions of each status, of these at least."""
        stored = stored_key(asset_key)
        with self._database.read() as cursor:
            if len(partitions) > _MANY:
                return self._by_status(cursor, stored)
            found: dict[str, list[str]] = {}
            for piece in chunks(partitions):
                cursor.execute(f"{_STATUSES} AND partition IN ({marks(len(piece))})", (stored, *piece))
                for name, word in cursor.fetchall():
                    if word is not None:
                        found.setdefault(word, []).append(name)
        return found

    def by_status(self, asset_key: AssetKey) -> dict[str, list[str]]:
        """The partitions of each status."""
        with self._database.read() as cursor:
            return self._by_status(cursor, stored_key(asset_key))

    def _by_status(self, cursor: Cursor, stored: str) -> dict[str, list[str]]:
        return {word: self._names(cursor, _OF_STATUS, (stored, word)) for word in _counts(cursor, stored)}

    def counts(self, asset_key: AssetKey) -> dict[str, int]:
        """How many partitions there are of each status."""
        with self._database.read() as cursor:
            return _counts(cursor, stored_key(asset_key))

    def _names(self, cursor: Cursor, rows: str, parameters: Sequence[object]) -> list[str]:
        """The partitions of some rows. They come as one text: a million rows would take the driver far longer."""
        cursor.execute(f"SELECT {self._database.joined('partition')}, COUNT(*) {rows}", parameters)
        text, count = cursor.fetchone()
        if not count:
            return []
        names = text.split(SEPARATOR)
        if len(names) == count:
            return names
        cursor.execute(f"SELECT partition {rows}", parameters)  # a name holds what stands between names
        return [row[0] for row in cursor.fetchall()]

    def materialized(
        self, asset_key: AssetKey, *, after: int | None = None, before: int | None = None
    ) -> set[str]:
        """The partitions with a materialization."""
        stored = stored_key(asset_key)
        bounds = (after or 0, _LAST_POSSIBLE if before is None else before)
        with self._database.read() as cursor:
            if not after and before is None:
                found = set(self._names(cursor, _OF_STATUS, (stored, MATERIALIZED)))
                found.update(self._names(cursor, _MADE_BEFORE, (stored,)))
                return found
            return set(self._names(cursor, _MADE_BETWEEN, (stored, *bounds)))

    def latest_ids(
        self,
        asset_key: AssetKey,
        event_type: str,
        *,
        partitions: Sequence[str] | None = None,
        after: int | None = None,
    ) -> dict[str, int]:
        """The latest event of a type for each partition."""
        column = _column(event_type)
        text = f"SELECT partition, {column} FROM asset_partitions WHERE asset_key = ? AND {column} > ?"
        bounds = (stored_key(asset_key), after or 0)
        found: dict[str, int] = {}
        with self._database.read() as cursor:
            if partitions is None or len(partitions) > _MANY:
                cursor.execute(text, bounds)
                found.update(cursor.fetchall())
            else:
                for piece in chunks(partitions):
                    cursor.execute(f"{text} AND partition IN ({marks(len(piece))})", (*bounds, *piece))
                    found.update(cursor.fetchall())
        return found if partitions is None else {name: found[name] for name in partitions if name in found}

    def latest_events(
        self, asset_key: AssetKey, event_type: str, *, partitions: Sequence[str]
    ) -> dict[str, EventLogRecord]:
        """The latest event of a type of each of these partitions."""
        column = _column(event_type)
        found: dict[str, EventLogRecord] = {}
        with self._database.read() as cursor:
            for piece in chunks(partitions):
                text = _LATEST_EVENTS.format(column=column, marks=marks(len(piece)))
                cursor.execute(text, (stored_key(asset_key), *piece))
                for *row, partition in cursor.fetchall():
                    record = read_row(tuple(row))
                    if isinstance(record, EventLogRecord):
                        found[partition] = record
        return found

    def newest(self, asset_key: AssetKey, event_type: str, *, limit: int) -> list[str]:
        """The partitions with the newest events of a type."""
        text = _NEWEST.format(column=_column(event_type))
        with self._database.read() as cursor:
            cursor.execute(text, (stored_key(asset_key), event_type, limit))
            return [row[0] for row in cursor.fetchall()]


def _counts(cursor: Cursor, stored: str) -> dict[str, int]:
    cursor.execute(_COUNTS, (stored,))
    return dict(cursor.fetchall())


def _column(event_type: str) -> str:
    column = _COLUMNS.get(event_type)
    if column is None:
        raise InvariantViolationError(
            f"{event_type} events are not kept by partition.", hint=f"Use one of {', '.join(_COLUMNS)}."
        )
    return column


class SqlDynamicPartitions:
    """The keys of dynamic partitions in SQL; see ``DynamicPartitions``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, partitions: Sequence[str], *, location: str = "") -> None:
        """Add keys."""
        owner = owner_of(name, location)
        with self._database.write() as cursor:
            for piece in chunks(partitions):
                rows = ", ".join(["(?, ?, ?)"] * len(piece))
                values = [value for partition in piece for value in (owner, name, partition)]
                cursor.execute(_ADD.format(rows=rows), values)

    def delete(self, name: str, partition: str, *, location: str = "") -> None:
        """Remove a key."""
        with self._database.write() as cursor:
            cursor.execute(_DELETE, (owner_of(name, location), name, partition))

    def get(self, name: str, *, location: str = "") -> list[str]:
        """All keys."""
        with self._database.read() as cursor:
            cursor.execute(_ALL, (owner_of(name, location), name))
            return [row[0] for row in cursor.fetchall()]

    def existing(self, name: str, partitions: Sequence[str], *, location: str = "") -> set[str]:
        """Those of these keys that are there."""
        found: set[str] = set()
        with self._database.read() as cursor:
            for piece in chunks(partitions):
                cursor.execute(f"{_EXISTING} ({marks(len(piece))})", (owner_of(name, location), name, *piece))
                found.update(row[0] for row in cursor.fetchall())
        return found

    def page(
        self, name: str, *, limit: int, ascending: bool = True, cursor: int | None = None, location: str = ""
    ) -> Page:
        """Some keys from a cursor on."""
        start = cursor if cursor is not None else 0 if ascending else _LAST_POSSIBLE
        with self._database.read() as rows:
            rows.execute(
                _PAGE_UP if ascending else _PAGE_DOWN, (owner_of(name, location), name, start, limit + 1)
            )
            found = rows.fetchall()
        shown = found[:limit]
        return Page([row[1] for row in shown], shown[-1][0] if shown else cursor, len(found) > limit)
