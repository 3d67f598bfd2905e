"""Make a run and watch it: what goes on is told on stderr, how it ended on stdout."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from mainspring.cli.as_json import emit_json
from mainspring.cli.calling import calling
from mainspring.cli.output import is_drawing, say, user_output_on_stderr
from mainspring.cli.progress import PlainProgress, Progress, closing_line, error_text
from mainspring.cli.request import shown_level
from mainspring.cli.summary import outcome, summary_table
from mainspring.cli.table import show_table
from mainspring.core.base.ambient import Ambient
from mainspring.core.base.errors import FencedError
from mainspring.core.instance.instance import Instance
from mainspring.core.records.error_info import error_info
from mainspring.core.records.event_data import RunFailureData
from mainspring.core.records.run import RunStatus
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.execution.run_log import Listener


def progress_for(ambient: Ambient, config: Mapping[str, Any] | None, *, plain: bool) -> Progress:
    """What shows how a run goes: a live display on a terminal, else lines."""
    level = shown_level(config)
    if plain or not is_drawing(sys.stderr, ambient.environ):
        return PlainProgress(level=level)
    # The library that draws takes as long to import as all the rest: only where something is drawn.
    return import_module("mainspring.cli.live").LiveProgress(clock=ambient.clock, level=level)


def watched(instance: Instance, run_id: str, progress: Progress, make: Callable[[Listener], object]) -> bool:
    """Make the run with this id; ``make`` is given what listens. Gives whether it was interrupted.

    Then it is recorded as cancelled.
    """
    try:
        with _termination_interrupts(), user_output_on_stderr(), progress:
            make(progress.take)
    except KeyboardInterrupt:
        _record_cancellation(instance, run_id, progress)
        return True
    except FencedError:
        raise  # the run is another worker's now
    except Exception as error:
        _record_failure(instance, run_id, error)
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


def conclude(
    progress: Progress,
    ambient: Ambient,
    *,
    run_id: str,
    job: str,
    as_json: bool,
    skipped: Sequence[AssetKey] = (),
    reasons: Mapping[AssetKey, Sequence[str]] | None = None,
) -> None:
    """Say how a run ended. ``skipped`` and ``reasons`` are of a run of what was not up to date."""
    view = progress.view
    if view.error is not None and view.status is RunStatus.FAILURE:
        say(error_text(view.error))
    say(closing_line(view))
    if as_json:
        emit_json(outcome(view, run_id=run_id, job=job, skipped=skipped, reasons=reasons))
    else:
        table = summary_table(view)
        if table.rows:
            show_table(table, ambient.environ)
    say(f"run {run_id}: `{calling().name} run show {run_id[:8]}` tells all of it")
