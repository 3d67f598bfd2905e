"""Pools and their slots."""

from __future__ import annotations

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import FencedError, InvariantViolationError, RunNotFoundError
from mainspring.core.records.concurrency import (
    ConcurrencyClaimStatus,
    ConcurrencyKeyInfo,
    ConcurrencySlotStatus,
    PoolLimit,
)
from mainspring.core.records.event_type import EventType
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

CLAIMED, BLOCKED = ConcurrencySlotStatus.CLAIMED, ConcurrencySlotStatus.BLOCKED


@pytest.fixture(autouse=True)
def runs(store: SqlStore) -> None:
    for run_id in ("r", "q"):
        store.runs.create(events.run(run_id))


def holders(store: SqlStore, pool: str = "p") -> list[str]:
    return [one.step_key for one in store.pools.info([pool])[pool].claimed_slots]


def waiting(store: SqlStore, pool: str = "p") -> list[str]:
    return [one.step_key for one in store.pools.info([pool])[pool].pending_steps]


def test_slots_go_by_priority_and_then_by_age(store: SqlStore, clock: ManualClock) -> None:
    store.pools.set_limit("p", 1)
    began = clock.timestamp()
    first = store.pools.claim("p", "r", "first")
    assert first == ConcurrencyClaimStatus(
        concurrency_key="p",
        slot_status=CLAIMED,
        run_id="r",
        step_key="first",
        enqueued_timestamp=began,
        assigned_timestamp=began,
    )
    for step, priority in (("low", -1), ("old", 0), ("new", 0), ("urgent", 5)):
        clock.advance(1)
        assert not store.pools.claim("p", "q", step, priority=priority).is_claimed
    assert waiting(store) == ["urgent", "old", "new", "low"]
    for freed, step in (("first", "urgent"), ("urgent", "old"), ("old", "new"), ("new", "low")):
        assert store.pools.free_step("r" if freed == "first" else "q", freed) == 1
        clock.advance(1)
        asked = store.pools.claim("p", "q", "low", priority=-1)  # whoever asks, the one it is due to gets it
        assert holders(store) == [step]
        assert asked.is_claimed == (step == "low")
    status = store.pools.status("p", "q", "low")
    assert status is not None
    assert (status.enqueued_timestamp, status.assigned_timestamp) == (began + 1, began + 8)
    assert store.pools.status("p", "q", "nobody") is None


def test_a_limit_is_raised_and_lowered_while_slots_are_held(store: SqlStore) -> None:
    store.pools.set_limit("p", 2)
    for number in range(4):
        store.pools.claim("p", "r", str(number))
    assert (holders(store), waiting(store)) == (["0", "1"], ["2", "3"])
    store.pools.set_limit("p", 3)
    assert (holders(store), waiting(store)) == (["0", "1", "2"], ["3"])
    store.pools.set_limit("p", 1)
    assert holders(store) == ["0", "1", "2"]  # what is held stays held
    store.pools.free_step("r", "0")
    store.pools.free_step("r", "1")
    assert not store.pools.claim("p", "r", "3").is_claimed
    store.pools.free_step("r", "2")
    assert store.pools.claim("p", "r", "3").is_claimed
    store.pools.set_limit("p", 0)
    assert not store.pools.claim("p", "r", "4").is_claimed
    with pytest.raises(InvariantViolationError, match="'p' cannot have -1 slots"):
        store.pools.set_limit("p", -1)


def test_the_default_holds_where_no_limit_is_set(store: SqlStore) -> None:
    assert store.pools.claim("free", "r", "1").is_claimed
    assert store.pools.claim("free", "r", "2").is_claimed
    assert store.pools.claim("some", "r", "1", default_limit=1).is_claimed
    assert not store.pools.claim("some", "r", "2", default_limit=1).is_claimed
    store.pools.set_limit("own", 7)
    assert store.pools.limits(default_limit=1) == [
        PoolLimit(name="free", limit=1, from_default=True),
        PoolLimit(name="own", limit=7),
        PoolLimit(name="some", limit=1, from_default=True),
    ]
    assert store.pools.limits()[0] == PoolLimit(name="free", limit=None, from_default=True)
    assert store.pools.delete_limit("own")
    assert not store.pools.delete_limit("own")
    assert store.pools.claim("some", "r", "2", default_limit=2).is_claimed


def test_claims_are_told_with_their_holders(store: SqlStore, clock: ManualClock) -> None:
    store.pools.set_limit("p", 1)
    held = store.pools.claim("p", "r", "a", epoch=0)
    clock.advance(3)
    waits = store.pools.claim("p", "q", "b", priority=2)
    assert store.pools.info(["p", "unknown"], default_limit=4) == {
        "p": ConcurrencyKeyInfo(concurrency_key="p", limit=1, claimed_slots=[held], pending_steps=[waits]),
        "unknown": ConcurrencyKeyInfo(concurrency_key="unknown", limit=4, using_default_limit=True),
    }
    info = store.pools.info()["p"]
    assert (info.slot_count, info.active_slot_count, info.pending_step_count) == (1, 1, 1)
    assert (info.active_run_ids, info.pending_run_ids) == ({"r"}, {"q"})
    assert store.pools.info([]) == {}


def test_claims_end_by_step_by_run_and_by_epoch(store: SqlStore) -> None:
    for pool in ("p", "o"):
        store.pools.claim(pool, "r", "a", epoch=0)
    assert store.runs.claim("r", holder="w") == 1
    store.pools.claim("p", "r", "b", epoch=1)
    store.pools.claim("p", "q", "c")
    assert store.pools.free_step("r", "a") == 2
    store.pools.claim("p", "r", "a", epoch=1)
    assert store.runs.claim("r", holder="w") == 2
    taken_over = store.pools.claim("p", "r", "a", epoch=2)
    assert (taken_over.is_claimed, taken_over.epoch) == (True, 2)
    assert store.pools.free_run("r", epoch=1) == 1
    assert holders(store) == ["c", "a"] or holders(store) == ["a", "c"]
    assert store.pools.free_run("r") == 1
    assert store.pools.free_run("r") == 0
    assert holders(store) == ["c"]


@pytest.mark.parametrize("end", [EventType.RUN_SUCCESS, EventType.RUN_FAILURE, EventType.RUN_CANCELED])
def test_all_claims_end_in_the_commit_of_the_last_event(store: SqlStore, end: EventType) -> None:
    store.pools.set_limit("p", 1)
    store.pools.claim("p", "r", "a")
    store.pools.claim("p", "r", "b")
    store.pools.claim("o", "r", "c")
    waits = store.pools.claim("p", "q", "d")
    store.events.append([Sequenced(0, None, events.line(end, "r"))])
    assert (holders(store), waiting(store), holders(store, "o")) == ([], ["d"], [])
    assert not waits.is_claimed
    assert store.pools.claim("p", "q", "d").is_claimed
    with pytest.raises(FencedError, match=r"Run r has ended"):
        store.pools.claim("p", "r", "a")  # nothing would ever free it
    store.runs.delete("q")
    assert store.pools.info() == {"p": ConcurrencyKeyInfo(concurrency_key="p", limit=1)}


def test_a_worker_that_was_replaced_gets_no_slot(store: SqlStore) -> None:
    store.runs.claim("r", holder="old")
    store.runs.claim("r", holder="new")
    with pytest.raises(FencedError, match="a worker of epoch 1 asked for a slot, the run is at 2"):
        store.pools.claim("p", "r", "a", epoch=1)
    assert store.pools.claim("p", "r", "a", epoch=2).is_claimed
    with pytest.raises(FencedError):
        store.pools.claim("p", "r", "a", epoch=1)
    with pytest.raises(RunNotFoundError, match="no run with the id nobody"):
        store.pools.claim("p", "nobody", "a")
    assert holders(store) == ["a"]
    from_outside = store.pools.claim("p", "r", "b")
    assert (from_outside.epoch, from_outside.is_claimed) == (2, True)


def test_asking_again_writes_nothing_while_nothing_changes(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.pools.set_limit("p", 1)
    held, waits = store.pools.claim("p", "r", "a"), store.pools.claim("p", "r", "b")

    def refuse(**_: object) -> None:
        raise AssertionError("a transaction that writes was begun")

    with monkeypatch.context() as patched:
        patched.setattr(store.database, "write", refuse)
        assert store.pools.claim("p", "r", "a") == held
        assert store.pools.claim("p", "r", "b") == waits
    assert store.pools.claim("p", "r", "b", priority=3).priority == 3
