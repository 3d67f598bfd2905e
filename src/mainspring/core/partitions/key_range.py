"""``PartitionKeyRange``: all partitions from one key to another."""

from __future__ import annotations

import msgspec


class PartitionKeyRange(msgspec.Struct, frozen=True, order=False):
    """The partitions from ``start`` to ``end``, both included, in the order of their definition.

    >>> PartitionKeyRange("2024-01-01", "2024-01-31")
    PartitionKeyRange(start='2024-01-01', end='2024-01-31')
    """

    start: str
    end: str

    def __str__(self) -> str:
        return self.start if self.start == self.end else f"{self.start}...{self.end}"
