"""``@asset_check`` and ``@multi_asset_check``: functions that evaluate checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.argument_types import require_items
from mainspring.runtime.definitions.assets.arguments import check_run_arguments, with_compute_kind
from mainspring.runtime.definitions.assets.check_outputs import check_outputs
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec, checked_asset
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.ins_outs import AssetIn
from mainspring.runtime.definitions.assets.parts import FunctionParts, function_parts
from mainspring.runtime.definitions.assets.spec import AssetDep, coerce_deps
from mainspring.runtime.definitions.checks.definition import AssetChecksDefinition
from mainspring.runtime.definitions.ops.function import (
    checked_function,
    description_of,
    name_of,
    place_of,
    seconds_of,
)
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.ops.signature import read_signature
from mainspring.runtime.definitions.retries import RetryPolicy


def asset_check(  # noqa: PLR0913  # the published parameters of the decorator
    *,
    asset: Any,
    name: str | None = None,
    description: str | None = None,
    blocking: bool = False,
    additional_ins: Mapping[str, AssetIn] | None = None,
    additional_deps: Iterable[Any] | None = None,
    required_resource_keys: set[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    config_schema: Any = None,
    compute_kind: str | None = None,
    op_tags: Mapping[str, Any] | None = None,
    retry_policy: RetryPolicy | None = None,
    metadata: Mapping[str, Any] | None = None,
    automation_condition: Any = None,
    pool: str | None = None,
    partitions_def: Any = None,
    timeout: float | timedelta | None = None,
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Declare a check of an asset.

    The function returns an ``AssetCheckResult`` (or a bool). A parameter that is no context, config or
    resource is
    the value of the asset. With ``blocking=True`` what lies downstream of the asset is not made when the
    check fails
    with the severity ERROR.

    >>> @asset_check(asset="orders", blocking=True)
    ... def has_rows(orders):
    ...     return AssetCheckResult(passed=len(orders) > 0)
    """

    def make(function: Callable[..., Any]) -> AssetChecksDefinition:
        where = place_of(checked_function(function, "asset_check"))
        own_name = validate_name(name or name_of(function), what="an asset check", where=where)
        key = checked_asset(asset, own_name, where)
        spec = AssetCheckSpec(
            own_name,
            asset=key,
            description=description_of(function, description),
            additional_deps=_and_ins(additional_deps, additional_ins, key, where),
            blocking=blocking,
            metadata=metadata,
            automation_condition=automation_condition,
            partitions_def=partitions_def,
        )
        what = f"check {spec.key.to_user_string()!r}"
        parts = function_parts(
            function,
            what=what,
            ins=_ins(function, key, additional_ins or {}, what, where),
            deps=None,
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            resource_defs=resource_defs,
            where=where,
        )
        return _define(
            function,
            spec.get_python_identifier(),
            [spec],
            parts,
            description=spec.description,
            tags=with_compute_kind(op_tags, compute_kind, what=what),
            retry_policy=retry_policy,
            pool=pool,
            timeout=seconds_of(timeout, what=what, where=where),
            can_subset=False,
            resource_defs=resource_defs,
        )

    return make


def multi_asset_check(  # noqa: PLR0913  # the published parameters
    *,
    name: str | None = None,
    specs: Sequence[AssetCheckSpec],
    description: str | None = None,
    can_subset: bool = False,
    compute_kind: str | None = None,
    op_tags: Mapping[str, Any] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    required_resource_keys: set[str] | None = None,
    retry_policy: RetryPolicy | None = None,
    config_schema: Any = None,
    ins: Mapping[str, AssetIn] | None = None,
    pool: str | None = None,
    timeout: float | timedelta | None = None,
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Declare several checks that one function evaluates; it yields an ``AssetCheckResult`` for each."""

    def make(function: Callable[..., Any]) -> AssetChecksDefinition:
        where = place_of(checked_function(function, "multi_asset_check"))
        op_name = validate_name(name or name_of(function), what="a multi-asset check", where=where)
        what = f"multi-asset check {op_name!r}"
        if not require_items(specs, AssetCheckSpec, "specs", what=what, where=where):
            raise InvalidDefinitionError(
                f"{what} has no `specs`, so it would evaluate nothing.",
                where=where,
                hint="Write specs=[AssetCheckSpec(name, asset=...), ...].",
            )
        parts = function_parts(
            function,
            what=what,
            ins=ins,
            deps=None,
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            resource_defs=resource_defs,
            where=where,
        )
        return _define(
            function,
            op_name,
            specs,
            parts,
            description=description_of(function, description),
            tags=with_compute_kind(op_tags, compute_kind, what=what),
            retry_policy=retry_policy,
            pool=pool,
            timeout=seconds_of(timeout, what=what, where=where),
            can_subset=can_subset,
            resource_defs=resource_defs,
        )

    return make


def _define(
    function: Callable[..., Any],
    op_name: str,
    specs: Sequence[AssetCheckSpec],
    parts: FunctionParts,
    *,
    can_subset: bool,
    resource_defs: Mapping[str, object] | None,
    **said: Any,
) -> AssetChecksDefinition:
    where = place_of(function)
    check_run_arguments(
        retry_policy=said["retry_policy"],
        pool=said["pool"],
        op_tags=said["tags"],
        what=f"check {op_name!r}",
        where=where,
    )
    outs, by_output = check_outputs(
        specs, None, what=f"check {op_name!r}", where=where, required=not can_subset
    )
    if len(outs) == 1:
        (key,) = by_output.values()
        (out,) = outs.values()
        outs, by_output = {"result": replace(out, name="result")}, {"result": key}
    node = OpDefinition.of(
        name=op_name,
        compute_fn=function,
        signature=parts.signature,
        ins=parts.ins,
        outs=outs,
        config_schema=parts.config_schema,
        required_resource_keys=parts.required_resource_keys,
        where=where,
        **said,
    )
    computation = Computation(node, parts.keys_by_input, {}, by_output, can_subset=can_subset)
    return AssetChecksDefinition(
        computation=computation, check_specs=specs, resource_defs=resource_defs, where=where
    )


def _ins(
    function: Callable[..., Any],
    key: AssetKey,
    additional: Mapping[str, AssetIn],
    what: str,
    where: SourcePosition | None,
) -> dict[str, AssetIn]:
    """The parameter that is the checked asset, found among those ``additional_ins`` does not speak of."""
    free = [p.name for p in read_signature(function).inputs if p.name not in additional]
    if len(free) > 1:
        raise InvalidDefinitionError(
            f"{what} has the parameters {', '.join(free)}; one of them can be the value of "
            f"{key.to_user_string()!r}.",
            where=where,
            hint="Say what the others are in `additional_ins`, or annotate them as resources.",
        )
    for name, said in additional.items():
        if AssetIn.from_coercible(said).resolve_key(name) == key:
            raise InvalidDefinitionError(
                f"{what} speaks of its own asset in `additional_ins`.",
                where=where,
                hint="The asset is an input by itself.",
            )
    return {**dict(additional), **{name: AssetIn(key=key) for name in free}}


def _and_ins(
    deps: Iterable[Any] | None, ins: Mapping[str, Any] | None, key: AssetKey, where: SourcePosition | None
) -> list[AssetDep]:
    """The additional deps, with the assets of the additional inputs among them."""
    what = f"a check of {key.to_user_string()!r}"
    given = coerce_deps(deps, what=what, where=where)
    loaded = [AssetIn.from_coercible(said).resolve_key(name) for name, said in (ins or {}).items()]
    known = {dep.asset_key for dep in given}
    return given + [AssetDep(key) for key in dict.fromkeys(loaded) if key not in known]
