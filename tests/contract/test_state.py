"""What is derived from the log: assets, partitions, checks, runs; wipes and deleted runs."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import InvariantViolationError, RunNotFoundError
from mainspring.core.records.asset_record import CheckStatus
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import EventRecordsFilter, RunsFilter
from mainspring.core.records.run import RunStatus
from mainspring.core.storage.sql.store import SqlStore
from mainspring.core.storage.store import Sequenced
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.testing import events

A, B = AssetKey("a"), AssetKey(["b", "c"])


def tell(store: SqlStore, *entries: object) -> list[int]:
    return store.events.append([Sequenced(0, None, entry) for entry in entries])  # type: ignore[arg-type]


def statuses(store: SqlStore) -> dict[str, str | None]:
    return {name: state.status for name, state in store.partitions.states(A).items()}


def test_assets_are_known_by_their_latest_events(store: SqlStore) -> None:
    ids = tell(
        store,
        events.planned("a", "r"),
        events.materialized("a", "r", timestamp=3),
        events.observed("a", timestamp=4),
    )
    (record,) = store.assets.records([A, B])
    entry = record.asset_entry
    assert (entry.last_planned_materialization_storage_id, entry.last_planned_materialization_run_id) == (
        ids[0],
        "r",
    )
    assert entry.last_materialization_storage_id == ids[1]
    assert entry.last_observation_record is not None
    assert entry.last_observation_record.storage_id == ids[2]
    assert (entry.last_run_id, entry.last_event_timestamp) == ("r", 4)
    assert store.assets.latest_materializations([A, B])[A].storage_id == ids[1]
    assert store.assets.latest_planned(A) == (ids[0], "r")


def test_keys_are_ordered_paged_and_found_by_prefix(store: SqlStore) -> None:
    tell(store, *(events.materialized(name) for name in ("b", "a", "bb")))
    store.events.append(
        [
            Sequenced(
                0,
                None,
                events.line(
                    EventType.ASSET_OBSERVATION, data=events.observed("x").dagster_event.event_specific_data
                ),
            )
        ]
    )  # type: ignore[union-attr]
    names = [key.to_user_string() for key in store.assets.known_keys()]
    assert names == ["a", "b", "bb", "x"]
    assert store.assets.known_keys(limit=2, after=AssetKey("a").to_string()) == [
        AssetKey("b"),
        AssetKey("bb"),
    ]
    assert store.assets.known_keys(prefix=["b"]) == [AssetKey("b")]


def test_after_a_wipe_nothing_stale_is_answered(store: SqlStore) -> None:
    tell(store, events.materialized("a", "r", partition="p"), events.check_evaluated("a", "c", "r"))
    store.assets.wipe([A], timestamp=1)
    tell(store, events.planned("a", "r2", partition="p"), events.observed("a"))
    assert store.assets.known(A)
    assert store.assets.latest_materializations([A]) == {}
    assert store.assets.records([A])[0].asset_entry.last_materialization is None
    assert store.events.of_type(EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=A)) == []
    assert store.events.of_type(EventRecordsFilter(EventType.ASSET_MATERIALIZATION)) == []
    assert store.partitions.materialized(A) == set()
    assert statuses(store) == {"p": "IN_PROGRESS"}
    assert store.checks.latest([AssetCheckKey(A, "c")]) == {}
    assert len(store.events.of_run("r")) == 2
    assert len(store.events.of_type(EventRecordsFilter(EventType.ASSET_WIPED))) == 1


def test_wiping_partitions_leaves_the_others(store: SqlStore) -> None:
    ids = tell(store, *(events.materialized("a", "r", partition=name) for name in ("p", "q", "o")))
    store.assets.wipe_partitions(A, ["o", "q"], timestamp=1)
    assert statuses(store) == {"p": "MATERIALIZED"}
    assert store.assets.latest_materializations([A])[A].storage_id == ids[0]
    found = store.events.of_type(EventRecordsFilter(EventType.ASSET_MATERIALIZATION, asset_key=A))
    assert [row.storage_id for row in found] == [ids[0]]
    tell(store, events.materialized("a", "r", partition="q"))
    assert store.partitions.materialized(A) == {"p", "q"}


def test_a_partition_is_in_progress_until_its_run_tells(store: SqlStore) -> None:
    def attempt(run_id: str, end: EventType | None, *, made: bool = False) -> str | None:
        store.runs.start(events.run(run_id), holder="x", events=[events.planned("a", run_id, partition="p")])
        if made:
            tell(store, events.materialized("a", run_id, partition="p"))
        if end is not None:
            tell(store, events.line(end, run_id))
        return statuses(store)["p"]

    assert attempt("1", None) == "IN_PROGRESS"
    assert attempt("2", EventType.RUN_FAILURE) == "FAILED"
    assert attempt("3", EventType.RUN_CANCELED) == "FAILED"
    assert attempt("4", None, made=True) == "MATERIALIZED"
    assert attempt("5", EventType.RUN_CANCELED) == "MATERIALIZED"
    assert attempt("6", EventType.RUN_FAILURE, made=True) == "MATERIALIZED"
    assert set(store.partitions.latest_ids(A, "ASSET_MATERIALIZATION")) == {"p"}
    with pytest.raises(InvariantViolationError, match="STEP_START"):
        store.partitions.latest_ids(A, "STEP_START")


def test_checks_are_planned_then_evaluated(store: SqlStore) -> None:
    key = AssetCheckKey(A, "c")
    (plan,) = tell(store, events.check_planned("a", "c", "r"))
    assert store.checks.latest([key])[key].status is CheckStatus.PLANNED
    (first,) = tell(store, events.check_evaluated("a", "c", "r", passed=False))
    latest = store.checks.latest([key])[key]
    assert (latest.id, latest.status, latest.run_id) == (plan, CheckStatus.FAILED, "r")
    assert latest.evaluation is not None
    (again,) = tell(store, events.check_evaluated("a", "c", "r"))
    assert [(one.id, one.status) for one in store.checks.history(key, limit=9)] == [
        (again, CheckStatus.SUCCEEDED),
        (plan, CheckStatus.FAILED),
    ]
    assert again > first
    assert store.checks.history(key, limit=9, before=again)[0].id == plan


def test_deleting_a_run_derives_its_assets_anew(store: SqlStore) -> None:
    for run_id in ("old", "new"):
        told = [events.planned("a", run_id, partition="p"), events.materialized("a", run_id, partition="p")]
        store.runs.start(events.run(run_id, tags={"t": "1"}), holder="x", events=told)
    store.runs.delete("new")
    assert store.runs.get("new") is None
    assert store.events.of_run("new") == []
    assert store.assets.latest_materializations([A])[A].run_id == "old"
    assert statuses(store) == {"p": "MATERIALIZED"}
    store.runs.delete("old")
    assert not store.assets.known(A)
    assert store.partitions.states(A) == {}
    store.runs.delete("nobody")


def test_runs_are_found(store: SqlStore) -> None:
    for number in range(5):
        store.runs.create(
            events.run(f"r{number}", tags={"n": str(number), "all": "1"}, job_name=f"j{number % 2}")
        )

    def ids(wanted: RunsFilter | None = None, **page: object) -> list[str]:
        return [one.dagster_run.run_id for one in store.runs.find(wanted, **page)]  # type: ignore[arg-type]

    assert ids() == ["r4", "r3", "r2", "r1", "r0"]
    assert ids(limit=2, cursor="r3") == ["r2", "r1"]
    assert ids(limit=2, cursor="r1", ascending=True) == ["r2", "r3"]
    assert ids(RunsFilter(job_name="j1")) == ["r3", "r1"]
    assert ids(RunsFilter(tags={"n": ["1", "4"], "all": "1"})) == ["r4", "r1"]
    assert ids(RunsFilter(statuses=[RunStatus.FAILURE])) == []
    assert ids(RunsFilter(run_ids=[])) == []
    assert ids(order_by="job_name", ascending=True) == ["r0", "r2", "r4", "r1", "r3"]
    assert store.runs.count(RunsFilter(tags={"all": "1"})) == 5
    assert store.runs.tag_keys() == ["all", "n"]
    assert store.runs.tag_values(["n"], prefix="3") == {"n": {"3"}}
    store.runs.add_tags("r0", {"n": "9", "more": "x"})
    assert ids(RunsFilter(tags={"n": "9"})) == ["r0"]
    found = store.runs.get("r0")
    assert found is not None
    assert found.dagster_run.tags == {"n": "9", "all": "1", "more": "x"}
    with pytest.raises(RunNotFoundError):
        store.runs.add_tags("nobody", {"a": "b"})
    with pytest.raises(InvariantViolationError, match="r0"):
        store.runs.create(events.run("r0"))
    with pytest.raises(InvariantViolationError, match="Did you mean status"):
        store.runs.find(order_by="statu")


def test_dynamic_partitions_and_small_texts(store: SqlStore) -> None:
    store.dynamic_partitions.add("d", ["b", "a"])
    store.dynamic_partitions.add("d", ["a", "c"])
    store.dynamic_partitions.delete("d", "zzz")
    assert store.dynamic_partitions.get("d") == ["b", "a", "c"]
    assert store.dynamic_partitions.existing("d", ["a", "x"]) == {"a"}
    first = store.dynamic_partitions.page("d", limit=2)
    assert (first.names, first.has_more) == (["b", "a"], True)
    assert store.dynamic_partitions.page("d", limit=2, cursor=first.cursor).names == ["c"]
    assert store.dynamic_partitions.page("d", limit=2, ascending=False).names == ["c", "a"]
    store.kv.set({"x": "1", "y": "2"})
    store.kv.set({"x": "3"})
    store.kv.delete(["y", "nothing"])
    assert store.kv.get(["x", "y"]) == {"x": "3"}
    tell(store, events.materialized("a"))
    store.wipe_everything()
    assert (store.kv.get(["x"]), store.assets.known_keys(), store.dynamic_partitions.get("d")) == ({}, [], [])
    assert tell(store, events.materialized("a")) == [2]


def test_the_latest_events_of_partitions(store: SqlStore) -> None:
    kind, other = EventType.ASSET_MATERIALIZATION.value, EventType.ASSET_OBSERVATION.value
    names = ["o", "p", "q", "r"]
    ids = tell(store, *(events.materialized("a", "r", partition=name) for name in ["o", "p", "q", "o"]))
    found = store.partitions.latest_events(A, kind, partitions=names)
    assert {name: record.storage_id for name, record in found.items()} == {
        "o": ids[3],
        "p": ids[1],
        "q": ids[2],
    }
    assert store.partitions.newest(A, kind, limit=2) == ["o", "q"]
    assert store.partitions.newest(A, kind, limit=10) == ["o", "q", "p"]
    assert (
        store.partitions.latest_events(A, other, partitions=names),
        store.partitions.newest(A, other, limit=9),
    ) == (
        {},
        [],
    )
    store.assets.wipe_partitions(A, ["o"], timestamp=1)
    assert store.partitions.newest(A, kind, limit=10) == ["q", "p"]
    assert set(store.partitions.latest_events(A, kind, partitions=names)) == {"p", "q"}
    with pytest.raises(InvariantViolationError, match="STEP_START events are not kept by partition"):
        store.partitions.newest(A, "STEP_START", limit=1)
