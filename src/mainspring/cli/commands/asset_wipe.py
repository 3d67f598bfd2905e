"""``mainspring asset wipe``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.calling import calling
from mainspring.cli.instance import open_instance
from mainspring.cli.known import Known
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.recorded import asset_lines
from mainspring.cli.wording import counted, local, local_time
from mainspring.core.base.errors import InvocationError, UnknownPartitionError, did_you_mean
from mainspring.core.instance.instance import Instance
from mainspring.core.records.wipe import AssetWipe, WipePreview
from mainspring.core.values.asset_key import AssetKey

_MOST_SHOWN = 20


class Wipe(NamedTuple):
    """What is to be wiped: assets, or partitions of one."""

    keys: Sequence[AssetKey]
    partitions: Sequence[str]


@click.command("wipe", cls=Command)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--all", "everything", is_flag=True, help="Every asset that is recorded.")
@click.option(
    "--partitions",
    "--partition",
    "partitions",
    metavar="KEY",
    multiple=True,
    help="Only this partition of the asset; may be repeated.",
)
@click.option("-y", "--yes", "--noprompt", is_flag=True, help="Do not ask.")
@json_option
def asset_wipe(
    keys: Sequence[str], everything: bool, partitions: Sequence[str], yes: bool, as_json: bool
) -> None:
    """Put the history of assets out of sight: they stand as never made. Stored values stay where they are.

    Shows what would be wiped and asks first. `mainspring asset unwipe` takes a wipe back, within the time for
    which the settings keep wiped events.
    """
    if bool(keys) == everything:
        raise click.UsageError("Say what to wipe: either keys of assets or --all.")
    if partitions and (everything or len(keys) != 1):
        raise click.UsageError("--partitions takes exactly one asset.")
    with open_instance() as instance:
        wipe = _checked(instance, keys, partitions)
        done = bool(wipe.keys) and _may(instance, wipe, yes=yes)
        made = _carry_out(instance, wipe) if done else []
    if as_json:
        emit_json(
            {
                "wiped": [key.to_user_string() for key in wipe.keys] if done else [],
                "partitions": list(wipe.partitions) if done else [],
                "wipe_ids": [one.id for one in made],
            }
        )
    say(f"Wiped {_what(wipe)}." if done else "Nothing was wiped.")
    if made:
        say(_way_back(made))


def _checked(instance: Instance, words: Sequence[str], partitions: Sequence[str]) -> Wipe:
    known = Known(None, instance.get_asset_keys())
    if not words:
        return Wipe(known.all_keys(), ())
    keys = [known.key(word) for word in dict.fromkeys(words)]
    if partitions:
        recorded = instance.store.partitions.states(keys[0])
        for partition in partitions:
            if partition not in recorded:
                name = keys[0].to_user_string()
                raise UnknownPartitionError(
                    f"Nothing is recorded of the partition {partition!r} of {name!r}.",
                    hint=did_you_mean(partition, recorded),
                )
    return Wipe(keys, tuple(dict.fromkeys(partitions)))


def _may(instance: Instance, wipe: Wipe, *, yes: bool) -> bool:
    """Whether it was asked for with ``--yes`` or somebody at a terminal agrees."""
    if yes:
        return True
    _preview(instance, wipe)
    if not sys.stdin.isatty():
        raise InvocationError(
            "There is no terminal to ask at, so nothing was wiped.",
            hint="Add --yes to wipe without being asked.",
        )
    return click.confirm(f"Wipe {_what(wipe)}?", err=True)


def _preview(instance: Instance, wipe: Wipe) -> None:
    say("To be wiped:")
    shown = wipe.keys[:_MOST_SHOWN]
    previews = instance.preview_wipe(shown, wipe.partitions or None)
    for line, preview in zip(asset_lines(instance, shown, {}), previews, strict=True):
        at = f"materialized {local(line.materialized_at)}" if line.materialized_at else "never materialized"
        say(f"  {line.key}  {at}{_vanishing(preview)}")
    if len(wipe.keys) > _MOST_SHOWN:
        say(f"  and {len(wipe.keys) - _MOST_SHOWN:,} more")
    for partition in wipe.partitions[:_MOST_SHOWN]:
        say(f"    partition {partition}")


def _vanishing(preview: WipePreview) -> str:
    """What would go, as the rest of a line."""
    counts = {
        "materialization": preview.materializations,
        "observation": preview.observations,
        "failure": preview.failures,
        "check result": preview.checks,
        "partition": preview.partitions,
    }
    told = [counted(number, noun) for noun, number in counts.items() if number]
    if preview.runs_in_progress:
        told.append(f"{counted(len(preview.runs_in_progress), 'run')} in progress on it")
    return f": {', '.join(told)}" if told else ""


def _carry_out(instance: Instance, wipe: Wipe) -> list[AssetWipe]:
    """Wipe, and the wipes that were made, as they are listed afterwards."""
    if wipe.partitions:
        instance.wipe_asset_partitions(wipe.keys[0], wipe.partitions)
    else:
        instance.wipe_assets(wipe.keys)
    return [wipes[0] for key in wipe.keys if (wipes := instance.list_wipes(key))]


def _way_back(made: Sequence[AssetWipe]) -> str:
    ids = " ".join(str(one.id) for one in made[:_MOST_SHOWN])
    more = " ..." if len(made) > _MOST_SHOWN else ""
    until = made[0].undo_until
    time = "" if until is None else f" until {local_time(until)}"
    return f"hint: `{calling().name} asset unwipe {ids}{more}` takes that back{time}."


def _what(wipe: Wipe) -> str:
    if wipe.partitions:
        return f"{counted(len(wipe.partitions), 'partition')} of {wipe.keys[0].to_user_string()}"
    return f"the history of {counted(len(wipe.keys), 'asset')}"
