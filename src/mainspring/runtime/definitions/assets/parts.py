"""The steps the asset decorators share: from a function's parameters to inputs, deps, config and
resources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.names import validate_asset_name
from mainspring.runtime.definitions.argument_types import coerced_key, require, require_names
from mainspring.runtime.definitions.assets.ins_outs import NO_TYPE, AssetIn
from mainspring.runtime.definitions.assets.spec import AssetDep, coerce_deps
from mainspring.runtime.definitions.ops.function import name_of
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY, Signature, read_signature
from mainspring.runtime.definitions.types.value_type import NOTHING


class FunctionParts(NamedTuple):
    """What a decorator learns from a function and its own arguments."""

    signature: Signature
    ins: Mapping[str, InputDefinition]
    keys_by_input: Mapping[str, AssetKey]
    deps: list[AssetDep]
    """Those of the parameters first, then those given in ``deps``."""
    config_schema: Any
    required_resource_keys: frozenset[str]


def function_parts(
    function: Callable[..., Any],
    *,
    what: str,
    ins: Mapping[str, Any] | None,
    deps: Iterable[object] | None,
    config_schema: Any,
    required_resource_keys: Iterable[str] | None,
    resource_defs: Mapping[str, object] | None,
    where: SourcePosition | None,
) -> FunctionParts:
    """Read a function and bring its parameters together with what the decorator was given."""
    signature = read_signature(function, where=where)
    chosen: Mapping[str, AssetIn] = _NO_INS if ins is None else said_ins(ins, what, where)
    if chosen:
        _check_ins(chosen, signature, what, where)
    require_names(required_resource_keys, "required_resource_keys", what=what, where=where)
    require(resource_defs, Mapping, "resource_defs", what=what, where=where)
    if signature.config is not None and config_schema is not None:
        raise InvalidDefinitionError(
            f"{what} says its config twice: by the annotated parameter `config` and by `config_schema`.",
            where=where,
            hint="Keep the parameter and drop `config_schema`.",
        )
    own, keys_by_input, input_deps = _inputs(signature, chosen)
    resources = {key for _, key in signature.resources}
    required = frozenset(resources | set(required_resource_keys or ()) | set(resource_defs or ()))
    all_deps = _joined(
        input_deps, [] if deps is None else coerce_deps(deps, what=what, where=where), what, where
    )
    schema = signature.config[1] if signature.config is not None else config_schema
    return FunctionParts(signature, own, keys_by_input, all_deps, schema, required)


_NO_INS: Mapping[str, AssetIn] = {}


def _inputs(
    signature: Signature, chosen: Mapping[str, AssetIn]
) -> tuple[dict[str, InputDefinition], dict[str, AssetKey], list[AssetDep]]:
    own: dict[str, InputDefinition] = {}
    keys: dict[str, AssetKey] = {}
    deps: list[AssetDep] = []
    for name, annotation, default in signature.inputs:
        said = chosen.get(name)
        if said is None:
            own[name] = InputDefinition(name, annotation, default)
            keys[name] = AssetKey((name,))
            deps.append(AssetDep(keys[name]))
        else:
            own[name] = _said_input(name, annotation, default, said)
    for name, said in chosen.items():
        if name not in own:
            own[name] = _said_input(name, EMPTY, EMPTY, said)
        keys[name] = said.resolve_key(name)
        deps.append(AssetDep(keys[name], partition_mapping=said.partition_mapping))
    return own, {name: keys[name] for name in own} if chosen else keys, deps


def _said_input(name: str, annotation: Any, default: Any, said: AssetIn) -> InputDefinition:
    return InputDefinition(
        name,
        annotation if said.dagster_type is NO_TYPE else said.dagster_type,
        default,
        said.input_manager_key,
        dict(said.metadata or {}),
    )


def said_ins(ins: Any, what: str, where: SourcePosition | None) -> dict[str, AssetIn]:
    """What was said of inputs, as ``AssetIn``s. Raises ``InvalidDefinitionError`` for what is none."""
    require(ins, Mapping, "ins", what=what, where=where)
    chosen: dict[str, AssetIn] = {}
    for name, given in ins.items():
        try:
            chosen[name] = AssetIn.from_coercible(given)
        except InvalidDefinitionError as error:
            raise InvalidDefinitionError(
                f"`ins` of {what} says of {name!r}: {error.message}", where=where, hint=error.hint
            ) from None
    return chosen


def _check_ins(
    chosen: Mapping[str, AssetIn], signature: Signature, what: str, where: SourcePosition | None
) -> None:
    names = [parameter.name for parameter in signature.inputs]
    for name in chosen:
        if name not in names and not signature.takes_any_keyword and not _is_nothing(chosen[name]):
            raise InvalidDefinitionError(
                f"{what} has no parameter {name!r}, which `ins` speaks of.",
                where=where,
                hint=did_you_mean(name, names)
                or f"Its inputs are: {', '.join(names) or 'none'}. "
                "An upstream asset whose value is not loaded goes into `deps`.",
            )


def _is_nothing(said: AssetIn) -> bool:
    return said.dagster_type is NOTHING


def _joined(
    by_parameter: list[AssetDep], by_deps: list[AssetDep], what: str, where: SourcePosition | None
) -> list[AssetDep]:
    if not by_deps:
        return by_parameter
    loaded = {dep.asset_key for dep in by_parameter}
    for dep in by_deps:
        if dep.asset_key in loaded:
            raise InvalidDefinitionError(
                f"{what} depends on {dep.asset_key.to_user_string()!r} twice: as a parameter and in `deps`.",
                where=where,
                hint="Keep the parameter where the function needs the value, `deps` where only the "
                "order matters.",
            )
    return by_parameter + by_deps


def resolve_name_and_key(
    function: Callable[..., Any],
    *,
    name: str | None,
    key: Any,
    key_prefix: Any,
    where: SourcePosition | None,
) -> AssetKey:
    """The key of an asset from the function's name and the decorator's ``name``, ``key_prefix`` and
    ``key``.
    """
    own = name or name_of(function)
    if key is not None:
        what = f"the asset {own or key!r}"
        if name is not None or key_prefix is not None:
            raise InvalidDefinitionError(
                f"{what[:1].upper()}{what[1:]} has a `key` and also a `name` or `key_prefix`.",
                where=where,
                hint="`key` is the whole key; give it alone, or give `name` and `key_prefix`.",
            )
        return coerced_key(key, what=what, where=where)
    if own is None:
        raise InvalidDefinitionError(
            f"The asset made by {function!r} has no name, since that is no plain function.",
            where=where,
            hint="Give it one: @asset(name=...).",
        )
    last = validate_asset_name(own, where=where)
    if key_prefix is None:
        return AssetKey((last,))
    prefix = coerced_prefix(key_prefix, what=f"asset {last!r}", where=where)
    return AssetKey((*prefix, last))


def coerced_prefix(key_prefix: Any, *, what: str, where: SourcePosition | None) -> tuple[str, ...]:
    """The parts of a prefix given as one part or a list of parts."""
    parts: tuple[Any, ...] = (key_prefix,) if isinstance(key_prefix, str) else ()
    if isinstance(key_prefix, (list, tuple)):
        parts = tuple(key_prefix)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if not parts or not all(isinstance(part, str) and part for part in parts):
        raise InvalidDefinitionError(
            f"`key_prefix` of {what} is {key_prefix!r}; it must be a string or a list of strings, "
            "none empty.",
            where=where,
            hint='Write key_prefix=["warehouse", "sales"].',
        )
    return parts
