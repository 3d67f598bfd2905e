"""The definition of a resource that is an object of a class: its fields are its config."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Self, cast

from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, position_of
from mainspring.core.config.definition import DefinitionConfigSchema, named_variables
from mainspring.core.config.env import references_in
from mainspring.core.config.fault import ConfigFault, Path, raise_faults
from mainspring.core.config.schema import ABSENT, Field, Permissive, Shape, plain
from mainspring.core.config.validate import validate
from mainspring.runtime.contexts.resource import InitResourceContext
from mainspring.runtime.definitions.config.compile import config_fields, shape_of
from mainspring.runtime.definitions.config.model import Config
from mainspring.runtime.definitions.config.resolve import construct, custom_init, rebuilt, with_values
from mainspring.runtime.definitions.config.value import config_value
from mainspring.runtime.definitions.resources.definition import Nested, Prepared, ResourceDefinition
from mainspring.runtime.definitions.resources.function import opened

_Made = tuple[Config | None, tuple[ConfigFault, ...]]


class FactoryResourceDefinition(ResourceDefinition):
    """How an object of a resource class becomes a resource. A run config may give any of its fields anew.

    ``source`` is the object; ``fields`` its values by attribute, config and nested resources.
    """

    def __init__(
        self,
        source: object,
        resource_class: type[Config],
        fields: Mapping[str, object],
    ) -> None:
        about = resource_class.__doc__ if "__doc__" in resource_class.__dict__ else None
        super().__init__(self._made_for, description=about)
        self._source = source
        self._class = resource_class
        names = {name: key for name, (key, _info) in config_fields(resource_class).items()}
        self._config_values = {names[name]: value for name, value in fields.items() if name in names}
        self._others = {
            name: value for name, value in fields.items() if name not in names and value is not None
        }

    @property
    def source(self) -> object:
        return self._source

    @property
    def nested(self) -> Nested:
        return {name: value for name, value in self._others.items() if name in self._class.model_fields}

    @property
    def resource_class(self) -> type[Config]:
        """The class of the resource."""
        return self._class

    @property
    def config_schema(self) -> DefinitionConfigSchema:
        """The schema of the class, with what the object already holds as defaults."""
        shape = shape_of(self._class)
        fields = {name: self._current(name, field) for name, field in shape.fields.items()}
        made = Shape(fields, shape.about) if isinstance(shape, Shape) else Permissive(fields, shape.about)
        return DefinitionConfigSchema(Field(made))

    def _current(self, name: str, field: Field) -> Field:
        if name not in self._config_values:
            return field
        default = (
            ABSENT if field.is_secret else plain(config_value(self._config_values[name], field.config_type))
        )
        return field.replaced(default_value=default)

    def copy_for_configured(self, description: str | None, config_schema: Any) -> Self:  # noqa: ARG002
        raise InvalidDefinitionError(
            f"{self._class.__name__} takes its config as fields; configured() is for resource functions.",
            hint=f"Give the fields: {self._class.__name__}(...), or configure_at_launch(...) for some.",
            where=self.where,
        )

    def environment_names(self) -> Iterator[str]:
        for reference in references_in({**self._config_values, **self._others}):
            yield reference.env_var_name
        yield from named_variables(self._config_values)
        for field in shape_of(self._class).fields.values():
            yield from named_variables(field.default)

    def prepare(self, raw: object, environ: Environment, *, path: Path = ()) -> Prepared:
        made, faults = self.fresh(raw, environ, path=path)
        return Prepared(self.config_of(made), faults, partial(_open, made))

    def config_of(self, made: object) -> dict[str, object]:
        """What the context shows as the config of a made object."""
        return {
            k: getattr(made, n) for n, (k, _info) in config_fields(self._class).items() if hasattr(made, n)
        }

    def fresh(self, raw: object, environ: Environment, *, path: Path = ()) -> _Made:
        """An object of the class for one run: config checked, environment read, private state anew; or the
        faults.
        """
        if raw is None:
            return self._make({}, environ, path)
        checked = validate(self.config_schema.field, raw, path=path, fill=False)
        if checked.errors:
            return None, checked.errors
        return self._make(cast("Mapping[str, object]", checked.value), environ, path)

    def _make(self, raw: Mapping[str, object], environ: Environment, path: Path) -> _Made:
        fields = shape_of(self._class).fields
        given = {
            k: config_value(v, fields[k].config_type) for k, v in self._config_values.items() if k in fields
        }
        return construct(self._class, {**given, **raw}, environ=environ, path=path, given=self._others)

    @property
    def where(self) -> SourcePosition | None:
        own = (
            value
            for value in vars(self._class).values()
            if hasattr(value, "__code__")
            and value.__module__ == self._class.__module__  # others are pydantic's
        )
        return next(map(position_of, own), None)

    def _made_for(self, init_context: InitResourceContext) -> Generator[Any, None, None]:
        prepared = self.prepare(init_context.resource_config, system_environment(), path=("config",))
        raise_faults(f"The config for {self._class.__name__} does not fit.", prepared.faults)
        with prepared.open(init_context, self.nested) as value:
            yield value


class ObjectResourceDefinition(FactoryResourceDefinition):
    """The definition of a whole object: all its fields are given, run config may replace some."""

    def __init__(self, source: Config) -> None:
        super().__init__(source, type(source), vars(source))
        self._object = source

    def _make(self, raw: Mapping[str, object], environ: Environment, path: Path) -> _Made:
        made, faults = with_values(self._object, raw, environ=environ, path=path)
        if made is not self._object or faults:
            return made, faults
        if custom_init(type(self._object)):
            return self._object.model_copy(), ()
        return rebuilt(self._object, {}, path=path, secret=set())


@contextmanager
def _open(made: Any, context: InitResourceContext, nested: Nested) -> Generator[Any, None, None]:
    with opened(made.bound(context, nested).yield_for_execution(context)) as value:
        yield value
