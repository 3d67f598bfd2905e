"""What the latest events of assets say of the versions of their code and data."""

from __future__ import annotations

from collections.abc import Iterable

from mainspring.core.instance.paging import readable
from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.storage.store import AssetReader, EventReader
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import CODE_VERSION_TAG


def code_versions(assets: AssetReader, keys: Iterable[AssetKey]) -> dict[AssetKey, str | None]:
    """The code version of each asset's latest materialization: the id of its run where none was set,
    ``None`` without a materialization and where it was reported outside a run.
    """
    wanted = list(keys)
    latest = assets.latest_materializations(wanted)
    found: dict[AssetKey, str | None] = dict.fromkeys(wanted)
    for key, record in latest.items():
        tags = record.event_log_entry.tags or {}
        found[key] = tags.get(CODE_VERSION_TAG) or record.run_id or None
    return found


def latest_data_version_record(
    events: EventReader,
    key: AssetKey,
    *,
    is_source: bool | None,
    partition_key: str | None,
    before_cursor: int | None,
    after_cursor: int | None,
) -> EventLogRecord | None:
    """The latest event that tells the version of an asset's data.

    It is a materialization, or an observation where the asset is external; without ``is_source`` a
    materialization is looked for first.
    """
    kinds = {
        True: (EventType.ASSET_OBSERVATION,),
        False: (EventType.ASSET_MATERIALIZATION,),
        None: (EventType.ASSET_MATERIALIZATION, EventType.ASSET_OBSERVATION),
    }[is_source]
    for kind in kinds:
        wanted = EventRecordsFilter(
            event_type=kind,
            asset_key=key,
            asset_partitions=None if partition_key is None else [partition_key],
            before_cursor=before_cursor,
            after_cursor=after_cursor,
        )
        found = readable(events.of_type(wanted, limit=1))
        if found:
            return found[0]
    return None
