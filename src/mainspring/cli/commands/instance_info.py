"""``mainspring instance info``."""

from __future__ import annotations

import click
import msgspec

from mainspring.cli.as_json import emit_json, moment
from mainspring.cli.calling import calling
from mainspring.cli.lazy import Command
from mainspring.cli.located import locate, world_of
from mainspring.cli.options import json_option
from mainspring.cli.output import emit, say
from mainspring.cli.table import Table, show_table
from mainspring.cli.wording import byte_size, counted, local
from mainspring.core.base.environment import Environment
from mainspring.core.instance.located import Located, bare, database_file
from mainspring.core.instance.storage_place import SqlitePlace
from mainspring.core.storage.sql.schema import NUMBER
from mainspring.core.storage.sql.setup import UNFINISHED
from mainspring.core.storage.sql.sizes import DatabaseInfo, database_info, recorded


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An instance from outside. ``state``: current, older or newer than this version, empty,
    unfinished (being copied into), or absent."""

    home: str
    state: str
    schema_of_this_version: str
    database: DatabaseInfo | None = None
    latest_event_id: int | None = None
    latest_event_time: str | None = None
    runs: dict[str, int] = {}


@click.command("info", cls=Command)
@json_option
def instance_info(as_json: bool) -> None:
    """Show where the records lie, their schema, how many there are and how much room they take.

    Nothing is made or changed. Works on databases of older and newer versions too.
    """
    world = world_of()
    answer = _answer(locate(world))
    if as_json:
        emit_json(answer)
    else:
        _show(answer, world.environ)
    advice = _advice(answer)
    if advice:
        say(advice)


def _answer(found: Located) -> Answer:
    if isinstance(found.place, SqlitePlace) and not database_file(found.place).exists():
        return Answer(home=str(found.root), state="absent", schema_of_this_version=NUMBER)
    database = bare(found.place, read_only=True)
    try:
        info, seen = database_info(database), recorded(database)
    finally:
        database.close()
    return Answer(
        home=str(found.root),
        state=_state(info.schema),
        schema_of_this_version=NUMBER,
        database=info,
        latest_event_id=seen.latest_event_id,
        latest_event_time=moment(seen.latest_event_time),
        runs=seen.runs_by_status,
    )


def _state(schema: str | None) -> str:
    if schema is None:
        return "empty"
    if schema == UNFINISHED:
        return "unfinished"
    return "current" if schema == NUMBER else "older" if schema < NUMBER else "newer"


def _show(answer: Answer, environ: Environment) -> None:
    emit(f"home      {answer.home}")
    info = answer.database
    if info is None:
        return
    emit(f"database  {info.kind} {info.version}: {info.place}")
    emit(f"schema    {info.schema or 'none'}")
    emit(f"size      {_size(info)}")
    if info.connections is not None:
        emit(f"clients   {counted(info.connections, 'connection')} of {info.most_connections:,}")
    if answer.latest_event_id is not None:
        emit(f"newest    event {answer.latest_event_id:,}, {local(answer.latest_event_time)}")
    if answer.runs:
        emit(f"runs      {', '.join(f'{count:,} {status}' for status, count in answer.runs.items())}")
    if info.tables:
        emit("")
        rows = [
            [
                one.name,
                f"{'~' if one.about else ''}{one.rows:,}",
                byte_size(one.bytes),
                byte_size(one.index_bytes),
            ]
            for one in info.tables
        ]
        show_table(
            Table(["table", "rows", "size", "indexes"], rows, right=frozenset({"rows", "size", "indexes"})),
            environ,
        )


def _size(info: DatabaseInfo) -> str:
    if info.file_bytes is None:
        return byte_size(info.total_bytes)
    free, journal = byte_size(info.free_bytes), byte_size(info.journal_bytes)
    return f"{byte_size(info.file_bytes)}, {free} of it free; journal {journal}"


def _advice(answer: Answer) -> str | None:
    if answer.state == "absent":
        return "Nothing is recorded yet: the database is made when it is first used."
    if answer.state == "empty":
        return "The database holds no tables of ours: they are made when it is first used."
    if answer.state == "older":
        return f"Its schema is older than this version's, {NUMBER}: {calling().name} instance migrate"
    if answer.state == "newer":
        return (
            f"It was written by a newer version: this one knows schemas up to {NUMBER} and leaves it alone."
        )
    if answer.state == "unfinished":
        return f"A copy into it was not finished: {calling().name} instance copy --replace"
    return None
