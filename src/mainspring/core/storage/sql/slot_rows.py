"""The rows of pools and of claims to their slots, read."""

from __future__ import annotations

from typing import Any

from mainspring.core.records.concurrency import ConcurrencyClaimStatus, ConcurrencySlotStatus, PoolLimit
from mainspring.core.storage.sql.cells import Cells

CLAIM_COLUMNS = "id, pool, run_id, step_key, epoch, priority, claim_time, assign_time"


def read_claim(row: tuple[Any, ...]) -> ConcurrencyClaimStatus:
    """The claim of a row. One whose time of assignment cannot be read holds its slot all the same."""
    _, pool, run_id, step_key, epoch, priority, claimed, assigned = row
    cells = Cells()
    waits = assigned is None
    return ConcurrencyClaimStatus(
        concurrency_key=cells.text(pool, "pool"),
        slot_status=ConcurrencySlotStatus.BLOCKED if waits else ConcurrencySlotStatus.CLAIMED,
        run_id=cells.text(run_id, "run_id"),
        step_key=cells.text(step_key, "step_key"),
        priority=int(cells.number(priority, "priority")),
        epoch=int(cells.number(epoch, "epoch")),
        enqueued_timestamp=cells.number(claimed, "claim_time"),
        assigned_timestamp=cells.optional_number(assigned, "assign_time"),
        damage=cells.damage(None),
    )


def read_limit(row: tuple[Any, ...], default_limit: int | None) -> PoolLimit:
    """The limit of a row ``(name, slot_limit)``. One that cannot be read lets nothing run until it is set again."""
    name, limit = row
    cells = Cells()
    known = cells.text(name, "name")
    if limit is None:
        return PoolLimit(name=known, limit=default_limit, from_default=True)
    return PoolLimit(name=known, limit=int(cells.number(limit, "slot_limit")), damage=cells.damage(limit))
