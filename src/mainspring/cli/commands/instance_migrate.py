"""``mainspring instance migrate``."""

from __future__ import annotations

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.bar import bar
from mainspring.cli.lazy import Command
from mainspring.cli.located import locate, world_of
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.core.instance.located import database_file
from mainspring.core.instance.storage_place import SqlitePlace
from mainspring.core.instance.upgrade import Upgraded, upgrade
from mainspring.core.storage.sql.schema import NUMBER


@click.command("migrate", cls=Command)
@click.option("--backup/--no-backup", default=True, help="Copy the database file before; on by default.")
@json_option
def instance_migrate(backup: bool, as_json: bool) -> None:
    """Bring the database to the schema of this version, all or nothing.

    A database file is copied before, beside itself: remove the copy when you no longer want it. A PostgreSQL
    database is not copied: make a dump of it first. Calling it again does nothing.
    """
    world = world_of()
    place = locate(world).place
    if isinstance(place, SqlitePlace) and not database_file(place).is_file():
        done = Upgraded(str(database_file(place)), None, NUMBER)
        if as_json:
            emit_json(done)
        say("There is no database yet: it is made with the newest schema when it is first used.")
        return
    with bar(world.environ) as shown:
        done = upgrade(
            place, backup=backup, told=lambda pages, of: shown.show("copying the database", pages, of)
        )
    if as_json:
        emit_json(done)
    say(_told(done))


def _told(done: Upgraded) -> str:
    if done.before == done.after:
        return f"{done.place} has the schema {done.after} already: nothing was done."
    told = f"{done.place} was migrated from the schema {done.before or 'of none'} to {done.after}."
    return f"{told}\nA copy of it as it was: {done.backup}" if done.backup else told
