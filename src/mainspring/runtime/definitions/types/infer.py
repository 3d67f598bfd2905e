"""From an annotation to the type that is checked."""

from __future__ import annotations

import types as python_types
from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from mainspring.runtime.definitions.types.value_type import ANY, PythonType, TypeCheck, ValueType

_KNOWN: dict[object, ValueType] = {}
_CONTAINERS = (list, dict, set, tuple, frozenset)


def resolve_type(annotation: object) -> ValueType:
    """The check an annotation stands for; ``ANY`` for what cannot be checked by looking at a value.

    Classes are checked by ``isinstance``; ``X | None``, unions and the built-in containers by their parts. A float
    accepts an int. Generators and awaitables say nothing of the value that comes out of them.
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


def _resolve(annotation: object) -> ValueType:
    if annotation is Any or annotation is object or isinstance(annotation, str):
        return ANY
    origin = get_origin(annotation)
    if origin is Annotated:
        return resolve_type(get_args(annotation)[0])
    if origin is Union or origin is python_types.UnionType:
        return _union(get_args(annotation))
    if origin in _CONTAINERS:
        return _container(origin, get_args(annotation))
    if origin is not None:
        return PythonType(origin, name=_label(annotation)) if _is_checkable(origin) else ANY
    if annotation is float:
        return PythonType((float, int), name="Float")
    if annotation is None or annotation is type(None):
        return ANY
    return PythonType(annotation, name=_scalar_name(annotation)) if _is_checkable(annotation) else ANY


_SCALARS: Mapping[type, str] = {int: "Int", str: "String", bool: "Bool"}


def _scalar_name(kind: Any) -> str:
    return _SCALARS.get(kind, kind.__name__)


def _is_checkable(kind: object) -> bool:
    """Whether ``isinstance`` means what the annotation means."""
    return (
        isinstance(kind, type)
        and not getattr(kind, "_is_protocol", False)
        and kind.__module__ != "collections.abc"
    )


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
    name = f"{origin.__name__}[{', '.join(resolve_type(part).name if part is not ... else '...' for part in parts)}]"
    if origin is dict:
        keys, values = (resolve_type(part) for part in parts)
        sides = [(keys, lambda value: value.keys(), "key"), (values, lambda value: value.values(), "value")]
    elif origin is tuple and ... not in parts:
        return _fixed_tuple(parts, name)
    else:
        sides = [(resolve_type(parts[0]), lambda value: value, "element")]
    sides = [side for side in sides if side[0] is not ANY]

    def fits(_context: object, value: Any) -> object:
        if not isinstance(value, origin):
            return TypeCheck(False, f"The value is a {type(value).__name__}, not a {origin.__name__}.")
        for check, look, what in sides:
            for part in look(value):
                if not check.check(part).success:
                    return TypeCheck(
                        False, f"The {what} {_short(part)} is a {type(part).__name__}, not {check.name}."
                    )
        return True

    return ValueType(fits, name=name)


def _fixed_tuple(parts: tuple[Any, ...], name: str) -> ValueType:
    checks = [resolve_type(part) for part in parts]

    def fits(_context: object, value: Any) -> object:
        if not isinstance(value, tuple) or len(value) != len(checks):
            return TypeCheck(False, f"The value is not a tuple of {len(checks)} elements.")
        for i, (check, part) in enumerate(zip(checks, value, strict=True)):
            if not check.check(part).success:
                return TypeCheck(
                    False, f"Element {i}, {_short(part)}, is a {type(part).__name__}, not {check.name}."
                )
        return True

    return ValueType(fits, name=name)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
