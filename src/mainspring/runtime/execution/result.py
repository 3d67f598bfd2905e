"""What a finished run gives its caller: its events, its values, and questions about both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError, StepOutputNotFoundError, did_you_mean
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.event import Event
from mainspring.core.records.event_data import ExpectationResult, StepExpectationResultData, StepFailureData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.jobs.job import JobDefinition


class EventQuestions:
    """Questions about the events of a run."""

    _events: Sequence[Event]

    def _of(self, kind: EventType) -> list[Event]:
        return [event for event in self._events if event.event_type_value == kind.value]

    def filter_events(self, event_filter: Callable[[Event], bool]) -> Sequence[Event]:
        """The events a function chooses."""
        return [event for event in self._events if event_filter(event)]

    def events_for_node(self, node_name: str) -> Sequence[Event]:
        """The events of the steps of a node."""
        return [
            event
            for event in self._events
            if event.step_key == node_name or (event.step_key or "").startswith(f"{node_name}.")
        ]

    def get_asset_materialization_events(self) -> Sequence[Event]:
        """The materializations."""
        return self._of(EventType.ASSET_MATERIALIZATION)

    def get_asset_materialization_planned_events(self) -> Sequence[Event]:
        """The intentions to materialise."""
        return self._of(EventType.ASSET_MATERIALIZATION_PLANNED)

    def get_asset_observation_events(self) -> Sequence[Event]:
        """The observations."""
        return self._of(EventType.ASSET_OBSERVATION)

    def get_asset_check_evaluations(self) -> Sequence[AssetCheckEvaluation]:
        """What the checks found."""
        return [event.asset_check_evaluation_data for event in self._of(EventType.ASSET_CHECK_EVALUATION)]

    def get_step_success_events(self) -> Sequence[Event]:
        """The ends of the steps that ended well."""
        return self._of(EventType.STEP_SUCCESS)

    def get_step_failure_events(self) -> Sequence[Event]:
        """The failures of steps."""
        return self._of(EventType.STEP_FAILURE)

    def get_step_skipped_events(self) -> Sequence[Event]:
        """The steps that were skipped."""
        return self._of(EventType.STEP_SKIPPED)

    def get_failed_step_keys(self) -> set[str]:
        """The keys of the steps that failed."""
        return {event.step_key for event in self._of(EventType.STEP_FAILURE) if event.step_key}

    def get_run_success_event(self) -> Event:
        """The event that says the run ended well. Raises ``InvariantViolationError`` where it did not."""
        return self._only(EventType.RUN_SUCCESS)

    def get_run_failure_event(self) -> Event:
        """The event that says the run failed. Raises ``InvariantViolationError`` where it did not."""
        return self._only(EventType.RUN_FAILURE)

    def _only(self, kind: EventType) -> Event:
        found = self._of(kind)
        if not found:
            raise InvariantViolationError(f"This run has no {kind.name} event.")
        return found[0]


class NodeQuestions(EventQuestions):
    """Questions about the steps of one node."""

    def asset_materializations_for_node(self, node_name: str) -> Sequence[AssetMaterialization]:
        """The materializations of a node."""
        return [e.materialization for e in self.events_for_node(node_name) if e.is_step_materialization]

    def asset_observations_for_node(self, node_name: str) -> Sequence[AssetObservation]:
        """The observations of a node."""
        return [
            e.asset_observation_data.asset_observation
            for e in self.events_for_node(node_name)
            if e.is_asset_observation
        ]

    def expectation_results_for_node(self, node_str: str) -> Sequence[ExpectationResult]:
        """The expectations a node stated."""
        found = [e.event_specific_data for e in self.events_for_node(node_str)]
        return [data.expectation_result for data in found if isinstance(data, StepExpectationResultData)]

    def failure_data_for_node(self, node_str: str) -> StepFailureData | None:
        """Why a node failed, if it did."""
        for event in self.events_for_node(node_str):
            if isinstance(event.event_specific_data, StepFailureData):
                return event.event_specific_data
        return None

    def retry_attempts_for_node(self, node_str: str) -> int:
        """How often a node was tried again."""
        return sum(event.is_step_restarted for event in self.events_for_node(node_str))

    def is_node_success(self, node_str: str) -> bool:
        """Whether a node ended well."""
        return any(event.is_step_success for event in self.events_for_node(node_str))

    def is_node_failed(self, node_str: str) -> bool:
        """Whether a node failed."""
        return any(event.is_step_failure for event in self.events_for_node(node_str))

    def is_node_skipped(self, node_str: str) -> bool:
        """Whether a node was skipped."""
        return any(event.is_step_skipped for event in self.events_for_node(node_str))

    def is_node_untouched(self, node_str: str) -> bool:
        """Whether nothing of a node was begun."""
        begun = {EventType.STEP_START.value, EventType.STEP_SKIPPED.value}
        return not any(event.event_type_value in begun for event in self.events_for_node(node_str))


class ExecuteInProcessResult(NodeQuestions):
    """A run that was carried out in this process, with its events and the values its steps produced."""

    def __init__(
        self, job_def: JobDefinition, run: Run, events: Sequence[Event], values: Mapping[tuple[str, str], Any]
    ) -> None:
        self.job_def = job_def
        self.dagster_run = run
        self._events = events
        self._values = values

    @property
    def success(self) -> bool:
        """Whether the run ended well."""
        return self.dagster_run.is_success

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.dagster_run.run_id

    @property
    def all_events(self) -> Sequence[Event]:
        """All its events, in order."""
        return self._events

    @property
    def all_node_events(self) -> Sequence[Event]:
        """Those of its steps."""
        return [event for event in self._events if event.is_step_event]

    def output_for_node(self, node_str: str, output_name: str = "result") -> Any:
        """The value of an output of a step. Raises ``StepOutputNotFoundError`` where there is none."""
        try:
            return self._values[node_str, output_name]
        except KeyError:
            steps = sorted({step for step, _ in self._values})
            outputs = sorted(output for step, output in self._values if step == node_str)
            hint = did_you_mean(output_name, outputs) or (
                f"Its outputs are: {', '.join(outputs)}." if outputs else did_you_mean(node_str, steps)
            )
            raise StepOutputNotFoundError(
                f"The run has no value of the output {output_name!r} of {node_str!r}.", hint=hint
            ) from None

    def asset_value(self, asset_key: AssetKey | str | Sequence[str]) -> Any:
        """The value an asset was given in this run. Raises ``StepOutputNotFoundError`` where it was given none."""
        key = AssetKey.from_coercible(asset_key)
        definition = self.job_def.assets.by_key.get(key)
        if definition is None or definition.computation is None:
            known = (k.to_user_string() for k in self.job_def.keys)
            raise StepOutputNotFoundError(
                f"This run makes no asset {key.to_user_string()!r}.",
                hint=did_you_mean(key.to_user_string(), known),
            )
        return self.output_for_node(definition.op.name, definition.get_output_name_for_asset_key(key))

    def output_value(self, output_name: str = "result") -> Any:
        """The value of an output of the job; the assets of a job of assets are asked for by ``asset_value``."""
        raise InvariantViolationError(
            f"A job of assets has no outputs of its own (asked for {output_name!r}).",
            hint="Use `asset_value(key)` or `output_for_node(name)`.",
        )

    def __repr__(self) -> str:
        return f"<ExecuteInProcessResult {self.run_id}: {self.dagster_run.status.value}>"
