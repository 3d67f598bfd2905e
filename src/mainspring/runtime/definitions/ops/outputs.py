"""The outputs of an op, from ``out`` and the return annotation of its function."""

from __future__ import annotations

import collections.abc
from collections.abc import Mapping
from typing import Any, NamedTuple, get_args, get_origin

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.names import validate_name
from mainspring.runtime.definitions.ops.declared import Out
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_OUTPUT, RESULT, OutputDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY, FunctionKind, Signature
from mainspring.runtime.definitions.results import (
    AssetCheckResult,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)
from mainspring.runtime.definitions.types.value_type import NOTHING

_STREAMS = frozenset(
    {
        collections.abc.Iterator,
        collections.abc.Iterable,
        collections.abc.Generator,
        collections.abc.AsyncIterator,
        collections.abc.AsyncIterable,
        collections.abc.AsyncGenerator,
    }
)
_AWAITED = frozenset({collections.abc.Awaitable, collections.abc.Coroutine})


class Returned(NamedTuple):
    """What an annotation says of one output: the type of its value, and whether it has many."""

    annotation: Any = EMPTY
    is_dynamic: bool = False


def outputs_of(
    signature: Signature, out: Any, code_version: str | None, *, what: str, where: SourcePosition | None
) -> dict[str, OutputDefinition]:
    """The outputs by name. ``out`` is an ``Out``, a dict of them, or ``None``: then the annotation says it."""
    if out is None:
        found = returned(signature.returns)
        if found == Returned() and code_version is None:
            return {DEFAULT_OUTPUT: RESULT}
        made = OutputDefinition(
            annotation=found.annotation, code_version=code_version, is_dynamic=found.is_dynamic
        )
        return {DEFAULT_OUTPUT: made}
    said = {DEFAULT_OUTPUT: out} if isinstance(out, Out) else _checked(out, what, where)
    annotations = _by_output(signature, said, what, where)
    return {
        name: one.to_definition(name, annotations.get(name, EMPTY), code_version=code_version)
        for name, one in said.items()
    }


def _checked(out: Any, what: str, where: SourcePosition | None) -> dict[str, Out]:
    if not isinstance(out, Mapping):
        raise InvalidDefinitionError(
            f"`out` of {what} is {out!r}; it must be an Out, or a dict of Outs by name.",
            where=where,
            hint='Write out=Out(...), or out={"one": Out(), "two": Out()}.',
        )
    said: dict[Any, Any] = dict(out)  # pyright: ignore[reportUnknownArgumentType]
    for name, one in said.items():
        validate_name(name, what=f"an output of {what}", where=where)
        if not isinstance(one, Out):
            raise InvalidDefinitionError(
                f"`out` of {what} holds {one!r} for {name!r}, which is no Out.",
                where=where,
                hint=f'Write out={{"{name}": Out(...)}}.',
            )
    return said


def _by_output(
    signature: Signature, said: Mapping[str, Out], what: str, where: SourcePosition | None
) -> dict[str, Any]:
    """The types of the values by output. Raises where the annotation speaks of another number of them."""
    returns = signature.returns
    if len(said) == 1:
        ((name, one),) = said.items()
        found = returned(returns)
        if found.is_dynamic and not one.is_dynamic:
            raise InvalidDefinitionError(
                f"The return annotation of {what} speaks of DynamicOutputs, but its output {name!r} is an Out.",
                where=where,
                hint="Write out=DynamicOut(), or leave `out` away: the annotation says it.",
            )
        return {name: found.annotation}
    parts = get_args(returns) if get_origin(returns) is tuple else ()
    if not said or returns is EMPTY:
        return {}
    if get_origin(returns) is tuple and ... not in parts:
        if len(parts) != len(said):
            raise InvalidDefinitionError(
                f"The return annotation of {what} is a tuple of {len(parts)}, but `out` names {len(said)} outputs: "
                f"{', '.join(said)}.",
                where=where,
                hint="Annotate one type for each output, in the order of `out`.",
            )
        return {name: returned(part).annotation for name, part in zip(said, parts, strict=True)}
    if signature.kind in (FunctionKind.PLAIN, FunctionKind.ASYNC) and _is_one_value(returns):
        raise InvalidDefinitionError(
            f"The return annotation of {what} is {_shown(returns)}, but `out` names {len(said)} outputs: "
            f"{', '.join(said)}.",
            where=where,
            hint=f"Return a tuple and annotate it: -> tuple[{', '.join(['...'] * len(said))}].",
        )
    return {}


def _is_one_value(annotation: Any) -> bool:
    """Whether an annotation can stand for one output only."""
    return annotation in (int, float, str, bool, bytes, dict, list, set) or get_origin(annotation) in (
        dict,
        set,
        frozenset,
    )


def _shown(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def returned(annotation: Any) -> Returned:
    """What a return annotation says of the one output of a function.

    ``Output[int]``, ``Iterator[Output[int]]`` and ``int`` say the same of it; ``list[DynamicOutput[int]]`` and
    ``Iterator[DynamicOutput[int]]`` that it is dynamic; ``None`` that it carries no value.
    """
    while (get_origin(annotation) or annotation) in _AWAITED:
        parts = get_args(annotation)
        annotation = parts[-1] if parts else EMPTY
    origin = get_origin(annotation) or annotation
    if annotation is None or annotation is type(None) or annotation is NOTHING:
        return Returned(NOTHING)
    if origin is Output:
        return Returned(_part(annotation))
    if origin is DynamicOutput:
        return Returned(_part(annotation), is_dynamic=True)
    if origin in (list, tuple, collections.abc.Sequence) or origin in _STREAMS:
        return _of_several(annotation, origin)
    if origin in (MaterializeResult, ObserveResult, AssetCheckResult):
        return Returned()
    return Returned(annotation)


def _part(annotation: Any) -> Any:
    parts = get_args(annotation)
    if not parts:
        return EMPTY
    return NOTHING if parts[0] is None or parts[0] is type(None) else parts[0]


def _of_several(annotation: Any, origin: Any) -> Returned:
    """A list of ``DynamicOutput`` or a stream; other lists and tuples are values."""
    parts = get_args(annotation)
    first = parts[0] if parts else EMPTY
    inner = get_origin(first) or first
    if inner is DynamicOutput:
        return Returned(_part(first), is_dynamic=True)
    if origin in _STREAMS:
        return Returned(_part(first)) if inner is Output else Returned()
    if inner in (Output, MaterializeResult, ObserveResult, AssetCheckResult):
        return Returned()
    return Returned(annotation)
