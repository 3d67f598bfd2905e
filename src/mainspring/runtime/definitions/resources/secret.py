"""The values that must not appear in captured output: those of all environment variables resources are
given.
"""

from __future__ import annotations

from collections.abc import Mapping

from mainspring.core.base.environment import Environment
from mainspring.core.config.definition import named_variables
from mainspring.runtime.definitions.resources.definition import ResourceDefinition, coerce_to_resource_def


def collect_environment_names(resource_defs: Mapping[str, object], run_config: object = None) -> set[str]:
    """The variables named by resources, nested ones too, and by a run config."""
    names = set(named_variables(run_config))
    pending: list[ResourceDefinition] = [coerce_to_resource_def(value) for value in resource_defs.values()]
    seen: set[int] = set()
    while pending:
        definition = pending.pop()
        if id(definition.source) in seen:
            continue
        seen.add(id(definition.source))
        names.update(definition.environment_names())
        pending.extend(coerce_to_resource_def(inner) for inner in definition.nested.values())
    return names


def collect_secret_values(
    resource_defs: Mapping[str, object], environ: Environment, *, run_config: object = None
) -> set[str]:
    """The values that the named variables have now; empty ones left out."""
    names = collect_environment_names(resource_defs, run_config)
    return {value for name in names if (value := environ.get(name))}
