"""What holds: given settings, older forms, defaults."""

from __future__ import annotations

import pytest

from mainspring.core.instance.settings import NOTHING
from mainspring.core.instance.settings.in_force import Line, lines, purge_after_days, setting_of, value
from mainspring.core.instance.settings.reading import of_text


def told(text: str, **environ: str) -> list[tuple[str, object, str]]:
    given = lines(of_text(text, "m.yaml", environ))
    return [(line.path, line.value, line.origin) for line in given if line.origin != "default"]


def test_defaults_hold_where_nothing_is_given() -> None:
    found = {line.path: line for line in lines(NOTHING)}
    assert {line.origin for line in found.values()} == {"default"}
    assert found["retention.logs.purge_after_days"] == Line("retention.logs.purge_after_days", 30, "default")
    assert found["retention.sensor.purge_after_days.skipped"].value == 7
    assert "telemetry.enabled" not in found
    assert "run_queue.max_concurrent_runs" not in found
    assert "ui.environment.colour" not in found


def test_what_is_given_is_told_with_its_place_and_without_secrets() -> None:
    text = """
storage: {postgres: {postgres_db: {username: {env: U}, password: x, hostname: h, db_name: d}}}
python_logs: {python_log_level: info, managed_python_loggers: [root, {env: U}]}
run_coordinator: {module: dagster, class: QueuedRunCoordinator, config: {max_concurrent_runs: 4}}
retention: {schedule: {purge_after_days: 3}, sensor: {purge_after_days: {skipped: 2}}}
telemetry: {enabled: false}
ui: {env: UI}
"""
    assert told(text, U="secret", UI='{"name": "secret"}') == [
        ("storage.postgres.postgres_db.username", "{env: U}", "environment variable U"),
        ("storage.postgres.postgres_db.password", "(hidden)", "m.yaml:2:56"),
        ("storage.postgres.postgres_db.hostname", "h", "m.yaml:2:69"),
        ("storage.postgres.postgres_db.db_name", "d", "m.yaml:2:82"),
        ("python_logs.managed_python_loggers", ["root", {"env": "U"}], "m.yaml:3:39"),
        ("python_logs.python_log_level", "INFO", "m.yaml:3:15"),
        (
            "run_coordinator",
            {"module": "dagster", "class": "QueuedRunCoordinator", "config": {"max_concurrent_runs": 4}},
            "m.yaml:4:1",
        ),
        ("concurrency.runs.max_concurrent_runs", 4, "`run_coordinator.config.max_concurrent_runs`"),
        ("retention.schedule.purge_after_days", 3, "m.yaml:5:24"),
        ("retention.sensor.purge_after_days.skipped", 2, "m.yaml:5:74"),
        ("ui.name", "{env: UI}", "environment variable UI"),
        ("telemetry.enabled", False, "m.yaml:6:13"),
    ]


def test_older_forms_from_the_environment_are_not_shown() -> None:
    text = "run_queue: {max_concurrent_runs: {env: N}}"
    assert told(text, N="4711") == [
        ("concurrency.runs.max_concurrent_runs", "{env: N}", "environment variable N")
    ]
    text = "run_coordinator: {module: dagster, class: QueuedRunCoordinator, config: {max_concurrent_runs: {env: N}}}"
    assert "4711" not in str(told(text, N="4711"))


@pytest.mark.parametrize(
    "text,kind,status,days",
    [
        ("", "logs", None, 30),
        ("", "events", None, None),
        ("", "wiped", None, 7),
        ("", "sensor", "skipped", 7),
        ("", "sensor", "success", None),
        ("", "schedule", "skipped", None),
        ("retention: {sensor: {purge_after_days: 4}}", "sensor", "success", 4),
        ("retention: {sensor: {purge_after_days: {success: 5}}}", "sensor", "success", 5),
        ("retention: {sensor: {purge_after_days: {success: 5}}}", "sensor", "skipped", 7),
        ("retention: {logs: {purge_after_days: -1}}", "logs", None, None),
        ("retention: {logs: {purge_after_days: 0.5}}", "logs", None, 0.5),
    ],
)
def test_how_long_things_are_kept(text, kind, status, days) -> None:
    assert purge_after_days(of_text(text, "m.yaml", {}).values, kind, status) == days


def test_a_key_that_is_not_there() -> None:
    assert value({}, "run_retries", "max_retries") == 0
    with pytest.raises(KeyError):
        setting_of("run_retries", "enabled", "x")
