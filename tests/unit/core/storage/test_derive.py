"""What follows from events, without a database."""

from __future__ import annotations

import pytest

from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import STATUS_AFTER, RunStatus
from mainspring.core.storage.derive import AssetChange, PartitionChange, RunChange, RunState, derive
from mainspring.core.storage.fact import Detail, Fact


def fact(
    number: int, kind: EventType, *, run: str = "r", partition: str | None = None, detail: Detail = None
) -> Fact:
    asset = "a" if kind.value.startswith("ASSET") else None
    check = "c" if "CHECK" in kind.value else None
    return Fact(number, run, kind.value, asset, partition, check, float(number), detail)


@pytest.mark.parametrize("status", RunStatus)
@pytest.mark.parametrize("kind", sorted(STATUS_AFTER))
def test_the_state_machine_is_kept(kind: str, status: RunStatus) -> None:
    changes = derive([fact(1, EventType(kind))], {"r": RunState(status.value, 1)})
    to, came_from = STATUS_AFTER[kind]
    if status in came_from:
        assert changes.runs["r"].status == to.value
        assert changes.late == set()
    else:
        assert (changes.runs, changes.late) == ({}, {1})


def test_a_whole_run_is_one_change() -> None:
    kinds = [EventType.RUN_STARTING, EventType.RUN_START, EventType.RUN_SUCCESS, EventType.RUN_FAILURE]
    facts = [fact(number, kind) for number, kind in enumerate(kinds, 1)]
    changes = derive(facts, {"r": RunState("NOT_STARTED", 1)})
    assert changes.runs == {
        "r": RunChange("NOT_STARTED", "SUCCESS", start_time=2.0, end_time=3.0, ended_by=3, launch_time=1.0)
    }
    assert changes.late == {4}


def test_later_events_win_and_a_wipe_clears() -> None:
    made, wiped = EventType.ASSET_MATERIALIZATION, EventType.ASSET_WIPED
    facts = [
        fact(1, made, partition="p"),
        fact(2, wiped),
        fact(3, made, partition="q"),
        fact(4, made, partition="q"),
    ]
    changes = derive(facts, {})
    assert changes.assets["a"] == AssetChange(
        wiped_by=2, materialization=4, materialization_run="r", last_run="r", last_event=4, last_timestamp=4.0
    )
    assert changes.partitions == {
        "a": {"q": PartitionChange(status="MATERIALIZED", materialization=4, materialization_run="r")}
    }


def test_a_wipe_of_partitions_clears_them_alone() -> None:
    made = EventType.ASSET_MATERIALIZATION
    facts = [
        fact(1, made, partition="p"),
        fact(2, made, partition="q"),
        fact(3, EventType.ASSET_WIPED, detail=("p", "x")),
    ]
    changes = derive(facts, {})
    assert changes.partitions["a"]["p"] == changes.partitions["a"]["x"] == PartitionChange(wiped_by=3)
    assert changes.partitions["a"]["q"].materialization == 2
    assert changes.assets["a"].partitions_wiped


def test_an_evaluation_fulfils_the_plan_of_its_run() -> None:
    planned, evaluated = EventType.ASSET_CHECK_EVALUATION_PLANNED, EventType.ASSET_CHECK_EVALUATION
    facts = [
        fact(1, planned, run="r"),
        fact(2, planned, run="other"),
        fact(3, evaluated, run="r", partition="p", detail=True),
        fact(4, evaluated, run="r", detail=False),
        fact(5, evaluated, run="", detail=True),
    ]
    told = [
        (one.id, one.run_id, one.status, one.partition, one.evaluation) for one in derive(facts, {}).checks
    ]
    assert told == [
        (1, "r", "SUCCEEDED", "p", 3),
        (2, "other", "PLANNED", None, None),
        (4, "r", "FAILED", None, 4),
        (5, "", "SUCCEEDED", None, 5),
    ]
