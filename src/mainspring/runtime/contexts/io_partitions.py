"""What the contexts of IO managers say of partitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.slice import PartitionSlice


class IOPartitionViews:
    """The partition of the run, and the partitions of the asset whose value is stored or loaded.

    The two differ where an input's partitions are mapped, and where an asset without partitions is made in a
    run of a partition.
    """

    __slots__ = ()

    _slice: PartitionSlice | None
    _subset: Any
    _partitions_def: Any
    _partition_key: str | None
    _step_context: Any
    _instance: Any

    @property
    def _scope(self) -> StepScope | None:
        step = self._step_context
        return step if step is None or isinstance(step, StepScope) else step.scope

    # -- the run ---------------------------------------------------------------------------------------------

    def _run_slice(self) -> PartitionSlice | None:
        if self._partition_key is not None:
            return PartitionSlice(self._partition_key, self._partition_key, self._partitions_def)
        scope = self._scope
        return self._asset_slice() if scope is None else scope.slice

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is of exactly one partition."""
        found = self._run_slice()
        return found is not None and found.is_single

    @property
    def partition_key(self) -> str:
        """The partition of the run. Raises ``InvariantViolationError`` where it is of none or of several."""
        found = self._run_slice()
        if found is None:
            raise InvariantViolationError(
                "This run is not of a partition, so its context has no partition key.",
                hint="Ask `context.has_partition_key` where both can be. In a test, give partition_key=... "
                "to the function that builds the context.",
            )
        return with_dimensions(found.key, found.definition)

    # -- the asset -------------------------------------------------------------------------------------------

    def _asset_slice(self) -> PartitionSlice | None:
        if self._slice is None:
            if self._subset is not None:
                self._slice = _slice_of(self._subset)
            elif self._partition_key is not None:
                self._slice = PartitionSlice(self._partition_key, self._partition_key, self._partitions_def)
        return self._slice

    def _known_slice(self) -> PartitionSlice:
        found = self._asset_slice()
        if found is None:
            raise InvariantViolationError(
                "The asset is not partitioned, so it has no partition keys here.",
                hint="Ask `context.has_asset_partitions` where both can be. In a test, give partition_key=..."
                " or asset_partition_key_range=... with asset_partitions_def=... to the function that builds "
                "the context.",
            )
        return found

    @property
    def has_asset_partitions(self) -> bool:
        """Whether the value is of partitions of its asset, even if a partition mapping leads to none of them."""
        return self._asset_slice() is not None

    @property
    def asset_partition_key(self) -> str:
        """The one partition of the asset.

        Raises ``InvariantViolationError`` where there are none or several.
        """
        found = self._known_slice()
        keys = found.keys
        if keys is not None and len(keys) != 1:
            raise InvariantViolationError(
                f"The value is of {len(keys)} partitions of the asset, so it has no single partition key.",
                hint="Use `context.asset_partition_keys`.",
            )
        return with_dimensions(found.key, found.definition)

    @property
    def asset_partition_keys(self) -> Sequence[str]:
        """The partitions of the asset, in order."""
        found = self._known_slice()
        definition = found.definition
        return [with_dimensions(key, definition) for key in found.all_keys(self._store())]

    @property
    def asset_partition_key_range(self) -> PartitionKeyRange:
        """The first and the last partition of the asset."""
        return self._known_slice().key_range

    @property
    def asset_partitions_time_window(self) -> Any:
        """The span of time (``TimeWindow``) from the start of the first partition to the end of the last.

        Raises ``InvariantViolationError`` where the partitions are not spans of time.
        """
        return self._known_slice().time_window

    @property
    def asset_partitions_def(self) -> Any:
        """What the partitions of the asset are partitions of."""
        found = self._partitions_def
        if found is None:
            found = self._known_slice().definition
        if found is None:
            raise InvariantViolationError(
                "The partitions definition of the asset is not known here; only the keys are.",
                hint="Give asset_partitions_def=... to the function that builds the context.",
            )
        return found

    def _store(self) -> Any:
        """What knows the keys of dynamic partitions, if anything does."""
        scope = self._scope
        return scope.instance if self._instance is None and scope is not None else self._instance


def with_dimensions(key: str, definition: Any) -> str:
    """The key as one that knows its dimensions, where its definition has some."""
    read = (
        None if hasattr(key, "keys_by_dimension") else getattr(definition, "get_partition_key_from_str", None)
    )
    return key if read is None else read(key)


def _slice_of(subset: Any) -> PartitionSlice:
    return PartitionSlice.of_keys(subset.get_partition_keys(), subset.partitions_def)
