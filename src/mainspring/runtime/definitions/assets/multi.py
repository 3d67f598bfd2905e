"""``@multi_asset``: a function that makes several assets at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args, get_origin

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition, position_of
from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.assets.check_outputs import check_outputs
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.ins_outs import AssetIn, AssetOut
from mainspring.runtime.definitions.assets.parts import FunctionParts, description_of, function_parts
from mainspring.runtime.definitions.assets.settings import seconds_of
from mainspring.runtime.definitions.assets.spec import IO_MANAGER_KEY_METADATA, AssetDep, AssetSpec
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY, OutputDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY
from mainspring.runtime.definitions.results import AssetCheckResult, MaterializeResult, Output
from mainspring.runtime.definitions.retries import RetryPolicy


def multi_asset(  # noqa: PLR0913  # the published parameters of the decorator
    *,
    outs: Mapping[str, AssetOut] | None = None,
    name: str | None = None,
    ins: Mapping[str, AssetIn] | None = None,
    deps: Iterable[Any] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    required_resource_keys: Set[str] | None = None,
    internal_asset_deps: Mapping[str, set[AssetKey]] | None = None,
    partitions_def: Any = None,
    hooks: Set[Any] | None = None,
    backfill_policy: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    can_subset: bool = False,
    resource_defs: Mapping[str, object] | None = None,
    group_name: str | None = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    specs: Sequence[AssetSpec] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    pool: str | None = None,
    compute_kind: str | None = None,
    timeout: float | timedelta | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Declare several assets that one function makes.

    Say them by ``specs``, and yield or return a ``MaterializeResult`` for each; or by ``outs``, and give an ``Output``
    for each. With ``can_subset=True`` a run may ask for some of them: make those in ``context.selected_asset_keys``.
    ``internal_asset_deps`` says which of them is made from what, by output; by default each is made from all inputs.

    Raises ``InvalidDefinitionError`` for what cannot be.

    >>> @multi_asset(specs=[AssetSpec("one"), AssetSpec("two", deps=["one"])])
    ... def both():
    ...     yield MaterializeResult(asset_key="one")
    ...     yield MaterializeResult(asset_key="two", metadata={"rows": 2})
    """
    shared = SharedAttributes(
        group_name, code_version, partitions_def, {compute_kind} if compute_kind else None
    )
    return lambda function: make_multi_asset(
        function,
        outs=outs,
        specs=specs,
        name=name,
        ins=ins,
        deps=deps,
        description=description,
        config_schema=config_schema,
        required_resource_keys=required_resource_keys,
        resource_defs=resource_defs,
        internal_asset_deps=internal_asset_deps,
        shared=shared,
        hooks=hooks,
        backfill_policy=backfill_policy,
        op_tags=op_tags,
        can_subset=can_subset,
        retry_policy=retry_policy,
        check_specs=check_specs,
        pool=pool,
        timeout=timeout,
    )


@dataclass(frozen=True, slots=True)
class SharedAttributes:
    """What the decorator says of all the assets at once; a spec's own word wins."""

    group_name: str | None = None
    code_version: str | None = None
    partitions_def: Any = None
    kinds: Set[str] | None = None

    def onto(self, spec: AssetSpec, *, what: str) -> AssetSpec:
        """The spec with these where it says nothing itself."""
        changes: dict[str, Any] = {}
        if self.group_name is not None:
            if spec.group_name is not None:
                raise InvalidDefinitionError(
                    f"{what} has a `group_name`, and so has the spec of {spec.key.to_user_string()!r}.",
                    where=spec.where,
                    hint="Say the group in one of the two places.",
                )
            changes["group_name"] = self.group_name
        if self.code_version is not None and spec.code_version is None:
            changes["code_version"] = self.code_version
        if self.partitions_def is not None and spec.partitions_def is None:
            changes["partitions_def"] = self.partitions_def
        if self.kinds and not spec.kinds:
            changes["kinds"] = self.kinds
        return spec.replace_attributes(**changes) if changes else spec


def make_multi_asset(  # noqa: PLR0913  # one function behind two decorators
    function: Callable[..., Any],
    *,
    outs: Mapping[str, AssetOut] | None,
    specs: Sequence[AssetSpec] | None,
    name: str | None,
    shared: SharedAttributes,
    ins: Mapping[str, AssetIn] | None = None,
    deps: Iterable[Any] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    required_resource_keys: Iterable[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    internal_asset_deps: Mapping[str, set[AssetKey]] | None = None,
    hooks: Iterable[Any] | None = None,
    backfill_policy: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    can_subset: bool = False,
    retry_policy: RetryPolicy | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    pool: str | None = None,
    timeout: float | timedelta | None = None,
    execution_type: AssetExecutionType = AssetExecutionType.MATERIALIZATION,
) -> AssetsDefinition:
    """The definition of a function of several assets."""
    where = position_of(function)
    op_name = validate_name(name or function.__name__, what="a multi-asset", where=where)
    what = f"multi-asset {op_name!r}"
    if (outs is None) == (specs is None):
        raise InvalidDefinitionError(
            f"{what} needs `specs` or `outs`, and not both.",
            where=where,
            hint="Write specs=[AssetSpec(...), ...].",
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
    if specs is not None:
        made, outputs = _from_specs(specs, parts, shared, what=what, where=where)
    else:
        made, outputs = _from_outs(outs or {}, parts, shared, internal_asset_deps, what=what, where=where)
    checks, check_keys = check_outputs(
        check_specs, {spec.key for spec in made.values()}, what=what, where=where
    )
    node = OpDefinition(
        name=op_name,
        compute_fn=function,
        signature=parts.signature,
        ins=parts.ins,
        outs={**outputs, **checks},
        config_schema=parts.config_schema,
        required_resource_keys=parts.required_resource_keys,
        tags=op_tags or {},
        description=description_of(function, description),
        retry_policy=retry_policy,
        pool=pool,
        code_version=shared.code_version,
        timeout=seconds_of(timeout, what=what, where=where),
        where=where,
    )
    computation = Computation(
        node,
        parts.keys_by_input,
        {output: spec.key for output, spec in made.items()},
        check_keys,
        execution_type,
        can_subset,
        backfill_policy,
    )
    return AssetsDefinition(
        specs=made.values(),
        computation=computation,
        check_specs=check_specs or (),
        resource_defs=resource_defs,
        hook_defs=hooks,
        where=where,
    )


def _from_specs(
    specs: Sequence[AssetSpec],
    parts: FunctionParts,
    shared: SharedAttributes,
    *,
    what: str,
    where: SourcePosition | None,
) -> tuple[dict[str, AssetSpec], dict[str, OutputDefinition]]:
    made: dict[str, AssetSpec] = {}
    outputs: dict[str, OutputDefinition] = {}
    own = {spec.key for spec in specs}
    upstream = [dep for dep in parts.deps if dep.asset_key not in own]
    for spec in specs:
        if not isinstance(spec, AssetSpec):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"`specs` of {what} holds {spec!r}, which is no AssetSpec.", where=where
            )
        name = spec.key.to_python_identifier()
        if name in made:
            raise InvalidDefinitionError(
                f"{what} makes {spec.key.to_user_string()!r} twice."
                if made[name].key == spec.key
                else f"{what}: the keys {made[name].key.to_user_string()!r} and {spec.key.to_user_string()!r} give the same output name {name!r}.",
                where=where,
            )
        known = {dep.asset_key for dep in spec.deps}
        complete = shared.onto(spec, what=what)
        missing = [dep for dep in upstream if dep.asset_key not in known]
        made[name] = complete.replace_attributes(deps=[*spec.deps, *missing]) if missing else complete
        outputs[name] = OutputDefinition(
            name,
            EMPTY,
            not spec.skippable,
            spec.metadata.get(IO_MANAGER_KEY_METADATA, DEFAULT_IO_MANAGER_KEY),
            spec.metadata,
            made[name].code_version,
            spec.description,
            is_implied=not spec.skippable,
        )
    return made, outputs


def _from_outs(
    outs: Mapping[str, AssetOut],
    parts: FunctionParts,
    shared: SharedAttributes,
    internal_asset_deps: Mapping[str, set[AssetKey]] | None,
    *,
    what: str,
    where: SourcePosition | None,
) -> tuple[dict[str, AssetSpec], dict[str, OutputDefinition]]:
    keys = {name: out.resolve_key(name) for name, out in outs.items()}
    internal = internal_asset_deps or {}
    _check_internal_deps(internal, keys, parts, what, where)
    annotations = _annotations_by_output(parts.signature.returns, list(outs))
    made: dict[str, AssetSpec] = {}
    outputs: dict[str, OutputDefinition] = {}
    by_key = {dep.asset_key: dep for dep in parts.deps}
    for name, out in outs.items():
        deps = parts.deps
        if name in internal:
            deps = [by_key.get(key) or AssetDep(key) for key in sorted(internal[name])]
        made[name] = shared.onto(out.to_spec(keys[name], deps, where=where), what=what)
        outputs[name] = out.to_output(name, annotations.get(name, EMPTY))
    return made, outputs


def _check_internal_deps(
    internal: Mapping[str, set[AssetKey]],
    keys: Mapping[str, AssetKey],
    parts: FunctionParts,
    what: str,
    where: SourcePosition | None,
) -> None:
    allowed = set(keys.values()) | {dep.asset_key for dep in parts.deps}
    for name, upstream in internal.items():
        if name not in keys:
            raise InvalidDefinitionError(
                f"`internal_asset_deps` of {what} speaks of the output {name!r}, which it does not have.",
                where=where,
                hint=did_you_mean(name, keys),
            )
        for key in upstream:
            if key not in allowed:
                raise InvalidDefinitionError(
                    f"`internal_asset_deps` of {what} makes {name!r} depend on {key.to_user_string()!r}, which is neither one of its inputs nor one of its outputs.",
                    where=where,
                    hint=did_you_mean(key.to_user_string(), (k.to_user_string() for k in allowed)),
                )


def _annotations_by_output(returns: Any, names: list[str]) -> dict[str, Any]:
    """The types of the values where the function is annotated with a tuple of as many parts as it has outputs."""
    if len(names) == 1 and returns is not EMPTY and get_origin(returns) is not tuple:
        return {}
    parts = get_args(returns) if get_origin(returns) is tuple else ()
    if len(parts) != len(names):
        return {}
    return {
        name: part
        for name, part in zip(names, parts, strict=True)
        if (get_origin(part) or part) not in (Output, MaterializeResult, AssetCheckResult)
    }
