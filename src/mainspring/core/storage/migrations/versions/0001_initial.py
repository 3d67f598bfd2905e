"""The first schema: the log of events, runs, assets, partitions, checks, dynamic partitions, small texts."""

from __future__ import annotations

from alembic import op

from mainspring.core.storage.migrations.types import types_of

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE events (
        id {identity},
        run_id {text} NOT NULL,
        epoch {bigint} NOT NULL,
        seq {bigint},
        scope {bigint} NOT NULL,
        event_type {text},
        step_key {text},
        asset_key {text},
        partition {text},
        check_name {text},
        timestamp {float} NOT NULL,
        body {bytes} NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX events_sent_once ON events (run_id, epoch, seq)",
    "CREATE INDEX events_of_run ON events (run_id, id)",
    "CREATE INDEX events_of_type ON events (event_type, id) WHERE scope > 0",
    "CREATE INDEX events_of_asset ON events (asset_key, event_type, id) WHERE scope = 1",
    "CREATE INDEX events_of_partition ON events (asset_key, partition, event_type, id) WHERE"
    " scope = 1 AND partition IS NOT NULL",
    """
    CREATE TABLE runs (
        id {identity},
        run_id {text} NOT NULL UNIQUE,
        submit_key {text} UNIQUE,
        job_name {text} NOT NULL,
        status {text} NOT NULL,
        snapshot_id {text},
        epoch {bigint} NOT NULL,
        lease_holder {text},
        lease_until {float},
        create_time {float} NOT NULL,
        update_time {float} NOT NULL,
        start_time {float},
        end_time {float},
        tags {text} NOT NULL,
        body {bytes} NOT NULL
    )
    """,
    "CREATE INDEX runs_by_status ON runs (status, id)",
    "CREATE INDEX runs_by_job ON runs (job_name, id)",
    "CREATE INDEX runs_by_update ON runs (update_time, id)",
    """
    CREATE TABLE run_tags (
        run_id {text} NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
        key {text} NOT NULL,
        value {text} NOT NULL,
        PRIMARY KEY (run_id, key)
    )
    """,
    "CREATE INDEX run_tags_by_value ON run_tags (key, value, run_id)",
    """
    CREATE TABLE assets (
        id {identity},
        asset_key {text} NOT NULL UNIQUE,
        materialization_id {bigint},
        materialization_run_id {text},
        observation_id {bigint},
        planned_id {bigint},
        planned_run_id {text},
        failed_id {bigint},
        last_run_id {text},
        last_event_id {bigint},
        last_event_time {float},
        wiped_id {bigint} NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE asset_partitions (
        asset_key {text} NOT NULL,
        partition {text} NOT NULL,
        status {text},
        materialization_id {bigint},
        materialization_run_id {text},
        planned_id {bigint},
        planned_run_id {text},
        failed_id {bigint},
        observation_id {bigint},
        wiped_id {bigint} NOT NULL DEFAULT 0,
        PRIMARY KEY (asset_key, partition)
    )
    """,
    "CREATE INDEX asset_partitions_in_progress ON asset_partitions (planned_run_id) WHERE"
    " status = 'IN_PROGRESS'",
    """
    CREATE TABLE check_executions (
        id {bigint} NOT NULL PRIMARY KEY,
        asset_key {text} NOT NULL,
        check_name {text} NOT NULL,
        partition {text},
        run_id {text} NOT NULL,
        status {text} NOT NULL,
        timestamp {float} NOT NULL,
        planned_id {bigint},
        evaluation_id {bigint}
    )
    """,
    "CREATE INDEX check_executions_of_check ON check_executions (asset_key, check_name, id)",
    "CREATE INDEX check_executions_planned ON check_executions (run_id) WHERE status = 'PLANNED'",
    """
    CREATE TABLE dynamic_partitions (
        id {identity},
        name {text} NOT NULL,
        partition {text} NOT NULL,
        UNIQUE (name, partition)
    )
    """,
    "CREATE TABLE kv (key {text} NOT NULL PRIMARY KEY, value {text} NOT NULL)",
)


def upgrade() -> None:
    """Make all tables and their indexes."""
    types = types_of(op.get_bind())
    for statement in _STATEMENTS:
        op.execute(statement.format_map(types))


def downgrade() -> None:
    """Remove all tables, with everything in them."""
    for table in (
        "kv",
        "dynamic_partitions",
        "check_executions",
        "asset_partitions",
        "assets",
        "run_tags",
        "runs",
        "events",
    ):
        op.drop_table(table)
