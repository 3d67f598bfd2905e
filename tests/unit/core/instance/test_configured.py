"""What an instance answers from its settings."""

from __future__ import annotations

import pytest

from mainspring.core.instance.instance import Instance
from mainspring.core.records.instigator import InstigatorType
from mainspring.core.records.tick import TickStatus

NAMES = {
    "python_log_level": None,
    "managed_python_loggers": [],
    "telemetry_enabled": False,
    "nux_enabled": False,
    "run_monitoring_enabled": True,
    "run_monitoring_settings": {},
    "run_monitoring_start_timeout_seconds": 180,
    "run_monitoring_cancel_timeout_seconds": 180,
    "run_monitoring_max_runtime_seconds": 0,
    "run_monitoring_max_resume_run_attempts": 0,
    "cancellation_thread_poll_interval_seconds": 10,
    "run_retries_enabled": False,
    "run_retries_max_retries": 0,
    "run_retries_retry_on_asset_or_op_failure": True,
    "global_op_concurrency_default_limit": None,
    "auto_materialize_enabled": True,
    "auto_materialize_minimum_interval_seconds": 30,
    "auto_materialize_max_tick_retries": 3,
    "auto_materialize_respect_materialization_data_versions": False,
    "auto_materialize_run_tags": {},
    "auto_materialize_use_sensors": True,
    "freshness_enabled": True,
    "code_server_settings": {},
    "code_server_process_startup_timeout": 180,
    "code_server_reload_timeout": 180,
}


def test_without_settings_the_defaults_hold() -> None:
    with Instance.ephemeral() as instance:
        assert {name: getattr(instance, name) for name in NAMES} == NAMES
        assert instance.get_python_log_dagster_handler_config() == {}
        assert instance.get_tick_retention_settings(InstigatorType.SENSOR) == {
            TickStatus.STARTED: -1,
            TickStatus.SKIPPED: 7,
            TickStatus.SUCCESS: -1,
            TickStatus.FAILURE: -1,
        }
        with pytest.raises(KeyError):
            instance.setting("run_retries", "most")


def test_what_is_given_holds() -> None:
    settings = {
        "python_logs": {"python_log_level": "info", "managed_python_loggers": ["root"]},
        "run_monitoring": {"max_runtime_seconds": 60},
        "run_retries": {"enabled": True, "max_retries": 2},
        "concurrency": {"default_op_concurrency_limit": 4},
        "auto_materialize": {"run_tags": {"a": "b"}, "enabled": False},
        "schedules": {"num_workers": 3},
        "sensors": {"num_workers": 4},
        "backfills": {"num_workers": 5},
        "telemetry": {"enabled": True},
    }
    with Instance.ephemeral(settings=settings) as instance:
        assert (instance.python_log_level, instance.managed_python_loggers) == ("INFO", ["root"])
        assert instance.run_monitoring_settings == {"max_runtime_seconds": 60}
        assert instance.run_monitoring_max_runtime_seconds == 60
        assert (instance.run_retries_enabled, instance.run_retries_max_retries) == (True, 2)
        assert instance.global_op_concurrency_default_limit == 4
        assert (instance.auto_materialize_run_tags, instance.auto_materialize_enabled) == ({"a": "b"}, False)
        assert instance.get_auto_materialize_settings() == settings["auto_materialize"]
        sections = (
            instance.get_scheduler_settings(),
            instance.get_sensor_settings(),
            instance.get_backfill_settings(),
        )
        assert sections == ({"num_workers": 3}, {"num_workers": 4}, {"num_workers": 5})
        assert instance.get_settings("run_retries") == {"enabled": True, "max_retries": 2}
        assert not instance.telemetry_enabled
