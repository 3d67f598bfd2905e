"""``mainspring run list``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.recorded_runs import RunLine, run_line
from mainspring.cli.table import Table, show_table
from mainspring.cli.wording import counted, duration, local_time
from mainspring.core.base.environment import Environment
from mainspring.core.records.filters import RunsFilter
from mainspring.core.records.run import RunRecord, RunStatus


@click.command("list", cls=Command)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at the most."
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=click.Choice([status.value for status in RunStatus], case_sensitive=False),
    metavar="STATUS",
    help="Only runs that stand so, such as SUCCESS or FAILURE; may be repeated.",
)
@click.option("-j", "--job", metavar="NAME", help="Only runs of this job.")
@json_option
def run_list(limit: int, statuses: Sequence[str], job: str | None, as_json: bool) -> None:
    """Show runs, newest first."""
    wanted = RunsFilter(job_name=job, statuses=[RunStatus(status) for status in statuses] or None)
    with open_instance() as instance:
        records = instance.get_run_records(wanted, limit=limit)
        if as_json:
            emit_json([run_line(record) for record in records])
            return
        if records:
            _show(records, instance.ambient.environ)
        more = instance.get_runs_count(wanted) - len(records)
        say(counted(len(records), "run") + (f", {more:,} more: see --limit" if more > 0 else ""))


def _show(records: Sequence[RunRecord], environ: Environment) -> None:
    rows = [_row(record, run_line(record)) for record in records]
    show_table(
        Table(
            ["run", "job", "status", "created", "time", "assets", "partition"],
            rows,
            right=frozenset({"time", "assets"}),
        ),
        environ,
    )


def _row(record: RunRecord, line: RunLine) -> list[str]:
    created = local_time(record.create_timestamp.timestamp())
    assets = "" if line.assets is None else str(len(line.assets))
    return [
        line.run_id[:8],
        line.job,
        line.status,
        created,
        duration(line.seconds),
        assets,
        line.partition or "",
    ]
