"""Schedules, sensors, backfills, automation, code locations."""

from __future__ import annotations

from typing import Final

from mainspring.core.instance.settings.kinds import Flag, Number, Section, Setting, Table, Text, Whole

_TICKS: Final = "Ticks are evaluated beside each other in any case, each in a process of its own."

_THREADS: Final = Section(
    {
        "use_threads": Setting(Flag(), "Whether threads evaluate ticks.", instead=_TICKS),
        "num_workers": Setting(Whole(1), "How many threads evaluate ticks.", instead=_TICKS),
        "num_submit_workers": Setting(
            Whole(1),
            "How many threads submit runs.",
            instead="All runs of a tick are submitted in one transaction.",
        ),
    },
    name="threads",
)

KEYS: Final = {
    "schedules": Setting(_THREADS, "How schedules are evaluated."),
    "sensors": Setting(_THREADS, "How sensors are evaluated."),
    "backfills": Setting(_THREADS, "How backfills are carried out."),
    "auto_materialize": Setting(
        Section(
            {
                "enabled": Setting(Flag(), "Whether automation conditions start runs.", True),
                "minimum_interval_seconds": Setting(
                    Number(), "Seconds between two evaluations, at least.", 30
                ),
                "run_tags": Setting(Table(Text()), "Tags of the runs that it starts."),
                "respect_materialization_data_versions": Setting(
                    Flag(),
                    "Whether an asset that was made with the same data version counts as unchanged.",
                    False,
                ),
                "max_tick_retries": Setting(Whole(), "How often a tick that fails is evaluated again.", 3),
                "use_sensors": Setting(
                    Flag(),
                    "Whether sensors evaluate conditions.",
                    True,
                    instead="Conditions are always evaluated by automation sensors.",
                ),
                "use_threads": Setting(Flag(), "Whether threads evaluate conditions.", instead=_TICKS),
                "num_workers": Setting(Whole(1), "How many threads evaluate conditions.", instead=_TICKS),
            }
        ),
        "Automation conditions.",
    ),
    "freshness": Setting(
        Section({"enabled": Setting(Flag(), "Whether freshness policies are evaluated.", True)}),
        "Freshness policies.",
    ),
    "code_servers": Setting(
        Section(
            {
                "local_startup_timeout": Setting(
                    Whole(), "Seconds in which a code location must have loaded.", 180
                ),
                "reload_timeout": Setting(Whole(), "Seconds in which it must have loaded again.", 180),
                "wait_for_local_processes_on_shutdown": Setting(
                    Flag(), "Whether a stop waits until the processes of code locations have ended.", False
                ),
            }
        ),
        "The processes that load user code.",
    ),
}
