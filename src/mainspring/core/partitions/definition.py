"""``PartitionsDefinition``: which partitions there are."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Generic, TypeVar

from mainspring.core.base import serial
from mainspring.core.base.errors import UnknownPartitionError
from mainspring.core.partitions.bitmap import bitmap_of
from mainspring.core.partitions.key_list import KeyList
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.loading import PartitionLoadingContext, moment
from mainspring.core.partitions.page import PaginatedResults, page_bounds, page_of, read_cursor
from mainspring.core.partitions.space import KeySpace
from mainspring.core.partitions.store import DynamicPartitionsStore
from mainspring.core.partitions.subset import PartitionsSubset

T_str = TypeVar("T_str", bound=str, covariant=True)  # noqa: PLC0105

PARTITION_TAG = "dagster/partition"


class PartitionsDefinition(ABC, Generic[T_str]):
    """A set of partitions, which may depend on the time and on a store of dynamic partitions.

    Keys have an order and ordinals in it. Every method that looks keys up takes ``current_time`` and
    ``dynamic_partitions_store``; what is not given is taken from ``partition_loading_context``, else the
    present.

    A definition of one's own needs only ``get_partition_keys``.
    """

    __slots__ = ()

    @abstractmethod
    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[T_str]:
        """All keys, in order."""

    def key_space(self, context: PartitionLoadingContext | None = None) -> KeySpace:
        """The keys at one moment, with their ordinals."""
        given = context or moment()
        return KeyList(self.get_partition_keys(given.effective_dt, given.dynamic_partitions_store))

    # -- single keys -----------------------------------------------------------------------------------------

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Whether a string is a key."""
        return self.key_space(moment(current_time, dynamic_partitions_store)).contains(partition_key)

    def validate_partition_key(
        self, partition_key: str, context: PartitionLoadingContext | None = None
    ) -> None:
        """Raise ``UnknownPartitionError``, which tells the keys there are, for a string that is no key."""
        space = self.key_space(context)
        if not space.contains(partition_key):
            raise unknown_key(partition_key, space, self)

    def get_first_partition_key(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> str | None:
        """The first key, or ``None`` where there is no partition."""
        space = self.key_space(moment(current_time, dynamic_partitions_store))
        return space.key(0) if space.count() else None

    def get_last_partition_key(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> str | None:
        """The last key, or ``None`` where there is no partition."""
        space = self.key_space(moment(current_time, dynamic_partitions_store))
        count = space.count()
        return space.key(count - 1) if count else None

    def get_tags_for_partition_key(self, partition_key: str) -> Mapping[str, str]:
        """The tags of a run of this partition."""
        return {PARTITION_TAG: partition_key}

    # -- many keys -------------------------------------------------------------------------------------------

    def get_num_partitions(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> int:
        """The number of partitions."""
        return self.key_space(moment(current_time, dynamic_partitions_store)).count()

    def filter_valid_partition_keys(
        self, partition_keys: set[str], dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> AbstractSet[str]:
        """Those of the strings that are keys."""
        space = self.key_space(moment(None, dynamic_partitions_store))
        return {key for key in partition_keys if space.contains(key)}

    def get_partition_keys_in_range(
        self,
        partition_key_range: PartitionKeyRange,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
        current_time: datetime | None = None,
    ) -> Sequence[str]:
        """The keys of a range, both ends included. ``UnknownPartitionError`` for an end that is no key or
        before
        its start."""
        space = self.key_space(moment(current_time, dynamic_partitions_store))
        first, last = range_ordinals(partition_key_range, space, self)
        return space.keys(first, last + 1)

    def get_paginated_partition_keys(
        self, context: PartitionLoadingContext, limit: int, ascending: bool, cursor: str | None = None
    ) -> PaginatedResults[str]:
        """One page of the keys. A cursor holds on to its key, so that keys added meanwhile do no harm."""
        space = self.key_space(context)
        count, position = space.count(), None
        if cursor is not None:
            position, key = read_cursor(cursor)
            found = space.ordinal(key)
            position = position if found is None else found
        first, stop = page_bounds(count, limit=limit, ascending=ascending, cursor=cursor, position=position)
        return page_of(space.keys(first, stop), first, stop, count=count, ascending=ascending, cursor=cursor)

    # -- subsets ---------------------------------------------------------------------------------------------

    @property
    def partitions_subset_class(self) -> type[PartitionsSubset]:
        """The class of this definition's subsets."""
        return PartitionsSubset

    def empty_subset(self) -> PartitionsSubset:
        """The subset without a partition."""
        return self.partitions_subset_class(self, self.key_space(), bitmap_of())

    def subset_with_all_partitions(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """The subset of all partitions there are."""
        space = self.key_space(moment(current_time, dynamic_partitions_store))
        return self.partitions_subset_class(self, space, bitmap_of(range(space.count())))

    def subset_with_partition_keys(
        self, partition_keys: Iterable[str], context: PartitionLoadingContext | None = None
    ) -> PartitionsSubset:
        """The subset of these keys. ``UnknownPartitionError`` for a string that is no key."""
        space = self.key_space(context)
        return self.partitions_subset_class(self, space, bitmap_of(key_ordinals(partition_keys, space, self)))

    def subset_with_partition_key_range(
        self, partition_key_range: PartitionKeyRange, context: PartitionLoadingContext | None = None
    ) -> PartitionsSubset:
        """The subset of a range of keys, both ends included."""
        space = self.key_space(context)
        first, last = range_ordinals(partition_key_range, space, self)
        return self.partitions_subset_class(self, space, bitmap_of(range(first, last + 1)))

    def deserialize_subset(self, serialized: str) -> PartitionsSubset:
        """The subset of a text that ``serialize`` wrote, also when the definition has changed since; what
        is no
        longer a partition is left out."""
        return self.partitions_subset_class.deserialize(self, self.key_space(), serialized)

    def can_deserialize_subset(
        self,
        serialized: str,
        serialized_partitions_def_unique_id: str | None = None,
        serialized_partitions_def_class_name: str | None = None,
    ) -> bool:
        """Whether a text holds a subset that can be read for this definition."""
        del serialized_partitions_def_unique_id, serialized_partitions_def_class_name
        return PartitionsSubset.can_deserialize(serialized)

    # -- the definition itself -------------------------------------------------------------------------------

    def get_serializable_unique_identifier(
        self, dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> str:
        """A text that is equal for definitions which have the same partitions."""
        return digest(list(self.get_partition_keys(None, dynamic_partitions_store)))

    def validate_partition_definition(self) -> None:
        """Raise ``InvalidDefinitionError`` where the definition cannot work; called when definitions are
        loaded.
        """


def digest(value: Any) -> str:
    """A short fingerprint of plain data."""
    return hashlib.sha1(serial.encode(value), usedforsecurity=False).hexdigest()


def unknown_key(key: str, space: KeySpace, definition: object) -> UnknownPartitionError:
    """The error for a string that is no key of a definition."""
    similar = space.nearest(key)
    hint = f"Did you mean {', '.join(similar)}?" if similar else None
    kind = type(definition).__name__
    return UnknownPartitionError(
        f"{key!r} is not a partition key of this {kind}: {space.examples()}.", hint=hint
    )


def key_ordinals(keys: Iterable[str], space: KeySpace, definition: object) -> list[int]:
    """The ordinals of keys. ``UnknownPartitionError`` for a string that is no key."""
    found: list[int] = []
    for key in keys:
        ordinal = space.ordinal(key)
        if ordinal is None:
            raise unknown_key(key, space, definition)
        found.append(ordinal)
    return found


def range_ordinals(keys: PartitionKeyRange, space: KeySpace, definition: object) -> tuple[int, int]:
    """The ordinals of the ends of a range. ``UnknownPartitionError`` for ends that are no keys or the
    wrong way round.
    """
    first, last = key_ordinals((keys.start, keys.end), space, definition)
    if last < first:
        raise UnknownPartitionError(
            f"The partition range {keys} is the wrong way round: {keys.end!r} comes before {keys.start!r}.",
            hint=f"Give {keys.end}...{keys.start}.",
        )
    return first, last
