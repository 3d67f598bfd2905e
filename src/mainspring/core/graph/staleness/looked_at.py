"""Which assets and partitions must be looked at to tell how some assets stand: they and all above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetNode
from mainspring.core.graph.staleness.mapped import PartitionInputs
from mainspring.core.graph.staleness.recorded import Latest, Records
from mainspring.core.partitions.loading import PartitionLoadingContext

NEWEST = 100
"""Of an asset whose partitions are not named, so many are looked at: those that were materialised last."""


@dataclass(slots=True)
class LookedAt:
    """Positions of assets, each after its parents, with the partitions that are assessed and what is recorded."""

    order: list[int]
    partitions: dict[int, dict[str, None]]
    asked_for: dict[int, dict[str, None]]
    """Those of the partitions that the answer is about; the others are inputs of theirs."""
    assets: dict[int, Latest] = field(default_factory=dict[int, Latest])
    by_partition: dict[int, dict[str, Latest]] = field(default_factory=dict[int, dict[str, Latest]])


def look_at(
    graph: AssetGraph,
    positions: set[int],
    partitions: Sequence[str] | None,
    records: Records,
    inputs: PartitionInputs,
    context: PartitionLoadingContext,
) -> LookedAt:
    """What must be known of the assets at these positions. ``partitions`` names those that are asked for."""
    reached = positions | graph.dag.ancestors(positions)
    order = [place for place in graph.dag.topological_order() if place in reached]
    nodes = graph.nodes
    assessed: dict[int, dict[str, None]] = {place: {} for place in reached if nodes[place].is_partitioned}
    asked: dict[int, dict[str, None]] = {}
    read_only: dict[int, dict[str, None]] = {}
    for place in reversed(order):
        node = nodes[place]
        if place in assessed and place in positions:
            asked[place] = _asked_for(node, partitions, records, context)
            assessed[place].update(asked[place])
        own: Iterable[str | None] = assessed.get(place, (None,))
        if node.parents and assessed:
            _add_inputs(graph, node, own, inputs, assessed, read_only)
    for (
        place,
        names,
    ) in assessed.items():  # the inputs of too many partitions to name are looked at as a whole
        if not names:
            names.update(_asked_for(nodes[place], None, records, context))
    found = LookedAt(order, assessed, asked)
    _read(graph, found, read_only, records)
    return found


def _asked_for(
    node: AssetNode, partitions: Sequence[str] | None, records: Records, context: PartitionLoadingContext
) -> dict[str, None]:
    definition: Any = node.partitions_def
    asked = partitions
    if asked is None:
        asked = records.newest_partitions(node.key, NEWEST, observed=node.is_external)
    space = definition.key_space(context)
    return dict.fromkeys(key for key in asked if space.contains(key))


def _add_inputs(
    graph: AssetGraph,
    node: AssetNode,
    own: Iterable[str | None],
    inputs: PartitionInputs,
    assessed: dict[int, dict[str, None]],
    read_only: dict[int, dict[str, None]],
) -> None:
    listed = list(own)
    for parent in node.parents:
        above = graph.position(parent)
        if above is None or above not in assessed:
            continue
        into = read_only.setdefault(above, {}) if parent == node.key else assessed[above]
        for partition in listed:
            into.update(dict.fromkeys(inputs.of(node, partition, graph.nodes[above]) or ()))


def _read(
    graph: AssetGraph, found: LookedAt, read_only: dict[int, dict[str, None]], records: Records
) -> None:
    nodes = graph.nodes
    latest = records.of_assets([nodes[place].key for place in found.order])
    for place in found.order:
        known = latest.get(nodes[place].key)
        if known is not None:
            found.assets[place] = known
    for place, names in found.partitions.items():
        wanted = {**names, **read_only.get(place, {})}
        found.by_partition[place] = dict(records.of_partitions(nodes[place].key, wanted)) if wanted else {}
