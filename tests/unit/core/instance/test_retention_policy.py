"""How long things are kept, from the settings."""

from __future__ import annotations

from mainspring.core.instance.retention_policy import retention_policy
from mainspring.core.storage.retention import DAY, RetentionPolicy, TickAge


def test_defaults() -> None:
    assert retention_policy({}) == RetentionPolicy(
        logs=30 * DAY,
        wiped=7 * DAY,
        ticks=(TickAge("SENSOR", "SKIPPED", 7 * DAY), TickAge("AUTO_MATERIALIZE", "SKIPPED", 7 * DAY)),
    )


def test_what_is_given_holds() -> None:
    days = {"purge_after_days": 2}
    kinds = ("logs", "events", "asset_events", "checks", "wiped", "backfills", "compute_logs")
    settings = {
        "retention": {
            **dict.fromkeys(kinds, days),
            "runs": {"purge_after_days": 1, "jobs": ["a"], "statuses": ["SUCCESS"]},
            "schedule": {"purge_after_days": 3},
            "sensor": {"purge_after_days": {"skipped": -1, "failure": 4}},
            "auto_materialize": {"purge_after_days": -1},
        }
    }
    assert retention_policy(settings) == RetentionPolicy(
        **dict.fromkeys(kinds, 2 * DAY),
        runs=DAY,
        run_jobs=("a",),
        run_statuses=("SUCCESS",),
        ticks=(
            *(
                TickAge("SCHEDULE", status, 3 * DAY)
                for status in ("SKIPPED", "SUCCESS", "FAILURE", "STARTED")
            ),
            TickAge("SENSOR", "FAILURE", 4 * DAY),
        ),
    )
