"""The steps the asset decorators share: from a function's parameters to inputs, deps, config and resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.assets.ins_outs import NO_TYPE, AssetIn
from mainspring.runtime.definitions.assets.spec import AssetDep, coerce_deps
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY, Signature, read_signature


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
    signature = read_signature(function)
    names = [parameter.name for parameter in signature.inputs]
    chosen = {name: AssetIn.from_coercible(given) for name, given in (ins or {}).items()}
    _check_ins(chosen, names, signature.takes_any_keyword, what, where)
    if signature.config is not None and config_schema is not None:
        raise InvalidDefinitionError(
            f"{what} says its config twice: by the annotated parameter `config` and by `config_schema`.",
            where=where,
            hint="Keep the parameter and drop `config_schema`.",
        )
    own, keys_by_input, input_deps = _inputs(signature, chosen)
    resources = {key for _, key in signature.resources}
    required = frozenset(resources | set(required_resource_keys or ()) | set(resource_defs or ()))
    all_deps = _joined(input_deps, coerce_deps(deps, where=where) if deps else [], what, where)
    schema = signature.config[1] if signature.config is not None else config_schema
    return FunctionParts(signature, own, keys_by_input, all_deps, schema, required)


_NO_INS: Mapping[str, AssetIn] = {}


def _inputs(
    signature: Signature, chosen: Mapping[str, AssetIn]
) -> tuple[dict[str, InputDefinition], dict[str, AssetKey], list[AssetDep]]:
    own: dict[str, InputDefinition] = {}
    keys: dict[str, AssetKey] = {}
    deps: list[AssetDep] = []
    parameters = [(p.name, p.annotation, p.default) for p in signature.inputs]
    parameters += [(name, EMPTY, EMPTY) for name in chosen if name not in {p.name for p in signature.inputs}]
    for name, annotation, default in parameters:
        said = chosen.get(name)
        if said is None:
            own[name] = InputDefinition(name, annotation, default)
            keys[name] = AssetKey((name,))
            deps.append(AssetDep(keys[name]))
            continue
        own[name] = InputDefinition(
            name,
            annotation if said.dagster_type is NO_TYPE else said.dagster_type,
            default,
            said.input_manager_key,
            dict(said.metadata or {}),
        )
        keys[name] = said.resolve_key(name)
        deps.append(AssetDep(keys[name], partition_mapping=said.partition_mapping))
    return own, keys, deps


def _check_ins(
    chosen: Mapping[str, AssetIn],
    names: list[str],
    takes_any_keyword: bool,
    what: str,
    where: SourcePosition | None,
) -> None:
    for name in chosen:
        if name not in names and not takes_any_keyword and not _is_nothing(chosen[name]):
            raise InvalidDefinitionError(
                f"{what} has no parameter {name!r}, which `ins` speaks of.",
                where=where,
                hint=did_you_mean(name, names)
                or f"Its inputs are: {', '.join(names) or 'none'}. An upstream asset whose value is not loaded goes into `deps`.",
            )


def _is_nothing(said: AssetIn) -> bool:
    return getattr(said.dagster_type, "name", None) == "Nothing"


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
                hint="Keep the parameter where the function needs the value, `deps` where only the order matters.",
            )
    return by_parameter + by_deps


def resolve_name_and_key(
    function: Callable[..., Any],
    *,
    name: str | None,
    key: object | None,
    key_prefix: Any,
    where: SourcePosition | None,
) -> AssetKey:
    """The key of an asset from the function's name and the decorator's ``name``, ``key_prefix`` and ``key``."""
    if key is not None and (name is not None or key_prefix is not None):
        raise InvalidDefinitionError(
            f"The asset {function.__name__!r} has a `key` and also a `name` or `key_prefix`.",
            where=where,
            hint="`key` is the whole key; give it alone, or give `name` and `key_prefix`.",
        )
    if key is not None:
        return AssetKey.from_coercible(key)  # pyright: ignore[reportArgumentType]
    last = validate_name(name or function.__name__, what="an asset", where=where)
    if key_prefix is None:
        return AssetKey((last,))
    prefix = (key_prefix,) if isinstance(key_prefix, str) else tuple(key_prefix)
    return AssetKey((*prefix, last))


def description_of(function: Callable[..., Any], given: str | None) -> str | None:
    """What was given, or the function's docstring with its indentation taken off."""
    if given is not None:
        return given
    text = function.__doc__
    if not text:
        return None
    lines = text.expandtabs().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return "\n".join([lines[0].strip(), *(line[margin:].rstrip() for line in lines[1:])]).strip() or None
