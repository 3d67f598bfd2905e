"""``mainspring debug import``."""

from __future__ import annotations

from pathlib import Path

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.bar import bar
from mainspring.cli.instance import open_instance
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.wording import counted
from mainspring.core.instance.retention import sql_database
from mainspring.core.storage.sql.transfer.file import ExportFile
from mainspring.core.storage.sql.transfer.importing import import_file


@click.command("import", cls=Command)
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-existing", is_flag=True, help="Leave out runs that are there already.")
@json_option
def debug_import(file: Path, skip_existing: bool, as_json: bool) -> None:
    """Take in what `debug export` wrote.

    The whole file is checked first. Runs go in one by one, each whole or not at all; their events are the newest
    then. All records of an instance go into an empty one only, all or nothing.
    """
    with open_instance(to_write=True) as instance, bar(instance.ambient.environ) as shown:
        done = import_file(
            sql_database(instance), ExportFile(file), skip_existing=skip_existing, told=shown.show
        )
    if as_json:
        emit_json(done)
    left_out = f" {counted(len(done.skipped), 'run')} left out, there already." if done.skipped else ""
    say(f"Imported {counted(len(done.runs), 'run')} ({counted(done.rows, 'row')}).{left_out}")
