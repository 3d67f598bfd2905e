"""The words for how an asset stands."""

from mainspring.core.graph.staleness.status import (
    AssetStaleness,
    StaleCause,
    StaleCauseCategory,
    StaleStatus,
)
from mainspring.core.values.asset_key import AssetKey


def cause(*partitions: str, count: int = 0) -> StaleCause:
    return StaleCause(
        key=AssetKey("a"),
        category=StaleCauseCategory.DATA,
        reason="changed",
        partitions=partitions,
        partition_count=count or len(partitions),
    )


def test_partitions_are_named_while_they_are_few() -> None:
    assert str(cause()) == "changed"
    assert str(cause("x")) == "changed (the partition x)"
    assert str(cause("x", "y")) == "changed (the partitions x, y)"
    assert str(cause("w", "x", "y", "z", count=1200)) == "changed (the partitions w, x, y and 1,197 more)"


def test_how_an_asset_stands() -> None:
    stale = AssetStaleness(key=AssetKey("a"), status=StaleStatus.STALE, causes=(cause("x"), cause()))
    assert (stale.is_fresh, stale.reasons) == (False, ["changed (the partition x)", "changed"])
    assert AssetStaleness(key=AssetKey("a"), status=StaleStatus.FRESH).is_fresh
