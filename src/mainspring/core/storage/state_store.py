"""What a store promises of partitions, checks, names and small texts; see ``store`` for what holds for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from mainspring.core.records.asset_record import AssetCheckExecutionRecord
from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.verification import Finding, Verified
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class PartitionState(NamedTuple):
    """Where a partition of an asset stands. ``status`` is MATERIALIZED, IN_PROGRESS, FAILED or ``None``."""

    status: str | None
    materialization_id: int | None
    materialization_run_id: str | None
    planned_id: int | None
    planned_run_id: str | None
    failed_id: int | None
    observation_id: int | None


class Page(NamedTuple):
    """Some of a list of names, and whether more follow."""

    names: list[str]
    cursor: int | None
    has_more: bool


class PartitionReader(Protocol):
    """The state of the partitions of assets."""

    def states(
        self, asset_key: AssetKey, partitions: Sequence[str] | None = None
    ) -> dict[str, PartitionState]:
        """The state of these partitions (all that have one when ``None``)."""
        ...

    def statuses(self, asset_key: AssetKey, partitions: Sequence[str]) -> dict[str, list[str]]:
        """The partitions that are MATERIALIZED, IN_PROGRESS or FAILED: of these all, and perhaps others."""
        ...

    def by_status(self, asset_key: AssetKey) -> dict[str, list[str]]:
        """The partitions of each status that any has."""
        ...

    def counts(self, asset_key: AssetKey) -> dict[str, int]:
        """How many partitions there are of each status that any has."""
        ...

    def materialized(
        self, asset_key: AssetKey, *, after: int | None = None, before: int | None = None
    ) -> set[str]:
        """The partitions with a materialization; the bounds are exclusive storage ids of materializations."""
        ...

    def latest_ids(
        self,
        asset_key: AssetKey,
        event_type: str,
        *,
        partitions: Sequence[str] | None = None,
        after: int | None = None,
    ) -> dict[str, int]:
        """For each partition the storage id of its latest event of a type."""
        ...

    def latest_events(
        self, asset_key: AssetKey, event_type: str, *, partitions: Sequence[str]
    ) -> dict[str, EventLogRecord]:
        """The latest event of a type of each of these partitions that has one."""
        ...

    def newest(self, asset_key: AssetKey, event_type: str, *, limit: int) -> list[str]:
        """The partitions with the newest events of a type, the newest first."""
        ...


class CheckReader(Protocol):
    """The executions of asset checks."""

    def latest(self, keys: Sequence[AssetCheckKey]) -> dict[AssetCheckKey, AssetCheckExecutionRecord]:
        """The latest execution of each check that has one."""
        ...

    def history(
        self, key: AssetCheckKey, *, limit: int, before: int | None = None, partition: str | None = None
    ) -> list[AssetCheckExecutionRecord]:
        """The executions of a check, newest first; ``before`` is an exclusive id of an execution."""
        ...


class DynamicPartitions(Protocol):
    """The keys of dynamic partitions, by the name of their definition, in the order they were added.

    Each code location has its own keys, ``""`` too, the location of whoever names none. A name that begins with
    ``shared:`` stands for the same keys whichever location asks.
    """

    def add(self, name: str, partitions: Sequence[str], *, location: str = "") -> None:
        """Add keys; those that are there already stay where they are."""
        ...

    def delete(self, name: str, partition: str, *, location: str = "") -> None:
        """Remove a key, if it is there."""
        ...

    def get(self, name: str, *, location: str = "") -> list[str]:
        """All keys."""
        ...

    def existing(self, name: str, partitions: Sequence[str], *, location: str = "") -> set[str]:
        """Those of these keys that are there."""
        ...

    def page(
        self, name: str, *, limit: int, ascending: bool = True, cursor: int | None = None, location: str = ""
    ) -> Page:
        """Some keys from a cursor on."""
        ...


class KeyValues(Protocol):
    """Small texts by key: cursors and the like."""

    def get(self, keys: Iterable[str]) -> dict[str, str]:
        """The texts of those keys that are set."""
        ...

    def set(self, pairs: Mapping[str, str]) -> None:
        """Set texts."""
        ...

    def compare_and_set(self, key: str, was: str | None, to: str | None) -> bool:
        """Change a text that is still ``was``; ``None`` stands for a key that is not set. Whether it was."""
        ...

    def delete(self, keys: Iterable[str]) -> None:
        """Remove keys, if they are there."""
        ...


class Verification(Protocol):
    """A comparison of what is derived with what the log says."""

    @property
    def verified(self) -> Verified:
        """What has been compared so far."""
        ...

    def findings(self) -> Iterator[Finding]:
        """Carry it out: what differs, as it is found. In pieces, each of one state of the database."""
        ...
