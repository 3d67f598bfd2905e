"""``Instance``: one deployment. A list of short answers; the work is done by the store and the functions
beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.instance import assets, opening, paging, partitions, reports, runs
from mainspring.core.instance.home import places
from mainspring.core.instance.listeners import Listener, Listeners
from mainspring.core.instance.temporary import TemporaryFolder
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.event import Event, EventLogEntry, EventLogRecord, EventRecordsResult
from mainspring.core.records.event_data import EngineEventData, RunFailureData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import (
    EventRecordsFilter,
    RunStatusChangeRecordsFilter,
)
from mainspring.core.records.run import Run
from mainspring.core.storage.sink import INTERVAL, DirectSink
from mainspring.core.storage.store import Sequenced, Store

_EPHEMERAL_BATCH = 256


class Instance:
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
        self._places = opened.places
        self._temporary = opened.temporary
        self._persistent = opened.persistent
        self._listeners = Listeners()

    # -- making and closing
    # --------------------------------------------------------------------------------------

    @staticmethod
    def ephemeral(
        tempdir: str | None = None,
        preload: Sequence[object] | None = None,
        settings: dict[str, Any] | None = None,
        *,
        ambient: Ambient | None = None,
    ) -> Instance:
        """An instance in memory; its folder for stored values is made when it is first asked for."""
        if preload:
            raise InvariantViolationError(
                "An ephemeral instance cannot take exported runs.",
                hint="Append their events with `store_event`.",
            )
        return Instance(opening.in_memory(tempdir, settings, ambient))

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

    def dispose(self) -> None:
        """Close the store and remove temporary folders. Doing it twice does no harm."""
        self.store.close()
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
        if self._places is None:
            self._temporary = TemporaryFolder()
            self._places = places(self._temporary.path, {})
        return str(self._places.root)

    def storage_directory(self) -> str:
        """Where stored values lie unless an IO manager says otherwise; made if it is not there."""
        root = Path(self.root_directory)
        folder = self._places.storage if self._places is not None else root / "storage"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(folder)

    @property
    def managed_python_loggers(self) -> Sequence[str]:
        """The loggers whose lines go into the log of a run besides ``context.log``."""
        return list(self.settings.get("python_logs", {}).get("managed_python_loggers") or ())

    @property
    def python_log_level(self) -> str | None:
        """The least level of lines that go into the log of a run."""
        return self.settings.get("python_logs", {}).get("python_log_level")

    @property
    def telemetry_enabled(self) -> bool:
        """Always false: nothing is sent anywhere."""
        return False

    # -- runs
    # ----------------------------------------------------------------------------------------------------

    def start_run(self, run: Run, *, events: Sequence[EventLogEntry] = ()) -> DirectSink:
        """Store a run if it is new, claim it and append its first events, in one transaction; a sink for
        the rest.

        Raises ``InvariantViolationError`` when the run has ended.
        """
        epoch = self.store.runs.start(run, holder="in process", events=events)
        self._listeners.stored([(0, entry) for entry in events])
        return self.sink(run.run_id, epoch, next_seq=len(events) + 1)

    def sink(self, run_id: str, epoch: int, *, next_seq: int = 1) -> DirectSink:
        """A sink for the events of a run that has been claimed."""
        return DirectSink(
            self.store.events,
            run_id,
            epoch,
            clock=self.ambient.clock,
            next_seq=next_seq,
            interval=INTERVAL if self._persistent else None,
            batch=500 if self._persistent else _EPHEMERAL_BATCH,
            on_stored=self._listeners.stored,
        )

    create_run: Final = runs.create_run
    add_run: Final = runs.add_run
    delete_run: Final = runs.delete_run
    has_run: Final = runs.has_run
    get_run_by_id: Final = runs.get_run_by_id
    get_run_record_by_id: Final = runs.get_run_record_by_id
    get_run_records: Final = runs.get_run_records
    get_runs: Final = runs.get_runs
    get_run_ids: Final = runs.get_run_ids
    get_runs_count: Final = runs.get_runs_count
    add_run_tags: Final = runs.add_run_tags
    get_run_tag_keys: Final = runs.get_run_tag_keys
    get_run_tags: Final = runs.get_run_tags

    # -- events of runs
    # ------------------------------------------------------------------------------------------

    def all_logs(self, run_id: str, of_type: paging.TypesWanted = None) -> Sequence[EventLogEntry]:
        """The whole log of a run, in order."""
        return [paging.line_of(row) for row in self.store.events.of_run(run_id, types=paging.words(of_type))]

    def logs_after(
        self,
        run_id: str,
        cursor: int | None = None,
        of_type: EventType | None = None,
        limit: int | None = None,
    ) -> Sequence[EventLogEntry]:
        """The log of a run after a storage id."""
        rows = self.store.events.of_run(run_id, after=cursor, limit=limit, types=paging.words(of_type))
        return [paging.line_of(row) for row in rows]

    def get_records_for_run(
        self,
        run_id: str,
        cursor: str | None = None,
        of_type: paging.TypesWanted = None,
        limit: int | None = None,
        ascending: bool = True,
    ) -> EventRecordsResult:
        """A page of the log of a run."""
        return paging.run_page(
            self.store.events, run_id, types=of_type, limit=limit, cursor=cursor, ascending=ascending
        )

    def get_event_records(
        self, event_records_filter: EventRecordsFilter, limit: int | None = None, ascending: bool = False
    ) -> Sequence[EventLogRecord]:
        """Events of one type, newest first."""
        return paging.readable(
            self.store.events.of_type(event_records_filter, limit=limit, ascending=ascending)
        )

    def fetch_run_status_changes(
        self,
        records_filter: EventType | RunStatusChangeRecordsFilter,
        limit: int,
        cursor: str | None = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """Changes of run status of one kind, newest first."""
        return paging.status_page(
            self.store.events, records_filter, limit=limit, cursor=cursor, ascending=ascending
        )

    def add_event_listener(self, run_id: str, cb: Listener) -> None:
        """Call ``cb(entry)`` for each event of the run that this process stores from now on."""
        self._listeners.add(run_id, cb)

    def end_watch_event_logs(self, run_id: str, cb: Listener) -> None:
        """Call it no more."""
        self._listeners.remove(run_id, cb)

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event from outside its run's worker."""
        (storage_id,) = self.store.events.append([Sequenced(0, None, event)])
        self._listeners.stored([(storage_id, event)])

    def report_dagster_event(
        self,
        dagster_event: Event,
        run_id: str,
        log_level: str | int = 20,
        batch_metadata: object = None,
        timestamp: float | None = None,
    ) -> None:
        """Store what happened to a run, seen from outside its worker."""
        del batch_metadata  # a batch is what a sink makes of the events it is given
        moment = self.ambient.clock.timestamp() if timestamp is None else timestamp
        self.store_event(reports.entry_of(dagster_event, run_id, timestamp=moment, level=log_level))

    def report_engine_event(
        self,
        message: str,
        dagster_run: Run | None = None,
        engine_event_data: EngineEventData | None = None,
        cls: type[object] | None = None,
        step_key: str | None = None,
        job_name: str | None = None,
        run_id: str | None = None,
    ) -> Event:
        """Store what the engine has to say of a run."""
        text = f"[{cls.__name__}] {message}" if cls is not None else message
        name = job_name or (dagster_run.job_name if dagster_run is not None else "")
        event = reports.engine_event(text, job_name=name, step_key=step_key, data=engine_event_data)
        self.report_dagster_event(event, run_id or (dagster_run.run_id if dagster_run is not None else ""))
        return event

    def report_run_failed(
        self, dagster_run: Run, message: str | None = None, job_failure_data: RunFailureData | None = None
    ) -> Event:
        """End a run as failed, unless it has ended already."""
        return self._report(dagster_run, reports.run_failed(dagster_run, message, job_failure_data))

    def report_run_canceling(self, run: Run, message: str | None = None) -> None:
        """Say that a run was asked to stop."""
        self._report(run, reports.run_canceling(run, message))

    def report_run_canceled(self, dagster_run: Run, message: str | None = None) -> Event:
        """End a run as cancelled, unless it has ended already."""
        return self._report(dagster_run, reports.run_canceled(dagster_run, message))

    def _report(self, run: Run, event: Event) -> Event:
        self.report_dagster_event(event, run.run_id)
        return event

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

    def wipe(self) -> None:
        """Remove all runs, events and state of this instance."""
        self.store.wipe_everything()

    # -- partitions and checks
    # -----------------------------------------------------------------------------------

    get_status_by_partition: Final = partitions.get_status_by_partition
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
