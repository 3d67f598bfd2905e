"""The newest materialization of an asset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mainspring.core.records.event import EventLogRecord
from mainspring.core.records.filters import AssetRecordsFilter

if TYPE_CHECKING:
    from mainspring.core.instance.instance import Instance


def newest_materialization(instance: Instance, asked: AssetRecordsFilter) -> EventLogRecord | None:
    """The latest event that fits and can be read; a row that cannot be read does not hide those before it."""
    page = instance.fetch_materializations(asked, limit=1)
    while not page.records and page.has_more:
        page = instance.fetch_materializations(asked, limit=1, cursor=page.cursor)
    return page.records[0] if page.records else None
