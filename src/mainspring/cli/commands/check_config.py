"""``mainspring check config``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from mainspring.cli.as_json import emit_json
from mainspring.cli.lazy import Command
from mainspring.cli.options import TargetChoice, json_option, target_options
from mainspring.cli.output import emit
from mainspring.cli.request import lines_of_faults, run_config
from mainspring.core.values.names import IMPLICIT_ASSET_JOB_NAME
from mainspring.runtime.definitions.run_config.validated import validate_run_config


@click.command("config", cls=Command)
@click.option("-j", "--job", metavar="NAME", help="The job; by default the one of all assets.")
@click.option(
    "-c",
    "--config",
    "config_files",
    metavar="FILE",
    multiple=True,
    help="Run config in YAML; a later file wins.",
)
@click.option("--config-json", metavar="JSON", help="Run config.")
@json_option
@target_options
def check_config(
    job: str | None, config_files: Sequence[str], config_json: str | None, as_json: bool, target: TargetChoice
) -> None:
    """Find out whether a run config fits a job, and run nothing. Without one, the job's own is checked.

    --json writes the config with all defaults filled in.
    """
    said: Any = run_config(config_files, config_json)
    found = target.load().resolve_job_def(job or IMPLICIT_ASSET_JOB_NAME)
    with lines_of_faults(config_files):
        normal = validate_run_config(found, said)
    if as_json:
        emit_json(normal)
    else:
        what = "all assets" if job is None else f"the job {found.name}"
        emit(f"The run config fits {what}.")
