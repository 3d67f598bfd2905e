"""``@type_loader``: a function as the loader of a type."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Set
from typing import TYPE_CHECKING, Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import position_of
from mainspring.core.config.schema import to_config_type
from mainspring.core.config.types import ConfigType
from mainspring.runtime.definitions.types.loader import TypeLoader

if TYPE_CHECKING:
    from mainspring.runtime.contexts.type_loading import TypeLoaderContext

LoaderFunction = Callable[["TypeLoaderContext", Any], Any]


class FunctionTypeLoader(TypeLoader):
    """A loader that is a function. It can still be called as one."""

    __slots__ = ("_function", "_keys", "_schema")

    def __init__(self, schema_type: ConfigType, function: LoaderFunction, keys: frozenset[str]) -> None:
        self._schema = schema_type
        self._function = function
        self._keys = keys

    @property
    def schema_type(self) -> ConfigType:
        return self._schema

    def construct_from_config_value(self, context: TypeLoaderContext, config_value: Any) -> Any:
        return self._function(context, config_value)

    def required_resource_keys(self) -> Set[str]:
        return self._keys

    def __call__(self, context: TypeLoaderContext, config_value: Any) -> Any:
        return self._function(context, config_value)

    def __repr__(self) -> str:
        return f"<loader {getattr(self._function, '__name__', self._function)!s}>"


def type_loader(
    config_schema: object, required_resource_keys: Set[str] | None = None
) -> Callable[[LoaderFunction], FunctionTypeLoader]:
    """A decorator: the function as a loader, which makes a value of ``(context, config)``.

    ``config_schema`` is whatever a config schema can be made of. The function finds the resources named in
    ``required_resource_keys`` in ``context.resources``.

    >>> @type_loader({"path": str})
    ... def table_from_file(context, config):
    ...     return Table.read(config["path"])

    Raises ``InvalidDefinitionError`` for a function that does not take these two arguments.
    """
    schema = to_config_type(config_schema)
    keys = frozenset(required_resource_keys or ())

    def decorate(function: LoaderFunction) -> FunctionTypeLoader:
        try:
            inspect.signature(function).bind(None, None)
        except TypeError:
            raise InvalidDefinitionError(
                f"The type loader {getattr(function, '__name__', function)!r} cannot be called with a context and "
                "a config.",
                where=position_of(function),
                hint="Declare it with two parameters: `def load(context, config)`.",
            ) from None
        return FunctionTypeLoader(schema, function, keys)

    return decorate
