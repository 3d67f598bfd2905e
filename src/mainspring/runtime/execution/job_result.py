"""``JobExecutionResult``: a run whose values are loaded from where its IO managers stored them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from mainspring.core.records.event import Event
from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.execution.made_before import MadeBefore
from mainspring.runtime.execution.output_values import OutputValues
from mainspring.runtime.execution.result import ExecuteInProcessResult, NodeQuestions
from mainspring.runtime.execution.run import Execution
from mainspring.runtime.execution.stored_output import StoredValues


class JobExecutionResult(NodeQuestions):
    """A run with its events, and its values as they are stored; those of runs it went on from, too.

    A context manager: leaving it closes the IO managers that loaded values.
    """

    def __init__(self, execution: Execution, ended: ExecuteInProcessResult) -> None:
        self.job_def: JobDefinition = ended.job_def
        self.dagster_run: Run = ended.dagster_run
        self._events: Sequence[Event] = ended.all_events
        instance = execution.instance
        self._stored = StoredValues(
            execution.whole_plan,
            ended.dagster_run,
            instance,
            outputs=MadeBefore.by(instance, ended.dagster_run).outputs,
            resource_defs=execution.resource_defs,
            resource_config=execution.config.resources,
            partitions=execution.slice,
        )
        self._values = OutputValues(ended.job_def, execution.whole_plan, self._stored)

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
        """The stored value of an output of an op or a graph; of a dynamic one a dict by mapping key.

        Raises ``InvariantViolationError`` where none was stored.
        """
        return self._values.of_node(node_str, output_name)

    def output_value(self, output_name: str = "result") -> Any:
        """The stored value of an output of the graph of the job."""
        return self._values.of_job(output_name)

    def asset_value(self, asset_key: AssetKey | str | Sequence[str]) -> Any:
        """The stored value of an asset that the run made."""
        return self._values.of_asset(AssetKey.from_coercible(asset_key))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stored.close()

    def __repr__(self) -> str:
        return f"<JobExecutionResult {self.run_id}: {self.dagster_run.status.value}>"
