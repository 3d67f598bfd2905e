"""What a store promises of the state of automation: instigators and their ticks, backfills, daemons, leases,
pools. What holds for all families is said in ``store``.

Times are the database's unless a record brings its own. A row that cannot be read whole comes back with what
its columns say and with ``damage`` set; the rows around it come back as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mainspring.core.records.backfill import BulkActionsFilter, BulkActionStatus, PartitionBackfill
from mainspring.core.records.concurrency import ConcurrencyClaimStatus, ConcurrencyKeyInfo, PoolLimit
from mainspring.core.records.daemon import DaemonHeartbeat
from mainspring.core.records.lease import Lease
from mainspring.core.storage.tick_store import InstigatorStore, TickStore


class BackfillStore(Protocol):
    """The backfills."""

    def add(self, backfill: PartitionBackfill) -> bool:
        """Keep a backfill that is new. Whether it was: one that is there stays as it is."""
        ...

    def update(
        self, backfill: PartitionBackfill, *, expected: Sequence[BulkActionStatus] | None = None
    ) -> bool:
        """Replace a backfill. Whether it was there, in one of the expected statuses."""
        ...

    def get(self, backfill_id: str) -> PartitionBackfill | None:
        """The backfill with this id."""
        ...

    def find(
        self, wanted: BulkActionsFilter | None = None, *, limit: int | None = None, cursor: str | None = None
    ) -> list[PartitionBackfill]:
        """Backfills that fit, newest first. ``cursor`` is the id of the last one of the page before."""
        ...

    def count(self, wanted: BulkActionsFilter | None = None) -> int:
        """How many fit."""
        ...


class DaemonStore(Protocol):
    """The heartbeats of daemons: the latest of each."""

    def add_heartbeat(self, heartbeat: DaemonHeartbeat) -> None:
        """Keep the heartbeat of a daemon instead of its last one, unless that is newer."""
        ...

    def heartbeats(self) -> list[DaemonHeartbeat]:
        """All, by kind and id of the daemon."""
        ...

    def wipe(self) -> None:
        """Forget all."""
        ...


class LeaseStore(Protocol):
    """Claims on names, by the database's time. A holder's name is that of one process, and never used again."""

    def acquire(self, name: str, holder: str, *, seconds: float) -> Lease:
        """Take a lease that nobody holds, or hold on to one's own.

        The epoch grows unless the holder is the one who had it last. Raises ``FencedError``, which says who
        holds it and for how long, while somebody else does; ``InvariantViolationError`` for no holder's name.
        """
        ...

    def renew(self, lease: Lease, *, seconds: float) -> Lease:
        """Hold a lease for so many seconds from now. Raises ``FencedError`` when it was released or taken over."""
        ...

    def release(self, lease: Lease) -> bool:
        """Give a lease back. Whether it was still held at this epoch."""
        ...

    def holder(self, name: str) -> Lease | None:
        """The lease that holds now."""
        ...

    def held(self) -> list[Lease]:
        """All leases that hold now, by name."""
        ...


class PoolStore(Protocol):
    """The pools and their slots.

    A pool without a limit of its own has the ``default_limit`` that the caller names; where that is ``None``
    too, any number may run. Slots are given strictly by priority, then by age; a slot that is held is never
    taken away, also when the limit falls below what is held. A claim ends with its run, in the commit of the
    run's last event.
    """

    def set_limit(self, pool: str, limit: int) -> None:
        """Set how many slots a pool has. Raises ``InvariantViolationError`` for fewer than none."""
        ...

    def delete_limit(self, pool: str) -> bool:
        """Let the default hold for a pool again. Whether it had a limit of its own."""
        ...

    def limits(self, *, default_limit: int | None = None) -> list[PoolLimit]:
        """All pools that have a limit of their own or claims, by name."""
        ...

    def claim(
        self,
        pool: str,
        run_id: str,
        step_key: str,
        *,
        epoch: int | None = None,
        priority: int = 0,
        default_limit: int | None = None,
    ) -> ConcurrencyClaimStatus:
        """Ask for a slot, or look how the claim stands: it has one or waits for one. A claim of the same step
        keeps its age; one of a newer epoch takes over what its run's former epoch had. ``None`` stands for the
        epoch that the run is at: for who asks from outside its worker.

        Raises ``FencedError`` when the run was taken over or has ended, ``RunNotFoundError`` when there is none.
        """
        ...

    def status(self, pool: str, run_id: str, step_key: str) -> ConcurrencyClaimStatus | None:
        """How a claim stands, without giving anything."""
        ...

    def free_step(self, run_id: str, step_key: str) -> int:
        """End the claims of a step. How many there were."""
        ...

    def free_run(self, run_id: str, *, epoch: int | None = None) -> int:
        """End the claims of a run, or those that its epochs up to this one made. How many there were."""
        ...

    def info(
        self, pools: Sequence[str] | None = None, *, default_limit: int | None = None
    ) -> Mapping[str, ConcurrencyKeyInfo]:
        """Pools with all their claims, by name: all that have a limit or claims when none are named."""
        ...


class AutomationStore(Protocol):
    """The part of a store that automation works on."""

    @property
    def instigators(self) -> InstigatorStore:
        """Schedules and sensors."""
        ...

    @property
    def ticks(self) -> TickStore:
        """Their ticks."""
        ...

    @property
    def backfills(self) -> BackfillStore:
        """The backfills."""
        ...

    @property
    def daemons(self) -> DaemonStore:
        """The heartbeats of daemons."""
        ...

    @property
    def leases(self) -> LeaseStore:
        """Claims on names."""
        ...

    @property
    def pools(self) -> PoolStore:
        """The pools and their slots."""
        ...
