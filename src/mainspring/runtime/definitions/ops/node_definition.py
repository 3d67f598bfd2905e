"""``NodeDefinition``: what ops and graphs have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from mainspring.core.base.environment import system_environment
from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.core.config.definition import (
    DefinitionConfigSchema,
    EvaluateValueResult,
    to_definition_schema,
)
from mainspring.core.config.schema import Field
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition, OutputDefinition


class NodeDefinition(ABC):
    """Something with inputs and outputs that can be used in a graph: an op, or a graph itself."""

    __slots__ = ()

    is_graph: ClassVar[bool] = False
    node_type_str: ClassVar[str] = "op"
    """What messages call it."""

    name: str
    description: str | None
    tags: Mapping[str, Any]
    where: SourcePosition | None

    @property
    @abstractmethod
    def input_dict(self) -> Mapping[str, InputDefinition]:
        """The inputs by name."""

    @property
    @abstractmethod
    def output_dict(self) -> Mapping[str, OutputDefinition]:
        """The outputs by name."""

    @property
    @abstractmethod
    def own_config(self) -> Any:
        """The config it takes: a class, a schema, or ``None`` where nothing is said."""

    @abstractmethod
    def dynamic_origin(self, output_name: str) -> tuple[str, ...] | None:
        """The dynamic output an output has values of, as the path to it from here; ``None`` for one value."""

    @abstractmethod
    def dynamic_inside(self) -> str | None:
        """The name of a dynamic output here or in a graph within; ``None`` where there is none."""

    def describe_node(self) -> str:
        """What messages call it: ``op 'load'``."""
        return f"{self.node_type_str} {self.name!r}"

    # -- inputs and outputs --------------------------------------------------------------------------

    @property
    def input_defs(self) -> Sequence[InputDefinition]:
        """The inputs in order."""
        return list(self.input_dict.values())

    @property
    def output_defs(self) -> Sequence[OutputDefinition]:
        """The outputs in order."""
        return list(self.output_dict.values())

    def has_input(self, name: str) -> bool:
        """Whether it has an input of this name."""
        return name in self.input_dict

    def has_output(self, name: str) -> bool:
        """Whether it has an output of this name."""
        return name in self.output_dict

    def input_def_named(self, name: str) -> InputDefinition:
        """The input of this name. Raises ``InvariantViolationError`` where there is none."""
        return _named(self.input_dict, name, "input", self)

    def output_def_named(self, name: str) -> OutputDefinition:
        """The output of this name. Raises ``InvariantViolationError`` where there is none."""
        return _named(self.output_dict, name, "output", self)

    @property
    def positional_inputs(self) -> Sequence[str]:
        """The inputs that can be given by place, in order."""
        return list(self.input_dict)

    # -- config ----------------------------------------------------------------------------------------

    @property
    def config_field(self) -> Field:
        """The config it takes, as a field of a run config; any config where it says nothing."""
        return to_definition_schema(self.own_config).as_field()

    def get_config_field(self) -> Field:
        """The same as ``config_field``."""
        return self.config_field

    @property
    def has_config_field(self) -> bool:
        """Whether it says what config it takes."""
        return self.own_config is not None

    def apply_config_mapping(self, config: Any) -> EvaluateValueResult:
        """What its code would receive for the run config entry ``{"config": ...}``."""
        entry = cast("Mapping[str, object]", config if isinstance(config, Mapping) else {})
        return to_definition_schema(self.own_config).evaluate(entry.get("config"), system_environment())

    def configured_schema(self, config_or_config_fn: Any, config_schema: Any) -> DefinitionConfigSchema:
        """Its config with a constant or a function on top."""
        return to_definition_schema(self.own_config).configured(config_or_config_fn, config_schema)

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Inside a graph or a job: a use of it there."""


def _named(found: Mapping[str, Any], name: str, kind: str, node: NodeDefinition) -> Any:
    if name in found:
        return found[name]
    raise InvariantViolationError(
        f"The {node.describe_node()} has no {kind} {name!r}.",
        where=node.where,
        hint=did_you_mean(name, found) or f"Its {kind}s are: {', '.join(found) or 'none'}.",
    )
