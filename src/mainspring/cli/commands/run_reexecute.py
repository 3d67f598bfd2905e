"""``mainspring run reexecute``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from mainspring.cli import exit_code
from mainspring.cli.go_on import command_from_failure
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, json_option, target_options
from mainspring.cli.output import say
from mainspring.cli.recorded_runs import find_run
from mainspring.cli.request import run_config, run_tags
from mainspring.cli.watched import conclude, progress_for, watched
from mainspring.core.base.errors import InvocationError
from mainspring.core.instance.instance import Instance
from mainspring.core.records.run import RunStatus
from mainspring.runtime.execution.execute_job import ReexecutionOptions, request_of
from mainspring.runtime.execution.run import Execution
from mainspring.runtime.execution.run_log import Listener


@click.command("reexecute", cls=Command)
@click.argument("run_id", metavar="RUN_ID")
@click.option("--from-failure", is_flag=True, help="Only what failed, and what it held back.")
@click.option(
    "--select",
    "steps",
    metavar="STEP",
    multiple=True,
    help="Only these steps: `load`, `*load` with all before it, `load+` with what follows.",
)
@click.option(
    "-c", "--config", "config_files", metavar="FILE", multiple=True, help="Another run config, in YAML."
)
@click.option("--config-json", metavar="JSON", help="Another run config.")
@click.option("--tags", metavar="JSON", help="Tags of the run besides those of the earlier one.")
@click.option("--plain", is_flag=True, help="Lines of text in place of a live display.")
@json_option
@target_options
def run_reexecute(
    run_id: str, from_failure: bool, steps: Sequence[str], as_json: bool, target: TargetChoice, **said: Any
) -> int:
    """Run again what an earlier run was of: all of it, some of its steps, or what failed.

    What is not run again is loaded from what the earlier run stored. RUN_ID is the id of a run, or as much of its
    beginning as no other id shares. Config and tags are those of the earlier run where none are given.
    """
    if from_failure and steps:
        raise click.UsageError("--from-failure and --select exclude each other.")
    given_config = run_config(said["config_files"], said["config_json"])
    given_tags = run_tags(said["tags"])
    with open_instance(to_write=True) as instance:
        parent = find_run(instance, run_id).dagster_run
        options = _options(instance, parent.run_id, steps, from_failure=from_failure)
        job = target.load().resolve_job_def(parent.job_name)
        request = request_of(job, instance, run_config=given_config, tags=given_tags, options=options)
        new_id = instance.ambient.ids.new()
        progress = progress_for(instance.ambient, request.run_config, plain=said["plain"] or as_json)

        def make(listener: Listener) -> None:
            Execution(replace(request, run_id=new_id, listener=listener)).run(raise_on_error=False)

        interrupted = watched(instance, new_id, progress, make)
        conclude(progress, instance.ambient, run_id=new_id, job=job.name, as_json=as_json)
    if not interrupted and progress.view.status is RunStatus.SUCCESS:
        return exit_code.OK
    say(f"To make what is left:\n  {command_from_failure(new_id, target)}")
    return exit_code.INTERRUPTED if interrupted else exit_code.RUN_FAILED


def _options(
    instance: Instance, run_id: str, steps: Sequence[str], *, from_failure: bool
) -> ReexecutionOptions:
    if from_failure:
        return ReexecutionOptions.from_failure(run_id, instance)
    run = instance.get_run_by_id(run_id)
    if run is not None and not run.is_finished:
        raise InvocationError(
            f"The run {run_id} has not ended yet (it is {run.status.value}).",
            hint="Wait for its end; `mainspring run show` tells how it stands.",
        )
    return ReexecutionOptions(run_id, list(steps))
