"""The tables, as data definition statements. ``NUMBER`` is the version of this schema and the last
migration's revision.

The statements are written in what SQLite and PostgreSQL share; the few types that differ are filled in by
``statements``.
"""

from __future__ import annotations

from collections.abc import Mapping

NUMBER = "0001"

SQLITE_TYPES: Mapping[str, str] = {
    "identity": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "bigint": "INTEGER",
    "float": "REAL",
    "bytes": "BLOB",
}

# What an event is about decides which indexes hold it: 0 a line of the log, 1 an asset, 2 the status of a
# run.
# An event that came too late to change anything is 0, whatever its type.
LOG_LINE, OF_ASSET, OF_RUN = 0, 1, 2

_EVENTS = (
    """CREATE TABLE events (
        id {identity},
        run_id TEXT NOT NULL,
        epoch {bigint} NOT NULL,
        seq {bigint},
        scope {bigint} NOT NULL,
        event_type TEXT,
        step_key TEXT,
        asset_key TEXT,
        partition TEXT,
        check_name TEXT,
        timestamp {float} NOT NULL,
        body {bytes} NOT NULL
    )""",
    "CREATE UNIQUE INDEX events_sent_once ON events (run_id, epoch, seq)",
    "CREATE INDEX events_of_run ON events (run_id, id)",
    "CREATE INDEX events_of_type ON events (event_type, id) WHERE scope > 0",
    "CREATE INDEX events_of_asset ON events (asset_key, event_type, id) WHERE scope = 1",
    "CREATE INDEX events_of_partition ON events (asset_key, partition, event_type, id)"
    " WHERE scope = 1 AND partition IS NOT NULL",
)

_RUNS = (
    """CREATE TABLE runs (
        id {identity},
        run_id TEXT NOT NULL UNIQUE,
        submit_key TEXT UNIQUE,
        job_name TEXT NOT NULL,
        status TEXT NOT NULL,
        snapshot_id TEXT,
        epoch {bigint} NOT NULL,
        lease_holder TEXT,
        lease_until {float},
        create_time {float} NOT NULL,
        update_time {float} NOT NULL,
        start_time {float},
        end_time {float},
        tags TEXT NOT NULL,
        body {bytes} NOT NULL
    )""",
    "CREATE INDEX runs_by_status ON runs (status, id)",
    "CREATE INDEX runs_by_job ON runs (job_name, id)",
    "CREATE INDEX runs_by_update ON runs (update_time, id)",
    """CREATE TABLE run_tags (
        run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (run_id, key)
    )""",
    "CREATE INDEX run_tags_by_value ON run_tags (key, value, run_id)",
)

_ASSETS = (
    """CREATE TABLE assets (
        id {identity},
        asset_key TEXT NOT NULL UNIQUE,
        materialization_id {bigint},
        materialization_run_id TEXT,
        observation_id {bigint},
        planned_id {bigint},
        planned_run_id TEXT,
        failed_id {bigint},
        last_run_id TEXT,
        last_event_id {bigint},
        last_event_time {float},
        wiped_id {bigint} NOT NULL DEFAULT 0
    )""",
    """CREATE TABLE asset_partitions (
        asset_key TEXT NOT NULL,
        partition TEXT NOT NULL,
        status TEXT,
        materialization_id {bigint},
        materialization_run_id TEXT,
        planned_id {bigint},
        planned_run_id TEXT,
        failed_id {bigint},
        observation_id {bigint},
        wiped_id {bigint} NOT NULL DEFAULT 0,
        PRIMARY KEY (asset_key, partition)
    )""",
    "CREATE INDEX asset_partitions_in_progress ON asset_partitions (planned_run_id) WHERE status ="
    " 'IN_PROGRESS'",
    """CREATE TABLE check_executions (
        id {bigint} NOT NULL PRIMARY KEY,
        asset_key TEXT NOT NULL,
        check_name TEXT NOT NULL,
        partition TEXT,
        run_id TEXT NOT NULL,
        status TEXT NOT NULL,
        timestamp {float} NOT NULL,
        planned_id {bigint},
        evaluation_id {bigint}
    )""",
    "CREATE INDEX check_executions_of_check ON check_executions (asset_key, check_name, id)",
    "CREATE INDEX check_executions_planned ON check_executions (run_id) WHERE status = 'PLANNED'",
)

_NAMES = (
    """CREATE TABLE dynamic_partitions (
        id {identity},
        name TEXT NOT NULL,
        partition TEXT NOT NULL,
        UNIQUE (name, partition)
    )""",
    "CREATE TABLE kv (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
)

_STAMP = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc"
    " PRIMARY KEY (version_num))",
    f"INSERT INTO alembic_version (version_num) VALUES ('{NUMBER}')",
)

TABLES = (
    "events",
    "run_tags",
    "runs",
    "assets",
    "asset_partitions",
    "check_executions",
    "dynamic_partitions",
    "kv",
)


def table_statements(types: Mapping[str, str]) -> list[str]:
    """What makes the tables and their indexes."""
    return [text.format_map(types) for text in (*_EVENTS, *_RUNS, *_ASSETS, *_NAMES)]


def statements(types: Mapping[str, str]) -> list[str]:
    """What makes a whole schema out of nothing, its stamp included."""
    return [*table_statements(types), *_STAMP]
