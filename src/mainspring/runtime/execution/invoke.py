"""Call the function of an asset, a check or an op directly, as a test does."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Coroutine, Generator, Mapping
from contextlib import aclosing, closing, contextmanager
from dataclasses import replace
from typing import Any, cast

from mainspring.core.base.environment import system_environment
from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError, did_you_mean
from mainspring.core.config.fault import raise_faults
from mainspring.runtime.contexts.asset import AssetCheckExecutionContext, AssetExecutionContext
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.resource import Resources, injected_resource
from mainspring.runtime.contexts.scope import CURRENT
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.execution.build import build_op_context, direct_context
from mainspring.runtime.execution.direct_answer import DirectAnswer, check_arguments
from mainspring.runtime.execution.slices import step_partitions_def


def invoke_asset(definition: AssetsDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """What the user's function answers for these arguments.

    The context comes first where the function takes one; then inputs, config and resources, by place or by name.
    Config and resources that are not given are taken from the context. Raises ``InvalidInvocationError`` for
    arguments that do not fit.
    """
    node = definition.op
    builder = "build_asset_context" if definition.specs_by_key else "build_asset_check_context"
    given_context, rest = _split_context(node, args, kwargs, builder)
    values = _bind(node, rest, kwargs)
    context = _context_for(definition, given_context)
    return _invoke(node, context, values, builder, observes=definition.is_observable)


def invoke_op(op: OpDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """What the function of an op answers for these arguments; as ``invoke_asset``, with an op's context.

    A generator, a coroutine or an async generator is given as it is, to be iterated or awaited by the caller.
    """
    given, rest = _split_context(op, args, kwargs, "build_op_context")
    values = _bind(op, rest, kwargs)
    scope = replace((build_op_context() if given is None else given).scope, op=op, step_key=op.name)
    return _invoke(op, OpExecutionContext(scope), values, "build_op_context")


def _invoke(
    node: OpDefinition,
    context: OpExecutionContext,
    values: dict[str, Any],
    builder: str,
    *,
    observes: bool = False,
) -> Any:
    _complete(node, context, values, builder)
    check_arguments(node, context.scope, values)
    if node.signature.context is not None:
        values = {node.signature.context: context, **values}
    return _call(node, context, values, DirectAnswer(node, context.scope, observes=observes))


def _split_context(
    node: OpDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any], builder: str
) -> tuple[OpExecutionContext | None, tuple[Any, ...]]:
    """The context, if one was given, and the other arguments given by place. ``builder`` is what makes one."""
    name = node.signature.context
    if name is None:
        return (args[0], args[1:]) if args and isinstance(args[0], OpExecutionContext) else (None, args)
    if name in kwargs:
        context, rest = kwargs[name], args
    elif args:
        context, rest = args[0], args[1:]
    else:
        raise InvalidInvocationError(
            f"{node.name!r} takes a context as its first argument, and none was given.",
            where=node.where,
            hint=f"Make one with {builder}(...).",
        )
    if context is not None and not isinstance(context, OpExecutionContext):
        raise InvalidInvocationError(
            f"{node.name!r} takes a context as its first argument; got {context!r}.",
            where=node.where,
            hint=f"Make one with {builder}(...).",
        )
    return context, rest


def _bind(node: OpDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by name."""
    signature = node.signature
    names = [name for name in signature.positional if name != signature.context]
    if len(args) > len(names):
        raise InvalidInvocationError(
            f"{node.name!r} takes {len(names)} arguments ({', '.join(names)}); got {len(args)}.",
            where=node.where,
        )
    values = dict(zip(names, args, strict=False))
    known = {*names, *node.ins, *(name for name, _ in signature.resources)}
    if signature.config is not None:
        known.add(signature.config[0])
    for name, value in kwargs.items():
        if name == signature.context:
            continue
        if name in values:
            raise InvalidInvocationError(
                f"{node.name!r} was given {name!r} twice: by place and by name.", where=node.where
            )
        if name not in known and not signature.takes_any_keyword:
            raise InvalidInvocationError(
                f"{node.name!r} has no parameter {name!r}.",
                where=node.where,
                hint=did_you_mean(name, known),
            )
        values[name] = value
    return values


def _context_for(definition: AssetsDefinition, given: OpExecutionContext | None) -> OpExecutionContext:
    """The context as one of this definition; the one that was given can be used again for another."""
    found = given if given is not None else direct_context()
    computation = definition.computation
    assert computation is not None  # an external asset has no function to call
    slice_ = found.scope.slice
    if slice_ is not None and slice_.definition is None:
        slice_ = replace(slice_, definition=step_partitions_def(definition))
    scope = replace(
        found.scope,
        op=definition.op,
        assets_def=definition,
        step_key=definition.op.name,
        keys_by_input=computation.keys_by_input,
        keys_by_output=computation.keys_by_output,
        selected_keys=definition.keys,
        selected_checks=definition.check_keys,
        slice=slice_,
    )
    return AssetExecutionContext(scope) if definition.specs_by_key else AssetCheckExecutionContext(scope)


def _complete(node: OpDefinition, context: OpExecutionContext, values: dict[str, Any], builder: str) -> None:
    """Fill in what was not given, config and resources from the context; refuse what is missing."""
    _complete_resources(node, context, values, builder)
    _complete_config(node, context, values)
    for item in node.ins.values():
        if item.is_nothing:
            values.pop(item.name, None)  # it stands for order only, and the function has no parameter for it
        elif item.name not in values and item.has_default_value:
            values[item.name] = item.default_value
    missing = [
        item.name
        for item in node.ins.values()
        if item.name not in values and not item.is_nothing and item.name in node.signature.positional
    ]
    if missing:
        names = ", ".join(repr(name) for name in missing)
        raise InvalidInvocationError(f"{node.name!r} was called without {names}.", where=node.where)


def _complete_resources(
    node: OpDefinition, context: OpExecutionContext, values: dict[str, Any], builder: str
) -> None:
    known: Resources = context.scope.resources
    given = {key: values[name] for name, key in node.signature.resources if name in values}
    for key in sorted(node.required_resource_keys):
        if key not in given and key not in known:
            raise InvalidDefinitionError(
                f"{node.name!r} needs the resource {key!r}, and none was given.",
                where=node.where,
                hint=f"Pass it as an argument, or in the context: {builder}(resources={{{key!r}: ...}}).",
            )
    for name, key in node.signature.resources:
        if name not in values:
            values[name] = injected_resource(known, key)
    if given:
        context.scope.resources = Resources(
            {**{key: injected_resource(known, key) for key in known}, **given}
        )


def _complete_config(node: OpDefinition, context: OpExecutionContext, values: dict[str, Any]) -> None:
    if not node.has_config:
        return
    name = node.signature.config[0] if node.signature.config is not None else None
    if name is not None and name in values and not isinstance(values[name], Mapping):
        context.scope.config = values[name]  # the object itself, or what a test puts in its place
        return
    raw = values[name] if name is not None and name in values else context.scope.config
    made = _config(node, context, raw)
    context.scope.config = made
    if name is not None:
        values[name] = made


def _config(node: OpDefinition, context: OpExecutionContext, raw: Any) -> Any:
    if isinstance(node.config_schema, type) and isinstance(raw, node.config_schema):
        return raw
    instance = context.scope.instance
    environ = system_environment() if instance is None else instance.ambient.environ
    made = node.evaluate_config(raw, environ, ("config",))
    raise_faults(f"The config given to {node.name!r} does not fit.", made.errors, given=raw, where=node.where)
    return made.value


def _call(
    node: OpDefinition, context: OpExecutionContext, arguments: dict[str, Any], answer: DirectAnswer
) -> Any:
    """Call with the context in force; generators and coroutines keep it while they run."""
    with _in_force(context):
        if _positional_only(node):
            given = node.compute_fn(*arguments.values())
        else:
            given = node.compute_fn(**arguments)
    if inspect.isgenerator(given):
        return _generated(given, context, answer)
    if inspect.iscoroutine(given):
        return _awaited(given, context, answer)
    if inspect.isasyncgen(given):
        return _async_generated(cast("AsyncGenerator[Any, None]", given), context, answer)
    return answer.returned(given)


@contextmanager
def _in_force(context: OpExecutionContext) -> Generator[None, None, None]:
    token = CURRENT.set(context)
    try:
        yield
    finally:
        CURRENT.reset(token)


def _generated(
    results: Generator[Any, Any, Any], context: OpExecutionContext, answer: DirectAnswer
) -> Generator[Any, Any, Any]:
    with closing(results):
        while True:
            try:
                with _in_force(context):
                    result = next(results)
            except StopIteration as stop:
                answer.finish()
                return stop.value
            yield answer.yielded(result)


async def _awaited(
    result: Coroutine[Any, Any, Any], context: OpExecutionContext, answer: DirectAnswer
) -> Any:
    with _in_force(context):
        return answer.returned(await result)


async def _async_generated(
    results: AsyncGenerator[Any, None], context: OpExecutionContext, answer: DirectAnswer
) -> AsyncGenerator[Any, None]:
    async with aclosing(results):
        while True:
            try:
                with _in_force(context):
                    result = await anext(results)
            except StopAsyncIteration:
                answer.finish()
                return
            yield answer.yielded(result)


def _positional_only(node: OpDefinition) -> bool:
    code = getattr(inspect.unwrap(node.compute_fn), "__code__", None)
    return bool(code and code.co_posonlyargcount)
