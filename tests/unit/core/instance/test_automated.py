"""The methods of an instance about schedules and sensors, backfills, daemons, pools, cursors."""

from __future__ import annotations

import pytest

from mainspring.core.base.ambient import Ambient
from mainspring.core.base.clock import ManualClock
from mainspring.core.base.errors import FencedError, InvariantViolationError
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.schedules import PURGE_BATCH
from mainspring.core.records.backfill import BulkActionsFilter, BulkActionStatus, PartitionBackfill
from mainspring.core.records.concurrency import PoolLimit
from mainspring.core.records.daemon import REQUIRED_DAEMON_TYPES, DaemonHeartbeat
from mainspring.core.records.instigator import InstigatorState, InstigatorStatus, InstigatorType
from mainspring.core.records.tick import InstigatorTick, TickData, TickStatus
from mainspring.testing.world import simulated_world

SENSOR = InstigatorType.SENSOR
STATE = InstigatorState(name="inbox", instigator_type=SENSOR, location="shop")
REF = STATE.selector_id


@pytest.fixture
def ambient() -> Ambient:
    return simulated_world()


@pytest.fixture
def each_ambient(ambient: Ambient) -> Ambient:
    return ambient


@pytest.fixture
def instance(each_instance: Instance) -> Instance:
    return each_instance


def tick(timestamp: float, status: TickStatus = TickStatus.STARTED) -> TickData:
    return TickData(
        selector_id=REF, instigator_name="inbox", instigator_type=SENSOR, timestamp=timestamp, status=status
    )


def test_states_of_instigators(instance: Instance) -> None:
    assert instance.add_instigator_state(STATE) is STATE
    with pytest.raises(InvariantViolationError, match="a state of sensor:inbox@shop already"):
        instance.add_instigator_state(STATE)
    running = instance.update_instigator_state(STATE.with_status(InstigatorStatus.RUNNING))
    found = instance.get_instigator_state("", REF)
    assert found is not None
    assert found.status is running.status
    assert instance.get_instigator_state(REF, "") == found
    assert instance.all_instigator_state(instigator_type=SENSOR) == [found]
    assert instance.all_instigator_state(repository_selector_id="shop") == [found]
    assert instance.all_instigator_state(repository_origin_id="elsewhere") == []
    assert instance.all_instigator_state(instigator_statuses={InstigatorStatus.STOPPED}) == []
    instance.delete_instigator_state("", REF)
    with pytest.raises(InvariantViolationError, match="no state of sensor:inbox@shop"):
        instance.update_instigator_state(STATE)


def test_ticks(instance: Instance) -> None:
    made = instance.create_tick(tick(1))
    assert instance.create_tick(tick(1, TickStatus.FAILURE)) == made
    done = instance.update_tick(made.with_status(TickStatus.SUCCESS, end_timestamp=2))
    assert instance.get_tick("", REF, 1) == done
    later = instance.create_tick(tick(5, TickStatus.SKIPPED))
    assert instance.get_ticks("", REF) == [later, done]
    assert instance.get_ticks("", REF, before=5, after=0, limit=9, statuses=[TickStatus.SUCCESS]) == [done]
    assert [one.tick_id for one in instance.get_tick_summaries("", REF, limit=1)] == [later.tick_id]
    assert instance.get_batch_ticks([REF, "other"], limit=1) == {REF: [later], "other": []}
    with pytest.raises(InvariantViolationError, match="no tick 99"):
        instance.update_tick(InstigatorTick(tick_id=99, tick_data=tick(1)))
    instance.wipe_all_schedules()
    assert instance.get_ticks("", REF) == []


def test_old_ticks_go_a_few_at_a_time(instance: Instance) -> None:
    for number in range(PURGE_BATCH + 3):
        instance.create_tick(tick(number, TickStatus.SKIPPED))
    instance.purge_ticks("", REF, before=1e9, tick_statuses=[TickStatus.SUCCESS])
    assert len(instance.get_ticks("", REF)) == PURGE_BATCH + 3
    instance.purge_ticks("", REF, before=1e9)
    assert [one.timestamp for one in instance.get_ticks("", REF)] == [PURGE_BATCH + 2]


def test_backfills(instance: Instance) -> None:
    made = PartitionBackfill(backfill_id="b", status=BulkActionStatus.REQUESTED, backfill_timestamp=1)
    instance.add_backfill(made)
    with pytest.raises(InvariantViolationError, match="a backfill with the id b already"):
        instance.add_backfill(made)
    done = made.with_status(BulkActionStatus.COMPLETED_SUCCESS).with_end_timestamp(9)
    instance.update_backfill(done)
    assert instance.get_backfill("b") == done
    assert instance.get_backfills(status=BulkActionStatus.REQUESTED) == []
    assert instance.get_backfills(BulkActionsFilter(backfill_ids=["b"]), limit=1) == [done]
    assert instance.get_backfills(cursor="b") == []
    assert instance.get_backfills_count() == 1
    with pytest.raises(InvariantViolationError, match="different things"):
        instance.get_backfills(
            BulkActionsFilter(statuses=[BulkActionStatus.FAILED]), status=BulkActionStatus.REQUESTED
        )
    with pytest.raises(InvariantViolationError, match="no backfill with the id nobody"):
        instance.update_backfill(
            PartitionBackfill(backfill_id="nobody", status=done.status, backfill_timestamp=1)
        )


def test_daemons(instance: Instance, ambient: Ambient) -> None:
    assert list(instance.get_daemon_statuses()) == list(instance.get_required_daemon_types())
    beat = DaemonHeartbeat(ambient.clock.timestamp(), "SENSOR", "one")
    instance.add_daemon_heartbeat(beat)
    instance.add_daemon_heartbeat(DaemonHeartbeat(1, "CUSTOM", "two"))
    assert instance.get_daemon_heartbeats()["SENSOR"] == beat
    assert list(instance.get_daemon_statuses()) == [*REQUIRED_DAEMON_TYPES, "CUSTOM"]
    assert instance.get_daemon_statuses(["SENSOR"])["SENSOR"].healthy
    assert isinstance(ambient.clock, ManualClock)
    ambient.clock.advance(60)
    assert not instance.get_daemon_statuses(["SENSOR"])["SENSOR"].healthy
    instance.wipe_daemon_heartbeats()
    assert instance.get_daemon_heartbeats() == {}


@pytest.mark.parametrize(
    "concurrency",
    [{"pools": {"default_limit": 1}}, {"default_op_concurrency_limit": 1}],
    ids=["newer", "older"],
)
def test_pools(concurrency: dict[str, object]) -> None:
    with Instance.ephemeral(settings={"concurrency": concurrency}) as instance:
        instance.create_run(job_name="j", run_id="r")
        assert instance.initialize_concurrency_limit_to_default("db")
        assert instance.claim_concurrency_slot("db", "r", "a").is_claimed
        waits = instance.claim_concurrency_slot("db", "r", "b", 7)
        assert (waits.is_claimed, waits.priority) == (False, 7)
        assert instance.check_concurrency_claim("db", "r", "b") == waits
        assert instance.get_pool_limits() == [PoolLimit(name="db", limit=1, from_default=True)]
        info = instance.get_concurrency_info("db")
        assert ([one.step_key for one in info.claimed_slots], info.pending_steps) == (["a"], [waits])
        instance.set_concurrency_slots("db", 2)
        assert instance.get_concurrency_info("db").active_slot_count == 2
        instance.set_concurrency_slots("api", 5)
        assert instance.get_concurrency_keys() == {"api", "db"}
        instance.delete_concurrency_limit("api")
        instance.free_concurrency_slot_for_step("r", "a")
        instance.free_concurrency_slots_for_run("r")
        assert instance.get_concurrency_keys() == {"db"}
        run = instance.get_run_by_id("r")
        assert run is not None
        instance.report_run_canceled(run)
        with pytest.raises(FencedError):
            instance.claim_concurrency_slot("db", "r", "a")


def test_without_a_limit_any_number_may_run(instance: Instance) -> None:
    instance.create_run(job_name="j", run_id="r")
    assert not instance.initialize_concurrency_limit_to_default("db")
    assert all(instance.claim_concurrency_slot("db", "r", str(number)).is_claimed for number in range(50))
    assert instance.get_concurrency_info("db").slot_count == 50


def test_cursors(instance: Instance) -> None:
    instance.set_cursor_values({"a": "1", "b": "2"})
    assert instance.get_cursor_values({"a", "b", "c"}) == {"a": "1", "b": "2"}
    assert instance.compare_and_set_cursor("a", "1", "3")
    assert not instance.compare_and_set_cursor("a", "1", "4")
    assert instance.get_cursor_values(["a"]) == {"a": "3"}
