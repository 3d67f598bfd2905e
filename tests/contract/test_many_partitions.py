"""The partitions of an asset, read all at once: their names come in one text, whatever they are made of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mainspring.core.instance import partitions
from mainspring.core.instance.instance import Instance
from mainspring.core.partitions.status import AssetPartitionStatus
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.sql import partitions as sql_partitions
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

A = AssetKey("a")
MATERIALIZED, FAILED, IN_PROGRESS = (
    AssetPartitionStatus.MATERIALIZED,
    AssetPartitionStatus.FAILED,
    AssetPartitionStatus.IN_PROGRESS,
)
ODD = ["", " ", "\x1f", "a\x1fb", "\x1e,;\n", "é", "☃", "\U0001f600", "%s?", "'\"\\", "NULL"]


class Only:
    """An instance that is nothing but a store."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store


def tell(store: SqlStore, *entries: object) -> list[int]:
    return store.events.append([Sequenced(0, None, entry) for entry in entries])  # type: ignore[arg-type]


def fill(store: SqlStore) -> None:
    """One partition of each kind of history, and an asset beside that is none of our business."""
    tell(
        store,
        *(events.materialized("a", "r", partition=name) for name in ("made", "failed later", "made anew")),
        *(events.failed("a", "r", partition=name) for name in ("failed later", "failed", "made anew")),
        events.materialized("a", "r", partition="made anew"),
        events.planned("a", "r", partition="planned"),
        events.materialized("a", "r", partition="planned again"),
        events.planned("a", "r", partition="planned again"),
        events.observed("a", "r", partition="seen"),
        events.materialized("a", "r", partition="wiped"),
        events.wiped("a", partitions=["wiped"]),
        events.materialized("b", "r", partition="made"),
    )


NAMES = [
    "made",
    "failed later",
    "made anew",
    "failed",
    "planned",
    "planned again",
    "seen",
    "wiped",
    "unheard of",
]


@pytest.mark.parametrize("many", [0, 20_000])
def test_the_status_of_partitions(store: SqlStore, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(sql_partitions, "_MANY", many)
    fill(store)
    found = partitions.get_status_by_partition(Only(store), A, NAMES[:-3:2] + NAMES[-3:], None)  # type: ignore[arg-type]
    assert found == {
        "made": MATERIALIZED,
        "made anew": MATERIALIZED,
        "planned": IN_PROGRESS,
        "seen": None,
        "wiped": None,
        "unheard of": None,
    }
    assert list(found) == ["made", "made anew", "planned", "seen", "wiped", "unheard of"]
    with store.database.write() as cursor:
        cursor.execute("UPDATE asset_partitions SET status = 'NEW' WHERE partition = 'made'")
    assert partitions.get_status_by_partition(Only(store), A, ["made"], None) == {"made": None}  # type: ignore[arg-type]


def test_partitions_are_counted_by_status(store: SqlStore) -> None:
    fill(store)
    counts = partitions.get_partition_counts(Only(store), A)  # type: ignore[arg-type]
    assert counts == {MATERIALIZED: 2, IN_PROGRESS: 2, FAILED: 2}
    assert {word: sorted(names) for word, names in store.partitions.by_status(A).items()} == {
        "MATERIALIZED": ["made", "made anew"],
        "IN_PROGRESS": ["planned", "planned again"],
        "FAILED": ["failed", "failed later"],
    }
    assert partitions.get_partition_counts(Only(store), AssetKey("none")) == dict.fromkeys(counts, 0)  # type: ignore[arg-type]


def test_what_has_been_made_counts_whatever_came_later(store: SqlStore) -> None:
    fill(store)
    made = {"made", "failed later", "made anew", "planned again"}
    assert store.partitions.materialized(A) == made
    ids = store.partitions.latest_ids(A, EventType.ASSET_MATERIALIZATION.value)
    assert set(ids) == made
    for name, storage_id in ids.items():
        assert store.partitions.materialized(A, after=storage_id - 1, before=storage_id + 1) == {name}
    assert store.partitions.materialized(A, after=max(ids.values())) == set()
    assert store.partitions.materialized(AssetKey("none")) == set()


def test_names_may_hold_anything(store: SqlStore) -> None:
    tell(store, *(events.materialized("a", "r", partition=name) for name in ODD))
    assert store.partitions.materialized(A) == set(ODD)
    assert store.partitions.materialized(A, after=1) == set(ODD[1:])
    assert sorted(store.partitions.by_status(A)["MATERIALIZED"]) == sorted(ODD)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(names=st.sets(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=8))
def test_any_names(store: SqlStore, names: set[str]) -> None:
    store.wipe_everything()
    tell(store, *(events.materialized("a", "r", partition=name) for name in sorted(names)))
    assert store.partitions.materialized(A) == names


def test_an_instance_answers() -> None:
    with Instance.ephemeral() as instance:
        instance.store_event(events.materialized("a", "r", partition="p"))
        assert instance.get_partition_counts(A) == {MATERIALIZED: 1, IN_PROGRESS: 0, FAILED: 0}
        assert instance.get_status_by_partition(A, ["p"], None) == {"p": MATERIALIZED}
