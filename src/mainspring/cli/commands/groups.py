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
    help="Show what is recorded of assets; wipe it, and take that back.",
    entries={
        "list": Entry(f"{_COMMANDS}.asset_list:asset_list", "Assets with their latest materialization."),
        "show": Entry(f"{_COMMANDS}.asset_show:asset_show", "One asset: its state, its checks, its history."),
        "wipe": Entry(f"{_COMMANDS}.asset_wipe:asset_wipe", "Put the history of assets out of sight."),
        "wipes": Entry(f"{_COMMANDS}.asset_wipes:asset_wipes", "The wipes that were made."),
        "unwipe": Entry(f"{_COMMANDS}.asset_unwipe:asset_unwipe", "Take wipes back."),
        "materialize": Entry(f"{_COMMANDS}.launch:asset_materialize", "The same as `launch --assets`."),
    },
)

run_group: Final = LazyGroup(
    "run",
    help="Show runs, their events and their output; run them again.",
    entries={
        "list": Entry(f"{_COMMANDS}.run_list:run_list", "Runs, newest first."),
        "show": Entry(f"{_COMMANDS}.run_show:run_show", "One run with all its events."),
        "logs": Entry(f"{_COMMANDS}.run_logs:run_logs", "What its steps wrote to stdout and stderr."),
        "delete": Entry(f"{_COMMANDS}.run_delete:run_delete", "Delete runs with all their events."),
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

instance_group: Final = LazyGroup(
    "instance",
    help="Show and keep the instance: its settings, its database.",
    entries={
        "info": Entry(
            f"{_COMMANDS}.instance_info:instance_info", "Where the records lie and how much there is."
        ),
        "migrate": Entry(
            f"{_COMMANDS}.instance_migrate:instance_migrate",
            "Bring the database to the schema of this version.",
        ),
        "verify": Entry(
            f"{_COMMANDS}.instance_verify:instance_verify", "Compare what is derived with what the log says."
        ),
        "retention": Entry(
            f"{_COMMANDS}.instance_retention:instance_retention", "Remove what the settings let go."
        ),
        "vacuum": Entry(
            f"{_COMMANDS}.instance_vacuum:instance_vacuum", "Remove what may go, and give its room back."
        ),
        "copy": Entry(f"{_COMMANDS}.instance_copy:instance_copy", "Copy all records into another database."),
        "settings": Entry(
            f"{_COMMANDS}.instance_settings:instance_settings",
            "The settings that hold, given ones and defaults.",
        ),
        "schema": Entry(
            f"{_COMMANDS}.instance_schema:instance_schema", "The JSON Schema of the settings file."
        ),
    },
)

debug_group: Final = LazyGroup(
    "debug",
    help="Take records out into a file, and in again.",
    entries={
        "export": Entry(f"{_COMMANDS}.debug_export:debug_export", "Write runs, or all records, into a file."),
        "import": Entry(f"{_COMMANDS}.debug_import:debug_import", "Take in what such a file holds."),
    },
)
