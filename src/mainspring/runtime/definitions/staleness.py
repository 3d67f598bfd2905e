"""How the assets of a set of definitions stand by what an instance has recorded of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mainspring.core.graph.staleness.status import AssetStaleness
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.staleness import staleness
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.resolve import ResolvedAssets


def assets_staleness(
    assets: ResolvedAssets,
    instance: Instance,
    keys: Iterable[AssetKey] | None = None,
    *,
    partitions: Sequence[str] | None = None,
) -> Mapping[AssetKey, AssetStaleness]:
    """How these assets (all, where none are named) stand, each after those it is made from.

    ``partitions`` names those that partitioned assets are assessed for; without it the newest are looked at.
    """
    return staleness(
        instance,
        assets.graph,
        keys,
        partitions=partitions,
        code_version_of=lambda node: assets.code_version(node.key) if node.is_declared else None,
    )
