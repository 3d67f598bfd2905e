"""How this process was called: what hints repeat before a command, and whether tracebacks are wanted."""

from __future__ import annotations

from typing import NamedTuple

import click


class Calling(NamedTuple):
    """``name`` is what starts the program, as it can be pasted: the word, or a path with variables before it."""

    name: str = "mainspring"
    debug: bool = False


def calling() -> Calling:
    """How the command that is being carried out was called."""
    context = click.get_current_context(silent=True)
    found = context.obj if context is not None else None
    return found if isinstance(found, Calling) else Calling()
