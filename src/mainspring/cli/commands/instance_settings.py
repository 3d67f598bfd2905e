"""``mainspring instance settings``."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from mainspring.cli.as_json import emit_json
from mainspring.cli.instance import default_home
from mainspring.cli.lazy import Command
from mainspring.cli.options import json_option
from mainspring.cli.output import say
from mainspring.cli.table import Table, show_table
from mainspring.core.base import serial
from mainspring.core.base.environment import Environment, system_environment, variable
from mainspring.core.instance.home import home_of
from mainspring.core.instance.settings import NOTHING, Given, given_in, settings_file
from mainspring.core.instance.settings.in_force import Line, lines


class Answer(msgspec.Struct, frozen=True):
    """The settings that hold. ``file`` is the one they are read from, if there is one."""

    file: str | None
    settings: list[Line]


@click.command("settings", cls=Command)
@click.option(
    "-f",
    "--file",
    "named",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A settings file, in place of the one of the home folder.",
)
@json_option
def instance_settings(named: Path | None, as_json: bool) -> None:
    """Check the settings and show those that hold, given ones and defaults. Nothing is opened.

    Secrets are hidden; what comes from the environment is shown by the name of its variable.
    """
    environ = system_environment()
    file = named or settings_file(_home(environ))
    given = NOTHING if file is None else given_in(file, environ=environ)
    answer = Answer(None if file is None else str(file), list(lines(given)))
    if as_json:
        emit_json(answer)
        return
    rows = [[line.path, _text(line.value), _origin(line, file)] for line in answer.settings]
    show_table(Table(["setting", "value", "from"], rows), environ)
    say(
        f"{_given(given)} in {file}."
        if file is not None
        else "There is no settings file: these are defaults."
    )


def _home(environ: Environment) -> Path:
    return home_of(environ) if variable(environ, "HOME") is not None else default_home(Path.cwd())


def _text(value: object) -> str:
    return value if isinstance(value, str) else serial.encode(value).decode()


def _origin(line: Line, file: Path | None) -> str:
    return line.origin if file is None else line.origin.replace(f"{file}:", "line ", 1)


def _given(given: Given) -> str:
    return f"Sections given: {', '.join(given.written) or 'none'},"
