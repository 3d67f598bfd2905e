"""``mainspring job config-schema``."""

from __future__ import annotations

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, target_options
from mainspring.core.config.json_schema import json_schema
from mainspring.core.values.names import IMPLICIT_ASSET_JOB_NAME
from mainspring.runtime.definitions.run_config.schema import run_config_schema

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@click.command("config-schema", cls=Command)
@click.option("-j", "--job", metavar="NAME", help="The job; by default the one of all assets.")
@target_options
def job_config_schema(job: str | None, target: TargetChoice) -> None:
    """Write the JSON Schema of a job's run config, for an editor to complete and check a YAML file with."""
    found = target.load().resolve_job_def(job or IMPLICIT_ASSET_JOB_NAME)
    what = "all assets" if job is None else f"the job {found.name}"
    schema = json_schema(run_config_schema(found))
    emit_json({"$schema": _DIALECT, "title": f"Run config of {what}", **schema})
