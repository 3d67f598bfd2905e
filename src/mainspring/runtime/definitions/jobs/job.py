"""``JobDefinition``: something that can be run, with all it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from mainspring.core.base.source import SourcePosition
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.resolve import ResolvedAssets
from mainspring.runtime.definitions.retries import RetryPolicy


@dataclass(frozen=True)
class JobDefinition:
    """A selection of the assets and checks of one set of definitions, with the resources they use.

    ``keys`` and ``check_keys`` are what it materialises and evaluates.
    """

    name: str
    assets: ResolvedAssets
    keys: frozenset[AssetKey]
    check_keys: frozenset[AssetCheckKey]
    resource_defs: Mapping[str, object] = field(default_factory=dict[str, object])
    config: Any = None
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    run_tags: Mapping[str, str] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    partitions_definition: Any = None
    executor_def: Any = None
    loggers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    hooks: frozenset[Any] = frozenset()
    op_retry_policy: RetryPolicy | None = None
    owners: Sequence[str] = ()
    where: SourcePosition | None = None

    @property
    def asset_graph(self) -> AssetGraph:
        """The graph of all the assets among which the job's are."""
        return self.assets.graph

    @cached_property
    def definitions(self) -> list[AssetsDefinition]:
        """The definitions that run, each cut down to what the job wants of it.

        Raises ``InvalidSubsetError`` where one can only be run whole.
        """
        return self.assets.subset(self.keys, self.check_keys)

    @property
    def partitions_def(self) -> Any:
        """The partitions of its runs, where all its assets have the same."""
        if self.partitions_definition is not None:
            return self.partitions_definition
        found = {self.asset_graph.get(key).partitions_def for key in self.keys} - {None}
        return next(iter(found)) if len(found) == 1 else None

    @property
    def tags_of_runs(self) -> Mapping[str, str]:
        """The tags every run of the job gets."""
        return self.tags if self.run_tags is None else self.run_tags

    def select(self, selection: Any) -> JobDefinition:
        """The job of a part of its assets."""
        chosen = AssetSelection.from_coercible(selection)
        keys = frozenset(chosen.resolve(self.asset_graph)) & self.keys
        checks = frozenset(chosen.resolve_checks(self.asset_graph)) & self.check_keys
        return replace(self, keys=keys, check_keys=checks)

    def with_keys(
        self, keys: Iterable[AssetKey], check_keys: Iterable[AssetCheckKey] | None = None
    ) -> JobDefinition:
        """The job of these assets, with all of their checks where none are named."""
        wanted = frozenset(keys) & self.keys
        checks = (
            frozenset(key for key in self.check_keys if key.asset_key in wanted)
            if check_keys is None
            else frozenset(check_keys) & self.check_keys
        )
        return replace(self, keys=wanted, check_keys=checks)

    def execute_in_process(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        run_config: Any = None,
        instance: Any = None,
        partition_key: str | None = None,
        raise_on_error: bool = True,
        op_selection: Sequence[str] | None = None,
        asset_selection: Sequence[AssetKey] | None = None,
        run_id: str | None = None,
        input_values: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        resources: Mapping[str, object] | None = None,
    ) -> Any:
        """Run the job in this process and give an ``ExecuteInProcessResult``.

        ``instance`` is where the run is recorded, by default one in memory; ``raise_on_error=False`` gives
        the result
        of a failed run in place of its exception.
        """
        return call("execute_job_in_process")(
            self,
            run_config=run_config,
            instance=instance,
            partition_key=partition_key,
            raise_on_error=raise_on_error,
            op_selection=op_selection,
            asset_selection=asset_selection,
            run_id=run_id,
            input_values=input_values,
            tags=tags,
            resources=resources,
        )

    def __repr__(self) -> str:
        return f"<JobDefinition {self.name}: {len(self.keys)} assets, {len(self.check_keys)} checks>"
