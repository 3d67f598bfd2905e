"""What an event carries besides its type: one struct for each kind, told apart by a stable word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import force_setattr

from mainspring.core.records.asset_events import (
    AssetCheckEvaluation,
    AssetCheckEvaluationPlanned,
    AssetMaterialization,
    AssetObservation,
)
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import AnyMetadataValue, normalize_metadata

if TYPE_CHECKING:
    from mainspring.core.values.metadata import RawMetadataValue


class StepOutputHandle(msgspec.Struct, frozen=True, omit_defaults=True):
    """One output of one step; ``mapping_key`` tells dynamic outputs apart."""

    step_key: str
    output_name: str = "result"
    mapping_key: str | None = None


class TypeCheckData(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a value fared against its declared type."""

    success: bool
    label: str
    description: str | None = None
    metadata: dict[str, AnyMetadataValue] = {}


class StepInputData(msgspec.Struct, frozen=True, tag="step_input", omit_defaults=True):
    """An input was loaded and checked."""

    input_name: str
    type_check_data: TypeCheckData | None = None


class StepOutputData(msgspec.Struct, frozen=True, tag="step_output", omit_defaults=True):
    """An output was produced and checked."""

    step_output_handle: StepOutputHandle
    type_check_data: TypeCheckData | None = None
    version: str | None = None
    metadata: dict[str, AnyMetadataValue] = {}

    @property
    def output_name(self) -> str:
        """The name of the output."""
        return self.step_output_handle.output_name

    @property
    def mapping_key(self) -> str | None:
        """The mapping key of a dynamic output."""
        return self.step_output_handle.mapping_key


class StepSuccessData(msgspec.Struct, frozen=True, tag="step_success"):
    """A step ended well after so many milliseconds."""

    duration_ms: float


class UserFailureData(msgspec.Struct, frozen=True, omit_defaults=True):
    """What user code said of a failure it declared itself."""

    label: str
    description: str | None = None
    metadata: dict[str, AnyMetadataValue] = {}


class StepFailureData(msgspec.Struct, frozen=True, tag="step_failure", omit_defaults=True):
    """A step failed. ``error_source`` is FRAMEWORK_ERROR, USER_CODE_ERROR, INTERRUPT or UNEXPECTED_ERROR."""

    error: ErrorInfo | None
    user_failure_data: UserFailureData | None = None
    error_source: str = "USER_CODE_ERROR"

    @property
    def error_display_string(self) -> str:
        """The error as text."""
        return self.error.to_string() if self.error else ""


class StepRetryData(msgspec.Struct, frozen=True, tag="step_retry", omit_defaults=True):
    """A step will be tried again, after so many seconds."""

    error: ErrorInfo | None
    seconds_to_wait: float | None = None


class StepMaterializationData(msgspec.Struct, frozen=True, tag="materialization"):
    """An asset was materialised."""

    materialization: AssetMaterialization

    @property
    def asset_lineage(self) -> Sequence[object]:
        """Always empty; kept for code that reads it."""
        return ()


class AssetObservationData(msgspec.Struct, frozen=True, tag="observation"):
    """An asset was observed."""

    asset_observation: AssetObservation


class AssetMaterializationPlannedData(
    msgspec.Struct, frozen=True, tag="materialization_planned", omit_defaults=True
):
    """A run intends to materialise an asset, or a partition of it."""

    asset_key: AssetKey
    partition: str | None = None


class AssetFailedToMaterializeData(
    msgspec.Struct, frozen=True, tag="materialization_failed", omit_defaults=True
):
    """A run that intended to materialise an asset did not.

    ``reason`` is FAILED_TO_MATERIALIZE, UPSTREAM_FAILED_TO_MATERIALIZE,
    RUN_TERMINATED or SKIPPED_OPTIONAL."""

    asset_key: AssetKey
    partition: str | None = None
    reason: str = "FAILED_TO_MATERIALIZE"
    error: ErrorInfo | None = None


class AssetWipedData(msgspec.Struct, frozen=True, tag="wiped", omit_defaults=True):
    """The history of an asset, or of some of its partitions, was put out of sight."""

    asset_key: AssetKey
    partition_keys: list[str] | None = None


class AssetWipeUndoneData(msgspec.Struct, frozen=True, tag="wipe_undone"):
    """Wipes of an asset, or of some of its partitions, were taken back. ``wipe_ids`` are their storage ids."""

    asset_key: AssetKey
    wipe_ids: list[int]


class HandledOutputData(msgspec.Struct, frozen=True, tag="handled_output", omit_defaults=True):
    """An IO manager stored an output."""

    output_name: str
    manager_key: str
    metadata: dict[str, AnyMetadataValue] = {}


class LoadedInputData(msgspec.Struct, frozen=True, tag="loaded_input", omit_defaults=True):
    """An IO manager loaded an input."""

    input_name: str
    manager_key: str
    upstream_output_name: str | None = None
    upstream_step_key: str | None = None
    metadata: dict[str, AnyMetadataValue] = {}


class ComputeLogsCaptureData(msgspec.Struct, frozen=True, tag="logs_captured", omit_defaults=True):
    """Where the stdout and stderr of some steps are kept."""

    file_key: str
    step_keys: list[str]
    external_url: str | None = None
    external_stdout_url: str | None = None
    external_stderr_url: str | None = None
    shell_cmd: str | None = None


class EngineEventData(msgspec.Struct, frozen=True, tag="engine", omit_defaults=True):
    """Something the engine did or met; markers delimit a span of time."""

    metadata: dict[str, AnyMetadataValue] = {}
    error: ErrorInfo | None = None
    marker_start: str | None = None
    marker_end: str | None = None


class HookErroredData(msgspec.Struct, frozen=True, tag="hook_errored"):
    """A hook raised."""

    error: ErrorInfo


class RunFailureData(msgspec.Struct, frozen=True, tag="run_failure", omit_defaults=True):
    """Why a run failed. ``failure_reason`` is STEP_FAILURE, RUN_EXCEPTION, UNEXPECTED_TERMINATION or UNKNOWN."""

    error: ErrorInfo | None = None
    failure_reason: str = "UNKNOWN"
    failed_step_keys: list[str] = []


class RunCanceledData(msgspec.Struct, frozen=True, tag="run_canceled", omit_defaults=True):
    """Why a run was cancelled."""

    error: ErrorInfo | None = None


class RunEnqueuedData(msgspec.Struct, frozen=True, tag="run_enqueued", omit_defaults=True):
    """Which code location a queued run belongs to."""

    code_location_name: str | None = None
    partition_key: str | None = None


class CodeLocationUpdatedData(msgspec.Struct, frozen=True, tag="location_updated"):
    """A code location published new definitions."""

    code_location_name: str
    new_version_key: str


class ExpectationResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether something about the data held, as user code said."""

    success: bool
    label: str | None = None
    description: str | None = None
    metadata: Mapping[str, AnyMetadataValue] = {}

    if TYPE_CHECKING:

        def __init__(
            self,
            success: bool,
            label: str | None = None,
            description: str | None = None,
            metadata: Mapping[str, RawMetadataValue] | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        force_setattr(self, "metadata", normalize_metadata(self.metadata) if self.metadata else {})


class StepExpectationResultData(msgspec.Struct, frozen=True, tag="expectation"):
    """User code stated whether something about the data held."""

    expectation_result: ExpectationResult


class UnknownEventData(msgspec.Struct, frozen=True, tag="unknown"):
    """The data of a kind this version does not know, as it was read; kept so that nothing is lost."""

    raw: dict[str, Any]


EventData = (
    StepInputData
    | StepOutputData
    | StepSuccessData
    | StepFailureData
    | StepRetryData
    | StepMaterializationData
    | AssetObservationData
    | AssetMaterializationPlannedData
    | AssetFailedToMaterializeData
    | AssetWipedData
    | AssetWipeUndoneData
    | AssetCheckEvaluation
    | AssetCheckEvaluationPlanned
    | HandledOutputData
    | LoadedInputData
    | ComputeLogsCaptureData
    | EngineEventData
    | HookErroredData
    | RunFailureData
    | RunCanceledData
    | RunEnqueuedData
    | CodeLocationUpdatedData
    | StepExpectationResultData
    | UnknownEventData
)
