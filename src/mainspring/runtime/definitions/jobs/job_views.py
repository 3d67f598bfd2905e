"""The published read-only views of a job, and its changed copies, each a few lines over its attributes."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any, Self

from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvalidSubsetError,
    InvariantViolationError,
    did_you_mean,
)
from mainspring.core.base.source import SourcePosition
from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.core.config.run_config import to_run_config_dict
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.metadata import normalize_metadata
from mainspring.runtime.definitions.ops.node import Node
from mainspring.runtime.definitions.resolve import ResolvedAssets


class JobViews:
    """What can be asked of a job."""

    name: str
    where: SourcePosition | None
    graph: Any
    assets: ResolvedAssets
    keys: frozenset[AssetKey]
    check_keys: frozenset[AssetCheckKey]
    resource_defs: Mapping[str, object]
    loggers: Mapping[str, Any]
    config: Any
    hooks: frozenset[Any]
    tags: Mapping[str, str]
    op_selection: frozenset[str] | None
    executor_def: Any
    metadata: Mapping[str, Any]
    run_tags: Mapping[str, str] | None

    def copy_with(self, **changes: Any) -> Self:
        """The job with some of its attributes replaced."""
        job = copy.copy(self)
        vars(job).update(changes)
        for cached in ("definitions", "flat", "selected_ops", "nodes"):
            vars(job).pop(cached, None)
        return job

    @cached_property
    def nodes(self) -> Sequence[Node]:
        """The ops and graphs it is made of, not those within graphs; of a job of assets one for each function."""
        if self.graph is not None:
            return self.graph.nodes
        computed = [one.computation for one in self.assets.definitions if one.computation is not None]
        return [Node(one.node.name, one.node) for one in computed]

    # -- flags -----------------------------------------------------------------------------------------------------

    @property
    def is_asset_job(self) -> bool:
        """Whether it is of assets."""
        return self.graph is None

    @property
    def is_subset(self) -> bool:
        """Whether it is a part of a job of ops."""
        return self.op_selection is not None

    @property
    def has_specified_executor(self) -> bool:
        """Whether it names the executor of its runs."""
        return self.executor_def is not None

    @property
    def has_specified_loggers(self) -> bool:
        """Whether it has loggers of its own."""
        return bool(self.loggers)

    @property
    def has_separately_defined_run_tags(self) -> bool:
        """Whether its runs have other tags than the job."""
        return self.run_tags is not None

    # -- parts -----------------------------------------------------------------------------------------------------

    @property
    def hook_defs(self) -> frozenset[Any]:
        """The hooks that are called for each of its steps."""
        return self.hooks

    @property
    def asset_selection(self) -> AbstractSet[AssetKey] | None:
        """The assets it makes; ``None`` for a job of ops."""
        return None if self.graph is not None else self.keys

    @property
    def asset_check_selection(self) -> AbstractSet[AssetCheckKey] | None:
        """The checks it evaluates; ``None`` for a job of ops."""
        return None if self.graph is not None else self.check_keys

    @property
    def config_mapping(self) -> ConfigMapping | None:
        """What makes its run config of a simpler one, where it was given."""
        return self.config if isinstance(self.config, ConfigMapping) else None

    @property
    def partitioned_config(self) -> Any:
        """What makes its run config of a partition, where it was given."""
        return self.config if hasattr(self.config, "get_run_config_for_partition_key") else None

    @property
    def run_config(self) -> Mapping[str, Any] | None:
        """The run config where a run gives none; ``None`` where there is none, or it goes by the partition."""
        if self.config is None or self.config_mapping is not None or self.partitioned_config is not None:
            return None
        return to_run_config_dict(self.config)

    @property
    def required_resource_keys(self) -> AbstractSet[str]:
        """The resources its ops and hooks ask for."""
        keys: set[str] = {key for hook in self.hooks for key in hook.required_resource_keys}
        if self.graph is not None:
            return keys.union(*(flat.op.required_resource_keys for flat in self.graph.flat.ops))
        made = (self.assets.by_key[key] for key in self.keys)
        return keys.union(*(definition.required_resource_keys for definition in made))

    @property
    def top_level_node_defs(self) -> Sequence[Any]:
        """The ops and graphs it is made of, each once."""
        return list({id(node.definition): node.definition for node in self.nodes}.values())

    @property
    def dependencies(self) -> Mapping[Any, Any]:
        """Where the inputs of its nodes come from; empty for a job of assets."""
        return {} if self.graph is None else self.graph.dependencies

    def has_node_named(self, name: str) -> bool:
        """Whether it has such a node."""
        return any(node.name == name for node in self.nodes)

    has_node = has_node_named

    def get_node_named(self, name: str) -> Node:
        """A node. Raises ``InvariantViolationError`` for an unknown one."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise InvariantViolationError(
            f"The job {self.name!r} has no node {name!r}.",
            where=self.where,
            hint=did_you_mean(name, [node.name for node in self.nodes]),
        )

    def node_def_named(self, name: str) -> Any:
        """The op or graph of a node. Raises ``InvariantViolationError`` for an unknown one."""
        return self.get_node_named(name).definition

    # -- changed copies --------------------------------------------------------------------------------------------

    def with_hooks(self, hook_defs: AbstractSet[Any]) -> Self:
        """The job with hooks added to its own."""
        return self.copy_with(hooks=self.hooks | frozenset(hook_defs))

    def with_top_level_resources(self, resource_defs: Mapping[str, object]) -> Self:
        """The job with resources for what its own do not answer."""
        return self.copy_with(resource_defs={**resource_defs, **self.resource_defs})

    def with_logger_defs(self, logger_defs: Mapping[str, Any]) -> Self:
        """The job with these loggers in place of its own."""
        return self.copy_with(loggers=dict(logger_defs))

    def with_executor_def(self, executor_def: Any) -> Self:
        """The job with another executor."""
        return self.copy_with(executor_def=executor_def)

    def with_metadata(self, metadata: Mapping[str, Any]) -> Self:
        """The job with other metadata."""
        return self.copy_with(metadata=normalize_metadata(metadata))

    # -- checks ----------------------------------------------------------------------------------------------------

    def refuse_unknown_inputs(self, values: Mapping[str, object]) -> None:
        """Raise ``InvalidDefinitionError`` for a value of an input its graph does not have."""
        known = [] if self.graph is None else [item.name for item in self.graph.input_defs]
        for name in values:
            if name not in known:
                raise InvalidDefinitionError(
                    f"`input_values` of the job {self.name!r} names the input {name!r}, which its graph does not have.",
                    where=self.where,
                    hint=did_you_mean(name, known) or f"Its inputs are: {', '.join(known) or 'none'}.",
                )

    def assets_of_ops(self, names: Iterable[str]) -> tuple[set[AssetKey], set[AssetCheckKey]]:
        """What the ops of these names make and evaluate, in a job of assets."""
        by_name = {one.node_name: one for one in self.assets.definitions if one.is_executable}
        keys: set[AssetKey] = set()
        checks: set[AssetCheckKey] = set()
        for name in names:
            found = by_name.get(name)
            if found is None:
                raise InvalidSubsetError(
                    f"The job {self.name!r} has no op {name!r}.",
                    where=self.where,
                    hint=did_you_mean(name, by_name) or f"Its ops are: {', '.join(sorted(by_name)[:10])}.",
                )
            keys |= found.keys
            checks |= found.check_keys
        return keys, checks
