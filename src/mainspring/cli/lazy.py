"""Groups whose commands are loaded when they are called, and the options that every command has."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click

from mainspring.cli import exit_code
from mainspring.core.base.errors import did_you_mean

HELP_NAMES = ("-h", "--help")
SETTINGS: dict[str, Any] = {"help_option_names": list(HELP_NAMES), "max_content_width": 110}


class Entry(NamedTuple):
    """One line of a table of commands: where the command is (``module:attribute``) and its line of help."""

    place: str
    help: str


class Command(click.Command):
    """A command with ``--debug``, which ``main`` looks for itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["context_settings"] = {**SETTINGS, **kwargs.get("context_settings", {})}
        super().__init__(*args, **kwargs)
        self.params.append(debug_option())


class LazyGroup(click.Group):
    """A group with a table of commands. Its help is made from the table alone, which loads none of them."""

    def __init__(self, name: str | None = None, *, entries: Mapping[str, Entry], **kwargs: Any) -> None:
        super().__init__(name, no_args_is_help=True, context_settings=dict(SETTINGS), **kwargs)
        self.entries = entries
        self.params.append(debug_option())

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, loaded now."""
        del ctx
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.place.partition(":")
        return getattr(import_module(module), attribute)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names. Raises ``click.UsageError`` with the nearest names for none."""
        name = args[0]
        if name not in self.entries and not name.startswith("-"):
            way_out = did_you_mean(name, self.entries) or f"There are: {', '.join(self.entries)}."
            raise click.UsageError(f"There is no command {name!r}. {way_out}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command. Gives a status of its own where nobody reads what it writes."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click would end the process with the status of a failed run
            return exit_code.BROKEN_PIPE

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])


def debug_option() -> click.Option:
    """``--debug``. It may stand anywhere on the line; ``main`` reads it before anything is parsed."""
    return click.Option(["--debug"], is_flag=True, expose_value=False, help="Show the traceback of an error.")
