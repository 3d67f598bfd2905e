"""What can be asked of the data of an event, by the kind of the event."""

from __future__ import annotations

from typing import TypeVar

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import (
    AssetCheckEvaluation,
    AssetCheckEvaluationPlanned,
    AssetMaterialization,
)
from mainspring.core.records.event_data import (
    AssetFailedToMaterializeData,
    AssetMaterializationPlannedData,
    AssetObservationData,
    AssetWipedData,
    ComputeLogsCaptureData,
    EngineEventData,
    EventData,
    HandledOutputData,
    HookErroredData,
    LoadedInputData,
    RunFailureData,
    StepExpectationResultData,
    StepFailureData,
    StepInputData,
    StepMaterializationData,
    StepOutputData,
    StepRetryData,
    StepSuccessData,
)
from mainspring.core.records.event_type import EventType

_Data = TypeVar("_Data")


class EventViews:
    """The data of an event as what it is. Each raises ``InvariantViolationError`` for an event of another kind."""

    __slots__ = ()

    event_type_value: str
    event_specific_data: EventData | None

    def _data(self, kind: type[_Data], what: EventType) -> _Data:
        if not isinstance(self.event_specific_data, kind):
            raise InvariantViolationError(f"A {self.event_type_value} event has no {what.value} data.")
        return self.event_specific_data

    @property
    def step_materialization_data(self) -> StepMaterializationData:
        """The data of an ASSET_MATERIALIZATION event."""
        return self._data(StepMaterializationData, EventType.ASSET_MATERIALIZATION)

    @property
    def materialization(self) -> AssetMaterialization:
        """The materialization of an ASSET_MATERIALIZATION event."""
        return self.step_materialization_data.materialization

    @property
    def asset_observation_data(self) -> AssetObservationData:
        """The data of an ASSET_OBSERVATION event."""
        return self._data(AssetObservationData, EventType.ASSET_OBSERVATION)

    @property
    def asset_materialization_planned_data(self) -> AssetMaterializationPlannedData:
        """The data of an ASSET_MATERIALIZATION_PLANNED event."""
        return self._data(AssetMaterializationPlannedData, EventType.ASSET_MATERIALIZATION_PLANNED)

    @property
    def asset_failed_to_materialize_data(self) -> AssetFailedToMaterializeData:
        """The data of an ASSET_FAILED_TO_MATERIALIZE event."""
        return self._data(AssetFailedToMaterializeData, EventType.ASSET_FAILED_TO_MATERIALIZE)

    @property
    def asset_wiped_data(self) -> AssetWipedData:
        """The data of an ASSET_WIPED event."""
        return self._data(AssetWipedData, EventType.ASSET_WIPED)

    @property
    def asset_check_evaluation_data(self) -> AssetCheckEvaluation:
        """The data of an ASSET_CHECK_EVALUATION event."""
        return self._data(AssetCheckEvaluation, EventType.ASSET_CHECK_EVALUATION)

    @property
    def asset_check_planned_data(self) -> AssetCheckEvaluationPlanned:
        """The data of an ASSET_CHECK_EVALUATION_PLANNED event."""
        return self._data(AssetCheckEvaluationPlanned, EventType.ASSET_CHECK_EVALUATION_PLANNED)

    @property
    def engine_event_data(self) -> EngineEventData:
        """The data of an ENGINE_EVENT."""
        return self._data(EngineEventData, EventType.ENGINE_EVENT)

    @property
    def step_failure_data(self) -> StepFailureData:
        """The data of a STEP_FAILURE event."""
        return self._data(StepFailureData, EventType.STEP_FAILURE)

    @property
    def step_success_data(self) -> StepSuccessData:
        """The data of a STEP_SUCCESS event."""
        return self._data(StepSuccessData, EventType.STEP_SUCCESS)

    @property
    def step_output_data(self) -> StepOutputData:
        """The data of a STEP_OUTPUT event."""
        return self._data(StepOutputData, EventType.STEP_OUTPUT)

    @property
    def step_input_data(self) -> StepInputData:
        """The data of a STEP_INPUT event."""
        return self._data(StepInputData, EventType.STEP_INPUT)

    @property
    def step_retry_data(self) -> StepRetryData:
        """The data of a STEP_UP_FOR_RETRY event."""
        return self._data(StepRetryData, EventType.STEP_UP_FOR_RETRY)

    @property
    def job_failure_data(self) -> RunFailureData:
        """The data of a RUN_FAILURE event."""
        return self._data(RunFailureData, EventType.RUN_FAILURE)

    @property
    def hook_errored_data(self) -> HookErroredData:
        """The data of a HOOK_ERRORED event."""
        return self._data(HookErroredData, EventType.HOOK_ERRORED)

    @property
    def handled_output_data(self) -> HandledOutputData:
        """The data of a HANDLED_OUTPUT event."""
        return self._data(HandledOutputData, EventType.HANDLED_OUTPUT)

    @property
    def loaded_input_data(self) -> LoadedInputData:
        """The data of a LOADED_INPUT event."""
        return self._data(LoadedInputData, EventType.LOADED_INPUT)

    @property
    def logs_captured_data(self) -> ComputeLogsCaptureData:
        """The data of a LOGS_CAPTURED event."""
        return self._data(ComputeLogsCaptureData, EventType.LOGS_CAPTURED)

    @property
    def step_expectation_result_data(self) -> StepExpectationResultData:
        """The data of a STEP_EXPECTATION_RESULT event."""
        return self._data(StepExpectationResultData, EventType.STEP_EXPECTATION_RESULT)
