"""``ValueType``: what a value must be, as a check that runs when it is produced and when it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Union, cast

from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError, TypeCheckError
from mainspring.core.base.source import position_of
from mainspring.core.records.event_data import TypeCheckData
from mainspring.core.values.metadata import AnyMetadataValue, MetadataValue, normalize_metadata
from mainspring.runtime.definitions.types.loader import TypeLoader
from mainspring.runtime.definitions.types.type_check import FITS, TypeCheck, as_bool

if TYPE_CHECKING:
    from mainspring.runtime.contexts.type_check import TypeCheckContext

TypeCheckFunction = Callable[["TypeCheckContext", Any], TypeCheck | bool]


class TypeKind(Enum):
    """What sort of type it is, for those who show or load its values."""

    ANY = "ANY"
    SCALAR = "SCALAR"
    LIST = "LIST"
    NOTHING = "NOTHING"
    NULLABLE = "NULLABLE"
    REGULAR = "REGULAR"


class ValueType:
    """A named type with a check. Compared by identity.

    ``type_check_fn(context, value)`` answers a bool or a ``TypeCheck``.

    >>> Even = ValueType(lambda _, value: value % 2 == 0, name="Even")
    >>> Even.check(3).success
    False

    ``required_resource_keys`` name what the function finds in ``context.resources``. A ``loader`` makes values from
    run config. ``typing_type`` is what an IO manager may take the type for. Without a ``name`` the type goes by its
    ``key``.
    """

    __slots__ = (
        "check_function",
        "description",
        "has_unique_name",
        "inner_types",
        "is_builtin",
        "key",
        "kind",
        "loader",
        "metadata",
        "name",
        "required_resource_keys",
        "typing_type",
    )

    check_function: TypeCheckFunction
    description: str | None
    has_unique_name: bool
    inner_types: Sequence[ValueType]
    is_builtin: bool
    key: str
    kind: TypeKind
    loader: TypeLoader | None
    metadata: Mapping[str, MetadataValue]
    name: str
    required_resource_keys: frozenset[str]
    typing_type: Any

    def __init__(  # noqa: PLR0913, PLR0917  # the published signature
        self,
        type_check_fn: TypeCheckFunction,
        key: str | None = None,
        name: str | None = None,
        is_builtin: bool = False,
        description: str | None = None,
        loader: TypeLoader | None = None,
        required_resource_keys: Set[str] | None = None,
        kind: TypeKind = TypeKind.REGULAR,
        typing_type: Any = Any,
        metadata: Mapping[str, object] | None = None,
        *,
        inner_types: Sequence[ValueType] = (),
    ) -> None:
        label = name or key
        if not label:
            raise InvalidDefinitionError("A type needs a name or a key.")
        _check_arguments(label, type_check_fn, loader, required_resource_keys)
        self.check_function = type_check_fn
        self.key = key or label
        self.name = label
        self.has_unique_name = name is not None
        self.is_builtin = is_builtin
        self.description = description
        self.loader = loader
        keys = frozenset(required_resource_keys or ())
        self.required_resource_keys = keys.union(*(inner.required_resource_keys for inner in inner_types))
        self.kind = kind
        self.typing_type = typing_type
        self.metadata = normalize_metadata(metadata) if metadata else {}
        self.inner_types = tuple(inner_types)

    @property
    def display_name(self) -> str:
        """What messages call the type."""
        return self.name

    @property
    def unique_name(self) -> str | None:
        """The name by which a job knows the type; ``None`` for one made of others, such as ``list[Int]``."""
        return self.name if self.has_unique_name else None

    @property
    def is_any(self) -> bool:
        """Whether every value fits."""
        return self.kind is TypeKind.ANY

    @property
    def is_nothing(self) -> bool:
        """Whether the type stands for order alone, without a value."""
        return self.kind is TypeKind.NOTHING

    @property
    def type_param_keys(self) -> list[str]:
        """The keys of the types it is made of."""
        return [inner.key for inner in self.inner_types]

    @property
    def supports_fan_in(self) -> bool:
        """Whether several outputs may feed one input of this type."""
        return self.kind in (TypeKind.ANY, TypeKind.NOTHING, TypeKind.LIST)

    def get_inner_type_for_fan_in(self) -> ValueType:
        """The type of each of the values that feed one input. Raises ``InvariantViolationError`` where it takes one."""
        if not self.supports_fan_in:
            raise InvariantViolationError(
                f"An input of the type {self.name} takes one value.",
                hint="Declare it as a list for several outputs to feed it.",
            )
        if self.kind is TypeKind.LIST:
            return self.inner_types[0] if self.inner_types else ANY
        return self

    def type_check(self, context: TypeCheckContext, value: object) -> TypeCheck:
        """What the type says of a value; ``check`` with the arguments the other way round."""
        return self.check(value, context)

    def check(self, value: object, context: object = None) -> TypeCheck:
        """What the type's function says of a value.

        ``context`` is a ``TypeCheckContext``; the built-in types do without. Raises ``TypeCheckError`` where the
        function raises, and where it answers with something that is no answer.
        """
        try:
            answer: object = self.check_function(cast("Any", context), value)
        except TypeCheckError:  # of a type this one is made of
            raise
        except Exception as error:
            raise TypeCheckError(
                f"The check of the type {self.name} raised {type(error).__name__}: {error}",
                user_exception=error,
                where=position_of(self.check_function),
                hint="Let it answer False, or TypeCheck(False, description), for a value that does not fit.",
            ) from error
        if answer is True:
            return FITS
        if isinstance(answer, TypeCheck):
            return answer
        plain = as_bool(answer)
        if plain is None:
            raise TypeCheckError(
                f"The check of the type {self.name} answered {answer!r}; it must answer a bool or a TypeCheck.",
                where=position_of(self.check_function),
                hint="Write for instance `return TypeCheck(success=len(rows) > 0, description=...)`.",
            )
        return TypeCheck(plain)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


def _check_arguments(label: object, function: object, loader: object, keys: object) -> None:
    """Refuse what would only be found out in a run."""
    if not isinstance(label, str):
        raise InvalidDefinitionError(f"The name of a type is a string; it was given {label!r}.")
    if not callable(function):
        raise InvalidDefinitionError(
            f"The type {label} has a check that cannot be called: {function!r}.",
            hint="Give a function of (context, value) that answers a bool or a TypeCheck.",
        )
    if loader is not None and not isinstance(loader, TypeLoader):
        raise InvalidDefinitionError(
            f"The type {label} has a loader that is none: {loader!r}.",
            hint="Decorate the function with `@dagster_type_loader(config_schema)`.",
        )
    if isinstance(keys, str):
        raise InvalidDefinitionError(
            f"The type {label} requires resources by a string; give a set of names: {{{keys!r}}}."
        )


class PythonType(ValueType):
    """The instances of a Python class, or of one of several.

    >>> PythonType((int, str)).check(1.5).success
    False
    """

    __slots__ = ("python_type",)

    python_type: type | tuple[type, ...]

    def __init__(  # noqa: PLR0913  # what its base takes
        self,
        python_type: type | tuple[type, ...],
        key: str | None = None,
        name: str | None = None,
        *,
        is_builtin: bool = False,
        description: str | None = None,
        loader: TypeLoader | None = None,
        required_resource_keys: Set[str] | None = None,
        kind: TypeKind = TypeKind.REGULAR,
        typing_type: Any = None,
        metadata: Mapping[str, object] | None = None,
    ) -> None:
        kinds = _classes(python_type)
        self.python_type = python_type
        super().__init__(
            self._is_instance,
            key,
            name or _either(kinds),
            is_builtin,
            description,
            loader,
            required_resource_keys,
            kind,
            typing_type or Union[kinds],  # noqa: UP007  # of a tuple; of one class it is the class
            metadata,
        )

    def type_check_scalar_value(self, value: object) -> TypeCheck:
        """What the type says of a value; it needs no context."""
        return self.check(value)

    def _is_instance(self, _context: object, value: object) -> TypeCheck | bool:
        if isinstance(value, self.python_type):
            return True
        return TypeCheck(
            False,
            f"The value does not fit the type {self.name}: "
            f"expected an instance of {self.name if self.is_builtin else _either(_classes(self.python_type))}, "
            f"got {type(value).__name__}.",
        )


def _classes(python_type: object) -> tuple[type, ...]:
    kinds = cast("tuple[type, ...]", python_type if isinstance(python_type, tuple) else (python_type,))
    if not kinds or not all(isinstance(one, type) for one in kinds):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidDefinitionError(
            f"A type of Python objects is made of a class, or of a tuple of them; it was given {python_type!r}."
        )
    return kinds


def _either(kinds: tuple[type, ...]) -> str:
    return " or ".join(kind.__name__ for kind in kinds)


ANY: Final = ValueType(
    lambda _context, _value: True,
    name="Any",
    is_builtin=True,
    kind=TypeKind.ANY,
    description="Any value.",
)
NOTHING: Final = ValueType(
    lambda _context, _value: True,
    name="Nothing",
    is_builtin=True,
    kind=TypeKind.NOTHING,
    typing_type=type(None),
    description="No value: only the order matters.",
)
"""``Nothing``: an input or output that passes no value, but says what comes first."""


def resource_keys_of(value_type: ValueType, *, loaded: bool = False) -> frozenset[str]:
    """The resources that the checks of a type, and of those it is made of, need.

    With ``loaded``, for an input whose value comes from run config, those of their loaders too.
    """
    keys: set[str] = set()
    pending = [value_type]
    while pending:
        here = pending.pop()
        keys |= here.required_resource_keys
        if loaded and here.loader is not None:
            keys |= here.loader.required_resource_keys()
        pending.extend(here.inner_types)
    return frozenset(keys)


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
