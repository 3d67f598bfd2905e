"""What is known of a partition of an asset."""

from __future__ import annotations

from enum import Enum


class AssetPartitionStatus(Enum):
    """The state of one partition of an asset; a partition without one is missing."""

    MATERIALIZED = "MATERIALIZED"
    IN_PROGRESS = "IN_PROGRESS"
    FAILED = "FAILED"
