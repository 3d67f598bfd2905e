"""What a store promises, as protocols: a reading and a writing half for each family of tables.

What holds for all of them:

* A call that writes is one transaction: when it returns, all of it lies in the database; when it raises,
none of it does.
* A read sees every write that returned before the read began, whichever process wrote it.
* All methods may be called from any thread. A store survives a fork: the child opens connections of its own.
* Lists and records belong to the caller. Storage ids grow with each event ever stored and are never used
twice.
* Errors: ``StorageBusyError`` and ``StorageFullError`` (transient: the same call may be made again),
``StorageError`` for
  what an operator must mend, ``FencedError`` for a writer whose run has been taken over.
* Reading is total: a row that cannot be read comes back as ``Unreadable``, and the rows around it as they
are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from mainspring.core.records.asset_record import AssetCheckExecutionRecord, AssetRecord
from mainspring.core.records.event import EventLogEntry, EventLogRecord, Unreadable
from mainspring.core.records.filters import EventRecordsFilter, RunsFilter
from mainspring.core.records.run import Run, RunRecord
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey


class Sequenced(NamedTuple):
    """An event with its place among the events of one writer.

    ``epoch`` is the writer's claim on the run; ``seq`` counts its events from 1. ``None`` stands for an
    event that is reported from outside the run's worker: it is stored each time it is sent.
    """

    epoch: int
    seq: int | None
    entry: EventLogEntry


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


class EventWriter(Protocol):
    """The writing half of the log."""

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        """Store events in the order given, with all that follows from them, in one transaction. Returns
        their storage ids.

        An event whose (run, epoch, seq) is stored already is left as it is and its id returned: a resend is
        harmless.
        Raises ``FencedError``, and stores nothing, when the epoch of any event is older than its run's. An
        event that
        comes after the final status of its run, or a change of status the run's state does not allow, is
        kept in the log and changes nothing else.
        """
        ...


class EventReader(Protocol):
    """The reading half of the log."""

    def of_run(
        self,
        run_id: str,
        *,
        after: int | None = None,
        limit: int | None = None,
        types: frozenset[str] | None = None,
        ascending: bool = True,
    ) -> list[EventLogRecord | Unreadable]:
        """The log of a run in the order it was stored. ``after`` is exclusive: a lower bound when
        ascending, else an upper one.
        """
        ...

    def of_type(
        self,
        wanted: EventRecordsFilter,
        *,
        limit: int | None = None,
        ascending: bool = False,
        job_names: Sequence[str] | None = None,
    ) -> list[EventLogRecord | Unreadable]:
        """Events of one type by storage id. What a wipe put out of sight and what came too late to count is
        left out.
        """
        ...

    def assets_of_run(
        self, run_id: str, *, types: frozenset[str] | None = None
    ) -> list[tuple[AssetKey, str | None]]:
        """The assets, with their partitions, that the events of a run speak of."""
        ...

    def last_id(self) -> int:
        """The storage id of the newest event; 0 where there is none."""
        ...


class EventStore(EventReader, EventWriter, Protocol):
    """The log."""


class RunReader(Protocol):
    """The reading half of the runs."""

    def get(self, run_id: str) -> RunRecord | None:
        """The run with this id."""
        ...

    def find(
        self,
        wanted: RunsFilter | None = None,
        *,
        limit: int | None = None,
        order_by: str | None = None,
        ascending: bool = False,
        cursor: str | None = None,
    ) -> list[RunRecord]:
        """Runs in the order they were made, newest first, or by another column. ``cursor`` is the id of the
        last run seen.
        """
        ...

    def count(self, wanted: RunsFilter | None = None) -> int:
        """How many runs fit."""
        ...

    def tag_keys(self) -> list[str]:
        """The keys of all tags, sorted."""
        ...

    def tag_values(
        self, keys: Sequence[str], *, prefix: str | None = None, limit: int | None = None
    ) -> dict[str, set[str]]:
        """The values each of these tags has had."""
        ...


class RunWriter(Protocol):
    """The writing half of the runs. Status is never set by hand: it follows from events."""

    def create(self, run: Run) -> RunRecord:
        """Store a run that is new. Raises ``InvariantViolationError`` when its id is taken."""
        ...

    def start(self, run: Run, *, holder: str, events: Sequence[EventLogEntry] = ()) -> int:
        """Store a run if it is new, claim it, and append these events as the first of the claim. Returns
        the epoch.

        Raises ``InvariantViolationError`` when the run has ended.
        """
        ...

    def claim(self, run_id: str, *, holder: str, lease_seconds: float | None = None) -> int:
        """Take the run over: all former epochs are refused from now on. Returns the new epoch.

        Raises ``RunNotFoundError``, ``FencedError`` while somebody else's lease holds,
        ``InvariantViolationError`` for a run that has ended.
        """
        ...

    def extend(self, run_id: str, epoch: int, *, lease_seconds: float) -> None:
        """Hold the lease of a claim for so many seconds from now. Raises ``FencedError`` when it is lost."""
        ...

    def add_tags(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Set tags; those of other keys stay. Raises ``RunNotFoundError``."""
        ...

    def delete(self, run_id: str) -> None:
        """Remove a run with its events; what was derived from them is derived anew. Unknown ids are
        ignored.
        """
        ...


class RunStore(RunReader, RunWriter, Protocol):
    """The runs."""


class AssetReader(Protocol):
    """What is known of assets. An asset is known from its first event after the last time it was wiped."""

    def known_keys(
        self, *, prefix: Sequence[str] | None = None, limit: int | None = None, after: str | None = None
    ) -> list[AssetKey]:
        """The known keys, ordered by their stored form; ``after`` is the stored form of a key, exclusive."""
        ...

    def known(self, asset_key: AssetKey) -> bool:
        """Whether the asset is known."""
        ...

    def records(self, keys: Sequence[AssetKey] | None = None) -> list[AssetRecord]:
        """The state of these assets (all when ``None``); keys that are not known are left out."""
        ...

    def latest_materializations(self, keys: Iterable[AssetKey]) -> dict[AssetKey, EventLogRecord]:
        """The latest materialization of each asset that has one."""
        ...

    def latest_planned(self, asset_key: AssetKey, partition: str | None = None) -> tuple[int, str] | None:
        """Storage id and run of the latest intention to materialise an asset or a partition of it."""
        ...


class AssetWriter(Protocol):
    """Puts the history of assets out of sight."""

    def wipe(self, keys: Sequence[AssetKey], *, timestamp: float) -> None:
        """Write an ASSET_WIPED event for each asset and reset what was derived for it, checks included."""
        ...

    def wipe_partitions(self, asset_key: AssetKey, partitions: Sequence[str], *, timestamp: float) -> None:
        """Write an ASSET_WIPED event with these partitions and reset what was derived for them."""
        ...


class AssetStore(AssetReader, AssetWriter, Protocol):
    """The assets."""


class PartitionReader(Protocol):
    """The state of the partitions of assets."""

    def states(
        self, asset_key: AssetKey, partitions: Sequence[str] | None = None
    ) -> dict[str, PartitionState]:
        """The state of these partitions (all that have one when ``None``)."""
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

    Each code location has its own keys; those of the location ``""`` are shared by all who ask for it.
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

    def delete(self, keys: Iterable[str]) -> None:
        """Remove keys, if they are there."""
        ...


class Store(Protocol):
    """All that an instance keeps in its database."""

    @property
    def events(self) -> EventStore:
        """The log."""
        ...

    @property
    def runs(self) -> RunStore:
        """The runs."""
        ...

    @property
    def assets(self) -> AssetStore:
        """The assets."""
        ...

    @property
    def partitions(self) -> PartitionReader:
        """The partitions of assets."""
        ...

    @property
    def checks(self) -> CheckReader:
        """The executions of checks."""
        ...

    @property
    def dynamic_partitions(self) -> DynamicPartitions:
        """The keys of dynamic partitions."""
        ...

    @property
    def kv(self) -> KeyValues:
        """Small texts by key."""
        ...

    def wipe_everything(self) -> None:
        """Empty all tables; storage ids go on growing."""
        ...

    def close(self) -> None:
        """Close all connections. Closing twice does no harm."""
        ...
