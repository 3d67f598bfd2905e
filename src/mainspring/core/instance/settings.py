"""The settings of an instance: ``mainspring.yaml`` (or ``dagster.yaml``) in its home, or a mapping given by
hand.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import InvalidConfigError, did_you_mean

FILE_NAMES = ("mainspring.yaml", "dagster.yaml")

Settings = Mapping[str, Any]
Tree = Mapping[str, Any]

_CLASS: Tree = {"module": None, "class": None, "config": None}
_WORKERS: Tree = {"use_threads": None, "num_workers": None, "num_submit_workers": None}
_LIMIT: Tree = {"key": None, "value": None, "limit": None}
_PURGE: Tree = {"purge_after_days": None}

KEYS: Tree = {
    "auto_materialize": dict.fromkeys(
        (
            "enabled",
            "minimum_interval_seconds",
            "run_tags",
            "respect_materialization_data_versions",
            "max_tick_retries",
            "use_sensors",
            "use_threads",
            "num_workers",
        )
    ),
    "backfills": _WORKERS,
    "code_servers": dict.fromkeys(
        ("local_startup_timeout", "reload_timeout", "wait_for_local_processes_on_shutdown")
    ),
    "compute_logs": _CLASS,
    "concurrency": {
        "pools": dict.fromkeys(("default_limit", "granularity", "op_granularity_run_buffer")),
        "runs": {"max_concurrent_runs": None, "tag_concurrency_limits": _LIMIT},
        "default_op_concurrency_limit": None,
    },
    "defs_state_storage": _CLASS,
    "event_log_storage": _CLASS,
    "freshness": {"enabled": None},
    "instance_class": _CLASS,
    "local_artifact_storage": _CLASS,
    "nux": {"enabled": None},
    "python_logs": {
        "managed_python_loggers": None,
        "python_log_level": None,
        "dagster_handler_config": dict.fromkeys(("handlers", "formatters", "filters")),
    },
    "retention": {"schedule": _PURGE, "sensor": _PURGE, "auto_materialize": _PURGE},
    "run_coordinator": _CLASS,
    "run_launcher": _CLASS,
    "run_monitoring": dict.fromkeys(
        (
            "enabled",
            "start_timeout_seconds",
            "cancel_timeout_seconds",
            "max_runtime_seconds",
            "max_resume_run_attempts",
            "poll_interval_seconds",
            "cancellation_thread_poll_interval_seconds",
            "free_slots_after_run_end_seconds",
        )
    ),
    "run_queue": {
        "max_concurrent_runs": None,
        "tag_concurrency_limits": _LIMIT,
        "dequeue_interval_seconds": None,
        "dequeue_use_threads": None,
        "dequeue_num_workers": None,
        "max_user_code_failure_retries": None,
        "user_code_failure_retry_delay": None,
        "block_op_concurrency_limited_runs": dict.fromkeys(("enabled", "op_concurrency_slot_buffer")),
    },
    "run_retries": dict.fromkeys(("enabled", "max_retries", "retry_on_asset_or_op_failure")),
    "run_storage": _CLASS,
    "schedule_storage": _CLASS,
    "scheduler": _CLASS,
    "schedules": _WORKERS,
    "secrets": {"custom": _CLASS},
    "sensors": _WORKERS,
    "storage": {
        "sqlite": {"base_dir": None},
        "postgres": {
            "postgres_url": None,
            "postgres_db": dict.fromkeys(
                ("username", "password", "hostname", "db_name", "port", "params", "scheme")
            ),
            "auth_provider": dict.fromkeys(("azure_wif", "gcp_wif", "aws_wif")),
            "should_autocreate_tables": None,
        },
        "mysql": {
            "mysql_url": None,
            "mysql_db": dict.fromkeys(("username", "password", "hostname", "db_name", "port")),
        },
        "custom": _CLASS,
    },
    "telemetry": {"enabled": None},
}
"""Every key there is; ``None`` stands for a value, a mapping for a section with keys of its own."""


def settings_file(folder: Path) -> Path | None:
    """The settings file of a home, if it has one."""
    return next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)


def read_settings(path: Path, *, environ: Environment) -> dict[str, Any]:
    """The settings in a file, with ``{env: NAME}`` replaced by the variable's value.

    Raises ``InvalidConfigError``, with the file and the path to each fault, for what is no YAML mapping of
    known keys.
    """
    # Loading the YAML library takes longer than opening the store, and most homes have no settings file.
    yaml: Any = importlib.import_module("yaml")
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidConfigError(f"The settings file {path} is not YAML.", [str(error)]) from error
    return checked(read, place=str(path), environ=environ)


def checked(given: object, *, place: str, environ: Environment) -> dict[str, Any]:
    """The settings, or ``InvalidConfigError`` with every unknown key and the one it looks like."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidConfigError(
            f"The settings in {place} are wrong.", ["they must be a mapping of sections"]
        )
    faults: list[str] = []
    found = _section(given, KEYS, "", faults, environ)  # pyright: ignore[reportUnknownArgumentType]
    if faults:
        raise InvalidConfigError(f"The settings in {place} are wrong.", faults)
    return found


def _section(
    given: Mapping[Any, Any], known: Tree, path: str, faults: list[str], environ: Environment
) -> dict[str, Any]:
    """One section; the depth is that of ``KEYS``, whatever is given."""
    found: dict[str, Any] = {}
    for key, value in given.items():
        where = f"{path}{key}"
        if key not in known:
            hint = did_you_mean(str(key), known) or f"Known keys: {', '.join(sorted(known))}."
            faults.append(f"`{where}` is not a setting. {hint}")
            continue
        below = known[key]
        if below is None:
            found[key] = _value(value, where, faults, environ)
        elif value is None:
            found[key] = {}
        elif isinstance(value, Mapping):
            found[key] = _section(value, below, f"{where}.", faults, environ)  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(value, list) and below is _LIMIT:
            found[key] = value
        else:
            faults.append(
                f"`{where}` must be a section with the keys {', '.join(sorted(below))}; got {value!r}."
            )
    return found


def _value(value: Any, where: str, faults: list[str], environ: Environment) -> Any:
    """A value; ``{env: NAME}`` stands for a variable, also one level down, in the config of a class."""
    if not isinstance(value, Mapping):
        return value
    given: Mapping[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
    if _is_variable(given):
        return _variable(given, where, faults, environ)
    return {
        key: _variable(one, f"{where}.{key}", faults, environ) if _is_variable(one) else one
        for key, one in given.items()
    }


def _variable(value: Mapping[Any, Any], where: str, faults: list[str], environ: Environment) -> str | None:
    name = str(value["env"])
    if name not in environ:
        faults.append(f"`{where}` takes its value from the environment variable {name}, which is not set.")
        return None
    return environ[name]


def _is_variable(value: Any) -> bool:
    return isinstance(value, Mapping) and list(value) == ["env"]  # pyright: ignore[reportUnknownArgumentType]
