"""How a partition of an asset stands, as one word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from mainspring.core.storage.store import PartitionState


class AssetPartitionStatus(Enum):
    """How a partition of an asset stands."""

    MATERIALIZED = "MATERIALIZED"
    IN_PROGRESS = "IN_PROGRESS"
    FAILED = "FAILED"


def status_by_partition(
    states: Mapping[str, PartitionState], partition_keys: Sequence[str]
) -> dict[str, AssetPartitionStatus | None]:
    """The word for each of these partitions; ``None`` for one that nothing is known of."""
    found: dict[str, AssetPartitionStatus | None] = {}
    for key in partition_keys:
        state = states.get(key)
        found[key] = None if state is None or state.status is None else AssetPartitionStatus(state.status)
    return found
