"""Call the function of an asset or a check directly, as a test does."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError, did_you_mean
from mainspring.core.config.fault import raise_faults
from mainspring.runtime.contexts.asset import AssetCheckExecutionContext, AssetExecutionContext
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.resource import injected_resource
from mainspring.runtime.contexts.scope import CURRENT
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.execution.build import direct_context
from mainspring.runtime.execution.config import make_config


def invoke_asset(definition: AssetsDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """What the user's function answers for these arguments.

    The context comes first where the function takes one; then inputs, config and resources, by place or by name.
    Config and resources that are not given are taken from the context. Raises ``InvalidInvocationError`` for
    arguments that do not fit.
    """
    node = definition.op
    given_context, values = _bind(node, args, kwargs)
    context = _context(definition, given_context)
    arguments = _complete(node, context, values)
    if node.signature.context is not None:
        arguments = {node.signature.context: context, **arguments}
    return _call(node, context, arguments)


def _bind(node: OpDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The context, if one was given, and the other arguments by name."""
    signature = node.signature
    names = [name for name in signature.positional if name != signature.context]
    rest = list(args)
    context: Any = None
    if signature.context is not None:
        if rest:
            context = rest.pop(0)
        elif signature.context in kwargs:
            context = kwargs[signature.context]
        else:
            raise InvalidInvocationError(
                f"{node.name!r} takes a context as its first argument, and none was given.",
                where=node.where,
                hint="Make one with build_asset_context(...), or build_asset_check_context(...) for a check.",
            )
        if context is not None and not isinstance(context, OpExecutionContext):
            raise InvalidInvocationError(
                f"{node.name!r} takes a context as its first argument; got {context!r}.",
                where=node.where,
                hint="Make one with build_asset_context(...).",
            )
    elif rest and isinstance(rest[0], OpExecutionContext):
        context = rest.pop(0)
    if len(rest) > len(names):
        raise InvalidInvocationError(
            f"{node.name!r} takes {len(names)} arguments ({', '.join(names)}); got {len(rest)}.",
            where=node.where,
        )
    values = dict(zip(names, rest, strict=False))
    all_names = {*names, *node.ins, *(name for name, _ in signature.resources)}
    for name, value in kwargs.items():
        if name == signature.context:
            continue
        if name in values:
            raise InvalidInvocationError(
                f"{node.name!r} was given {name!r} twice: by place and by name.", where=node.where
            )
        if (
            name not in all_names
            and not signature.takes_any_keyword
            and not (signature.config and name == signature.config[0])
        ):
            raise InvalidInvocationError(
                f"{node.name!r} has no parameter {name!r}.",
                where=node.where,
                hint=did_you_mean(name, all_names),
            )
        values[name] = value
    return context, values


def _context(definition: AssetsDefinition, given: Any) -> OpExecutionContext:
    """The context as that of this definition."""
    found = given if given is not None else direct_context()
    scope = found.scope
    computation = definition.computation
    assert computation is not None  # an external asset has no function to call
    scope.op = definition.op
    scope.assets_def = definition
    scope.step_key = definition.op.name
    scope.keys_by_input = computation.keys_by_input
    scope.keys_by_output = computation.keys_by_output
    scope.selected_keys = definition.keys
    scope.selected_checks = definition.check_keys
    if scope.slice is not None and scope.slice.definition is None:
        scope.slice = type(scope.slice)(
            scope.slice.first, scope.slice.last, _partitions_of(definition), scope.slice.keys
        )
    kind = AssetExecutionContext if definition.specs_by_key else AssetCheckExecutionContext
    return found if isinstance(found, kind) else kind(scope)


def _partitions_of(definition: AssetsDefinition) -> Any:
    return next((spec.partitions_def for spec in definition.specs if spec.partitions_def is not None), None)


def _complete(node: OpDefinition, context: OpExecutionContext, values: dict[str, Any]) -> dict[str, Any]:
    """Fill in what was not given: config and resources from the context, defaults; refuse what is missing."""
    signature = node.signature
    if signature.config is not None and signature.config[0] not in values:
        values[signature.config[0]] = _config(node, context)
    for name, key in signature.resources:
        if name in values:
            continue
        if context.scope.resources is None or key not in context.scope.resources:
            raise InvalidInvocationError(
                f"{node.name!r} needs the resource {key!r}, and none was given.",
                where=node.where,
                hint=f"Pass it as an argument, or in the context: build_asset_context(resources={{{key!r}: ...}}).",
            )
        values[name] = injected_resource(context.scope.resources, key)
    missing = [
        item.name
        for item in node.ins.values()
        if item.name not in values
        and not item.has_default_value
        and not item.is_nothing
        and item.name in signature.positional
    ]
    if missing:
        raise InvalidInvocationError(
            f"{node.name!r} was called without {', '.join(repr(name) for name in missing)}.", where=node.where
        )
    return values


def _config(node: OpDefinition, context: OpExecutionContext) -> Any:
    raw = context.scope.config
    schema = node.config_schema
    if isinstance(schema, type) and isinstance(raw, schema):
        return raw
    environ = context.scope.instance.ambient.environ if context.scope.instance else {}
    value, faults = make_config(schema, raw, environ, ("config",))
    raise_faults(f"The config given to {node.name!r} does not fit.", faults, given=raw)
    return value


def _call(node: OpDefinition, context: OpExecutionContext, arguments: dict[str, Any]) -> Any:
    """Call with the context in force; generators and coroutines keep it while they run."""
    token = CURRENT.set(context)
    try:
        return (
            node.compute_fn(**arguments)
            if not _positional_only(node)
            else node.compute_fn(*arguments.values())
        )
    finally:
        CURRENT.reset(token)


def _positional_only(node: OpDefinition) -> bool:
    code = getattr(inspect.unwrap(node.compute_fn), "__code__", None)
    return bool(code and code.co_posonlyargcount)
