"""What a step's context says of partitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.slice import PartitionSlice


class PartitionViews:
    """The partition or partitions of the run, and those of each input and output."""

    __slots__ = ()

    scope: StepScope

    def _slice(self) -> PartitionSlice:
        found = self.scope.slice
        if found is None:
            raise InvariantViolationError(
                "This run is not of a partition, so its context has no partition key.",
                hint="Give the run a partition key; ask `context.has_partition_key` where both can be.",
            )
        return found

    @property
    def has_partitions(self) -> bool:
        """Whether the run is of a partition or of several."""
        return self.scope.slice is not None

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is of exactly one partition."""
        return self.scope.slice is not None and self.scope.slice.is_single

    @property
    def has_partition_key_range(self) -> bool:
        """Whether the run is of several partitions."""
        return self.scope.slice is not None and not self.scope.slice.is_single

    @property
    def partition_key(self) -> str:
        """The partition of the run. Raises ``InvariantViolationError`` where it is of none or several."""
        return self._slice().key

    @property
    def partition_keys(self) -> Sequence[str]:
        """All partitions of the run, in order."""
        return self._slice().all_keys(self.scope.instance)

    @property
    def partition_key_range(self) -> PartitionKeyRange:
        """The first and the last partition of the run."""
        return self._slice().key_range

    @property
    def partition_time_window(self) -> Any:
        """The span of time the partitions of the run cover."""
        return self._slice().time_window

    @property
    def multi_partition_key(self) -> Any:
        """The partition of the run, by dimension. Raises ``InvariantViolationError`` where it has no dimensions."""
        key = self.partition_key
        if not hasattr(key, "keys_by_dimension"):
            raise InvariantViolationError(f"The partition {key!r} of this run has no dimensions.")
        return key

    # -- of an input -------------------------------------------------------------------------------------------------

    def _input_slice(self, input_name: str) -> PartitionSlice:
        found = self.scope.slices_by_input.get(input_name)
        if found is None:
            raise InvariantViolationError(f"The input {input_name!r} of this step is not partitioned.")
        return found

    def asset_partition_key_for_input(self, input_name: str) -> str:
        """The one partition an input is loaded from."""
        return self._input_slice(input_name).key

    def asset_partition_keys_for_input(self, input_name: str) -> Sequence[str]:
        """All partitions an input is loaded from."""
        return self._input_slice(input_name).all_keys(self.scope.instance)

    def asset_partition_key_range_for_input(self, input_name: str) -> PartitionKeyRange:
        """The first and last partition an input is loaded from."""
        return self._input_slice(input_name).key_range

    def asset_partitions_time_window_for_input(self, input_name: str = "result") -> Any:
        """The span of time an input is loaded for."""
        return self._input_slice(input_name).time_window

    def asset_partitions_def_for_input(self, input_name: str) -> Any:
        """What the partitions of an input are partitions of."""
        return self._input_slice(input_name).definition

    # -- of an output ------------------------------------------------------------------------------------------------

    def asset_partition_key_for_output(self, output_name: str = "result") -> str:
        """The partition an output makes: that of the run."""
        del output_name  # every output of a step has the partitions of the run
        return self.partition_key

    def asset_partition_keys_for_output(self, output_name: str = "result") -> Sequence[str]:
        """All partitions an output makes."""
        del output_name
        return self.partition_keys

    def asset_partition_key_range_for_output(self, output_name: str = "result") -> PartitionKeyRange:
        """The first and last partition an output makes."""
        del output_name
        return self.partition_key_range

    @property
    def asset_partition_key_range(self) -> PartitionKeyRange:
        """The first and last partition of the run."""
        return self.partition_key_range

    def asset_partitions_time_window_for_output(self, output_name: str = "result") -> Any:
        """The span of time an output covers."""
        del output_name
        return self.partition_time_window

    def asset_partitions_def_for_output(self, output_name: str = "result") -> Any:
        """What the partitions of an output are partitions of."""
        del output_name
        return self._slice().definition
