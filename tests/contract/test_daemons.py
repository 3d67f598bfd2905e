"""Heartbeats, leases, and cursors that move only from what was seen."""

from __future__ import annotations

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import FencedError, InvariantViolationError
from mainspring.core.records.daemon import DaemonHeartbeat
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.lease import Lease
from mainspring.core.storage.sql.store import SqlStore


def test_the_latest_heartbeat_of_each_daemon_is_kept(store: SqlStore) -> None:
    first, second = DaemonHeartbeat(1, "SENSOR", "a"), DaemonHeartbeat(2, "SENSOR", "b", [ErrorInfo("boom")])
    nameless = DaemonHeartbeat(5, "SCHEDULER")
    for one in (first, second, nameless):
        store.daemons.add_heartbeat(one)
    assert store.daemons.heartbeats() == [nameless, first, second]
    store.daemons.add_heartbeat(DaemonHeartbeat(9, "SENSOR", "a"))
    store.daemons.add_heartbeat(DaemonHeartbeat(3, "SENSOR", "a"))  # came late
    assert store.daemons.heartbeats() == [nameless, DaemonHeartbeat(9, "SENSOR", "a"), second]
    store.daemons.wipe()
    assert store.daemons.heartbeats() == []


def test_a_lease_is_held_by_one(store: SqlStore, clock: ManualClock) -> None:
    now = clock.timestamp()
    mine = store.leases.acquire("queue", "one", seconds=10)
    assert mine == Lease(name="queue", holder="one", epoch=1, until=now + 10)
    with pytest.raises(FencedError, match="held by one for another 10 s"):
        store.leases.acquire("queue", "two", seconds=10)
    other = store.leases.acquire("other", "two", seconds=5)
    assert store.leases.held() == [other, mine]
    clock.advance(4)
    mine = store.leases.renew(mine, seconds=10)
    assert mine.until == now + 14
    clock.advance(9)
    assert store.leases.held() == [mine]
    assert store.leases.holder("other") is None
    assert store.leases.holder("nothing") is None
    assert store.leases.holder("queue") == mine


def test_a_lease_that_lapsed_can_be_taken(store: SqlStore, clock: ManualClock) -> None:
    mine = store.leases.acquire("queue", "one", seconds=10)
    clock.advance(10)
    assert store.leases.renew(mine, seconds=5).epoch == 1  # nobody took it
    assert store.leases.acquire("queue", "one", seconds=5).epoch == 1
    clock.advance(5)
    theirs = store.leases.acquire("queue", "two", seconds=5)
    assert theirs.epoch == 2
    with pytest.raises(FencedError, match=r"one no longer holds the lease 'queue' of epoch 1"):
        store.leases.renew(mine, seconds=5)
    assert not store.leases.release(mine)
    assert store.leases.holder("queue") == theirs
    clock.advance(5)
    back = store.leases.acquire("queue", "one", seconds=5)
    assert back.epoch == 3
    with pytest.raises(FencedError):
        store.leases.renew(mine, seconds=5)  # its own name, but another epoch


def test_a_lease_that_was_released_is_free_and_its_epoch_used_up(store: SqlStore) -> None:
    mine = store.leases.acquire("queue", "one", seconds=10)
    assert store.leases.release(mine)
    assert not store.leases.release(mine)
    assert store.leases.held() == []
    with pytest.raises(FencedError):
        store.leases.renew(mine, seconds=5)
    assert store.leases.acquire("queue", "one", seconds=10).epoch == 2
    with pytest.raises(InvariantViolationError, match="needs a name"):
        store.leases.acquire("queue", "", seconds=1)


def test_a_cursor_moves_only_from_what_was_seen(store: SqlStore) -> None:
    move = store.kv.compare_and_set
    assert move("c", None, None)
    assert move("c", None, "1")
    assert not move("c", None, "2")
    assert not move("c", None, None)
    assert not move("c", "0", "2")
    assert move("c", "1", "2")
    assert store.kv.get(["c"]) == {"c": "2"}
    assert not move("c", "1", None)
    assert move("c", "2", None)
    assert not move("c", "2", "3")
    assert store.kv.get(["c"]) == {}
