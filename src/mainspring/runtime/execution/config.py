"""What the config of an op names where a run says nothing of it."""

from __future__ import annotations

from mainspring.core.config.definition import to_definition_schema
from mainspring.core.config.env import EnvVar
from mainspring.runtime.definitions.ops.op import OpDefinition


def config_defaults(node: OpDefinition) -> list[EnvVar]:
    """The variables of the environment that defaults of an op's config, and what ``configured`` gave it, stand for."""
    if node.config_schema is None:
        return []
    return [EnvVar(name) for name in to_definition_schema(node.config_schema).references()]
