"""``PartitionMapping``: which partitions of an upstream asset a partition of a downstream asset is made
from.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError
from mainspring.core.partitions.bitmap import bitmap_of
from mainspring.core.partitions.definition import PartitionsDefinition, key_ordinals
from mainspring.core.partitions.key_list import KeyList
from mainspring.core.partitions.loading import moment
from mainspring.core.partitions.space import KeySpace
from mainspring.core.partitions.store import DynamicPartitionsStore
from mainspring.core.partitions.subset import PartitionsSubset

if TYPE_CHECKING:
    from mainspring.core.partitions.bitmap import Bitmap

Partitions = PartitionsDefinition[Any]


class UpstreamPartitionsResult(NamedTuple):
    """The upstream partitions that downstream ones are made from."""

    partitions_subset: PartitionsSubset
    """Those that exist."""
    required_but_nonexistent_subset: PartitionsSubset
    """Those that the mapping names although the upstream definition does not have them (yet)."""

    @property
    def required_but_nonexistent_partition_keys(self) -> Sequence[str]:
        """The keys of those that do not exist."""
        return self.required_but_nonexistent_subset.get_partition_keys()


class PartitionMapping(ABC):
    """How the partitions of a downstream asset follow from those of an upstream asset.

    Both directions work on whole subsets. Mappings are values: equal arguments make equal mappings. A
    mapping of one's
    own subclasses this and implements the two abstract methods.
    """

    __slots__ = ()

    @abstractmethod
    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: Partitions | None,
        upstream_partitions_def: Partitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """The upstream partitions that a set of downstream ones is made from. The subset and definition
        are ``None``
        where the downstream asset has no partitions."""

    @abstractmethod
    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: Partitions,
        downstream_partitions_def: Partitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """The downstream partitions that are made from at least one of a set of upstream ones."""

    def validate_partition_mapping(  # noqa: B027
        self, upstream_partitions_def: Partitions, downstream_partitions_def: Partitions | None
    ) -> None:
        """Raise ``InvalidDefinitionError`` for definitions between which the mapping cannot map."""

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        return f"Mapped by {type(self).__name__}."

    def _values(self) -> tuple[object, ...]:
        return ()

    def _identity(self) -> tuple[object, ...]:
        return (type(self), *self._values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartitionMapping) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(repr(self._identity()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._values()))})"


def subset_of(definition: Partitions, space: KeySpace, bitmap: Bitmap) -> PartitionsSubset:
    """The subset of a definition's own class."""
    return definition.partitions_subset_class(definition, space, bitmap)


def missing_keys(definition: Partitions, keys: Sequence[str]) -> PartitionsSubset:
    """A subset of keys which the definition does not have."""
    return PartitionsSubset(definition, KeyList(keys), bitmap_of(range(len(keys))))


def given_subset(subset: PartitionsSubset | None, mapping: PartitionMapping) -> PartitionsSubset:
    """The downstream subset, which this mapping cannot do without."""
    if subset is None:
        raise InvariantViolationError(
            f"{type(mapping).__name__} maps from partitions, and the downstream asset has none.",
            hint="Use AllPartitionMapping, LastPartitionMapping or SpecificPartitionsPartitionMapping.",
        )
    return subset


class IdentityPartitionMapping(PartitionMapping):
    """Each partition is made from the partition with the same key."""

    __slots__ = ()

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
        found = space.place(wanted.bitmap, wanted.space) & bitmap_of(range(space.count()))
        missing = (
            wanted.bitmap - wanted.space.place(found, space) if len(found) < len(wanted) else bitmap_of()
        )
        return UpstreamPartitionsResult(
            subset_of(upstream_partitions_def, space, found),
            missing_keys(upstream_partitions_def, [wanted.space.key(ordinal) for ordinal in missing]),
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
        found = space.place(upstream_partitions_subset.bitmap, upstream_partitions_subset.space)
        return subset_of(downstream_partitions_def, space, found & bitmap_of(range(space.count())))

    def validate_partition_mapping(
        self,
        upstream_partitions_def: Partitions,  # noqa: ARG002
        downstream_partitions_def: Partitions | None,
    ) -> None:
        if downstream_partitions_def is None:
            raise InvalidDefinitionError(
                "IdentityPartitionMapping maps between equal keys, and the downstream asset has none."
            )

    @property
    def description(self) -> str:
        return "Each partition depends on the upstream partition with the same key."


class ChosenPartitionsMapping(PartitionMapping):
    """The base of mappings that name upstream partitions whatever the downstream partition is."""

    __slots__ = ()

    @abstractmethod
    def chosen(self, space: KeySpace, upstream_partitions_def: Partitions) -> Bitmap:
        """The upstream ordinals that every downstream partition is made from."""

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: Partitions | None,  # noqa: ARG002
        upstream_partitions_def: Partitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        space = upstream_partitions_def.key_space(moment(current_time, dynamic_partitions_store))
        nothing_asked = downstream_partitions_subset is not None and downstream_partitions_subset.is_empty
        found = bitmap_of() if nothing_asked else self.chosen(space, upstream_partitions_def)
        return UpstreamPartitionsResult(
            subset_of(upstream_partitions_def, space, found), missing_keys(upstream_partitions_def, [])
        )

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: Partitions,
        downstream_partitions_def: Partitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        given = moment(current_time, dynamic_partitions_store)
        upstream, downstream = (
            upstream_partitions_def.key_space(given),
            downstream_partitions_def.key_space(given),
        )
        touched = upstream.place(upstream_partitions_subset.bitmap, upstream_partitions_subset.space)
        hit = not touched.isdisjoint(self.chosen(upstream, upstream_partitions_def))
        found = bitmap_of(range(downstream.count())) if hit else bitmap_of()
        return subset_of(downstream_partitions_def, downstream, found)


class AllPartitionMapping(ChosenPartitionsMapping):
    """Each partition is made from all upstream partitions."""

    __slots__ = ()

    def chosen(self, space: KeySpace, upstream_partitions_def: Partitions) -> Bitmap:  # noqa: ARG002
        return bitmap_of(range(space.count()))

    @property
    def description(self) -> str:
        return "Each partition depends on all upstream partitions."


class LastPartitionMapping(ChosenPartitionsMapping):
    """Each partition is made from the last upstream partition there is at the time."""

    __slots__ = ()

    def chosen(self, space: KeySpace, upstream_partitions_def: Partitions) -> Bitmap:  # noqa: ARG002
        count = space.count()
        return bitmap_of(range(max(0, count - 1), count))

    @property
    def description(self) -> str:
        return "Each partition depends on the last upstream partition."


class SpecificPartitionsPartitionMapping(ChosenPartitionsMapping):
    """Each partition is made from the upstream partitions of these keys."""

    __slots__ = ("partition_keys",)

    partition_keys: Sequence[str]

    def __init__(self, partition_keys: Sequence[str]) -> None:
        self.partition_keys = list(partition_keys)

    def chosen(self, space: KeySpace, upstream_partitions_def: Partitions) -> Bitmap:
        return bitmap_of(key_ordinals(self.partition_keys, space, upstream_partitions_def))

    @property
    def description(self) -> str:
        return f"Each partition depends on the upstream partitions {', '.join(self.partition_keys)}."

    def _values(self) -> tuple[object, ...]:
        return (self.partition_keys,)
