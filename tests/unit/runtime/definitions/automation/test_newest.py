from types import SimpleNamespace
from typing import Any

import mainspring as dg
from mainspring.core.records.event import EventRecordsResult
from mainspring.core.records.filters import AssetRecordsFilter
from mainspring.runtime.definitions.automation.newest import newest_materialization

ORDERS = dg.AssetKey("orders")


def test_the_newest(instance) -> None:
    asked = AssetRecordsFilter(ORDERS)
    assert newest_materialization(instance, asked) is None
    for rows in (1, 2):
        instance.report_runless_asset_event(dg.AssetMaterialization(ORDERS, metadata={"rows": rows}))
    found = newest_materialization(instance, asked)
    assert found is not None
    assert found.asset_materialization.metadata["rows"].value == 2
    assert (
        newest_materialization(instance, AssetRecordsFilter(ORDERS, after_storage_id=found.storage_id))
        is None
    )


def test_a_row_that_cannot_be_read_hides_nothing(instance) -> None:
    instance.report_runless_asset_event(dg.AssetMaterialization(ORDERS))
    real = newest_materialization(instance, AssetRecordsFilter(ORDERS))
    pages: dict[Any, EventRecordsResult] = {
        None: EventRecordsResult([], "9", has_more=True),
        "9": EventRecordsResult([], "8", has_more=True),
        "8": EventRecordsResult([real], "7", has_more=False),
    }
    broken: Any = SimpleNamespace(fetch_materializations=lambda asked, limit, cursor=None: pages[cursor])
    assert newest_materialization(broken, AssetRecordsFilter(ORDERS)) is real
