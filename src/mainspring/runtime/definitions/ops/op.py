"""``OpDefinition``: a unit of computation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.ops.inputs_outputs import InputDefinition, OutputDefinition
from mainspring.runtime.definitions.ops.signature import Signature
from mainspring.runtime.definitions.retries import RetryPolicy


@dataclass(frozen=True, slots=True, eq=False)
class OpDefinition:
    """A function with its inputs, outputs, config, resources and policies. Immutable; compared by identity.

    ``timeout`` is in seconds; ``config_schema`` is a config class, or whatever a schema can be made of.
    """

    name: str
    compute_fn: Callable[..., Any]
    signature: Signature
    ins: Mapping[str, InputDefinition]
    outs: Mapping[str, OutputDefinition]
    config_schema: Any = None
    required_resource_keys: frozenset[str] = frozenset()
    tags: Mapping[str, Any] = field(default_factory=dict[str, Any])
    description: str | None = None
    retry_policy: RetryPolicy | None = None
    pool: str | None = None
    code_version: str | None = None
    timeout: float | None = None
    where: SourcePosition | None = None

    @property
    def input_defs(self) -> list[InputDefinition]:
        """The inputs in order."""
        return list(self.ins.values())

    @property
    def output_defs(self) -> list[OutputDefinition]:
        """The outputs in order."""
        return list(self.outs.values())

    @property
    def has_config(self) -> bool:
        """Whether the op takes config."""
        return self.config_schema is not None

    def __repr__(self) -> str:
        return f"OpDefinition({self.name!r})"
