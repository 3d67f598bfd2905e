"""What a user's function gave, as a stream of typed results: one shape for plain values, generators and coroutines."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, closing
from typing import Any, cast

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.event_data import ExpectationResult
from mainspring.core.values.data_version import DataVersion, DataVersionsByPartition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.results import (
    AssetCheckResult,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)

TYPED = (
    Output,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    AssetCheckResult,
    AssetMaterialization,
    AssetObservation,
    AssetCheckEvaluation,
    ExpectationResult,
)
"""What may be yielded."""

_OF_OUTPUTS = (Output, DynamicOutput, MaterializeResult, ObserveResult, AssetCheckResult)
_ANY_RESULT = (*TYPED, DataVersion, DataVersionsByPartition)


def is_stream(given: Any) -> bool:
    """Whether a function gave its results to come, by a coroutine or a generator, and not a value."""
    return inspect.isgenerator(given) or inspect.isasyncgen(given) or inspect.isawaitable(given)


async def streamed_results(given: Any, node: OpDefinition, *, observes: bool) -> AsyncGenerator[Any, None]:
    """Each typed result of a coroutine or a generator, as soon as it is there.

    Raises ``InvariantViolationError`` for something yielded or returned that is none, and for a tuple that does not
    fit the outputs. A generator that is not read to its end is closed at once.
    """
    if inspect.isawaitable(given):
        given = await given
    if inspect.isgenerator(given):
        with closing(given):
            for item in given:
                yield _checked(item, node)
    elif inspect.isasyncgen(given):
        async with aclosing(given):
            async for item in given:
                yield _checked(item, node)
    else:
        for item in returned_results(given, node, observes=observes):
            yield item


def _checked(item: Any, node: OpDefinition) -> Any:
    if isinstance(item, _ANY_RESULT):
        return cast("object", item)
    raise InvariantViolationError(
        f"{node.name!r} yielded {_short(item)}, a {type(item).__name__}.",
        where=node.where,
        hint="A generator yields Output(value), MaterializeResult(...), AssetCheckResult(...) or ObserveResult(...); "
        "to give the value itself, use `return`.",
    )


def returned_results(given: Any, node: OpDefinition, *, observes: bool) -> Iterator[Any]:
    """The results a returned value stands for."""
    names = list(node.outs)
    parts = cast("tuple[object, ...]", given) if isinstance(given, tuple) else ()
    if isinstance(given, _ANY_RESULT):
        yield given
    elif parts and all(isinstance(part, _OF_OUTPUTS) for part in parts):
        yield from _placed(parts, names, node)
    elif len(names) == 1:
        if observes and given is None:
            return
        if node.outs[names[0]].is_dynamic:
            yield from _dynamic(cast("object", given), names[0], node)
        else:
            yield _single(given, names[0], node)
    elif given is None:
        return
    elif len(parts) == len(names):
        yield from _placed(parts, names, node)
    elif (only := _only_value_output(node)) is not None:
        yield Output(cast("object", given), only)
    else:
        got = f"a tuple of {len(parts)}" if isinstance(given, tuple) else f"a {type(given).__name__}"
        raise InvariantViolationError(
            f"{node.name!r} has {len(names)} outputs ({', '.join(names)}) and returned {got}.",
            where=node.where,
            hint="Return a tuple with a value for each in this order, or yield an Output(value, output_name=...) "
            "for each.",
        )


def _single(given: Any, name: str, node: OpDefinition) -> Any:
    if node.outs[name].is_check and _is_truth(given):
        return AssetCheckResult(passed=given)
    return Output(given, name)


def _is_truth(given: object) -> bool:
    """Whether it is a bool, Python's or numpy's."""
    kind = type(given)
    return kind is bool or (kind.__module__ == "numpy" and kind.__name__ in {"bool", "bool_"})


def _placed(parts: Sequence[object], names: Sequence[str], node: OpDefinition) -> Iterator[Any]:
    """The parts of a tuple: typed results as they are (an unnamed ``Output`` by its place), values by their place."""
    for place, part in enumerate(parts):
        if (
            isinstance(part, Output)
            and part.output_name == "result"
            and "result" not in node.outs
            and place < len(names)
        ):
            yield _named(part, names[place])  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(part, _OF_OUTPUTS):
            yield part
        elif node.outs[names[place]].is_dynamic:
            yield from _dynamic(part, names[place], node)
        else:
            yield Output(part, names[place])


def _dynamic(given: object, name: str, node: OpDefinition) -> Iterator[Any]:
    """The values of a dynamic output, returned as a list of them."""
    listed = isinstance(given, (list, tuple))
    parts = cast("Sequence[object]", given) if listed else () if given is None else (given,)
    for part in parts:
        if not isinstance(part, DynamicOutput):
            raise InvariantViolationError(
                f"{node.name!r} has a dynamic output {name!r} and returned {_short(part)} for it, "
                f"a {type(part).__name__}.",
                where=node.where,
                hint='Return a list of DynamicOutput(value, mapping_key="..."), or yield them one by one.',
            )
        output = cast("DynamicOutput[Any]", part)
        renamed = output.output_name == "result" and "result" not in node.outs
        yield DynamicOutput(output.value, output.mapping_key, name, output.metadata) if renamed else output


def _named(output: Output[Any], name: str) -> Output[Any]:
    return Output(output.value, name, output.metadata, output.data_version, tags=output.tags)


def _only_value_output(node: OpDefinition) -> str | None:
    """The one output that is no check, where there is exactly one."""
    names = [name for name, out in node.outs.items() if not out.is_check]
    return names[0] if len(names) == 1 else None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
