"""Lists of runs: every order in pages, groups, buckets, many at once."""

from __future__ import annotations

import pytest

from mainspring.core.base.clock import ManualClock
from mainspring.core.records.event_type import EventType
from mainspring.core.records.filters import RunsFilter
from mainspring.core.records.run import Run, RunStatus
from mainspring.core.records.run_buckets import RUN_ORDERS, JobBucket, RunCursor, TagBucket
from mainspring.core.storage.sql import run_query
from mainspring.core.storage.sql.store import SqlStore
from mainspring.testing import events

COUNT = 11


def ids(store: SqlStore, wanted: RunsFilter | None = None, **page: object) -> list[str]:
    return [one.dagster_run.run_id for one in store.runs.find(wanted, **page)]  # type: ignore[arg-type]


def fill(store: SqlStore, clock: ManualClock) -> None:
    """Runs of three jobs; some have begun, some have ended, some at the same moment."""
    for number in range(COUNT):
        run_id = f"r{number * 7 % COUNT:02}"
        lines = [events.line(EventType.RUN_START, run_id, timestamp=number // 3)] if number % 3 else []
        if number % 3 == 2:
            lines.append(events.line(EventType.RUN_SUCCESS, run_id, timestamp=100 - number // 2))
        made = events.run(run_id, job_name=f"j{number % 3}", tags={"even": str(number % 2 == 0), "all": "1"})
        store.runs.start(made, holder="x", events=lines)
        clock.advance(number % 2)


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("order_by", RUN_ORDERS)
def test_pages_in_every_order_are_the_list(
    store: SqlStore, clock: ManualClock, order_by: str, ascending: bool
) -> None:
    fill(store, clock)
    whole = ids(store, order_by=order_by, ascending=ascending)
    assert len(set(whole)) == COUNT
    assert whole == ids(store, order_by=order_by, ascending=not ascending)[::-1]
    for by_place in (False, True):
        seen: list[str] = []
        cursor: str | RunCursor | None = None
        while page := store.runs.find(order_by=order_by, ascending=ascending, cursor=cursor, limit=3):
            seen += [one.dagster_run.run_id for one in page]
            cursor = RunCursor.of(page[-1], order_by) if by_place else seen[-1]
        assert seen == whole


def test_what_has_not_begun_comes_before_all(store: SqlStore, clock: ManualClock) -> None:
    fill(store, clock)
    starts = [one.start_time for one in store.runs.find(order_by="start_time", ascending=True)]
    assert starts[:4] == [None] * 4
    assert starts[4:] == sorted(one for one in starts if one is not None)


def test_a_place_outlives_its_run(store: SqlStore, clock: ManualClock) -> None:
    fill(store, clock)
    whole = ids(store, order_by="update_timestamp", ascending=True)
    page = store.runs.find(order_by="update_timestamp", ascending=True, limit=4)
    place = RunCursor.of(page[-1], "update_timestamp")
    store.runs.delete(whole[3])
    assert ids(store, order_by="update_timestamp", ascending=True, cursor=place) == whole[4:]
    assert ids(store, cursor=RunCursor.of(store.runs.find(limit=1)[0])) == ids(store)[1:]


def test_a_group_is_a_run_with_all_made_from_it(store: SqlStore) -> None:
    for run_id, root, parent in (("a", None, None), ("x", None, None), ("b", "a", "a"), ("c", "a", "b")):
        store.runs.create(Run(job_name="j", run_id=run_id, root_run_id=root, parent_run_id=parent))

    def group(run_id: str) -> tuple[str, list[str]] | None:
        found = store.runs.group(run_id)
        return None if found is None else (found[0], [one.dagster_run.run_id for one in found[1]])

    assert [group(run_id) for run_id in "abc"] == [("a", ["a", "b", "c"])] * 3
    assert group("x") == ("x", ["x"])
    assert group("nobody") is None
    store.runs.delete("a")
    assert group("c") == ("a", ["b", "c"])


def test_the_newest_of_each_job(store: SqlStore, clock: ManualClock) -> None:
    fill(store, clock)
    jobs = {one.dagster_run.run_id: one.dagster_run.job_name for one in store.runs.find()}
    newest_first = ids(store)

    def newest(job: str, count: int) -> list[str]:
        return [run_id for run_id in newest_first if jobs[run_id] == job][:count]

    wanted = {*newest("j0", 2), *newest("j2", 2)}
    bucket = JobBucket(job_names=["j0", "j2", "none"], bucket_limit=2)
    found = ids(store, bucket_by=bucket)
    assert found == [run_id for run_id in newest_first if run_id in wanted]
    assert ids(store, bucket_by=bucket, limit=3) == found[:3]
    assert ids(store, bucket_by=bucket, cursor=found[2]) == found[3:]
    assert ids(store, bucket_by=JobBucket(["j1"])) == newest("j1", COUNT)
    assert ids(store, bucket_by=JobBucket([])) == []
    done = RunsFilter(statuses=[RunStatus.SUCCESS])
    assert ids(store, done, bucket_by=JobBucket(["j0", "j1", "j2"], 1)) == newest("j2", 1)


def test_the_newest_of_each_value_of_a_tag(store: SqlStore, clock: ManualClock) -> None:
    fill(store, clock)
    bucket = TagBucket(tag_key="even", tag_values=["True", "False", "?"], bucket_limit=1)
    newest = ids(store)
    assert ids(store, bucket_by=bucket) == newest[:2]
    assert ids(store, RunsFilter(job_name="j0"), bucket_by=bucket) == [
        ids(store, RunsFilter(job_name="j0", tags={"even": value}), limit=1)[0] for value in ("False", "True")
    ]


def test_a_thousand_buckets(store: SqlStore, clock: ManualClock) -> None:
    fill(store, clock)
    names = [f"j{number}" for number in range(1_200)]
    assert len(ids(store, bucket_by=JobBucket(names, 1))) == 3


def test_many_runs_by_their_ids(store: SqlStore, clock: ManualClock) -> None:
    fill(store, clock)
    asked = ["r03", "nobody", "r01", "r03"]
    found = store.runs.many(asked)
    assert list(found) == ["r03", "r01"]
    assert found["r01"] == store.runs.get("r01")
    assert store.runs.many([]) == {}
    assert len(store.runs.many([f"r{number:02}" for number in range(2_000)])) == COUNT


def test_every_filter(store: SqlStore, clock: ManualClock) -> None:
    fill(store, clock)
    records = store.runs.find()
    middle = sorted(one.create_timestamp for one in records)[COUNT // 2]

    def those(keep: object) -> list[str]:
        return [one.dagster_run.run_id for one in records if keep(one)]  # type: ignore[operator]

    assert ids(store, RunsFilter(created_after=middle)) == those(lambda one: one.create_timestamp > middle)
    assert ids(store, RunsFilter(created_before=middle)) == those(lambda one: one.create_timestamp < middle)
    assert ids(store, RunsFilter(updated_after=middle)) == those(lambda one: one.update_timestamp > middle)
    assert ids(store, RunsFilter(updated_before=middle)) == those(lambda one: one.update_timestamp < middle)
    naive = middle.replace(tzinfo=None)
    assert ids(store, RunsFilter(created_after=naive)) == ids(store, RunsFilter(created_after=middle))
    both = RunsFilter(tags={"even": ["True", "False"], "all": "1"}, job_name="j1")
    assert ids(store, both) == those(lambda one: one.dagster_run.job_name == "j1")
    assert ids(store, RunsFilter(tags={"even": []})) == []
    assert ids(store, RunsFilter(statuses=[RunStatus.SUCCESS, RunStatus.STARTED])) == those(
        lambda one: one.start_time is not None
    )
    store.runs.add_tags("r01", {"dagster/backfill": "b"})
    assert "r01" not in ids(store, RunsFilter(exclude_subruns=True))
    assert ids(store, RunsFilter.for_backfill("b")) == ["r01"]


class Hourly:
    name = "hourly"


def test_runs_of_a_schedule_and_of_a_sensor(store: SqlStore) -> None:
    store.runs.create(events.run("s", tags={"dagster/schedule_name": "hourly"}))
    store.runs.create(events.run("n", tags={"dagster/sensor_name": "hourly"}))
    assert ids(store, RunsFilter.for_schedule(Hourly())) == ["s"]
    assert ids(store, RunsFilter.for_sensor(Hourly())) == ["n"]


def test_a_run_that_changes_does_not_move_others_out_of_a_page(store: SqlStore, clock: ManualClock) -> None:
    for number in range(6):
        store.runs.create(events.run(f"r{number}"))
        clock.advance(1)
    page = store.runs.find(order_by="update_timestamp", limit=3)
    place = RunCursor.of(page[-1], "update_timestamp")
    clock.advance(10)
    store.runs.add_tags("r3", {"touched": "1"})  # the last one seen goes to the front
    assert ids(store, order_by="update_timestamp", cursor=place) == ["r2", "r1", "r0"]


def test_a_place_is_exact(store: SqlStore, clock: ManualClock) -> None:
    """Times are kept as finely as a record shows them, and no finer."""
    clock.advance(0.123456789)
    for number in range(3):
        store.runs.create(events.run(f"r{number}"))
        clock.advance(0.0000037)
    for order_by in ("create_timestamp", "update_timestamp"):
        (first,) = store.runs.find(order_by=order_by, limit=1)
        assert ids(store, order_by=order_by, cursor=RunCursor.of(first, order_by)) == ["r1", "r0"]
        assert ids(store, RunsFilter(created_after=first.create_timestamp)) == []


@pytest.mark.parametrize("common", [1, 3, 1_000])
def test_a_tag_that_many_share_is_found_the_same(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    """However many share it: it is looked for run by run from so many on."""
    monkeypatch.setattr(run_query, "_COMMON", common)
    for number in range(7):
        tags = {"team": "a" if number % 2 else "b", "number": str(number)}
        store.runs.create(events.run(f"r{number}", tags=tags))
    assert ids(store, RunsFilter(tags={"team": "a"}), limit=2) == ["r5", "r3"]
    assert ids(store, RunsFilter(tags={"team": "a"}), limit=2, cursor="r3") == ["r1"]
    assert ids(store, RunsFilter(tags={"team": ["a", "b"], "number": "4"}), limit=2) == ["r4"]
    assert ids(store, RunsFilter(tags={"team": "a", "number": "4"}), limit=2) == []
    assert ids(store, RunsFilter(tags={"team": "b"}), limit=2, ascending=True) == ["r0", "r2"]


def test_the_values_of_no_tags(store: SqlStore, clock: ManualClock) -> None:
    fill(store, clock)
    assert store.runs.tag_values([]) == {}
