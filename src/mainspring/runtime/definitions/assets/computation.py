"""``Computation``: the function behind assets and checks, and which of its inputs and outputs is which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.ops.op import OpDefinition


@dataclass(frozen=True, slots=True)
class Computation:
    """An op whose outputs stand for assets and checks.

    ``selected_keys`` and ``selected_checks`` are ``None`` where everything it can make is meant.
    """

    node: OpDefinition
    keys_by_input: Mapping[str, AssetKey]
    keys_by_output: Mapping[str, AssetKey]
    checks_by_output: Mapping[str, AssetCheckKey] = field(default_factory=dict[str, AssetCheckKey])
    execution_type: AssetExecutionType = AssetExecutionType.MATERIALIZATION
    can_subset: bool = False
    backfill_policy: object | None = None
    selected_keys: frozenset[AssetKey] | None = None
    selected_checks: frozenset[AssetCheckKey] | None = None

    @property
    def is_subset(self) -> bool:
        """Whether only a part of what it can make is meant."""
        return self.selected_keys is not None or self.selected_checks is not None

    def makes(self, key: AssetKey) -> bool:
        """Whether it is meant to make this asset."""
        return self.selected_keys is None or key in self.selected_keys

    def evaluates(self, key: AssetCheckKey) -> bool:
        """Whether it is meant to evaluate this check."""
        return self.selected_checks is None or key in self.selected_checks

    def subset(self, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey]) -> Computation:
        """The computation of a part of what it can make."""
        return replace(self, selected_keys=keys, selected_checks=checks)
