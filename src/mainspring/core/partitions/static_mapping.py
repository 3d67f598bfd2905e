"""``StaticPartitionMapping``: a table from upstream keys to downstream keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.partitions.bitmap import bitmap_of
from mainspring.core.partitions.loading import moment
from mainspring.core.partitions.mapping import (
    PartitionMapping,
    Partitions,
    UpstreamPartitionsResult,
    given_subset,
    missing_keys,
    subset_of,
)
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.partitions.store import DynamicPartitionsStore
from mainspring.core.partitions.subset import PartitionsSubset


class StaticPartitionMapping(PartitionMapping):
    """A table which names, for upstream keys, one downstream key or several; keys not named map to nothing.

    >>> StaticPartitionMapping({"us": "west", "jp": ["east", "asia"]})
    StaticPartitionMapping({'us': 'west', 'jp': ['east', 'asia']})
    """

    __slots__ = ("_downstream", "_upstream", "downstream_partition_keys_by_upstream_partition_key")

    downstream_partition_keys_by_upstream_partition_key: Mapping[str, str | Collection[str]]

    def __init__(
        self, downstream_partition_keys_by_upstream_partition_key: Mapping[str, str | Collection[str]]
    ) -> None:
        table = dict(downstream_partition_keys_by_upstream_partition_key)
        self.downstream_partition_keys_by_upstream_partition_key = table
        self._downstream = {up: [down] if isinstance(down, str) else list(down) for up, down in table.items()}
        self._upstream: dict[str, list[str]] = {}
        for up, downs in self._downstream.items():
            for down in downs:
                self._upstream.setdefault(down, []).append(up)

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: Partitions | None,  # noqa: ARG002
        upstream_partitions_def: Partitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        wanted = given_subset(downstream_partitions_subset, self)
        space = upstream_partitions_def.key_space(moment(current_time, dynamic_partitions_store))
        keys = {up for down in wanted.get_partition_keys() for up in self._upstream.get(down, ())}
        found = {key: space.ordinal(key) for key in keys}
        return UpstreamPartitionsResult(
            subset_of(
                upstream_partitions_def, space, bitmap_of([o for o in found.values() if o is not None])
            ),
            missing_keys(upstream_partitions_def, sorted(key for key, o in found.items() if o is None)),
        )

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: Partitions,  # noqa: ARG002
        downstream_partitions_def: Partitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        space = downstream_partitions_def.key_space(moment(current_time, dynamic_partitions_store))
        keys = (
            d for up in upstream_partitions_subset.get_partition_keys() for d in self._downstream.get(up, ())
        )
        ordinals = (space.ordinal(key) for key in keys)
        return subset_of(downstream_partitions_def, space, bitmap_of([o for o in ordinals if o is not None]))

    def validate_partition_mapping(
        self, upstream_partitions_def: Partitions, downstream_partitions_def: Partitions | None
    ) -> None:
        for side, definition, keys in (
            ("upstream", upstream_partitions_def, self._downstream),
            ("downstream", downstream_partitions_def, self._upstream),
        ):
            if not isinstance(definition, StaticPartitionsDefinition):
                kind = "no partitions" if definition is None else f"a {type(definition).__name__}"
                raise InvalidDefinitionError(
                    f"StaticPartitionMapping maps between static partitions, and the {side} asset has {kind}."
                )
            for key in keys:
                if not definition.has_partition_key(key):
                    raise InvalidDefinitionError(
                        f"StaticPartitionMapping names {key!r}, which is no {side} partition.",
                        hint=did_you_mean(key, definition.get_partition_keys()),
                    )

    @property
    def description(self) -> str:
        return "Maps upstream partitions to downstream ones by a table."

    def _values(self) -> tuple[object, ...]:
        return (self.downstream_partition_keys_by_upstream_partition_key,)
