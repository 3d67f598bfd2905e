"""Settings files as people write them, the samples of the page among them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from mainspring.core.base.errors import InvalidConfigError
from mainspring.core.instance.settings.in_force import purge_after_days, value
from mainspring.core.instance.settings.json_schema import settings_schema
from mainspring.core.instance.settings.reading import of_text
from mainspring.core.instance.storage_place import PostgresPlace, SqlitePlace, storage_of

HOME = Path("/home/me/mainspring")
VALIDATOR = Draft202012Validator(settings_schema())


def read(text: str, **environ: str):
    assert VALIDATOR.is_valid(yaml.safe_load(text)), list(VALIDATOR.iter_errors(yaml.safe_load(text)))
    return of_text(text, "dagster.yaml", environ)


def refusals(text: str, **environ: str) -> list[str]:
    with pytest.raises(InvalidConfigError) as caught:
        of_text(text, "dagster.yaml", environ)
    return [str(one) for one in caught.value.errors]


POSTGRES = """
storage:
  postgres:
    postgres_db:
      username:
        env: DAGSTER_PG_USERNAME
      password:
        env: DAGSTER_PG_PASSWORD
      hostname:
        env: DAGSTER_PG_HOST
      db_name:
        env: DAGSTER_PG_DB
      port: 5432

run_coordinator:
  module: dagster.core.run_coordinator
  class: QueuedRunCoordinator
  config:
    max_concurrent_runs: 15
    tag_concurrency_limits:
      - key: "database"
        value: "redshift"
        limit: 4
      - key: "customer"
        value:
          applyLimitPerUniqueValue: true
        limit: 1

schedules:
  use_threads: true
  num_workers: 8

retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 7
      failure: 30
      success: -1

telemetry:
  enabled: false
"""


def test_postgres_with_variables_a_queue_and_retention() -> None:
    environ = {
        "DAGSTER_PG_USERNAME": "me", "DAGSTER_PG_PASSWORD": "p@ss", "DAGSTER_PG_HOST": "db", "DAGSTER_PG_DB": "records",
    }  # fmt: skip
    given = read(POSTGRES, **environ)
    place = storage_of(given, HOME)
    assert place == PostgresPlace(
        {"host": "db", "port": 5432, "user": "me", "password": "p@ss", "dbname": "records"}
    )
    assert "p@ss" not in repr(place)
    settings = given.values
    assert value(settings, "concurrency", "runs", "max_concurrent_runs") == 15
    limits = value(settings, "concurrency", "runs", "tag_concurrency_limits")
    assert limits[1] == {"key": "customer", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}
    days = [
        purge_after_days(settings, "sensor", status)
        for status in ("skipped", "failure", "success", "started")
    ]
    assert (days, purge_after_days(settings, "schedule", "skipped")) == ([7, 30, None, None], 90)
    told = refusals(POSTGRES)
    assert len(told) == 4
    assert told[1] == (
        "dagster.yaml:7:7: `storage.postgres.postgres_db.password` takes its value from the environment variable"
        " DAGSTER_PG_PASSWORD, which is not set."
    )


def test_the_older_form_of_three_storages() -> None:
    text = "".join(
        f"{key}:\n  module: dagster_postgres.{key}\n  class: {name}\n  config:\n    postgres_url: {{env: URL}}\n"
        for key, name in (
            ("run_storage", "PostgresRunStorage"),
            ("event_log_storage", "PostgresEventLogStorage"),
            ("schedule_storage", "PostgresScheduleStorage"),
        )
    )
    given = read(text, URL="postgresql+psycopg2://me:a%2Fb@db.internal/records?sslmode=require")
    assert storage_of(given, HOME) == PostgresPlace(
        {"host": "db.internal", "user": "me", "password": "a/b", "dbname": "records", "sslmode": "require"}
    )


def test_output_of_steps_in_a_bucket() -> None:
    text = """
compute_logs:
  module: dagster_aws.s3.compute_log_manager
  class: S3ComputeLogManager
  config:
    bucket: "mycorp-dagster-compute-logs"
    local_dir: "/tmp/cool"
    prefix: "dagster-test-"
    use_ssl: true
    verify: true
    verify_cert_path: "/path/to/cert/bundle.pem"
    endpoint_url: "http://alternate-s3-host.io"
    skip_empty_files: true
    upload_interval: 30
    upload_extra_args:
      ServerSideEncryption: "AES256"
    show_url_only: false
    region: "us-west-1"
"""
    assert read(text).values["compute_logs"]["config"]["prefix"] == "dagster-test-"
    (told,) = refusals(text.replace("bucket:", "buckt:").replace("region", "regin"))[:1]
    assert told == "dagster.yaml:6:5: `compute_logs.config.buckt` is not a setting. Did you mean bucket?"


@pytest.mark.parametrize(
    "section,module,name,near",
    [
        ("run_launcher", "dagster_docker", "DockerRunLauncher", "Known: DefaultRunLauncher."),
        ("run_launcher", "dagster_k8s", "K8sRunLauncher", "A class of your own may stand here too"),
        (
            "run_coordinator",
            "dagster.core.run_coordinator",
            "QueuedRunCordinator",
            "Did you mean QueuedRunCoordinator",
        ),
        (
            "run_storage",
            "dagster_mysql.run_storage",
            "MySQLRunStorage",
            "Known: SqliteRunStorage, PostgresRunStorage.",
        ),
        ("run_storage", "my.own", "RunStorage", "which cannot be used."),
        ("scheduler", "dagster_cron.cron_scheduler", "SystemCronScheduler", "Known: DagsterDaemonScheduler."),
        ("instance_class", "dagster_cloud.instance", "DagsterCloudAgentInstance", "Known: DagsterInstance."),
        ("compute_logs", "dagster_cloud", "CloudComputeLogManager", "S3ComputeLogManager"),
    ],
)
def test_other_classes_are_refused(section, module, name, near) -> None:
    (told,) = refusals(f"{section}:\n  module: {module}\n  class: {name}\n  config: {{network: n}}\n")
    assert told.startswith(
        f"dagster.yaml:3:3: `{section}.class` names {name} of {module}, which cannot be used."
    )
    assert near in told


@pytest.mark.parametrize(
    "section", ["run_launcher", "compute_logs", "run_coordinator", "local_artifact_storage"]
)
def test_a_class_of_ones_own_is_taken_as_it_is(section) -> None:
    text = f"{section}: {{module: dagster_acme.things, class: Thing, config: {{a: {{env: A}}, b: [1]}}}}"
    assert read(text, A="x").values[section] == {
        "module": "dagster_acme.things", "class": "Thing", "config": {"a": "x", "b": [1]},
    }  # fmt: skip


@pytest.mark.parametrize(
    "text,told",
    [
        (
            "run_queue: {max_concurrent_runs: 3}\nconcurrency: {runs: {max_concurrent_runs: 4}}",
            "dagster.yaml:2:22: `concurrency.runs.max_concurrent_runs` and `run_queue.max_concurrent_runs` say",
        ),
        (
            "run_queue: {max_concurrent_runs: 3}\n"
            "run_coordinator: {module: dagster, class: QueuedRunCoordinator, config: {max_concurrent_runs: 4}}",
            "and `run_coordinator.config.max_concurrent_runs` say different things. Remove one of them.",
        ),
        (
            "run_queue: {user_code_failure_retry_delay: 3}\nrun_coordinator:"
            " {module: dagster, class: QueuedRunCoordinator, config: {user_code_failure_retry_delay: 4}}",
            "and `run_coordinator.config.user_code_failure_retry_delay` say different things.",
        ),
        (
            "run_queue: {max_concurrent_runs: 3}\nrun_coordinator: {module: dagster, class: DefaultRunCoordinator}",
            "`run_queue.max_concurrent_runs` and `run_coordinator.config.max_concurrent_runs` say different things.",
        ),
        (
            "storage: {sqlite: {base_dir: /a}}\nrun_storage: {module: dagster, class: SqliteRunStorage}",
            "dagster.yaml:2:1: `run_storage` and `storage` both name a database. Remove the former.",
        ),
        (
            "run_storage: {module: dagster_postgres, class: PostgresRunStorage, config: {postgres_url: 'postgres://a'}}",
            "`run_storage` names a PostgreSQL database, and so must `event_log_storage`, `schedule_storage`",
        ),
        (
            "run_storage: {module: dagster_postgres, class: PostgresRunStorage, config: {postgres_url: 'postgres://a'}}\n"
            "event_log_storage:\n"
            "  {module: dagster_postgres, class: PostgresEventLogStorage, config: {postgres_url: 'postgres://b'}}\n"
            "schedule_storage:\n"
            "  {module: dagster_postgres, class: PostgresScheduleStorage, config: {postgres_url: 'postgres://a'}}\n",
            "`run_storage` and the two other storages name different databases; one database holds all.",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(text, told) -> None:
    (found,) = refusals(text)
    assert told in found


def test_what_is_said_twice_alike_is_fine() -> None:
    settings = read(
        "run_queue: {max_concurrent_runs: 3}\nconcurrency: {runs: {max_concurrent_runs: 3},"
        " default_op_concurrency_limit: 2}\nrun_coordinator:"
        " {module: dagster, class: QueuedRunCoordinator, config: {max_concurrent_runs: 3}}"
    ).values
    assert value(settings, "concurrency", "runs", "max_concurrent_runs") == 3
    assert value(settings, "concurrency", "pools", "default_limit") == 2


def test_sqlite_in_a_class_of_old() -> None:
    text = "storage: {custom: {module: dagster, class: DagsterSqliteStorage, config: {base_dir: db}}}"
    assert storage_of(read(text), HOME) == SqlitePlace(HOME / "db")
    text = "storage: {custom: {module: dagster_postgres, class: DagsterPostgresStorage, config:"
    text += " {postgres_db: {username: a, hostname: b, db_name: c, params: {connect_timeout: 3}}}}}"
    assert storage_of(read(text), HOME) == PostgresPlace(
        {"host": "b", "port": 5432, "user": "a", "dbname": "c", "connect_timeout": "3"}
    )


def test_settings_do_not_show_their_values() -> None:
    given = read(
        "storage: {postgres: {postgres_url: {env: URL}}}\nui: {name: x}", URL="postgresql://me:s3cret@db/x"
    )
    assert repr(given) == "Given(storage, ui)"
