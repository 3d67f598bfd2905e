"""``TypeLoader``: how a value of a type is made from what a run config says of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Set
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mainspring.core.config.types import ConfigType
    from mainspring.runtime.contexts.type_loading import TypeLoaderContext


class TypeLoader(ABC):
    """Makes a value from run config, for an input that no other step feeds.

    Mostly made by ``@type_loader``. A class of one's own says which config it takes, and what it makes of it:

    >>> class RangeLoader(TypeLoader):
    ...     @property
    ...     def schema_type(self):
    ...         return to_config_type({"stop": int})
    ...
    ...     def construct_from_config_value(self, context, config_value):
    ...         return range(config_value["stop"])
    """

    @property
    @abstractmethod
    def schema_type(self) -> ConfigType:
        """The config that the loader takes."""

    @abstractmethod
    def construct_from_config_value(self, context: TypeLoaderContext, config_value: Any) -> Any:
        """The value, made from config that fits ``schema_type``."""

    def required_resource_keys(self) -> Set[str]:
        """The resources that the loader finds in ``context.resources``."""
        return frozenset()
