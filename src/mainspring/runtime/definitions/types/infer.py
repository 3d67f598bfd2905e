"""From an annotation to the type that is checked."""

from __future__ import annotations

import types as python_types
from typing import Annotated, Any, Final, NewType, Union, get_args, get_origin, is_typeddict

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import user_position
from mainspring.runtime.definitions.types.containers import bare_container_type, container_type, union_type
from mainspring.runtime.definitions.types.value_type import ANY, PythonType, TypeKind, ValueType

_CONTAINERS = (list, dict, set, tuple, frozenset)

BOOL: Final = PythonType(bool, name="Bool", is_builtin=True, kind=TypeKind.SCALAR)
INT: Final = PythonType(int, name="Int", is_builtin=True, kind=TypeKind.SCALAR)
FLOAT: Final = PythonType(
    (float, int), name="Float", is_builtin=True, kind=TypeKind.SCALAR, typing_type=float
)
STRING: Final = PythonType(str, name="String", is_builtin=True, kind=TypeKind.SCALAR)

_BUILT_IN: dict[object, ValueType] = {
    bool: BOOL,
    int: INT,
    float: FLOAT,
    str: STRING,
    **{origin: bare_container_type(origin) for origin in _CONTAINERS},
}
_REGISTERED: dict[object, ValueType] = {}
_KNOWN: dict[object, ValueType] = {}


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
        known = _KNOWN[annotation] = _REGISTERED.get(annotation) or _resolve(annotation)
    return known


_NO_TYPES = (str, bytes, int, float, list, dict, set)


def require_type(value: object, *, what: str) -> None:
    """Raise ``InvalidDefinitionError`` for what cannot be the type of a value, such as the name of a class."""
    if isinstance(value, _NO_TYPES):
        raise InvalidDefinitionError(
            f"The type of {what} is {value!r:.60}, which is no type.",
            where=user_position(),
            hint="Give a class such as int, a form such as list[int], or a type made with DagsterType.",
        )


def register_type(python_type: type[Any], dagster_type: ValueType) -> None:
    """Let a Python class, wherever it is an annotation, stand for a type of the user's own making.

    Raises ``InvalidDefinitionError`` where it stands for another one already.
    """
    if not isinstance(dagster_type, ValueType):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidDefinitionError(f"A class is to stand for a type; it was given {dagster_type!r}.")
    if not isinstance(python_type, type):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidDefinitionError(f"Only a class can stand for a type; {python_type!r} is none.")
    known = _REGISTERED.setdefault(python_type, dagster_type)
    if known is not dagster_type:
        raise InvalidDefinitionError(
            f"The class {python_type.__name__} stands for the type {known.name} already; "
            f"it cannot stand for {dagster_type.name} too.",
            hint="A class is given a type once. Name the other type where it is meant: `In(dagster_type=...)`.",
        )
    _KNOWN.clear()  # list[Table] may have been asked for before Table was given a type


def _resolve(annotation: object) -> ValueType:
    if annotation is Any or annotation is object or isinstance(annotation, str):
        return ANY
    if isinstance(annotation, type) and not get_args(annotation) and annotation in _BUILT_IN:
        return _BUILT_IN[annotation]
    if is_typeddict(annotation):
        name = _label(getattr(annotation, "__name__", annotation))
        return PythonType(dict, name=name, typing_type=annotation)
    if isinstance(annotation, NewType):
        return resolve_type(annotation.__supertype__)
    origin = get_origin(annotation)
    if origin is not None:
        return _resolve_form(annotation, origin, get_args(annotation))
    if annotation is None or annotation is type(None):
        return ANY
    return _instances(annotation, None, annotation)


def _resolve_form(annotation: object, origin: Any, arguments: tuple[Any, ...]) -> ValueType:
    """The check of something that is written with brackets or bars."""
    if origin is Annotated:
        return resolve_type(arguments[0])
    if origin is Union or origin is python_types.UnionType:
        members = tuple(resolve_type(part) for part in arguments if part is not type(None))
        return union_type(members, is_optional=len(members) < len(arguments))
    if origin in _CONTAINERS:
        if not arguments and annotation != tuple[()]:  # typing.List, bare
            return resolve_type(origin)
        parts = tuple(resolve_type(part) for part in arguments if part is not ...)
        return container_type(origin, parts, more=... in arguments)
    return _instances(origin, _label(annotation), annotation)


def _instances(kind: object, name: str | None, typing_type: Any) -> ValueType:
    """The instances of a class; ``ANY`` where ``isinstance`` does not mean what the annotation means."""
    if (
        not isinstance(kind, type)
        or kind.__module__ == "collections.abc"
        or getattr(kind, "_is_protocol", False)
    ):
        return ANY
    return PythonType(kind, name=name or kind.__name__, typing_type=typing_type)


def _label(annotation: object) -> str:
    return str(annotation).replace("typing.", "")
