"""``ResourceDefinition``: how a resource is made, of a function, a value or an object."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Self, cast

from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError
from mainspring.core.base.source import SourcePosition, position_of
from mainspring.core.config.configurable import ConfigurableDefinition
from mainspring.core.config.definition import (
    DefinitionConfigSchema,
    to_definition_schema,
)
from mainspring.core.config.fault import ConfigFault, Path
from mainspring.core.config.schema import Field
from mainspring.core.config.types import Any as AnyConfig
from mainspring.core.config.types import String
from mainspring.runtime.contexts.resource import InitResourceContext, Resources
from mainspring.runtime.definitions.resources.function import (
    ResourceFunction,
    call_with_context,
    giving,
    opened,
    takes_context,
)

Nested = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A resource whose config has been read: ready to be opened, or with the faults that prevent it.

    ``config`` is what the context shows as ``resource_config``. ``open`` takes that context and the nested
    resources by field, and makes the resource for as long as the context manager is entered.
    """

    config: object
    faults: tuple[ConfigFault, ...]
    open: Callable[[InitResourceContext, Nested], AbstractContextManager[Any]]


class ResourceDefinition(ConfigurableDefinition):
    """How to make a resource: a function, the schema of its config, the other resources it requires.

    ``resource_fn`` takes an ``InitResourceContext``, or nothing, and returns the resource. Where it yields,
    what follows the ``yield`` runs when the run no longer needs the resource, whether the run failed or
    not.
    """

    def __init__(
        self,
        resource_fn: ResourceFunction,
        config_schema: Any = None,
        description: str | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
        version: str | None = None,
    ) -> None:
        if not callable(resource_fn):
            raise InvalidDefinitionError(f"resource_fn of a resource is a function; got {resource_fn!r}.")
        self._resource_fn = resource_fn
        self._config_schema = to_definition_schema(config_schema)
        self._description = description
        self._required_resource_keys = frozenset(required_resource_keys or ())
        self._version = version

    @property
    def resource_fn(self) -> ResourceFunction:
        """The function that makes the resource."""
        return self._resource_fn

    @property
    def config_schema(self) -> DefinitionConfigSchema:
        """The config it takes."""
        return self._config_schema

    @property
    def description(self) -> str | None:
        """What the resource is, for people."""
        return self._description

    @property
    def required_resource_keys(self) -> AbstractSet[str]:
        """The resources that are made before this one and that its function finds in its context."""
        return self._required_resource_keys

    def get_required_resource_keys(self, resource_defs: Mapping[str, object]) -> AbstractSet[str]:
        """The resources it requires, and those that the resources in its fields require."""
        found = set(self.required_resource_keys)
        pending = list(self.nested.values())
        registered = {id(source_of(value)) for value in resource_defs.values()}
        while pending:
            value = pending.pop()
            if id(source_of(value)) not in registered:
                inner = coerce_to_resource_def(value)
                found |= inner.required_resource_keys
                pending.extend(inner.nested.values())
        return found

    @property
    def version(self) -> str | None:
        """The version of the code that makes it."""
        return self._version

    @property
    def source(self) -> object:
        """The object the definition was made of; two definitions of one source are one resource."""
        return self

    @property
    def where(self) -> SourcePosition | None:
        """Where the code of the resource stands."""
        return position_of(self._resource_fn)

    @property
    def nested(self) -> Nested:
        """Other resources held by fields of this one, by field."""
        return {}

    def prepare(self, raw: object, environ: Environment, *, path: Path = ()) -> Prepared:
        """Read the config. Nothing of the user's is called but config mappings."""
        evaluated = self._config_schema.evaluate(raw, environ, path=path)
        return Prepared(evaluated.value, evaluated.errors, self._open)

    def environment_names(self) -> Iterator[str]:
        """The environment variables named in its config."""
        return self._config_schema.references()

    @contextmanager
    def _open(self, context: InitResourceContext, nested: Nested) -> Generator[Any, None, None]:  # noqa: ARG002
        with opened(call_with_context(self._resource_fn, context)) as value:
            yield value

    def configured(
        self, config_or_config_fn: Any, config_schema: Any = None, description: str | None = None
    ) -> Self:
        """The resource with its config given, as a constant or by a function of a config of
        ``config_schema``.
        """
        return self.copy_for_configured(
            description, self.config_schema.configured(config_or_config_fn, config_schema)
        )

    def copy_for_configured(self, description: str | None, config_schema: Any) -> Self:
        """A copy with another schema."""
        made = object.__new__(type(self))
        vars(made).update(vars(self))
        made._config_schema = to_definition_schema(config_schema)
        made._description = description or self._description
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the resource function with a context (``build_init_resource_context``), as a test does."""
        given = [*args, *kwargs.values()]
        if not takes_context(self._resource_fn):
            if given:
                raise InvalidInvocationError(
                    "This resource function takes no context; call it without arguments."
                )
            return self._resource_fn()
        if len(given) != 1 or not isinstance(given[0], (InitResourceContext, type(None))):
            raise InvalidInvocationError(
                "A resource is called with one InitResourceContext.",
                hint="Make one with build_init_resource_context().",
            )
        context = given[0] or InitResourceContext(None, Resources())
        result = self.config_schema.evaluate(context.resource_config, system_environment(), path=("config",))
        config = result.unwrap("The config of the resource does not fit.", given=context.resource_config)
        return self._resource_fn(context.replace_config(config))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({getattr(self._resource_fn, '__qualname__', self._resource_fn)!s})"

    @staticmethod
    def hardcoded_resource(value: Any, description: str | None = None) -> ResourceDefinition:
        """A resource that is this value."""
        return HardcodedResource(value, description)

    @staticmethod
    def none_resource(description: str | None = None) -> ResourceDefinition:
        """A resource that is ``None``."""
        return HardcodedResource(None, description)

    @staticmethod
    def string_resource(description: str | None = None) -> ResourceDefinition:
        """A resource that is the string its config holds."""
        return ResourceDefinition(_config_of, config_schema=String, description=description)

    @staticmethod
    def mock_resource(description: str | None = None) -> ResourceDefinition:
        """A resource that is a fresh ``MagicMock``, for tests."""
        return ResourceDefinition(
            _mock, config_schema=Field(AnyConfig, is_required=False), description=description
        )


class HardcodedResource(ResourceDefinition):
    """A value that is there already. Its class may be anything, also a function or a generator."""

    def __init__(self, value: object, description: str | None = None) -> None:
        super().__init__(giving(value), description=description)
        self._value = value

    @property
    def source(self) -> object:
        return self if self._value is None else self._value

    @contextmanager
    def _open(self, context: InitResourceContext, nested: Nested) -> Generator[Any, None, None]:  # noqa: ARG002
        yield self._value

    def __repr__(self) -> str:
        return f"HardcodedResource({type(self._value).__name__})"


def source_of(value: object) -> object:
    """The object by which a resource is known as the same wherever it stands in a ``resources`` mapping."""
    return value.source if isinstance(value, ResourceDefinition) else value


def coerce_to_resource_def(value: object, *, key: str | None = None) -> ResourceDefinition:
    """The definition of whatever stands in a ``resources`` mapping.

    That is: a definition, an object with one (``ConfigurableResource``), or any other object, which is then
    the resource itself. A resource class in place of an object of it is refused.
    """
    if isinstance(value, ResourceDefinition):
        return value
    if isinstance(value, type) and getattr(value, "__mainspring_resource__", False):
        where = f"The resource `{key}`" if key else "A resource"
        raise InvalidDefinitionError(
            f"{where} is given as the class {value.__name__}; give an object of it.",
            hint=f"Write {value.__name__}(...), or .configure_at_launch() where run config gives its fields.",
        )
    if getattr(
        type(value), "__mainspring_resource__", False
    ):  # asked of the class: a mock has every attribute
        return cast("ResourceDefinition", cast("Any", value).get_resource_definition())
    return HardcodedResource(value)


def _config_of(init_context: InitResourceContext) -> object:
    return init_context.resource_config


def _mock(_init_context: InitResourceContext) -> object:
    return import_module("unittest.mock").MagicMock()  # loads asyncio; only a test needs it
