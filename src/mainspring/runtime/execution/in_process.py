"""Run a job in this process: plan, record the run, make its resources, carry its steps out, say how it ended."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Container, Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mainspring.core.base.errors import (
    ExecutionInterruptedError,
    InvalidInvocationError,
    InvalidSubsetError,
    OrchestratorError,
    ResourceFunctionError,
    did_you_mean,
)
from mainspring.core.config.fault import raise_faults
from mainspring.core.config.run_config import to_run_config_dict
from mainspring.core.instance.instance import Instance
from mainspring.core.records.error_info import error_info
from mainspring.core.records.event_data import EngineEventData, RunCanceledData, RunFailureData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import Run, RunStatus
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.tags import PARTITION_TAG, normalize_run_tags
from mainspring.runtime.contexts.log import EventLogHandler, LogManager
from mainspring.runtime.contexts.resource import InitResourceContext, Resources
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.resources.scope import (
    ResourceWatch,
    build_resource_set,
    resource_config_faults,
)
from mainspring.runtime.definitions.resources.secret import collect_secret_values
from mainspring.runtime.execution.capture import captured_loggers
from mainspring.runtime.execution.config import (
    check_names,
    check_sections,
    config_defaults,
    section,
    step_configs,
)
from mainspring.runtime.execution.console import console_level, console_logger
from mainspring.runtime.execution.failure import StepError
from mainspring.runtime.execution.loop import LoopResult, run_steps
from mainspring.runtime.execution.needs import job_resource_defs, required_keys
from mainspring.runtime.execution.planned import first_entries, not_materialized
from mainspring.runtime.execution.result import ExecuteInProcessResult
from mainspring.runtime.execution.run_log import Listener, RunLog
from mainspring.runtime.execution.scrub import Scrubber
from mainspring.runtime.execution.slices import run_slice
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.execution.step import shown_duration
from mainspring.runtime.execution.versions import DataVersions
from mainspring.runtime.plan.compile import compile_plan
from mainspring.runtime.plan.plan import Plan


def execute_job_in_process(  # noqa: PLR0913  # the published signature
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
        raise InvalidInvocationError(
            "A job of assets is selected by `asset_selection` and loads its own inputs.",
            hint="Leave out op_selection and input_values.",
        )
    chosen = job if asset_selection is None else _part_of(job, asset_selection)
    owned = Instance.ephemeral() if instance is None else None
    with owned or nullcontext():
        deployment = instance or owned
        assert deployment is not None  # one of the two
        all_tags = {**chosen.tags_of_runs, **normalize_run_tags(tags or {}, what="the run")}
        if partition_key is not None:
            all_tags[PARTITION_TAG] = str(partition_key)
        config = to_run_config_dict(run_config if run_config is not None else chosen.config)
        request = Request(chosen, deployment, config, all_tags, run_id, resources or {}, listener)
        return _Execution(request).run(raise_on_error=raise_on_error)


def _part_of(job: JobDefinition, selection: Sequence[AssetKey]) -> JobDefinition:
    """The job of some of its assets. Raises ``InvalidSubsetError`` for one it does not make."""
    wanted = [AssetKey.from_coercible(key) for key in selection]
    for key in wanted:
        if key not in job.keys:
            text = key.to_user_string()
            known = sorted(one.to_user_string() for one in job.keys)
            raise InvalidSubsetError(
                f"The job {job.name!r} does not make the asset {text!r} of `asset_selection`.",
                where=job.where,
                hint=did_you_mean(text, known) or f"It makes: {', '.join(known[:10]) or 'no assets'}.",
            )
    return job.with_keys(wanted)


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


class _Execution:
    """One run, from the plan to its final state. What is wrong with it is raised when it is made."""

    def __init__(self, request: Request) -> None:
        job, instance = request.job, request.instance
        self.job = job
        self.instance = instance
        self.listener = request.listener
        self.plan: Plan = compile_plan(job)
        self.slice = run_slice(self.plan, request.tags, instance)
        self.run_config = request.run_config
        self.resource_defs = job_resource_defs(
            self.plan, {**job.resource_defs, **request.resources}, instance
        )
        self.required = required_keys(self.plan, job.hooks)
        self.configs, level = self._checked_configs()
        # who listens shows it in a way of their own
        self.console = console_logger(level) if self.listener is None else None
        self.scrubber = Scrubber(
            collect_secret_values(
                self.resource_defs,
                instance.ambient.environ,
                run_config=[self.run_config, *(config_defaults(step.node) for step in self.plan.steps)],
            ),
            home=instance.ambient.environ.get("HOME"),
            within=os.getcwd(),
        )
        self.record = Run(
            job_name=job.name,
            run_id=request.run_id or instance.ambient.ids.new(),
            run_config=self.run_config,
            asset_selection=job.keys,
            asset_check_selection=job.check_keys,
            step_keys_to_execute=None,
            tags=dict(request.tags),
        )

    def _checked_configs(self) -> tuple[dict[str, Any], int]:
        """The configs of the steps, and the level of the console.

        Raises ``InvalidConfigError`` with every fault, those of resources too.
        """
        environ = self.instance.ambient.environ
        known = {one.op.name: one.op for one in self.job.assets.definitions if one.is_executable}
        configs, faults = step_configs(self.plan, self.run_config, known, environ)
        said = section(self.run_config, "resources", faults)
        check_names(said, self.resource_defs, ("resources",), faults, what="resource")
        check_sections(self.run_config, faults)
        level = console_level(self.run_config, faults)
        faults.extend(resource_config_faults(self.resource_defs, self.required, said, environ))
        given = self.run_config
        raise_faults(f"The run config of the job {self.job.name!r} does not fit.", faults, given=given)
        return configs, level

    def run(self, *, raise_on_error: bool) -> ExecuteInProcessResult:
        """Carry it out and record how it ended."""
        first = first_entries(self.record, self.plan, self.slice, self.instance)
        sink = self.instance.start_run(self.record, events=first)
        log = RunLog(
            self.record,
            sink,
            self.instance.ambient.clock,
            console=self.console,
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
        return ExecuteInProcessResult(self.job, self.record.with_status(status), log.events, values)

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
            with captured_loggers(self.instance, log.message), self._resources(log) as made:
                state = self._state(log, made)
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
        assert ended is not None  # set by the body or a handler
        took = shown_duration((clock.monotonic() - began) * 1000)
        words = f"Finished steps in process (pid: {pid}) in {took}"
        log.event(EventType.ENGINE_EVENT, words, data=EngineEventData())
        return state, ended

    def _broke_off(self, log: RunLog, error: Exception) -> None:
        """Give a run that we ourselves failed to carry out its final state; the error goes on to the caller."""
        log.event(
            EventType.RUN_FAILURE,
            f'Execution of run for "{self.job.name}" failed. {error}',
            data=RunFailureData(error_info(error), "RUN_EXCEPTION"),
            level=logging.ERROR,
        )

    def _state(self, log: RunLog, made: Resources) -> RunState:
        produced = {key for step in self.plan.steps for key in step.definition.keys}
        outside = {
            dep.asset_key for step in self.plan.steps for spec in step.definition.specs for dep in spec.deps
        }
        checked = {spec.asset_key for step in self.plan.steps for spec in step.definition.check_specs}
        return RunState(
            self.job,
            self.plan,
            self.record,
            self.instance,
            log,
            made,
            self.configs,
            DataVersions.read(self.instance, (outside | checked) - produced),
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
            config=self.run_config.get("resources") or {},
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
