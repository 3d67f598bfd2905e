"""``Config``: the settings of an op, asset or resource as a pydantic model. Importing this package loads
pydantic.
"""

from __future__ import annotations

from mainspring.runtime.definitions.config.compile import shape_of
from mainspring.runtime.definitions.config.model import Config, PermissiveConfig
from mainspring.runtime.definitions.config.resolve import resolve_config

__all__ = ["Config", "PermissiveConfig", "resolve_config", "shape_of"]
