"""The state of schedules and sensors, and their ticks, as values."""

from __future__ import annotations

from mainspring.core.base import serial
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.instigator import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
    instigator_id,
)
from mainspring.core.records.tick import (
    DynamicPartitionsRequestResult,
    InstigatorTick,
    TickData,
    TickStatus,
)

SENSOR = InstigatorType.SENSOR


def test_an_instigator_is_found_by_type_name_and_location() -> None:
    made = InstigatorState(name="inbox", instigator_type=SENSOR, location="shop")
    assert made.selector_id == made.instigator_origin_id == instigator_id(SENSOR, "inbox", location="shop")
    assert made.instigator_name == "inbox"
    others = {
        instigator_id(InstigatorType.SCHEDULE, "inbox", location="shop"),
        instigator_id(SENSOR, "inbox2", location="shop"),
        instigator_id(SENSOR, "inbox", location="store"),
    }
    assert len({made.selector_id, *others}) == 4
    assert InstigatorState(id="own", name="inbox", instigator_type=SENSOR).selector_id == "own"


def test_a_sensor_has_one_cursor() -> None:
    data = SensorInstigatorData(cursor="1", min_interval=30)
    from_data = InstigatorState(name="a", instigator_type=SENSOR, instigator_data=data)
    assert (from_data.cursor, from_data.instigator_data) == ("1", data)
    from_state = InstigatorState(name="a", instigator_type=SENSOR, instigator_data=data, cursor="2")
    assert from_state.instigator_data == SensorInstigatorData(cursor="2", min_interval=30)
    moved = from_state.with_data(SensorInstigatorData(cursor="3"))
    assert (moved.cursor, moved.selector_id) == ("3", from_state.selector_id)
    schedule = InstigatorState(name="a", instigator_type=InstigatorType.SCHEDULE, cursor="c")
    assert schedule.with_data(ScheduleInstigatorData(cron_schedule=["0 0 * * *"])).cursor == "c"


def test_an_instigator_is_turned_on_and_off() -> None:
    made = InstigatorState(name="a", instigator_type=SENSOR)
    assert (made.status, made.is_running) == (InstigatorStatus.DECLARED_IN_CODE, False)
    assert made.with_status(InstigatorStatus.RUNNING).is_running


def test_a_tick_is_known_by_its_time_unless_it_has_a_key() -> None:
    made = TickData(selector_id="s", instigator_name="s", instigator_type=SENSOR, timestamp=3)
    assert made.key == "3.0"
    keyed = TickData(selector_id="s", instigator_name="s", instigator_type=SENSOR, timestamp=3, tick_key="k")
    assert (keyed.key, keyed.instigator_origin_id) == ("k", "s")


def test_a_tick_tells_what_its_data_tell() -> None:
    data = TickData(
        selector_id="s",
        instigator_name="name",
        instigator_type=SENSOR,
        timestamp=3.0,
        status=TickStatus.FAILURE,
        end_timestamp=4.0,
        run_ids=["r"],
        run_keys=["k"],
        error=ErrorInfo("boom"),
        skip_reason="why",
        cursor="c",
        dynamic_partitions_request_results=[
            DynamicPartitionsRequestResult(partitions_def_name="d", added_partitions=["x"])
        ],
    )
    tick = InstigatorTick(tick_id=7, tick_data=data)
    assert (tick.selector_id, tick.instigator_origin_id, tick.instigator_name) == ("s", "s", "name")
    assert (tick.instigator_type, tick.status, tick.timestamp) == (SENSOR, TickStatus.FAILURE, 3.0)
    assert (tick.end_timestamp, tick.run_ids, tick.run_keys, tick.cursor) == (4.0, ["r"], ["k"], "c")
    assert (tick.error, tick.skip_reason, tick.is_completed) == (ErrorInfo("boom"), "why", True)
    again = tick.with_status(TickStatus.STARTED)
    assert (again.tick_id, again.is_completed, again.end_timestamp) == (7, False, None)
    assert serial.decode(serial.encode(data), TickData) == data
