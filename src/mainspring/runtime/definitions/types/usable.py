"""``@usable_as_type``: a class of the user's own as a type with a name, a description and a loader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from mainspring.runtime.definitions.types.infer import register_type
from mainspring.runtime.definitions.types.loader import TypeLoader
from mainspring.runtime.definitions.types.value_type import PythonType

_Class = TypeVar("_Class", bound=type[Any])


@overload
def usable_as_type(name: _Class, description: None = None, loader: None = None) -> _Class: ...


@overload
def usable_as_type(
    name: str | None = None, description: str | None = None, loader: TypeLoader | None = None
) -> Callable[[_Class], _Class]: ...


def usable_as_type(name: Any = None, description: str | None = None, loader: TypeLoader | None = None) -> Any:
    """A decorator: wherever the class is an annotation, its instances are of a type with this name.

    >>> @usable_as_type(name="Table", description="Rows with named columns.")
    ... class Table: ...

    With a ``loader`` an input of the type can be given in run config. The class itself stays as it is. Raises
    ``InvalidDefinitionError`` for a class that stands for a type already.
    """

    def decorate(kind: _Class) -> _Class:
        label = name if isinstance(name, str) else kind.__name__
        register_type(kind, PythonType(kind, name=label, description=description, loader=loader))
        return kind

    return decorate(name) if isinstance(name, type) else decorate
