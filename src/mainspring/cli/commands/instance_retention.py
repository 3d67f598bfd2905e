"""``mainspring instance retention``."""

from __future__ import annotations

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.bar import bar
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.retaining import kinds, retain
from mainspring.core.instance.retention import preview_retention


@click.command("retention", cls=Command)
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
@json_option
def instance_retention(dry_run: bool, as_json: bool) -> None:
    """Remove what the settings let go (`retention`), in pieces so small that nobody who writes waits for long.

    What is the latest of an asset, a partition or a check stays, and so does all of a run in progress. What is
    interrupted goes on at the next call.
    """
    with open_instance() as instance, bar(instance.ambient.environ) as shown:
        counts = dict(preview_retention(instance) if dry_run else retain(instance, shown))
    if as_json:
        emit_json({"removed": {} if dry_run else counts, "would_go": counts if dry_run else {}})
    say(f"Would go: {kinds(counts)}." if dry_run else f"Removed: {kinds(counts)}.")
