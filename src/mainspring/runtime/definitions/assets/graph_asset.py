"""``@graph_asset`` and ``@graph_multi_asset``: assets that a graph of ops makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, overload

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.assets.arguments import check_run_arguments
from mainspring.runtime.definitions.assets.check_outputs import check_outputs
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.ins_outs import NO_TYPE, AssetIn, AssetOut
from mainspring.runtime.definitions.assets.multi import SharedAttributes, keys_of_outs
from mainspring.runtime.definitions.assets.of_node import (
    NodeInputs,
    Said,
    check_outputs_of,
    definition_parts,
    inputs_of_node,
)
from mainspring.runtime.definitions.assets.parts import resolve_name_and_key, said_ins
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.graphs.composed import compose, compose_config
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.ops.declared import GraphOut
from mainspring.runtime.definitions.ops.function import (
    checked_function,
    description_of,
    name_of,
    place_of,
)
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_OUTPUT
from mainspring.runtime.definitions.ops.signature import EMPTY, read_signature
from mainspring.runtime.definitions.types.value_type import NOTHING


@overload
def graph_asset(compose_fn: Callable[..., Any], /) -> AssetsDefinition: ...


@overload
def graph_asset(
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, AssetIn] | None = None,
    config: ConfigMapping | Mapping[str, Any] | None = None,
    key_prefix: str | Sequence[str] | None = None,
    group_name: str | None = None,
    partitions_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    owners: Sequence[str] | None = None,
    automation_condition: Any = None,
    backfill_policy: Any = None,
    resource_defs: Mapping[str, object] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    code_version: str | None = None,
    key: AssetKey | str | Sequence[str] | None = None,
    kinds: AbstractSet[str] | None = None,
    freshness_policy: Any = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...


def graph_asset(  # noqa: PLR0913  # the published parameters
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, AssetIn] | None = None,
    config: ConfigMapping | Mapping[str, Any] | None = None,
    key_prefix: str | Sequence[str] | None = None,
    group_name: str | None = None,
    partitions_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    owners: Sequence[str] | None = None,
    automation_condition: Any = None,
    backfill_policy: Any = None,
    resource_defs: Mapping[str, object] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    code_version: str | None = None,
    key: AssetKey | str | Sequence[str] | None = None,
    kinds: AbstractSet[str] | None = None,
    freshness_policy: Any = None,
) -> Any:
    """Declare an asset that several ops make together; each of them is a step of its own.

    The function wires ops, as that of ``@graph`` does. Its parameters are upstream assets; what it returns is stored as
    the asset. With ``check_specs`` it returns a dict: the asset under ``"result"``, and for each check the output of an
    op that gives an ``AssetCheckResult``, under the name of the asset and the check: ``"orders_no_nulls"``.

    ``config`` is a ``ConfigMapping``, or a dict that fixes the config of the ops. The other parameters are those of
    ``@asset``.

    Raises ``InvalidDefinitionError`` for what cannot be.

    >>> @graph_asset
    ... def report(orders):
    ...     return render(summarise(orders))
    """

    def declare(function: Callable[..., Any]) -> AssetsDefinition:
        where = place_of(checked_function(function, "graph_asset"))
        own_key = resolve_name_and_key(function, name=name, key=key, key_prefix=key_prefix, where=where)
        made = _Composed.of(
            function,
            own_key.to_python_identifier(),
            "graph asset",
            {DEFAULT_OUTPUT: own_key},
            ins=ins,
            config=config,
            description=description,
            check_specs=check_specs,
            where=where,
        )
        check_run_arguments(backfill_policy=backfill_policy, what=made.what, where=where)
        spec = AssetSpec(
            own_key,
            deps=made.inputs.deps or None,
            description=made.graph.description,
            metadata=metadata,
            group_name=group_name,
            code_version=code_version,
            automation_condition=automation_condition,
            owners=owners,
            tags=tags,
            kinds=kinds,
            partitions_def=partitions_def,
            freshness_policy=freshness_policy,
            skippable=not made.graph.output_dict[DEFAULT_OUTPUT].is_required,
            where=where,
        )
        return made.assets(
            {DEFAULT_OUTPUT: spec},
            backfill_policy=backfill_policy,
            resource_defs=resource_defs,
            hook_defs=hooks,
        )

    return declare if compose_fn is None else declare(compose_fn)


def graph_multi_asset(  # noqa: PLR0913  # the published parameters
    *,
    outs: Mapping[str, AssetOut],
    name: str | None = None,
    ins: Mapping[str, AssetIn] | None = None,
    partitions_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
    backfill_policy: Any = None,
    group_name: str | None = None,
    can_subset: bool = False,
    resource_defs: Mapping[str, object] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    config: ConfigMapping | Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Declare several assets that a graph of ops makes.

    The function returns what each is made of: a dict by the names of ``outs``, or a tuple in their order. With
    ``can_subset=True`` a run may ask for some of them; only the ops that those need are run then.

    Raises ``InvalidDefinitionError`` for what cannot be.

    >>> @graph_multi_asset(outs={"orders": AssetOut(), "customers": AssetOut()})
    ... def from_the_shop():
    ...     raw = download()
    ...     return {"orders": orders_of(raw), "customers": customers_of(raw)}
    """

    def declare(function: Callable[..., Any]) -> AssetsDefinition:
        where = place_of(checked_function(function, "graph_multi_asset"))
        own = validate_name(name or name_of(function), what="a graph multi-asset", where=where)
        what = f"graph multi-asset {own!r}"
        keys = keys_of_outs(outs, what, where)
        check_run_arguments(backfill_policy=backfill_policy, what=what, where=where)
        made = _Composed.of(
            function,
            own,
            "graph multi-asset",
            keys,
            ins=ins,
            config=config,
            check_specs=check_specs,
            where=where,
        )
        shared = SharedAttributes(group_name, None, partitions_def)
        specs = {
            output: shared.onto(out.to_spec(keys[output], made.inputs.deps, where=where), what=what)
            for output, out in outs.items()
        }
        said = {
            output: Said(out.io_manager_key, EMPTY if out.dagster_type is NO_TYPE else out.dagster_type)
            for output, out in outs.items()
        }
        return made.assets(
            specs,
            said=said,
            can_subset=can_subset,
            backfill_policy=backfill_policy,
            resource_defs=resource_defs,
            hook_defs=hooks,
        )

    return declare


class _Composed(NamedTuple):
    """A graph that was composed to make assets."""

    graph: GraphDefinition
    inputs: NodeInputs
    checks: Mapping[str, AssetCheckSpec]
    what: str
    where: SourcePosition | None

    @classmethod
    def of(  # noqa: PLR0913  # what two decorators share
        cls,
        function: Callable[..., Any],
        name: str,
        kind: str,
        keys: Mapping[str, AssetKey],
        *,
        ins: Any,
        config: Any,
        check_specs: Sequence[AssetCheckSpec] | None,
        description: str | None = None,
        where: SourcePosition | None,
    ) -> _Composed:
        """Compose the graph; ``keys`` are the assets by output."""
        what = f"{kind} {name!r}"
        said = said_ins(ins, what, where) if ins is not None else {}
        _check_ins(said, function, what, where)
        check_run_arguments(check_specs=check_specs, what=what, where=where)
        _, check_keys = check_outputs(check_specs, set(keys.values()), what=what, where=where, taken=keys)
        outputs = {output: GraphOut() for output in (*keys, *check_keys)}
        parts = compose(function, name=name, kind=kind, out=outputs, where=where)
        graph = GraphDefinition.of(
            parts,
            description=description_of(function, description),
            config=compose_config(config, what=what, where=where),
            composition_fn=function,
        )
        inputs = inputs_of_node(graph, said, what=what, where=where)
        return cls(graph, inputs, check_outputs_of(check_keys, check_specs or ()), what, where)

    def assets(self, specs: Mapping[str, AssetSpec], **said: Any) -> AssetsDefinition:
        """The definition."""
        parts = definition_parts(
            self.graph, self.inputs, specs, what=self.what, where=self.where, checks=self.checks, **said
        )
        return AssetsDefinition(**parts)


def _check_ins(
    ins: Mapping[str, AssetIn], function: Callable[..., Any], what: str, where: SourcePosition | None
) -> None:
    names = [parameter.name for parameter in read_signature(function, where=where).inputs]
    for name, said in ins.items():
        if name not in names and said.dagster_type is not NOTHING:
            raise InvalidDefinitionError(
                f"{what} has no parameter {name!r}, which `ins` speaks of.",
                where=where,
                hint=did_you_mean(name, names)
                or f"Its parameters are: {', '.join(names) or 'none'}. An upstream asset whose value is not loaded is "
                f'said so: ins={{"{name}": AssetIn(dagster_type=Nothing)}}.',
            )
