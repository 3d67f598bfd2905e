"""``ConfigurableDefinition``: what can be asked of any definition that takes config."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, cast

from mainspring.core.base.environment import system_environment
from mainspring.core.config.definition import DefinitionConfigSchema, EvaluateValueResult
from mainspring.core.config.schema import Field


class ConfigurableDefinition(ABC):
    """A definition with a ``config_schema``."""

    __slots__ = ()

    @property
    @abstractmethod
    def config_schema(self) -> DefinitionConfigSchema:
        """The config it takes."""

    @property
    def config_field(self) -> Field:
        """The config it takes, as a field of a run config."""
        return self.config_schema.as_field()

    def get_config_field(self) -> Field:
        """The same as ``config_field``."""
        return self.config_field

    @property
    def has_config_field(self) -> bool:
        """Whether it takes config; always true: without a schema, any is taken."""
        return True

    def apply_config_mapping(self, config: Any) -> EvaluateValueResult:
        """What its function would receive for the run config entry ``{"config": ...}``."""
        entry = cast("dict[str, object]", config if isinstance(config, dict) else {})
        return self.config_schema.evaluate(entry.get("config"), system_environment())
