"""``@multi_asset``: a function that makes several assets at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args, get_origin

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.argument_types import require, require_items
from mainspring.runtime.definitions.assets.arguments import check_run_arguments, with_compute_kind
from mainspring.runtime.definitions.assets.check_outputs import check_outputs
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.ins_outs import AssetIn, AssetOut
from mainspring.runtime.definitions.assets.parts import FunctionParts, function_parts
from mainspring.runtime.definitions.assets.spec import (
    IO_MANAGER_KEY_METADATA,
    AssetDep,
    AssetSpec,
    coerce_deps,
)
from mainspring.runtime.definitions.ops.function import (
    checked_function,
    description_of,
    name_of,
    place_of,
    seconds_of,
)
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
    required_resource_keys: AbstractSet[str] | None = None,
    internal_asset_deps: Mapping[str, AbstractSet[AssetKey]] | None = None,
    partitions_def: Any = None,
    hooks: AbstractSet[Any] | None = None,
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

    Say them by ``specs``, and yield or return a ``MaterializeResult`` for each; or by ``outs``, and give an
    ``Output``
    for each. With ``can_subset=True`` a run may ask for some of them: make those in
    ``context.selected_asset_keys``.
    ``internal_asset_deps`` says which of them is made from what, by output; by default each is made from all
    inputs.

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
        op_tags=with_compute_kind(op_tags, compute_kind, what="a multi-asset"),
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
    kinds: AbstractSet[str] | None = None

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
    internal_asset_deps: Mapping[str, AbstractSet[AssetKey]] | None = None,
    hooks: Iterable[Any] | None = None,
    backfill_policy: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    can_subset: bool = False,
    retry_policy: RetryPolicy | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    pool: str | None = None,
    timeout: float | timedelta | None = None,
    execution_type: AssetExecutionType = AssetExecutionType.MATERIALIZATION,
    what: str | None = None,
) -> AssetsDefinition:
    """The definition of a function of several assets; ``what`` names it in errors."""
    where = place_of(checked_function(function, "multi_asset"))
    op_name = validate_name(name or name_of(function), what="a multi-asset", where=where)
    what = what or f"multi-asset {op_name!r}"
    check_run_arguments(
        retry_policy=retry_policy,
        backfill_policy=backfill_policy,
        op_tags=op_tags,
        pool=pool,
        check_specs=check_specs,
        what=what,
        where=where,
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
    made, outputs = _made(specs, outs, parts, shared, internal_asset_deps, what=what, where=where)
    keys = {output: spec.key for output, spec in made.items()}
    checks, check_keys = check_outputs(check_specs, set(keys.values()), what=what, where=where, taken=outputs)
    node = OpDefinition.of(
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
    return AssetsDefinition(
        specs=made.values(),
        computation=Computation(
            node, parts.keys_by_input, keys, check_keys, execution_type, can_subset, backfill_policy
        ),
        check_specs=check_specs or (),
        resource_defs=resource_defs,
        hook_defs=hooks,
        where=where,
    )


def _made(
    specs: Sequence[AssetSpec] | None,
    outs: Mapping[str, AssetOut] | None,
    parts: FunctionParts,
    shared: SharedAttributes,
    internal: Mapping[str, Any] | None,
    *,
    what: str,
    where: SourcePosition | None,
) -> tuple[dict[str, AssetSpec], dict[str, OutputDefinition]]:
    """The spec and the output of each asset, by the name of the output."""
    if (outs is None) == (specs is None):
        raise InvalidDefinitionError(
            f"{what} needs `specs` or `outs`, and not both.",
            where=where,
            hint="Write specs=[AssetSpec(...), ...].",
        )
    if outs is not None:
        return _from_outs(outs, parts, shared, internal, what=what, where=where)
    if internal:
        raise InvalidDefinitionError(
            f"{what} has `internal_asset_deps`, which goes with `outs`.",
            where=where,
            hint="Say in each spec what it is made from: AssetSpec(..., deps=[...]).",
        )
    listed = require_items(specs, AssetSpec, "specs", what=what, where=where) or []
    return _from_specs(listed, parts, shared, what=what, where=where)


def _from_specs(
    specs: Sequence[AssetSpec],
    parts: FunctionParts,
    shared: SharedAttributes,
    *,
    what: str,
    where: SourcePosition | None,
) -> tuple[dict[str, AssetSpec], dict[str, OutputDefinition]]:
    """An asset for each spec; it is made from what it says, and from the inputs that no spec speaks of."""
    made: dict[str, AssetSpec] = {}
    outputs: dict[str, OutputDefinition] = {}
    said = {spec.key for spec in specs} | {dep.asset_key for spec in specs for dep in spec.deps}
    unsaid = [dep for dep in parts.deps if dep.asset_key not in said]
    for spec in specs:
        name = spec.key.to_python_identifier()
        if name in made:
            raise _same_output(made[name], spec, name, what, where)
        complete = shared.onto(spec, what=what)
        made[name] = complete.replace_attributes(deps=[*spec.deps, *unsaid]) if unsaid else complete
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


def _same_output(
    one: AssetSpec, other: AssetSpec, name: str, what: str, where: SourcePosition | None
) -> InvalidDefinitionError:
    first, second = one.key.to_user_string(), other.key.to_user_string()
    if first == second:
        return InvalidDefinitionError(
            f"{what} makes {first!r} twice.", where=where, hint="Remove one of the two."
        )
    return InvalidDefinitionError(
        f"{what}: the keys {first!r} and {second!r} give the same output name {name!r}.",
        where=where,
        hint="Rename one of them, or say them in `outs`, where outputs have names of their own.",
    )


def _from_outs(
    outs: Mapping[str, AssetOut],
    parts: FunctionParts,
    shared: SharedAttributes,
    internal: Mapping[str, Any] | None,
    *,
    what: str,
    where: SourcePosition | None,
) -> tuple[dict[str, AssetSpec], dict[str, OutputDefinition]]:
    keys = keys_of_outs(outs, what, where)
    inside = _internal_deps(internal or {}, keys, parts, what, where)
    annotations = _annotations_by_output(parts.signature.returns, list(outs))
    made: dict[str, AssetSpec] = {}
    outputs: dict[str, OutputDefinition] = {}
    for name, out in outs.items():
        deps = inside.get(name, parts.deps)
        made[name] = shared.onto(out.to_spec(keys[name], deps, where=where), what=what)
        outputs[name] = out.to_output(name, annotations.get(name, EMPTY))
    return made, outputs


def keys_of_outs(outs: Any, what: str, where: SourcePosition | None) -> dict[str, AssetKey]:
    """The asset that each output makes. Raises ``InvalidDefinitionError`` for two outputs that make one asset."""
    require(outs, Mapping, "outs", what=what, where=where)
    keys: dict[str, AssetKey] = {}
    for name, out in outs.items():
        validate_name(name, what=f"an output of {what}", where=where)
        if not isinstance(out, AssetOut):
            raise InvalidDefinitionError(
                f"`outs` of {what} holds {out!r} for {name!r}, which is no AssetOut.",
                where=where,
                hint=f'Write outs={{"{name}": AssetOut()}}.',
            )
        key = out.resolve_key(name)
        if key in keys.values():
            raise InvalidDefinitionError(
                f"{what} makes {key.to_user_string()!r} twice.", where=where, hint="Remove one of the two."
            )
        keys[name] = key
    return keys


def _internal_deps(
    internal: Mapping[str, Any],
    keys: Mapping[str, AssetKey],
    parts: FunctionParts,
    what: str,
    where: SourcePosition | None,
) -> dict[str, list[AssetDep]]:
    """What each output that ``internal_asset_deps`` speaks of is made from."""
    require(internal, Mapping, "internal_asset_deps", what=what, where=where)
    known = {dep.asset_key: dep for dep in parts.deps} | {key: AssetDep(key) for key in keys.values()}
    found: dict[str, list[AssetDep]] = {}
    for name, upstream in internal.items():
        if name not in keys:
            raise InvalidDefinitionError(
                f"`internal_asset_deps` of {what} speaks of the output {name!r}, which it does not have.",
                where=where,
                hint=did_you_mean(name, keys) or f"Its outputs are: {', '.join(keys)}.",
            )
        found[name] = []
        for dep in sorted(coerce_deps(upstream, what=what, where=where), key=lambda dep: dep.asset_key):
            if dep.asset_key not in known:
                text = dep.asset_key.to_user_string()
                names = [key.to_user_string() for key in known]
                raise InvalidDefinitionError(
                    f"`internal_asset_deps` of {what} makes {name!r} depend on {text!r}, which is "
                    "neither one of "
                    "its inputs nor one of its outputs.",
                    where=where,
                    hint=did_you_mean(text, names) or f"They are: {', '.join(names)}.",
                )
            found[name].append(known[dep.asset_key])
    return found


def _annotations_by_output(returns: Any, names: list[str]) -> dict[str, Any]:
    """The types of the values, where the annotation is a tuple of as many parts as there are outputs."""
    parts: tuple[Any, ...] = get_args(returns) if get_origin(returns) is tuple else ()
    if len(parts) != len(names):
        return {}
    return {name: part for name, part in zip(names, parts, strict=True) if not _wraps_value(part)}


def _wraps_value(annotation: Any) -> bool:
    return (get_origin(annotation) or annotation) in (Output, MaterializeResult, AssetCheckResult)
