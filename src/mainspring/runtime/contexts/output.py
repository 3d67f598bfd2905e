"""``OutputContext``: what an IO manager is told of the value it must store."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import AssetMaterialization, AssetObservation
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import normalize_metadata
from mainspring.runtime.contexts.io_views import IOViews
from mainspring.runtime.contexts.log import LogManager
from mainspring.runtime.contexts.slice import PartitionSlice

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance  # loads SQLAlchemy, which a declaration must not
    from mainspring.runtime.contexts.op import OpExecutionContext
    from mainspring.runtime.contexts.scope import StepScope

LoggedEvent = AssetMaterialization | AssetObservation


class OutputContext(IOViews):
    """The output a value comes from: its step, its asset and partitions, its metadata.

    Nothing is computed before it is asked for. What is not given is taken from ``step_context``. ``slice`` is
    the partitions of the asset that the value is of.
    """

    __slots__ = (
        "_asset_key",
        "_asset_spec",
        "_config",
        "_consumed",
        "_dagster_type",
        "_definition_metadata",
        "_events",
        "_instance",
        "_job_name",
        "_log",
        "_logged_metadata",
        "_mapping_key",
        "_name",
        "_op_def",
        "_output_metadata",
        "_partition_key",
        "_partitions_def",
        "_resource_config",
        "_resources",
        "_run_id",
        "_slice",
        "_step_context",
        "_step_key",
        "_subset",
        "_version",
        "_warn_on_step_context_use",
    )

    _about = "output context"
    _builder = "build_output_context"

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        step_key: str | None = None,
        name: str | None = None,
        job_name: str | None = None,
        run_id: str | None = None,
        definition_metadata: Mapping[str, Any] | None = None,
        mapping_key: str | None = None,
        config: Any = None,
        dagster_type: Any = None,
        log_manager: LogManager | None = None,
        version: str | None = None,
        resource_config: Mapping[str, Any] | None = None,
        resources: Any = None,
        step_context: StepScope | OpExecutionContext | None = None,
        op_def: Any = None,
        asset_key: AssetKey | None = None,
        warn_on_step_context_use: bool = False,
        partition_key: str | None = None,
        output_metadata: Mapping[str, Any] | None = None,
        asset_partitions_def: Any = None,
        asset_partitions_subset: Any = None,
        asset_spec: Any = None,
        metadata: Mapping[str, Any] | None = None,
        *,
        slice: PartitionSlice | None = None,
        instance: Instance | None = None,
    ) -> None:
        self._step_key = step_key
        self._name = name
        self._job_name = job_name
        self._run_id = run_id
        self._definition_metadata = metadata if definition_metadata is None else definition_metadata
        self._mapping_key = mapping_key
        self._config = config
        self._dagster_type = dagster_type
        self._log = log_manager
        self._version = version
        self._resource_config = resource_config
        self._resources = resources
        self._step_context = step_context
        self._op_def = op_def
        self._asset_key = asset_key
        self._warn_on_step_context_use = warn_on_step_context_use
        self._partition_key = partition_key
        self._output_metadata = output_metadata
        self._partitions_def = asset_partitions_def
        self._subset = asset_partitions_subset
        self._asset_spec = asset_spec
        self._slice = slice
        self._instance = instance
        self._logged_metadata: dict[str, Any] | None = None
        self._events: list[LoggedEvent] | None = None
        self._consumed = 0

    # -- the output ------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of the output."""
        if self._name is None:
            raise self._missing("name", "name")
        return self._name

    @property
    def mapping_key(self) -> str | None:
        """Which of several dynamic outputs it is."""
        return self._mapping_key

    @property
    def step_key(self) -> str:
        """The key of the step."""
        if self._step_key is not None:
            return self._step_key
        scope = self._scope
        if scope is None:
            raise self._missing("step key", "step_key")
        return scope.step_key

    @property
    def run_id(self) -> str:
        """The id of the run."""
        if self._run_id is not None:
            return self._run_id
        scope = self._scope
        if scope is None or scope.run is None:
            raise self._missing("run id", "run_id")
        return scope.run.run_id

    @property
    def version(self) -> str | None:
        """The version of the output, where one was given."""
        return self._version

    @property
    def step_context(self) -> OpExecutionContext:
        """The context of the step."""
        if self._warn_on_step_context_use:
            warnings.warn(
                "context.step_context is not the same in every process; use the properties of the context.",
                stacklevel=2,
            )
        return super().step_context

    @property
    def asset_spec(self) -> Any:
        """The spec of the asset."""
        if self._asset_spec is not None:
            return self._asset_spec
        scope = self._scope
        assets_def = None if scope is None else scope.assets_def
        if assets_def is None:
            raise self._missing("asset spec", "asset_spec")
        return assets_def.specs_by_key[self.asset_key]

    # -- metadata and events ---------------------------------------------------------------------------------

    @property
    def output_metadata(self) -> Mapping[str, Any]:
        """The metadata that came with the value (``Output(value, metadata=...)``)."""
        return self._output_metadata or {}

    def add_output_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Add metadata to what will be recorded of the output; the last value given for a key stays."""
        added = normalize_metadata(metadata)
        self._logged_metadata = added if self._logged_metadata is None else {**self._logged_metadata, **added}

    def get_logged_metadata(self) -> Mapping[str, Any]:
        """The metadata added so far."""
        return self._logged_metadata or {}

    def consume_logged_metadata(self) -> Mapping[str, Any]:
        """The metadata added since this was last asked."""
        found, self._logged_metadata = self._logged_metadata, None
        return found or {}

    def log_event(self, event: LoggedEvent) -> None:
        """Record a materialization or an observation with the run, when the value has been stored."""
        if not isinstance(event, (AssetMaterialization, AssetObservation)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvariantViolationError(
                "An IO manager logs an AssetMaterialization or an AssetObservation; "
                f"got a {type(event).__name__}."
            )
        self._events = [*(self._events or ()), event]

    def get_logged_events(self) -> Sequence[LoggedEvent]:
        """The events logged so far."""
        return list(self._events or ())

    def consume_events(self) -> Iterator[LoggedEvent]:
        """The events logged since this was last asked."""
        events = self._events or []
        while self._consumed < len(events):
            self._consumed += 1
            yield events[self._consumed - 1]

    # -- where it belongs ------------------------------------------------------------------------------------

    def get_identifier(self) -> Sequence[str]:
        """Names that together stand for this value and no other: a path to store it under.

        For an asset the parts of its key, then the partition; else the run, the step, the output and the
        mapping key.
        """
        return (
            self.get_run_scoped_output_identifier()
            if self._asset_key is None
            else self.get_asset_identifier()
        )

    def get_output_identifier(self) -> Sequence[str]:
        """The same as ``get_identifier``."""
        return self.get_identifier()

    def get_run_scoped_output_identifier(self) -> Sequence[str]:
        """The run, the step, the output, and the mapping key if there is one."""
        mapping_key = self._mapping_key
        place = [self.run_id, self.step_key, self.name]
        return place if mapping_key is None else [*place, mapping_key]

    def get_asset_identifier(self) -> Sequence[str]:
        """The parts of the asset's key, then the partition if the value is of one."""
        path = self.asset_key.path
        return [*path, self.asset_partition_key] if self.has_asset_partitions else path

    def get_asset_output_identifier(self) -> Sequence[str]:
        """The same as ``get_asset_identifier``."""
        return self.get_asset_identifier()

    def __repr__(self) -> str:
        what = self._asset_key.to_user_string() if self._asset_key else f"{self._step_key}.{self._name}"
        return f"<OutputContext of {what}>"
