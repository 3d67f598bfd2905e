"""Where the keys of dynamic partitions are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class DynamicPartitionsStore(Protocol):
    """The reading half of a store of dynamic partitions; an ``Instance`` is one.

    Keys come in the order they were added, each once. An unknown name has no keys; it is no error.
    """

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """All keys of a definition's name."""
        ...

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether the name has this key."""
        ...
