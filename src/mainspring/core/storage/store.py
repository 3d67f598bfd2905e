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

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from mainspring.core.records.asset_record import AssetRecord
from mainspring.core.records.event import EventLogEntry, EventLogRecord, Unreadable
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.records.wipe import AssetWipe, WipePreview
from mainspring.core.storage.automation_store import AutomationStore
from mainspring.core.storage.run_store import RunStatsReader, RunStore
from mainspring.core.storage.state_store import (
    CheckReader,
    DynamicPartitions,
    KeyValues,
    PartitionReader,
    Verification,
)
from mainspring.core.storage.watch import Watch
from mainspring.core.values.asset_key import AssetKey


class Sequenced(NamedTuple):
    """An event with its place among the events of one writer.

    ``epoch`` is the writer's claim on the run; ``seq`` counts its events from 1. ``None`` stands for an
    event that is reported from outside the run's worker: it is stored each time it is sent.
    """

    epoch: int
    seq: int | None
    entry: EventLogEntry


class News(NamedTuple):
    """What is new in the log. ``seen`` is the storage id up to which it was looked at: where to go on."""

    rows: list[EventLogRecord | Unreadable]
    seen: int


class Signs(NamedTuple):
    """What the lines behind a place in the log speak of, without the lines: who needs to read them.

    ``asset_keys`` are stored forms. ``seen`` is the storage id up to which it was looked at; where ``has_more``, there
    is more behind it.
    """

    seen: int
    run_ids: frozenset[str]
    types: frozenset[str]
    asset_keys: frozenset[str]
    has_more: bool


class EventWriter(Protocol):
    """The writing half of the log."""

    def append(self, batch: Sequence[Sequenced]) -> list[int]:
        """Store events in the order given, with all that follows from them, in one transaction. Returns
        their storage ids.

        An event whose (run, epoch, seq) is stored already is left as it is and its id returned: a resend is
        harmless.
        Raises ``FencedError``, and stores nothing, when the epoch of any event is older than its run's, or is that of
        a claim (above 0) on a run that has been deleted since. An event that comes after the final status of its
        run, or a change of status the run's state does not allow, is kept in the log and changes nothing else.
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

    def of_runs(
        self,
        run_ids: Sequence[str],
        *,
        step_keys: Collection[str] | None = None,
        types: Collection[str] | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> list[EventLogRecord | Unreadable]:
        """The lines of several runs, or of some of their steps, in the order they were stored."""
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

    def since(
        self,
        after: int,
        *,
        limit: int,
        run_ids: Collection[str] | None = None,
        types: Collection[str] | None = None,
        asset_keys: Collection[AssetKey] | None = None,
    ) -> News:
        """The lines of all runs and of none, messages too, in the order they were stored, for those who follow
        the log.

        Of events about assets that were asked for by ``asset_keys``, those that came too late to count are left
        out. A server that is away is not waited for: who follows the log asks again.
        """
        ...

    def signs(self, after: int, *, limit: int) -> Signs:
        """What the lines behind a storage id speak of. A server that is away is not waited for."""
        ...

    def assets_of_run(
        self, run_id: str, *, types: frozenset[str] | None = None
    ) -> list[tuple[AssetKey, str | None]]:
        """The assets, with their partitions, that the events of a run speak of."""
        ...

    def last_id(self, *, patient: bool = True) -> int:
        """The storage id of the newest event; 0 where there is none. ``patient=False``: a server that is away is not
        waited for.
        """
        ...


class EventStore(EventReader, EventWriter, Protocol):
    """The log."""


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

    def preview_wipe(self, asset_key: AssetKey, partitions: Sequence[str] | None = None) -> WipePreview:
        """What a wipe of the asset, or of these partitions of it, would put out of sight."""
        ...

    def wipes(
        self, asset_key: AssetKey | None = None, *, now: float, grace: float | None = None
    ) -> list[AssetWipe]:
        """The wipes of an asset, or of all, newest first, and which of them ``undo_wipes`` would take back."""
        ...


class AssetWriter(Protocol):
    """Puts the history of assets out of sight, and back."""

    def wipe(self, keys: Sequence[AssetKey], *, timestamp: float) -> None:
        """Write an ASSET_WIPED event for each asset and reset what was derived for it, checks included."""
        ...

    def wipe_partitions(self, asset_key: AssetKey, partitions: Sequence[str], *, timestamp: float) -> None:
        """Write an ASSET_WIPED event with these partitions and reset what was derived for them.

        Of more than 10,000 partitions each 10,000 are a wipe and a transaction of their own.
        """
        ...

    def undo_wipes(
        self, wipe_ids: Sequence[int], *, now: float, grace: float | None = None
    ) -> list[AssetWipe]:
        """Take wipes back, all or none: everything is as if they had not been, and what came after them counts
        too.

        ``grace`` are the seconds after which a wipe stays, ``None`` for never. Raises ``InvariantViolationError``
        for a wipe that is not known, was taken back already, is too old, or whose history was removed.
        """
        ...


class AssetStore(AssetReader, AssetWriter, Protocol):
    """The assets."""


class Store(AutomationStore, Protocol):
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
    def run_stats(self) -> RunStatsReader:
        """The figures of runs."""
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

    def watch(self) -> Watch:
        """What wakes a thread when events were stored, by this process or another."""
        ...

    def verification(
        self, *, mend: bool = False, show: Callable[[str, int, int | None], None] | None = None
    ) -> Verification:
        """A comparison of all that is derived with what the log says; with ``mend``, what differs is put right.

        ``show`` is told how far it has come: of what, how many, of how many.
        """
        ...

    def wipe_everything(self) -> None:
        """Empty all tables; storage ids go on growing."""
        ...

    def close(self) -> None:
        """Close all connections. Closing twice does no harm."""
        ...
