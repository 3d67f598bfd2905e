"""IO managers and input managers made by functions: ``@io_manager``, ``@input_manager``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, cast, overload

from mainspring.core.config.definition import DefinitionConfigSchema, to_definition_schema
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.definitions.resources.definition import ResourceDefinition
from mainspring.runtime.definitions.resources.function import giving, takes_context
from mainspring.runtime.io.interface import InputManager, IOManager

IOManagerFunction = Callable[..., IOManager]
LoadFunction = Callable[..., object]


class InputManagerDefinition(ResourceDefinition):
    """A resource that loads inputs. ``input_config_schema`` is what the run config may say of each input."""

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: str | None = None,
        input_config_schema: Any = None,
        required_resource_keys: AbstractSet[str] | None = None,
        version: str | None = None,
    ) -> None:
        super().__init__(resource_fn, config_schema, description, required_resource_keys, version)
        self._input_config_schema = optional_schema(input_config_schema)

    @property
    def input_config_schema(self) -> DefinitionConfigSchema | None:
        """The config each input takes, or ``None`` where it takes none."""
        return self._input_config_schema


class IOManagerDefinition(ResourceDefinition):
    """A resource that is an IO manager.

    The other schemas are what the run config may say of each input and output.
    """

    def __init__(
        self,
        resource_fn: IOManagerFunction,
        config_schema: Any = None,
        description: str | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
        version: str | None = None,
        input_config_schema: Any = None,
        output_config_schema: Any = None,
    ) -> None:
        super().__init__(resource_fn, config_schema, description, required_resource_keys, version)
        self._input_config_schema = optional_schema(input_config_schema)
        self._output_config_schema = optional_schema(output_config_schema)

    @property
    def input_config_schema(self) -> DefinitionConfigSchema | None:
        """The config each input takes, or ``None`` where it takes none."""
        return self._input_config_schema

    @property
    def output_config_schema(self) -> DefinitionConfigSchema | None:
        """The config each output takes, or ``None`` where it takes none."""
        return self._output_config_schema

    @staticmethod
    def hardcoded_io_manager(value: IOManager, description: str | None = None) -> IOManagerDefinition:
        """An IO manager that is this object."""
        return IOManagerDefinition(giving(value), description=description)


@overload
def io_manager(config_schema: IOManagerFunction) -> IOManagerDefinition: ...


@overload
def io_manager(
    config_schema: Any = None,
    description: str | None = None,
    output_config_schema: Any = None,
    input_config_schema: Any = None,
    required_resource_keys: set[str] | None = None,
    version: str | None = None,
) -> Callable[[IOManagerFunction], IOManagerDefinition]: ...


def io_manager(
    config_schema: Any = None,
    description: str | None = None,
    output_config_schema: Any = None,
    input_config_schema: Any = None,
    required_resource_keys: set[str] | None = None,
    version: str | None = None,
) -> Any:
    """A decorator: an IO manager of a function that returns one. With or without arguments.

    >>> @io_manager(config_schema={"folder": str})
    ... def files(init_context):
    ...     return PickledObjectFilesystemIOManager(init_context.resource_config["folder"])  # doctest: +SKIP
    """

    def decorate(function: IOManagerFunction) -> IOManagerDefinition:
        return IOManagerDefinition(
            function,
            config_schema,
            description or inspect.getdoc(function),
            required_resource_keys,
            version,
            input_config_schema,
            output_config_schema,
        )

    if _is_function(config_schema):
        function, config_schema = cast("IOManagerFunction", config_schema), None
        return decorate(function)
    return decorate


@overload
def input_manager(config_schema: LoadFunction) -> InputManagerDefinition: ...


@overload
def input_manager(
    config_schema: Any = None,
    description: str | None = None,
    input_config_schema: Any = None,
    required_resource_keys: set[str] | None = None,
    version: str | None = None,
) -> Callable[[LoadFunction], InputManagerDefinition]: ...


def input_manager(
    config_schema: Any = None,
    description: str | None = None,
    input_config_schema: Any = None,
    required_resource_keys: set[str] | None = None,
    version: str | None = None,
) -> Any:
    """A decorator: an input manager of a function that takes an ``InputContext``, or nothing, and returns the
    value.

    >>> @input_manager
    ... def today(context):
    ...     return f"loaded for {context.name}"

    The function finds the config of the resource as ``context.resource_config``.
    """

    def decorate(function: LoadFunction) -> InputManagerDefinition:
        return InputManagerDefinition(
            giving(FunctionInputManager(function)),
            config_schema,
            description or inspect.getdoc(function),
            input_config_schema,
            required_resource_keys,
            version,
        )

    if _is_function(config_schema):
        function, config_schema = cast("LoadFunction", config_schema), None
        return decorate(function)
    return decorate


class FunctionInputManager(InputManager):
    """Loads inputs by a function."""

    def __init__(self, function: LoadFunction) -> None:
        self._function = function
        self._takes_context = takes_context(function)

    def load_input(self, context: InputContext) -> Any:
        """What the function returns; where that is an input manager itself, what it loads."""
        value = self._function(context) if self._takes_context else self._function()
        return value.load_input(context) if isinstance(value, InputManager) else value


def _is_function(config_schema: object) -> bool:
    bare = callable(config_schema) and not isinstance(config_schema, type)
    return bare and not hasattr(config_schema, "to_config_schema")


def optional_schema(schema: Any) -> DefinitionConfigSchema | None:
    """The schema of an argument; ``None`` stays ``None``."""
    return None if schema is None else to_definition_schema(schema)
