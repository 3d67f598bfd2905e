"""``MultiAssetSensorEvaluationContext``: what has happened to several assets since they were last looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.partitions.definition import PartitionsDefinition
from mainspring.core.partitions.loading import moment
from mainspring.core.partitions.multi_mapping import infer_partition_mapping
from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import AssetRecordsFilter
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.has_keys import keys_of_all
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.automation.location import LocationView
from mainspring.runtime.definitions.automation.multi_asset_cursor import (
    AssetCursor,
    read_cursors,
    write_cursors,
)
from mainspring.runtime.definitions.automation.newest import newest_materialization
from mainspring.runtime.definitions.automation.sensor_context import SensorEvaluationContext

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance

_PAGE = 1_000
_CHUNK = 500


class MultiAssetSensorEvaluationContext(SensorEvaluationContext):
    """One tick of a sensor of several assets. Each asset has a cursor of its own, moved by ``advance_cursor``.

    What counts as new is fixed for an asset when it is first asked about; a materialization that comes later
    in the tick is new in the next one.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        instance_ref: Instance | None,
        monitored_assets: Sequence[AssetKey] | AssetSelection,
        last_tick_completion_time: float | None = None,
        last_run_key: str | None = None,
        cursor: str | None = None,
        repository_name: str | None = None,
        repository_def: Any = None,
        instance: Instance | None = None,
        resource_defs: Mapping[str, Any] | None = None,
        definitions: Any = None,
        last_sensor_start_time: float | None = None,
        log_key: Sequence[str] | None = None,
        sensor_name: str | None = None,
        code_location_origin: Any = None,
        last_completion_time: float | None = None,
    ) -> None:
        super().__init__(
            instance_ref,
            last_tick_completion_time=last_tick_completion_time,
            last_run_key=last_run_key,
            cursor=cursor,
            log_key=log_key,
            repository_name=repository_name,
            repository_def=repository_def,
            instance=instance,
            sensor_name=sensor_name,
            resources=resource_defs,
            definitions=definitions,
            last_sensor_start_time=last_sensor_start_time,
            code_location_origin=code_location_origin,
            last_completion_time=last_completion_time,
        )
        self._monitored = monitored_assets
        self._newest: dict[AssetKey, EventLogRecord | None] = {}
        self._consumed: dict[AssetKey, list[EventLogRecord]] = {}
        self._reset: dict[AssetKey, AssetCursor] = {}

    @classmethod
    def of(
        cls, context: SensorEvaluationContext, monitored_assets: Sequence[AssetKey] | AssetSelection
    ) -> MultiAssetSensorEvaluationContext:
        """The same tick, seen by a sensor of several assets."""
        if isinstance(context, MultiAssetSensorEvaluationContext):
            return context
        made = cls(None, monitored_assets)
        vars(made).update(vars(context))
        return made

    # -- the assets -----------------------------------------------------------------------------------

    @cached_property
    def asset_keys(self) -> Sequence[AssetKey]:
        """The assets that are watched."""
        if isinstance(self._monitored, AssetSelection):
            return sorted(self._monitored.resolve(self._needed_location("a selection").graph))
        return list(keys_of_all(self._monitored))

    @property
    def assets_defs_by_key(self) -> Mapping[AssetKey, AssetsDefinition | None]:
        """The definition of each asset; ``None`` for one that the definitions do not hold."""
        location = self.location
        known: Mapping[AssetKey, AssetsDefinition] = location.assets_by_key if location is not None else {}
        return {key: known.get(key) for key in self.asset_keys}

    def _needed_location(self, what: str) -> LocationView:
        found = self.location
        if found is None:
            raise InvariantViolationError(
                f"What {what} stands for only the definitions know, and this context has none.",
                hint="Pass definitions= or repository_def= to build_multi_asset_sensor_context.",
            )
        return found

    def _watched(self, key: AssetKey) -> AssetKey:
        if key not in self.asset_keys:
            names = [one.to_user_string() for one in self.asset_keys]
            raise InvariantViolationError(
                f"The asset {key.to_user_string()!r} is not watched by this sensor.",
                hint=did_you_mean(key.to_user_string(), names) or f"It watches {', '.join(names)}.",
            )
        return key

    def _partitions_of(self, key: AssetKey) -> PartitionsDefinition[Any]:
        graph = self._needed_location(f"the partitions of {key.to_user_string()!r}").graph
        found: Any = graph.get(key).partitions_def
        if found is None:
            raise InvariantViolationError(f"The asset {key.to_user_string()!r} is not partitioned.")
        return found

    # -- what is new ----------------------------------------------------------------------------------

    @cached_property
    def _cursors(self) -> dict[AssetKey, AssetCursor]:
        return read_cursors(self.cursor, what="A sensor of several assets")

    def _cursor_of(self, key: AssetKey) -> AssetCursor:
        return self._cursors.get(key, AssetCursor())

    def _newest_of(self, key: AssetKey) -> EventLogRecord | None:
        """The latest event after the cursor; it is looked for once, and bounds all that is read of the asset."""
        if key not in self._newest:
            asked = AssetRecordsFilter(
                self._watched(key), after_storage_id=self._cursor_of(key).storage_id or None
            )
            self._newest[key] = newest_materialization(self.instance, asked)
        return self._newest[key]

    def latest_materialization_records_by_key(
        self, asset_keys: Sequence[AssetKey] | None = None
    ) -> Mapping[AssetKey, EventLogRecord | None]:
        """The latest new materialization of each asset; ``None`` where there is no new one."""
        keys = self.asset_keys if asset_keys is None else keys_of_all(asset_keys)
        return {key: self._newest_of(key) for key in keys}

    def materialization_records_for_key(
        self, asset_key: AssetKey, limit: int | None = None
    ) -> Sequence[EventLogRecord]:
        """The new materializations of an asset, oldest first."""
        newest = self._newest_of(asset_key)
        return [] if newest is None else self._after(asset_key, newest.storage_id + 1, limit)

    def _after(self, key: AssetKey, before: int, limit: int | None = None) -> list[EventLogRecord]:
        """The events between the cursor and a place in the log."""
        asked = AssetRecordsFilter(
            key,
            after_storage_id=self._cursor_of(key).storage_id or None,
            before_storage_id=before,
        )
        found: list[EventLogRecord] = []
        cursor: str | None = None
        while limit is None or len(found) < limit:
            size = _PAGE if limit is None else min(_PAGE, limit - len(found))
            page = self.instance.fetch_materializations(asked, limit=size, cursor=cursor, ascending=True)
            found += page.records
            cursor = page.cursor
            if not page.has_more:
                break
        return found

    def latest_materialization_records_by_partition(
        self, asset_key: AssetKey, after_cursor_partition: bool | None = False
    ) -> Mapping[str, EventLogRecord]:
        """The latest new materialization of each partition, in the order they were stored.

        Those of partitions that were passed over earlier count as new. With ``after_cursor_partition`` only
        partitions that come after the one consumed last.
        """
        newest = self._newest_of(asset_key)
        places = dict(self._cursor_of(asset_key).trailing)
        if newest is not None:
            new = self._latest_places(asset_key)
            places |= {key: place for key, place in new.items() if place <= newest.storage_id}
        latest = {
            record.partition_key: record
            for record in self._records_at(asset_key, places.values())
            if record.partition_key is not None
        }
        last = self._cursor_of(asset_key).partition
        if not after_cursor_partition or last is None:
            return latest
        space = self._partitions_of(asset_key).key_space(self._moment())
        place = space.ordinal(last)
        later = {key: space.ordinal(key) for key in latest}
        return {
            key: record
            for key, record in latest.items()
            if place is None or ((found := later[key]) is not None and found > place)
        }

    def latest_materialization_records_by_partition_and_asset(
        self,
    ) -> Mapping[str, Mapping[AssetKey, EventLogRecord]]:
        """For each partition the latest new materialization of each asset that has one."""
        found: dict[str, dict[AssetKey, EventLogRecord]] = {}
        for key in self.asset_keys:
            for partition, record in self.latest_materialization_records_by_partition(key).items():
                found.setdefault(partition, {})[key] = record
        return found

    def get_trailing_unconsumed_events(self, asset_key: AssetKey) -> Sequence[EventLogRecord]:
        """The latest event of each partition that was passed over and not consumed since, oldest first."""
        return self._records_at(asset_key, self._cursor_of(self._watched(asset_key)).trailing.values())

    def _latest_places(self, key: AssetKey) -> Mapping[str, int]:
        """The place of the latest event of each partition that has one after the cursor."""
        after = self._cursor_of(key).storage_id or None
        return self.instance.get_latest_storage_id_by_partition(
            key, EventType.ASSET_MATERIALIZATION, after_cursor=after
        )

    def _records_at(self, key: AssetKey, places: Iterable[int]) -> list[EventLogRecord]:
        """The events at these places of the log, oldest first."""
        wanted = sorted(places)
        found: list[EventLogRecord] = []
        for start in range(0, len(wanted), _CHUNK):
            asked = AssetRecordsFilter(key, storage_ids=wanted[start : start + _CHUNK])
            found += self.instance.fetch_materializations(asked, limit=_CHUNK, ascending=True).records
        return found

    # -- partitions -----------------------------------------------------------------------------------

    def get_cursor_partition(self, asset_key: AssetKey | None) -> str | None:
        """The partition of the event of an asset that was consumed last."""
        if asset_key is None:
            if len(self.asset_keys) != 1:
                raise InvariantViolationError("This sensor watches several assets; say which is meant.")
            return self._cursor_of(self.asset_keys[0]).partition
        return self._cursor_of(self._watched(asset_key)).partition

    def all_partitions_materialized(
        self, asset_key: AssetKey, partitions: Sequence[str] | None = None
    ) -> bool:
        """Whether each of these partitions, by default all there are, has ever been materialised."""
        if partitions is None:
            found = self._partitions_of(asset_key)
            partitions = found.key_space(self._moment()).keys()
        elif isinstance(partitions, str):
            raise InvariantViolationError(f"partitions is a list of keys, not the string {partitions!r}.")
        return set(partitions) <= self.instance.get_materialized_partitions(asset_key)

    def get_downstream_partition_keys(
        self, partition_key: str, from_asset_key: AssetKey, to_asset_key: AssetKey
    ) -> Sequence[str]:
        """The partitions of an asset that are made from a partition of another."""
        upstream, downstream = self._partitions_of(from_asset_key), self._partitions_of(to_asset_key)
        definition = self._needed_location("a partition mapping").assets_by_key.get(to_asset_key)
        said = definition.get_partition_mapping(from_asset_key) if definition is not None else None
        mapping = said or infer_partition_mapping(upstream, downstream)
        context = self._moment()
        subset = upstream.subset_with_partition_keys([partition_key], context)
        return mapping.get_downstream_partitions_for_partitions(
            subset,
            upstream,
            downstream,
            current_time=context.effective_dt,
            dynamic_partitions_store=self.instance,
        ).get_partition_keys()

    def _moment(self) -> Any:
        now = datetime.fromtimestamp(self.instance.ambient.clock.timestamp(), UTC)
        return moment(now, self.instance)

    # -- cursors --------------------------------------------------------------------------------------

    def advance_cursor(
        self, materialization_records_by_key: Mapping[AssetKey, EventLogRecord | None]
    ) -> None:
        """Mark events as consumed. Older ones of other partitions stay new; older ones without do not."""
        for key, record in materialization_records_by_key.items():
            if record is not None:
                self._newest_of(key)
                self._consumed.setdefault(self._watched(key), []).append(record)

    def advance_all_cursors(self) -> None:
        """Mark all that is new as consumed, what was passed over earlier too."""
        for key in self.asset_keys:
            newest, cursor = self._newest_of(key), self._cursor_of(key)
            if newest is not None:
                self._reset[key] = AssetCursor(newest.storage_id, newest.partition_key)
            elif cursor.trailing:
                self._reset[key] = AssetCursor(cursor.storage_id, cursor.partition)

    @property
    def has_advanced(self) -> bool:
        """Whether anything was marked as consumed in this tick."""
        return bool(self._consumed or self._reset)

    def update_cursor_after_evaluation(self) -> None:
        """Write what was consumed into the cursor; called when the function has ended."""
        if not self.has_advanced:
            return
        cursors = dict(self._cursors)
        for key, consumed in self._consumed.items():
            latest_of: Mapping[str, int] = {}
            if any(one.partition_key is not None for one in consumed):
                latest_of = self._latest_places(key)
            cursors[key] = self._cursor_of(key).advanced(consumed, latest_of)
        cursors |= self._reset
        self.update_cursor(write_cursors(cursors))
        self._consumed, self._reset, self._newest = {}, {}, {}
        self.__dict__.pop("_cursors", None)


def build_multi_asset_sensor_context(  # noqa: PLR0913  # the published parameters
    *,
    monitored_assets: Sequence[AssetKey] | AssetSelection,
    repository_def: Any = None,
    instance: Instance | None = None,
    cursor: str | None = None,
    repository_name: str | None = None,
    cursor_from_latest_materializations: bool = False,
    resources: Mapping[str, object] | None = None,
    definitions: Any = None,
    last_sensor_start_time: float | None = None,
) -> MultiAssetSensorEvaluationContext:
    """A context to call or evaluate a sensor of several assets with, in a test.

    With ``cursor_from_latest_materializations`` nothing that is there already counts as new.
    """
    if cursor is not None and cursor_from_latest_materializations:
        raise InvariantViolationError(
            "build_multi_asset_sensor_context takes `cursor` or `cursor_from_latest_materializations`, not both."
        )
    make = partial(
        MultiAssetSensorEvaluationContext,
        None,
        monitored_assets,
        repository_name=repository_name,
        repository_def=repository_def,
        instance=instance,
        resource_defs=resources,
        definitions=definitions,
        last_sensor_start_time=last_sensor_start_time,
    )
    if cursor_from_latest_materializations:
        reader = make()
        reader.advance_all_cursors()
        reader.update_cursor_after_evaluation()
        cursor = reader.cursor
    return make(cursor=cursor)
