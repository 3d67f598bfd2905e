"""``mainspring debug export``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from mainspring._version import __version__
from mainspring.cli.as_json import emit_json
from mainspring.cli.bar import Bar, bar
from mainspring.cli.lazy import Command
from mainspring.cli.located import locate, world_of
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.wording import byte_size, counted
from mainspring.core.base.ambient import Ambient
from mainspring.core.base.errors import InvocationError
from mainspring.core.instance.located import bare
from mainspring.core.storage.sql.bare import Bare
from mainspring.core.storage.sql.transfer.exporting import export_instance, export_runs

_PACKED = b"\x1f\x8b"
"""How a file of gzip begins."""


@click.command("export", cls=Command)
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option("--all", "everything", is_flag=True, help="All records of the instance.")
@click.option(
    "-o",
    "--output",
    "path",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, such as run.jsonl.gz.",
)
@json_option
def debug_export(runs: Sequence[str], everything: bool, path: Path, as_json: bool) -> None:
    """Write runs with their events, or all records, into a file that `debug import` takes in.

    RUN is the id of a run, or the beginning of one. Rows that cannot be read are written as they are stored. What was
    hidden in the logs (values of secrets) is hidden in the file; all else is as it was recorded.
    """
    if bool(runs) == everything:
        raise click.UsageError("Say what to export: either runs or --all.")
    _refuse_to_overwrite(path)
    world = world_of()
    database = bare(locate(world).place, read_only=True)
    try:
        with bar(world.environ) as shown:
            rows = _export(database, runs, path, world, shown)
    finally:
        database.close()
    if as_json:
        emit_json({"file": str(path), "rows": rows})
    say(f"Wrote {counted(rows, 'row')}, {byte_size(path.stat().st_size)}: {path}")


def _refuse_to_overwrite(path: Path) -> None:
    """Only a former export, or an empty file, is written over: no database, no device."""
    if not path.name:
        raise click.BadParameter("it is no name of a file.", param_hint="'-o' / '--output'")
    try:
        if not path.exists():
            return
        if not path.is_file():
            raise InvocationError(f"{path} is no regular file.", hint="Name a new file.")
        with path.open("rb") as file:
            beginning = file.read(len(_PACKED))
    except OSError as error:
        raise InvocationError(f"The file {path} cannot be written: {error.strerror}.") from error
    if beginning not in (b"", _PACKED):
        raise InvocationError(f"{path} is there already and is no export.", hint="Name a new file.")


def _export(database: Bare, runs: Sequence[str], path: Path, world: Ambient, shown: Bar) -> int:
    if not runs:
        return export_instance(database, path, clock=world.clock, version=__version__, told=shown.show)
    wanted = [_whole_id(database, one) for one in dict.fromkeys(runs)]
    return export_runs(database, wanted, path, clock=world.clock, version=__version__, told=shown.show)


def _whole_id(database: Bare, beginning: str) -> str:
    with database.read() as cursor:
        cursor.execute(
            "SELECT run_id FROM runs WHERE run_id = ? OR substr(run_id, 1, ?) = ? ORDER BY run_id LIMIT 2",
            (beginning, len(beginning), beginning),
        )
        found = [row[0] for row in cursor.fetchall()]
    if not found:
        raise InvocationError(
            f"There is no run {beginning}.", hint="`mainspring run list` shows those there are."
        )
    if len(found) > 1 and found[0] != beginning:
        raise InvocationError(f"Several runs begin with {beginning}.", hint="Give more of the id.")
    return found[0]
