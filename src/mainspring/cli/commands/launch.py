"""``mainspring launch``, also known as ``asset materialize`` and ``job execute``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from mainspring.cli import exit_code
from mainspring.cli.as_json import emit_json
from mainspring.cli.calling import calling
from mainspring.cli.go_on import RunOptions, command_for_the_rest
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, json_option, target_options
from mainspring.cli.output import is_drawing, say, user_output_on_stderr
from mainspring.cli.progress import PlainProgress, Progress, closing_line, error_text
from mainspring.cli.request import Slice, asset_job, partition_slice, run_config, run_tags, shown_level
from mainspring.cli.summary import nothing_to_run, outcome, summary_table
from mainspring.cli.table import show_table
from mainspring.core.base.ambient import Ambient
from mainspring.core.base.errors import FencedError, InvocationError
from mainspring.core.instance.instance import Instance
from mainspring.core.records.error_info import error_info
from mainspring.core.records.event_data import RunFailureData
from mainspring.core.records.run import RunStatus
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.execution.in_process import execute_job_in_process

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
        narrowed = _narrowed(chosen, instance, part) if options.only_stale else None
        if narrowed is not None:
            if narrowed.is_empty:
                if options.as_json:
                    emit_json(nothing_to_run(chosen.name, narrowed.skipped))
                return exit_code.OK
            chosen = narrowed.job
        run_id = instance.ambient.ids.new()
        request = Request(chosen, run_id, part.key, config, {**given_tags, **part.tags})
        progress = _progress(instance.ambient, config, plain=options.plain or options.as_json)
        interrupted = _watched(instance, request, progress)
        _conclude(request, progress, instance.ambient, narrowed, as_json=options.as_json)
    if interrupted:
        say("Interrupted. What was made before is recorded and stays.")
    elif progress.view.status is RunStatus.SUCCESS:
        return exit_code.OK
    rest = command_for_the_rest(progress.view, target, options)
    if rest is not None:
        say(f"To make what is left:\n  {rest}")
    return exit_code.INTERRUPTED if interrupted else exit_code.RUN_FAILED


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


def _progress(ambient: Ambient, config: Mapping[str, Any] | None, *, plain: bool) -> Progress:
    level = shown_level(config)
    if plain or not is_drawing(sys.stderr, ambient.environ):
        return PlainProgress(level=level)
    # The library that draws takes as long to import as all the rest: only where something is drawn.
    return import_module("mainspring.cli.live").LiveProgress(clock=ambient.clock, level=level)


# -- the run -----------------------------------------------------------------------------------------------------------


def _watched(instance: Instance, request: Request, progress: Progress) -> bool:
    """Make the run. Gives whether it was interrupted; then it is recorded as cancelled."""
    try:
        with _termination_interrupts(), user_output_on_stderr(), progress:
            execute_job_in_process(
                request.job,
                run_config=request.config,
                instance=instance,
                partition_key=request.partition_key,
                raise_on_error=False,
                run_id=request.run_id,
                tags=request.tags,
                listener=progress.take,
            )
    except KeyboardInterrupt:
        _record_cancellation(instance, request.run_id, progress)
        return True
    except FencedError:
        raise  # the run is another worker's now
    except Exception as error:
        _record_failure(instance, request.run_id, error)
        raise
    return False


def _record_cancellation(instance: Instance, run_id: str, progress: Progress) -> None:
    """The run as cancelled, also where it was stopped at a point at which it could not say so itself."""
    run = instance.get_run_by_id(run_id)
    if run is not None and not run.is_finished:
        instance.report_run_canceled(run, "Stopped from the command line.")
        for entry in instance.all_logs(run_id)[-1:]:
            progress.view.take(entry)


def _record_failure(instance: Instance, run_id: str, error: Exception) -> None:
    """The run as failed where the engine itself did not come to its end: a run always reaches a final state."""
    run = instance.get_run_by_id(run_id)
    if run is not None and not run.is_finished:
        data = RunFailureData(error_info(error), "RUN_EXCEPTION")
        instance.report_run_failed(run, "The engine stopped unexpectedly.", data)


@contextmanager
def _termination_interrupts() -> Generator[None, None, None]:
    """A signal to terminate stops the run as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


# -- what is told at the end -------------------------------------------------------------------------------------------


def _conclude(
    request: Request, progress: Progress, ambient: Ambient, narrowed: OnlyStale | None, *, as_json: bool
) -> None:
    view = progress.view
    if view.error is not None and view.status is RunStatus.FAILURE:
        say(error_text(view.error))
    say(closing_line(view))
    if as_json:
        skipped, reasons = ((), None) if narrowed is None else (narrowed.skipped, narrowed.reasons)
        emit_json(
            outcome(view, run_id=request.run_id, job=request.job.name, skipped=skipped, reasons=reasons)
        )
    else:
        table = summary_table(view)
        if table.rows:
            show_table(table, ambient.environ)
    say(f"run {request.run_id}: `{calling().name} run show {request.run_id[:8]}` tells all of it")
