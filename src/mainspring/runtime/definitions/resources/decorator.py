"""``@resource`` and ``make_values_resource``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, cast, overload

from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.definitions.resources.definition import ResourceDefinition
from mainspring.runtime.definitions.resources.function import ResourceFunction


@overload
def resource(config_schema: ResourceFunction) -> ResourceDefinition: ...


@overload
def resource(
    config_schema: Any = None,
    description: str | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> Callable[[ResourceFunction], ResourceDefinition]: ...


def resource(
    config_schema: Any = None,
    description: str | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> Any:
    """A decorator: a resource of a function. With or without arguments.

    >>> @resource(config_schema={"n": int})
    ... def doubled(init_context):
    ...     return init_context.resource_config["n"] * 2
    """

    def decorate(function: ResourceFunction) -> ResourceDefinition:
        about = description or inspect.getdoc(function)
        return ResourceDefinition(function, config_schema, about, required_resource_keys, version)

    bare = callable(config_schema) and not isinstance(config_schema, type)
    if bare and not hasattr(config_schema, "to_config_schema"):
        function, config_schema = cast("ResourceFunction", config_schema), None
        return decorate(function)
    return decorate


def make_values_resource(**kwargs: Any) -> ResourceDefinition:
    """A resource whose config is a set of values, read as attributes. No arguments: any values.

    >>> make_values_resource(region=str, retries=int).config_field.is_required
    True
    """
    return ResourceDefinition(_values, config_schema=kwargs or dict)


class Values(dict[str, Any]):
    """The values of a ``make_values_resource`` by name, which may be read as attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name, name=name, obj=self) from None


def _values(init_context: InitResourceContext) -> Values:
    return Values(init_context.resource_config or {})
