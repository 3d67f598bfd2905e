"""``mainspring list defs``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.declared import Declared, chosen, declared
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, json_option, target_options
from mainspring.cli.output import emit, say
from mainspring.cli.table import Table, show_table
from mainspring.cli.wording import counted, first_line
from mainspring.core.base.environment import Environment, system_environment
from mainspring.core.values.names import ANONYMOUS_JOB_PREFIX


@click.command("defs", cls=Command)
@click.option(
    "--assets",
    "selection",
    metavar="SELECTION",
    help="Only these assets, such as 'group:sales' or '+orders'.",
)
@json_option
@target_options
def list_defs(selection: str | None, as_json: bool, target: TargetChoice) -> None:
    """Show the assets, checks, jobs, schedules, sensors and resources that are declared."""
    definitions = target.load()
    catalog = definitions.catalog
    found = declared(catalog, definitions.resources, only=chosen(selection, catalog.assets.graph))
    if as_json:
        emit_json(found)
    else:
        _show(found, system_environment())


def _show(found: Declared, environ: Environment) -> None:
    tables = (_assets(found), _checks(found), _jobs(found), _schedules(found), _sensors(found))
    blocks = [table for table in tables if table.rows]
    for place, table in enumerate(blocks):
        if place:
            emit("")
        show_table(table, environ)
    if found.resources:
        emit(f"\nResources: {', '.join(found.resources)}")
    counts = [
        counted(len(found.assets), "asset"),
        counted(len(found.checks), "check"),
        counted(len(found.jobs), "job"),
    ]
    if found.schedules or found.sensors:
        counts += [counted(len(found.schedules), "schedule"), counted(len(found.sensors), "sensor")]
    say(", ".join(counts))


def _assets(found: Declared) -> Table:
    rows = [
        [
            one.key,
            one.group,
            ", ".join(one.kinds),
            one.made,
            ", ".join(one.deps),
            ", ".join(one.owners),
            first_line(one.description),
        ]
        for one in found.assets
    ]
    return Table(["asset", "group", "kinds", "made", "depends on", "owners", "description"], rows)


def _checks(found: Declared) -> Table:
    rows = [
        [one.asset, one.name, "yes" if one.blocking else "no", first_line(one.description)]
        for one in found.checks
    ]
    return Table(["asset", "check", "blocking", "description"], rows)


def _jobs(found: Declared) -> Table:
    rows = [
        [
            one.name,
            str(len(one.assets)),
            str(len(one.checks)),
            str(len(one.ops)),
            first_line(one.description),
        ]
        for one in found.jobs
    ]
    figures = frozenset({"assets", "checks", "ops"})
    return Table(["job", "assets", "checks", "ops", "description"], rows, right=figures)


def _schedules(found: Declared) -> Table:
    rows = [
        [
            one.name,
            " or ".join(one.cron_schedule),
            one.timezone,
            _shown([one.job]),
            first_line(one.description),
        ]
        for one in found.schedules
    ]
    return Table(["schedule", "cron", "timezone", "job", "description"], rows)


def _sensors(found: Declared) -> Table:
    rows = [
        [
            one.name,
            one.kind.replace("_", " "),
            f"{one.every} s",
            _shown(one.jobs),
            first_line(one.description),
        ]
        for one in found.sensors
    ]
    return Table(["sensor", "kind", "every", "jobs", "description"], rows)


def _shown(jobs: Sequence[str]) -> str:
    """The names of jobs; a selection of assets has none of the user's."""
    return ", ".join("(assets)" if name.startswith(ANONYMOUS_JOB_PREFIX) else name for name in jobs)
