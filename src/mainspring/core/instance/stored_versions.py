"""The latest events of assets and their partitions, as far as they tell the versions of their data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from mainspring.core.graph.staleness.recorded import Latest, Recorded
from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.store import Store
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import DataProvenance, DataVersion, data_version_of_tags

_MADE, _SEEN = EventType.ASSET_MATERIALIZATION.value, EventType.ASSET_OBSERVATION.value


class StoredRecords:
    """The latest events of assets, as the store has them; see ``Records``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of_assets(self, keys: Iterable[AssetKey]) -> Mapping[AssetKey, Latest]:
        """The latest events of assets, in one read."""
        wanted = list(keys)
        entries = [record.asset_entry for record in self._store.assets.records(wanted)] if wanted else []
        return {
            entry.asset_key: Latest(
                _recorded(entry.last_materialization_record), _recorded(entry.last_observation_record)
            )
            for entry in entries
        }

    def of_partitions(self, key: AssetKey, partitions: Collection[str]) -> Mapping[str, Latest]:
        """The latest events of some partitions of an asset."""
        names = list(partitions)
        made = self._store.partitions.latest_events(key, _MADE, partitions=names)
        seen = self._store.partitions.latest_events(key, _SEEN, partitions=names)
        return {
            name: Latest(_recorded(made.get(name)), _recorded(seen.get(name)))
            for name in names
            if name in made or name in seen
        }

    def newest_partitions(self, key: AssetKey, limit: int, *, observed: bool = False) -> Sequence[str]:
        """The partitions of an asset that were materialised last, the newest first; then those observed last."""
        newest = self._store.partitions.newest
        seen = newest(key, _SEEN, limit=limit) if observed else []
        return list(dict.fromkeys([*newest(key, _MADE, limit=limit), *seen]))


def _recorded(record: EventLogRecord | None) -> Recorded | None:
    if record is None:
        return None
    tags = record.event_log_entry.tags or {}
    # Without a word on the version, every event tells of other data.
    version = data_version_of_tags(tags) or DataVersion(str(record.storage_id))
    provenance = DataProvenance.from_tags(tags)
    return Recorded(
        version, record.storage_id, record.run_id, record.partition_key, provenance, record.timestamp
    )
