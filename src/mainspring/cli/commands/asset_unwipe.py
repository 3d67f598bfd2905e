"""``mainspring asset unwipe``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.wording import counted


@click.command("unwipe", cls=Command)
@click.argument("wipes", nargs=-1, required=True, type=click.IntRange(min=1), metavar="WIPE...")
@json_option
def asset_unwipe(wipes: Sequence[int], as_json: bool) -> None:
    """Take wipes back: everything is as if they had not been, and what was told since counts too.

    WIPE is the number of a wipe, which `mainspring asset wipes` shows. All of them are taken back, or none.
    """
    with open_instance() as instance:
        undone = instance.undo_wipe(wipes)
    if as_json:
        emit_json([{"id": one.id, "asset": one.asset_key.to_user_string()} for one in undone])
    for one in undone:
        what = "" if one.partitions is None else f" ({counted(len(one.partitions), 'partition')})"
        say(f"Took back wipe {one.id} of {one.asset_key.to_user_string()}{what}.")
