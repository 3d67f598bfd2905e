"""What is recorded of assets, as plain values for a page of text or for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from mainspring.cli.as_json import moment
from mainspring.cli.run_view import ROW_COUNT
from mainspring.core.graph.staleness.status import AssetStaleness
from mainspring.core.instance.instance import Instance
from mainspring.core.records.asset_record import AssetCheckExecutionRecord
from mainspring.core.records.event import EventLogEntry
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.metadata import AnyMetadataValue

HISTORY = 10
_CHECKS_LOOKED_AT = 200


class AssetLine(msgspec.Struct, frozen=True, kw_only=True):
    """An asset, as ``asset list`` shows it. Times are in UTC."""

    key: str
    group: str | None
    declared: bool
    materialized_at: str | None
    run_id: str | None
    partition: str | None
    rows: int | None
    status: str | None = None
    """``FRESH``, ``STALE`` or ``MISSING``; ``None`` for what is not declared, or not made here."""
    reasons: Sequence[str] = ()
    """Why it is not up to date."""


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """A materialization or observation."""

    kind: str
    at: str | None
    timestamp: float
    run_id: str
    partition: str | None
    rows: int | None
    data_version: str | None
    tags: Mapping[str, str]
    metadata: Mapping[str, AnyMetadataValue]


class CheckFound(msgspec.Struct, frozen=True, kw_only=True):
    """The latest execution of a check; ``passed`` is ``None`` where there is none, or it has not ended."""

    name: str
    status: str | None
    passed: bool | None
    severity: str | None
    at: str | None
    run_id: str | None
    description: str | None
    metadata: Mapping[str, AnyMetadataValue]


def row_count(metadata: Mapping[str, Any]) -> int | None:
    """The number of rows that metadata tells."""
    count = getattr(metadata.get(ROW_COUNT), "value", None)
    return count if isinstance(count, int) else None


def asset_lines(
    instance: Instance,
    keys: Sequence[AssetKey],
    groups: Mapping[AssetKey, str],
    standing: Mapping[AssetKey, AssetStaleness] | None = None,
) -> list[AssetLine]:
    """The latest materialization of each of these assets. ``groups`` holds the declared ones, ``standing`` those of
    which it is known whether they are up to date.
    """
    latest = instance.get_latest_materialization_events(keys)
    known = standing or {}
    return [_line(key, latest[key], groups.get(key), known.get(key)) for key in keys]


def _line(
    key: AssetKey, entry: EventLogEntry | None, group: str | None, stands: AssetStaleness | None
) -> AssetLine:
    made = entry.asset_materialization if entry is not None else None
    return AssetLine(
        key=key.to_user_string(),
        group=group,
        declared=group is not None,
        materialized_at=moment(entry.timestamp) if entry is not None else None,
        run_id=(entry.run_id or None) if entry is not None else None,
        partition=made.partition if made is not None else None,
        rows=row_count(made.metadata) if made is not None else None,
        status=stands.status.value if stands is not None else None,
        reasons=stands.reasons if stands is not None else (),
    )


def history(instance: Instance, key: AssetKey) -> list[Happened]:
    """The last materializations and observations of an asset, newest first."""
    pages = (
        instance.fetch_materializations(key, limit=HISTORY),
        instance.fetch_observations(key, limit=HISTORY),
    )
    records = sorted(
        (record for page in pages for record in page.records), key=lambda record: -record.storage_id
    )
    return [one for record in records[:HISTORY] if (one := happened(record.event_log_entry)) is not None]


def happened(entry: EventLogEntry) -> Happened | None:
    """A line of the log as a materialization or observation, if it is one."""
    found = entry.asset_materialization or entry.asset_observation
    if found is None:
        return None
    return Happened(
        kind="materialization" if entry.asset_materialization else "observation",
        at=moment(entry.timestamp),
        timestamp=entry.timestamp,
        run_id=entry.run_id,
        partition=found.partition,
        rows=row_count(found.metadata),
        data_version=found.data_version,
        tags=found.tags,
        metadata=found.metadata,
    )


def checks_of(instance: Instance, key: AssetKey, declared: Iterable[AssetCheckKey]) -> list[CheckFound]:
    """The latest execution of each declared check, and of those that were evaluated before."""
    wanted = EventRecordsFilter(EventType.ASSET_CHECK_EVALUATION, asset_key=key)
    evaluated = instance.get_event_records(wanted, limit=_CHECKS_LOOKED_AT)
    seen = [one.event_log_entry.asset_check_evaluation for one in evaluated]
    keys = dict.fromkeys([*declared, *(one.asset_check_key for one in seen if one is not None)])
    latest = instance.store.checks.latest(list(keys))
    return [_check(one, latest.get(one)) for one in sorted(keys, key=lambda one: one.name)]


def _check(key: AssetCheckKey, record: AssetCheckExecutionRecord | None) -> CheckFound:
    found = record.evaluation if record is not None else None
    return CheckFound(
        name=key.name,
        status=record.status.value if record is not None else None,
        passed=found.passed if found is not None else None,
        severity=found.severity.value if found is not None else None,
        at=moment(record.create_timestamp) if record is not None else None,
        run_id=record.run_id if record is not None else None,
        description=found.description if found is not None else None,
        metadata=found.metadata if found is not None else {},
    )
