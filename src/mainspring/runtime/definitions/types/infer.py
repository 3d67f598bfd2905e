"""From an annotation to the type that is checked."""

from __future__ import annotations

import types as python_types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NewType, Union, cast, get_args, get_origin, is_typeddict

from mainspring.runtime.definitions.types.value_type import ANY, PythonType, TypeCheck, ValueType

_KNOWN: dict[object, ValueType] = {}
_CONTAINERS = (list, dict, set, tuple, frozenset)


def resolve_type(annotation: object) -> ValueType:
    """The check an annotation stands for; ``ANY`` for what cannot be checked by looking at a value.

    Classes are checked by ``isinstance``; ``X | None``, unions and the built-in containers by their parts. A
    float accepts an int. Generators and awaitables say nothing of the value that comes out of them.
    """
    if isinstance(annotation, ValueType):
        return annotation
    try:
        known = _KNOWN.get(annotation)
    except TypeError:  # an annotation that cannot be hashed cannot be remembered
        return _resolve(annotation)
    if known is None:
        known = _KNOWN[annotation] = _resolve(annotation)
    return known


def register_type(annotation: object, value_type: ValueType) -> None:
    """Let an annotation stand for a type of the user's own making."""
    _KNOWN[annotation] = value_type


def _resolve(annotation: object) -> ValueType:  # noqa: PLR0911  # a table of cases
    if annotation is Any or annotation is object or isinstance(annotation, str):
        return ANY
    if is_typeddict(annotation):
        return PythonType(dict, name=_label(getattr(annotation, "__name__", annotation)))
    if isinstance(annotation, NewType):
        return resolve_type(annotation.__supertype__)
    origin = get_origin(annotation)
    if origin is Annotated:
        return resolve_type(get_args(annotation)[0])
    if origin is Union or origin is python_types.UnionType:
        return _union(get_args(annotation))
    if origin in _CONTAINERS and (get_args(annotation) or annotation == tuple[()]):
        return _container(origin, get_args(annotation))
    if origin is not None:
        return _instances(origin, _label(annotation))
    if annotation is float:
        return PythonType((float, int), name="Float")
    if annotation is None or annotation is type(None):
        return ANY
    return _instances(annotation, _SCALARS.get(annotation))


_SCALARS: Mapping[object, str] = {int: "Int", str: "String", bool: "Bool"}


def _instances(kind: object, name: str | None) -> ValueType:
    """The instances of a class; ``ANY`` where ``isinstance`` does not mean what the annotation means."""
    if (
        not isinstance(kind, type)
        or kind.__module__ == "collections.abc"
        or getattr(kind, "_is_protocol", False)
    ):
        return ANY
    return PythonType(kind, name=name or kind.__name__)


def _label(annotation: object) -> str:
    return str(annotation).replace("typing.", "")


def _union(parts: tuple[object, ...]) -> ValueType:
    checks = [resolve_type(part) for part in parts if part is not type(None)]
    optional = len(checks) < len(parts)
    if any(check is ANY for check in checks):
        return ANY
    name = " | ".join([c.name for c in checks] + (["None"] if optional else []))

    def fits(_context: object, value: object) -> object:
        if (value is None and optional) or any(check.check(value).success for check in checks):
            return True
        return TypeCheck(False, f"The value is a {type(value).__name__}, which is none of {name}.")

    return ValueType(fits, name=name)


def _container(origin: Any, parts: tuple[Any, ...]) -> ValueType:
    named = ", ".join("..." if part is ... else resolve_type(part).name for part in parts)
    name = f"{origin.__name__}[{named}]"
    if origin is tuple and ... not in parts:
        return _fixed_tuple(parts, name)
    kinds = [resolve_type(part) for part in parts if part is not ...]
    sides = list(zip(kinds, ("key", "value") if origin is dict else ("element",), strict=False))
    checked = [(place, kind, what) for place, (kind, what) in enumerate(sides) if kind is not ANY]

    def fits(_context: object, value: Any) -> object:
        if not isinstance(value, origin):
            kind = type(value).__name__
            return TypeCheck(False, f"The value is a {kind}, not a {origin.__name__}.")
        for place, check, what in checked:
            for part in _parts(value, origin, place):
                if not check.check(part).success:
                    return TypeCheck(
                        False, f"The {what} {_short(part)} is a {type(part).__name__}, not {check.name}."
                    )
        return True

    return ValueType(fits, name=name)


def _parts(value: Any, origin: object, place: int) -> Iterable[object]:
    if origin is not dict:
        return value
    return value.values() if place else value.keys()


def _fixed_tuple(parts: tuple[Any, ...], name: str) -> ValueType:
    checks = [resolve_type(part) for part in parts]

    def fits(_context: object, value: object) -> object:
        if not isinstance(value, tuple):
            return TypeCheck(False, f"The value is a {type(value).__name__}, not a tuple.")
        found = cast("tuple[object, ...]", value)
        if len(found) != len(checks):
            return TypeCheck(False, f"The value is a tuple of {len(found)} elements, not of {len(checks)}.")
        for i, (check, part) in enumerate(zip(checks, found, strict=True)):
            if not check.check(part).success:
                return TypeCheck(
                    False, f"Element {i}, {_short(part)}, is a {type(part).__name__}, not {check.name}."
                )
        return True

    return ValueType(fits, name=name)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
