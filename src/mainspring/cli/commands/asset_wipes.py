"""``mainspring asset wipes``."""

from __future__ import annotations

import click

from mainspring.cli.as_json import emit_json, moment
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.table import Table, show_table
from mainspring.cli.wording import counted, local_time
from mainspring.core.records.wipe import AssetWipe
from mainspring.core.values.asset_key import AssetKey

_LAST_MOMENT = 253_370_764_800.0
"""The year 9999, as far as a calendar goes; in seconds since 1970."""


@click.command("wipes", cls=Command)
@click.argument("key", required=False, metavar="[KEY]")
@json_option
def asset_wipes(key: str | None, as_json: bool) -> None:
    """List the wipes that were made, newest first, and until when each can be taken back.

    KEY: the wipes of this asset only.
    """
    with open_instance() as instance:
        wipes = instance.list_wipes(None if key is None else AssetKey.from_user_string(key))
        environ = instance.ambient.environ
    if as_json:
        emit_json([_as_json(one) for one in wipes])
    elif wipes:
        rows = [
            [
                str(one.id),
                one.asset_key.to_user_string(),
                _what(one),
                local_time(one.timestamp),
                _way_back(one),
            ]
            for one in wipes
        ]
        show_table(Table(["wipe", "asset", "what", "at", "can be taken back"], rows), environ)
    else:
        say("Nothing was wiped." if key is None else f"{key} was never wiped.")


def _what(one: AssetWipe) -> str:
    return "all of it" if one.partitions is None else counted(len(one.partitions), "partition")


def _way_back(one: AssetWipe) -> str:
    if one.refusal is not None:
        return f"no: {one.refusal}"
    until = _until(one)
    return "yes" if until is None else f"until {local_time(until)}"


def _until(one: AssetWipe) -> float | None:
    """When the time of grace ends; ``None`` for never, and for what is beyond any calendar."""
    return None if one.undo_until is None or one.undo_until > _LAST_MOMENT else one.undo_until


def _as_json(one: AssetWipe) -> dict[str, object]:
    return {
        "id": one.id,
        "asset": one.asset_key.to_user_string(),
        "partitions": one.partitions,
        "at": moment(one.timestamp),
        "undone": one.undone,
        "undo_until": moment(_until(one)),
        "refusal": one.refusal,
    }
