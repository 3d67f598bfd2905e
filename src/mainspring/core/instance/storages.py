"""The parts of an instance's store by the names known to others: runs, events, schedules.

They are views: each method is that of the instance, and all three lie in one database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mainspring.core.base.ambient import Ambient
from mainspring.core.instance import (
    assets,
    backfills,
    cursors,
    daemons,
    events,
    paging,
    partitions,
    runs,
    schedules,
)
from mainspring.core.instance.compute_logs.store import ComputeLogManager
from mainspring.core.instance.listeners import Listeners
from mainspring.core.instance.live import WatchedRuns
from mainspring.core.instance.parts import Following
from mainspring.core.records.asset_record import AssetCheckExecutionRecord
from mainspring.core.records.event import EventLogEntry
from mainspring.core.storage.feed import Feed
from mainspring.core.storage.store import Store
from mainspring.core.values.asset_key import AssetCheckKey


class _View:
    """An instance, narrowed to what it keeps."""

    def __init__(self, instance: Following) -> None:
        self._instance = instance

    @property
    def ambient(self) -> Ambient:
        """Clock and ids."""
        return self._instance.ambient

    @property
    def settings(self) -> Mapping[str, Any]:
        """What ``mainspring.yaml`` says."""
        return self._instance.settings

    @property
    def location(self) -> str:
        """The code location the instance works for."""
        return self._instance.location

    @property
    def store(self) -> Store:
        """The database."""
        return self._instance.store

    @property
    def compute_log_manager(self) -> ComputeLogManager:
        """Captured output."""
        return self._instance.compute_log_manager

    @property
    def listeners(self) -> Listeners:
        """Who hears of what this process stores."""
        return self._instance.listeners

    @property
    def feed(self) -> Feed:
        """What wakes those who follow the log."""
        return self._instance.feed

    @property
    def watched(self) -> WatchedRuns:
        """The callbacks for the logs of runs."""
        return self._instance.watched


class RunStorage(_View):
    """The runs, with the backfills, heartbeats and cursors that are kept beside them."""

    add_run: Final = runs.add_run
    delete_run: Final = runs.delete_run
    has_run: Final = runs.has_run
    get_runs: Final = runs.get_runs
    get_run_ids: Final = runs.get_run_ids
    get_run_records: Final = runs.get_run_records
    get_runs_count: Final = runs.get_runs_count
    get_run_group: Final = runs.get_run_group
    add_run_tags: Final = runs.add_run_tags
    get_run_tags: Final = runs.get_run_tags
    get_run_tag_keys: Final = runs.get_run_tag_keys

    add_backfill: Final = backfills.add_backfill
    update_backfill: Final = backfills.update_backfill
    get_backfill: Final = backfills.get_backfill
    get_backfills: Final = backfills.get_backfills
    get_backfills_count: Final = backfills.get_backfills_count
    add_daemon_heartbeat: Final = daemons.add_daemon_heartbeat
    get_daemon_heartbeats: Final = daemons.get_daemon_heartbeats
    wipe_daemon_heartbeats: Final = daemons.wipe_daemon_heartbeats
    get_cursor_values: Final = cursors.get_cursor_values
    set_cursor_values: Final = cursors.set_cursor_values


class EventLogStorage(_View):
    """The log, and what is derived from it."""

    store_event: Final = events.store_event
    get_records_for_run: Final = events.get_records_for_run
    get_event_records: Final = events.get_event_records
    fetch_run_status_changes: Final = events.fetch_run_status_changes
    watch: Final = events.watch_event_logs
    end_watch: Final = events.end_watch_event_logs
    get_stats_for_run: Final = runs.get_run_stats
    get_step_stats_for_run: Final = runs.get_run_step_stats

    has_asset_key: Final = assets.has_asset_key
    all_asset_keys: Final = assets.all_asset_keys
    get_asset_keys: Final = assets.get_asset_keys
    get_asset_records: Final = assets.get_asset_records
    get_latest_materialization_events: Final = assets.get_latest_materialization_events
    fetch_materializations: Final = assets.fetch_materializations
    fetch_observations: Final = assets.fetch_observations
    fetch_planned_materializations: Final = assets.fetch_planned_materializations
    fetch_failed_materializations: Final = assets.fetch_failed_materializations
    get_materialized_partitions: Final = partitions.get_materialized_partitions
    get_latest_storage_id_by_partition: Final = partitions.get_latest_storage_id_by_partition
    get_dynamic_partitions: Final = partitions.get_dynamic_partitions
    has_dynamic_partition: Final = partitions.has_dynamic_partition

    def get_logs_for_run(
        self,
        run_id: str,
        cursor: str | None = None,
        of_type: paging.TypesWanted = None,
        limit: int | None = None,
        ascending: bool = True,
    ) -> Sequence[EventLogEntry]:
        """The lines of a run's log, in order."""
        page = events.get_records_for_run(self, run_id, cursor, of_type, limit, ascending)
        return [record.event_log_entry for record in page.records]

    def get_maximum_record_id(self) -> int | None:
        """The storage id of the newest event; ``None`` where there is none."""
        return self.store.events.last_id() or None

    def get_latest_asset_check_execution_by_key(
        self, check_keys: Sequence[AssetCheckKey]
    ) -> Mapping[AssetCheckKey, AssetCheckExecutionRecord]:
        """The latest execution of each of these checks that has one."""
        return self.store.checks.latest(check_keys)

    def get_asset_check_execution_history(
        self, check_key: AssetCheckKey, limit: int, cursor: int | None = None
    ) -> Sequence[AssetCheckExecutionRecord]:
        """The executions of a check, newest first; ``cursor`` is the id of the last one seen."""
        return self.store.checks.history(check_key, limit=limit, before=cursor)


class ScheduleStorage(_View):
    """Whether schedules and sensors are on, and their ticks."""

    add_instigator_state: Final = schedules.add_instigator_state
    update_instigator_state: Final = schedules.update_instigator_state
    get_instigator_state: Final = schedules.get_instigator_state
    all_instigator_state: Final = schedules.all_instigator_state
    delete_instigator_state: Final = schedules.delete_instigator_state
    create_tick: Final = schedules.create_tick
    update_tick: Final = schedules.update_tick
    get_tick: Final = schedules.get_tick
    get_ticks: Final = schedules.get_ticks
    get_batch_ticks: Final = schedules.get_batch_ticks
    purge_ticks: Final = schedules.purge_ticks
