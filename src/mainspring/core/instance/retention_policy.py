"""How long things are kept, from the settings."""

from __future__ import annotations

from collections.abc import Iterator

from mainspring.core.instance.settings import Settings
from mainspring.core.instance.settings.in_force import purge_after_days, value
from mainspring.core.storage.retention import DAY, RetentionPolicy, TickAge

_TICKS = {"schedule": "SCHEDULE", "sensor": "SENSOR", "auto_materialize": "AUTO_MATERIALIZE"}
_STATUSES = ("skipped", "success", "failure", "started")


def retention_policy(settings: Settings) -> RetentionPolicy:
    """What the section ``retention`` asks for, with its defaults.

    >>> retention_policy({}).logs == 30 * DAY, retention_policy({}).runs
    (True, None)
    """
    jobs, statuses = (value(settings, "retention", "runs", key) for key in ("jobs", "statuses"))
    return RetentionPolicy(
        logs=_seconds(settings, "logs"),
        events=_seconds(settings, "events"),
        asset_events=_seconds(settings, "asset_events"),
        checks=_seconds(settings, "checks"),
        wiped=_seconds(settings, "wiped"),
        runs=_seconds(settings, "runs"),
        run_jobs=None if jobs is None else tuple(jobs),
        run_statuses=None if statuses is None else tuple(statuses),
        backfills=_seconds(settings, "backfills"),
        compute_logs=_seconds(settings, "compute_logs"),
        ticks=tuple(_tick_ages(settings)),
    )


def _seconds(settings: Settings, kind: str, status: str | None = None) -> float | None:
    days = purge_after_days(settings, kind, status)
    return None if days is None else days * DAY


def _tick_ages(settings: Settings) -> Iterator[TickAge]:
    for key, kind in _TICKS.items():
        for status in _STATUSES:
            seconds = _seconds(settings, key, status)
            if seconds is not None:
                yield TickAge(kind, status.upper(), seconds)
