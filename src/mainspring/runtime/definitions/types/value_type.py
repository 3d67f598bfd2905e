"""``ValueType``: what a value must be, as a check that runs when it is produced and when it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from mainspring.core.base.errors import InvalidDefinitionError, TypeCheckError
from mainspring.core.records.event_data import TypeCheckData
from mainspring.core.values.metadata import AnyMetadataValue, MetadataValue, normalize_metadata


class TypeCheck:
    """What a type check found: whether the value fits, why not, and what to show of it."""

    __slots__ = ("description", "metadata", "success")

    def __init__(
        self, success: bool, description: str | None = None, metadata: Mapping[str, object] | None = None
    ) -> None:
        self.success = success
        self.description = description
        self.metadata: Mapping[str, MetadataValue] = normalize_metadata(metadata) if metadata else {}


TypeCheckFunction = Callable[[object, object], object]


class ValueType:
    """A named type with a check.

    ``type_check_fn(context, value)`` answers a bool or a ``TypeCheck``.

    >>> Even = ValueType(lambda _, value: value % 2 == 0, name="Even")
    >>> Even.check(3).success
    False
    """

    __slots__ = ("check_function", "description", "key", "metadata", "name", "typing_type")

    def __init__(
        self,
        type_check_fn: TypeCheckFunction,
        key: str | None = None,
        name: str | None = None,
        *,
        description: str | None = None,
        metadata: Mapping[str, object] | None = None,
        typing_type: object = Any,
    ) -> None:
        label = name or key
        if not label:
            raise InvalidDefinitionError("A type needs a name or a key.")
        self.check_function = type_check_fn
        self.key = key or label
        self.name = label
        self.description = description
        self.metadata = normalize_metadata(metadata) if metadata else {}
        self.typing_type = typing_type

    @property
    def display_name(self) -> str:
        """What messages call the type."""
        return self.name

    def check(self, value: object, context: object = None) -> TypeCheck:
        """What the type's function says of a value.

        Raises ``TypeCheckError`` where it raises, and where it answers with something that is no answer.
        """
        try:
            answer = self.check_function(context, value)
        except Exception as error:
            raise TypeCheckError(
                f"The check of the type {self.name} raised.", user_exception=error
            ) from error
        if isinstance(answer, TypeCheck):
            return answer
        if isinstance(answer, bool):
            return TypeCheck(answer)
        raise TypeCheckError(
            f"The check of the type {self.name} answered {answer!r}; it must answer a bool or a TypeCheck."
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class PythonType(ValueType):
    """The instances of a Python class, or of one of several."""

    __slots__ = ("python_type",)

    def __init__(
        self,
        python_type: type | tuple[type, ...],
        key: str | None = None,
        name: str | None = None,
        *,
        description: str | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> None:
        kinds = python_type if isinstance(python_type, tuple) else (python_type,)
        label = name or " or ".join(kind.__name__ for kind in kinds)
        self.python_type = python_type
        super().__init__(
            self._is_instance, key, label, description=description, metadata=metadata, typing_type=python_type
        )

    def _is_instance(self, _context: object, value: object) -> object:
        if isinstance(value, self.python_type):
            return True
        return TypeCheck(
            False,
            f"The value does not fit the type {self.name}: "
            f"expected an instance of {self.name}, got {type(value).__name__}.",
        )


ANY: Final = ValueType(lambda _context, _value: True, name="Any", description="Any value.")
NOTHING: Final = ValueType(
    lambda _context, _value: True, name="Nothing", description="No value: only the order matters."
)

_PASSED: dict[str, TypeCheckData] = {}


def type_check_data(value_type: ValueType, found: TypeCheck) -> TypeCheckData:
    """The record of a check; the common case is one shared value for each type."""
    if found.success and not found.description and not found.metadata:
        known = _PASSED.get(value_type.name)
        if known is None:
            known = _PASSED[value_type.name] = TypeCheckData(True, value_type.name)
        return known
    metadata = cast("dict[str, AnyMetadataValue]", dict(found.metadata))
    return TypeCheckData(found.success, value_type.name, found.description, metadata)
