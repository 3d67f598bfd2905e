import pytest

from mainspring.core.base import serial
from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.partitions.dynamic import DynamicPartitionsDefinition
from mainspring.core.records.asset_events import AssetMaterialization
from mainspring.core.records.run_request import RunRequest, SkipReason
from mainspring.core.records.tick_result import (
    RunReaction,
    ScheduleExecutionData,
    SensorExecutionData,
    SensorResult,
)


def test_the_parts_of_a_result() -> None:
    request = DynamicPartitionsDefinition(name="regions").build_add_request(["nz"])
    event = AssetMaterialization("a")
    result = SensorResult([RunRequest("a")], None, "7", [request], [event])
    assert result.run_requests == [RunRequest("a")]
    assert (result.cursor, result.dynamic_partitions_requests, result.asset_events) == (
        "7",
        [request],
        [event],
    )
    assert SensorResult(skip_reason="none").skip_reason == SkipReason("none")
    assert SensorResult(skip_reason=SkipReason("none")).skip_reason == SkipReason("none")
    assert SensorResult() == SensorResult()
    assert (SensorResult().run_requests, SensorResult().dynamic_partitions_requests) == ([], [])


def test_runs_and_a_reason_for_none_exclude_each_other() -> None:
    with pytest.raises(InvariantViolationError, match="run_requests and a skip_reason"):
        SensorResult(run_requests=[RunRequest()], skip_reason="none")
    assert SensorResult(run_requests=[], skip_reason="none").run_requests == []


@pytest.mark.parametrize(
    "given,message",
    [
        ({"run_requests": ["a"]}, "`run_requests` of a SensorResult holds 'a', a str"),
        ({"dynamic_partitions_requests": ["a"]}, "`dynamic_partitions_requests` of a SensorResult holds 'a'"),
        ({"asset_events": [RunRequest()]}, "`asset_events` of a SensorResult holds RunRequest"),
        ({"cursor": 7}, "cursor of a SensorResult is 7, a int"),
    ],
)
def test_what_is_no_part_of_a_result_is_refused(given, message) -> None:
    with pytest.raises(InvariantViolationError, match=message):
        SensorResult(**given)


def test_outcomes_go_through_json() -> None:
    of_schedule = ScheduleExecutionData([RunRequest("a")], None, ["tick", "1"])
    assert serial.decode(serial.encode(of_schedule), ScheduleExecutionData) == of_schedule
    of_sensor = SensorExecutionData(
        [RunRequest("a")],
        None,
        "7",
        [RunReaction()],
        None,
        [DynamicPartitionsDefinition(name="regions").build_delete_request(["nz"])],
    )
    assert serial.decode(serial.encode(of_sensor), SensorExecutionData) == of_sensor
