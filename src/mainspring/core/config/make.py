"""From a raw config to what user code receives, whichever way its schema was written."""

from __future__ import annotations

from typing import Any

from mainspring.core.base.environment import Environment
from mainspring.core.config.classes import config_class
from mainspring.core.config.definition import DefinitionConfigSchema
from mainspring.core.config.fault import Path, Result
from mainspring.core.config.resolve import resolve
from mainspring.core.config.schema import Field
from mainspring.core.config.validate import validate


def make_config(schema: Any, raw: object, environ: Environment, *, path: Path = ()) -> Result:
    """The value of ``schema`` for a raw config: checked, defaults filled in, variables read.

    ``schema`` is a ``Config`` class (the value is then an object of it), the schema of a definition with its
    mappings, or whatever a schema can be made of.
    """
    model = config_class(schema)
    if model is not None:
        value, faults = model._from_config(raw, environ, path)
        return Result(value, faults)
    if isinstance(schema, DefinitionConfigSchema):
        return schema.evaluate(raw, environ, path=path)
    if raw is None and isinstance(schema, Field) and not schema.is_required:
        raw = schema.default if schema.default_provided else None
        if raw is None:
            return Result(None, ())
    checked = validate(schema, raw, path=path)
    return checked if checked.errors else resolve(schema, checked.value, environ, path=path)
