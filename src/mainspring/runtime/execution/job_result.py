"""``JobExecutionResult``: a run whose values are loaded from where its IO managers stored them."""

from __future__ import annotations

from typing import Self

from mainspring.runtime.execution.made_before import MadeBefore
from mainspring.runtime.execution.output_values import OutputValues
from mainspring.runtime.execution.result import ExecuteInProcessResult, RunResult
from mainspring.runtime.execution.run import Execution
from mainspring.runtime.execution.stored_output import StoredValues


class JobExecutionResult(RunResult):
    """A run whose values are loaded as they are stored; those of runs it went on from, too.

    A context manager: leaving it closes the IO managers that loaded values.
    """

    def __init__(self, execution: Execution, ended: ExecuteInProcessResult) -> None:
        run, instance = ended.dagster_run, execution.instance
        self._stored = StoredValues(
            execution.whole_plan,
            run,
            instance,
            outputs=MadeBefore.by(instance, run).outputs,
            resource_defs=execution.resource_defs,
            resource_config=execution.config.resources,
            partitions=execution.slice,
        )
        values = OutputValues(ended.job_def, execution.whole_plan, self._stored)
        super().__init__(ended.job_def, run, ended.all_events, values)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stored.close()
