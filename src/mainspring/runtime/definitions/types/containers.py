"""Types made of other types: lists, sets, tuples, mappings and unions, whose parts are checked too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from reprlib import Repr
from typing import Any, Union, cast

from mainspring.runtime.definitions.types.type_check import TypeCheck
from mainspring.runtime.definitions.types.value_type import ANY, PythonType, TypeKind, ValueType

_repr = Repr()
_repr.maxstring = _repr.maxother = 40
_repr.maxlevel = 2


class ContainerType(ValueType):
    """A built-in container. Without inner types only the container itself is checked."""

    __slots__ = ("origin",)

    origin: type

    def __init__(self, origin: type, inner_types: tuple[ValueType, ...], *, more: bool = False) -> None:
        self.origin = origin
        bare = not inner_types and not self._says_all(inner_types)
        named = ", ".join([inner.name for inner in inner_types] + (["..."] if more else []))
        name = origin.__name__ if bare else f"{origin.__name__}[{named}]"
        super().__init__(
            self._fits,
            name,
            is_builtin=True,
            kind=TypeKind.LIST if origin is list else TypeKind.REGULAR,
            typing_type=origin if bare else self._typing(inner_types, more),
            inner_types=inner_types,
        )

    def _says_all(self, _inner_types: tuple[ValueType, ...]) -> bool:
        """Whether no inner types means that there are no parts, and not that they may be anything."""
        return False

    def _typing(self, inner_types: tuple[ValueType, ...], more: bool) -> Any:
        parts = tuple(inner.typing_type for inner in inner_types)
        return cast("Any", self.origin)[(*parts, ...) if more else parts]

    def _fits(self, context: object, value: object) -> TypeCheck | bool:
        if not isinstance(value, self.origin):
            return TypeCheck(
                False, f"The value is {kind_of(value)}, not {_with_article(self.origin.__name__)}."
            )
        return self._check_parts(cast("Any", value), context) or True

    def _check_parts(self, value: Any, context: object) -> TypeCheck | None:
        """What is wrong with the first part that does not fit; ``None`` where all do."""
        del value, context  # by itself a container takes any parts
        return None


class ElementsType(ContainerType):
    """A list, set or frozenset, or a tuple of any length, all of whose elements are of one type."""

    __slots__ = ()

    def _check_parts(self, value: Any, context: object) -> TypeCheck | None:
        if not self.inner_types:
            return None
        place = "An element" if self.origin in (set, frozenset) else "Element {}"
        return _first_misfit(self.inner_types[0], value, place, context)


class FixedTupleType(ContainerType):
    """A tuple with a type for each of its elements."""

    __slots__ = ()

    def _says_all(self, _inner_types: tuple[ValueType, ...]) -> bool:
        return True

    def _check_parts(self, value: Any, context: object) -> TypeCheck | None:
        wanted = len(self.inner_types)
        if len(value) != wanted:
            return TypeCheck(False, f"The value is a tuple of {len(value)} elements, not of {wanted}.")
        for i, (kind, part) in enumerate(zip(self.inner_types, value, strict=True)):
            found = kind.check(part, context)
            if not found.success:
                return _misfit(f"Element {i}", part, kind, found)
        return None


class MappingType(ContainerType):
    """A dict whose keys are of one type and whose values are of another."""

    __slots__ = ()

    def _check_parts(self, value: Mapping[object, object], context: object) -> TypeCheck | None:
        if not self.inner_types:
            return None
        keys, values = self.inner_types
        wrong = _first_misfit(keys, value, "A key", context)
        if wrong is not None or _all_fit(values, value.values()):
            return wrong
        for key, part in value.items():
            found = values.check(part, context)
            if not found.success:
                return _misfit(f"The value of {_repr.repr(key)}", part, values, found)
        return None


class UnionType(ValueType):
    """One of several types, or ``None`` where that is allowed."""

    __slots__ = ("is_optional",)

    is_optional: bool

    def __init__(self, members: tuple[ValueType, ...], *, is_optional: bool) -> None:
        self.is_optional = is_optional
        kinds = [member.typing_type for member in members] + ([type(None)] if is_optional else [])
        super().__init__(
            self._fits,
            " | ".join([member.name for member in members] + (["None"] if is_optional else [])),
            is_builtin=True,
            kind=TypeKind.NULLABLE if is_optional and len(members) == 1 else TypeKind.REGULAR,
            typing_type=Union[tuple(kinds)],  # noqa: UP007  # of a tuple
            inner_types=members,
        )

    def _fits(self, context: object, value: object) -> TypeCheck | bool:
        if value is None and self.is_optional:
            return True
        found: TypeCheck | None = None
        for member in self.inner_types:
            found = member.check(value, context)
            if found.success:
                return found
        if found is not None and len(self.inner_types) == 1:
            return found
        return TypeCheck(False, f"The value is {kind_of(value)}, which is none of {self.name}.")


def container_type(origin: type, parts: tuple[ValueType, ...], *, more: bool = False) -> ContainerType:
    """The type of a built-in container with these parts; ``more`` for a tuple of any length."""
    if origin is dict:
        return MappingType(origin, parts)
    if origin is tuple and not more:
        return FixedTupleType(origin, parts)
    return ElementsType(origin, parts, more=more)


def bare_container_type(origin: type) -> ContainerType:
    """The type of a built-in container whose parts may be anything."""
    return MappingType(origin, ()) if origin is dict else ElementsType(origin, ())


def union_type(members: tuple[ValueType, ...], *, is_optional: bool) -> ValueType:
    """The type of what fits one of these; ``ANY`` where one of them takes everything."""
    if any(member.is_any for member in members):
        return ANY
    if len(members) == 1 and not is_optional:
        return members[0]
    return UnionType(members, is_optional=is_optional)


def kind_of(value: object) -> str:
    """The class of a value, with its article.

    >>> kind_of(3)
    'an int'
    """
    return _with_article(type(value).__name__)


def _with_article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _all_fit(kind: ValueType, parts: Iterable[object]) -> bool:
    """Whether it is plain, without asking the type for each, that all parts fit."""
    if kind.is_any:
        return True
    if type(kind) is not PythonType:
        return False
    classes = kind.python_type
    return all(isinstance(part, classes) for part in parts)


def _first_misfit(kind: ValueType, parts: Iterable[object], place: str, context: object) -> TypeCheck | None:
    """What is wrong with the first part that does not fit; ``place`` may show its position."""
    if _all_fit(kind, parts):
        return None
    for i, part in enumerate(parts):
        found = kind.check(part, context)
        if not found.success:
            return _misfit(place.format(i), part, kind, found)
    return None


def _misfit(place: str, part: object, kind: ValueType, found: TypeCheck) -> TypeCheck:
    if type(kind) is PythonType:
        text = f"{place}, {_repr.repr(part)}, is {kind_of(part)}, not {kind.name}."
    elif found.description:
        text = f"{place}: {found.description}"
    else:
        text = f"{place}, {_repr.repr(part)}, does not fit the type {kind.name}."
    return TypeCheck(False, text, found.metadata)
