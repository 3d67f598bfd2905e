"""``Instance``: one deployment. A list of short answers; the work is done by the store and the functions
beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Self

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.errors import InvariantViolationError, StorageError
from mainspring.core.instance import assets, opening, partitions, reports, runs, runs_of_jobs
from mainspring.core.instance import events as log
from mainspring.core.instance.automated import Automated
from mainspring.core.instance.compute_logs.store import ComputeLogManager
from mainspring.core.instance.configured import Configured
from mainspring.core.instance.debug_runs import preload_runs
from mainspring.core.instance.home import places
from mainspring.core.instance.listeners import Listeners
from mainspring.core.instance.live import WatchedRuns
from mainspring.core.instance.plugins import plugin
from mainspring.core.instance.ref import InstanceRef, make_ref
from mainspring.core.instance.settings import Given
from mainspring.core.instance.storages import EventLogStorage, RunStorage, ScheduleStorage
from mainspring.core.instance.temporary import TemporaryFolder
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.debug_run import DebugRunPayload
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.run import Run
from mainspring.core.storage.feed import Feed
from mainspring.core.storage.sink import DirectSink, Pace
from mainspring.core.storage.store import Store

_LOCATION = "MAINSPRING_LOCATION"
_EPHEMERAL = Pace(batch=256, interval=None)


class Instance(Automated, Configured):
    """The storage and settings of one deployment.

    >>> with Instance.ephemeral() as instance:
    ...     instance.report_runless_asset_event(AssetMaterialization("orders", metadata={"rows": 3}))
    ...     instance.has_asset_key(AssetKey("orders"))
    True

    Made by ``ephemeral``, ``local_temp``, ``get`` or ``from_config``. It may be used from any thread;
    ``dispose`` (or the end of a ``with`` block) closes what it holds.
    """

    def __init__(self, opened: opening.Opened) -> None:
        self.ambient: Ambient = opened.ambient
        self.store: Store = opened.store
        self.settings: Mapping[str, Any] = opened.settings
        self._location = opened.ambient.environ.get(_LOCATION, "")
        self._origin: Self | None = None
        self.given_settings: Given = opened.given
        self._settings_file = opened.settings_file
        self._places = opened.places
        self._temporary = opened.temporary
        self._persistent = opened.persistent
        self.listeners: Listeners = Listeners()
        self.feed: Feed = Feed(opened.store)
        self.watched: WatchedRuns = WatchedRuns()
        self._compute_logs: ComputeLogManager | None = None

    # -- making and closing
    # --------------------------------------------------------------------------------------

    @staticmethod
    def ephemeral(
        tempdir: str | None = None,
        preload: Sequence[DebugRunPayload] | None = None,
        settings: dict[str, Any] | None = None,
        *,
        ambient: Ambient | None = None,
    ) -> Instance:
        """An instance in memory; its folder for stored values is made when it is first asked for.

        ``preload`` are runs with their logs that it shall know, such as ``debug_runs_in`` reads from a file.
        """
        opened = opening.in_memory(tempdir, settings, ambient)
        preload_runs(opened.store, preload or ())
        return Instance(opened)

    @staticmethod
    def local_temp(
        tempdir: str | None = None,
        overrides: Mapping[str, Any] | None = None,
        *,
        ambient: Ambient | None = None,
    ) -> Instance:
        """A persistent instance in a folder; without one, in a folder that is removed with the instance."""
        return Instance(opening.in_folder(tempdir, overrides, ambient))

    @staticmethod
    def get(*, ambient: Ambient | None = None) -> Instance:
        """The instance in the folder that ``MAINSPRING_HOME`` (or ``DAGSTER_HOME``) names.

        Raises ``SettingsError`` when neither is set, ``InvalidConfigError`` for a wrong settings file.
        """
        return Instance(opening.in_home(ambient))

    @staticmethod
    def from_config(
        config_dir: str, config_filename: str = "dagster.yaml", *, ambient: Ambient | None = None
    ) -> Instance:
        """The instance in a folder whose settings file has this name."""
        return Instance(opening.from_file(config_dir, config_filename, ambient))

    @staticmethod
    def from_ref(instance_ref: InstanceRef, *, ambient: Ambient | None = None) -> Instance:
        """The instance that ``get_ref`` described, perhaps in another process."""
        return Instance(opening.from_ref(instance_ref, ambient))

    def get_ref(self) -> InstanceRef:
        """What another process needs to open this instance; it can be sent as JSON and holds no secret.

        Raises ``InvariantViolationError`` for an ephemeral instance, which nobody else can open, and for
        settings with a secret that stands nowhere but in this process.
        """
        if not self._persistent:
            raise InvariantViolationError(
                "An ephemeral instance has no reference: it lives in this process alone.",
                hint="Use Instance.get() or Instance.local_temp().",
            )
        return make_ref(self.root_directory, self._settings_file, self.given_settings)

    @property
    def location(self) -> str:
        """The code location this instance works for, ``""`` where none is named: whose dynamic partitions it means.

        ``MAINSPRING_LOCATION`` names it for a process, ``for_location`` for a part of one.
        """
        return self._location

    def for_location(self, name: str) -> Self:
        """The same instance in the eyes of a code location; closing either closes both.

        >>> instance.for_location("sales").add_dynamic_partitions("regions", ["nz"])
        >>> instance.for_location("stock").has_dynamic_partition("regions", "nz")
        False
        """
        view = copy(self)
        view._location = name
        view._origin = self._origin or self
        return view

    def dispose(self) -> None:
        """Close the store and remove temporary folders. Doing it twice does no harm."""
        if self._origin is not None:
            self._origin.dispose()
            return
        self.watched.close()
        self.feed.close()
        self.store.close()
        if self._compute_logs is not None:
            self._compute_logs.dispose()
        if self._temporary is not None:
            self._temporary.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.dispose()

    # -- places and settings
    # -------------------------------------------------------------------------------------

    @property
    def is_ephemeral(self) -> bool:
        """Whether all is forgotten at the end of the process."""
        return not self._persistent

    @property
    def is_persistent(self) -> bool:
        """Whether the instance lies on disk."""
        return self._persistent

    @property
    def root_directory(self) -> str:
        """The home folder; for an ephemeral instance a temporary one, made when it is first asked for."""
        if self._origin is not None:
            return self._origin.root_directory
        if self._places is None:
            self._temporary = TemporaryFolder()
            self._places = places(self._temporary.path, {})
        return str(self._places.root)

    def storage_directory(self) -> str:
        """Where stored values lie unless an IO manager says otherwise; made if it is not there."""
        if self._origin is not None:
            return self._origin.storage_directory()
        root = Path(self.root_directory)
        folder = self._places.storage if self._places is not None else root / "storage"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The folder {folder} for stored values cannot be made: {error.strerror}.",
                hint="Make its parent writable for this user, or name another in `local_artifact_storage`.",
            ) from error
        return str(folder)

    @property
    def compute_log_manager(self) -> ComputeLogManager:
        """What captures the stdout and stderr of runs, and reads it. An ephemeral instance captures nothing by default.

        Raises ``InvalidConfigError`` where the settings name one that cannot be made.
        """
        if self._origin is not None:
            return self._origin.compute_log_manager
        if self._compute_logs is None:
            # what captures takes as long to load as all that reads records
            choosing: Any = import_module("mainspring.core.instance.compute_logs.choosing")
            around = choosing.Surroundings(
                self.storage_directory, self.ambient.clock, self.ambient.environ, self._compute_log_plug_in
            )
            store: ComputeLogManager = choosing.compute_log_store_of(
                self.settings, around, persistent=self._persistent
            )
            self._compute_logs = store
        return self._compute_logs

    def _compute_log_plug_in(self) -> ComputeLogManager | None:
        return plugin(
            self.given_settings, "compute_logs", environ=self.ambient.environ, as_type=ComputeLogManager
        )

    @property
    def run_storage(self) -> RunStorage:
        """The runs, as a part of their own."""
        return RunStorage(self)

    @property
    def event_log_storage(self) -> EventLogStorage:
        """The log, as a part of its own."""
        return EventLogStorage(self)

    @property
    def schedule_storage(self) -> ScheduleStorage:
        """Schedules and sensors, as a part of their own."""
        return ScheduleStorage(self)

    @property
    def daemon_cursor_storage(self) -> RunStorage:
        """Where daemons keep their cursors: beside the runs."""
        return RunStorage(self)

    # -- runs
    # ----------------------------------------------------------------------------------------------------

    def start_run(self, run: Run, *, events: Sequence[EventLogEntry] = ()) -> DirectSink:
        """Store a run if it is new, claim it and append its first events, in one transaction; a sink for
        the rest.

        Raises ``InvariantViolationError`` when the run has ended.
        """
        epoch = self.store.runs.start(run, holder="in process", events=events)
        self.listeners.stored([(0, entry) for entry in events])
        return self.sink(run.run_id, epoch, next_seq=len(events) + 1)

    def sink(self, run_id: str, epoch: int, *, next_seq: int = 1) -> DirectSink:
        """A sink for the events of a run that has been claimed."""
        return DirectSink(
            self.store.events,
            run_id,
            epoch,
            clock=self.ambient.clock,
            next_seq=next_seq,
            pace=Pace() if self._persistent else _EPHEMERAL,
            on_stored=self.listeners.stored,
        )

    create_run: Final = runs.create_run
    create_run_for_job: Final = runs_of_jobs.create_run_for_job
    add_run: Final = runs.add_run
    delete_run: Final = runs.delete_run
    preview_delete_run: Final = runs.preview_delete_run
    has_run: Final = runs.has_run
    get_run_by_id: Final = runs.get_run_by_id
    get_run_record_by_id: Final = runs.get_run_record_by_id
    get_run_records_by_ids: Final = runs.get_run_records_by_ids
    get_run_records: Final = runs.get_run_records
    get_runs: Final = runs.get_runs
    get_run_ids: Final = runs.get_run_ids
    get_runs_count: Final = runs.get_runs_count
    add_run_tags: Final = runs.add_run_tags
    get_run_tag_keys: Final = runs.get_run_tag_keys
    get_run_tags: Final = runs.get_run_tags
    get_run_group: Final = runs.get_run_group
    get_run_stats: Final = runs.get_run_stats
    get_stats_of_runs: Final = runs.get_stats_of_runs
    get_run_step_stats: Final = runs.get_run_step_stats

    # -- events of runs
    # ------------------------------------------------------------------------------------------

    all_logs: Final = log.all_logs
    logs_after: Final = log.logs_after
    get_records_for_run: Final = log.get_records_for_run
    get_event_records: Final = log.get_event_records
    get_logs_of_steps: Final = log.get_logs_of_steps
    fetch_run_status_changes: Final = log.fetch_run_status_changes
    subscribe: Final = log.subscribe
    watch_event_logs: Final = log.watch_event_logs
    end_watch_event_logs: Final = log.end_watch_event_logs
    add_event_listener: Final = log.add_event_listener
    store_event: Final = log.store_event
    report_dagster_event: Final = log.report_dagster_event
    report_engine_event: Final = log.report_engine_event
    report_run_failed: Final = log.report_run_failed
    report_run_canceling: Final = log.report_run_canceling
    report_run_canceled: Final = log.report_run_canceled

    # -- assets
    # --------------------------------------------------------------------------------------------------

    def report_runless_asset_event(
        self, asset_event: AssetMaterialization | AssetObservation | AssetCheckEvaluation
    ) -> None:
        """Record what was seen of an asset outside a run."""
        self.report_dagster_event(reports.runless_event(asset_event), reports.RUNLESS_RUN_ID)

    has_asset_key: Final = assets.has_asset_key
    all_asset_keys: Final = assets.all_asset_keys
    get_asset_keys: Final = assets.get_asset_keys
    get_asset_records: Final = assets.get_asset_records
    get_latest_materialization_event: Final = assets.get_latest_materialization_event
    get_latest_materialization_events: Final = assets.get_latest_materialization_events
    get_latest_materialization_code_versions: Final = assets.get_latest_materialization_code_versions
    get_latest_data_version_record: Final = assets.get_latest_data_version_record
    get_asset_keys_for_run: Final = assets.get_asset_keys_for_run
    fetch_materializations: Final = assets.fetch_materializations
    fetch_observations: Final = assets.fetch_observations
    fetch_planned_materializations: Final = assets.fetch_planned_materializations
    fetch_failed_materializations: Final = assets.fetch_failed_materializations
    wipe_assets: Final = assets.wipe_assets
    wipe_asset_partitions: Final = assets.wipe_asset_partitions
    preview_wipe: Final = assets.preview_wipe
    list_wipes: Final = assets.list_wipes
    undo_wipe: Final = assets.undo_wipe

    def wipe(self) -> None:
        """Remove all runs, events, captured output and state of this instance."""
        self.store.wipe_everything()
        for log_key in list(self.compute_log_manager.log_keys([])):
            self.compute_log_manager.delete_logs(log_key)

    # -- partitions and checks
    # -----------------------------------------------------------------------------------

    get_status_by_partition: Final = partitions.get_status_by_partition
    get_partition_counts: Final = partitions.get_partition_counts
    get_materialized_partitions: Final = partitions.get_materialized_partitions
    get_latest_storage_id_by_partition: Final = partitions.get_latest_storage_id_by_partition
    get_latest_asset_check_evaluation_record: Final = partitions.get_latest_asset_check_evaluation_record

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """The keys of a dynamic partitions definition, in the order they were added."""
        return partitions.get_dynamic_partitions(self, partitions_def_name)

    get_paginated_dynamic_partitions: Final = partitions.get_paginated_dynamic_partitions
    add_dynamic_partitions: Final = partitions.add_dynamic_partitions
    delete_dynamic_partition: Final = partitions.delete_dynamic_partition

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether a dynamic partitions definition has a key."""
        return partitions.has_dynamic_partition(self, partitions_def_name, partition_key)
