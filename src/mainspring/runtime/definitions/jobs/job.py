"""``JobDefinition``: something that can be run, with all it needs: a graph of ops, or a selection of assets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvariantViolationError,
)
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.config.run_config import to_run_config_dict
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.metadata import normalize_metadata
from mainspring.core.values.names import validate_name
from mainspring.core.values.owners import validate_owners
from mainspring.core.values.tags import normalize_run_tags
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.graphs.flat import FlatGraph, FlatOp
from mainspring.runtime.definitions.jobs.arguments import check_job_arguments
from mainspring.runtime.definitions.jobs.job_views import JobViews
from mainspring.runtime.definitions.jobs.op_selection import select_ops
from mainspring.runtime.definitions.resolve import ResolvedAssets
from mainspring.runtime.definitions.retries import RetryPolicy

_NO_ASSETS = ResolvedAssets(AssetGraph([], []), (), {}, {})
_NO_KEYS: frozenset[AssetKey] = frozenset()
_NO_CHECKS: frozenset[AssetCheckKey] = frozenset()


class JobDefinition(JobViews):
    """A job: a graph of ops with its resources, or some of the assets and checks of one set of definitions.

    ``@job`` and ``GraphDefinition.to_job`` make the first kind, ``define_asset_job`` the second. ``keys`` and
    ``check_keys`` are what it materialises and evaluates. Immutable: the ``with_...`` methods give changed copies.

    ``config`` is the run config where a run gives none: a mapping, a ``RunConfig``, a ``ConfigMapping`` which makes one
    of a config of its own, or a ``PartitionedConfig`` which makes one for each partition.
    """

    def __init__(  # noqa: PLR0913  # the published parameters
        self,
        *,
        graph_def: Any = None,
        resource_defs: Mapping[str, object] | None = None,
        executor_def: Any = None,
        logger_defs: Mapping[str, Any] | None = None,
        name: str | None = None,
        config: Any = None,
        description: str | None = None,
        partitions_def: Any = None,
        tags: Mapping[str, Any] | None = None,
        run_tags: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        hook_defs: AbstractSet[Any] | None = None,
        op_retry_policy: RetryPolicy | None = None,
        asset_layer: None = None,
        input_values: Mapping[str, object] | None = None,
        owners: Sequence[str] | None = None,
        automation_condition: Any = None,
        where: SourcePosition | None = None,
    ) -> None:
        place = where or user_position()
        self.where: SourcePosition | None = place
        if asset_layer is not None:
            raise InvalidDefinitionError(
                "A JobDefinition takes no asset_layer: which assets its ops make is known from the definitions.",
                where=place,
                hint="Declare a job of assets with define_asset_job(name, selection=...).",
            )
        self.graph: Any = graph_def
        self.name: str = validate_name(name or graph_def.name, what="a job", where=place)
        what = f"job {self.name!r}"
        mappings = {
            "resource_defs": resource_defs,
            "logger_defs": logger_defs,
            "tags": tags,
            "run_tags": run_tags,
            "metadata": metadata,
            "input_values": input_values,
        }
        check_job_arguments(
            mappings,
            config=config,
            hooks=hook_defs,
            op_retry_policy=op_retry_policy,
            partitions_def=partitions_def,
            what=what,
            where=place,
        )
        self.resource_defs: Mapping[str, object] = resource_defs or {}
        self.executor_def: Any = executor_def
        self.loggers: Mapping[str, Any] = logger_defs or {}
        self.config: Any = config
        self.description: str | None = description or getattr(graph_def, "description", None)
        self.partitions_definition: Any = partitions_def
        graph_tags: Mapping[str, Any] = getattr(graph_def, "tags", None) or {}
        self.tags: Mapping[str, str] = normalize_run_tags(
            {**graph_tags, **(tags or {})}, what=what, where=place
        )
        self.run_tags: Mapping[str, str] | None = (
            None if run_tags is None else normalize_run_tags(run_tags, what=what, where=place)
        )
        self.metadata: Mapping[str, Any] = normalize_metadata(metadata) if metadata else {}
        self.hooks: frozenset[Any] = frozenset(hook_defs or ())
        self.op_retry_policy = op_retry_policy
        self.input_values: Mapping[str, object] = input_values or {}
        self.owners: Sequence[str] = validate_owners(owners, what=what, where=place) if owners else ()
        self.automation_condition: Any = automation_condition
        self.assets: ResolvedAssets = _NO_ASSETS
        self.keys: frozenset[AssetKey] = _NO_KEYS
        self.check_keys: frozenset[AssetCheckKey] = _NO_CHECKS
        self.op_selection: frozenset[str] | None = None
        self.refuse_unknown_inputs(self.input_values)

    @classmethod
    def of_assets(
        cls,
        name: str,
        assets: ResolvedAssets,
        keys: frozenset[AssetKey],
        check_keys: frozenset[AssetCheckKey],
        **said: Any,
    ) -> JobDefinition:
        """The job of some of the assets and checks of a set of definitions; ``said`` are parameters of the class."""
        job = cls(name=name, **said)
        job.assets = assets
        job.keys = keys
        job.check_keys = check_keys
        return job

    # -- what it runs ----------------------------------------------------------------------------------------------

    @property
    def is_op_job(self) -> bool:
        """Whether it is a graph of ops; else it is of assets."""
        return self.graph is not None

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

    @cached_property
    def flat(self) -> FlatGraph:
        """All the ops of its graph."""
        return self.graph.flat

    @cached_property
    def selected_ops(self) -> Sequence[FlatOp]:
        """Those of its ops that run."""
        if self.op_selection is None:
            return self.flat.ops
        chosen = select_ops(self.flat, self.op_selection, what=f"job {self.name!r}", where=self.where)
        return [op for op in self.flat.ops if op.path in chosen]

    @property
    def partitions_def(self) -> Any:
        """The partitions of its runs: what was said, or what all its assets have in common."""
        if self.partitions_definition is not None:
            return self.partitions_definition
        said = getattr(self.config, "partitions_def", None)
        if said is not None:
            return said
        found = {self.asset_graph.get(key).partitions_def for key in self.keys} - {None}
        return next(iter(found)) if len(found) == 1 else None

    @property
    def tags_of_runs(self) -> Mapping[str, str]:
        """The tags every run of the job gets."""
        return self.tags if self.run_tags is None else self.run_tags

    def run_config_for(self, given: Any, partition_key: str | None) -> dict[str, Any]:
        """The run config of a run: what is given, or the job's own, which may go by the partition.

        The job's own stands in for each op, resource and logger that the given config says nothing of. Config by
        partition says nothing of a run without one.
        """
        for_key = getattr(self.config, "get_run_config_for_partition_key", None)
        if given is not None:
            said = to_run_config_dict(given)
            return said if for_key is not None or self.config_mapping is not None else self._filled(said)
        if for_key is not None:
            return {} if partition_key is None else to_run_config_dict(for_key(partition_key))
        return {} if self.config_mapping is not None else to_run_config_dict(self.config)

    def _filled(self, said: dict[str, Any]) -> dict[str, Any]:
        filled = dict(said)
        for section, own in to_run_config_dict(self.config).items():
            given: object = said.get(section)
            if given is None:
                filled[section] = own
            elif isinstance(given, Mapping) and isinstance(own, Mapping):
                filled[section] = {**own, **given}
        return filled

    def tags_for_partition(self, partition_key: str) -> Mapping[str, str]:
        """The tags that the config of the job gives the runs of a partition."""
        for_key = getattr(self.config, "get_tags_for_partition_key", None)
        return {} if for_key is None else dict(for_key(partition_key))

    # -- parts of it -----------------------------------------------------------------------------------------------

    def select(self, selection: Any) -> JobDefinition:
        """The job of a part of its assets."""
        chosen = AssetSelection.from_coercible(selection)
        keys = frozenset(chosen.resolve(self.asset_graph)) & self.keys
        checks = frozenset(chosen.resolve_checks(self.asset_graph)) & self.check_keys
        return self.copy_with(keys=keys, check_keys=checks)

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
        return self.copy_with(keys=wanted, check_keys=checks)

    def with_ops(self, op_selection: Iterable[str]) -> JobDefinition:
        """The job of some of its ops, by names and ``*name``, ``name+`` and the like.

        In a job of assets an op stands for what it makes. Raises ``InvalidSubsetError`` for a name it does not have.
        """
        if self.is_op_job:
            job = self.copy_with(op_selection=frozenset(op_selection))
            assert job.selected_ops is not None  # looked up here, so that a wrong name is refused at once
            return job
        return self.with_keys(*self.assets_of_ops(frozenset(op_selection)))

    def get_subset(
        self,
        *,
        op_selection: Iterable[str] | None = None,
        asset_selection: AbstractSet[AssetKey] | None = None,
        asset_check_selection: AbstractSet[AssetCheckKey] | None = None,
    ) -> JobDefinition:
        """The job of some of its ops, or of some of its assets and checks."""
        if op_selection is not None:
            return self.with_ops(op_selection)
        if asset_selection is None and asset_check_selection is None:
            return self
        return self.with_keys(asset_selection or (), asset_check_selection)

    # -- running it ------------------------------------------------------------------------------------------------

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

        ``instance`` is where the run is recorded, by default one in memory; ``raise_on_error=False`` gives the result
        of a failed run in place of its exception; ``input_values`` are the values of the inputs of its graph.
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
            in_memory=self.is_op_job,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A job is no function: it is run."""
        del args, kwargs
        raise InvariantViolationError(
            f"The job {self.name!r} was called like a function.",
            where=self.where,
            hint="Run it with `.execute_in_process()`; to use it inside another graph, declare it with @graph.",
        )

    def __repr__(self) -> str:
        if self.is_op_job:
            return f"<JobDefinition {self.name}: {len(self.selected_ops)} ops>"
        return f"<JobDefinition {self.name}: {len(self.keys)} assets, {len(self.check_keys)} checks>"
