"""Dynamic partitions of an instance in the eyes of a code location."""

from __future__ import annotations

from pathlib import Path

from mainspring.core.instance.instance import Instance
from mainspring.core.partitions.dynamic import DynamicPartitionsDefinition
from mainspring.core.records.asset_events import AssetMaterialization
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing.world import simulated_world


def test_two_locations_do_not_see_each_others_keys() -> None:
    with Instance.ephemeral(ambient=simulated_world()) as instance:
        assert instance.location == ""
        sales, stock = instance.for_location("sales"), instance.for_location("stock")
        assert (sales.location, stock.location, instance.location) == ("sales", "stock", "")
        sales.add_dynamic_partitions("regions", ["nz", "au"])
        assert stock.get_dynamic_partitions("regions") == instance.get_dynamic_partitions("regions") == []
        assert not stock.has_dynamic_partition("regions", "nz")
        stock.delete_dynamic_partition("regions", "nz")
        assert sales.get_paginated_dynamic_partitions("regions", 5, True).results == ["nz", "au"]
        regions = DynamicPartitionsDefinition(name="regions")
        assert list(regions.get_partition_keys(dynamic_partitions_store=sales)) == ["nz", "au"]
        assert list(regions.get_partition_keys(dynamic_partitions_store=stock)) == []


def test_what_is_shared_on_purpose_is_seen_by_all() -> None:
    with Instance.ephemeral(ambient=simulated_world()) as instance:
        instance.for_location("sales").add_dynamic_partitions("shared:regions", ["nz"])
        instance.add_dynamic_partitions("shared:regions", ["au"])
        assert instance.for_location("stock").get_dynamic_partitions("shared:regions") == ["nz", "au"]


def test_all_else_is_the_same_instance() -> None:
    with Instance.ephemeral(ambient=simulated_world()) as instance:
        view = instance.for_location("sales")
        view.report_runless_asset_event(AssetMaterialization("orders"))
        assert instance.has_asset_key(AssetKey("orders"))
        assert view.storage_directory() == instance.storage_directory()
        assert view.is_ephemeral


def test_the_environment_names_the_location(tmp_path: Path) -> None:
    world = simulated_world(environ={"MAINSPRING_HOME": str(tmp_path), "MAINSPRING_LOCATION": "sales"})
    with Instance.get(ambient=world) as instance:
        assert instance.location == "sales"
        instance.add_dynamic_partitions("regions", ["nz"])
    with Instance.local_temp(str(tmp_path), ambient=simulated_world()) as instance:
        assert instance.get_dynamic_partitions("regions") == []
        assert instance.for_location("sales").get_dynamic_partitions("regions") == ["nz"]
