"""From a definition to the nodes of the graph: what the rest of the system knows of it."""

from __future__ import annotations

from typing import Any

from mainspring.core.graph.node import DEFAULT_GROUP, AssetNode, CheckNode
from mainspring.core.values.asset_key import AssetKey


def asset_nodes_of(definition: Any) -> list[AssetNode]:
    """A node for each asset a definition is meant to make."""
    alone = len(definition.keys) <= 1 or not definition.is_executable or definition.can_subset
    together: frozenset[AssetKey] = frozenset() if alone else definition.keys
    checks: dict[Any, list[Any]] = {}
    for key in definition.check_keys:
        checks.setdefault(key.asset_key, []).append(key)
    return [
        spec_node(
            spec,
            execution_type=definition.execution_type,
            backfill_policy=definition.backfill_policy,
            check_keys=tuple(sorted(checks.get(spec.key, ()))) if checks else (),
            execution_set=together,
            where=definition.where or spec.where,
        )
        for spec in definition.specs
    ]


def spec_node(spec: Any, **said: Any) -> AssetNode:
    """The node of a spec; a bare one is of an external asset."""
    said.setdefault("where", spec.where)
    if any(dep.partition_mapping is not None for dep in spec.deps):
        said["partition_mappings"] = spec.partition_mappings
    tags = spec.tags
    return AssetNode(
        spec.key,
        parents=tuple(dep.asset_key for dep in spec.deps),
        group_name=spec.group_name or DEFAULT_GROUP,
        kinds=frozenset(spec.kinds) if tags else frozenset(),
        tags=tags,
        owners=tuple(spec.owners),
        description=spec.description,
        metadata=spec.metadata,
        code_version=spec.code_version,
        partitions_def=spec.partitions_def,
        automation_condition=spec.automation_condition,
        freshness_policy=spec.freshness_policy,
        skippable=spec.skippable,
        is_virtual=spec.is_virtual,
        **said,
    )


def check_nodes_of(definition: Any) -> list[CheckNode]:
    """A node for each check a definition is meant to evaluate."""
    return [
        CheckNode(
            spec.key,
            blocking=spec.blocking,
            description=spec.description,
            additional_deps=tuple(dep.asset_key for dep in spec.additional_deps),
            metadata=spec.metadata,
            automation_condition=spec.automation_condition,
            partitions_def=spec.partitions_def,
            where=definition.where,
        )
        for spec in definition.check_specs
    ]
