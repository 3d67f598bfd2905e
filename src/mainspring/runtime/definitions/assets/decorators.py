"""``@asset``: a function that makes one asset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import timedelta
from typing import Any, overload

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import position_of
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.assets.check_outputs import check_outputs
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.ins_outs import AssetIn
from mainspring.runtime.definitions.assets.parts import description_of, function_parts, resolve_name_and_key
from mainspring.runtime.definitions.assets.settings import (
    checked_output_annotation,
    io_manager_settings,
    seconds_of,
)
from mainspring.runtime.definitions.assets.spec import AssetSpec
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
    ins: Mapping[str, AssetIn] | None = None,
    deps: Iterable[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    required_resource_keys: Set[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    hooks: Set[Any] | None = None,
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
    kinds: Set[str] | None = None,
    pool: str | None = None,
    compute_kind: str | None = None,
    is_virtual: bool = False,
    timeout: float | timedelta | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...


def asset(compute_fn: Callable[..., Any] | None = None, **arguments: Any) -> Any:
    """Declare an asset: a table, file or model that should exist, made by the decorated function.

    Parameters of the function are upstream assets, whose values are loaded by their IO managers; besides them it may
    take a ``context``, a ``config`` annotated with a ``Config`` class, and resources by name. What it returns is
    stored by the asset's IO manager and recorded as a materialization.

    * ``name``, ``key_prefix`` or ``key``: its key; by default the function's name.
    * ``deps``: upstream assets whose values the function reads by itself; ``ins``: more about its parameters.
    * ``group_name``, ``owners``, ``tags``, ``kinds``, ``description``, ``metadata``: what people see of it.
    * ``io_manager_key`` or ``io_manager_def``, ``dagster_type``: how its value is stored and checked.
    * ``config_schema``, ``required_resource_keys``, ``resource_defs``, ``hooks``: what the function uses.
    * ``partitions_def``, ``backfill_policy``, ``automation_condition``, ``freshness_policy``, ``code_version``.
    * ``retry_policy``, ``pool``, ``op_tags``, ``timeout`` (seconds or a timedelta): how it runs.
    * ``check_specs``: checks the function evaluates itself; ``output_required=False``: it may make nothing.

    Raises ``InvalidDefinitionError`` for names, tags, owners and combinations that cannot be.

    >>> @asset(group_name="sales", owners=["team:data"])
    ... def orders(raw_orders):
    ...     return [o for o in raw_orders if o["paid"]]
    >>> orders.key
    AssetKey(['orders'])
    """
    if compute_fn is not None:
        return _make(compute_fn)
    return lambda function: _make(function, **arguments)


def _make(  # noqa: PLR0913  # the published parameters of the decorator
    function: Callable[..., Any],
    *,
    name: str | None = None,
    key_prefix: str | Sequence[str] | None = None,
    ins: Mapping[str, AssetIn] | None = None,
    deps: Iterable[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    required_resource_keys: Set[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    hooks: Set[Any] | None = None,
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
    kinds: Set[str] | None = None,
    pool: str | None = None,
    compute_kind: str | None = None,
    is_virtual: bool = False,
    timeout: float | timedelta | None = None,
) -> AssetsDefinition:
    if not callable(function):
        raise InvalidDefinitionError(f"@asset decorates a function; got {function!r}.")
    where = position_of(function)
    asset_key = resolve_name_and_key(function, name=name, key=key, key_prefix=key_prefix, where=where)
    what = f"asset {asset_key.to_user_string()!r}"
    manager_key, resource_defs = io_manager_settings(
        asset_key, io_manager_key, io_manager_def, resource_defs, what=what, where=where
    )
    parts = function_parts(
        function,
        what=what,
        ins=ins,
        deps=deps,
        config_schema=config_schema,
        required_resource_keys=required_resource_keys,
        resource_defs=resource_defs,
        where=where,
    )
    spec = AssetSpec(
        asset_key,
        deps=parts.deps,
        description=description_of(function, description),
        metadata=metadata,
        skippable=not output_required,
        group_name=group_name,
        code_version=code_version,
        automation_condition=automation_condition,
        owners=owners,
        tags=tags,
        kinds=kinds or ({compute_kind} if compute_kind else None),
        partitions_def=partitions_def,
        freshness_policy=freshness_policy,
        is_virtual=is_virtual,
        where=where,
    )
    op_name = asset_key.to_python_identifier()
    checks, check_keys = check_outputs(check_specs, {asset_key}, what=what, where=where)
    outs = {
        DEFAULT_OUTPUT: _result(parts.signature.returns, dagster_type, output_required, manager_key, spec),
        **checks,
    }
    node = OpDefinition(
        name=op_name,
        compute_fn=function,
        signature=parts.signature,
        ins=parts.ins,
        outs=outs,
        config_schema=parts.config_schema,
        required_resource_keys=parts.required_resource_keys,
        tags=op_tags or {},
        description=spec.description,
        retry_policy=retry_policy,
        pool=pool,
        code_version=code_version,
        timeout=seconds_of(timeout, what=what, where=where),
        where=where,
    )
    computation = Computation(
        node, parts.keys_by_input, {DEFAULT_OUTPUT: asset_key}, check_keys, backfill_policy=backfill_policy
    )
    return AssetsDefinition(
        specs=(spec,),
        computation=computation,
        check_specs=check_specs or (),
        resource_defs=resource_defs,
        hook_defs=hooks,
        where=where,
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
