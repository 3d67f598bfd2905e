"""Every read of a store and of an instance, as calls with a name, and a store in which each finds something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mainspring.core.instance.instance import Instance
from mainspring.core.records.backfill import BulkActionsFilter, BulkActionStatus, PartitionBackfill
from mainspring.core.records.daemon import DaemonHeartbeat
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import AssetRecordsFilter, EventRecordsFilter, RunsFilter
from mainspring.core.records.instigator import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
)
from mainspring.core.records.run import RunStatus
from mainspring.core.records.tick import TickData, TickStatus
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.storage.tick_store import TickPage
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.testing import events

Read = Callable[[Instance, Any], object]

NUMBERS = ("one", "two", "three")
"""Everything is there three times; what bears the name of the second belongs to the row that is damaged."""

MADE = EventType.ASSET_MATERIALIZATION
SENSOR = InstigatorType.SENSOR
RUNS = [f"run-{n}" for n in NUMBERS]
KEYS = [AssetKey(f"asset-{n}") for n in NUMBERS]
CHECKS = [AssetCheckKey(key, "check") for key in KEYS]
PARTS = [f"part-{n}" for n in NUMBERS]
STATES = [InstigatorState(name=f"sensor-{n}", instigator_type=SENSOR, location="shop") for n in NUMBERS]
IDS = [state.selector_id for state in STATES]
POOLS = [f"pool-{n}" for n in NUMBERS]


def fill(store: SqlStore) -> None:
    """Put three of everything into an empty store."""
    for n in NUMBERS:
        run_id, asset, part = f"run-{n}", f"asset-{n}", f"part-{n}"
        store.runs.create(events.run(run_id, tags={f"key-{n}": n, "all": n}))
        lines = [
            events.line(EventType.RUN_START, run_id, timestamp=1),
            events.line(EventType.STEP_START, run_id, step_key=f"step-{n}", timestamp=2),
            events.planned(asset, run_id, partition=part, timestamp=3),
            events.check_planned(asset, "check", run_id, timestamp=4),
            events.materialized(asset, run_id, partition=part, tags={"dagster/data_version": n}, timestamp=5),
            events.observed(asset, run_id, partition=part, timestamp=6),
            events.check_evaluated(asset, "check", run_id, timestamp=7),
            events.failed(asset, run_id, partition=f"{part}-failed", timestamp=8),
            events.message(run_id, f"said by {n}", timestamp=9),
        ]
        store.events.append([Sequenced(0, seq, line) for seq, line in enumerate(lines, 1)])
        store.assets.wipe_partitions(AssetKey(asset), [f"{part}-wiped"], timestamp=10)
        store.dynamic_partitions.add("names", [part])
        store.kv.set({f"text-{n}": n})
        fill_automation(store, n)


def fill_automation(store: SqlStore, n: str) -> None:
    """The tables of automation."""
    state = STATES[NUMBERS.index(n)]
    store.instigators.add(state.with_data(SensorInstigatorData(cursor=n)))
    for number, status in enumerate((TickStatus.SUCCESS, TickStatus.STARTED)):
        store.ticks.create(
            TickData(
                selector_id=state.selector_id,
                instigator_name=state.name,
                instigator_type=SENSOR,
                timestamp=number + 1.0,
                status=status,
            )
        )
    store.backfills.add(
        PartitionBackfill(
            backfill_id=f"backfill-{n}",
            status=BulkActionStatus.REQUESTED,
            backfill_timestamp=1.0,
            tags={"n": n},
        )
    )
    store.daemons.add_heartbeat(DaemonHeartbeat(1.0, f"DAEMON-{n}", f"id-{n}"))
    store.leases.acquire(f"lease-{n}", f"holder-{n}", seconds=1e6)
    store.pools.set_limit(f"pool-{n}", 1)
    store.pools.claim(f"pool-{n}", f"run-{n}", f"step-{n}")


STORE_READS: dict[str, Read] = {
    "events.of_run": lambda i, s: [s.events.of_run(run_id) for run_id in RUNS],
    "events.of_runs": lambda i, s: s.events.of_runs(RUNS),
    "events.of_type": lambda i, s: [
        *s.events.of_type(EventRecordsFilter(MADE)),
        *(s.events.of_type(EventRecordsFilter(MADE, asset_key=key)) for key in KEYS),
        *s.events.of_type(EventRecordsFilter(EventType.RUN_START), job_names=[events.JOB]),
    ],
    "events.assets_of_run": lambda i, s: [s.events.assets_of_run(run_id) for run_id in RUNS],
    "events.since": lambda i, s: s.events.since(0, limit=100).rows,
    "events.signs": lambda i, s: s.events.signs(0, limit=100),
    "events.last_id": lambda i, s: s.events.last_id() and None,
    "runs.get": lambda i, s: [s.runs.get(run_id) for run_id in RUNS],
    "runs.many": lambda i, s: s.runs.many(RUNS),
    "runs.find": lambda i, s: [
        *s.runs.find(),
        *(s.runs.find(order_by=column) for column in ("start_time", "update_timestamp", "job_name")),
        *(s.runs.find(RunsFilter(tags={"all": n})) for n in NUMBERS),
        *s.runs.find(RunsFilter(statuses=[RunStatus.STARTED])),
    ],
    "runs.group": lambda i, s: [s.runs.group(run_id) for run_id in RUNS],
    "runs.preview_delete": lambda i, s: [s.runs.preview_delete(run_id) for run_id in RUNS],
    "runs.count": lambda i, s: s.runs.count() and None,
    "runs.tag_keys": lambda i, s: s.runs.tag_keys(),
    "runs.tag_values": lambda i, s: [s.runs.tag_values([f"key-{n}"]) for n in NUMBERS],
    "run_stats.of_runs": lambda i, s: s.run_stats.of_runs(RUNS),
    "run_stats.steps_of_run": lambda i, s: [s.run_stats.steps_of_run(run_id) for run_id in RUNS],
    "assets.known": lambda i, s: {key: s.assets.known(key) for key in KEYS},
    "assets.known_keys": lambda i, s: s.assets.known_keys(),
    "assets.records": lambda i, s: s.assets.records(),
    "assets.latest_materializations": lambda i, s: s.assets.latest_materializations(KEYS),
    "assets.latest_planned": lambda i, s: {key: s.assets.latest_planned(key) for key in KEYS},
    "assets.preview_wipe": lambda i, s: [s.assets.preview_wipe(key) for key in KEYS],
    "assets.wipes": lambda i, s: s.assets.wipes(now=0.0),
    "partitions.states": lambda i, s: {key: s.partitions.states(key) for key in KEYS},
    "partitions.statuses": lambda i, s: {key: s.partitions.statuses(key, PARTS) for key in KEYS},
    "partitions.by_status": lambda i, s: {key: s.partitions.by_status(key) for key in KEYS},
    "partitions.counts": lambda i, s: {key: s.partitions.counts(key) for key in KEYS},
    "partitions.materialized": lambda i, s: {key: s.partitions.materialized(key) for key in KEYS},
    "partitions.latest_ids": lambda i, s: {key: s.partitions.latest_ids(key, MADE.value) for key in KEYS},
    "partitions.latest_events": lambda i, s: {
        key: s.partitions.latest_events(key, MADE.value, partitions=PARTS) for key in KEYS
    },
    "partitions.newest": lambda i, s: {key: s.partitions.newest(key, MADE.value, limit=5) for key in KEYS},
    "checks.latest": lambda i, s: s.checks.latest(CHECKS),
    "checks.history": lambda i, s: [s.checks.history(key, limit=5) for key in CHECKS],
    "dynamic_partitions.get": lambda i, s: s.dynamic_partitions.get("names"),
    "dynamic_partitions.existing": lambda i, s: sorted(s.dynamic_partitions.existing("names", PARTS)),
    "dynamic_partitions.page": lambda i, s: s.dynamic_partitions.page("names", limit=9).names,
    "kv.get": lambda i, s: s.kv.get([f"text-{n}" for n in NUMBERS]),
    "instigators.get": lambda i, s: [s.instigators.get(ref) for ref in IDS],
    "instigators.find": lambda i, s: [
        *s.instigators.find(),
        *s.instigators.find(kind=SENSOR, statuses=list(InstigatorStatus)),
    ],
    "ticks.get": lambda i, s: [s.ticks.get(ref, 1.0) for ref in IDS],
    "ticks.find": lambda i, s: [s.ticks.find(ref, TickPage()) for ref in IDS],
    "ticks.summaries": lambda i, s: [s.ticks.summaries(ref, TickPage()) for ref in IDS],
    "ticks.newest": lambda i, s: s.ticks.newest(IDS),
    "ticks.open": lambda i, s: s.ticks.open([SENSOR]),
    "backfills.get": lambda i, s: [s.backfills.get(f"backfill-{n}") for n in NUMBERS],
    "backfills.find": lambda i, s: [*s.backfills.find(), *s.backfills.find(BulkActionsFilter(tags={"n": "one"}))],
    "backfills.count": lambda i, s: s.backfills.count() and None,
    "daemons.heartbeats": lambda i, s: s.daemons.heartbeats(),
    "leases.holder": lambda i, s: [s.leases.holder(f"lease-{n}") for n in NUMBERS],
    "leases.held": lambda i, s: s.leases.held(),
    "pools.info": lambda i, s: s.pools.info(),
    "pools.limits": lambda i, s: s.pools.limits(),
    "pools.status": lambda i, s: [
        s.pools.status(f"pool-{n}", f"run-{n}", f"step-{n}") for n in NUMBERS
    ],
}  # fmt: skip

STORE_WRITES = frozenset(
    "append create start claim extend add_tags delete wipe wipe_partitions undo_wipes add update"
    " add_heartbeat set compare_and_set acquire renew release delete_limit free_run free_step set_limit"
    " set_cursor set_status commit purge purge_of".split()
)

INSTANCE_READS: dict[str, Read] = {
    "all_asset_keys": lambda i, s: i.all_asset_keys(),
    "all_instigator_state": lambda i, s: i.all_instigator_state(),
    "all_logs": lambda i, s: [i.all_logs(run_id) for run_id in RUNS],
    "check_concurrency_claim": lambda i, s: [
        i.check_concurrency_claim(f"pool-{n}", f"run-{n}", f"step-{n}") for n in NUMBERS
    ],
    "fetch_failed_materializations": lambda i, s: [i.fetch_failed_materializations(key, 5).records for key in KEYS],
    "fetch_materializations": lambda i, s: [
        i.fetch_materializations(AssetRecordsFilter(key, after_timestamp=0.0), 5).records for key in KEYS
    ],
    "fetch_observations": lambda i, s: [i.fetch_observations(key, 5).records for key in KEYS],
    "fetch_planned_materializations": lambda i, s: [
        i.fetch_planned_materializations(key, 5).records for key in KEYS
    ],
    "fetch_run_status_changes": lambda i, s: i.fetch_run_status_changes(EventType.RUN_START, 5).records,
    "get_asset_keys": lambda i, s: i.get_asset_keys(),
    "get_asset_keys_for_run": lambda i, s: [sorted(i.get_asset_keys_for_run(run_id)) for run_id in RUNS],
    "get_asset_records": lambda i, s: i.get_asset_records(KEYS),
    "get_backfill": lambda i, s: [i.get_backfill(f"backfill-{n}") for n in NUMBERS],
    "get_backfills": lambda i, s: i.get_backfills(),
    "get_backfills_count": lambda i, s: i.get_backfills_count() and None,
    "get_batch_ticks": lambda i, s: i.get_batch_ticks(IDS),
    "get_concurrency_info": lambda i, s: [i.get_concurrency_info(pool) for pool in POOLS],
    "get_concurrency_keys": lambda i, s: sorted(i.get_concurrency_keys()),
    "get_cursor_values": lambda i, s: i.get_cursor_values([f"text-{n}" for n in NUMBERS]),
    "get_daemon_heartbeats": lambda i, s: i.get_daemon_heartbeats(),
    "get_daemon_statuses": lambda i, s: i.get_daemon_statuses([f"DAEMON-{n}" for n in NUMBERS]),
    "get_dynamic_partitions": lambda i, s: i.get_dynamic_partitions("names"),
    "get_event_records": lambda i, s: i.get_event_records(EventRecordsFilter(MADE)),
    "get_instigator_state": lambda i, s: [i.get_instigator_state("", ref) for ref in IDS],
    "get_latest_asset_check_evaluation_record": lambda i, s: [
        i.get_latest_asset_check_evaluation_record(key) for key in CHECKS
    ],
    "get_latest_data_version_record": lambda i, s: [
        i.get_latest_data_version_record(key, partition_key=part) for key, part in zip(KEYS, PARTS, strict=True)
    ],
    "get_latest_materialization_code_versions": lambda i, s: i.get_latest_materialization_code_versions(KEYS),
    "get_latest_materialization_event": lambda i, s: [i.get_latest_materialization_event(key) for key in KEYS],
    "get_latest_materialization_events": lambda i, s: i.get_latest_materialization_events(KEYS),
    "get_latest_storage_id_by_partition": lambda i, s: [
        i.get_latest_storage_id_by_partition(key, MADE) for key in KEYS
    ],
    "get_logs_of_steps": lambda i, s: i.get_logs_of_steps(RUNS),
    "get_materialized_partitions": lambda i, s: {key: i.get_materialized_partitions(key) for key in KEYS},
    "get_paginated_dynamic_partitions": lambda i, s: i.get_paginated_dynamic_partitions("names", 9, True).results,
    "get_partition_counts": lambda i, s: {key: i.get_partition_counts(key) for key in KEYS},
    "get_pool_limits": lambda i, s: i.get_pool_limits(),
    "get_records_for_run": lambda i, s: [i.get_records_for_run(run_id).records for run_id in RUNS],
    "get_run_by_id": lambda i, s: [i.get_run_by_id(run_id) for run_id in RUNS],
    "get_run_group": lambda i, s: [i.get_run_group(run_id) for run_id in RUNS],
    "get_run_ids": lambda i, s: i.get_run_ids(),
    "get_run_record_by_id": lambda i, s: [i.get_run_record_by_id(run_id) for run_id in RUNS],
    "get_run_records": lambda i, s: i.get_run_records(order_by="start_time"),
    "get_run_records_by_ids": lambda i, s: i.get_run_records_by_ids(RUNS),
    "get_run_stats": lambda i, s: [i.get_run_stats(run_id) for run_id in s.runs.many(RUNS)],
    "get_run_step_stats": lambda i, s: [i.get_run_step_stats(run_id) for run_id in s.runs.many(RUNS)],
    "get_run_tag_keys": lambda i, s: i.get_run_tag_keys(),
    "get_run_tags": lambda i, s: i.get_run_tags([f"key-{n}" for n in NUMBERS]),
    "get_runs": lambda i, s: i.get_runs(),
    "get_runs_count": lambda i, s: i.get_runs_count() and None,
    "get_stats_of_runs": lambda i, s: i.get_stats_of_runs(RUNS),
    "get_status_by_partition": lambda i, s: [i.get_status_by_partition(key, PARTS, None) for key in KEYS],
    "get_tick": lambda i, s: [i.get_tick("", ref, 1.0) for ref in IDS],
    "get_tick_summaries": lambda i, s: [i.get_tick_summaries("", ref) for ref in IDS],
    "get_ticks": lambda i, s: [i.get_ticks("", ref) for ref in IDS],
    "has_asset_key": lambda i, s: {key: i.has_asset_key(key) for key in KEYS},
    "has_dynamic_partition": lambda i, s: {part: i.has_dynamic_partition("names", part) for part in PARTS},
    "has_run": lambda i, s: {run_id: i.has_run(run_id) for run_id in RUNS},
    "list_wipes": lambda i, s: i.list_wipes(),
    "logs_after": lambda i, s: [i.logs_after(run_id, 0) for run_id in RUNS],
    "preview_delete_run": lambda i, s: [i.preview_delete_run(run_id) for run_id in RUNS],
    "preview_wipe": lambda i, s: i.preview_wipe(KEYS),
}  # fmt: skip

OF_NO_DATABASE = frozenset({"get", "get_ref", "get_required_daemon_types"})
"""Methods of an instance whose names look like reads and that read nothing; those that tell settings are others."""

READS = {**STORE_READS, **INSTANCE_READS}
