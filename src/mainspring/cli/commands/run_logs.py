"""``mainspring run logs``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click
import msgspec

from mainspring.cli.as_json import emit_json
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import emit, say
from mainspring.cli.recorded_runs import find_run
from mainspring.core.base.errors import InvocationError, did_you_mean
from mainspring.core.instance.compute_logs.following import Part, follow, follow_lines, step_parts
from mainspring.core.instance.compute_logs.index import StepSlice
from mainspring.core.instance.compute_logs.log_key import LogKind, run_log_key
from mainspring.core.instance.compute_logs.store import ComputeLogManager
from mainspring.core.instance.instance import Instance
from mainspring.core.records.event_data import ComputeLogsCaptureData
from mainspring.core.records.event_type import EventType

_LOOK_AGAIN_SECONDS = 0.5
"""How often it is asked whether a run that is waited for has begun."""


class CapturedLog(msgspec.Struct, frozen=True, kw_only=True):
    """The output of some steps of a run, as lines. ``steps`` says which bytes of the streams each of them wrote."""

    file_key: str
    step_keys: Sequence[str]
    is_complete: bool
    stdout_at: str
    stderr_at: str
    steps: Sequence[StepSlice]
    stdout: Sequence[str]
    stderr: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of which logs is to be shown. ``is_over`` tells when no more is waited for."""

    store: ComputeLogManager
    run_id: str
    logs: Sequence[ComputeLogsCaptureData]
    step_key: str | None
    raw: bool
    is_over: Callable[[], bool]


@click.command("logs", cls=Command)
@click.argument("run_id", metavar="RUN_ID")
@click.option("--step", "step_key", metavar="KEY", help="Only what this step wrote.")
@click.option("--stderr", "only_stderr", is_flag=True, help="What was written to stderr, in place of stdout.")
@click.option("--both", is_flag=True, help="Both, each on the same stream of this command.")
@click.option("--follow", is_flag=True, help="Go on until the run has ended.")
@click.option("--raw", is_flag=True, help="Byte by byte, with what redraws a line.")
@json_option
def run_logs(  # the options of the command
    run_id: str, step_key: str | None, only_stderr: bool, both: bool, follow: bool, raw: bool, as_json: bool
) -> None:
    """Show what the steps of a run wrote to stdout and stderr.

    RUN_ID is the id of a run, or as much of its beginning as no other id shares. A line that was drawn again and
    again, as by a progress bar, is shown as it was in the end.
    """
    if only_stderr and both:
        raise click.UsageError("--stderr and --both exclude each other.")
    if as_json and (follow or raw):
        raise click.UsageError("--json shows whole lines of what there is: it excludes --follow and --raw.")
    with open_instance() as instance:
        run = find_run(instance, run_id).dagster_run
        is_over = (lambda: _has_ended(instance, run.run_id)) if follow else (lambda: True)
        logs = _captured(instance, run.run_id, step_key, is_over=is_over)
        asked = _Asked(instance.compute_log_manager, run.run_id, logs, step_key, raw, is_over)
        if as_json:
            emit_json([_page(asked, log) for log in logs])
            return
        if not logs:
            say("The output of this run was not captured.")
        kinds = list(LogKind) if both else [LogKind.STDERR if only_stderr else LogKind.STDOUT]
        _show(asked, kinds, own_streams=both)


def _has_ended(instance: Instance, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    return run is None or run.is_finished


def _captured(
    instance: Instance, run_id: str, step_key: str | None, *, is_over: Callable[[], bool]
) -> list[ComputeLogsCaptureData]:
    """The captures of a run, of those a step belongs to where one is named. Waits for a run that has yet to begin."""
    while True:
        over = is_over()
        entries = instance.all_logs(run_id, of_type=EventType.LOGS_CAPTURED)
        logs = [entry.get_dagster_event().logs_captured_data for entry in entries]
        if logs or over:
            break
        instance.ambient.clock.sleep(_LOOK_AGAIN_SECONDS)
    if step_key is None or not logs:
        return logs
    found = [log for log in logs if step_key in log.step_keys]
    if not found:
        known = [key for log in logs for key in log.step_keys]
        hint = did_you_mean(step_key, known) or f"Its steps: {', '.join(known[:10])}."
        raise InvocationError(f"The run has no step {step_key!r}.", hint=hint)
    return found


def _show(asked: _Asked, kinds: Sequence[LogKind], *, own_streams: bool) -> None:
    """Write the streams; the second at the same time as the first, as neither waits for the other."""

    def show(kind: LogKind) -> None:
        for log in asked.logs:
            for data in _pieces(asked, log, kind):
                if own_streams and kind is LogKind.STDERR:
                    click.echo(data, nl=False, err=True)
                else:
                    emit(data, ends_line=False)

    others = [threading.Thread(target=show, args=(kind,), daemon=True) for kind in kinds[1:]]
    for thread in others:
        thread.start()
    show(kinds[0])
    for thread in others:
        thread.join()


def _pieces(asked: _Asked, log: ComputeLogsCaptureData, kind: LogKind) -> Iterator[str | bytes]:
    """What a log says, in pieces."""
    store, key = asked.store, run_log_key(asked.run_id, log.file_key)
    for part in _parts(asked, key, kind):
        if asked.raw:
            chunks = follow(store, key, kind, cursor=part.start, end=part.end, is_over=asked.is_over)
            yield from (chunk.data for chunk in chunks)
        else:
            found = follow_lines(store, key, kind, cursor=part.start, end=part.end, is_over=asked.is_over)
            yield from ("".join(f"{line}\n" for line in each.lines) for each in found)


def _parts(asked: _Asked, log_key: Sequence[str], kind: LogKind) -> Iterator[Part]:
    if asked.step_key is None:
        yield Part(0, lambda: None, shared=False)
        return
    parts = step_parts(asked.store, log_key, kind, step_key=asked.step_key, is_over=asked.is_over)
    told = False
    for part in parts:
        if part.shared and not told:
            told = True
            say("Other steps ran at the same time in the same process: what they wrote is shown as well.")
        yield part


def _page(asked: _Asked, log: ComputeLogsCaptureData) -> CapturedLog:
    key = run_log_key(asked.run_id, log.file_key)
    index = asked.store.index(key)
    lines = {
        kind: [line for piece in _pieces(asked, log, kind) for line in str(piece).split("\n")[:-1]]
        for kind in LogKind
    }
    return CapturedLog(
        file_key=log.file_key,
        step_keys=log.step_keys,
        is_complete=index.is_complete,
        stdout_at=asked.store.place(key, LogKind.STDOUT),
        stderr_at=asked.store.place(key, LogKind.STDERR),
        steps=index.steps if asked.step_key is None else index.slices(asked.step_key),
        stdout=lines[LogKind.STDOUT],
        stderr=lines[LogKind.STDERR],
    )
