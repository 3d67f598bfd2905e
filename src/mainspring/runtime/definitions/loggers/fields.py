"""What a run config may say of the loggers of a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.config.schema import Field, Shape
from mainspring.runtime.definitions.loggers.console import default_loggers
from mainspring.runtime.definitions.loggers.definition import LoggerDefinition


def known_loggers(declared: Mapping[str, Any]) -> Mapping[str, LoggerDefinition]:
    """The loggers a run config may name: those declared, and ``console`` where none is declared so.

    Raises ``InvalidDefinitionError`` for one that is no logger.
    """
    for name, definition in declared.items():
        if not isinstance(definition, LoggerDefinition):
            raise InvalidDefinitionError(
                f"The logger {name!r} is a {type(definition).__name__}, which is no LoggerDefinition.",
                hint="Decorate the function that makes it with @logger.",
            )
    return {**default_loggers(), **declared}


def logger_fields(declared: Mapping[str, Any]) -> Mapping[str, Field]:
    """The fields of the section ``loggers`` of a run config, none of them filled in where it is left out:
    a logger is used where it is named.
    """
    return {
        name: Field(
            Shape({"config": definition.config_field}),
            is_required=False,
            description=definition.description,
        )
        for name, definition in known_loggers(declared).items()
    }
