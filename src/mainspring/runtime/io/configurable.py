"""IO managers as classes whose fields are their config. Importing this loads pydantic."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Generic, Self, TypeVar, cast

from mainspring.core.base.errors import InvariantViolationError
from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.definitions.resources.configurable import ConfigurableResourceFactory
from mainspring.runtime.definitions.resources.function import opened
from mainspring.runtime.io.definition import IOManagerDefinition
from mainspring.runtime.io.interface import InputManager, IOManager

_TManager = TypeVar("_TManager", bound=InputManager)


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
