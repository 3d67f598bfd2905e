"""The commands of two words: their tables."""

from __future__ import annotations

from typing import Final

from mainspring.cli.lazy import Entry, LazyGroup

_COMMANDS = "mainspring.cli.commands"

list_group: Final = LazyGroup(
    "list",
    help="Show what is declared.",
    entries={"defs": Entry(f"{_COMMANDS}.list_defs:list_defs", "Assets, checks, jobs and resources.")},
)

check_group: Final = LazyGroup(
    "check",
    help="Find out whether what is declared can be loaded.",
    entries={
        "defs": Entry(f"{_COMMANDS}.check_defs:check_defs", "Load the definitions and list every fault."),
        "config": Entry(f"{_COMMANDS}.check_config:check_config", "Whether a run config fits a job."),
    },
)

asset_group: Final = LazyGroup(
    "asset",
    help="Show what is recorded of assets; wipe it.",
    entries={
        "list": Entry(f"{_COMMANDS}.asset_list:asset_list", "Assets with their latest materialization."),
        "show": Entry(f"{_COMMANDS}.asset_show:asset_show", "One asset: its state, its checks, its history."),
        "wipe": Entry(f"{_COMMANDS}.asset_wipe:asset_wipe", "Put the history of assets out of sight."),
        "materialize": Entry(f"{_COMMANDS}.launch:asset_materialize", "The same as `launch --assets`."),
    },
)

run_group: Final = LazyGroup(
    "run",
    help="Show runs and their events; run them again.",
    entries={
        "list": Entry(f"{_COMMANDS}.run_list:run_list", "Runs, newest first."),
        "show": Entry(f"{_COMMANDS}.run_show:run_show", "One run with all its events."),
        "reexecute": Entry(
            f"{_COMMANDS}.run_reexecute:run_reexecute", "Run a job again, or go on from where it failed."
        ),
    },
)

job_group: Final = LazyGroup(
    "job",
    help="Run a job.",
    entries={
        "execute": Entry(f"{_COMMANDS}.launch:job_execute", "The same as `launch --job`."),
        "config-schema": Entry(
            f"{_COMMANDS}.job_config_schema:job_config_schema", "The JSON Schema of a job's run config."
        ),
    },
)
