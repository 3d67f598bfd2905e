"""Leases and pools against plain models of them, over random calls and a clock that moves."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import FencedError
from mainspring.core.records.event_type import EventType
from mainspring.core.records.lease import Lease
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.testing import events

HOLDERS = st.sampled_from(["one", "two", "three"])
LEASES = st.sampled_from(["queue", "ticks"])
SECONDS = st.integers(1, 20)


class LeaseMachine(RuleBasedStateMachine):
    """What a lease is, in a dict: name → (holder, epoch, until)."""

    store: SqlStore
    clock: ManualClock

    def __init__(self) -> None:
        super().__init__()
        self.store.wipe_everything()
        self.model: dict[str, tuple[str, int, float]] = {}
        self.given: list[Lease] = []

    def now(self) -> float:
        return self.clock.timestamp()

    def is_held(self, lease: Lease) -> bool:
        return self.model.get(lease.name, ("", 0, 0))[:2] == (lease.holder, lease.epoch)

    @rule(seconds=st.integers(0, 15))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule(name=LEASES, holder=HOLDERS, seconds=SECONDS)
    def acquire(self, name: str, holder: str, seconds: int) -> None:
        known, epoch, until = self.model.get(name, ("", 0, 0.0))
        try:
            lease = self.store.leases.acquire(name, holder, seconds=seconds)
        except FencedError:
            assert known not in ("", holder)
            assert until > self.now()
            return
        assert known in ("", holder) or until <= self.now()
        expected = epoch if known == holder else epoch + 1
        assert lease == Lease(name=name, holder=holder, epoch=expected, until=self.now() + seconds)
        self.model[name] = (holder, lease.epoch, lease.until)
        self.given.append(lease)

    @rule(data=st.data(), seconds=SECONDS)
    def renew(self, data: st.DataObject, seconds: int) -> None:
        if not self.given:
            return
        lease = data.draw(st.sampled_from(self.given))
        held = self.is_held(lease)
        try:
            renewed = self.store.leases.renew(lease, seconds=seconds)
        except FencedError:
            assert not held
            return
        assert held
        assert renewed.until == self.now() + seconds
        self.model[lease.name] = (lease.holder, lease.epoch, renewed.until)

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        if not self.given:
            return
        lease = data.draw(st.sampled_from(self.given))
        held = self.is_held(lease)
        assert self.store.leases.release(lease) is held
        if held:
            self.model[lease.name] = ("", lease.epoch, 0.0)

    @invariant()
    def who_holds_it_is_told(self) -> None:
        told = {one.name: (one.holder, one.epoch, one.until) for one in self.store.leases.held()}
        now = self.now()
        assert told == {name: one for name, one in self.model.items() if one[0] and one[2] > now}


RUNS = st.sampled_from(["r1", "r2", "r3"])
STEPS = st.sampled_from(["a", "b", "c"])
POOLS = st.sampled_from(["p", "q"])
DEFAULT = 2


@dataclass
class Claim:
    epoch: int
    priority: int
    age: int
    held: bool = False


class PoolMachine(RuleBasedStateMachine):
    """What a pool is, in dicts: limits by name, claims by (pool, run, step), the epoch of each run that lives."""

    store: SqlStore
    clock: ManualClock

    def __init__(self) -> None:
        super().__init__()
        self.store.wipe_everything()
        self.limits: dict[str, int] = {}
        self.claims: dict[tuple[str, str, str], Claim] = {}
        self.epochs = dict.fromkeys(["r1", "r2", "r3"], 0)
        self.ages = 0
        for run_id in self.epochs:
            self.store.runs.create(events.run(run_id))

    def used(self, pool: str) -> int:
        return sum(one.held for key, one in self.claims.items() if key[0] == pool)

    def give(self, pool: str) -> None:
        """Slots to whom they are due."""
        waiting = [one for key, one in self.claims.items() if key[0] == pool and not one.held]
        free = self.limits.get(pool, DEFAULT) - self.used(pool)
        for one in sorted(waiting, key=lambda one: (-one.priority, one.age))[: max(free, 0)]:
            one.held = True

    @rule(pool=POOLS, limit=st.integers(0, 4))
    def set_limit(self, pool: str, limit: int) -> None:
        self.store.pools.set_limit(pool, limit)
        self.limits[pool] = limit
        self.give(pool)

    @rule(pool=POOLS)
    def delete_limit(self, pool: str) -> None:
        assert self.store.pools.delete_limit(pool) is (self.limits.pop(pool, None) is not None)

    @rule(pool=POOLS, run_id=RUNS, step=STEPS, priority=st.integers(-1, 1), behind=st.integers(0, 1))
    def claim(self, pool: str, run_id: str, step: str, priority: int, behind: int) -> None:
        known = self.epochs.get(run_id)
        epoch = (known or 0) - behind
        try:
            told = self.store.pools.claim(
                pool, run_id, step, epoch=epoch, priority=priority, default_limit=DEFAULT
            )
        except FencedError:
            assert known is None or behind
            return
        assert known is not None
        assert not behind
        key = (pool, run_id, step)
        if key in self.claims:
            self.claims[key].epoch, self.claims[key].priority = epoch, priority
        else:
            self.ages += 1
            self.claims[key] = Claim(epoch, priority, self.ages)
        self.give(pool)
        assert (told.is_claimed, told.priority, told.epoch) == (self.claims[key].held, priority, epoch)

    @rule(pool=POOLS, priorities=st.lists(st.integers(-1, 1), min_size=9, max_size=9))
    def a_crowd_comes(self, pool: str, priorities: list[int]) -> None:
        wanted = [(run_id, step) for run_id in sorted(self.epochs) for step in ("a", "b", "c")]
        for (run_id, step), priority in zip(wanted, priorities, strict=False):
            self.claim(pool, run_id, step, priority, 0)

    @rule(run_id=RUNS, step=STEPS)
    def free_step(self, run_id: str, step: str) -> None:
        ended = [key for key in self.claims if key[1:] == (run_id, step)]
        assert self.store.pools.free_step(run_id, step) == len(ended)
        for key in ended:
            del self.claims[key]

    @rule(run_id=RUNS, epoch=st.one_of(st.none(), st.integers(0, 3)))
    def free_run(self, run_id: str, epoch: int | None) -> None:
        ended = [
            key
            for key, one in self.claims.items()
            if key[1] == run_id and (epoch is None or one.epoch <= epoch)
        ]
        assert self.store.pools.free_run(run_id, epoch=epoch) == len(ended)
        for key in ended:
            del self.claims[key]

    @rule(run_id=RUNS)
    def a_worker_takes_over(self, run_id: str) -> None:
        if run_id in self.epochs:
            self.epochs[run_id] = self.store.runs.claim(run_id, holder="w")

    @rule(run_id=RUNS)
    def a_run_ends(self, run_id: str) -> None:
        self.store.events.append([Sequenced(0, None, events.line(EventType.RUN_CANCELED, run_id))])
        self.epochs.pop(run_id, None)
        self.claims = {key: one for key, one in self.claims.items() if key[1] != run_id}

    @rule(seconds=st.integers(0, 15))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @invariant()
    def who_holds_and_who_waits_is_told(self) -> None:
        info = self.store.pools.info(["p", "q"], default_limit=DEFAULT)
        for pool in ("p", "q"):
            of_pool = {key[1:]: one for key, one in self.claims.items() if key[0] == pool}
            held = {(one.run_id, one.step_key) for one in info[pool].claimed_slots}
            assert held == {key for key, one in of_pool.items() if one.held}
            waiting = [(one.run_id, one.step_key) for one in info[pool].pending_steps]
            order = sorted(of_pool.items(), key=lambda item: (-item[1].priority, item[1].age))
            assert waiting == [key for key, one in order if not one.held]
            assert info[pool].limit == self.limits.get(pool, DEFAULT)


@pytest.mark.parametrize("machine", [LeaseMachine, PoolMachine], ids=["leases", "pools"])
def test_it_is_what_the_model_says(
    store: SqlStore, clock: ManualClock, machine: type[LeaseMachine] | type[PoolMachine]
) -> None:
    made = type(machine.__name__, (machine,), {"store": store, "clock": clock})
    few = settings(max_examples=40, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(made, settings=few)
