"""``Configured``: what an instance answers from its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.environment import set_variables
from mainspring.core.instance.secrets import secret_variables
from mainspring.core.instance.settings import Given, section
from mainspring.core.records.instigator import InstigatorType
from mainspring.core.records.tick import TickStatus

_TICKS = {
    InstigatorType.SCHEDULE: "schedule",
    InstigatorType.SENSOR: "sensor",
    InstigatorType.AUTO_MATERIALIZE: "auto_materialize",
}


class Configured:
    """The part of an instance that its settings alone decide. Numbers and words are those that hold: defaults too."""

    ambient: Ambient
    settings: Mapping[str, Any]
    given_settings: Given

    @property
    def root_directory(self) -> str:
        """The home folder."""
        raise TypeError("an instance says where it lies")

    def setting(self, *path: str) -> Any:
        """The value that holds for a key: what is given for it, in its own or an older form, or its default.

        >>> Instance.ephemeral().setting("run_retries", "max_retries")
        0

        Raises ``KeyError`` where there is no such key.
        """
        return _in_force().value(self.settings, *path)

    def get_settings(self, settings_key: str) -> Any:
        """What is given for a section, without defaults; empty where nothing is."""
        return self.settings.get(settings_key) or {}

    def inject_env_vars(self, location_name: str | None) -> None:
        """Put the variables that ``secrets.custom`` gives for a code location into the environment of this process."""
        given, environ = self.given_settings, self.ambient.environ
        set_variables(secret_variables(given, self.root_directory, location_name, environ))

    # -- logs -----------------------------------------------------------------------------------------

    @property
    def managed_python_loggers(self) -> Sequence[str]:
        """The loggers whose lines go into the log of a run besides ``context.log``."""
        return list(section(self.settings, "python_logs").get("managed_python_loggers") or ())

    @property
    def python_log_level(self) -> str | None:
        """The least level of lines that go into the log of a run."""
        return section(self.settings, "python_logs").get("python_log_level")

    def get_python_log_dagster_handler_config(self) -> Mapping[str, Any]:
        """Handlers, formatters and filters for every run, as for ``logging.config.dictConfig``."""
        return section(self.settings, "python_logs", "dagster_handler_config")

    @property
    def telemetry_enabled(self) -> bool:
        """Always false: nothing is sent anywhere."""
        return False

    @property
    def nux_enabled(self) -> bool:
        """Always false: nobody is asked for an address."""
        return False

    # -- runs -----------------------------------------------------------------------------------------

    @property
    def run_monitoring_enabled(self) -> bool:
        """Always true: runs are watched by leases."""
        return True

    @property
    def run_monitoring_settings(self) -> Any:
        """What is given for the section ``run_monitoring``."""
        return self.get_settings("run_monitoring")

    @property
    def run_monitoring_start_timeout_seconds(self) -> float:
        """Seconds after which a run that does not start has failed."""
        return self.setting("run_monitoring", "start_timeout_seconds")

    @property
    def run_monitoring_cancel_timeout_seconds(self) -> float:
        """Seconds after which a run that does not end when it is cancelled is ended."""
        return self.setting("run_monitoring", "cancel_timeout_seconds")

    @property
    def run_monitoring_max_runtime_seconds(self) -> float:
        """Seconds after which a run is ended; 0: never."""
        return self.setting("run_monitoring", "max_runtime_seconds")

    @property
    def run_monitoring_max_resume_run_attempts(self) -> int:
        """How often a run is taken up again whose worker is gone."""
        return self.setting("run_monitoring", "max_resume_run_attempts")

    @property
    def cancellation_thread_poll_interval_seconds(self) -> float:
        """Seconds between a worker's looks for a request to cancel."""
        return self.setting("run_monitoring", "cancellation_thread_poll_interval_seconds")

    @property
    def run_retries_enabled(self) -> bool:
        """Whether failed runs are run again."""
        return self.setting("run_retries", "enabled")

    @property
    def run_retries_max_retries(self) -> int:
        """How often, unless a tag of the run says otherwise."""
        return self.setting("run_retries", "max_retries")

    @property
    def run_retries_retry_on_asset_or_op_failure(self) -> bool:
        """Whether that includes runs in which a step failed."""
        return self.setting("run_retries", "retry_on_asset_or_op_failure")

    @property
    def global_op_concurrency_default_limit(self) -> int | None:
        """Slots of a pool for which no limit was set; ``None``: any number."""
        return self.setting("concurrency", "pools", "default_limit")

    # -- automation -----------------------------------------------------------------------------------

    @property
    def auto_materialize_enabled(self) -> bool:
        """Whether automation conditions start runs."""
        return self.setting("auto_materialize", "enabled")

    @property
    def auto_materialize_minimum_interval_seconds(self) -> float:
        """Seconds between two evaluations, at least."""
        return self.setting("auto_materialize", "minimum_interval_seconds")

    @property
    def auto_materialize_max_tick_retries(self) -> int:
        """How often a tick that fails is evaluated again."""
        return self.setting("auto_materialize", "max_tick_retries")

    @property
    def auto_materialize_respect_materialization_data_versions(self) -> bool:
        """Whether an asset that was made with the same data version counts as unchanged."""
        return self.setting("auto_materialize", "respect_materialization_data_versions")

    @property
    def auto_materialize_run_tags(self) -> Mapping[str, str]:
        """Tags of the runs that automation starts."""
        return dict(self.setting("auto_materialize", "run_tags") or {})

    @property
    def auto_materialize_use_sensors(self) -> bool:
        """Always true: sensors evaluate conditions."""
        return True

    @property
    def freshness_enabled(self) -> bool:
        """Whether freshness policies are evaluated."""
        return self.setting("freshness", "enabled")

    @property
    def code_server_settings(self) -> Any:
        """What is given for the section ``code_servers``."""
        return self.get_settings("code_servers")

    @property
    def code_server_process_startup_timeout(self) -> int:
        """Seconds in which a code location must have loaded."""
        return self.setting("code_servers", "local_startup_timeout")

    @property
    def code_server_reload_timeout(self) -> int:
        """Seconds in which a code location must have loaded again."""
        return self.setting("code_servers", "reload_timeout")

    def get_auto_materialize_settings(self) -> Mapping[str, Any]:
        """What is given for the section ``auto_materialize``."""
        return self.get_settings("auto_materialize")

    def get_backfill_settings(self) -> Mapping[str, Any]:
        """What is given for the section ``backfills``."""
        return self.get_settings("backfills")

    def get_scheduler_settings(self) -> Mapping[str, Any]:
        """What is given for the section ``schedules``."""
        return self.get_settings("schedules")

    def get_sensor_settings(self) -> Mapping[str, Any]:
        """What is given for the section ``sensors``."""
        return self.get_settings("sensors")

    def get_tick_retention_settings(self, instigator_type: InstigatorType) -> Mapping[TickStatus, float]:
        """Days after which ticks go, by status; -1: never."""
        kind = _TICKS[instigator_type]
        days = {
            status: _in_force().purge_after_days(self.settings, kind, status.value.lower())
            for status in TickStatus
        }
        return {status: -1 if kept is None else kept for status, kept in days.items()}


def _in_force() -> Any:
    """What knows every key and its default: loaded when one is asked for, as most programs ask for none."""
    return import_module("mainspring.core.instance.settings.in_force")
