"""The contexts of assets and of checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import normalize_metadata
from mainspring.runtime.contexts.op import OpExecutionContext
from mainspring.runtime.contexts.scope import StepScope


class _OnOpContext(OpExecutionContext):
    """A context that can be made of the one of its op, as well as of a scope."""

    __slots__ = ()

    def __init__(self, op_execution_context: OpExecutionContext | StepScope) -> None:
        given = op_execution_context
        super().__init__(given.scope if isinstance(given, OpExecutionContext) else given)


class AssetExecutionContext(_OnOpContext):
    """What the function of an asset is told: the run, the resources, the log, its key and its partition."""

    __slots__ = ()

    def add_asset_metadata(
        self,
        metadata: Mapping[str, Any],
        asset_key: AssetKey | str | Sequence[str] | None = None,
        partition_key: str | None = None,
    ) -> None:
        """Add metadata to the materialization of an asset, or of one of its partitions."""
        key = self.asset_key if asset_key is None else AssetKey.from_coercible(asset_key)
        name = self.output_for_asset_key(key)
        if partition_key is None:
            self.add_output_metadata(metadata, output_name=name)
            return
        if partition_key not in self.partition_keys:
            raise InvariantViolationError(
                f"This run is not of the partition {partition_key!r} of {key.to_user_string()!r}."
            )
        known = self.scope.partition_metadata.setdefault((key, partition_key), {})
        known.update(normalize_metadata(metadata))


class AssetCheckExecutionContext(_OnOpContext):
    """What the function of a check is told."""

    __slots__ = ()

    @property
    def check_specs(self) -> Sequence[Any]:
        """The checks this step evaluates."""
        return self.assets_def.check_specs
