"""``@asset``: a function that makes one asset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any, overload

from mainspring.core.base.errors import did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.arguments import (
    AssetArguments,
    check_arguments,
    with_compute_kind,
)
from mainspring.runtime.definitions.assets.check_outputs import check_outputs
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.ins_outs import AssetIn
from mainspring.runtime.definitions.assets.parts import FunctionParts, function_parts, resolve_name_and_key
from mainspring.runtime.definitions.assets.settings import (
    checked_output_annotation,
    io_manager_settings,
)
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec
from mainspring.runtime.definitions.ops.function import checked_function, description_of, place_of, seconds_of
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_OUTPUT, RESULT, OutputDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY
from mainspring.runtime.definitions.retries import RetryPolicy


@overload
def asset(compute_fn: Callable[..., Any], /) -> AssetsDefinition: ...


@overload
def asset(
    *,
    name: str | None = None,
    key_prefix: str | Sequence[str] | None = None,
    ins: Mapping[str, AssetIn | AssetKey | str | Sequence[str]] | None = None,
    deps: Iterable[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    hooks: AbstractSet[Any] | None = None,
    io_manager_def: object | None = None,
    io_manager_key: str | None = None,
    dagster_type: Any = None,
    partitions_def: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    group_name: str | None = None,
    output_required: bool = True,
    automation_condition: Any = None,
    freshness_policy: Any = None,
    backfill_policy: Any = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    key: AssetKey | str | Sequence[str] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    owners: Sequence[str] | None = None,
    kinds: AbstractSet[str] | None = None,
    pool: str | None = None,
    compute_kind: str | None = None,
    is_virtual: bool = False,
    timeout: float | timedelta | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...


def asset(compute_fn: Callable[..., Any] | None = None, **arguments: Any) -> Any:
    """Declare an asset: a table, file or model that should exist, made by the decorated function.

    Parameters of the function are upstream assets, whose values are loaded by their IO managers; besides
    them it may
    take a ``context``, a ``config`` annotated with a ``Config`` class, and resources by name. What it
    returns is
    stored by the asset's IO manager and recorded as a materialization.

    * ``name``, ``key_prefix`` or ``key``: its key; by default the function's name.
    * ``deps``: upstream assets whose values the function reads by itself; ``ins``: more about its parameters.
    * ``group_name``, ``owners``, ``tags``, ``kinds``, ``description``, ``metadata``: what people see of it.
    * ``io_manager_key`` or ``io_manager_def``, ``dagster_type``: how its value is stored and checked.
    * ``config_schema``, ``required_resource_keys``, ``resource_defs``, ``hooks``: what the function uses.
    * ``partitions_def``, ``backfill_policy``, ``automation_condition``, ``freshness_policy``,
      ``code_version``.
    * ``retry_policy``, ``pool``, ``op_tags``, ``timeout`` (seconds or a timedelta): how it runs.
    * ``check_specs``: checks the function evaluates itself; ``output_required=False``: it may make nothing.

    Raises ``InvalidDefinitionError`` for names, tags, owners and combinations that cannot be.

    >>> @asset(group_name="sales", owners=["team:data"])
    ... def orders(raw_orders):
    ...     return [o for o in raw_orders if o["paid"]]
    >>> orders.key
    AssetKey(['orders'])
    """
    unknown = [name for name in arguments if name not in _KNOWN]
    if unknown:
        near = did_you_mean(unknown[0], _KNOWN)
        raise TypeError(
            f"asset() got an unexpected keyword argument {unknown[0]!r}.{f' {near}' if near else ''}"
        )
    said = AssetArguments(**arguments)
    if compute_fn is not None:
        return _make(compute_fn, said)

    def declare(function: Callable[..., Any]) -> AssetsDefinition:
        return _make(function, said)

    return declare


_KNOWN = frozenset(AssetArguments._fields)


def _make(function: Callable[..., Any], said: AssetArguments) -> AssetsDefinition:
    where = place_of(checked_function(function, "asset"))
    key = resolve_name_and_key(
        function, name=said.name, key=said.key, key_prefix=said.key_prefix, where=where
    )
    what = f"asset {key.to_user_string()!r}"
    check_arguments(said, what=what, where=where)
    manager_key, resource_defs = io_manager_settings(
        key, said.io_manager_key, said.io_manager_def, said.resource_defs, what=what, where=where
    )
    parts = function_parts(
        function,
        what=what,
        ins=said.ins,
        deps=said.deps,
        config_schema=said.config_schema,
        required_resource_keys=said.required_resource_keys,
        resource_defs=resource_defs,
        where=where,
    )
    spec = _spec(function, said, key, parts.deps, where)
    result = _result(parts.signature.returns, said.dagster_type, said.output_required, manager_key, spec)
    checks, check_keys = check_outputs(said.check_specs, {key}, what=what, where=where)
    node = _op(function, said, parts, {DEFAULT_OUTPUT: result, **checks}, spec, what)
    return AssetsDefinition(
        specs=(spec,),
        computation=Computation(
            node, parts.keys_by_input, {DEFAULT_OUTPUT: key}, check_keys, backfill_policy=said.backfill_policy
        ),
        check_specs=said.check_specs or (),
        resource_defs=resource_defs,
        hook_defs=said.hooks,
        where=where,
    )


def _spec(
    function: Callable[..., Any],
    said: AssetArguments,
    key: AssetKey,
    deps: list[AssetDep],
    where: SourcePosition | None,
) -> AssetSpec:
    return AssetSpec(
        key,
        deps=deps or None,
        description=description_of(function, said.description),
        metadata=said.metadata,
        skippable=not said.output_required,
        group_name=said.group_name,
        code_version=said.code_version,
        automation_condition=said.automation_condition,
        owners=said.owners,
        tags=said.tags,
        kinds=said.kinds or ({said.compute_kind} if said.compute_kind else None),
        partitions_def=said.partitions_def,
        freshness_policy=said.freshness_policy,
        is_virtual=said.is_virtual,
        where=where,
    )


def _op(
    function: Callable[..., Any],
    said: AssetArguments,
    parts: FunctionParts,
    outs: Mapping[str, OutputDefinition],
    spec: AssetSpec,
    what: str,
) -> OpDefinition:
    return OpDefinition.of(
        name=spec.key.to_python_identifier(),
        compute_fn=function,
        signature=parts.signature,
        ins=parts.ins,
        outs=outs,
        config_schema=parts.config_schema,
        required_resource_keys=parts.required_resource_keys,
        tags=with_compute_kind(said.op_tags, said.compute_kind),
        description=spec.description,
        retry_policy=said.retry_policy,
        pool=said.pool,
        code_version=said.code_version,
        timeout=seconds_of(said.timeout, what=what, where=spec.where),
        where=spec.where,
    )


def _result(
    returns: Any, dagster_type: Any, required: bool, manager_key: str, spec: AssetSpec
) -> OutputDefinition:
    annotation = checked_output_annotation(returns) if dagster_type is None else dagster_type
    plain = annotation is EMPTY and required and manager_key == RESULT.io_manager_key
    if plain and not spec.metadata and spec.code_version is None:
        return RESULT
    return OutputDefinition(
        DEFAULT_OUTPUT, annotation, required, manager_key, spec.metadata, spec.code_version
    )
