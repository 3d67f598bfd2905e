"""``asset wipes`` and ``asset unwipe``."""

import pytest

from mainspring.core.records.asset_events import AssetMaterialization
from mainspring.core.values.asset_key import AssetKey

ORDERS, REGIONS = AssetKey("orders"), AssetKey("regions")


@pytest.fixture(autouse=True)
def recorded(instance):
    instance.report_runless_asset_event(AssetMaterialization(ORDERS))
    for partition in "abc":
        instance.report_runless_asset_event(AssetMaterialization(REGIONS, partition=partition))
    return instance


def test_a_wipe_is_listed_and_taken_back(call, recorded) -> None:
    assert call("asset", "wipes").err == "Nothing was wiped.\n"
    said = call("asset", "wipe", "regions", "--partition", "a", "--partition", "b", "--yes").err
    assert "hint: `mainspring asset unwipe 5` takes that back until 2" in said
    (listed,) = call("asset", "wipes", "regions", "--json").json
    assert (listed["id"], listed["asset"], listed["partitions"]) == (5, "regions", ["a", "b"])
    assert (listed["undone"], listed["refusal"]) == (False, None)
    assert call("asset", "wipes").out.splitlines()[1].startswith("5     regions  2 partitions  2")
    assert call("asset", "unwipe", "5") == (0, "", "Took back wipe 5 of regions (2 partitions).\n")
    assert recorded.get_materialized_partitions(REGIONS) == {"a", "b", "c"}
    assert call("asset", "wipes").out.splitlines()[1].endswith("no: it was taken back already")
    assert call("asset", "wipes", "orders").err == "orders was never wiped.\n"


def test_several_or_none(call, recorded) -> None:
    ids = call("asset", "wipe", "--all", "--yes", "--json").json["wipe_ids"]
    refused = call("asset", "unwipe", *map(str, ids), "77")
    assert (refused.status, recorded.get_asset_keys()) == (2, [])
    assert refused.err.startswith("error: There is no wipe 77.\nhint: ")
    undone = call("asset", "unwipe", *map(str, ids), "--json")
    assert undone.json == [{"id": ids[0], "asset": "orders"}, {"id": ids[1], "asset": "regions"}]
    assert recorded.get_asset_keys() == [ORDERS, REGIONS]
    again = call("asset", "unwipe", str(ids[0]))
    assert again.err.startswith(
        f"error: The wipe {ids[0]} of orders cannot be taken back: it was taken back already."
    )
