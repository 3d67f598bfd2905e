"""``mainspring launch``, also known as ``asset materialize`` and ``job execute``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from mainspring.cli import exit_code
from mainspring.cli.as_json import emit_json
from mainspring.cli.go_on import RunOptions, command_for_the_rest, command_from_failure
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, json_option, target_options
from mainspring.cli.output import say
from mainspring.cli.request import Slice, asset_job, lines_of_faults, partition_slice, run_config, run_tags
from mainspring.cli.summary import nothing_to_run
from mainspring.cli.watched import conclude, progress_for, watched
from mainspring.core.base.errors import InvocationError
from mainspring.core.instance.instance import Instance
from mainspring.core.records.run import RunStatus
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.execution.in_process import execute_job_in_process
from mainspring.runtime.execution.run_log import Listener

if TYPE_CHECKING:
    from mainspring.cli.only_stale import OnlyStale


@dataclass(frozen=True, slots=True)
class Request:
    """A run that is to be made."""

    job: JobDefinition
    run_id: str
    partition_key: str | None
    config: Mapping[str, Any] | None
    tags: Mapping[str, str]


_RUN_OPTIONS = (
    click.option("--partition", metavar="KEY", help="The partition to make."),
    click.option("--partition-range", metavar="FIRST...LAST", help="The partitions to make, in one run."),
    click.option(
        "-c",
        "--config",
        "config_files",
        metavar="FILE",
        multiple=True,
        help="Run config in YAML; a later file wins.",
    ),
    click.option("--config-json", metavar="JSON", help="Run config."),
    click.option("--tags", metavar="JSON", help="Tags of the run: an object of strings."),
    click.option("--plain", is_flag=True, help="Lines of text in place of a live display."),
    click.option("--only-stale", is_flag=True, help="Skip the assets that are up to date."),
    json_option,
)


def _run_options(function: Callable[..., int]) -> Callable[..., int]:
    """The options of all commands that make a run; the function is given them as ``options`` and ``target``."""

    @wraps(function)
    def with_options(target: TargetChoice, **values: Any) -> int:
        said = {name: values.pop(name) for name in RunOptions._fields}
        with lines_of_faults(said["config_files"]):
            return function(options=RunOptions(**said), target=target, **values)

    wrapped = target_options(with_options)
    for option in reversed(_RUN_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


@click.command("launch", cls=Command)
@click.option(
    "--assets",
    "--select",
    "selection",
    metavar="SELECTION",
    help="What to make: names, or a selection such as 'group:sales' or '+orders'; '*' is everything.",
)
@click.option("-j", "--job", metavar="NAME", help="The job to run.")
@_run_options
def launch(selection: str | None, job: str | None, options: RunOptions, target: TargetChoice) -> int:
    """Run assets or a job here and now, and watch.

    The run is recorded. What goes on is told on stderr, the summary is written to stdout.
    """
    if selection is not None and job is not None:
        raise click.UsageError("--assets and --job exclude each other.")
    if selection is None and job is None:
        raise click.UsageError("Say what to run: either --assets (--assets '*' is everything) or --job.")
    return _launch(selection, job, options, target)


@click.command("materialize", cls=Command)
@click.option("--select", "--assets", "selection", metavar="SELECTION", required=True, help="What to make.")
@_run_options
def asset_materialize(selection: str, options: RunOptions, target: TargetChoice) -> int:
    """Make assets here and now: the same as `launch --assets`."""
    return _launch(selection, None, options, target)


@click.command("execute", cls=Command)
@click.option("-j", "--job", metavar="NAME", required=True, help="The job to run.")
@_run_options
def job_execute(job: str, options: RunOptions, target: TargetChoice) -> int:
    """Run a job here and now: the same as `launch --job`."""
    return _launch(None, job, options, target)


def _launch(selection: str | None, job: str | None, options: RunOptions, target: TargetChoice) -> int:
    config, given_tags = run_config(options.config_files, options.config_json), run_tags(options.tags)
    definitions = target.load()
    chosen = _chosen_job(definitions, selection, job)
    part = partition_slice(chosen, options.partition, options.partition_range)
    with open_instance(to_write=True) as instance:
        instance.inject_env_vars(None)
        narrowed = _narrowed(chosen, instance, part) if options.only_stale else None
        if narrowed is not None:
            if narrowed.is_empty:
                if options.as_json:
                    emit_json(nothing_to_run(chosen.name, narrowed.skipped))
                return exit_code.OK
            chosen = narrowed.job
        run_id = instance.ambient.ids.new()
        request = Request(chosen, run_id, part.key, config, {**given_tags, **part.tags})
        progress = progress_for(instance.ambient, config, plain=options.plain or options.as_json)
        interrupted = watched(instance, run_id, progress, partial(_make, instance, request))
        conclude(
            progress,
            instance.ambient,
            run_id=run_id,
            job=chosen.name,
            as_json=options.as_json,
            skipped=narrowed.skipped if narrowed is not None else (),
            reasons=narrowed.reasons if narrowed is not None else None,
        )
    if interrupted:
        say("Interrupted. What was made before is recorded and stays.")
    elif progress.view.status is RunStatus.SUCCESS:
        return exit_code.OK
    rest = command_for_the_rest(progress.view, target, options)
    if rest is None and chosen.is_op_job:
        rest = command_from_failure(run_id, target)
    if rest is not None:
        say(f"To make what is left:\n  {rest}")
    return exit_code.INTERRUPTED if interrupted else exit_code.RUN_FAILED


def _make(instance: Instance, request: Request, listener: Listener) -> None:
    execute_job_in_process(
        request.job,
        run_config=request.config,
        instance=instance,
        partition_key=request.partition_key,
        raise_on_error=False,
        run_id=request.run_id,
        tags=request.tags,
        listener=listener,
    )


def _narrowed(job: JobDefinition, instance: Instance, part: Slice) -> OnlyStale:
    """The part of a job that is not up to date, explained."""
    # Few launches ask for it.
    only_stale = import_module("mainspring.cli.only_stale")
    narrowed = only_stale.only_stale(job, instance, part)
    only_stale.explain(narrowed)
    return narrowed


def _chosen_job(definitions: Definitions, selection: str | None, job: str | None) -> JobDefinition:
    if selection is not None:
        return asset_job(definitions, selection)
    found = definitions.resolve_job_def(job or "")
    if not (found.is_op_job or found.keys or found.check_keys):
        raise InvocationError(f"The job {found.name!r} has nothing to run.", where=found.where)
    return found
