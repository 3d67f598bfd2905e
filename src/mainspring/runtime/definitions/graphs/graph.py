"""``GraphDefinition``: ops, and graphs of them, wired together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any, ClassVar, Self

from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.graphs.flat import FlatGraph
from mainspring.runtime.definitions.graphs.flatten import flatten
from mainspring.runtime.definitions.graphs.parts import GraphParts, graph_parts, parts_of_definitions
from mainspring.runtime.definitions.graphs.views import GraphViews
from mainspring.runtime.definitions.ops.composition import is_composing
from mainspring.runtime.definitions.ops.dependencies import (
    Dependency,
    InputMapping,
    OutputMapping,
)
from mainspring.runtime.definitions.ops.node_definition import NodeDefinition
from mainspring.runtime.definitions.retries import RetryPolicy


class GraphDefinition(GraphViews):
    """Ops and graphs wired together, itself usable wherever an op is. ``@graph`` makes one of a function.

    Made by hand, ``dependencies`` says for each node, by its name or as a ``NodeInvocation``, where its inputs come
    from; ``input_mappings`` and ``output_mappings`` what the inputs and outputs of the graph are. Never changed;
    compared by identity.

    Raises ``InvalidDefinitionError`` for wires that cannot be.

    >>> GraphDefinition(
    ...     "sums", node_defs=[one, add], dependencies={"add": {"x": DependencyDefinition("one")}}
    ... ).node_names()
    ['one', 'add']
    """

    is_graph: ClassVar[bool] = True
    node_type_str: ClassVar[str] = "graph"

    def __init__(  # noqa: PLR0913  # the published parameters
        self,
        name: str,
        *,
        description: str | None = None,
        node_defs: Sequence[NodeDefinition] | None = None,
        dependencies: Mapping[Any, Mapping[str, Dependency]] | None = None,
        input_mappings: Sequence[InputMapping] | None = None,
        output_mappings: Sequence[OutputMapping] | None = None,
        config: ConfigMapping | None = None,
        tags: Mapping[str, Any] | None = None,
        input_assets: Mapping[str, Mapping[str, Any]] | None = None,
        composition_fn: Callable[..., Any] | None = None,
        where: SourcePosition | None = None,
    ) -> None:
        parts = parts_of_definitions(
            name,
            node_defs or (),
            dependencies or {},
            input_mappings=input_mappings or (),
            output_mappings=output_mappings or (),
            input_assets=input_assets or {},
            where=where or user_position(),
        )
        self._fill(parts, description, config, tags, composition_fn)

    @classmethod
    def of(
        cls,
        parts: GraphParts,
        *,
        description: str | None = None,
        config: ConfigMapping | None = None,
        tags: Mapping[str, Any] | None = None,
        composition_fn: Callable[..., Any] | None = None,
    ) -> Self:
        """A graph of parts that are checked already. The decorators' way."""
        graph = cls.__new__(cls)
        graph._fill(parts, description, config, tags, composition_fn)
        return graph

    def _fill(
        self,
        parts: GraphParts,
        description: str | None,
        config: ConfigMapping | None,
        tags: Mapping[str, Any] | None,
        composition_fn: Callable[..., Any] | None,
    ) -> None:
        if config is not None and not isinstance(config, ConfigMapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"`config` of the graph {parts.name!r} is {config!r}; it must be a ConfigMapping.",
                where=parts.where,
                hint="Decorate the function that makes the config with @config_mapping.",
            )
        self.name: str = parts.name
        self.where: SourcePosition | None = parts.where
        self.description: str | None = description
        self.tags: Mapping[str, Any] = dict(tags or {})
        self.config_mapping: ConfigMapping | None = config
        self.composition_fn = composition_fn
        self._parts = parts

    @cached_property
    def flat(self) -> FlatGraph:
        """All its ops at any depth."""
        return flatten(self)

    # -- config ------------------------------------------------------------------------------------------

    @property
    def has_config_mapping(self) -> bool:
        """Whether it takes a config of its own, of which a function makes that of the nodes."""
        return self.config_mapping is not None

    @property
    def own_config(self) -> Any:
        """The config it takes itself; ``None`` where each node takes its own."""
        return None if self.config_mapping is None else self.config_mapping.config_schema

    @property
    def config_schema(self) -> Any:
        """The same as ``own_config``."""
        return self.own_config

    def configured(
        self,
        config_or_config_fn: Any,
        name: str | None = None,
        config_schema: Any = None,
        description: str | None = None,
    ) -> Self:
        """The graph with the config of its mapping given. Raises ``InvalidDefinitionError`` where it has none."""
        if self.config_mapping is None:
            raise InvalidDefinitionError(
                f"The graph {self.name!r} has no config of its own, so it cannot be configured.",
                where=self.where,
                hint="Give it one: @graph(config=ConfigMapping(...)); or configure its ops.",
            )
        return self.copy(
            name=name,
            description=description,
            config=self.config_mapping.configured(config_or_config_fn, config_schema),
        )

    # -- changed copies and jobs ---------------------------------------------------------------------------

    def copy(
        self,
        name: str | None = None,
        description: str | None = None,
        input_mappings: Sequence[InputMapping] | None = None,
        output_mappings: Sequence[OutputMapping] | None = None,
        config: ConfigMapping | None = None,
        tags: Mapping[str, Any] | None = None,
        input_assets: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Self:
        """The graph with some of its parts replaced."""
        changed = input_mappings is not None or output_mappings is not None or input_assets is not None
        parts = self._parts._replace(name=name or self.name)
        if changed:
            parts = graph_parts(
                parts.name,
                parts.nodes,
                parts.sources,
                input_mappings=parts.input_mappings if input_mappings is None else input_mappings,
                output_mappings=parts.output_mappings if output_mappings is None else output_mappings,
                input_assets=parts.input_assets if input_assets is None else input_assets,
                where=parts.where,
            )
        return self.of(
            parts,
            description=description or self.description,
            config=config or self.config_mapping,
            tags=self.tags if tags is None else tags,
            composition_fn=self.composition_fn,
        )

    def to_job(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        name: str | None = None,
        description: str | None = None,
        resource_defs: Mapping[str, object] | None = None,
        config: Any = None,
        tags: Mapping[str, object] | None = None,
        metadata: Mapping[str, Any] | None = None,
        logger_defs: Mapping[str, Any] | None = None,
        executor_def: Any = None,
        hooks: AbstractSet[Any] | None = None,
        op_retry_policy: RetryPolicy | None = None,
        op_selection: Sequence[str] | None = None,
        partitions_def: Any = None,
        input_values: Mapping[str, object] | None = None,
        run_tags: Mapping[str, object] | None = None,
        owners: Sequence[str] | None = None,
        automation_condition: Any = None,
    ) -> Any:
        """A job of the graph: with the resources its ops need, a config, tags, hooks, a retry policy for its ops.

        ``input_values`` are values for inputs of the graph. Raises ``InvalidDefinitionError`` where the job cannot be.

        >>> nightly = sums.to_job("nightly", resource_defs={"db": Database()})
        """
        job = call("job_of_graph")(
            graph_def=self,
            name=name,
            description=description,
            resource_defs=resource_defs,
            config=config,
            tags=tags,
            metadata=metadata,
            logger_defs=logger_defs,
            executor_def=executor_def,
            hook_defs=hooks,
            op_retry_policy=op_retry_policy,
            partitions_def=partitions_def,
            input_values=input_values,
            run_tags=run_tags,
            owners=owners,
            automation_condition=automation_condition,
            where=self.where,
        )
        return job if op_selection is None else job.get_subset(op_selection=op_selection)

    def execute_in_process(
        self,
        run_config: Any = None,
        instance: Any = None,
        resources: Mapping[str, object] | None = None,
        raise_on_error: bool = True,
        op_selection: Sequence[str] | None = None,
        run_id: str | None = None,
        input_values: Mapping[str, object] | None = None,
    ) -> Any:
        """Run the graph in this process, its values kept in memory, and give an ``ExecuteInProcessResult``.

        >>> sums.execute_in_process(input_values={"x": 1}).output_value()
        3
        """
        job = self.to_job(resource_defs=resources, input_values=input_values)
        return job.execute_in_process(
            run_config=run_config,
            instance=instance,
            raise_on_error=raise_on_error,
            op_selection=op_selection,
            run_id=run_id,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Use the graph inside another graph or a job. Elsewhere it raises ``InvalidInvocationError``."""
        if is_composing():
            return self.get_pending_invocation()(*args, **kwargs)
        raise InvalidInvocationError(
            f"The graph {self.name!r} was called outside of a graph or job.",
            where=self.where,
            hint=f"Run it with {self.name}.execute_in_process(), or use it in a function with @graph or @job.",
        )
