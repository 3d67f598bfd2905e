"""Which partitions of an upstream asset a partition of an asset is made from."""

from __future__ import annotations

from typing import Any

from mainspring.core.graph.node import AssetNode
from mainspring.core.partitions.loading import PartitionLoadingContext
from mainspring.core.partitions.multi_mapping import infer_partition_mapping

MANY = 500
"""From so many upstream partitions on, they are not looked at one by one."""


class PartitionInputs:
    """The upstream partitions of partitions. Each answer is computed once for equal definitions and mappings."""

    def __init__(self, context: PartitionLoadingContext) -> None:
        self._context = context
        self._known: dict[tuple[int, int, int, str | None], tuple[str, ...] | None] = {}

    def of(self, node: AssetNode, partition: str | None, upstream: AssetNode) -> tuple[str, ...] | None:
        """The partitions of a partitioned upstream asset that a partition is made from; ``None`` for too many.

        ``partition`` is ``None`` for an asset without partitions. A partition is no input of itself.
        """
        found = self.between(
            node.partitions_def, partition, upstream.partitions_def, node.partition_mappings.get(upstream.key)
        )
        if found and upstream.key == node.key:
            return tuple(key for key in found if key != partition)
        return found

    def between(self, own: Any, partition: str | None, upstream: Any, mapping: Any) -> tuple[str, ...] | None:
        """The same by definitions and mapping; ``mapping`` is ``None`` for the natural one."""
        # The definitions are held by the nodes for as long as this lives, so that their ids stay theirs.
        known_as = (id(own), id(upstream), id(mapping), partition)
        if known_as not in self._known:
            self._known[known_as] = self._mapped(own, partition, upstream, mapping)
        return self._known[known_as]

    def _mapped(self, own: Any, partition: str | None, upstream: Any, mapping: Any) -> tuple[str, ...] | None:
        if mapping is None and partition is not None and own == upstream:
            return (partition,)
        context = self._context
        chosen = mapping or infer_partition_mapping(upstream, own)
        subset = None if partition is None else own.subset_with_partition_keys([partition], context)
        found = chosen.get_upstream_mapped_partitions_result_for_partitions(
            subset,
            None if partition is None else own,
            upstream,
            context.effective_dt,
            context.dynamic_partitions_store,
        ).partitions_subset
        return None if len(found) > MANY else tuple(found.get_partition_keys())
