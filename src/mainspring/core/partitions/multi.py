"""``MultiPartitionsDefinition``: partitions in several dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvariantViolationError,
    UnknownPartitionError,
    did_you_mean,
)
from mainspring.core.base.source import user_position
from mainspring.core.partitions.bitmap import bitmap_of, runs_of
from mainspring.core.partitions.definition import (
    PARTITION_TAG,
    PartitionsDefinition,
    digest,
    key_ordinals,
)
from mainspring.core.partitions.key_product import KeyProduct
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.loading import PartitionLoadingContext, moment
from mainspring.core.partitions.multi_key import SEPARATOR, MultiPartitionKey
from mainspring.core.partitions.static import StaticPartitionsDefinition
from mainspring.core.partitions.store import DynamicPartitionsStore
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition
from mainspring.core.partitions.window import TimeWindow


class PartitionDimensionDefinition(NamedTuple):
    """A dimension: its name and its partitions."""

    name: str
    partitions_def: PartitionsDefinition[str]


class MultiPartitionsDefinition(PartitionsDefinition[MultiPartitionKey]):
    """Each partition of each dimension with each of the others; two dimensions or more, of any kind.

    >>> from mainspring.core.partitions.static import StaticPartitionsDefinition
    >>> grid = MultiPartitionsDefinition(
    ...     {"size": StaticPartitionsDefinition(["s", "l"]), "colour": StaticPartitionsDefinition(["red"])}
    ... )
    >>> grid.get_partition_keys()
    ['red|s', 'red|l']

    Keys name the dimensions' keys in the order of the dimensions' names.
    """

    __slots__ = ("_dimensions",)

    def __init__(self, partitions_defs: Mapping[str, PartitionsDefinition[Any]]) -> None:
        if len(partitions_defs) < 2:
            raise InvalidDefinitionError(
                f"A MultiPartitionsDefinition has two dimensions or more; got {len(partitions_defs)}.",
                where=user_position(),
            )
        for name, inner in partitions_defs.items():
            if not isinstance(inner, PartitionsDefinition):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidDefinitionError(
                    f"The dimension {name!r} is no partitions definition.", where=user_position()
                )
            if isinstance(inner, StaticPartitionsDefinition):
                _check_parts(name, inner.get_partition_keys())
            if isinstance(inner, MultiPartitionsDefinition):
                raise InvalidDefinitionError(
                    f"The dimension {name!r} has dimensions itself.",
                    where=user_position(),
                    hint="Give all dimensions side by side.",
                )
        self._dimensions = tuple(
            PartitionDimensionDefinition(*item) for item in sorted(partitions_defs.items())
        )

    def key_space(self, context: PartitionLoadingContext | None = None) -> KeyProduct:
        given = context or moment()
        return KeyProduct({name: inner.key_space(given) for name, inner in self._dimensions})

    # -- keys ------------------------------------------------------------------------------------------------

    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[MultiPartitionKey]:
        keys = self.key_space(moment(current_time, dynamic_partitions_store)).keys()
        return cast("list[MultiPartitionKey]", keys)

    def filter_valid_partition_keys(
        self, partition_keys: set[str], dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> set[MultiPartitionKey]:
        space = self.key_space(moment(None, dynamic_partitions_store))
        return {self.get_partition_key_from_str(key) for key in partition_keys if space.contains(key)}

    def get_partition_key_from_str(self, partition_key_str: str) -> MultiPartitionKey:
        """The multi-partition key of its string form. ``UnknownPartitionError`` where the number of parts
        is wrong.
        """
        parts = partition_key_str.split(SEPARATOR)
        names = self.partition_dimension_names
        if len(parts) != len(names):
            raise UnknownPartitionError(
                f"{partition_key_str!r} is no key in the dimensions {', '.join(names)}.",
                hint=f"Write {SEPARATOR.join(names)}, with the key of each dimension for its name.",
            )
        return MultiPartitionKey(dict(zip(names, parts, strict=True)))

    def is_valid_key_format(self, partition_key: str) -> bool:
        """Whether a string has a part for each dimension."""
        return len(partition_key.split(SEPARATOR)) == len(self._dimensions)

    def get_multipartition_keys_with_dimension_value(
        self,
        dimension_name: str,
        dimension_partition_key: str,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
        current_time: datetime | None = None,
    ) -> Sequence[MultiPartitionKey]:
        """The keys that have a given key in one dimension."""
        return self.get_multipartition_keys_with_dimension_values(
            dimension_name, [dimension_partition_key], dynamic_partitions_store, current_time
        )

    def get_multipartition_keys_with_dimension_values(
        self,
        dimension_name: str,
        dimension_partition_keys: Sequence[str],
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
        current_time: datetime | None = None,
    ) -> Sequence[MultiPartitionKey]:
        """The keys that have one of the given keys in one dimension."""
        inner = self.get_partitions_def_for_dimension(dimension_name)
        space = self.key_space(moment(current_time, dynamic_partitions_store))
        chosen = key_ordinals(dimension_partition_keys, space.dimensions[dimension_name], inner)
        found = space.of_digits({dimension_name: bitmap_of(chosen)})
        keys = [key for first, stop in runs_of(found) for key in space.keys(first, stop)]
        return cast("list[MultiPartitionKey]", keys)

    def get_partition_keys_in_range(
        self,
        partition_key_range: PartitionKeyRange,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
        current_time: datetime | None = None,
    ) -> Sequence[str]:
        """The keys within the box whose corners are the ends of the range: a range in every dimension."""
        space = self.key_space(moment(current_time, dynamic_partitions_store))
        first, last = key_ordinals((partition_key_range.start, partition_key_range.end), space, self)
        chosen = {
            name: bitmap_of(range(low, high + 1))
            for name, low, high in zip(space.dimensions, space.digits(first), space.digits(last), strict=True)
        }
        if not all(chosen.values()):
            raise UnknownPartitionError(
                f"The range {partition_key_range} is the wrong way round in {_first_empty(chosen)!r}."
            )
        return [key for low, high in runs_of(space.of_digits(chosen)) for key in space.keys(low, high)]

    def get_tags_for_partition_key(self, partition_key: str) -> Mapping[str, str]:
        key = self.get_partition_key_from_str(partition_key)
        each = {f"{PARTITION_TAG}/{name}": part for name, part in key.keys_by_dimension.items()}
        return {PARTITION_TAG: str(key), **each}

    # -- dimensions ------------------------------------------------------------------------------------------

    @property
    def partitions_defs(self) -> Sequence[PartitionDimensionDefinition]:
        """The dimensions, in the order of their names."""
        return list(self._dimensions)

    @property
    def partition_dimension_names(self) -> list[str]:
        """The names of the dimensions, in order."""
        return [name for name, _ in self._dimensions]

    def get_partitions_def_for_dimension(self, dimension_name: str) -> PartitionsDefinition[str]:
        """The partitions of a dimension."""
        for name, inner in self._dimensions:
            if name == dimension_name:
                return inner
        names = self.partition_dimension_names
        raise InvariantViolationError(
            f"There is no dimension {dimension_name!r}; the dimensions are {', '.join(names)}.",
            hint=did_you_mean(dimension_name, names),
        )

    @property
    def primary_dimension(self) -> PartitionDimensionDefinition:
        """The time dimension, if there is one; else the first by name."""
        return self.time_window_dimension if self.has_time_window_dimension else self._dimensions[0]

    @property
    def secondary_dimension(self) -> PartitionDimensionDefinition:
        """The first dimension that is not the primary one."""
        primary = self.primary_dimension
        return next(dimension for dimension in self._dimensions if dimension.name != primary.name)

    @property
    def has_time_window_dimension(self) -> bool:
        """Whether a dimension is made of windows of time."""
        return any(isinstance(inner, TimeWindowPartitionsDefinition) for _, inner in self._dimensions)

    @property
    def time_window_dimension(self) -> PartitionDimensionDefinition:
        """The one dimension that is made of windows of time. ``InvariantViolationError`` where there is
        not just one.
        """
        found = [
            dim for dim in self._dimensions if isinstance(dim.partitions_def, TimeWindowPartitionsDefinition)
        ]
        if not found:
            raise InvariantViolationError(
                f"None of the dimensions {self.partition_dimension_names} is made of time windows."
            )
        return found[0]

    @property
    def time_window_partitions_def(self) -> TimeWindowPartitionsDefinition:
        """The partitions of the time dimension."""
        return cast("TimeWindowPartitionsDefinition", self.time_window_dimension.partitions_def)

    def time_window_for_partition_key(self, partition_key: str) -> TimeWindow:
        """The window of a key's time dimension."""
        key = self.get_partition_key_from_str(partition_key)
        dimension = self.time_window_dimension
        return self.time_window_partitions_def.time_window_for_partition_key(
            key.keys_by_dimension[dimension.name]
        )

    # -- the definition itself -------------------------------------------------------------------------------

    def get_serializable_unique_identifier(
        self, dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> str:
        return digest(
            [
                [name, d.get_serializable_unique_identifier(dynamic_partitions_store)]
                for name, d in self._dimensions
            ]
        )

    def validate_partition_definition(self) -> None:
        for _, inner in self._dimensions:
            inner.validate_partition_definition()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MultiPartitionsDefinition):
            return NotImplemented
        return self._dimensions == other._dimensions

    def __hash__(self) -> int:
        return hash(self._dimensions)

    def __repr__(self) -> str:
        return f"MultiPartitionsDefinition({dict(self._dimensions)!r})"


def _check_parts(name: str, keys: Sequence[str]) -> None:
    for key in keys:
        if SEPARATOR in key:
            raise InvalidDefinitionError(
                f"The key {key!r} of the dimension {name!r} contains {SEPARATOR!r}, the sign between keys.",
                where=user_position(),
            )


def _first_empty(chosen: Mapping[str, Any]) -> str:
    return next(name for name, digits in chosen.items() if not digits)
