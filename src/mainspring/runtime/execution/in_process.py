"""Run a job in this process: plan, record the run, make its resources, carry its steps out, say how it ended."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError, ResourceFunctionError
from mainspring.core.config.run_config import to_run_config_dict
from mainspring.core.instance.instance import Instance
from mainspring.core.records.error_info import error_info
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.event_data import EngineEventData, RunCanceledData, RunFailureData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run, RunStatus
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.tags import PARTITION_TAG, normalize_run_tags
from mainspring.runtime.contexts.log import EventLogHandler, LogManager
from mainspring.runtime.contexts.resource import InitResourceContext, Resources
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.resources.scope import ResourceWatch, build_resource_set
from mainspring.runtime.execution.capture import captured_loggers
from mainspring.runtime.execution.config import step_configs
from mainspring.runtime.execution.console import console_logger
from mainspring.runtime.execution.failure import StepError
from mainspring.runtime.execution.loop import LoopResult, run_steps
from mainspring.runtime.execution.needs import job_resource_defs, required_keys
from mainspring.runtime.execution.planned import not_materialized, planned_entries
from mainspring.runtime.execution.result import ExecuteInProcessResult
from mainspring.runtime.execution.run_log import Listener, RunLog
from mainspring.runtime.execution.slices import run_slice
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.execution.step import shown_duration
from mainspring.runtime.execution.versions import DataVersions
from mainspring.runtime.plan.compile import compile_plan
from mainspring.runtime.plan.plan import Plan


def execute_job_in_process(
    job: JobDefinition,
    *,
    run_config: Any = None,
    instance: Instance | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    op_selection: Sequence[str] | None = None,
    asset_selection: Sequence[AssetKey] | None = None,
    run_id: str | None = None,
    input_values: Mapping[str, object] | None = None,
    tags: Mapping[str, str] | None = None,
    resources: Mapping[str, object] | None = None,
    listener: Listener | None = None,
) -> ExecuteInProcessResult:
    """Run a job here and now. ``listener`` is told of each line of the log as it is written.

    Raises what is wrong with the call, the config or the plan before a run is recorded; and, with
    ``raise_on_error``, the first exception of a failed step as user code raised it.
    """
    if op_selection or input_values:
        raise InvalidInvocationError("A job of assets is selected by `asset_selection` and loads its own inputs; it takes no op_selection or input_values.")
    chosen = job.with_keys(asset_selection) if asset_selection is not None else job
    owned = Instance.ephemeral() if instance is None else None
    with owned or nullcontext():
        deployment = instance or owned
        assert deployment is not None  # one of the two
        all_tags = {**chosen.tags_of_runs, **normalize_run_tags(tags or {}, what="the run")}
        if partition_key is not None:
            all_tags[PARTITION_TAG] = str(partition_key)
        execution = _Execution(chosen, deployment, run_config, all_tags, run_id, resources, listener)
        return execution.run(raise_on_error=raise_on_error)


class _Execution:
    """One run, from the plan to its final state."""

    def __init__(
        self,
        job: JobDefinition,
        instance: Instance,
        run_config: Any,
        tags: Mapping[str, str],
        run_id: str | None,
        resources: Mapping[str, object] | None,
        listener: Listener | None,
    ) -> None:
        self.job = job
        self.instance = instance
        self.listener = listener
        self.plan: Plan = compile_plan(job)
        self.slice = run_slice(self.plan, tags, instance)
        self.run_config = to_run_config_dict(run_config if run_config is not None else job.config)
        environ = instance.ambient.environ
        known = {definition.op.name: definition.op for definition in job.assets.definitions if definition.is_executable}
        self.configs = step_configs(self.plan, self.run_config, known, environ)
        console = console_logger(self.run_config)
        self.console = console if listener is None else None  # who listens shows it in a way of their own
        self.resource_defs = job_resource_defs(self.plan, {**job.resource_defs, **(resources or {})}, instance)
        self.required = required_keys(self.plan)
        self.record = Run(
            job_name=job.name,
            run_id=run_id or instance.ambient.ids.new(),
            run_config=self.run_config,
            asset_selection=job.keys,
            asset_check_selection=job.check_keys,
            step_keys_to_execute=None,
            tags=dict(tags),
        )

    def run(self, *, raise_on_error: bool) -> ExecuteInProcessResult:
        clock = self.instance.ambient.clock
        planned = planned_entries(self.record, self.plan, self.slice, clock.timestamp(), self.instance)
        sink = self.instance.start_run(self.record, events=planned)
        log = RunLog(self.record, sink, clock, console=self.console, listener=self.listener)
        if self.listener is not None:
            _tell(self.listener, planned)
        log.events.extend(entry.get_dagster_event() for entry in planned)
        log.event(EventType.RUN_START, f'Started execution of run for "{self.job.name}".')
        log.event(EventType.ENGINE_EVENT, f"Executing steps in process (pid: {os.getpid()})", data=EngineEventData())
        try:
            state, ended = self._carry_out(log)
            self._conclude(log, ended)
        finally:
            log.close()
        status = RunStatus.SUCCESS if ended.error is None else RunStatus.CANCELED if ended.interrupted else RunStatus.FAILURE
        result = ExecuteInProcessResult(self.job, self.record.with_status(status), log.events, state.values if state else {})
        if ended.interrupted:
            raise KeyboardInterrupt
        if raise_on_error and ended.error is not None:
            raise ended.error
        return result

    def _carry_out(self, log: RunLog) -> tuple[RunState | None, LoopResult]:
        """Make the resources and run the steps. A resource that cannot be made or closed fails the run."""
        clock = self.instance.ambient.clock
        began = clock.monotonic()
        state: RunState | None = None
        ended: LoopResult | None = None
        try:
            with captured_loggers(self.instance, log.message), self._resources(log) as made:
                state = self._state(log, made)
                ended = run_steps(state)
        except ResourceFunctionError as error:
            info = error_info(error)
            if ended is None:
                log.event(EventType.RESOURCE_INIT_FAILURE, error.message, data=EngineEventData(error=info), level=logging.ERROR)
            if ended is None or ended.error is None:
                ended = LoopResult(error=error.user_exception or error, failure=StepError(error, info, "USER_CODE_ERROR"))
        assert ended is not None  # set by the body or the handler
        milliseconds = (clock.monotonic() - began) * 1000
        log.event(EventType.ENGINE_EVENT, f"Finished steps in process (pid: {os.getpid()}) in {shown_duration(milliseconds)}", data=EngineEventData())
        return state, ended

    def _state(self, log: RunLog, made: Resources) -> RunState:
        produced = {key for step in self.plan.steps for key in step.definition.keys}
        outside = {dep.asset_key for step in self.plan.steps for spec in step.definition.specs for dep in spec.deps} - produced
        checked = {spec.asset_key for step in self.plan.steps for spec in step.definition.check_specs} - produced
        return RunState(
            self.job,
            self.plan,
            self.record,
            self.instance,
            log,
            made,
            self.configs,
            DataVersions.read(self.instance, outside | checked),
            slice=self.slice,
        )

    @contextmanager
    def _resources(self, log: RunLog) -> Generator[Resources, None, None]:
        names = ", ".join(sorted(self.required))
        manager = LogManager("mainspring.resources", [EventLogHandler(lambda level, text, when: log.message(level, text, timestamp=when))])
        make_context: Callable[..., InitResourceContext] = partial(
            InitResourceContext, instance=self.instance, dagster_run=self.record, log_manager=manager
        )
        if self.required:
            log.event(EventType.RESOURCE_INIT_STARTED, f"Starting initialization of resources [{names}].", data=EngineEventData())
        with build_resource_set(
            self.resource_defs,
            self.required,
            config=self.run_config.get("resources") or {},
            make_context=make_context,
            environ=self.instance.ambient.environ,
            watch=ResourceWatch(),
            clock=self.instance.ambient.clock,
        ) as made:
            if self.required:
                log.event(EventType.RESOURCE_INIT_SUCCESS, f"Finished initialization of resources [{names}].", data=EngineEventData())
            yield made

    def _conclude(self, log: RunLog, ended: LoopResult) -> None:
        """Record the final state of the run, and what it was to make and did not."""
        name = self.job.name
        for key, partition, reason, info in not_materialized(self.plan, ended, self.slice, self.instance):
            log.event(
                EventType.ASSET_FAILED_TO_MATERIALIZE,
                f"Asset {key.to_user_string()} failed to materialize.",
                step_key=reason.step_key,
                data=reason.data(key, partition, info),
            )
        if ended.error is None:
            log.event(EventType.RUN_SUCCESS, f'Finished execution of run for "{name}".')
        elif ended.interrupted:
            info = ended.failure.info if ended.failure else None
            log.event(EventType.RUN_CANCELED, f'Execution of run for "{name}" canceled.', data=RunCanceledData(info), level=logging.ERROR)
        else:
            failed = list(ended.failed_steps)
            why = f"Steps failed: {failed}." if failed else f"{ended.error}"
            log.event(
                EventType.RUN_FAILURE,
                f'Execution of run for "{name}" failed. {why}',
                data=RunFailureData(
                    ended.failure.info if ended.failure and not failed else None,
                    "STEP_FAILURE" if failed else "RUN_EXCEPTION",
                    failed,
                ),
                level=logging.ERROR,
            )


def _tell(listener: Listener, entries: Sequence[EventLogEntry]) -> None:
    for entry in entries:
        listener(entry)
