"""``mainspring asset list``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.declared import chosen
from mainspring.cli.instance import open_instance
from mainspring.cli.known import known_assets
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, json_option, target_options
from mainspring.cli.output import say
from mainspring.cli.recorded import AssetLine, asset_lines
from mainspring.cli.table import Table, show_table
from mainspring.cli.wording import counted, local
from mainspring.core.base.environment import Environment
from mainspring.core.graph.staleness.status import StaleStatus

_NOT_FRESH = frozenset({StaleStatus.STALE.value, StaleStatus.MISSING.value})


@click.command("list", cls=Command)
@click.option("--select", "--assets", "selection", metavar="SELECTION", help="Only these; needs definitions.")
@click.option(
    "--stale", "only_stale", is_flag=True, help="Only what is not up to date, and why; needs definitions."
)
@json_option
@target_options
def asset_list(selection: str | None, only_stale: bool, as_json: bool, target: TargetChoice) -> None:
    """Show the declared and recorded assets with their latest materialization, and whether they are up to date.

    Without definitions, those that the instance knows.
    """
    with open_instance() as instance:
        known = known_assets(instance, target, needed=selection is not None or only_stale)
        matched = chosen(selection, known.graph) if known.graph is not None else None
        keys = known.all_keys() if matched is None else sorted(matched.asset_keys)
        lines = asset_lines(instance, keys, known.groups, known.staleness(instance, keys))
        if only_stale:
            lines = [line for line in lines if line.status in _NOT_FRESH]
        if as_json:
            emit_json(lines)
        elif only_stale:
            _show_reasons(lines, instance.ambient.environ)
        else:
            _show(lines, instance.ambient.environ)


def _show(lines: Sequence[AssetLine], environ: Environment) -> None:
    if lines:
        rows = [
            [
                line.key,
                line.group or "",
                _status(line),
                _at(line),
                line.partition or "",
                "" if line.rows is None else f"{line.rows:,}",
                (line.run_id or "")[:8],
            ]
            for line in lines
        ]
        show_table(
            Table(
                ["asset", "group", "status", "materialized", "partition", "rows", "run"],
                rows,
                right=frozenset({"rows"}),
            ),
            environ,
        )
    made = sum(line.materialized_at is not None for line in lines)
    stale = sum(line.status in _NOT_FRESH for line in lines)
    say(
        f"{counted(len(lines), 'asset')}, {made:,} materialized{f', {stale:,} not up to date' if stale else ''}"
    )


def _show_reasons(lines: Sequence[AssetLine], environ: Environment) -> None:
    if lines:
        rows = [[line.key, _status(line), "; ".join(line.reasons)] for line in lines]
        show_table(Table(["asset", "status", "why"], rows), environ)
    say(f"{counted(len(lines), 'asset')} not up to date" if lines else "All assets are up to date.")


def _status(line: AssetLine) -> str:
    return (line.status or "").lower()


def _at(line: AssetLine) -> str:
    return local(line.materialized_at) or "never"
