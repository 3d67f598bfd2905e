"""The public operations of an instance, each with what a lost answer to it comes to. For the sweep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from mainspring.core.instance.instance import Instance
from mainspring.core.partitions.dynamic import AddDynamicPartitionsRequest
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.backfill import BulkActionStatus, PartitionBackfill
from mainspring.core.records.daemon import DaemonHeartbeat
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter, RunsFilter
from mainspring.core.records.instigator import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    SensorInstigatorData,
)
from mainspring.core.records.run import RunStatus
from mainspring.core.records.tick import TickData, TickStatus
from mainspring.core.storage.tick_store import CursorMove, Submission, TickCommit, TickPage
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.testing import events

A, B = AssetKey("a"), AssetKey("b")
CHECK = AssetCheckKey(A, "c")
SENSOR = InstigatorState(name="inbox", instigator_type=InstigatorType.SENSOR, location="shop")
REF = SENSOR.selector_id

Lost = Literal["same", "twice", "refused"]
"""What the same call says when it is made again after it was done and its answer lost: the same and nothing changes;
it is done a second time; it is refused, and nothing changes."""


class Operation(NamedTuple):
    """A call. ``absorbs``: it tries again by itself, so that some faults are never seen."""

    act: Callable[[Instance], object]
    lost: Lost = "same"
    absorbs: bool = False


def prepare(instance: Instance) -> None:
    """Something of everything: runs at each stage, assets, checks, wipes, automation, pools."""
    for run_id, end in (("done", EventType.RUN_SUCCESS), ("broken", EventType.RUN_FAILURE), ("live", None)):
        told = [
            events.line(EventType.RUN_START, run_id, timestamp=2),
            events.planned("a", run_id, partition="p"),
            events.line(EventType.STEP_START, run_id, step_key="s", timestamp=3),
            events.check_planned("a", "c", run_id),
        ]
        sink = instance.start_run(events.run(run_id, tags={"k": run_id}), events=told)
        if end is not None:
            sink.append(events.materialized("a", run_id, partition="q", timestamp=4))
            sink.append(events.check_evaluated("a", "c", run_id, timestamp=5))
            sink.append(events.line(end, run_id, timestamp=6))
        sink.close()
    instance.add_run(events.run("waiting"))
    instance.report_runless_asset_event(AssetMaterialization(B, partition="o"))
    instance.wipe_asset_partitions(A, ["q"])
    instance.wipe_assets([B])
    instance.add_dynamic_partitions("d", ["x", "y"])
    instance.set_cursor_values({"cursor": "1"})
    instance.add_instigator_state(SENSOR)
    instance.create_tick(tick(1.0))
    instance.add_backfill(backfill("b1"))
    instance.add_daemon_heartbeat(DaemonHeartbeat(5.0, "SENSOR", "d1"))
    instance.set_concurrency_slots("pool", 1)
    instance.claim_concurrency_slot("pool", "live", "s", epoch=1)


def tick(timestamp: float, status: TickStatus = TickStatus.STARTED, **more: Any) -> TickData:
    return TickData(
        selector_id=REF,
        instigator_name="inbox",
        instigator_type=InstigatorType.SENSOR,
        timestamp=timestamp,
        status=status,
        **more,
    )


def backfill(backfill_id: str, status: BulkActionStatus = BulkActionStatus.REQUESTED) -> PartitionBackfill:
    return PartitionBackfill(backfill_id=backfill_id, status=status, backfill_timestamp=3.0)


def run_to_its_end(instance: Instance) -> None:
    told = [events.line(EventType.RUN_START, "new", timestamp=2), events.planned("a", "new", partition="p")]
    with instance.start_run(events.run("new"), events=told) as sink:
        sink.append(events.materialized("a", "new", partition="p", timestamp=3))
        sink.append(events.line(EventType.RUN_FAILURE, "new", timestamp=4))


def a_tick_in_one(instance: Instance) -> object:
    asked = Submission(
        events.run("asked"), "inbox:1", [events.line(EventType.RUN_ENQUEUED, "asked", timestamp=5)]
    )
    commit = TickCommit(
        tick(9.0, TickStatus.SUCCESS, end_timestamp=10.0),
        [asked],
        CursorMove(None, "c1"),
        SensorInstigatorData(last_run_key="1"),
        [AddDynamicPartitionsRequest("d", ["z"])],
        "shop",
        [events.materialized("a", partition="r", timestamp=7)],
    )
    done = instance.store.ticks.commit(commit)
    return done.run_ids


def take_back_both(instance: Instance) -> None:
    instance.undo_wipe([one.id for one in instance.list_wipes()])


def end_the_live_run(instance: Instance) -> object:
    run = instance.get_run_by_id("live")
    assert run is not None
    return instance.report_run_failed(run)


WRITING: Mapping[str, Operation] = {
    "create_run": Operation(lambda i: i.create_run(job_name="j", run_id="new", tags={"a": "b"}), "refused"),
    "add_run": Operation(lambda i: i.add_run(events.run("new")), "refused"),
    "start_run, a sink, an end": Operation(run_to_its_end, "refused", absorbs=True),
    "add_run_tags": Operation(lambda i: i.add_run_tags("done", {"k": "2", "l": "3"})),
    "delete_run": Operation(lambda i: i.delete_run("done")),
    "delete_run by force": Operation(lambda i: i.delete_run("live", force=True)),
    "store_event": Operation(lambda i: i.store_event(events.observed("a", "live", timestamp=5)), "twice"),
    "report_run_failed": Operation(end_the_live_run, "twice"),
    "report a materialization": Operation(
        lambda i: i.report_runless_asset_event(AssetMaterialization(A, partition="p")), "twice"
    ),
    "report an observation": Operation(lambda i: i.report_runless_asset_event(AssetObservation(B)), "twice"),
    "report a check": Operation(
        lambda i: i.report_runless_asset_event(AssetCheckEvaluation(A, "c", True)), "twice"
    ),
    "wipe_assets": Operation(lambda i: i.wipe_assets([A, B]), "twice"),
    "wipe_asset_partitions": Operation(lambda i: i.wipe_asset_partitions(A, ["p", "never"]), "twice"),
    "undo_wipe": Operation(take_back_both, "refused"),
    "wipe": Operation(lambda i: i.wipe()),
    "add_dynamic_partitions": Operation(lambda i: i.add_dynamic_partitions("d", ["y", "z"])),
    "delete_dynamic_partition": Operation(lambda i: i.delete_dynamic_partition("d", "x")),
    "set_cursor_values": Operation(lambda i: i.set_cursor_values({"cursor": "2", "other": "3"})),
    "compare_and_set_cursor": Operation(lambda i: i.compare_and_set_cursor("cursor", "1", "2"), "refused"),
    "add_instigator_state": Operation(
        lambda i: i.add_instigator_state(InstigatorState(name="n", instigator_type=InstigatorType.SCHEDULE)),
        "refused",
    ),
    "update_instigator_state": Operation(
        lambda i: i.update_instigator_state(
            InstigatorState(
                name="inbox",
                instigator_type=InstigatorType.SENSOR,
                location="shop",
                status=InstigatorStatus.RUNNING,
                cursor="7",
            )
        )
    ),
    "delete_instigator_state": Operation(lambda i: i.delete_instigator_state("", REF)),
    "wipe_all_schedules": Operation(lambda i: i.wipe_all_schedules()),
    "create_tick": Operation(lambda i: i.create_tick(tick(2.0)).tick_data),
    "purge_ticks": Operation(lambda i: i.purge_ticks("", REF, 100.0)),
    "a tick in one commit": Operation(a_tick_in_one),
    "add_backfill": Operation(lambda i: i.add_backfill(backfill("b2")), "refused"),
    "update_backfill": Operation(lambda i: i.update_backfill(backfill("b1", BulkActionStatus.CANCELED))),
    "add_daemon_heartbeat": Operation(lambda i: i.add_daemon_heartbeat(DaemonHeartbeat(9.0, "SENSOR", "d1"))),
    "wipe_daemon_heartbeats": Operation(lambda i: i.wipe_daemon_heartbeats()),
    "set_concurrency_slots": Operation(lambda i: i.set_concurrency_slots("pool", 5)),
    "delete_concurrency_limit": Operation(lambda i: i.delete_concurrency_limit("pool")),
    "claim_concurrency_slot": Operation(
        lambda i: i.claim_concurrency_slot("pool", "live", "other", epoch=1).slot_status
    ),
    "free_concurrency_slot_for_step": Operation(lambda i: i.free_concurrency_slot_for_step("live", "s")),
    "free_concurrency_slots_for_run": Operation(lambda i: i.free_concurrency_slots_for_run("live")),
}

READING: Mapping[str, Operation] = {
    "runs": Operation(
        lambda i: (i.get_run_records(), i.get_runs_count(RunsFilter(statuses=[RunStatus.SUCCESS])))
    ),
    "a run": Operation(lambda i: (i.has_run("done"), i.get_run_by_id("done"), i.get_run_group("done"))),
    "run stats": Operation(lambda i: (i.get_run_stats("done"), i.get_run_step_stats("done"))),
    "tags": Operation(lambda i: (i.get_run_tag_keys(), i.get_run_tags(["k"]))),
    "logs": Operation(lambda i: (i.all_logs("done"), i.get_records_for_run("broken", limit=2).records)),
    "event records": Operation(
        lambda i: i.get_event_records(EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=A))
    ),
    "what is new in the log": Operation(
        lambda i: (i.store.events.since(0, limit=5), i.store.events.since(3, limit=9, run_ids=["done"]))
    ),
    "status changes": Operation(lambda i: i.fetch_run_status_changes(EventType.RUN_SUCCESS, 5).records),
    "assets": Operation(lambda i: (i.all_asset_keys(), i.get_asset_records([A, B]), i.has_asset_key(B))),
    "latest materializations": Operation(lambda i: i.get_latest_materialization_events([A, B])),
    "history": Operation(
        lambda i: (i.fetch_materializations(A, 5).records, i.fetch_observations(A, 5).records)
    ),
    "wipes": Operation(lambda i: (i.list_wipes(), i.preview_wipe([A]), i.preview_wipe([A], ["p"]))),
    "what a deletion does": Operation(lambda i: i.preview_delete_run("done")),
    "partitions": Operation(
        lambda i: (i.get_status_by_partition(A, ["p", "q"], None), i.get_partition_counts(A))
    ),
    "materialized partitions": Operation(lambda i: i.get_materialized_partitions(A)),
    "a check": Operation(lambda i: i.get_latest_asset_check_evaluation_record(CHECK)),
    "dynamic partitions": Operation(
        lambda i: (
            i.get_dynamic_partitions("d"),
            i.has_dynamic_partition("d", "x"),
            i.get_paginated_dynamic_partitions("d", 1, True).results,
        )
    ),
    "cursors": Operation(lambda i: i.get_cursor_values(["cursor", "none"])),
    "instigators": Operation(lambda i: (i.all_instigator_state(), i.get_instigator_state("", REF))),
    "ticks": Operation(lambda i: (i.get_ticks("", REF), i.store.ticks.find(REF, TickPage(limit=3)))),
    "backfills": Operation(lambda i: (i.get_backfills(), i.get_backfill("b1"), i.get_backfills_count())),
    "daemons": Operation(lambda i: (i.get_daemon_heartbeats(), i.get_daemon_statuses())),
    "pools": Operation(
        lambda i: (
            i.get_pool_limits(),
            i.get_concurrency_info("pool"),
            i.check_concurrency_claim("pool", "live", "s"),
        )
    ),
    "verification": Operation(lambda i: list(i.store.verification().findings())),
}
