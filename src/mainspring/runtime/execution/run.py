"""One run in this process: plan, record it, make its resources, carry its steps out, say how it ended."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Container, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mainspring.core.base.errors import ExecutionInterruptedError, OrchestratorError, ResourceFunctionError
from mainspring.core.config.fault import raise_faults
from mainspring.core.config.run_config import refuse_unwritable
from mainspring.core.instance.instance import Instance
from mainspring.core.records.error_info import error_info
from mainspring.core.records.event_data import EngineEventData, RunCanceledData, RunFailureData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run, RunStatus
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.contexts.log import EventLogHandler, LogManager
from mainspring.runtime.contexts.resource import InitResourceContext, Resources
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.requirements import refuse_missing_resources
from mainspring.runtime.definitions.resources.scope import ResourceWatch, build_resource_set
from mainspring.runtime.definitions.resources.secret import collect_secret_values
from mainspring.runtime.definitions.run_config.resolved import ResolvedConfig, resolve_run_config
from mainspring.runtime.execution.capture import captured_loggers
from mainspring.runtime.execution.captured_output import captured_output
from mainspring.runtime.execution.config import config_defaults
from mainspring.runtime.execution.failure import StepError
from mainspring.runtime.execution.loggers import RunLoggers, run_loggers
from mainspring.runtime.execution.loop import LoopResult, run_steps
from mainspring.runtime.execution.needs import job_resource_defs, required_keys
from mainspring.runtime.execution.planned import first_entries, not_materialized
from mainspring.runtime.execution.result import ExecuteInProcessResult
from mainspring.runtime.execution.run_log import Listener, RunLog
from mainspring.runtime.execution.scrub import Scrubber
from mainspring.runtime.execution.slices import run_slice, tags_of_partition
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.execution.step import shown_duration
from mainspring.runtime.execution.unfed import inputs_from_outside, refuse_unloadable
from mainspring.runtime.execution.versions import DataVersions
from mainspring.runtime.plan.compile import compile_plan
from mainspring.runtime.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Request:
    """A run as it was asked for."""

    job: JobDefinition
    instance: Instance
    run_config: dict[str, Any]
    tags: Mapping[str, str]
    run_id: str | None = None
    resources: Mapping[str, object] = field(default_factory=dict[str, object])
    listener: Listener | None = None
    input_values: Mapping[str, object] = field(default_factory=dict[str, object])
    in_memory: bool = False
    """Whether values that no IO manager is named for live as long as the run."""
    change_plan: Callable[[Plan], Plan] | None = None
    """Makes of the plan of the whole job what is to run of it."""
    parent: Run | None = None
    """The run this one is a re-execution of."""


class Execution:
    """One run, from the plan to its final state. What is wrong with it is raised when it is made."""

    def __init__(self, request: Request) -> None:
        job, instance = request.job, request.instance
        self.job = job
        self.instance = instance
        self.listener: Listener | None = request.listener
        self.input_values: dict[str, object] = {**job.input_values, **request.input_values}
        job.refuse_unknown_inputs(self.input_values)
        self.whole_plan: Plan = compile_plan(job)
        change = request.change_plan
        self.plan: Plan = self.whole_plan if change is None else change(self.whole_plan)
        refuse_unloadable(self.plan)
        of_job = job.partitions_def if job.is_op_job else None
        self.slice: PartitionSlice | None = run_slice(self.plan, request.tags, instance, of_job=of_job)
        self.resource_defs: dict[str, Any] = job_resource_defs(
            self.plan, {**job.resource_defs, **request.resources}, instance, in_memory=request.in_memory
        )
        refuse_missing_resources(job, self.resource_defs)
        self.required: set[str] = required_keys(self.plan, job.hooks)
        self.config: ResolvedConfig
        self.loggers: RunLoggers
        self.config, self.loggers = self._checked_configs(request.run_config)
        self.scrubber: Scrubber = Scrubber(
            collect_secret_values(
                self.resource_defs,
                instance.ambient.environ,
                run_config=[
                    request.run_config,
                    self.config.run_config,
                    *(config_defaults(step.node) for step in self.plan.steps),
                ],
            ),
            home=instance.ambient.environ.get("HOME"),
            within=os.getcwd(),
        )
        self.record: Run = self._record(request)

    def _record(self, request: Request) -> Run:
        """The run as it is stored."""
        job, parent = self.job, request.parent
        chosen = None if job.op_selection is None else sorted(job.op_selection)
        return Run(
            job_name=job.name,
            run_id=request.run_id or self.instance.ambient.ids.new(),
            run_config=request.run_config,
            asset_selection=None if job.is_op_job else job.keys,
            asset_check_selection=None if job.is_op_job else job.check_keys,
            op_selection=chosen,
            resolved_op_selection=None
            if chosen is None
            else frozenset(".".join(op.path) for op in job.selected_ops),
            step_keys_to_execute=None
            if request.change_plan is None
            else [step.key for step in self.plan.steps],
            tags={**tags_of_partition(self.slice), **request.tags},
            parent_run_id=None if parent is None else parent.run_id,
            root_run_id=None if parent is None else parent.root_run_id or parent.run_id,
        )

    def _checked_configs(self, run_config: Mapping[str, Any]) -> tuple[ResolvedConfig, RunLoggers]:
        """What the run config comes to, and the loggers of the run.

        Raises ``InvalidConfigError`` with every fault, those of resources and loggers too.
        """
        found = resolve_run_config(
            self.job,
            run_config,
            environ=self.instance.ambient.environ,
            resource_defs=self.resource_defs,
            required_resources=self.required,
            selected=[step.path for step in self.plan.steps],
            given_inputs=self.input_values,
            unfed_inputs=inputs_from_outside(self.plan),
        )
        faults = list(found.faults)
        # who listens shows it in a way of their own
        loggers = run_loggers(
            self.job, found.run_config, self.instance, faults, quiet=self.listener is not None
        )
        preamble = f"The run config of the job {self.job.name!r} does not fit."
        if self.job.partitioned_config is not None and self.slice is None:
            preamble = f"{preamble} The job's own config goes by the partition, and no partition was named."
        raise_faults(preamble, faults, given=run_config, where=self.job.where)
        refuse_unwritable(run_config, preamble=preamble, where=self.job.where)
        return found, loggers

    def run(self, *, raise_on_error: bool) -> ExecuteInProcessResult:
        """Carry it out and record how it ended."""
        first = first_entries(self.record, self.plan, self.slice, self.instance)
        sink = self.instance.start_run(self.record, events=first)
        self.loggers.start(self.record)
        log = RunLog(
            self.record,
            sink,
            self.instance.ambient.clock,
            loggers=self.loggers,
            listener=self.listener,
            scrubber=self.scrubber,
        )
        log.recorded(first)
        try:
            state, ended = self._carry_out(log)
            made = state.made if state else set[tuple[AssetKey, str | None]]()
            self._conclude(log, ended, made)
        finally:
            log.close()
        status = RunStatus.SUCCESS
        if ended.error is not None:
            status = RunStatus.CANCELED if ended.interrupted else RunStatus.FAILURE
        if ended.error is not None and (raise_on_error or ended.interrupted):
            raise ended.error
        values = state.values if state else {}
        return ExecuteInProcessResult(
            self.job, self.record.with_status(status), log.events, values, self.plan
        )

    def _carry_out(self, log: RunLog) -> tuple[RunState | None, LoopResult]:
        """Make the resources and run the steps. A resource that cannot be made fails the run.

        One that cannot be closed is recorded and changes nothing: what was made is made.
        """
        pid = os.getpid()
        log.event(EventType.ENGINE_EVENT, f"Executing steps in process (pid: {pid})", data=EngineEventData())
        clock = self.instance.ambient.clock
        began = clock.monotonic()
        state: RunState | None = None
        ended: LoopResult | None = None
        try:
            with (
                captured_output(
                    self.instance, self.record, self.plan, log=log, scrubber=self.scrubber
                ) as output,
                captured_loggers(self.instance, log.message),
                self._resources(log) as made,
            ):
                state = self._state(log, made)
                state.output = output
                ended = run_steps(state)
        except ResourceFunctionError as error:
            if ended is None:
                failure = StepError(error, error_info(error), "USER_CODE_ERROR")
                return None, LoopResult(error=error, failure=failure)
        except (KeyboardInterrupt, ExecutionInterruptedError) as error:
            ended = ended or LoopResult()
            ended.interrupt(error)
        except Exception as error:
            if not log.is_lost and ended is None:
                self._broke_off(log, error)
            raise
        except BaseException as error:
            # a test's own way to end it, for instance; the simulation's `Crash` must leave no trace
            if not log.is_lost and ended is None and not getattr(error, "leaves_no_trace", False):
                self._broke_off(log, error)
            raise
        assert ended is not None  # set by the body or a handler
        took = shown_duration((clock.monotonic() - began) * 1000)
        words = f"Finished steps in process (pid: {pid}) in {took}"
        log.event(EventType.ENGINE_EVENT, words, data=EngineEventData())
        return state, ended

    def _broke_off(self, log: RunLog, error: BaseException) -> None:
        """Give a run that we ourselves failed to carry out its final state; the error goes on to the caller."""
        log.event(
            EventType.RUN_FAILURE,
            f'Execution of run for "{self.job.name}" failed. {error}',
            data=RunFailureData(error_info(error), "RUN_EXCEPTION"),
            level=logging.ERROR,
        )

    def _state(self, log: RunLog, made: Resources) -> RunState:
        made_here = {key for step in self.plan.steps for key in step.definition.keys}
        checked = {spec.asset_key for step in self.plan.steps for spec in step.definition.check_specs}
        versions = DataVersions.read(
            self.instance,
            self.job.asset_graph,
            self.record.run_id,
            made=made_here,
            partitions=[] if self.slice is None else self.slice.all_keys(self.instance),
            others=checked - made_here,
        )
        return RunState(
            self.job,
            self.plan,
            self.record,
            self.instance,
            log,
            made,
            self.config.ops,
            versions,
            input_configs=self.config.inputs,
            output_configs=self.config.outputs,
            input_values=self.input_values,
            slice=self.slice,
        )

    @contextmanager
    def _resources(self, log: RunLog) -> Generator[Resources, None, None]:
        names = ", ".join(sorted(self.required))
        handler = EventLogHandler(lambda level, text, when: log.message(level, text, timestamp=when))
        make_context: Callable[..., InitResourceContext] = partial(
            InitResourceContext,
            instance=self.instance,
            dagster_run=self.record,
            log_manager=LogManager("mainspring.resources", [handler]),
        )
        if self.required:
            words = f"Starting initialization of resources [{names}]."
            log.event(EventType.RESOURCE_INIT_STARTED, words, data=EngineEventData())
        with build_resource_set(
            self.resource_defs,
            self.required,
            config=self.config.resources,
            make_context=make_context,
            environ=self.instance.ambient.environ,
            watch=_Watch(log),
            clock=self.instance.ambient.clock,
        ) as made:
            if self.required:
                words = f"Finished initialization of resources [{names}]."
                log.event(EventType.RESOURCE_INIT_SUCCESS, words, data=EngineEventData())
            yield made

    def _conclude(self, log: RunLog, ended: LoopResult, made: Container[tuple[AssetKey, str | None]]) -> None:
        """Record the final state of the run, and what it was to make and did not."""
        name = self.job.name
        lost = not_materialized(self.plan, ended, self.slice, made=made, instance=self.instance)
        for step_key, data in lost:
            words = f"Asset {data.asset_key.to_user_string()} failed to materialize."
            log.event(EventType.ASSET_FAILED_TO_MATERIALIZE, words, step_key=step_key, data=data)
        if ended.error is None:
            log.event(EventType.RUN_SUCCESS, f'Finished execution of run for "{name}".')
            return
        info = ended.failure.info if ended.failure else None
        if ended.interrupted:
            words = f'Execution of run for "{name}" canceled.'
            log.event(EventType.RUN_CANCELED, words, data=RunCanceledData(info), level=logging.ERROR)
            return
        failed = list(ended.failed_steps)
        data = (
            RunFailureData(None, "STEP_FAILURE", failed) if failed else RunFailureData(info, "RUN_EXCEPTION")
        )
        why = f"Steps failed: {failed}." if failed else f"{ended.error}"
        words = f'Execution of run for "{name}" failed. {why}'
        log.event(EventType.RUN_FAILURE, words, data=data, level=logging.ERROR)


class _Watch(ResourceWatch):
    """Records what goes wrong with resources."""

    def __init__(self, log: RunLog) -> None:
        self._log = log

    def on_failure(self, key: str, error: BaseException) -> None:
        """The run fails; the message names the resource."""
        del key  # the message names it
        data = EngineEventData(error=error_info(error))
        self._log.event(EventType.RESOURCE_INIT_FAILURE, _words(error), data=data, level=logging.ERROR)

    def on_teardown_failure(self, key: str, error: BaseException) -> None:
        """The run goes on to end as it would have."""
        words = f"Teardown of resources [{key}] failed."
        data = EngineEventData(error=error_info(error))
        self._log.event(EventType.ENGINE_EVENT, words, data=data, level=logging.ERROR)


def _words(error: BaseException) -> str:
    return error.message if isinstance(error, OrchestratorError) else str(error)
