"""How an asset stands against its code and its inputs, with the causes in words."""

from __future__ import annotations

from enum import Enum

import msgspec

from mainspring.core.values.asset_key import AssetKey

_NAMED = 3


class StaleStatus(Enum):
    """Whether what was made of an asset is what would be made of it now."""

    FRESH = "FRESH"
    STALE = "STALE"
    MISSING = "MISSING"


class StaleCauseCategory(Enum):
    """What changed: the code, the data it is made from, or what it is made from."""

    CODE = "CODE"
    DATA = "DATA"
    DEPENDENCIES = "DEPENDENCIES"


class StaleCause(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why an asset is not up to date.

    ``dependency`` is the upstream asset it speaks of; ``partitions`` are the first partitions of the asset that it
    holds for, ``partition_count`` of them in all (0 for an asset without partitions).
    """

    key: AssetKey
    category: StaleCauseCategory
    reason: str
    dependency: AssetKey | None = None
    partitions: tuple[str, ...] = ()
    partition_count: int = 0

    def __str__(self) -> str:
        """The reason in words, with the partitions it holds for.

        >>> cause = dict(key=AssetKey("a"), category=StaleCauseCategory.CODE, reason="its code changed")
        >>> str(StaleCause(**cause, partitions=("x", "y", "z"), partition_count=5))
        'its code changed (the partitions x, y, z and 2 more)'
        """
        if not self.partitions:
            return self.reason
        shown = ", ".join(self.partitions[:_NAMED])
        more = self.partition_count - len(self.partitions[:_NAMED])
        what = "the partition" if self.partition_count == 1 else "the partitions"
        return f"{self.reason} ({what} {shown}{f' and {more:,} more' if more else ''})"


class AssetStaleness(msgspec.Struct, frozen=True, kw_only=True):
    """How an asset stands; of a partitioned one, how the partitions stand that were looked at.

    ``causes`` is empty where it is up to date. ``stale_partitions`` are those looked at that are stale or missing.
    """

    key: AssetKey
    status: StaleStatus
    causes: tuple[StaleCause, ...] = ()
    partitions_looked_at: int = 0
    stale_partitions: tuple[str, ...] = ()

    @property
    def is_fresh(self) -> bool:
        """Whether it is up to date."""
        return self.status is StaleStatus.FRESH

    @property
    def reasons(self) -> list[str]:
        """The causes in words."""
        return [str(cause) for cause in self.causes]
