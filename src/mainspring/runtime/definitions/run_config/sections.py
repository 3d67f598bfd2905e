"""The sections of a run config besides ``ops``: resources, loggers, execution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, cast

from mainspring.core.base.errors import did_you_mean
from mainspring.core.config.definition import to_definition_schema
from mainspring.core.config.fault import ConfigFault
from mainspring.core.config.schema import ANY_FIELD, Field, Shape
from mainspring.core.config.validate import validate
from mainspring.runtime.definitions.loggers.fields import logger_fields
from mainspring.runtime.definitions.resources.definition import coerce_to_resource_def

SECTIONS = ("ops", "resources", "loggers", "execution", "inputs")


def mapping_of(run_config: Mapping[str, Any], name: str, faults: list[ConfigFault]) -> Mapping[str, Any]:
    """A section of a run config; an empty one, and a fault, for something that is no mapping."""
    said = run_config.get(name)
    if said is None:
        return {}
    if isinstance(said, Mapping):
        return cast("Mapping[str, Any]", said)
    faults.append(ConfigFault((name,), f"Expected a mapping of names, got {type(said).__name__}.", "type"))
    return {}


def unknown_sections(run_config: Mapping[str, Any]) -> Iterable[ConfigFault]:
    """A fault for each section a run config cannot have."""
    for name in run_config:
        if name not in SECTIONS:
            hint = did_you_mean(str(name), SECTIONS) or f"Known are: {', '.join(SECTIONS)}."
            yield ConfigFault((str(name),), f"There is no section {str(name)!r}.", "unknown", hint)


def resources_shape(resource_defs: Mapping[str, object], required: AbstractSet[str] | None = None) -> Shape:
    """The section ``resources``; what is not in ``required`` may be left out."""
    return Shape({key: _resource_field(key, value, required) for key, value in resource_defs.items()})


def _resource_field(key: str, resource: object, required: AbstractSet[str] | None) -> Field:
    definition = coerce_to_resource_def(resource, key=key)
    entry = Shape({"config": definition.config_field})
    needed = required is None or key in required
    return Field(entry, is_required=None if needed else False, description=definition.description)


def unneeded_resource_faults(
    resource_defs: Mapping[str, object], needed: AbstractSet[str], said: Mapping[str, Any]
) -> Iterable[ConfigFault]:
    """What is wrong with the config of resources that no step asks for: they are not made, and yet a typing
    error is one.
    """
    for key, entry in said.items():
        if key not in resource_defs:
            hint = (
                did_you_mean(str(key), resource_defs) or f"Known are: {', '.join(resource_defs) or 'none'}."
            )
            words = f"There is no resource {str(key)!r}."
            yield ConfigFault(("resources", str(key)), words, "unknown", hint)
        elif key not in needed:
            field = Field(Shape({"config": coerce_to_resource_def(resource_defs[key], key=key).config_field}))
            yield from validate(field, entry, path=("resources", key), fill=False).errors


def loggers_shape(loggers: Mapping[str, Any]) -> Shape:
    """The section ``loggers``."""
    return Shape(logger_fields(loggers))


def execution_field(executor: object) -> Field:
    """The section ``execution``: the config of the executor.

    It is never required: an executor that lacks config says so when it is made.
    """
    schema: Any = getattr(executor, "config_schema", None)
    config = ANY_FIELD if schema is None else to_definition_schema(schema).field
    return Field(Shape({"config": config}), is_required=False if config.is_required else None)
