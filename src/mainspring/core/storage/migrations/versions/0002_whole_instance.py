"""Groups of runs, the steps of runs, automation, pools; keys of dynamic partitions by code location."""

from __future__ import annotations

from typing import Any

import msgspec
from alembic import op
from sqlalchemy import Connection, text

from mainspring.core.base import serial
from mainspring.core.storage.migrations.types import types_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE runs ADD COLUMN root_run_id {text}",
    "ALTER TABLE runs ADD COLUMN parent_run_id {text}",
    "ALTER TABLE runs ADD COLUMN enqueue_time {float}",
    "ALTER TABLE runs ADD COLUMN launch_time {float}",
    "CREATE INDEX runs_by_create ON runs (create_time, id)",
    "CREATE INDEX events_counted ON events (run_id, event_type, scope, step_key) WHERE"
    " (event_type = 'ASSET_MATERIALIZATION' OR event_type = 'ASSET_CHECK_EVALUATION'"
    " OR event_type = 'STEP_EXPECTATION_RESULT')",
    "CREATE INDEX asset_partitions_by_status ON asset_partitions (asset_key, status, partition)"
    " WHERE status IS NOT NULL",
    "CREATE INDEX check_executions_of_partition ON check_executions (asset_key, check_name, partition, id)",
    "CREATE INDEX runs_of_group ON runs (root_run_id, id)",
    "CREATE INDEX events_of_run_status ON events (run_id, id) WHERE scope = 2",
    """
    CREATE TABLE run_steps (
        run_id {text} NOT NULL,
        step_key {text} NOT NULL,
        status {text} NOT NULL,
        attempts {bigint} NOT NULL,
        start_time {float},
        end_time {float},
        PRIMARY KEY (run_id, step_key)
    )
    """,
    """
    CREATE TABLE partition_keys (
        id {identity},
        location {text} NOT NULL,
        name {text} NOT NULL,
        partition {text} NOT NULL,
        UNIQUE (location, name, partition)
    )
    """,
    "INSERT INTO partition_keys (location, name, partition)"
    " SELECT '', name, partition FROM dynamic_partitions ORDER BY id",
    "DROP TABLE dynamic_partitions",
    """
    CREATE TABLE instigators (
        id {identity},
        instigator_id {text} NOT NULL UNIQUE,
        kind {text} NOT NULL,
        location {text} NOT NULL,
        name {text} NOT NULL,
        status {text} NOT NULL,
        cursor {text},
        create_time {float} NOT NULL,
        update_time {float} NOT NULL,
        body {bytes} NOT NULL
    )
    """,
    "CREATE INDEX instigators_by_kind ON instigators (kind, status, id)",
    """
    CREATE TABLE ticks (
        id {identity},
        instigator_id {text} NOT NULL,
        tick_key {text} NOT NULL,
        kind {text} NOT NULL,
        status {text} NOT NULL,
        timestamp {float} NOT NULL,
        end_time {float},
        body {bytes} NOT NULL,
        UNIQUE (instigator_id, tick_key)
    )
    """,
    "CREATE INDEX ticks_by_time ON ticks (instigator_id, timestamp, id)",
    "CREATE INDEX ticks_by_age ON ticks (kind, status, timestamp)",
    """
    CREATE TABLE backfills (
        id {identity},
        backfill_id {text} NOT NULL UNIQUE,
        status {text} NOT NULL,
        job_name {text},
        create_time {float} NOT NULL,
        update_time {float} NOT NULL,
        end_time {float},
        tags {text} NOT NULL,
        body {bytes} NOT NULL
    )
    """,
    "CREATE INDEX backfills_by_status ON backfills (status, id)",
    """
    CREATE TABLE backfill_tags (
        backfill_id {text} NOT NULL REFERENCES backfills (backfill_id) ON DELETE CASCADE,
        key {text} NOT NULL,
        value {text} NOT NULL,
        PRIMARY KEY (backfill_id, key)
    )
    """,
    "CREATE INDEX backfill_tags_by_value ON backfill_tags (key, value, backfill_id)",
    """
    CREATE TABLE daemon_heartbeats (
        daemon_type {text} NOT NULL,
        daemon_id {text} NOT NULL,
        timestamp {float} NOT NULL,
        body {bytes} NOT NULL,
        PRIMARY KEY (daemon_type, daemon_id)
    )
    """,
    """
    CREATE TABLE leases (
        name {text} NOT NULL PRIMARY KEY,
        holder {text} NOT NULL,
        epoch {bigint} NOT NULL,
        until {float} NOT NULL
    )
    """,
    """
    CREATE TABLE pools (
        name {text} NOT NULL PRIMARY KEY,
        slot_limit {bigint} NOT NULL,
        is_default {bigint} NOT NULL,
        update_time {float} NOT NULL
    )
    """,
    """
    CREATE TABLE pool_claims (
        id {identity},
        pool {text} NOT NULL,
        run_id {text} NOT NULL,
        step_key {text} NOT NULL,
        epoch {bigint} NOT NULL,
        priority {bigint} NOT NULL,
        claim_time {float} NOT NULL,
        assign_time {float},
        UNIQUE (pool, run_id, step_key)
    )
    """,
    "CREATE INDEX pool_claims_waiting ON pool_claims (pool, assign_time, priority, id)",
    "CREATE INDEX pool_claims_of_run ON pool_claims (run_id)",
)

_STEPS = """
    INSERT INTO run_steps (run_id, step_key, status, attempts, start_time, end_time)
    SELECT run_id, step_key,
        CASE
            WHEN MAX(CASE WHEN event_type = 'STEP_SUCCESS' THEN 1 ELSE 0 END) = 1 THEN 'SUCCESS'
            WHEN MAX(CASE WHEN event_type = 'STEP_FAILURE' THEN 1 ELSE 0 END) = 1 THEN 'FAILURE'
            WHEN MAX(CASE WHEN event_type = 'STEP_SKIPPED' THEN 1 ELSE 0 END) = 1 THEN 'SKIPPED'
            ELSE 'IN_PROGRESS'
        END,
        SUM(CASE WHEN event_type IN ('STEP_START', 'STEP_RESTARTED') THEN 1 ELSE 0 END),
        MIN(CASE WHEN event_type = 'STEP_START' THEN timestamp END),
        MAX(CASE WHEN event_type IN ('STEP_SUCCESS', 'STEP_FAILURE', 'STEP_SKIPPED') THEN timestamp END)
    FROM events
    WHERE step_key IS NOT NULL AND run_id <> '' AND event_type IN
        ('STEP_START', 'STEP_RESTARTED', 'STEP_SUCCESS', 'STEP_FAILURE', 'STEP_SKIPPED', 'STEP_UP_FOR_RETRY')
    GROUP BY run_id, step_key
"""
_GROUP = text("UPDATE runs SET root_run_id = :root, parent_run_id = :parent WHERE run_id = :run")

_BACK = (
    """
    CREATE TABLE dynamic_partitions (
        id {identity},
        name {text} NOT NULL,
        partition {text} NOT NULL,
        UNIQUE (name, partition)
    )
    """,
    "INSERT INTO dynamic_partitions (name, partition) SELECT DISTINCT name, partition FROM partition_keys",
    "DROP INDEX events_of_run_status",
    "DROP INDEX events_counted",
    "DROP INDEX asset_partitions_by_status",
    "DROP INDEX check_executions_of_partition",
    "DROP INDEX runs_of_group",
    "DROP INDEX runs_by_create",
    "ALTER TABLE runs DROP COLUMN launch_time",
    "ALTER TABLE runs DROP COLUMN enqueue_time",
    "ALTER TABLE runs DROP COLUMN parent_run_id",
    "ALTER TABLE runs DROP COLUMN root_run_id",
)
_NEW = (
    "pool_claims",
    "pools",
    "leases",
    "daemon_heartbeats",
    "backfill_tags",
    "backfills",
    "ticks",
    "instigators",
    "partition_keys",
    "run_steps",
)


def upgrade() -> None:
    """Add what is new; keys of dynamic partitions become those shared by all locations."""
    types = types_of(op.get_bind())
    for statement in _STATEMENTS:
        op.execute(statement.format_map(types))
    op.execute(_STEPS)
    _fill_groups(op.get_bind())


def _fill_groups(connection: Connection) -> None:
    """The runs each run was made from, which stood in its body alone; one that cannot be read stays alone."""
    rows = connection.execute(text("SELECT run_id, body FROM runs")).fetchall()
    for run_id, body in rows:
        try:
            found = serial.decode(body, dict[str, Any])
            root, parent = found.get("root_run_id"), found.get("parent_run_id")
        except (msgspec.MsgspecError, ValueError, TypeError):
            continue
        if root or parent:
            connection.execute(_GROUP, {"root": root, "parent": parent, "run": run_id})


def downgrade() -> None:
    """Remove what is new, with everything in it but the keys of dynamic partitions."""
    types = types_of(op.get_bind())
    for statement in _BACK:
        op.execute(statement.format_map(types))
    for table in _NEW:
        op.drop_table(table)
