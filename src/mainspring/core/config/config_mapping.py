"""``ConfigMapping``: the config of what is inside a graph or job, made by a function of a simpler config."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.base.errors import ConfigMappingError, InvalidConfigDefinitionError
from mainspring.core.base.source import SourcePosition, position_of
from mainspring.core.config.classes import config_class, config_parameter
from mainspring.core.config.definition import DefinitionConfigSchema, named_variables, to_definition_schema
from mainspring.core.config.fault import Path, Result
from mainspring.core.config.make import make_config
from mainspring.core.config.run_config import RunConfig, to_run_config_dict
from mainspring.core.config.validate import validate

ConfigFunction = Callable[[Any], Any]


class ConfigMapping:
    """Gives a graph or a job a config of its own, of which a function makes the config of the ops inside.

    ``config_fn`` takes a config of ``config_schema`` and answers what would otherwise stand under ``ops``:
    ``{"load": {"config": {"limit": 3}}}``; for a job it answers a whole run config, as mappings or a
    ``RunConfig``. Where ``config_schema`` is a ``Config`` class the function is given an object of it. With
    ``receive_processed_config_values=False`` it is given enums by name and variables of the environment
    unread.

    >>> halved = ConfigMapping(lambda n: {"load": {"config": {"limit": n // 2}}}, config_schema=int)
    >>> halved.resolve_from_unvalidated_config(10)
    {'load': {'config': {'limit': 5}}}
    """

    __slots__ = ("_given_schema", "config_fn", "config_schema", "receive_processed_config_values", "where")

    config_fn: ConfigFunction
    config_schema: DefinitionConfigSchema
    receive_processed_config_values: bool
    where: SourcePosition | None

    def __init__(
        self,
        config_fn: ConfigFunction,
        config_schema: Any | None = None,
        receive_processed_config_values: bool | None = None,
    ) -> None:
        if not callable(config_fn):
            raise InvalidConfigDefinitionError(
                f"config_fn of a ConfigMapping is a function of the config; got {config_fn!r}."
            )
        self.config_fn = config_fn
        self._given_schema = config_schema
        self.config_schema = to_definition_schema(config_schema)
        self.receive_processed_config_values = receive_processed_config_values is not False
        self.where = position_of(config_fn)

    def resolve_from_unvalidated_config(self, config: Any) -> Any:
        """What the function makes of a config, which is checked first.

        Raises ``InvalidConfigError`` for one that does not fit.
        """
        received = self.received(config, system_environment())
        return self.call(received.unwrap("The config for the config mapping does not fit.", given=config))

    def resolve_from_validated_config(self, config: Any) -> Any:
        """What the function makes of a config that has been checked."""
        return self.call(config)

    def received(self, raw: object, environ: Environment, *, path: Path = ()) -> Result:
        """What the function is to be given for a raw config, or what is wrong with that."""
        model = config_class(self._given_schema)
        if model is not None or self.receive_processed_config_values:
            return make_config(model or self.config_schema, raw, environ, path=path)
        return validate(self.config_schema.field, self.config_schema.with_default(raw), path=path)

    def call(self, config: object) -> dict[str, Any]:
        """What the function answers, as mappings. An exception is raised as ``ConfigMappingError``."""
        try:
            answer: object = self.config_fn(config)
        except Exception as error:
            name = getattr(self.config_fn, "__name__", "config_fn")
            raise ConfigMappingError(
                f"The config mapping {name!r} raised {type(error).__name__}: {error}",
                user_exception=error,
                where=self.where,
                hint="Mend the function, or give it a config it can make something of.",
            ) from error
        if answer is None:
            return {}
        if not isinstance(answer, (RunConfig, Mapping)):
            raise ConfigMappingError(
                f"A config mapping answers a mapping or a RunConfig; it answered {type(answer).__name__}.",
                where=self.where,
                hint='For example {"load": {"config": {"limit": 3}}}.',
            )
        return to_run_config_dict(cast("RunConfig | Mapping[str, Any]", answer))

    def configured(self, config_or_config_fn: Any, config_schema: Any = None) -> ConfigMapping:
        """The mapping with its own config given, as a constant or by a function of another config."""
        if callable(config_or_config_fn) and not isinstance(config_or_config_fn, type):
            outer = cast("ConfigFunction", config_or_config_fn)
            return ConfigMapping(
                _Chained(outer, self),
                config_schema or config_parameter(outer),
                self.receive_processed_config_values,
            )
        if config_schema is not None:
            raise InvalidConfigDefinitionError(
                "configured() takes a config_schema with a function only; a constant leaves none to give."
            )
        validate(self.config_schema.field, config_or_config_fn).unwrap(
            "The config given to configured() does not fit.", given=config_or_config_fn
        )
        return ConfigMapping(_Chained(lambda _: config_or_config_fn, self), {})

    def names_variables(self, raw: object) -> bool:
        """Whether a config for the mapping, or a default of it, is read from the environment."""
        return any(named_variables(raw)) or any(self.config_schema.references())

    def __repr__(self) -> str:
        return f"ConfigMapping({getattr(self.config_fn, '__qualname__', self.config_fn)!s})"


class _Chained:
    """A function of an outer config whose answer is the config of a mapping."""

    __slots__ = ("__wrapped__", "inner")

    def __init__(self, outer: ConfigFunction, inner: ConfigMapping) -> None:
        self.__wrapped__ = outer
        self.inner = inner

    @property
    def __name__(self) -> str:
        return getattr(self.__wrapped__, "__name__", "config_fn")

    def __call__(self, config: object) -> Any:
        return self.inner.resolve_from_unvalidated_config(self.__wrapped__(config))


def config_mapping(
    config_fn: ConfigFunction | None = None,
    *,
    config_schema: Any = None,
    receive_processed_config_values: bool | None = None,
) -> Any:
    """A decorator: a ``ConfigMapping`` of a function. With or without arguments.

    Where the parameter of the function is annotated with a ``Config`` class, that is the schema.

    >>> @config_mapping(config_schema={"limit": int})
    ... def simple(config):
    ...     return {"load": {"config": {"limit": config["limit"], "retries": 3}}}
    """

    def decorate(function: ConfigFunction) -> ConfigMapping:
        schema = config_parameter(function) if config_schema is None else config_schema
        return ConfigMapping(function, schema, receive_processed_config_values)

    return decorate if config_fn is None else decorate(config_fn)
