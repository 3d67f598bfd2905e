"""Split a computation that would have to run both before and after another one."""

from __future__ import annotations

from collections.abc import Sequence

from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition


def split_definitions(definitions: Sequence[AssetsDefinition], graph: AssetGraph) -> list[AssetsDefinition]:
    """Each definition that can make a part of its assets, as the fewest parts that need no other step in between.

    An asset comes a part later than an asset of the same definition from which it is made through something that is
    made elsewhere.
    """
    order = graph.toposorted_asset_keys
    split: list[AssetsDefinition] = []
    for definition in definitions:
        parts = _parts(definition, order, graph) if definition.can_subset and len(definition.keys) > 1 else []
        if len(parts) < 2:
            split.append(definition)
            continue
        for keys in parts:
            checks = [key for key in definition.check_keys if key.asset_key in keys]
            split.append(definition.subset_for(keys, checks))
    return split


def _parts(definition: AssetsDefinition, order: Sequence[AssetKey], graph: AssetGraph) -> list[set[AssetKey]]:
    part_of: dict[AssetKey, int] = {}
    for key in order:
        own = key in definition.keys
        parents = [parent for parent in graph.parents(key) if parent in part_of]
        found = [part_of[parent] + (1 if own and parent not in definition.keys else 0) for parent in parents]
        if own or found:
            part_of[key] = max(found, default=0)
    parts: dict[int, set[AssetKey]] = {}
    for key in definition.keys:
        parts.setdefault(part_of[key], set()).add(key)
    return [parts[number] for number in sorted(parts)]
