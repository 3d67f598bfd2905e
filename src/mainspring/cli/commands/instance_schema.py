"""``mainspring instance schema``."""

from __future__ import annotations

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.lazy import Command
from mainspring.core.instance.settings.json_schema import settings_schema


@click.command("schema", cls=Command)
def instance_schema() -> None:
    """Write the JSON Schema of the settings file, for an editor to complete and check it with."""
    emit_json(settings_schema())
