"""How the assets of a graph stand by what an instance has recorded of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.node import AssetNode
from mainspring.core.graph.staleness.assess import assess
from mainspring.core.graph.staleness.status import AssetStaleness
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.stored_versions import StoredRecords
from mainspring.core.partitions.loading import moment
from mainspring.core.values.asset_key import AssetKey


def staleness(
    instance: Instance,
    graph: AssetGraph,
    keys: Iterable[AssetKey] | None = None,
    *,
    partitions: Sequence[str] | None = None,
    code_version_of: Callable[[AssetNode], str | None] | None = None,
) -> dict[AssetKey, AssetStaleness]:
    """How these assets (all of the graph, where none are named) stand now; see ``assess``."""
    return assess(
        graph,
        StoredRecords(instance.store),
        keys,
        partitions=partitions,
        code_version_of=code_version_of,
        context=moment(None, instance, clock=instance.ambient.clock),
    )
