"""Wipes of assets: what one would put out of sight, and what each that was made did."""

from __future__ import annotations

import msgspec

from mainspring.core.values.asset_key import AssetKey


class WipePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a wipe of an asset, or of some of its partitions, would put out of sight.

    Counts are of events in sight now; ``checks`` counts executions of checks, which only a wipe of the whole asset
    touches, and ``partitions`` those partitions of which something is known. ``first_time`` and ``last_time`` are
    seconds since 1970. ``runs_in_progress`` are runs that intend to materialise it and have not ended: what they
    tell after the wipe counts again.
    """

    asset_key: AssetKey
    materializations: int = 0
    observations: int = 0
    failures: int = 0
    checks: int = 0
    partitions: int = 0
    first_time: float | None = None
    last_time: float | None = None
    runs_in_progress: list[str] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing would vanish."""
        counts = (self.materializations, self.observations, self.failures, self.checks, self.partitions)
        return not any(counts) and self.last_time is None


class AssetWipe(msgspec.Struct, frozen=True, kw_only=True):
    """A wipe that was made. ``partitions`` is ``None`` where the whole asset was wiped.

    ``undo_until`` is the time, in seconds since 1970, until which it can be taken back, ``None`` for as long as
    anybody likes; ``refusal`` says why it cannot be taken back (any more), ``None`` where it can.
    """

    id: int
    asset_key: AssetKey
    timestamp: float
    partitions: list[str] | None = None
    undone: bool = False
    undo_until: float | None = None
    refusal: str | None = None

    @property
    def can_be_undone(self) -> bool:
        """Whether ``undo_wipe`` would take it back now."""
        return self.refusal is None
