"""``mainspring run delete``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.recorded_runs import find_run
from mainspring.cli.wording import counted, local_time
from mainspring.core.base.errors import InvocationError
from mainspring.core.instance.instance import Instance
from mainspring.core.records.run import IN_PROGRESS, RunRecord
from mainspring.core.records.run_deletion import AssetAfterDeletion

_MOST_SHOWN = 20


@click.command("delete", cls=Command)
@click.argument("run_ids", nargs=-1, required=True, metavar="RUN_ID...")
@click.option("-y", "--yes", "--noprompt", is_flag=True, help="Do not ask.")
@click.option(
    "--force", is_flag=True, help="Even runs in progress, whose further events would belong to no run."
)
@json_option
def run_delete(run_ids: Sequence[str], yes: bool, force: bool, as_json: bool) -> None:
    """Delete runs with all their events, for good. Stored values stay where they are.

    Shows which assets would stand as made by another run, and asks first. RUN_ID is the id of a run, or as much of
    its beginning as no other id shares.
    """
    with open_instance() as instance:
        records = {one.dagster_run.run_id: one for one in (find_run(instance, word) for word in run_ids)}
        _refuse_those_in_progress(list(records.values()), force=force)
        done = _may(instance, list(records.values()), yes=yes)
        if done:
            for run_id in records:
                instance.delete_run(run_id, force=force)
    if as_json:
        emit_json({"deleted": list(records) if done else []})
    say(f"Deleted {counted(len(records), 'run')}." if done else "Nothing was deleted.")


def _refuse_those_in_progress(records: Sequence[RunRecord], *, force: bool) -> None:
    for record in records:
        run = record.dagster_run
        if run.status in IN_PROGRESS and not force:
            raise InvocationError(
                f"Run {run.run_id} is in progress ({run.status.value}).",
                hint="Wait for its end or cancel it; --force deletes it all the same.",
            )


def _may(instance: Instance, records: Sequence[RunRecord], *, yes: bool) -> bool:
    """Whether it was asked for with ``--yes`` or somebody at a terminal agrees."""
    if yes:
        return True
    say("To be deleted:")
    for record in records:
        run = record.dagster_run
        after = instance.preview_delete_run(run.run_id)
        say(f"  {run.run_id}  {run.job_name}, {run.status.value}: {counted(after.events, 'event')}")
        for asset in after.assets[:_MOST_SHOWN]:
            say(f"    {_told(asset)}")
        if len(after.assets) > _MOST_SHOWN:
            say(f"    and {len(after.assets) - _MOST_SHOWN:,} more assets")
    if not sys.stdin.isatty():
        raise InvocationError(
            "There is no terminal to ask at, so nothing was deleted.",
            hint="Add --yes to delete without being asked.",
        )
    return click.confirm(f"Delete {counted(len(records), 'run')}?", err=True)


def _told(asset: AssetAfterDeletion) -> str:
    """What becomes of an asset."""
    name = asset.asset_key.to_user_string()
    parts: list[str] = []
    if asset.is_latest and asset.next_time is None:
        parts.append("will stand as never materialized")
    elif asset.is_latest:
        by = f" by run {asset.next_run_id}" if asset.next_run_id else ""
        parts.append(f"will stand as materialized {local_time(asset.next_time)}{by}")
    if asset.partitions:
        parts.append(f"{counted(asset.partitions, 'partition')} of it as before this run")
    return f"{name} {', '.join(parts)}"
