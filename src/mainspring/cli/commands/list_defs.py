"""``mainspring list defs``."""

from __future__ import annotations

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.declared import Declared, chosen, declared
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, json_option, target_options
from mainspring.cli.output import emit, say
from mainspring.cli.table import Table, show_table
from mainspring.cli.wording import counted, first_line
from mainspring.core.base.environment import Environment, system_environment


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
    """Show the assets, checks, jobs and resources that are declared."""
    definitions = target.load()
    catalog = definitions.catalog
    found = declared(catalog, definitions.resources, only=chosen(selection, catalog.assets.graph))
    if as_json:
        emit_json(found)
    else:
        _show(found, system_environment())


def _show(found: Declared, environ: Environment) -> None:
    blocks = [table for table in (_assets(found), _checks(found), _jobs(found)) if table.rows]
    for place, table in enumerate(blocks):
        if place:
            emit("")
        show_table(table, environ)
    if found.resources:
        emit(f"\nResources: {', '.join(found.resources)}")
    say(
        ", ".join(
            (
                counted(len(found.assets), "asset"),
                counted(len(found.checks), "check"),
                counted(len(found.jobs), "job"),
            )
        )
    )


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
        [one.name, str(len(one.assets)), str(len(one.checks)), first_line(one.description)]
        for one in found.jobs
    ]
    return Table(["job", "assets", "checks", "description"], rows, right=frozenset({"assets", "checks"}))
