"""``mainspring``: the table of commands, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import FileIO, TextIOWrapper
from typing import TextIO

import click

from mainspring._version import __version__
from mainspring.cli import exit_code
from mainspring.cli.calling import Calling
from mainspring.cli.failure import tell
from mainspring.cli.lazy import Entry, LazyGroup
from mainspring.cli.output import UnwrittenError, say
from mainspring.core.base.errors import OrchestratorError

_COMMANDS = "mainspring.cli.commands"

ENTRIES = {
    "launch": Entry(f"{_COMMANDS}.launch:launch", "Run assets or a job here and now, and watch."),
    "list": Entry(f"{_COMMANDS}.groups:list_group", "Show what is declared."),
    "check": Entry(f"{_COMMANDS}.groups:check_group", "Find out whether what is declared can be loaded."),
    "asset": Entry(f"{_COMMANDS}.groups:asset_group", "Show what is recorded of assets; wipe it."),
    "run": Entry(f"{_COMMANDS}.groups:run_group", "Show runs and their events; run them again."),
    "job": Entry(f"{_COMMANDS}.groups:job_group", "Run a job."),
    "instance": Entry(
        f"{_COMMANDS}.groups:instance_group", "Show and keep the instance: its settings, its database."
    ),
    "debug": Entry(f"{_COMMANDS}.groups:debug_group", "Take records out into a file, and in again."),
}

_EPILOG = (
    "Exit status: 0 done, 1 the run failed, 2 what was asked cannot be done, 130 interrupted. "
    "Records are kept in MAINSPRING_HOME, else in .mainspring beside pyproject.toml."
)

cli: LazyGroup = LazyGroup(
    "mainspring",
    entries=ENTRIES,
    help="Declare assets in Python; make, check and inspect them from here.",
    epilog=_EPILOG,
)
cli = click.version_option(
    __version__, "-V", "--version", prog_name="mainspring", message="%(prog)s %(version)s"
)(cli)


def main(arguments: Sequence[str] | None = None, *, called_as: str = "mainspring") -> int:
    """Carry out a command line; its exit status.

    ``called_as`` is what a person types to call this program: commands that are shown begin with it.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    _have_streams()
    _never_fail_to_encode()
    try:
        return _carry_out(given, Calling(called_as, debug="--debug" in given))
    except BrokenPipeError:
        return _reader_is_gone()


def _carry_out(arguments: list[str], how: Calling) -> int:
    try:
        status: object = cli.main(arguments, prog_name="mainspring", standalone_mode=False, obj=how)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return exit_code.WRONG_USE
    except click.ClickException as error:
        _show_usage(error)
        return exit_code.WRONG_USE
    except click.Abort:
        say("Interrupted.")
        return exit_code.INTERRUPTED
    except BrokenPipeError:
        raise
    except UnwrittenError as error:
        return _stdout_is_unusable(error.why)
    except OrchestratorError as error:
        tell(error, debug=how.debug)
        return exit_code.WRONG_USE
    except Exception as error:  # the last place an error can be told
        unwritten = _what_keeps_from_writing() if isinstance(error, OSError) else None
        if unwritten is not None:
            return _stdout_is_unusable(unwritten)
        tell(error, debug=how.debug)
        return exit_code.FAULT
    return status if isinstance(status, int) else exit_code.OK


def _have_streams() -> None:
    """A closed stdout or stderr takes what is written and drops it. One that nothing buffers gets a buffer: what
    cannot be written is still there then, and says so when it is written once more."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _dropping(number))
        elif number == 1 and isinstance(getattr(stream, "buffer", None), FileIO):
            sys.stdout = os.fdopen(number, "w", closefd=False, encoding=stream.encoding)


def _dropping(number: int) -> TextIO:
    """A stream to nowhere, by the descriptor of that number where it is free: child processes inherit it."""
    opened = os.open(os.devnull, os.O_WRONLY)
    try:
        os.fstat(number)
    except OSError:
        os.dup2(opened, number)
        os.close(opened)
        opened = number
    return os.fdopen(opened, "w", closefd=False)


def _never_fail_to_encode() -> None:
    """A terminal or file that does not know a sign is given its number; that is better than no answer."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _show_usage(error: click.ClickException) -> None:
    context = error.ctx if isinstance(error, click.UsageError) else None
    help_line = f"\nhint: `{context.command_path} --help` shows what it takes." if context is not None else ""
    say(f"error: {error.format_message()}{help_line}")


def _reader_is_gone() -> int:
    """Nobody reads stdout any more: end without a word, and leave nothing for the interpreter to flush."""
    _forget_stdout()
    return exit_code.BROKEN_PIPE


def _what_keeps_from_writing() -> OSError | None:
    """What stdout says when what it still holds is written once more."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return error
    return None


def _stdout_is_unusable(error: OSError) -> int:
    say(f"error: cannot write to stdout: {error.strerror or error}")
    _forget_stdout()
    return exit_code.CANNOT_WRITE


def _forget_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
