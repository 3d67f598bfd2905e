"""``List[...]`` and its siblings: types of containers, written with brackets; without them any parts will do."""

from __future__ import annotations

from typing import Any, Final, cast

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.definitions.types.containers import (
    ContainerType,
    ElementsType,
    MappingType,
    union_type,
)
from mainspring.runtime.definitions.types.infer import require_type, resolve_type
from mainspring.runtime.definitions.types.value_type import ValueType


class ElementsForm(ElementsType):
    """``List``, ``Set``: a type by itself, and with one type in brackets."""

    __slots__ = ()

    def __getitem__(self, inner: Any) -> ValueType:
        if isinstance(inner, tuple):
            raise _wrong_number(self, "one type", cast("tuple[object, ...]", inner))
        require_type(inner, what=f"what is in {self.name.capitalize()}[...]")
        return resolve_type(cast("Any", self.origin)[inner])


class MappingForm(MappingType):
    """``Dict``: a type by itself, and with the types of key and value in brackets."""

    __slots__ = ()

    def __getitem__(self, inner: Any) -> ValueType:
        parts = cast("tuple[object, ...]", inner if isinstance(inner, tuple) else (inner,))
        if len(parts) != 2:
            raise _wrong_number(self, "a type of the keys and one of the values", parts)
        return resolve_type(cast("Any", dict)[parts])


class TupleForm(ElementsType):
    """``Tuple``: a type by itself, and with a type for each element in brackets."""

    __slots__ = ()

    def __getitem__(self, inner: Any) -> ValueType:
        return resolve_type(cast("Any", tuple)[inner])


class OptionalForm:
    """``Optional[X]``: an ``X`` or ``None``. By itself it says nothing of a value."""

    __slots__ = ()
    name = "optional"

    def __getitem__(self, inner: Any) -> ValueType:
        if isinstance(inner, tuple):
            raise _wrong_number(self, "one type", cast("tuple[object, ...]", inner))
        require_type(inner, what="what is in Optional[...]")
        return union_type((resolve_type(inner),), is_optional=True)

    def __repr__(self) -> str:
        return "Optional"


def _wrong_number(form: ContainerType | OptionalForm, wanted: str, given: tuple[object, ...]) -> Exception:
    return InvalidDefinitionError(
        f"{form.name.capitalize()}[...] takes {wanted}; it was given {len(given)}: {given!r}."
    )


DICT: Final = MappingForm(dict, ())
"""``Dict[K, V]``: a dict whose keys and values fit; ``Dict`` any dict."""
LIST: Final = ElementsForm(list, ())
"""``List[X]``: a list whose elements fit; ``List`` any list."""
OPTIONAL: Final = OptionalForm()
"""``Optional[X]``: what fits ``X``, or ``None``."""
SET: Final = ElementsForm(set, ())
"""``Set[X]``: a set whose elements fit; ``Set`` any set."""
TUPLE: Final = TupleForm(tuple, ())
"""``Tuple[X, Y]``: a tuple of that length; ``Tuple[X, ...]`` of any length; ``Tuple`` any tuple."""
