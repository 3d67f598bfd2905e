"""``mainspring instance copy``."""

from __future__ import annotations

import re
from pathlib import Path

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.bar import bar
from mainspring.cli.lazy import Command
from mainspring.cli.located import locate, world_of
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.wording import counted
from mainspring.core.base.ambient import Ambient
from mainspring.core.base.clock import Clock
from mainspring.core.base.errors import InvocationError
from mainspring.core.instance.located import bare, database_file, located_in
from mainspring.core.instance.postgres_address import parameters_of
from mainspring.core.instance.storage_place import PostgresPlace, SqlitePlace, StoragePlace
from mainspring.core.storage.sql.bare import Bare
from mainspring.core.storage.sql.store import sqlite_store
from mainspring.core.storage.sql.transfer.copying import Copied, copy_database

_SERVER = re.compile(r"postgres(ql)?(\+\w+)?://.+")
_WHERE = (
    "A URL postgresql://user:password@host:5432/database, or a home folder (with or without a settings file)."
)


@click.command("copy", cls=Command)
@click.option("--to", "to", required=True, metavar="WHERE", envvar="MAINSPRING_COPY_TO", help=_WHERE)
@click.option("--from", "source", metavar="WHERE", help="The same; by default the database of this instance.")
@click.option("--replace", is_flag=True, help="Remove for good what the target holds.")
@json_option
def instance_copy(to: str, source: str | None, replace: bool, as_json: bool) -> None:
    """Copy all records into another database: from SQLite to PostgreSQL, back, or between two of a kind.

    They are copied as they are at one moment; end what writes before, or what it writes later is missing. The target
    must be empty, and is not usable until all of it was compared. A URL with a password can be given in the variable
    MAINSPRING_COPY_TO instead. Values that IO managers store and captured output are not copied.
    """
    world = world_of()
    reading = bare(_place(source, world), read_only=True)
    try:
        target = _target(_place(to, world), world.clock)
        try:
            with bar(world.environ) as shown:
                done = copy_database(reading, target, replace=replace, told=shown.show)
        finally:
            target.close()
    finally:
        reading.close()
    _tell(done, as_json=as_json)


def _place(where: str | None, world: Ambient) -> StoragePlace:
    if where is None:
        return locate(world).place
    if _SERVER.fullmatch(where):
        return PostgresPlace(parameters_of({"postgres_url": where}))
    if "://" in where:
        scheme = where.partition("://")[0]
        raise InvocationError(f"{scheme}:// names no database that can be used here.", hint=_WHERE)
    return located_in(Path(where).expanduser().absolute(), environ=world.environ).place


def _target(place: StoragePlace, clock: Clock) -> Bare:
    """The database to copy into; a file is made if need be."""
    if isinstance(place, SqlitePlace) and not database_file(place).exists():
        sqlite_store(place.folder, clock=clock).close()
    return bare(place)


def _tell(done: Copied, *, as_json: bool) -> None:
    if as_json:
        emit_json(done)
    say(
        f"Copied {counted(sum(done.rows.values()), 'row')} from {done.source} to {done.target}, and compared them."
    )
    if done.mended:
        say(
            f"{counted(done.mended, 'value')} could not be kept as they were (text with NUL or that is no UTF-8, or a"
            " value of another type than its column's) and were written out in text."
        )
    say("To use it, name it in mainspring.yaml under `storage`.")
