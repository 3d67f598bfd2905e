"""Where output goes: what was asked for to stdout, everything else, user code's included, to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stdout
from typing import TextIO

import click


class UnwrittenError(Exception):
    """What was asked for cannot be written to stdout; ``why`` is what the system said."""

    def __init__(self, why: OSError) -> None:
        super().__init__(str(why))
        self.why = why


def emit(text: str | bytes, *, ends_line: bool = True) -> None:
    """Write what was asked for. Raises ``UnwrittenError`` where stdout takes nothing, as on a full disk."""
    try:
        click.echo(text, nl=ends_line)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UnwrittenError(error) from error


def say(text: str, stream: TextIO | None = None) -> None:
    """Tell the person in front of the terminal something; on ``stream``, if that is given, else on stderr."""
    click.echo(text, file=stream, err=True)


@contextmanager
def own_stderr() -> Generator[TextIO, None, None]:
    """What stderr is now, for what is not to be captured with the output of the steps of a run."""
    stream = sys.stderr
    if _descriptor(stream) != 2:
        yield stream
        return
    with os.fdopen(os.dup(2), "w", buffering=1, encoding=stream.encoding, errors=stream.errors) as own:
        yield own


def is_drawing(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether a stream is a terminal that can be drawn on."""
    try:
        return stream.isatty() and environ.get("TERM") != "dumb"
    except ValueError:  # closed
        return False


@contextmanager
def user_output_on_stderr() -> Generator[None, None, None]:
    """While user code runs, what it and its child processes print to stdout comes out on stderr."""
    children = _child_output_on_stderr() if _is_process_output() else nullcontext()
    with redirect_stdout(sys.stderr), children:
        yield


def _is_process_output() -> bool:
    """Whether stdout and stderr are the descriptors that child processes inherit; tests put other things there."""
    return _descriptor(sys.stdout) == 1 and _descriptor(sys.stderr) == 2


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None


@contextmanager
def _child_output_on_stderr() -> Generator[None, None, None]:
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
