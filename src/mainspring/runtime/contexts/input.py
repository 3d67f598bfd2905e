"""``InputContext``: what an IO manager is told of the value it must load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import AssetObservation
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import normalize_metadata
from mainspring.runtime.contexts.io_views import IOViews
from mainspring.runtime.contexts.log import LogManager
from mainspring.runtime.contexts.slice import PartitionSlice

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance  # loads SQLAlchemy, which a declaration must not
    from mainspring.runtime.contexts.op import OpExecutionContext
    from mainspring.runtime.contexts.output import OutputContext
    from mainspring.runtime.contexts.scope import StepScope


class InputContext(IOViews):
    """The input a value is loaded for: its name and type, the asset and partitions, the output it was stored
    from.

    Nothing is computed before it is asked for. What is not given is taken from ``step_context``. ``slice`` is
    the partitions of the asset that are to be loaded.
    """

    __slots__ = (
        "_asset_key",
        "_config",
        "_consumed",
        "_dagster_type",
        "_definition_metadata",
        "_instance",
        "_job_name",
        "_log",
        "_logged_metadata",
        "_name",
        "_observations",
        "_op_def",
        "_partition_key",
        "_partitions_def",
        "_resource_config",
        "_resources",
        "_slice",
        "_step_context",
        "_subset",
        "_upstream_output",
    )

    _about = "input context"
    _builder = "build_input_context"

    def __init__(  # noqa: PLR0913
        self,
        *,
        name: str | None = None,
        job_name: str | None = None,
        op_def: Any = None,
        config: Any = None,
        definition_metadata: Mapping[str, Any] | None = None,
        upstream_output: OutputContext | None = None,
        dagster_type: Any = None,
        log_manager: LogManager | None = None,
        resource_config: Mapping[str, Any] | None = None,
        resources: Any = None,
        step_context: StepScope | OpExecutionContext | None = None,
        asset_key: AssetKey | None = None,
        partition_key: str | None = None,
        asset_partitions_subset: Any = None,
        asset_partitions_def: Any = None,
        instance: Instance | None = None,
        metadata: Mapping[str, Any] | None = None,
        slice: PartitionSlice | None = None,
    ) -> None:
        self._name = name
        self._job_name = job_name
        self._op_def = op_def
        self._config = config
        self._definition_metadata = metadata if definition_metadata is None else definition_metadata
        self._upstream_output = upstream_output
        self._dagster_type = dagster_type
        self._log = log_manager
        self._resource_config = resource_config
        self._resources = resources
        self._step_context = step_context
        self._asset_key = asset_key
        self._partition_key = partition_key
        self._subset = asset_partitions_subset
        self._partitions_def = asset_partitions_def
        self._instance = instance
        self._slice = slice
        self._logged_metadata: dict[str, Any] | None = None
        self._observations: list[AssetObservation] | None = None
        self._consumed = 0

    # -- the input -------------------------------------------------------------------------------------------

    @property
    def has_input_name(self) -> bool:
        """Whether the value is loaded for an input: not so when a script asks for the value of an asset."""
        return self._name is not None

    @property
    def name(self) -> str:
        """The name of the input."""
        if self._name is None:
            raise self._missing("name", "name")
        return self._name

    @property
    def upstream_output(self) -> OutputContext | None:
        """The output the value was stored from; ``None`` where nothing in reach says which one it was."""
        return self._upstream_output

    # -- metadata --------------------------------------------------------------------------------------------

    def add_input_metadata(self, metadata: Mapping[str, Any], description: str | None = None) -> None:
        """Say something of the value that was loaded. Of an asset it is recorded as an observation of it."""
        added = normalize_metadata(metadata)
        self._logged_metadata = added if self._logged_metadata is None else {**self._logged_metadata, **added}
        if self._asset_key is None:
            return
        partitions: Sequence[str | None] = self.asset_partition_keys if self.has_asset_partitions else [None]
        observations = self._observations = self._observations or []
        observations.extend(
            AssetObservation(self._asset_key, description, added, each) for each in partitions
        )

    def consume_logged_metadata(self) -> Mapping[str, Any]:
        """The metadata added since this was last asked."""
        found, self._logged_metadata = self._logged_metadata, None
        return found or {}

    def get_observations(self) -> Sequence[AssetObservation]:
        """The observations made so far."""
        return list(self._observations or ())

    def consume_events(self) -> Iterator[AssetObservation]:
        """The observations that were made since this was last asked."""
        made = self._observations or []
        while self._consumed < len(made):
            self._consumed += 1
            yield made[self._consumed - 1]

    # -- where it lies ---------------------------------------------------------------------------------------

    def get_identifier(self) -> Sequence[str]:
        """The names under which the value was stored: see ``OutputContext.get_identifier``."""
        if self._asset_key is not None:
            return self.get_asset_identifier()
        if self._upstream_output is None:
            raise InvariantViolationError(
                "This input is neither an asset nor the output of a step, so nothing says where its value "
                "was stored.",
                hint="In a test, give upstream_output=build_output_context(...) or asset_key=... to "
                "build_input_context.",
            )
        return self._upstream_output.get_identifier()

    def get_asset_identifier(self) -> Sequence[str]:
        """The parts of the asset's key, then the partition if one is to be loaded."""
        path = self.asset_key.path
        return [*path, self.asset_partition_key] if self.has_asset_partitions else path

    def __repr__(self) -> str:
        what = self._asset_key.to_user_string() if self._asset_key else self._name
        return f"<InputContext of {what}>"
