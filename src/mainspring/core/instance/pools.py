"""Pools: how many steps of a kind may run at once, who holds the slots, who waits for one.

These functions are methods of ``Instance`` of the same names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mainspring.core.instance.parts import Parts
from mainspring.core.records.concurrency import ConcurrencyClaimStatus, ConcurrencyKeyInfo, PoolLimit


class WithLimit(Parts, Protocol):
    """An instance that knows the deployment's default."""

    @property
    def global_op_concurrency_default_limit(self) -> int | None:
        """How many slots a pool has for which no limit was set; ``None``: any number."""
        ...


def set_concurrency_slots(instance: Parts, concurrency_key: str, num: int) -> None:
    """Set how many slots a pool has. Those that are held stay held, also where it is fewer than that."""
    instance.store.pools.set_limit(concurrency_key, num)


def delete_concurrency_limit(instance: Parts, concurrency_key: str) -> None:
    """Let the deployment's default hold for a pool again."""
    instance.store.pools.delete_limit(concurrency_key)


def initialize_concurrency_limit_to_default(instance: WithLimit, concurrency_key: str) -> bool:
    """Whether the deployment has a default limit, which holds for each pool that has none of its own."""
    del concurrency_key  # the default holds for all without being written down
    return instance.global_op_concurrency_default_limit is not None


def get_pool_limits(instance: WithLimit) -> Sequence[PoolLimit]:
    """The limits of all pools that have one of their own or claims."""
    return instance.store.pools.limits(default_limit=instance.global_op_concurrency_default_limit)


def get_concurrency_keys(instance: WithLimit) -> set[str]:
    """The pools that have a limit of their own or claims."""
    return {one.name for one in get_pool_limits(instance)}


def get_concurrency_info(instance: WithLimit, concurrency_key: str) -> ConcurrencyKeyInfo:
    """A pool with its limit, with who holds its slots and since when, and who waits."""
    found = instance.store.pools.info(
        [concurrency_key], default_limit=instance.global_op_concurrency_default_limit
    )
    return found[concurrency_key]


def claim_concurrency_slot(  # the published signature, and the epoch
    instance: WithLimit,
    concurrency_key: str,
    run_id: str,
    step_key: str,
    priority: int | None = None,
    *,
    epoch: int | None = None,
) -> ConcurrencyClaimStatus:
    """Ask for a slot, or look how the claim stands: it has one or waits for one.

    Slots are given by priority, then by age. A claim ends with ``free_concurrency_slot_for_step`` or with its
    run. A worker names its epoch. Raises ``RunNotFoundError`` for a run that is not stored, ``FencedError``
    for one that has ended or was taken over.
    """
    default = instance.global_op_concurrency_default_limit
    return instance.store.pools.claim(
        concurrency_key, run_id, step_key, epoch=epoch, priority=priority or 0, default_limit=default
    )


def check_concurrency_claim(
    instance: Parts, concurrency_key: str, run_id: str, step_key: str
) -> ConcurrencyClaimStatus | None:
    """How a claim stands; ``None`` where there is none."""
    return instance.store.pools.status(concurrency_key, run_id, step_key)


def free_concurrency_slot_for_step(instance: Parts, run_id: str, step_key: str) -> None:
    """End the claims of a step."""
    instance.store.pools.free_step(run_id, step_key)


def free_concurrency_slots_for_run(instance: Parts, run_id: str) -> None:
    """End the claims of a run."""
    instance.store.pools.free_run(run_id)
