"""``PartitionSlice``: the partitions a run, or one input of a step, is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.key_range import PartitionKeyRange


@dataclass(frozen=True, slots=True)
class PartitionSlice:
    """One partition or a range of them. ``definition`` is what they are partitions of, where it is known.

    ``keys`` holds the keys where they are no contiguous range.
    """

    first: str
    last: str
    definition: Any = None
    keys: tuple[str, ...] | None = None

    @staticmethod
    def of_keys(keys: Sequence[str], definition: Any) -> PartitionSlice:
        """The slice of some partitions, in the order they are given; of none, where a mapping leads to none."""
        first, last = (keys[0], keys[-1]) if keys else ("", "")
        return PartitionSlice(first, last, definition, tuple(keys))

    @property
    def is_single(self) -> bool:
        """Whether it is of one partition."""
        return self.first == self.last and self.keys != ()

    @property
    def key(self) -> str:
        """The one partition. Raises ``InvariantViolationError`` for a range."""
        self._expect_some()
        if not self.is_single:
            raise InvariantViolationError(
                f"This run is of the partitions {self.first} to {self.last}, so it has no single partition key.",
                hint="Use `context.partition_keys`, `context.partition_key_range` or `context.partition_time_window`; "
                "or give the asset BackfillPolicy.multi_run(), so that each run is of one partition.",
            )
        return self.first

    @property
    def key_range(self) -> PartitionKeyRange:
        """The first and the last partition."""
        self._expect_some()
        return PartitionKeyRange(self.first, self.last)

    def all_keys(self, store: Any = None) -> list[str]:
        """Every partition in it, in order. ``store`` knows the keys of dynamic partitions."""
        if self.keys is not None:
            return list(self.keys)
        if self.is_single:
            return [self.first]
        return list(
            self._definition().get_partition_keys_in_range(self.key_range, dynamic_partitions_store=store)
        )

    @property
    def time_window(self) -> Any:
        """From the start of the first to the end of the last.

        Raises ``InvariantViolationError`` where they are no spans of time.
        """
        self._expect_some()
        definition = self._definition()
        window_of = getattr(definition, "time_window_for_partition_key", None)
        if window_of is None:
            raise InvariantViolationError(
                f"The partitions {self.first!r} are not spans of time: they are of a {type(definition).__name__}."
            )
        first, last = window_of(self.first), window_of(self.last)
        return first if self.is_single else type(first)(first.start, last.end)

    def _expect_some(self) -> None:
        if self.keys == ():
            raise InvariantViolationError(
                "There is no partition here: the partition mapping of this input leads to none.",
                hint="Ask for the keys of its partitions, which are an empty list.",
            )

    def _definition(self) -> Any:
        if self.definition is None:
            raise InvariantViolationError(
                f"The partitions definition of {self.first!r} is not known here; only its key is."
            )
        return self.definition
