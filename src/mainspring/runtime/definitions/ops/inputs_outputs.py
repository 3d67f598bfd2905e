"""The inputs and outputs of an op."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mainspring.runtime.definitions.ops.signature import EMPTY
from mainspring.runtime.definitions.types.infer import resolve_type
from mainspring.runtime.definitions.types.value_type import ANY, NOTHING, ValueType

DEFAULT_OUTPUT = "result"
DEFAULT_IO_MANAGER_KEY = "io_manager"


@dataclass(frozen=True, slots=True)
class InputDefinition:
    """An input: its name, the type its values must have, and how they are loaded."""

    name: str
    annotation: Any = EMPTY
    default_value: Any = EMPTY
    input_manager_key: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    description: str | None = None
    asset_key: Any = None
    """The asset the value is, or a function of the input's context that says it."""
    asset_partitions: Any = None
    """The partitions of the asset the value is, or a function of the input's context that says them."""

    @property
    def dagster_type(self) -> ValueType:
        """The type that is checked when a value is loaded."""
        return ANY if self.annotation is EMPTY else resolve_type(self.annotation)

    @property
    def is_nothing(self) -> bool:
        """Whether the input stands for order only."""
        return self.annotation is NOTHING

    @property
    def has_default_value(self) -> bool:
        """Whether the function can be called without it."""
        return self.default_value is not EMPTY


@dataclass(frozen=True, slots=True)
class OutputDefinition:
    """An output: its name, the type its values must have, and how they are stored."""

    name: str = DEFAULT_OUTPUT
    annotation: Any = EMPTY
    is_required: bool = True
    io_manager_key: str = DEFAULT_IO_MANAGER_KEY
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    code_version: str | None = None
    description: str | None = None
    is_check: bool = False
    """It stands for a check, not for a value."""
    is_implied: bool = False
    """It counts as produced, without a value, where the function ends and has said nothing of it."""
    is_dynamic: bool = False
    """It has any number of values, each under a mapping key."""

    @property
    def is_nothing(self) -> bool:
        """Whether the output stands for order only."""
        return self.annotation is NOTHING

    @property
    def dagster_type(self) -> ValueType:
        """The type that is checked when a value is produced."""
        return ANY if self.annotation is EMPTY else resolve_type(self.annotation)


RESULT = OutputDefinition()
"""The output of a function that says nothing of it; one value shared by all."""
