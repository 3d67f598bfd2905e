"""The keys of dynamic partitions: within a code location, shared on purpose, in pages that stay where they are."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.base.clock import ManualClock
from mainspring.core.storage.sql.store import SqlStore, memory_store
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events


def test_each_location_has_its_own_keys(store: SqlStore) -> None:
    keys = store.dynamic_partitions
    keys.add("regions", ["nz", "au"], location="sales")
    keys.add("regions", ["nz"], location="stock")
    keys.add("regions", ["eu"])
    assert [keys.get("regions", location=name) for name in ("sales", "stock", "")] == [
        ["nz", "au"],
        ["nz"],
        ["eu"],
    ]
    keys.delete("regions", "nz", location="sales")
    assert keys.existing("regions", ["nz", "au"], location="sales") == {"au"}
    assert keys.existing("regions", ["nz", "au"], location="stock") == {"nz"}
    assert keys.page("regions", limit=5, location="sales").names == ["au"]


def test_shared_names_mean_the_same_keys_everywhere(store: SqlStore) -> None:
    keys = store.dynamic_partitions
    keys.add("shared:regions", ["nz"], location="sales")
    keys.add("shared:regions", ["au"], location="stock")
    for location in ("sales", "stock", "", "other"):
        assert keys.get("shared:regions", location=location) == ["nz", "au"]
        assert keys.page("shared:regions", limit=1, location=location).names == ["nz"]
    keys.delete("shared:regions", "nz", location="other")
    assert keys.existing("shared:regions", ["nz", "au"], location="sales") == {"au"}
    assert keys.get("regions") == []


def test_many_keys_at_once_stay_in_their_order(store: SqlStore) -> None:
    names = [f"k{number}" for number in range(1203)]
    store.dynamic_partitions.add("d", [*reversed(names), *names])
    assert store.dynamic_partitions.get("d") == names[::-1]
    store.dynamic_partitions.add("d", [])
    assert len(store.dynamic_partitions.existing("d", names)) == len(names)


def test_a_deleted_key_stays_in_the_records(store: SqlStore) -> None:
    store.dynamic_partitions.add("d", ["p"])
    store.events.append([Sequenced(0, None, events.materialized("a", "r", partition="p"))])
    store.dynamic_partitions.delete("d", "p")
    assert store.dynamic_partitions.get("d") == []
    assert store.partitions.states(AssetKey("a"))["p"].status == "MATERIALIZED"
    assert store.partitions.materialized(AssetKey("a")) == {"p"}


START = datetime(2026, 1, 1, tzinfo=UTC)
CHANGES = st.lists(st.tuples(st.sampled_from(["add", "delete"]), st.integers(0, 20)), max_size=8)


@given(
    before=st.lists(st.integers(0, 20), unique=True),
    changes=st.lists(CHANGES, max_size=12),
    limit=st.integers(1, 4),
    ascending=st.booleans(),
)
def test_pages_miss_nothing_that_stays_and_show_nothing_twice(
    before: list[int], changes: list[list[tuple[str, int]]], limit: int, ascending: bool
) -> None:
    store = memory_store(clock=ManualClock(START))
    keys = store.dynamic_partitions
    keys.add("d", [str(number) for number in before])
    seen: list[str] = []
    touched: set[str] = set()
    cursor, has_more, rest = None, True, iter(changes)
    while has_more:
        page = keys.page("d", limit=limit, ascending=ascending, cursor=cursor)
        seen += page.names
        cursor, has_more = page.cursor, page.has_more
        for what, number in next(rest, ()):
            touched.add(str(number))
            keys.add("d", [str(number)]) if what == "add" else keys.delete("d", str(number))
    left = [str(number) for number in before if str(number) not in touched]
    assert [name for name in seen if name not in touched] == (left if ascending else left[::-1])
    store.close()
