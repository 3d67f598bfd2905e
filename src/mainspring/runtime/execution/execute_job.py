"""``execute_job``: run a job, or go on from a run of it, and have its values loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError, InvariantViolationError, RunNotFoundError
from mainspring.core.base.source import user_position
from mainspring.core.instance.instance import Instance
from mainspring.core.records.run import Run
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.tags import (
    AUTO_RETRY_RUN_ID_TAG,
    FAILURE_REASON_TAG,
    IS_ASSET_RESUME_RETRY_TAG,
    IS_RESUME_RETRY_TAG,
    PARENT_RUN_ID_TAG,
    PARTITION_TAG,
    RETRY_NUMBER_TAG,
    ROOT_RUN_ID_TAG,
    RUN_KEY_TAG,
    STEP_SELECTION_TAG,
    WILL_RETRY_TAG,
    normalize_run_tags,
)
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.jobs.reconstructable import ReconstructableJob
from mainspring.runtime.execution.call_arguments import check_call
from mainspring.runtime.execution.in_process import part_of
from mainspring.runtime.execution.job_result import JobExecutionResult
from mainspring.runtime.execution.made_before import MadeBefore
from mainspring.runtime.execution.run import Execution, Request
from mainspring.runtime.plan.plan import Plan
from mainspring.runtime.plan.resume import resume
from mainspring.runtime.plan.step_selection import select_steps

_OF_ONE_RUN = frozenset(
    {
        AUTO_RETRY_RUN_ID_TAG,
        FAILURE_REASON_TAG,
        IS_ASSET_RESUME_RETRY_TAG,
        IS_RESUME_RETRY_TAG,
        RETRY_NUMBER_TAG,
        RUN_KEY_TAG,
        STEP_SELECTION_TAG,
        WILL_RETRY_TAG,
    }
)


@dataclass(frozen=True)
class ReexecutionOptions:
    """Which run to go on from, and which of its steps to run again: all of them where none is named.

    ``step_selection`` are names of steps, with ``*`` and ``+``; ``load[a]`` is one instance of a mapped step. With
    ``is_from_failure`` it is what has not ended well.
    """

    parent_run_id: str
    step_selection: Sequence[str] = ()
    is_from_failure: bool = False

    @staticmethod
    def from_failure(run_id: str, instance: Instance) -> ReexecutionOptions:
        """Run again what failed in a run and what it held back.

        Raises ``RunNotFoundError`` for an unknown run, ``InvariantViolationError`` for one that did not fail.
        """
        run = _run(instance, run_id)
        if not run.is_failure_or_canceled:
            raise InvariantViolationError(
                f"The run {run_id} did not fail (it is {run.status.value}), so there is no failure to go on from.",
                hint="To run it again as a whole, give ReexecutionOptions(parent_run_id=...).",
            )
        return ReexecutionOptions(run_id, is_from_failure=True)


def execute_job(
    job: ReconstructableJob | JobDefinition,
    instance: Instance,
    run_config: Any = None,
    tags: Mapping[str, Any] | None = None,
    raise_on_error: bool = False,
    op_selection: Sequence[str] | None = None,
    reexecution_options: ReexecutionOptions | None = None,
    asset_selection: Sequence[AssetKey] | None = None,
) -> JobExecutionResult:
    """Run a job and record it in ``instance``; its values are stored and loaded by its IO managers.

    With ``reexecution_options`` the run goes on from an earlier one: what is not run again is loaded from what that
    one, or one before it, stored; run config and selection are those of the earlier run where none are given. Raises
    ``RunNotFoundError`` for an unknown run.

    >>> with execute_job(reconstructable(nightly), instance=instance) as result:  # doctest: +SKIP
    ...     result.output_for_node("load")
    """
    definition = job.get_definition() if isinstance(job, ReconstructableJob) else job
    if not isinstance(definition, JobDefinition):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidInvocationError(
            f"execute_job was given {job!r:.80}, of type {type(job).__name__}, which is no job.",
            where=user_position(),
            hint="Write execute_job(reconstructable(my_job), instance=...).",
        )
    if instance is None:  # pyright: ignore[reportUnnecessaryComparison]
        raise InvalidInvocationError(
            f"execute_job was given no instance for the job {definition.name!r}.",
            where=user_position(),
            hint="Give one: Instance.get(), or Instance.ephemeral() in a test.",
        )
    check_call(definition, instance=instance, op_selection=op_selection, tags=tags)
    request = request_of(
        definition,
        instance,
        run_config=run_config,
        tags=tags,
        op_selection=op_selection,
        asset_selection=asset_selection,
        options=reexecution_options,
    )
    execution = Execution(request)
    return JobExecutionResult(execution, execution.run(raise_on_error=raise_on_error))


def request_of(
    job: JobDefinition,
    instance: Instance,
    *,
    run_config: Any = None,
    tags: Mapping[str, Any] | None = None,
    op_selection: Sequence[str] | None = None,
    asset_selection: Sequence[AssetKey] | None = None,
    options: ReexecutionOptions | None = None,
) -> Request:
    """A run of a job as it is asked for; one that goes on from another has the config and selection of that one.

    Raises ``RunNotFoundError`` for an unknown run, ``InvariantViolationError`` for one of another job.
    """
    parent = None if options is None else _parent(instance, job, options.parent_run_id)
    change: Any = None
    if parent is None or options is None:
        chosen = part_of(job, asset_selection, op_selection)
        all_tags = dict(chosen.tags_of_runs)
    else:
        run_config = dict(parent.run_config) if run_config is None else run_config
        chosen = (
            _part_of_parent(job, parent)
            if op_selection is None and asset_selection is None
            else part_of(job, asset_selection, op_selection)
        )
        all_tags = {**chosen.tags_of_runs, **_reexecution_tags(parent, options)}
        change = partial(_chosen_plan, options=options, made=MadeBefore.by(instance, parent))
    all_tags |= normalize_run_tags(tags or {}, what="the run")
    return Request(
        chosen,
        instance,
        chosen.run_config_for(run_config, all_tags.get(PARTITION_TAG)),
        all_tags,
        change_plan=change,
        parent=parent,
    )


def _parent(instance: Instance, job: JobDefinition, run_id: str) -> Run:
    parent = _run(instance, run_id)
    if parent.job_name != job.name:
        raise InvariantViolationError(
            f"The run {run_id} is of the job {parent.job_name!r}, not of {job.name!r}.",
            hint="A run can be gone on from by its own job alone.",
        )
    return parent


def _part_of_parent(job: JobDefinition, parent: Run) -> JobDefinition:
    """The part of its job that a run was of."""
    if job.is_op_job:
        return part_of(job, None, parent.op_selection)
    if parent.asset_selection is None:
        return job
    return job.with_keys(parent.asset_selection, parent.asset_check_selection)


def _run(instance: Instance, run_id: str) -> Run:
    run = instance.get_run_by_id(run_id)
    if run is None:
        raise RunNotFoundError(
            f"There is no run {run_id!r} in this instance.",
            hint="`mainspring run list` shows the latest ones.",
        )
    return run


def _reexecution_tags(parent: Run, options: ReexecutionOptions) -> dict[str, str]:
    """The tags of the parent but for those that speak of that one run, and those that say how this one came to be."""
    tags = {key: value for key, value in parent.tags.items() if key not in _OF_ONE_RUN}
    tags |= {PARENT_RUN_ID_TAG: parent.run_id, ROOT_RUN_ID_TAG: parent.root_run_id or parent.run_id}
    if options.is_from_failure:
        tags[IS_RESUME_RETRY_TAG] = "true"
    if options.step_selection:
        tags[STEP_SELECTION_TAG] = ",".join(options.step_selection)
    return tags


def _chosen_plan(plan: Plan, *, options: ReexecutionOptions, made: MadeBefore) -> Plan:
    """What of the whole plan is to run."""
    if not options.is_from_failure and not options.step_selection:
        return plan
    chosen = made.rest_of(plan) if options.is_from_failure else select_steps(plan, options.step_selection)
    resumed = resume(plan, chosen, made.outputs)
    for step in resumed.steps:
        for need in step.needs:
            if need.step_key not in resumed.positions and not made.done.get(need.step_key):
                raise InvariantViolationError(
                    f"The step {step.key!r} takes the output {need.output_name!r} of {need.step_key!r}, "
                    "which no run that this one goes on from has made.",
                    hint=f"Run that one too: choose {f'*{step.key}'!r}.",
                )
    return resumed
