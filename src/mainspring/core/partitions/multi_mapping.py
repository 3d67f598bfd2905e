"""Mappings between partitions of several dimensions, dimension by dimension."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.partitions.bitmap import bitmap_of
from mainspring.core.partitions.boxes import Box, boxes_of, compose
from mainspring.core.partitions.loading import PartitionLoadingContext, moment
from mainspring.core.partitions.mapping import (
    AllPartitionMapping,
    IdentityPartitionMapping,
    PartitionMapping,
    Partitions,
    UpstreamPartitionsResult,
    given_subset,
    missing_keys,
    subset_of,
)
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.multi_key import MultiPartitionKey
from mainspring.core.partitions.space import KeySpace
from mainspring.core.partitions.store import DynamicPartitionsStore
from mainspring.core.partitions.subset import PartitionsSubset
from mainspring.core.partitions.time_mapping import TimeWindowPartitionMapping
from mainspring.core.partitions.time_window import TimeWindowPartitionsDefinition

if TYPE_CHECKING:
    from mainspring.core.partitions.bitmap import Bitmap


class DimensionDependency(NamedTuple):
    """One dimension follows from another by a mapping. A name is ``None`` for a definition without
    dimensions.
    """

    partition_mapping: PartitionMapping
    upstream_dimension_name: str | None = None
    downstream_dimension_name: str | None = None


class _Sides(NamedTuple):
    upstream: Partitions
    downstream: Partitions
    context: PartitionLoadingContext


class DimensionMapping(PartitionMapping):
    """The base of mappings that map dimension by dimension. Dimensions that nothing is said of are taken
    whole.
    """

    __slots__ = ()

    @abstractmethod
    def get_dimension_dependencies(
        self, upstream_partitions_def: Partitions, downstream_partitions_def: Partitions
    ) -> Sequence[DimensionDependency]:
        """Which dimension follows from which, and how."""

    def get_partitions_def(self, partitions_def: Partitions, dimension_name: str | None) -> Partitions:
        """The partitions of a dimension; the definition itself for ``None``."""
        if isinstance(partitions_def, MultiPartitionsDefinition) and dimension_name is not None:
            return partitions_def.get_partitions_def_for_dimension(dimension_name)
        return partitions_def

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: Partitions | None,
        upstream_partitions_def: Partitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        wanted = given_subset(downstream_partitions_subset, self)
        downstream = downstream_partitions_def or wanted.partitions_def
        sides = _Sides(upstream_partitions_def, downstream, moment(current_time, dynamic_partitions_store))
        links = self.get_dimension_dependencies(upstream_partitions_def, downstream)
        space = upstream_partitions_def.key_space(sides.context)
        found, missing = bitmap_of(), list[str]()
        twice = {
            name for name, n in Counter(link.downstream_dimension_name for link in links).items() if n > 1
        }
        for box in boxes_of(wanted.space, wanted.bitmap, single=twice):
            chosen, absent = self._upstream_of(box, wanted.space, links, sides)
            found |= compose(space, chosen)
            missing.extend(_absent_keys(space, chosen, absent))
        return UpstreamPartitionsResult(
            subset_of(upstream_partitions_def, space, found),
            missing_keys(upstream_partitions_def, list(dict.fromkeys(missing))),
        )

    def _upstream_of(
        self, box: Box, space: KeySpace, links: Sequence[DimensionDependency], sides: _Sides
    ) -> tuple[Box, dict[str | None, Sequence[str]]]:
        chosen: Box = {}
        absent: dict[str | None, Sequence[str]] = {}
        for mapping, up, down in links:
            inner_up, inner_down = (
                self.get_partitions_def(sides.upstream, up),
                self.get_partitions_def(sides.downstream, down),
            )
            part = subset_of(inner_down, _dimension(space, down), box[down])
            result = mapping.get_upstream_mapped_partitions_result_for_partitions(
                part, inner_down, inner_up, sides.context.effective_dt, sides.context.dynamic_partitions_store
            )
            chosen[up] = result.partitions_subset.bitmap
            if keys := result.required_but_nonexistent_partition_keys:
                absent[up] = keys
        return chosen, absent

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: Partitions,
        downstream_partitions_def: Partitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        context = moment(current_time, dynamic_partitions_store)
        sides = _Sides(upstream_partitions_def, downstream_partitions_def, context)
        links = self.get_dimension_dependencies(upstream_partitions_def, downstream_partitions_def)
        space, given = downstream_partitions_def.key_space(context), upstream_partitions_subset
        found = bitmap_of()
        counted = Counter(link.downstream_dimension_name for link in links)
        shared = {
            link.upstream_dimension_name for link in links if counted[link.downstream_dimension_name] > 1
        }
        for box in boxes_of(given.space, given.bitmap, single=shared):
            found |= compose(space, self._downstream_of(box, given.space, links, sides))
        return subset_of(downstream_partitions_def, space, found)

    def _downstream_of(
        self, box: Box, space: KeySpace, links: Sequence[DimensionDependency], sides: _Sides
    ) -> Box:
        chosen: Box = {}
        for mapping, up, down in links:
            inner_up, inner_down = (
                self.get_partitions_def(sides.upstream, up),
                self.get_partitions_def(sides.downstream, down),
            )
            part = subset_of(inner_up, _dimension(space, up), box[up])
            result = mapping.get_downstream_partitions_for_partitions(
                part, inner_up, inner_down, sides.context.effective_dt, sides.context.dynamic_partitions_store
            )
            chosen[down] = chosen[down] & result.bitmap if down in chosen else result.bitmap
        return chosen


def _dimension(space: KeySpace, name: str | None) -> KeySpace:
    dimensions: Mapping[str, KeySpace] = getattr(space, "dimensions", {})
    return space if name is None else dimensions[name]


def _absent_keys(space: KeySpace, chosen: Box, absent: Mapping[str | None, Sequence[str]]) -> Iterator[str]:
    """The keys asked for in which at least one dimension's key does not exist."""
    if not absent:
        return
    if None in absent:
        yield from absent[None]
        return
    dimensions: Mapping[str, KeySpace] = getattr(space, "dimensions", {})
    columns: list[list[tuple[str, bool]]] = []
    for name, inner in dimensions.items():
        digits: Bitmap = chosen.get(name, bitmap_of(range(inner.count())))
        columns.append(
            [(inner.key(d), False) for d in digits] + [(key, True) for key in absent.get(name, ())]
        )
    for row in product(*columns):
        if any(is_absent for _, is_absent in row):
            yield MultiPartitionKey(dict(zip(dimensions, (key for key, _ in row), strict=True)))


class MultiToSingleDimensionPartitionMapping(DimensionMapping):
    """Between partitions of several dimensions and partitions that are one of these dimensions.

    ``partition_dimension_name``: which dimension; needed only where it is not the one with the same
    partitions, or the
    only one of time windows where the other side is made of time windows too.
    """

    __slots__ = ("partition_dimension_name",)

    partition_dimension_name: str | None

    def __init__(self, partition_dimension_name: str | None = None) -> None:
        self.partition_dimension_name = partition_dimension_name

    def get_dimension_dependencies(
        self, upstream_partitions_def: Partitions, downstream_partitions_def: Partitions
    ) -> Sequence[DimensionDependency]:
        if isinstance(upstream_partitions_def, MultiPartitionsDefinition):
            name, mapping = self._matched(upstream_partitions_def, downstream_partitions_def)
            return [DimensionDependency(mapping, upstream_dimension_name=name)]
        if isinstance(downstream_partitions_def, MultiPartitionsDefinition):
            name, mapping = self._matched(downstream_partitions_def, upstream_partitions_def)
            return [DimensionDependency(mapping, downstream_dimension_name=name)]
        raise InvalidDefinitionError(
            "MultiToSingleDimensionPartitionMapping needs one side with several dimensions."
        )

    def _matched(self, multi: MultiPartitionsDefinition, single: Partitions) -> tuple[str, PartitionMapping]:
        if isinstance(single, MultiPartitionsDefinition):
            raise InvalidDefinitionError(
                "MultiToSingleDimensionPartitionMapping needs a side without dimensions; both have several.",
                hint="Use MultiPartitionMapping.",
            )
        dimensions = multi.partitions_defs
        if self.partition_dimension_name is not None:
            dimensions = [dim for dim in dimensions if dim.name == self.partition_dimension_name]
            if not dimensions:
                multi.get_partitions_def_for_dimension(self.partition_dimension_name)
        equal = [dim.name for dim in dimensions if dim.partitions_def == single]
        if len(equal) == 1:
            return equal[0], IdentityPartitionMapping()
        timed = [
            dim.name for dim in dimensions if isinstance(dim.partitions_def, TimeWindowPartitionsDefinition)
        ]
        if not equal and len(timed) == 1 and isinstance(single, TimeWindowPartitionsDefinition):
            return timed[0], TimeWindowPartitionMapping()
        if self.partition_dimension_name is not None:
            return self.partition_dimension_name, IdentityPartitionMapping()
        raise InvalidDefinitionError(
            f"Of the dimensions {', '.join(multi.partition_dimension_names)} not one alone fits.",
            hint="Give partition_dimension_name.",
        )

    def validate_partition_mapping(
        self, upstream_partitions_def: Partitions, downstream_partitions_def: Partitions | None
    ) -> None:
        if downstream_partitions_def is None:
            raise InvalidDefinitionError(
                "MultiToSingleDimensionPartitionMapping maps partitions; the downstream asset has none."
            )
        self.get_dimension_dependencies(upstream_partitions_def, downstream_partitions_def)

    @property
    def description(self) -> str:
        which = (
            f"the dimension {self.partition_dimension_name!r}"
            if self.partition_dimension_name
            else "one dimension"
        )
        return f"Partitions that agree in {which} depend on each other."

    def _values(self) -> tuple[object, ...]:
        return (self.partition_dimension_name,)


class DimensionPartitionMapping(NamedTuple):
    """The downstream dimension that an upstream dimension is mapped to, and how."""

    dimension_name: str
    partition_mapping: PartitionMapping


class MultiPartitionMapping(DimensionMapping):
    """Between partitions of several dimensions, dimension by dimension.

    ``downstream_mappings_by_upstream_dimension``: for upstream dimensions, the downstream dimension they
    belong to and
    the mapping between them. Each partition depends on all keys of the upstream dimensions that are not
    named.
    """

    __slots__ = ("downstream_mappings_by_upstream_dimension",)

    downstream_mappings_by_upstream_dimension: Mapping[str, DimensionPartitionMapping]

    def __init__(
        self, downstream_mappings_by_upstream_dimension: Mapping[str, DimensionPartitionMapping]
    ) -> None:
        self.downstream_mappings_by_upstream_dimension = dict(downstream_mappings_by_upstream_dimension)

    def get_dimension_dependencies(
        self,
        upstream_partitions_def: Partitions,  # noqa: ARG002
        downstream_partitions_def: Partitions,  # noqa: ARG002
    ) -> Sequence[DimensionDependency]:
        return [
            DimensionDependency(mapping, upstream_dimension_name=up, downstream_dimension_name=down)
            for up, (down, mapping) in self.downstream_mappings_by_upstream_dimension.items()
        ]

    def validate_partition_mapping(
        self, upstream_partitions_def: Partitions, downstream_partitions_def: Partitions | None
    ) -> None:
        for side, definition in (
            ("upstream", upstream_partitions_def),
            ("downstream", downstream_partitions_def),
        ):
            if not isinstance(definition, MultiPartitionsDefinition):
                raise InvalidDefinitionError(
                    f"MultiPartitionMapping maps several dimensions; the {side} asset has not several."
                )
        if downstream_partitions_def is None:
            return
        for mapping, up, down in self.get_dimension_dependencies(
            upstream_partitions_def, downstream_partitions_def
        ):
            for definition, name in ((upstream_partitions_def, up), (downstream_partitions_def, down)):
                names = (
                    definition.partition_dimension_names
                    if isinstance(definition, MultiPartitionsDefinition)
                    else []
                )
                if name not in names:
                    raise InvalidDefinitionError(
                        f"MultiPartitionMapping names the dimension {name!r}; there are {', '.join(names)}."
                    )
            mapping.validate_partition_mapping(
                self.get_partitions_def(upstream_partitions_def, up),
                self.get_partitions_def(downstream_partitions_def, down),
            )

    @property
    def description(self) -> str:
        links = self.downstream_mappings_by_upstream_dimension.items()
        return "; ".join(
            f"{up} to {link.dimension_name}: {link.partition_mapping.description}" for up, link in links
        )

    def _values(self) -> tuple[object, ...]:
        return (self.downstream_mappings_by_upstream_dimension,)


def infer_partition_mapping(
    upstream_partitions_def: Partitions | None, downstream_partitions_def: Partitions | None
) -> PartitionMapping:
    """The mapping of a dependency for which none is given.

    Where one side has no partitions: all. Between windows of time: those that overlap. Between several
    dimensions and
    one of them: that dimension. Between the same dimensions with other partitions: dimension by
    dimension. Else: the
    same key.
    """
    up, down = upstream_partitions_def, downstream_partitions_def
    if up is None or down is None:
        return AllPartitionMapping()
    if isinstance(up, TimeWindowPartitionsDefinition) and isinstance(down, TimeWindowPartitionsDefinition):
        return TimeWindowPartitionMapping()
    if isinstance(up, MultiPartitionsDefinition) and isinstance(down, MultiPartitionsDefinition):
        if up == down or up.partition_dimension_names != down.partition_dimension_names:
            return IdentityPartitionMapping()
        pairs = zip(up.partitions_defs, down.partitions_defs, strict=True)
        return MultiPartitionMapping(
            {
                upper.name: DimensionPartitionMapping(
                    lower.name, infer_partition_mapping(upper.partitions_def, lower.partitions_def)
                )
                for upper, lower in pairs
            }
        )
    if isinstance(up, MultiPartitionsDefinition) or isinstance(down, MultiPartitionsDefinition):
        mapping = MultiToSingleDimensionPartitionMapping()
        try:
            mapping.validate_partition_mapping(up, down)
        except InvalidDefinitionError:
            return AllPartitionMapping()
        return mapping
    return IdentityPartitionMapping()
