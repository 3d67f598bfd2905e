"""``ConfigurableResource``: a resource as a class whose fields are its config. Importing this loads
pydantic.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Self, TypeVar, cast

from pydantic import ConfigDict, PrivateAttr

from mainspring.core.base.environment import system_environment
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.config.fault import raise_faults
from mainspring.runtime.contexts.resource import InitResourceContext, Resources
from mainspring.runtime.definitions.config.compile import is_resource_field
from mainspring.runtime.definitions.config.model import Config
from mainspring.runtime.definitions.config.resolve import construct
from mainspring.runtime.definitions.resources.definition import ResourceDefinition
from mainspring.runtime.definitions.resources.launch import (
    FactoryResourceDefinition,
    ObjectResourceDefinition,
)
from mainspring.runtime.definitions.resources.parameter import RESOURCE_MARK
from mainspring.runtime.definitions.resources.scope import build_resource_set

_T = TypeVar("_T")
_TClass_co = TypeVar("_TClass_co", covariant=True)

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    _TRes = TypeVarWithDefault("_TRes", default=Any)
else:
    _TRes = TypeVar("_TRes")


class ConfigurableResourceFactory(Config, Generic[_TRes]):
    """A class that makes resources of another type from its fields: override ``create_resource``.

    >>> class Engine(ConfigurableResourceFactory[str]):
    ...     url: str
    ...     def create_resource(self, context: InitResourceContext) -> str:
    ...         return f"engine at {self.url}"
    >>> Engine(url="duck").process_config_and_initialize()
    'engine at duck'

    A function takes what is made as ``engine: ResourceParam[...]``; another resource as a
    ``ResourceDependency``.
    """

    __mainspring_resource__: ClassVar[bool] = True

    model_config: ClassVar[ConfigDict] = ConfigDict(arbitrary_types_allowed=True, hide_input_in_errors=True)

    _mainspring_context: InitResourceContext | None = PrivateAttr(default=None)

    # -- what a subclass may override --------

    def create_resource(self, context: InitResourceContext) -> _TRes:  # noqa: ARG002
        """What is made. Every factory says it; a ``ConfigurableResource`` is itself the resource."""
        raise InvariantViolationError(
            f"{type(self).__name__} does not say what it makes: it needs a create_resource."
        )

    def setup_for_execution(self, context: InitResourceContext) -> None:
        """Called on a fresh copy for each run, before ``create_resource``. Keep state in private
        attributes.
        """

    def teardown_after_execution(self, context: InitResourceContext) -> None:
        """Called at the end of the run, whether it failed or not, if ``setup_for_execution`` went through."""

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator[_TRes, None, None]:
        """The whole life of the resource in a run. Override it in place of the two above to use a ``with``
        block.
        """
        self.setup_for_execution(context)
        try:
            yield self.create_resource(context)
        finally:
            self.teardown_after_execution(context)

    # -- how it is used --------

    @classmethod
    def configure_at_launch(cls, **kwargs: Any) -> PartialResource[Self]:
        """The resource with some fields given now; run config gives the others under its key."""
        return PartialResource(cls, kwargs)

    @property
    def nested_resources(self) -> Mapping[str, Any]:
        """The resources that fields of this one hold, by field."""
        return {
            name: getattr(self, name)
            for name, info in type(self).model_fields.items()
            if is_resource_field(info)
        }

    def get_resource_definition(self) -> ResourceDefinition:
        """How this object becomes a resource in a run."""
        return ObjectResourceDefinition(self)

    def get_resource_context(self) -> InitResourceContext:
        """The context the resource was made with. Raises outside a run."""
        if self._mainspring_context is None:
            raise InvariantViolationError(
                f"{type(self).__name__} has no context: it is not being used as a resource of a run."
            )
        return self._mainspring_context

    def with_replaced_resource_context(self, resource_context: InitResourceContext) -> Self:
        """A copy that has this context."""
        return self.bound(resource_context, {})

    def with_resource_context(self, resource_context: InitResourceContext) -> Self:
        """The older name of ``with_replaced_resource_context``."""
        return self.with_replaced_resource_context(resource_context)

    def bound(self, context: InitResourceContext, nested: Mapping[str, object]) -> Self:
        """A copy with a context, whose nested resources have been made."""
        made = self.model_copy(update=nested)
        made._mainspring_context = context
        return made

    # -- making it outside a run --------

    @contextmanager
    def process_config_and_initialize_cm(self) -> Generator[_TRes, None, None]:
        """The resource made, nested ones too, the environment read; closed at the end of the ``with``
        block.
        """
        key = type(self).__name__
        with build_resource_set({key: self}, {key}) as resources:
            yield getattr(resources, key)

    def process_config_and_initialize(self) -> _TRes:
        """The resource made, nested ones too, the environment read. Nothing will close it.

        Raises for a class with its own ``yield_for_execution``, whose end would never come.
        """
        definition = ObjectResourceDefinition(self)
        made, faults = definition.fresh(None, system_environment(), path=(type(self).__name__,))
        raise_faults(f"The fields of {type(self).__name__} do not fit.", faults)
        ready = cast("Self", made)
        context = InitResourceContext(definition.config_of(ready), Resources(), definition)
        nested = {field: _initialized(value) for field, value in self.nested_resources.items()}
        return ready.bound(context, nested)._made_without_end(context)

    @classmethod
    def from_resource_context(
        cls, context: InitResourceContext, nested_resources: Mapping[str, Any] | None = None
    ) -> _TRes:
        """The resource of this class for the config of a context, as the body of a ``@resource`` function."""
        return cls._from_context(context, nested_resources)._made_without_end(context)

    @classmethod
    @contextmanager
    def from_resource_context_cm(
        cls, context: InitResourceContext, nested_resources: Mapping[str, Any] | None = None
    ) -> Generator[_TRes, None, None]:
        """The same, closed at the end of the ``with`` block."""
        with cls._from_context(context, nested_resources).yield_for_execution(context) as made:
            yield made

    @classmethod
    def _from_context(cls, context: InitResourceContext, nested_resources: Mapping[str, Any] | None) -> Self:
        nested = nested_resources or {}
        made, faults = construct(
            cls, context.resource_config, environ=system_environment(), path=("config",), given=nested
        )
        raise_faults(f"The config for {cls.__name__} does not fit.", faults)
        return cast("Self", made).bound(context, nested)

    def _made_without_end(self, context: InitResourceContext) -> _TRes:
        if type(self).yield_for_execution is not _DEFAULT_LIFE:
            raise InvariantViolationError(
                f"{type(self).__name__} has a yield_for_execution, which must come to an end.",
                hint="Use process_config_and_initialize_cm() or from_resource_context_cm() in a with block.",
            )
        self.setup_for_execution(context)
        return self.create_resource(context)


_DEFAULT_LIFE = cast("object", vars(ConfigurableResourceFactory)["yield_for_execution"])


def _initialized(value: object) -> object:
    if isinstance(value, ConfigurableResourceFactory):
        return cast("ConfigurableResourceFactory[Any]", value).process_config_and_initialize()
    return value


class ConfigurableResource(ConfigurableResourceFactory[_TRes], Generic[_TRes]):
    """A resource: an object with settings that assets and ops take as a parameter.

    >>> class Warehouse(ConfigurableResource):
    ...     url: str
    ...     def query(self, sql: str) -> str:
    ...         return f"{sql} at {self.url}"

    Register an object, ``resources={"warehouse": Warehouse(url=EnvVar("WAREHOUSE_URL"))}``, and take it as
    a parameter, ``def orders(warehouse: Warehouse)``. Fields may be other resources. For each run a fresh
    copy is made, the environment read into it, and ``setup_for_execution`` called, which may keep state in
    private attributes (``_client: Client = PrivateAttr()``).
    """

    def create_resource(self, context: InitResourceContext) -> _TRes:  # noqa: ARG002
        """The object itself, unless overridden."""
        return cast("_TRes", self)


@dataclass(frozen=True, slots=True)
class PartialResource(Generic[_TClass_co]):
    """A resource class with some of its fields given; run config gives the others. Made by
    ``configure_at_launch``.
    """

    __mainspring_resource__: ClassVar[bool] = True
    __mainspring_unresolved__: ClassVar[bool] = True

    resource_cls: type[_TClass_co]
    data: Mapping[str, Any]

    def with_fields(self, fields: Mapping[str, Any]) -> Self:
        """The same with more of its fields given."""
        return replace(self, data={**self.data, **fields})

    def get_resource_definition(self) -> ResourceDefinition:
        """How the class becomes a resource in a run."""
        return FactoryResourceDefinition(self, cast("Any", self.resource_cls), self.data)


if TYPE_CHECKING:

    class ResourceDependency(Generic[_T]):
        """The type of a field that holds a resource of type ``T``, given as anything that makes one."""

        def __get__(self, instance: object, owner: object) -> _T:
            """The resource."""
            ...

        def __set__(
            self,
            instance: object,
            value: _T | ConfigurableResourceFactory[_T] | PartialResource[Any] | ResourceDefinition,
        ) -> None:
            """Given when the object is made."""
            ...

else:

    class ResourceDependency:
        """The type of a field that holds a resource of type ``T``, given as anything that makes one.

        ``engine: ResourceDependency[Engine]`` takes an ``Engine``, a
        ``ConfigurableResourceFactory[Engine]``, a ``ResourceDefinition``, or a resource configured at
        launch. In a run the field holds the ``Engine``.
        """

        def __class_getitem__(cls, item: object) -> object:
            return Annotated[Any, RESOURCE_MARK]
