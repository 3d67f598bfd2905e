"""IO managers as classes whose fields are their config. Importing this loads pydantic."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Generic, Self, TypeVar, cast

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.definition import DefinitionConfigSchema
from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.definitions.resources.configurable import (
    ConfigurableResourceFactory,
    PartialResource,
)
from mainspring.runtime.definitions.resources.definition import ResourceDefinition
from mainspring.runtime.definitions.resources.function import opened
from mainspring.runtime.definitions.resources.launch import (
    FactoryResourceDefinition,
    ObjectResourceDefinition,
)
from mainspring.runtime.io.definition import IOManagerDefinition, optional_schema
from mainspring.runtime.io.interface import InputManager, IOManager

_TClass_co = TypeVar("_TClass_co", covariant=True)
_TManager = TypeVar("_TManager", bound=InputManager)


class FactoryIOManagerDefinition(FactoryResourceDefinition):
    """How an IO manager class becomes a resource, with what a run config may say of each value."""

    @property
    def input_config_schema(self) -> DefinitionConfigSchema | None:
        """The config each input takes, or ``None`` where it takes none."""
        return optional_schema(cast("Any", self.resource_class).input_config_schema())

    @property
    def output_config_schema(self) -> DefinitionConfigSchema | None:
        """The config each output takes, or ``None`` where it takes none."""
        return optional_schema(cast("Any", self.resource_class).output_config_schema())


class ObjectIOManagerDefinition(ObjectResourceDefinition, FactoryIOManagerDefinition):
    """The definition of a whole object: all its fields are given, run config may replace some."""


class PartialIOManager(PartialResource[_TClass_co]):
    """An IO manager class with some of its fields given; run config gives the others."""

    def input_config_schema(self) -> Any:
        """What the run config may say of each input it loads; ``None`` for nothing."""
        return cast("Any", self.resource_cls).input_config_schema()

    def output_config_schema(self) -> Any:
        """What the run config may say of each output it stores; ``None`` for nothing."""
        return cast("Any", self.resource_cls).output_config_schema()

    def get_resource_definition(self) -> ResourceDefinition:
        """How the class becomes a resource in a run."""
        return FactoryIOManagerDefinition(self, cast("Any", self.resource_cls), self.data)


class ConfigurableIOManagerFactory(ConfigurableResourceFactory[_TManager], Generic[_TManager]):
    """A class that makes IO managers of another class from its fields: override ``create_io_manager``.

    >>> class Files(ConfigurableIOManagerFactory):
    ...     folder: str
    ...     def create_io_manager(self, context):
    ...         return PickledObjectFilesystemIOManager(self.folder)  # doctest: +SKIP
    """

    def create_io_manager(self, context: InitResourceContext) -> _TManager:
        """The IO manager for a run. Every factory says it."""
        del context
        raise InvariantViolationError(
            f"{type(self).__name__} does not say what it makes: it needs a create_io_manager."
        )

    def create_resource(self, context: InitResourceContext) -> _TManager:
        """The same as ``create_io_manager``."""
        return self.create_io_manager(context)

    @classmethod
    def configure_at_launch(cls, **kwargs: Any) -> PartialIOManager[Self]:
        """The IO manager with some fields given now; run config gives the others under its key."""
        return PartialIOManager(cls, kwargs)

    def get_resource_definition(self) -> ResourceDefinition:
        """How this object becomes a resource in a run."""
        return ObjectIOManagerDefinition(self)

    @classmethod
    def input_config_schema(cls) -> Any:
        """What the run config may say of each input it loads; ``None`` for nothing."""
        return None

    @classmethod
    def output_config_schema(cls) -> Any:
        """What the run config may say of each output it stores; ``None`` for nothing."""
        return None


class ConfigurableIOManager(ConfigurableIOManagerFactory[Any], IOManager):
    """An IO manager with settings.

    >>> class CsvFiles(ConfigurableIOManager):
    ...     folder: str
    ...     def handle_output(self, context, obj):
    ...         obj.to_csv(f"{self.folder}/{context.asset_key.path[-1]}.csv")
    ...     def load_input(self, context):
    ...         return read_csv(f"{self.folder}/{context.asset_key.path[-1]}.csv")

    Register an object: ``resources={"io_manager": CsvFiles(folder="data")}``. A fresh copy is made for each
    run.
    """

    def create_io_manager(self, context: InitResourceContext) -> Self:
        """The object itself."""
        del context
        return self


class ConfigurableLegacyIOManagerAdapter(ConfigurableIOManagerFactory[IOManager]):
    """A class around an ``@io_manager`` function: its fields are the config that the function is given."""

    @property
    @abstractmethod
    def wrapped_io_manager(self) -> IOManagerDefinition:
        """What the ``@io_manager`` function became."""

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator[IOManager, None, None]:
        """The life of the wrapped IO manager: one call of the function."""
        with opened(self.wrapped_io_manager(context)) as made:
            yield cast("IOManager", made)
