"""``LoggerDefinition``: how a logger is made for a run, of a function and the schema of its config."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Any, Self, cast, overload

from mainspring.core.base.environment import system_environment
from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError
from mainspring.core.base.source import SourcePosition, position_of
from mainspring.core.config.configurable import ConfigurableDefinition
from mainspring.core.config.definition import (
    DefinitionConfigSchema,
    to_definition_schema,
)
from mainspring.runtime.contexts.logger import InitLoggerContext

LoggerFunction = Callable[..., logging.Logger]


class LoggerDefinition(ConfigurableDefinition):
    """How to make a logger that is given every message of a run.

    ``logger_fn`` takes an ``InitLoggerContext`` and returns a ``logging.Logger`` with handlers. Register it
    in ``Definitions(loggers={"name": ...})``; a run uses it where its config names it:
    ``loggers: {name: {config: ...}}``.
    """

    def __init__(
        self, logger_fn: LoggerFunction, config_schema: Any = None, description: str | None = None
    ) -> None:
        if not callable(logger_fn):
            raise InvalidDefinitionError(f"logger_fn of a logger is a function; got {logger_fn!r}.")
        self._logger_fn = logger_fn
        self._config_schema = to_definition_schema(config_schema)
        self._description = description

    @property
    def logger_fn(self) -> LoggerFunction:
        """The function that makes the logger."""
        return self._logger_fn

    @property
    def config_schema(self) -> DefinitionConfigSchema:
        """The config it takes."""
        return self._config_schema

    @property
    def description(self) -> str | None:
        """What the logger does, for people."""
        return self._description

    @property
    def where(self) -> SourcePosition | None:
        """Where its function stands."""
        return position_of(self._logger_fn)

    def configured(
        self, config_or_config_fn: Any, config_schema: Any = None, description: str | None = None
    ) -> Self:
        """The logger with its config given, as a constant or by a function of a config of ``config_schema``."""
        return self.copy_for_configured(
            description, self._config_schema.configured(config_or_config_fn, config_schema)
        )

    def copy_for_configured(self, description: str | None, config_schema: Any) -> Self:
        """A copy with another schema."""
        return type(self)(self._logger_fn, config_schema, description or self._description)

    def __call__(self, *args: Any, **kwargs: Any) -> logging.Logger:
        """Call the function with a context (``build_init_logger_context``), as a test does."""
        given = [*args, *kwargs.values()]
        if len(given) != 1 or not isinstance(given[0], InitLoggerContext):
            raise InvalidInvocationError(
                "A logger is called with one InitLoggerContext.",
                where=self.where,
                hint="Make one with build_init_logger_context().",
            )
        context = given[0]
        result = self._config_schema.evaluate(context.logger_config, system_environment(), path=("config",))
        config = result.unwrap("The config of the logger does not fit.", given=context.logger_config)
        return self._logger_fn(InitLoggerContext(config, self, context.job_def, context.run_id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({getattr(self._logger_fn, '__qualname__', self._logger_fn)!s})"


@overload  # a function goes before any schema
def logger(config_schema: LoggerFunction) -> LoggerDefinition: ...  # pyright: ignore[reportOverlappingOverload]


@overload
def logger(
    config_schema: Any = None, description: str | None = None
) -> Callable[[LoggerFunction], LoggerDefinition]: ...


def logger(config_schema: Any = None, description: str | None = None) -> Any:
    """A decorator: a logger of a function. With or without arguments.

    >>> @logger(config_schema={"prefix": str})
    ... def prefixed(init_context):
    ...     made = logging.Logger("prefixed", logging.INFO)
    ...     made.addHandler(logging.StreamHandler())
    ...     return made
    """

    def decorate(function: LoggerFunction) -> LoggerDefinition:
        return LoggerDefinition(function, config_schema, description or inspect.getdoc(function))

    bare = callable(config_schema) and not isinstance(config_schema, type)
    if bare and not hasattr(config_schema, "to_config_schema"):
        function, config_schema = cast("LoggerFunction", config_schema), None
        return decorate(function)
    return decorate
