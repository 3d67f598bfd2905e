"""``mainspring run show``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
import msgspec

from mainspring.cli.as_json import emit_json
from mainspring.cli.check_reason import reason
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import emit, say
from mainspring.cli.progress import error_text
from mainspring.cli.recorded_runs import EventLine, RunLine, event_line, find_run, run_line
from mainspring.cli.wording import counted, duration, local, local_time
from mainspring.core.base import serial
from mainspring.core.records.asset_events import AssetCheckEvaluation

_ASSETS_SHOWN = 10


class RunPage(msgspec.Struct, frozen=True, kw_only=True):
    """A run with its config and its whole log."""

    run: RunLine
    config: dict[str, object]
    events: Sequence[EventLine]


@click.command("show", cls=Command)
@click.argument("run_id", metavar="RUN_ID")
@json_option
def run_show(run_id: str, as_json: bool) -> None:
    """Show one run with all its events.

    RUN_ID is the id of a run, or as much of its beginning as no other id shares.
    """
    with open_instance() as instance:
        record = find_run(instance, run_id)
        rows = instance.store.events.of_run(record.dagster_run.run_id)
        page = RunPage(
            run=run_line(record),
            config=record.dagster_run.run_config,
            events=[event_line(row) for row in rows],
        )
    if as_json:
        emit_json(page)
    else:
        _show(page)


def _show(page: RunPage) -> None:
    facts = [(name, text) for name, text in _facts(page) if text]
    width = max(len(name) for name, _ in facts)
    for name, text in facts:
        emit(f"{name.ljust(width)}  {text}")
    emit("")
    for line in page.events:
        emit(_event(line))
    unreadable = sum(line.unreadable is not None for line in page.events)
    say(
        counted(len(page.events), "event")
        + (f", {unreadable:,} of them cannot be read" if unreadable else "")
    )


def _facts(page: RunPage) -> Iterator[tuple[str, str]]:
    run = page.run
    yield "run", run.run_id
    yield "job", run.job
    yield "status", run.status
    yield "created", local(run.created_at)
    yield "time", duration(run.seconds)
    yield "partition", run.partition or ""
    assets = run.assets or ()
    more = f", and {len(assets) - _ASSETS_SHOWN:,} more" if len(assets) > _ASSETS_SHOWN else ""
    yield "assets", ", ".join(assets[:_ASSETS_SHOWN]) + more
    yield "tags", ", ".join(f"{key}={value}" for key, value in run.tags.items())
    yield "config", serial.encode(page.config).decode() if page.config else ""


def _event(line: EventLine) -> str:
    at = local_time(line.timestamp)
    if line.unreadable is not None:
        what = f"event {line.storage_id} ({line.type or 'message'})"
        return f"{at:19}  {what} cannot be read: {line.unreadable}\n    {line.message}"
    kind = line.type or line.level
    where = f"  {line.step}" if line.step else ""
    error = f"\n{error_text(line.error)}" if line.error is not None else ""
    found = line.data
    why = (
        reason(found.description, found.metadata)
        if isinstance(found, AssetCheckEvaluation) and not found.passed
        else ""
    )
    because = f"\n    {why}" if why else ""
    return f"{at}  {kind}{where}  {line.message}{because}{error}"
