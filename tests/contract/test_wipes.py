"""Wipes: looked at before, listed, taken back within their time; everything is then as if they had not been."""

from __future__ import annotations

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter
from mainspring.core.records.run_deletion import AssetAfterDeletion, RunDeletion
from mainspring.core.records.wipe import AssetWipe, WipePreview
from mainspring.core.storage.fact import stored_key
from mainspring.core.storage.sql import replay
from mainspring.core.storage.sql.removed import mark_history_removed
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.testing import events

A, B = AssetKey("a"), AssetKey(["b", "c"])
WEEK = 7 * 86_400.0


def tell(store: SqlStore, *entries: object) -> list[int]:
    return store.events.append([Sequenced(0, None, entry) for entry in entries])  # type: ignore[arg-type]


def state_of(store: SqlStore, name: str = "a") -> replay.AssetState:
    """What is stored of an asset, which must be what the log says."""
    key = stored_key(AssetKey(name))
    with store.database.read() as cursor:
        stored, replayed = replay.stored(cursor, key), replay.replayed(cursor, key)
    assert stored == replayed
    return stored


def seen(store: SqlStore) -> object:
    """All that is read of the asset ``a``."""
    kinds = [EventType.ASSET_MATERIALIZATION, EventType.ASSET_OBSERVATION, EventType.ASSET_CHECK_EVALUATION]
    return (
        state_of(store),
        store.assets.records([A]),
        store.assets.latest_materializations([A]),
        store.partitions.states(A),
        store.checks.history(AssetCheckKey(A, "c"), limit=9),
        [store.events.of_type(EventRecordsFilter(kind, asset_key=A)) for kind in kinds],
        [store.events.of_type(EventRecordsFilter(kind)) for kind in kinds],
        store.partitions.newest(A, EventType.ASSET_MATERIALIZATION.value, limit=9),
    )


def history(store: SqlStore) -> None:
    """Materializations of three partitions, an observation, checks, a failure with its run, one in progress."""
    store.runs.start(
        events.run("f"),
        holder="x",
        events=[events.planned("a", "f", partition="q"), events.planned("a", "f")],
    )
    tell(
        store, events.materialized("a", "m", partition="p", timestamp=5), events.check_planned("a", "c", "m")
    )
    tell(store, events.line(EventType.RUN_FAILURE, "f"), events.check_evaluated("a", "c", "m", timestamp=6))
    store.runs.start(events.run("now"), holder="x", events=[events.planned("a", "now", partition="o")])
    tell(
        store, events.observed("a", timestamp=7), events.check_evaluated("a", "c", passed=False, timestamp=9)
    )
    tell(store, events.materialized("b", "m", partition="p"))


def test_a_wipe_that_is_taken_back_never_was(store: SqlStore) -> None:
    history(store)
    before = seen(store)
    store.assets.wipe([A], timestamp=10)
    assert state_of(store).partitions == {}
    (wipe,) = store.assets.wipes(A, now=10)
    (undone,) = store.assets.undo_wipes([wipe.id], now=11)
    assert undone == AssetWipe(
        id=wipe.id, asset_key=A, timestamp=10, undone=True, refusal="it was taken back already"
    )
    assert seen(store) == before


def test_wiped_partitions_come_back_alone(store: SqlStore) -> None:
    history(store)
    before = seen(store)
    store.assets.wipe_partitions(A, ["p", "q", "never"], timestamp=10)
    assert set(store.partitions.states(A)) == {"o"}
    store.assets.undo_wipes([store.assets.wipes(A, now=10)[0].id], now=11)
    assert seen(store) == before


def test_what_came_after_a_wipe_counts_too(store: SqlStore) -> None:
    history(store)
    tell(store, events.check_planned("a", "c", "late", timestamp=9))
    store.assets.wipe([A], timestamp=10)
    (made,) = tell(store, events.materialized("a", "m2", partition="q"))
    tell(store, events.line(EventType.RUN_SUCCESS, "now"), events.check_evaluated("a", "c", "late"))
    assert {name: one.status for name, one in store.partitions.states(A).items()} == {"q": "MATERIALIZED"}
    store.assets.undo_wipes([store.assets.wipes(A, now=10)[0].id], now=11)
    states = store.partitions.states(A)
    assert {name: one.status for name, one in states.items()} == {
        "o": None,
        "p": "MATERIALIZED",
        "q": "MATERIALIZED",
    }
    assert states["q"].materialization_id == made
    assert store.assets.latest_materializations([A])[A].storage_id == made
    executions = store.checks.history(AssetCheckKey(A, "c"), limit=9)
    assert [one.status.value for one in executions] == ["SUCCEEDED", "FAILED", "SUCCEEDED"]
    state_of(store)


def test_an_older_wipe_shows_when_the_newer_is_gone(store: SqlStore) -> None:
    (first,) = tell(store, events.materialized("a", "1", partition="p"))
    store.assets.wipe([A], timestamp=1)
    (second,) = tell(store, events.materialized("a", "2", partition="q"))
    store.assets.wipe_partitions(A, ["p", "q"], timestamp=2)
    store.assets.wipe([A], timestamp=3)
    newest, of_partitions, oldest = (one.id for one in store.assets.wipes(A, now=3))
    store.assets.undo_wipes([oldest], now=4)
    assert not store.assets.known(A)
    store.assets.undo_wipes([newest], now=5)
    assert store.partitions.materialized(A) == set()
    store.assets.undo_wipes([of_partitions], now=6)
    assert store.partitions.latest_ids(A, EventType.ASSET_MATERIALIZATION.value) == {"p": first, "q": second}
    state_of(store)


def test_several_wipes_are_taken_back_at_once_or_not_at_all(store: SqlStore) -> None:
    tell(store, events.materialized("a", "1"), events.line(EventType.ASSET_OBSERVATION, data=None))
    tell(store, events.materialized("b", "1"))
    store.assets.wipe([A, AssetKey("b")], timestamp=1)
    ids = [one.id for one in store.assets.wipes(now=1)]
    with pytest.raises(InvariantViolationError, match=r"There is no wipe 999\."):
        store.assets.undo_wipes([*ids, 999], now=2)
    assert store.assets.known_keys() == []
    store.assets.undo_wipes(ids, now=2)
    assert store.assets.known_keys() == [A, AssetKey("b")]


def test_what_cannot_be_taken_back_says_why(store: SqlStore) -> None:
    tell(store, events.materialized("a", "1"))
    store.assets.wipe([A], timestamp=100)
    store.assets.wipe([A], timestamp=100 + WEEK)
    newer, older = (one.id for one in store.assets.wipes(A, now=100))
    now = 101 + WEEK
    found = store.assets.wipes(A, now=now, grace=WEEK)
    assert [(one.undo_until, one.can_be_undone) for one in found] == [
        (100 + 2 * WEEK, True),
        (100 + WEEK, False),
    ]
    assert store.assets.wipes(A, now=now)[1].can_be_undone
    with pytest.raises(InvariantViolationError, match=rf"The wipe {older} of a .* older than the 7 days"):
        store.assets.undo_wipes([older], now=now, grace=WEEK)
    with store.database.write() as cursor:
        mark_history_removed(cursor, stored_key(A), older)
        mark_history_removed(cursor, stored_key(A), older - 1)
    with pytest.raises(InvariantViolationError, match="what it put out of sight has been removed since"):
        store.assets.undo_wipes([older], now=now)
    store.assets.undo_wipes([newer], now=now)
    with pytest.raises(InvariantViolationError, match="it was taken back already"):
        store.assets.undo_wipes([newer], now=now)
    (made,) = tell(store, events.materialized("a", "1"))
    with pytest.raises(InvariantViolationError, match=f"There is no wipe {made}"):
        store.assets.undo_wipes([made], now=now)


def test_a_wipe_that_cannot_be_read_is_refused_and_harms_nothing_else(store: SqlStore) -> None:
    tell(store, events.materialized("a", "1"))
    store.assets.wipe([A], timestamp=1)
    (wipe,) = store.assets.wipes(A, now=1)
    with store.database.write() as cursor:
        cursor.execute("UPDATE events SET body = ? WHERE id = ?", (b"\xff", wipe.id))
    assert store.assets.wipes(A, now=1) == []
    with pytest.raises(InvariantViolationError, match="it cannot be read"):
        store.assets.undo_wipes([wipe.id], now=1)
    assert not store.assets.known(A)


def test_a_preview_counts_what_would_vanish(store: SqlStore, clock: ManualClock) -> None:
    del clock
    assert store.assets.preview_wipe(A).is_empty
    history(store)
    assert store.assets.preview_wipe(A) == WipePreview(
        asset_key=A,
        materializations=1,
        observations=1,
        checks=2,
        partitions=3,
        first_time=0.0,
        last_time=9.0,
        runs_in_progress=["now"],
    )
    assert store.assets.preview_wipe(A, ["p", "never"]) == WipePreview(
        asset_key=A, materializations=1, partitions=1, first_time=5.0, last_time=5.0
    )
    store.assets.wipe_partitions(A, ["p"], timestamp=1)
    assert store.assets.preview_wipe(A).materializations == 0
    store.assets.wipe([A], timestamp=1)
    assert store.assets.preview_wipe(A).is_empty
    assert store.assets.preview_wipe(B).is_empty


def test_deleting_a_run_leaves_what_other_runs_told(store: SqlStore) -> None:
    history(store)
    tell(store, events.planned("a", "m3", partition="p"), events.materialized("a", "m3", partition="p"))
    before = seen(store)
    store.runs.start(
        events.run("gone"),
        holder="x",
        events=[
            events.planned("a", "gone", partition="p"),
            events.materialized("a", "gone", partition="p"),
            events.check_planned("a", "c", "gone"),
            events.check_evaluated("a", "c", "gone"),
            events.planned("a", "gone", partition="new"),
        ],
    )
    tell(store, events.line(EventType.RUN_START, "gone"))
    with pytest.raises(InvariantViolationError, match=r"Run gone is in progress \(STARTED\)"):
        store.runs.delete("gone", force=False)
    tell(store, events.line(EventType.RUN_FAILURE, "gone"))
    made = store.partitions.states(A)["p"].materialization_id
    assert store.runs.preview_delete("gone") == RunDeletion(
        run_id="gone",
        events=7,
        assets=[
            AssetAfterDeletion(
                asset_key=A,
                partitions=1,
                is_latest=True,
                next_id=(made or 0) - 2,
                next_run_id="m3",
                next_time=0.0,
            )
        ],
    )
    assert store.partitions.states(A)["new"].status == "FAILED"
    store.runs.delete("gone", force=False)
    assert seen(store) == before
    store.runs.delete("")
    assert seen(store) == before
