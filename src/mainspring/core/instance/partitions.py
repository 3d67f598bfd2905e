"""Partitions of assets, dynamic partitions, asset checks.

These functions are the methods of ``Instance`` of the same names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mainspring.core.base.errors import InvalidInvocationError
from mainspring.core.instance.parts import Parts
from mainspring.core.partitions.page import PaginatedResults, read_cursor, write_cursor
from mainspring.core.partitions.status import AssetPartitionStatus
from mainspring.core.records.asset_record import AssetCheckExecutionRecord
from mainspring.core.records.event_type import EventType
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey

_STATUSES = {status.value: status for status in AssetPartitionStatus}


def get_status_by_partition(
    instance: Parts, asset_key: AssetKey, partition_keys: Sequence[str], partitions_def: object
) -> Mapping[str, AssetPartitionStatus | None]:
    """How each of these partitions stands; ``None`` for one that nothing is known of."""
    del partitions_def  # the keys say it all
    found: dict[str, AssetPartitionStatus | None] = dict.fromkeys(partition_keys)
    asked = len(found)
    for word, names in instance.store.partitions.statuses(asset_key, partition_keys).items():
        found.update(dict.fromkeys(names, _STATUSES.get(word)))
    return found if len(found) == asked else {key: found[key] for key in partition_keys}


def get_partition_counts(instance: Parts, asset_key: AssetKey) -> Mapping[AssetPartitionStatus, int]:
    """How many partitions of an asset are materialised, in progress, failed: cheap, however many there are.

    >>> instance.get_partition_counts(AssetKey("orders"))[AssetPartitionStatus.FAILED]
    0
    """
    counts = instance.store.partitions.counts(asset_key)
    return {status: counts.get(status.value, 0) for status in AssetPartitionStatus}


def get_materialized_partitions(
    instance: Parts, asset_key: AssetKey, before_cursor: int | None = None, after_cursor: int | None = None
) -> set[str]:
    """The partitions whose latest materialization lies between two storage ids, both exclusive."""
    return instance.store.partitions.materialized(asset_key, after=after_cursor, before=before_cursor)


def get_latest_storage_id_by_partition(
    instance: Parts,
    asset_key: AssetKey,
    event_type: EventType,
    partitions: set[str] | None = None,
    after_cursor: int | None = None,
) -> Mapping[str, int]:
    """The storage id of the latest event of a type for each partition."""
    wanted = None if partitions is None else sorted(partitions)
    return instance.store.partitions.latest_ids(
        asset_key, event_type.value, partitions=wanted, after=after_cursor
    )


def get_latest_asset_check_evaluation_record(
    instance: Parts, asset_check_key: AssetCheckKey
) -> AssetCheckExecutionRecord | None:
    """The latest execution of a check."""
    return instance.store.checks.latest([asset_check_key]).get(asset_check_key)


def get_dynamic_partitions(instance: Parts, partitions_def_name: str) -> Sequence[str]:
    """The keys of a dynamic partitions definition, in the order they were added.

    Each code location has its own keys under a name (``Instance.location``); a name that begins with ``shared:``
    stands for the same keys in all of them. The same holds for all methods about dynamic partitions.
    """
    return instance.store.dynamic_partitions.get(partitions_def_name, location=instance.location)


def get_paginated_dynamic_partitions(
    instance: Parts, partitions_def_name: str, limit: int, ascending: bool, cursor: str | None = None
) -> PaginatedResults[str]:
    """A page of the keys of a dynamic partitions definition, in the order they were added or from the last back."""
    after = None if cursor is None else read_cursor(cursor)[0]
    page = instance.store.dynamic_partitions.page(
        partitions_def_name, limit=limit, ascending=ascending, cursor=after, location=instance.location
    )
    if page.cursor is None or not page.names:
        return PaginatedResults(page.names, cursor or write_cursor(0, ""), page.has_more)
    return PaginatedResults(page.names, write_cursor(page.cursor, page.names[-1]), page.has_more)


def add_dynamic_partitions(instance: Parts, partitions_def_name: str, partition_keys: Sequence[str]) -> None:
    """Add keys to a dynamic partitions definition; those that are there already stay where they are.

    Raises ``InvalidInvocationError`` for a single string, whose letters are hardly meant.
    """
    if isinstance(partition_keys, str):
        raise InvalidInvocationError(
            f"The partition keys of {partitions_def_name!r} are a list of strings, not the single string "
            f"{partition_keys!r}.",
            hint=f"Give [{partition_keys!r}].",
        )
    instance.store.dynamic_partitions.add(partitions_def_name, partition_keys, location=instance.location)


def delete_dynamic_partition(instance: Parts, partitions_def_name: str, partition_key: str) -> None:
    """Remove a key of a dynamic partitions definition, if it is there. What happened to it stays in the records."""
    instance.store.dynamic_partitions.delete(partitions_def_name, partition_key, location=instance.location)


def has_dynamic_partition(instance: Parts, partitions_def_name: str, partition_key: str) -> bool:
    """Whether a dynamic partitions definition has a key."""
    known = instance.store.dynamic_partitions
    return bool(known.existing(partitions_def_name, [partition_key], location=instance.location))
