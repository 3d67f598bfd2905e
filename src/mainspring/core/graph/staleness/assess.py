"""``assess``: how assets stand. Linear in the assets and partitions that are looked at; nothing calls itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetNode
from mainspring.core.graph.staleness import causes as say
from mainspring.core.graph.staleness.inputs import InputVersion, sliced_input, whole_input
from mainspring.core.graph.staleness.looked_at import LookedAt, look_at
from mainspring.core.graph.staleness.mapped import PartitionInputs
from mainspring.core.graph.staleness.recorded import Recorded, Records
from mainspring.core.graph.staleness.status import AssetStaleness, StaleCause, StaleStatus
from mainspring.core.partitions.loading import PartitionLoadingContext, moment
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.code_version import unresolved_reason
from mainspring.core.values.data_version import DEFAULT_DATA_VERSION

FRESH, STALE, MISSING = StaleStatus.FRESH, StaleStatus.STALE, StaleStatus.MISSING


class _Standing(NamedTuple):
    """How one partition stands, or an asset without partitions."""

    status: StaleStatus
    causes: tuple[StaleCause, ...] = ()


_FRESH = _Standing(FRESH)
_MISSING_ELSEWHERE = _Standing(MISSING)


def assess(
    graph: AssetGraph,
    records: Records,
    keys: Iterable[AssetKey] | None = None,
    *,
    partitions: Sequence[str] | None = None,
    code_version_of: Callable[[AssetNode], str | None] | None = None,
    context: PartitionLoadingContext | None = None,
) -> dict[AssetKey, AssetStaleness]:
    """How these assets (all, where none are named) stand, each after those it is made from.

    An asset is missing where nothing was made of it. It is stale where its code version, its inputs or their data
    versions differ from those it was made with, and where an upstream asset is stale itself or missing. One without
    a code version is never stale by its code. What is made elsewhere is never stale; it is missing where nothing is
    recorded of it, and nobody is stale because of that.

    ``partitions`` names those that partitioned assets are assessed for; without it the newest are looked at.
    ``code_version_of`` tells the code version of a node where that is not the one the node holds.
    """
    at = context or moment()
    inputs = PartitionInputs(at)
    positions = set(graph.everything) if keys is None else graph.positions(keys)
    found = look_at(graph, positions, partitions, records, inputs, at)
    assessment = _Assessment(graph, found, inputs, code_version_of or _of_node)
    for place in found.order:
        assessment.take(place)
    return {graph.nodes[place].key: assessment.answer(place) for place in found.order if place in positions}


def _of_node(node: AssetNode) -> str | None:
    return node.code_version


class _Assessment:
    """How the assets stand so far; each is taken after its parents."""

    def __init__(
        self,
        graph: AssetGraph,
        found: LookedAt,
        inputs: PartitionInputs,
        code_version_of: Callable[[AssetNode], str | None],
    ) -> None:
        self._graph = graph
        self._found = found
        self._inputs = inputs
        self._code_version_of = code_version_of
        self._standing: dict[int, Mapping[str | None, _Standing]] = {}

    def take(self, place: int) -> None:
        """Find out how an asset stands."""
        node, found = self._graph.nodes[place], self._found
        if place not in found.partitions:
            latest = found.assets.get(place)
            own = latest.of(node) if latest is not None else None
            self._standing[place] = {None: self._stands(place, node, None, own)}
            return
        by_partition = found.by_partition[place]
        standing: dict[str | None, _Standing] = {}
        for partition in found.partitions[place]:
            latest = by_partition.get(partition)
            own = latest.of(node) if latest is not None else None
            standing[partition] = self._stands(place, node, partition, own)
        self._standing[place] = standing

    def answer(self, place: int) -> AssetStaleness:
        """How an asset stands as a whole."""
        node = self._graph.nodes[place]
        standing = self._standing[place]
        if place not in self._found.partitions:
            status, causes = standing[None]
            return AssetStaleness(key=node.key, status=status, causes=causes)
        asked = {name: standing[name] for name in self._found.asked_for[place]}
        found = {one.status for one in asked.values()}
        if not found:
            causes = () if node.is_external else (say.never_made(node.key),)
            return AssetStaleness(key=node.key, status=MISSING, causes=causes)
        status = next(iter(found)) if len(found) == 1 else FRESH if node.is_external else STALE
        not_fresh = {name: one for name, one in asked.items() if one.status is not FRESH}
        return AssetStaleness(
            key=node.key,
            status=status,
            causes=say.together((name, one.causes) for name, one in not_fresh.items()),
            partitions_looked_at=len(asked),
            stale_partitions=() if node.is_external else tuple(not_fresh),
        )

    def _stands(self, place: int, node: AssetNode, partition: str | None, own: Recorded | None) -> _Standing:
        if node.is_external:
            return _MISSING_ELSEWHERE if own is None else _FRESH
        if own is None:
            return _Standing(MISSING, (say.never_made(node.key),))
        causes = (
            *self._by_code(node, own),
            *self._by_inputs(place, node, partition, own),
            *_removed(node, own),
        )
        return _Standing(STALE, causes) if causes else _FRESH

    def _by_code(self, node: AssetNode, own: Recorded) -> Iterator[StaleCause]:
        now = self._code_version_of(node)
        was = own.provenance.code_version if own.provenance is not None else None
        if now is not None and (now != was or unresolved_reason(now) is not None):
            yield say.changed_code(node.key, now, was)

    def _by_inputs(
        self, place: int, node: AssetNode, partition: str | None, own: Recorded
    ) -> Iterator[StaleCause]:
        for parent in node.parents:
            above = self._graph.position(parent)
            if above is None or (above == place and partition is None):
                continue
            cause = self._by_input(place, above, partition, own)
            if cause is not None:
                yield cause

    def _by_input(self, place: int, above: int, partition: str | None, own: Recorded) -> StaleCause | None:
        key, upstream = self._graph.nodes[place].key, self._graph.nodes[above]
        current, states = self._input(place, above, partition)
        provenance = own.provenance
        if provenance is None:
            later = current.newest is not None and (current.newest.storage_id or 0) > (own.storage_id or 0)
            if later:
                return say.changed_later(key, upstream.key)
        elif upstream.key not in provenance.input_data_versions:
            return say.new_dependency(key, upstream.key)
        else:
            was = provenance.input_data_versions[upstream.key]
            if was != current.version:
                if current.newest is None:
                    return say.upstream_missing(key, upstream.key, was_there=was != DEFAULT_DATA_VERSION)
                return say.changed_input(key, upstream.key)
        if above == place or upstream.is_external or not states:
            return None
        if states == {MISSING}:
            return say.upstream_missing(key, upstream.key, was_there=False)
        return say.stale_upstream(key, upstream.key) if STALE in states else None

    def _input(self, place: int, above: int, partition: str | None) -> tuple[InputVersion, set[StaleStatus]]:
        """The version of an input as it is now, and how those of its partitions stand that are read."""
        found, upstream = self._found, self._graph.nodes[above]
        standing = self._standing.get(above, {})
        if above not in found.partitions:
            return whole_input(upstream, found.assets.get(above)), {one.status for one in standing.values()}
        mapped = self._inputs.of(self._graph.nodes[place], partition, upstream)
        version = sliced_input(
            upstream,
            mapped,
            partition,
            latest=found.assets.get(above),
            by_partition=found.by_partition[above],
        )
        read = (
            standing.values() if mapped is None else [standing[name] for name in mapped if name in standing]
        )
        return version, {one.status for one in read}


def _removed(node: AssetNode, own: Recorded) -> Iterator[StaleCause]:
    if own.provenance is not None:
        parents = set(node.parents)
        for key in own.provenance.input_data_versions:
            if key not in parents:
                yield say.removed_dependency(node.key, key)
