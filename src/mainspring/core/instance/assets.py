"""Assets: what is known of them, their history, and how it is put out of sight and back.

These functions are the methods of ``Instance`` of the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from mainspring.core.instance import data_versions, paging
from mainspring.core.instance.parts import Parts
from mainspring.core.instance.settings import section
from mainspring.core.records.asset_record import AssetRecord
from mainspring.core.records.event import EventLogEntry, EventLogRecord, EventRecordsResult
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import AssetRecordsFilter
from mainspring.core.records.wipe import AssetWipe, WipePreview
from mainspring.core.values.asset_key import AssetKey

DEFAULT_GRACE_DAYS = 7
"""How long a wipe can be taken back where ``retention.wiped`` is not set, as the settings describe it."""


def has_asset_key(instance: Parts, asset_key: AssetKey) -> bool:
    """Whether anything is known of an asset since it was last wiped."""
    return instance.store.assets.known(asset_key)


def all_asset_keys(instance: Parts) -> Sequence[AssetKey]:
    """All known assets."""
    return instance.store.assets.known_keys()


def get_asset_keys(
    instance: Parts, prefix: Sequence[str] | None = None, limit: int | None = None, cursor: str | None = None
) -> Sequence[AssetKey]:
    """Known assets in the order of their stored form. ``cursor`` is ``to_string()`` of the last key seen."""
    return instance.store.assets.known_keys(prefix=prefix, limit=limit, after=cursor)


def get_asset_records(instance: Parts, asset_keys: Sequence[AssetKey] | None = None) -> Sequence[AssetRecord]:
    """What is known of these assets; one that is not known is left out."""
    return instance.store.assets.records(asset_keys)


def get_latest_materialization_event(instance: Parts, asset_key: AssetKey) -> EventLogEntry | None:
    """The latest materialization of an asset since it was last wiped."""
    return get_latest_materialization_events(instance, [asset_key])[asset_key]


def get_latest_materialization_events(
    instance: Parts, asset_keys: Iterable[AssetKey]
) -> Mapping[AssetKey, EventLogEntry | None]:
    """The latest materialization of each of these assets."""
    keys = list(asset_keys)
    found = instance.store.assets.latest_materializations(keys)
    return {key: found[key].event_log_entry if key in found else None for key in keys}


def get_latest_materialization_code_versions(
    instance: Parts, asset_keys: Iterable[AssetKey]
) -> Mapping[AssetKey, str | None]:
    """The code version of each latest materialization; the id of its run where none was set."""
    return data_versions.code_versions(instance.store.assets, asset_keys)


def get_latest_data_version_record(
    instance: Parts,
    key: AssetKey,
    is_source: bool | None = None,
    partition_key: str | None = None,
    before_cursor: int | None = None,
    after_cursor: int | None = None,
) -> EventLogRecord | None:
    """The latest event that tells the version of an asset's data."""
    return data_versions.latest_data_version_record(
        instance.store.events,
        key,
        is_source=is_source,
        partition_key=partition_key,
        before_cursor=before_cursor,
        after_cursor=after_cursor,
    )


def get_asset_keys_for_run(
    instance: Parts, run_id: str, of_type: paging.TypesWanted = None
) -> AbstractSet[AssetKey]:
    """The assets that the events of a run speak of."""
    return {key for key, _ in instance.store.events.assets_of_run(run_id, types=paging.words(of_type))}


def fetch_materializations(
    instance: Parts,
    records_filter: AssetKey | AssetRecordsFilter,
    limit: int,
    cursor: str | None = None,
    ascending: bool = False,
) -> EventRecordsResult:
    """Materializations of an asset, newest first."""
    return _asset_page(instance, EventType.ASSET_MATERIALIZATION, records_filter, limit, cursor, ascending)


def fetch_observations(
    instance: Parts,
    records_filter: AssetKey | AssetRecordsFilter,
    limit: int,
    cursor: str | None = None,
    ascending: bool = False,
) -> EventRecordsResult:
    """Observations of an asset, newest first."""
    return _asset_page(instance, EventType.ASSET_OBSERVATION, records_filter, limit, cursor, ascending)


def fetch_planned_materializations(
    instance: Parts,
    records_filter: AssetKey | AssetRecordsFilter,
    limit: int,
    cursor: str | None = None,
    ascending: bool = False,
) -> EventRecordsResult:
    """Intentions to materialise an asset, newest first."""
    return _asset_page(
        instance, EventType.ASSET_MATERIALIZATION_PLANNED, records_filter, limit, cursor, ascending
    )


def fetch_failed_materializations(
    instance: Parts,
    records_filter: AssetKey | AssetRecordsFilter,
    limit: int,
    cursor: str | None = None,
    ascending: bool = False,
) -> EventRecordsResult:
    """Failed attempts to materialise an asset, newest first."""
    return _asset_page(
        instance, EventType.ASSET_FAILED_TO_MATERIALIZE, records_filter, limit, cursor, ascending
    )


def _asset_page(
    instance: Parts,
    kind: EventType,
    wanted: AssetKey | AssetRecordsFilter,
    limit: int,
    cursor: str | None,
    ascending: bool,
) -> EventRecordsResult:
    return paging.asset_page(
        instance.store.events, kind, wanted, limit=limit, cursor=cursor, ascending=ascending
    )


def wipe_assets(instance: Parts, asset_keys: Sequence[AssetKey]) -> None:
    """Put the history of assets out of sight: nothing that was known of them is answered any more.

    ``undo_wipe`` brings it back as long as wiped events are kept (``retention.wiped``, 7 days by default).
    """
    instance.store.assets.wipe(asset_keys, timestamp=instance.ambient.clock.timestamp())


def wipe_asset_partitions(instance: Parts, asset_key: AssetKey, partition_keys: Sequence[str]) -> None:
    """Put the history of some partitions out of sight; checks of the asset stay as they are."""
    instance.store.assets.wipe_partitions(
        asset_key, partition_keys, timestamp=instance.ambient.clock.timestamp()
    )


def preview_wipe(
    instance: Parts, asset_keys: Sequence[AssetKey], partition_keys: Sequence[str] | None = None
) -> Sequence[WipePreview]:
    """What ``wipe_assets``, or ``wipe_asset_partitions`` with these partitions, would put out of sight now.

    >>> instance.preview_wipe([AssetKey("orders")])[0].materializations
    12
    """
    return [instance.store.assets.preview_wipe(key, partition_keys) for key in asset_keys]


def list_wipes(instance: Parts, asset_key: AssetKey | None = None) -> Sequence[AssetWipe]:
    """The wipes of an asset, or of all assets, newest first; each says until when it can be taken back."""
    return instance.store.assets.wipes(
        asset_key, now=instance.ambient.clock.timestamp(), grace=_grace(instance)
    )


def undo_wipe(instance: Parts, wipe_ids: int | Sequence[int]) -> Sequence[AssetWipe]:
    """Take wipes back, all or none: everything is as if they had not been; what came after them counts too.

    ``wipe_ids`` are those of ``list_wipes``. What another wipe hides as well stays hidden. Raises
    ``InvariantViolationError``, which says why, where one cannot be taken back: there is no such wipe, it was
    taken back already, it is older than wiped events are kept, or some of them were removed meanwhile.

    >>> instance.wipe_assets([AssetKey("orders")])
    >>> instance.undo_wipe(instance.list_wipes(AssetKey("orders"))[0].id)
    """
    ids = [wipe_ids] if isinstance(wipe_ids, int) else list(wipe_ids)
    return instance.store.assets.undo_wipes(
        ids, now=instance.ambient.clock.timestamp(), grace=_grace(instance)
    )


def _grace(instance: Parts) -> float | None:
    """For how many seconds a wipe can be taken back; ``None`` without end."""
    given = section(instance.settings, "retention", "wiped").get("purge_after_days", DEFAULT_GRACE_DAYS)
    return None if given < 0 else given * 86_400.0
