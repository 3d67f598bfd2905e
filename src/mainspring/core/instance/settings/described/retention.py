"""How long things are kept."""

from __future__ import annotations

from typing import Final

from mainspring.core.instance.settings.kinds import Either, Items, Number, OneOf, Section, Setting, Text

FOREVER: Final = -1

_DAYS: Final = Number(or_minus_one=True)


def _days(meaning: str, default: float) -> Setting:
    """A kind of which everything is kept equally long."""
    days = Setting(_DAYS, "Days after which they go; -1: never.", default)
    return Setting(Section({"purge_after_days": days}), meaning)


def _ticks(of: str, skipped: float) -> Setting:
    """Ticks, which may be kept for a time that depends on how they ended."""
    by_status = Section(
        {
            "skipped": Setting(_DAYS, "Ticks that asked for nothing.", skipped),
            "success": Setting(_DAYS, "Ticks that asked for runs.", FOREVER),
            "failure": Setting(_DAYS, "Ticks that failed.", FOREVER),
            "started": Setting(_DAYS, "Ticks that never ended.", FOREVER),
        }
    )
    meaning = f"Days after which ticks of {of} go, for all or by status; -1: never."
    return Setting(
        Section({"purge_after_days": Setting(Either(_DAYS, by_status), meaning)}), f"Ticks of {of}."
    )


_RUNS: Final = Setting(
    Section(
        {
            "purge_after_days": Setting(_DAYS, "Days after which they go; -1: never.", FOREVER),
            "statuses": Setting(
                Items(OneOf(("SUCCESS", "FAILURE", "CANCELED"), any_case=True)), "Only runs that ended so."
            ),
            "jobs": Setting(Items(Text()), "Only runs of these jobs."),
        }
    ),
    "Runs that have ended, with their events.",
)

KEYS: Final = {
    "retention": Setting(
        Section(
            {
                "schedule": _ticks("schedules", FOREVER),
                "sensor": _ticks("sensors", 7),
                "auto_materialize": _ticks("automation conditions", 7),
                "logs": _days("Log lines.", 30),
                "events": _days(
                    "Events that are neither the latest of anything nor history of an asset.", FOREVER
                ),
                "asset_events": _days("Events in the history of assets, the latest ones apart.", FOREVER),
                "checks": _days("Executions of checks, the latest of each apart.", FOREVER),
                "runs": _RUNS,
                "backfills": _days("Backfills that have ended.", FOREVER),
                "wiped": _days("Wiped events; until they go, a wipe can be taken back.", 7),
                "compute_logs": _days("Captured output of steps.", FOREVER),
            }
        ),
        "How long things are kept. What is the latest of an asset, partition or check always stays.",
    ),
}
