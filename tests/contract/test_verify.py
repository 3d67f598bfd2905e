"""What is stored is compared with what the log says; what differs is told, and mended where that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import RunStatus
from mainspring.core.records.verification import Finding
from mainspring.core.storage.sql import facts, verify
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.sql.verify import Verification
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetKey
from mainspring.testing import events

A = AssetKey("a").to_string()


def tell(store: SqlStore, *entries: object) -> list[int]:
    return store.events.append([Sequenced(0, None, entry) for entry in entries])  # type: ignore[arg-type]


def spoil(store: SqlStore, text: str, *values: object) -> None:
    with store.database.write() as cursor:
        cursor.execute(text, values)


def findings(store: SqlStore, *, mend: bool = False) -> list[Finding]:
    return list(Verification(store.database, mend=mend).findings())


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same code paths that large stores take."""
    monkeypatch.setattr(facts, "PAGE", 3)
    monkeypatch.setattr(verify, "PARTITIONS", 2)
    monkeypatch.setattr(verify, "RUNS", 2)


def fill(store: SqlStore) -> None:
    """Two assets, many partitions, checks with and without plans, runs at every stage, a wipe that was undone."""
    for number in range(5):
        run_id = f"run{number}"
        store.runs.start(
            events.run(run_id),
            holder="x",
            events=[
                events.line(EventType.RUN_STARTING, run_id, timestamp=1),
                events.line(EventType.RUN_START, run_id, timestamp=2),
                events.planned("a", run_id, partition=f"p{number}"),
                events.planned("a", run_id, partition="shared"),
                events.check_planned("a", "c", run_id),
                events.line(EventType.STEP_START, run_id, step_key="s", timestamp=3),
                events.line(EventType.STEP_UP_FOR_RETRY, run_id, step_key="s", timestamp=4),
                events.line(EventType.STEP_RESTARTED, run_id, step_key="s", timestamp=5),
                events.message(run_id, "hello"),
            ],
        )
        tell(store, events.materialized("a", run_id, partition=f"p{number}"), events.observed("b"))
        tell(store, events.check_evaluated("a", "c", run_id), events.check_evaluated("a", "c"))
    for number, kind in enumerate([EventType.RUN_SUCCESS, EventType.RUN_FAILURE, EventType.RUN_CANCELED]):
        tell(store, events.line(kind, f"run{number}", timestamp=9))
    tell(store, events.line(EventType.STEP_START, "run0", step_key="late"))
    store.assets.wipe_partitions(AssetKey("a"), ["p1", "p3", "p9"], timestamp=9)
    store.assets.wipe([AssetKey("b")], timestamp=9)
    store.assets.undo_wipes([store.assets.wipes(AssetKey("b"), now=9)[0].id], now=9)
    store.runs.create(events.run("waiting"))


def test_a_store_that_is_right_has_no_differences(store: SqlStore) -> None:
    assert findings(store) == []
    fill(store)
    told: list[tuple[str, int, int | None]] = []
    verification = Verification(store.database, show=lambda *said: told.append(said))
    assert list(verification.findings()) == []
    verified = verification.verified
    assert (verified.assets, verified.checks, verified.runs, verified.steps) == (2, 10, 6, 5)
    assert (verified.partitions, verified.runs_by_hand, verified.left) == (7, 0, 0)
    assert told[-1] == ("runs", 6, 6)
    assert told[-3][0] == "runs"


SPOILED: dict[str, tuple[str, tuple[Any, ...], Finding]] = {
    "an asset": (
        "UPDATE assets SET materialization_id = 1, last_run_id = 'x' WHERE asset_key = ?",
        (A,),
        Finding(
            kind="asset",
            name="a",
            stored={"materialization": 1, "last_run": "x"},
            replayed={"materialization": 62, "last_run": "run4"},
        ),
    ),
    "an asset that is gone": (
        "DELETE FROM assets WHERE asset_key = ?",
        (AssetKey("b").to_string(),),
        Finding(
            kind="asset",
            name="b",
            replayed={"observation": 63, "last_event": 63, "last_timestamp": 0.0},
        ),
    ),
    "a wipe that is forgotten": (
        "UPDATE assets SET wiped_id = 7 WHERE asset_key = ?",
        (A,),
        Finding(kind="asset", name="a", stored={"wiped_by": 7}, replayed={"wiped_by": None}),
    ),
    "a partition": (
        "UPDATE asset_partitions SET status = 'FAILED', failed_id = 3 WHERE asset_key = ? AND partition = 'p2'",
        (A,),
        Finding(
            kind="partition",
            name="a",
            part="p2",
            stored={"status": "FAILED", "failed": 3},
            replayed={"status": "MATERIALIZED", "failed": None},
        ),
    ),
    "a partition too many": (
        "INSERT INTO asset_partitions (asset_key, partition, status) VALUES (?, 'zz', 'FAILED')",
        (A,),
        Finding(kind="partition", name="a", part="zz", stored={"status": "FAILED"}),
    ),
    "a wiped partition that is forgotten": (
        "DELETE FROM asset_partitions WHERE asset_key = ? AND partition = 'p9'",
        (A,),
        Finding(kind="partition", name="a", part="p9", replayed={"wiped_by": 70}),
    ),
    "a check": (
        "UPDATE check_executions SET status = 'FAILED' WHERE id = ?",
        (5,),
        Finding(
            kind="check", name="a", part="c#5", stored={"status": "FAILED"}, replayed={"status": "SUCCEEDED"}
        ),
    ),
    "a check too many": (
        "INSERT INTO check_executions (id, asset_key, check_name, run_id, status, timestamp, planned_id)"
        " VALUES (1, ?, 'd', 'r', 'PLANNED', 1.0, 1)",
        (A,),
        Finding(
            kind="check",
            name="a",
            part="d#1",
            stored={
                "id": 1,
                "asset": A,
                "check": "d",
                "run_id": "r",
                "status": "PLANNED",
                "timestamp": 1.0,
                "planned": 1,
            },
        ),
    ),
    "a run": (
        "UPDATE runs SET status = 'STARTED', end_time = NULL WHERE run_id = ?",
        ("run1",),
        Finding(
            kind="run",
            name="run1",
            stored={"status": "STARTED", "end_time": None},
            replayed={"status": "FAILURE", "end_time": 9.0},
        ),
    ),
    "a step": (
        "UPDATE run_steps SET attempts = 7 WHERE run_id = ?",
        ("run4",),
        Finding(kind="step", name="run4", part="s", stored={"attempts": 7}, replayed={"attempts": 2}),
    ),
    "a step that is gone": (
        "DELETE FROM run_steps WHERE run_id = ?",
        ("run4",),
        Finding(
            kind="step",
            name="run4",
            part="s",
            replayed={"status": "IN_PROGRESS", "attempts": 2, "start_time": 3.0},
        ),
    ),
}


@pytest.mark.parametrize("text, values, expected", SPOILED.values(), ids=SPOILED.keys())
def test_what_differs_is_told_and_mended(
    store: SqlStore, text: str, values: tuple[Any, ...], expected: Finding
) -> None:
    fill(store)
    spoil(store, text, *values)
    assert findings(store) == [expected]
    assert [one.mended for one in findings(store, mend=True)] == [True]
    assert findings(store) == []


def test_much_that_differs_is_mended_at_once(store: SqlStore) -> None:
    fill(store)
    for table in ("asset_partitions", "check_executions", "run_steps", "assets"):
        spoil(store, f"DELETE FROM {table}")
    spoil(store, "UPDATE runs SET status = 'MANAGED', start_time = 0")
    verification = Verification(store.database, mend=True)
    found = list(verification.findings())
    assert all(one.mended for one in found)
    assert verification.verified.left == 0
    assert {one.kind for one in found} == {"asset", "partition", "check", "run", "step"}
    assert findings(store) == []


def test_runs_that_were_stored_with_a_status_are_told_apart(store: SqlStore) -> None:
    run = events.run("done").__class__
    store.runs.create(run(job_name="j", run_id="done", status=RunStatus.SUCCESS))
    store.runs.create(run(job_name="j", run_id="queued", status=RunStatus.QUEUED))
    tell(store, events.line(EventType.RUN_FAILURE, "done"), events.line(EventType.RUN_DEQUEUED, "queued"))
    tell(store, events.line(EventType.STEP_START, "done", step_key="s"))
    verification = Verification(store.database)
    assert list(verification.findings()) == []
    assert verification.verified.runs_by_hand == 2
    spoil(store, "UPDATE runs SET status = 'FAILURE' WHERE run_id = 'done'")
    assert findings(store)[0].replayed == {"status": "SUCCESS"}


def test_what_cannot_be_read_is_said_and_never_mended(store: SqlStore) -> None:
    fill(store)
    wipe = store.assets.wipes(AssetKey("a"), now=9)[0].id
    (check,) = tell(store, events.check_evaluated("b", "c", passed=True))
    for number in (wipe, check):
        spoil(store, "UPDATE events SET body = ? WHERE id = ?", b"{", number)
    spoil(store, "UPDATE runs SET body = ? WHERE run_id = ?", b"\xff", "run3")
    expected = [
        Finding(
            kind="asset",
            name="a",
            reason=f"a wipe of it cannot be read (event {wipe}): nobody knows what it hid",
        ),
        Finding(kind="run", name="run3", reason="its record cannot be read: nobody knows how it began"),
    ]
    assert findings(store, mend=True) == expected
    assert store.partitions.materialized(AssetKey("a")) == {"p0", "p2", "p4"}


def test_it_sees_one_state_although_others_write(store: SqlStore) -> None:
    """Between two pieces the log goes on; no piece mistakes that for a difference."""
    fill(store)
    told: list[Callable[[], object]] = []

    def show(what: str, done: int, total: int | None) -> None:
        del what, total
        told.append(lambda: done)
        tell(store, events.materialized("a", "run4", partition=f"p{len(told)}"), events.observed("b"))
        store.assets.wipe_partitions(AssetKey("a"), [f"p{len(told) + 1}"], timestamp=9)

    assert list(Verification(store.database, show=show).findings()) == []
    assert len(told) > 4


def test_no_transaction_is_open_while_a_finding_is_looked_at(store: SqlStore) -> None:
    fill(store)
    wipe = store.assets.wipes(AssetKey("a"), now=9)[0].id
    spoil(store, "UPDATE events SET body = ? WHERE id = ?", b"{", wipe)
    found = Verification(store.database).findings()
    assert next(found).kind == "asset"
    tell(store, events.observed("b"))
    assert list(found) == []


def test_a_run_that_is_mended_to_its_end_holds_no_slot(store: SqlStore) -> None:
    epoch = store.runs.start(events.run("r"), holder="one", events=[events.line(EventType.RUN_START, "r")])
    store.pools.set_limit("p", 1)
    assert store.pools.claim("p", "r", "s", epoch=epoch).is_claimed
    claim = "INSERT INTO pool_claims (pool, run_id, step_key, epoch, priority, claim_time, assign_time)"
    tell(store, events.line(EventType.RUN_SUCCESS, "r"))
    spoil(store, f"{claim} VALUES ('p', 'r', 's', 1, 0, 1.0, 1.0)")
    spoil(store, "UPDATE runs SET status = 'STARTED' WHERE run_id = 'r'")
    assert [(one.kind, one.mended) for one in findings(store, mend=True)] == [("run", True)]
    assert store.pools.status("p", "r", "s") is None
