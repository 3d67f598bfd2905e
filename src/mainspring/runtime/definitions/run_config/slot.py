"""``Slot``: a place of a run config that holds the config of one thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mainspring.core.base.environment import Environment
from mainspring.core.config.classes import config_class
from mainspring.core.config.definition import DefinitionConfigSchema, named_variables, to_definition_schema
from mainspring.core.config.fault import ConfigFault, Path, Result
from mainspring.core.config.make import make_config
from mainspring.core.config.schema import Field, Noneable, Permissive, Shape
from mainspring.core.config.validate import validate

Evaluate = Callable[[object, Environment, Path], Result]


@dataclass(frozen=True, slots=True)
class Slot:
    """``schema`` says what the run config may hold here; ``evaluate`` makes of it what user code receives.

    ``is_plain`` says that the form is all there is to check: no class with rules of its own, no mapping.
    """

    schema: DefinitionConfigSchema
    evaluate: Evaluate
    is_plain: bool

    @property
    def field(self) -> Field:
        """What the run config may hold."""
        return self.schema.field

    @property
    def is_required(self) -> bool:
        """Whether the run config must say something here."""
        return self.field.is_required

    def make(self, raw: object, environ: Environment, *, path: Path) -> Result:
        """The value user code receives, or what is wrong."""
        missing = self.missing(raw, path=path)
        return self.evaluate(raw, environ, path) if missing is None else Result(None, (missing,))

    def missing(self, raw: object, *, path: Path) -> ConfigFault | None:
        """The fault of having nothing here, where that is one. Of an object, each missing field is one instead."""
        kind = self.field.config_type
        if raw is not None or not self.field.is_required or isinstance(kind, (Shape, Permissive, Noneable)):
            return None
        return ConfigFault(path, f"Missing required field; expected {kind.label}.", "missing")

    def check(self, raw: object, *, path: Path) -> Result:
        """The config in normal form, or what is wrong. The environment is not read.

        What only shows when user code's value is made is found too, where nothing comes from the environment.
        """
        missing = self.missing(raw, path=path)
        if missing is not None:
            return Result(None, (missing,))
        left_out = raw is None and not self.is_required and not self.field.default_provided
        checked = Result(None, ()) if left_out else validate(self.field, raw, path=path)
        if self.is_plain or any(named_variables(checked.value)) or any(self.schema.references()):
            return checked
        return Result(checked.value, self.evaluate(raw, {}, path).errors)


def slot_of(schema: Any, evaluate: Evaluate | None = None) -> Slot:
    """The slot of a ``Config`` class, or of whatever a schema can be made of.

    ``evaluate`` makes the value where something else than the schema does.
    """
    definition = to_definition_schema(schema)
    model = config_class(schema)
    is_plain = model is None and definition.mapping is None
    return Slot(definition, evaluate or _evaluate(model or definition), is_plain)


def slot_of_field(field: Field) -> Slot:
    """The slot of a field as it is."""
    return Slot(DefinitionConfigSchema(field), _evaluate(field), is_plain=True)


def _evaluate(schema: type | Field | DefinitionConfigSchema) -> Evaluate:
    def evaluate(raw: object, environ: Environment, path: Path) -> Result:
        return make_config(schema, raw, environ, path=path)

    return evaluate


ANYTHING = slot_of(None)
"""What an op without a schema takes: any config, or none."""
