"""What a user says of the inputs and outputs of ops and graphs: ``In``, ``Out``, ``DynamicOut`` and the like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mainspring.runtime.definitions.ops.inputs_outputs import (
    DEFAULT_IO_MANAGER_KEY,
    DEFAULT_OUTPUT,
    InputDefinition,
    OutputDefinition,
)
from mainspring.runtime.definitions.ops.signature import EMPTY
from mainspring.runtime.definitions.results import NO_VALUE
from mainspring.runtime.definitions.types.infer import require_type
from mainspring.runtime.definitions.types.value_type import NOTHING


def _said(value: Any) -> Any:
    return NO_VALUE if value is EMPTY else value


@dataclass(frozen=True, slots=True)
class In:
    """An input of an op: its type, its default, and how its value is loaded.

    ``input_manager_key`` names the resource that loads it in place of the IO manager of the output it comes
    from. ``asset_key`` and ``asset_partitions`` say which asset the value is, for the lineage.

    >>> In(int, default_value=3).to_definition("count").default_value
    3
    """

    dagster_type: Any = NO_VALUE
    description: str | None = None
    default_value: Any = NO_VALUE
    metadata: Mapping[str, Any] | None = None
    asset_key: Any = None
    asset_partitions: Any = None
    input_manager_key: str | None = None

    def __post_init__(self) -> None:
        require_type(self.dagster_type, what="an In")

    @property
    def is_nothing(self) -> bool:
        """Whether it stands for order only."""
        return self.dagster_type is NOTHING

    def to_definition(
        self, name: str, annotation: Any = EMPTY, default_value: Any = EMPTY
    ) -> InputDefinition:
        """The input of this name; what is not said here is taken from the parameter of the function."""
        return InputDefinition(
            name,
            annotation if self.dagster_type is NO_VALUE else self.dagster_type,
            default_value if self.default_value is NO_VALUE else self.default_value,
            self.input_manager_key,
            dict(self.metadata or {}),
            self.description,
            self.asset_key,
            self.asset_partitions,
        )

    @staticmethod
    def from_definition(input_def: InputDefinition) -> In:
        """What would have to be said for this input."""
        return In(
            _said(input_def.annotation),
            input_def.description,
            _said(input_def.default_value),
            input_def.metadata,
            input_def.asset_key,
            input_def.asset_partitions,
            input_def.input_manager_key,
        )


@dataclass(frozen=True, slots=True)
class Out:
    """An output of an op: its type and how its value is stored.

    With ``is_required=False`` the function may leave it out; what depends on it is skipped then.

    >>> Out(int, is_required=False).to_definition("count").is_required
    False
    """

    dagster_type: Any = NO_VALUE
    description: str | None = None
    is_required: bool = True
    io_manager_key: str | None = None
    metadata: Mapping[str, Any] | None = None
    code_version: str | None = None

    is_dynamic: ClassVar[bool] = False

    def __post_init__(self) -> None:
        require_type(self.dagster_type, what="an Out")

    def to_definition(
        self,
        name: str | None = None,
        annotation: Any = EMPTY,
        *,
        description: str | None = None,
        code_version: str | None = None,
    ) -> OutputDefinition:
        """The output of this name; what is not said here is taken from the arguments."""
        return OutputDefinition(
            name or DEFAULT_OUTPUT,
            annotation if self.dagster_type is NO_VALUE else self.dagster_type,
            self.is_required,
            self.io_manager_key or DEFAULT_IO_MANAGER_KEY,
            dict(self.metadata or {}),
            self.code_version or code_version,
            self.description or description,
            is_dynamic=self.is_dynamic,
        )

    @classmethod
    def from_definition(cls, output_def: OutputDefinition) -> Out:
        """What would have to be said for this output."""
        kind = DynamicOut if output_def.is_dynamic else Out
        return kind(
            _said(output_def.annotation),
            output_def.description,
            output_def.is_required,
            output_def.io_manager_key,
            output_def.metadata,
            output_def.code_version,
        )


@dataclass(frozen=True, slots=True)
class DynamicOut(Out):
    """An output with any number of values, each a ``DynamicOutput`` with a mapping key.

    In a graph, ``.map`` runs what follows once for each value and ``.collect`` gives the list of all.

    >>> DynamicOut(int).to_definition("chunks").is_dynamic
    True
    """

    is_dynamic: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class GraphIn:
    """An input of a graph."""

    description: str | None = None

    def to_definition(self, name: str) -> InputDefinition:
        """The input of this name."""
        return InputDefinition(name, description=self.description)


@dataclass(frozen=True, slots=True)
class GraphOut:
    """An output of a graph."""

    description: str | None = None

    def to_definition(self, name: str | None = None) -> OutputDefinition:
        """The output of this name."""
        return OutputDefinition(name or DEFAULT_OUTPUT, description=self.description)
