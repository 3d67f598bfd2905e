"""``mainspring instance vacuum``."""

from __future__ import annotations

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.bar import Bar, bar
from mainspring.cli.calling import calling
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.located import locate, world_of
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.retaining import kinds, retain
from mainspring.cli.wording import byte_size
from mainspring.core.base.ambient import Ambient
from mainspring.core.instance.located import bare, database_file
from mainspring.core.instance.storage_place import SqlitePlace
from mainspring.core.storage.sql.vacuum import Vacuumed, vacuum


@click.command("vacuum", cls=Command)
@click.option(
    "--full", is_flag=True, help="Write everything anew: gives most room back; nobody can write meanwhile."
)
@json_option
def instance_vacuum(full: bool, as_json: bool) -> None:
    """Remove what the settings let go, then give the room of removed rows back.

    A database file is made shorter a few pages at a time, so that nobody who writes waits for long. A PostgreSQL
    database is cleaned by VACUUM (ANALYZE): its room is used again for new rows.
    """
    world = world_of()
    place = locate(world).place
    if isinstance(place, SqlitePlace) and not database_file(place).is_file():
        say("Nothing is recorded yet.")
        return
    with bar(world.environ) as shown:
        with open_instance(ambient=world) as instance:
            removed = retain(instance, shown)
        done = _vacuum(world, shown, full=full)
    if as_json:
        emit_json(
            {
                "removed": removed,
                "bytes_before": done.before,
                "bytes_after": done.after,
                "bytes_left": done.left,
            }
        )
    say(f"Removed: {kinds(removed)}.")
    say(f"The database took {byte_size(done.before)}, and takes {byte_size(done.after)} now.")
    if done.left:
        say(
            f"{byte_size(done.left)} of it are free: a file that an older version made gives them back only when it"
            f" is written anew, and nobody can write meanwhile: {calling().name} instance vacuum --full"
        )


def _vacuum(world: Ambient, shown: Bar, *, full: bool) -> Vacuumed:
    database = bare(locate(world).place)
    try:
        return vacuum(database, clock=world.clock, told=shown.show, whole=full)
    finally:
        database.close()
