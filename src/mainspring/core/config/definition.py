"""The config schema of a definition (resource, op, executor, ...), with the mappings that ``configured``
put on top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import signature
from types import FunctionType
from typing import Any, TypeVar, cast

from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import ConfigMappingError, InvalidConfigDefinitionError
from mainspring.core.base.source import position_of
from mainspring.core.config.classes import config_class, config_parameter
from mainspring.core.config.env import reference_name
from mainspring.core.config.fault import Path, Result
from mainspring.core.config.resolve import resolve
from mainspring.core.config.schema import ANY_FIELD, Field, Permissive, to_config_type
from mainspring.core.config.types import ConfigType
from mainspring.core.config.validate import validate

_T = TypeVar("_T")

EvaluateValueResult = Result
"""What ``apply_config_mapping`` answers: ``success``, ``value``, ``errors``."""


@dataclass(frozen=True, slots=True)
class _Mapping:
    """What ``configured`` put on top of another schema: a function of the outer config, or a constant."""

    parent: DefinitionConfigSchema
    function: Callable[[Any], Any] | None
    constant: object = None
    model: Any = None
    """The ``Config`` class of which the function is given an object."""

    def received(self, raw: object, resolved: Result, environ: Environment, path: Path) -> Result:
        """What the function is given."""
        if self.model is None:
            return resolved
        value, faults = self.model._from_config(raw, environ, path)
        return Result(value, faults)

    def inner(self, outer: object) -> object:
        if self.function is None:
            return self.constant
        try:
            return self.function(outer)
        except Exception as error:
            raise ConfigMappingError(
                f"The function that maps the config raised {type(error).__name__}: {error}",
                user_exception=error,
                where=position_of(self.function),
                hint="Mend the function, or give it a config it can make something of.",
            ) from error


@dataclass(frozen=True, slots=True)
class DefinitionConfigSchema:
    """The config a definition takes.

    ``field`` is what a run config may hold for it; ``evaluate`` gives what the definition's own code
    receives.
    """

    field: Field
    mapping: _Mapping | None = None

    def as_field(self) -> Field:
        """The schema as a field of a run config."""
        return self.field

    @property
    def config_type(self) -> ConfigType:
        """The type of the config."""
        return self.field.config_type

    @property
    def default_provided(self) -> bool:
        """Whether the config may be left out because there is a default."""
        return self.field.default_provided

    @property
    def default_value(self) -> object:
        """The default."""
        return cast("object", self.field.default_value)

    def with_default(self, raw: object) -> object:
        """The config, or the default where none is given."""
        return self.field.default if raw is None and self.field.default_provided else raw

    def evaluate(self, raw: object, environ: Environment, *, path: Path = ()) -> Result:
        """What the definition's code receives for a config: validated, variables read, mappings applied."""
        schema, value = self, raw
        while True:
            value = schema.with_default(value)
            if value is None and not schema.field.is_required:
                resolved = Result(None, ())
            else:
                checked = validate(schema.field, value, path=path)
                if checked.errors:
                    return checked
                resolved = resolve(schema.field, checked.value, environ, path=path)
            if resolved.errors or schema.mapping is None:
                return resolved
            received = schema.mapping.received(value, resolved, environ, path)
            if received.errors:
                return received
            value, schema = schema.mapping.inner(received.value), schema.mapping.parent

    def configured(self, config_or_config_fn: Any, config_schema: Any = None) -> DefinitionConfigSchema:
        """This schema with its config given, as a constant or by a function of a config of
        ``config_schema``.

        Where that is a ``Config`` class, or none is given and the parameter of the function is annotated with one,
        the function is given an object of it.
        """
        if callable(config_or_config_fn) and not isinstance(config_or_config_fn, type):
            function = cast("Callable[[Any], Any]", config_or_config_fn)
            outer = config_parameter(function) if config_schema is None else config_schema
            field = ANY_FIELD if outer is None else to_definition_schema(outer).field
            return DefinitionConfigSchema(field, _Mapping(self, function, model=config_class(outer)))
        if config_schema is not None:
            raise InvalidConfigDefinitionError(
                "configured() takes a config_schema with a function only; a constant leaves none to give."
            )
        checked = validate(self.field, config_or_config_fn)
        constant = checked.unwrap("The config given to configured() does not fit.", given=config_or_config_fn)
        return DefinitionConfigSchema(Field(Permissive(), is_required=False), _Mapping(self, None, constant))

    def references(self) -> Iterator[str]:
        """The names of the environment variables that constants and defaults of this schema stand for."""
        schema: DefinitionConfigSchema | None = self
        while schema is not None:
            pending: list[object] = [
                schema.field.default,
                schema.mapping.constant if schema.mapping else None,
            ]
            for node in schema.config_type.type_iterator():
                pending.extend(f.default for f in getattr(node, "fields", {}).values())
            yield from named_variables(pending)
            schema = schema.mapping.parent if schema.mapping else None


def named_variables(value: object) -> Iterator[str]:
    """The variables a config names, as ``EnvVar`` or ``{"env": "NAME"}``, at any depth."""
    pending = [value]
    while pending:
        here = pending.pop()
        name = reference_name(here)
        if name is not None:
            yield name
        elif isinstance(here, dict):
            pending.extend(cast("dict[object, object]", here).values())
        elif isinstance(here, (list, tuple)):
            pending.extend(cast("list[object]", here))


def to_definition_schema(value: object) -> DefinitionConfigSchema:
    """The schema of a ``config_schema`` argument. ``None`` takes any config, or none."""
    if isinstance(value, DefinitionConfigSchema):
        return value
    if value is None:
        return DefinitionConfigSchema(ANY_FIELD)
    as_schema = getattr(value, "to_config_schema", None)
    if callable(as_schema):
        made = as_schema()
        if isinstance(made, DefinitionConfigSchema):
            return made
    field = value if isinstance(value, Field) else Field(to_config_type(value))
    _refuse_wrong_defaults(field)
    return DefinitionConfigSchema(field)


def _refuse_wrong_defaults(field: Field) -> None:
    """Raise ``InvalidConfigDefinitionError`` for a default that its own field would not take."""
    fields = [("", field)]
    for node in field.config_type.type_iterator():
        fields.extend(cast("Mapping[str, Field]", getattr(node, "fields", {})).items())
    for name, one in reversed(fields):  # what is inside is named rather than what is around it
        if one.default_provided and one.default is not None:
            faults = validate(one, one.default).errors
            if faults:
                what = f"of the config field {name!r}" if name else "of a config schema"
                raise InvalidConfigDefinitionError(
                    f"The default {what} does not fit it: {str(faults[0]).removeprefix('root: ')}",
                    hint="Give a default that a run config could hold.",
                )


def configured(configurable: _T, config_schema: Any = None, **kwargs: Any) -> Callable[[Any], _T]:
    """A decorator: the definition with its config made by the decorated function.

    >>> @configured(my_resource, config_schema={"region": str})  # doctest: +SKIP
    ... def regional(config):
    ...     return {"host": f"{config['region']}.example.com"}

    ``kwargs`` go to the definition's own ``configured`` (such as ``name`` for ops, ``description``); an op or a graph
    that is given no name gets that of the function.
    """
    method = getattr(configurable, "configured", None)
    if not callable(method):
        raise InvalidConfigDefinitionError(f"{configurable!r} cannot be configured: it takes no config.")

    def apply(config_or_config_fn: Any) -> _T:
        named = kwargs
        if "name" in signature(method).parameters and isinstance(config_or_config_fn, FunctionType):
            own = config_or_config_fn.__name__
            named = {"name": own, **kwargs} if own.isidentifier() else kwargs
        return cast("_T", method(config_or_config_fn, config_schema=config_schema, **named))

    return apply
