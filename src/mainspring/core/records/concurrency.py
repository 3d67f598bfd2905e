"""Pools: how many steps of a kind may run at once, who holds the slots, and who waits for one."""

from __future__ import annotations

from enum import Enum

import msgspec

from mainspring.core.records.damage import Damage


class ConcurrencySlotStatus(Enum):
    """Whether a claim has a slot."""

    BLOCKED = "BLOCKED"
    CLAIMED = "CLAIMED"


class PoolLimit(msgspec.Struct, frozen=True, kw_only=True):
    """How many slots a pool has. ``limit`` is ``None`` where there is none: any number may run.

    ``from_default``: no limit was set for this pool; it has the deployment's.
    """

    name: str
    limit: int | None
    from_default: bool = False
    damage: Damage | None = None


class ConcurrencyClaimStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where one claim of a slot stands. Times are the database's, in seconds since 1970.

    ``enqueued_timestamp`` is since when it waits or waited, ``assigned_timestamp`` since when it has its slot.
    """

    concurrency_key: str
    slot_status: ConcurrencySlotStatus
    run_id: str
    step_key: str
    priority: int = 0
    epoch: int = 0
    enqueued_timestamp: float | None = None
    assigned_timestamp: float | None = None
    damage: Damage | None = None

    @property
    def is_claimed(self) -> bool:
        """Whether it has a slot."""
        return self.slot_status is ConcurrencySlotStatus.CLAIMED

    @property
    def is_assigned(self) -> bool:
        """Whether it has a slot: one that is assigned is held at once."""
        return self.is_claimed


class ConcurrencyKeyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A pool with all its claims.

    ``claimed_slots`` are ordered by since when they are held; ``pending_steps`` in the order in which they
    will get a slot. ``limit`` is ``None`` where any number may run.
    """

    concurrency_key: str
    limit: int | None
    using_default_limit: bool = False
    claimed_slots: list[ConcurrencyClaimStatus] = []
    pending_steps: list[ConcurrencyClaimStatus] = []

    @property
    def slot_count(self) -> int:
        """How many slots there are, or are taken where any number may be."""
        return self.active_slot_count if self.limit is None else self.limit

    @property
    def active_slot_count(self) -> int:
        """How many slots are taken. More than the limit only after the limit was lowered."""
        return len(self.claimed_slots)

    @property
    def active_run_ids(self) -> set[str]:
        """The runs that hold slots."""
        return {one.run_id for one in self.claimed_slots}

    @property
    def pending_step_count(self) -> int:
        """How many steps wait."""
        return len(self.pending_steps)

    @property
    def pending_run_ids(self) -> set[str]:
        """The runs whose steps wait."""
        return {one.run_id for one in self.pending_steps}

    @property
    def assigned_step_count(self) -> int:
        """How many steps hold a slot."""
        return self.active_slot_count

    @property
    def assigned_run_ids(self) -> set[str]:
        """The runs that hold slots."""
        return self.active_run_ids
