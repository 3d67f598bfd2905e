"""What a finished run gives its caller: its events, its values, and questions about both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.event import Event
from mainspring.core.records.event_data import ExpectationResult, StepExpectationResultData, StepFailureData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.execution.output_values import OutputValues
from mainspring.runtime.plan.plan import Plan


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
            if event.step_key == node_name
            or (event.step_key or "").startswith((f"{node_name}.", f"{node_name}["))
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


class RunResult(NodeQuestions):
    """A run that was carried out, with its events and its values."""

    def __init__(
        self, job_def: JobDefinition, run: Run, events: Sequence[Event], values: OutputValues
    ) -> None:
        self.job_def: JobDefinition = job_def
        self.dagster_run: Run = run
        self._events: Sequence[Event] = events
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
    def run(self) -> Run:
        """The run as it ended."""
        return self.dagster_run

    @property
    def all_events(self) -> Sequence[Event]:
        """All its events, in order."""
        return self._events

    @property
    def all_node_events(self) -> Sequence[Event]:
        """Those of its steps."""
        return [event for event in self._events if event.is_step_event and event.step_key is not None]

    def output_for_node(self, node_str: str, output_name: str = "result") -> Any:
        """The value of an output of an op or a graph, within graphs by ``outer.inner``.

        Of a dynamic output, and of an op that is mapped over one, a dict of the values by mapping key. Raises
        ``InvariantViolationError`` where there is none.
        """
        return self._values.of_node(node_str, output_name)

    def asset_value(self, asset_key: AssetKey | str | Sequence[str]) -> Any:
        """The value an asset was given in this run. Raises ``InvariantViolationError`` where it was given none."""
        return self._values.of_asset(AssetKey.from_coercible(asset_key))

    def output_value(self, output_name: str = "result") -> Any:
        """The value of an output of the graph of the job; assets are asked for by ``asset_value``.

        Raises ``InvariantViolationError`` for an output it does not have, and for one that was not produced.
        """
        return self._values.of_job(output_name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.run_id}: {self.dagster_run.status.value}>"


class ExecuteInProcessResult(RunResult):
    """A run that was carried out in this process, with the very values its steps produced."""

    def __init__(
        self,
        job_def: JobDefinition,
        run: Run,
        events: Sequence[Event],
        values: Mapping[tuple[str, str], Any],
        plan: Plan,
    ) -> None:
        super().__init__(job_def, run, events, OutputValues(job_def, plan, values))
