from collections.abc import Callable
from typing import Any

import mainspring as dg
from mainspring.runtime.definitions.automation.checks import (
    Instigators,
    brought_assets,
    brought_jobs,
    check_instigators,
    check_kinds,
)
from mainspring.runtime.definitions.resolve import Faults


@dg.asset(partitions_def=dg.DailyPartitionsDefinition("2024-01-01"))
def orders(): ...


NIGHTLY = dg.define_asset_job("nightly", "orders")
JOBS = dg.Definitions(assets=[orders], jobs=[NIGHTLY]).catalog.jobs


def schedule(name: str = "s", **said: Any) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(name, cron_schedule="0 1 * * *", **(said or {"job": NIGHTLY}))


def sensor(name: str = "w", function: Callable[..., Any] = lambda: None, **said: Any) -> dg.SensorDefinition:
    return dg.sensor(name=name, **(said or {"job": NIGHTLY}))(function)


def checked(
    schedules=(), sensors=(), *, resources=None, declared=frozenset({"nightly"})
) -> tuple[Instigators, list[str]]:
    faults = Faults()
    found = check_instigators(
        schedules, sensors, jobs=JOBS, declared_jobs=declared, resources=resources or {}, faults=faults
    )
    return found, [str(one) for one in faults.found]


def test_schedules_and_sensors_know_their_jobs() -> None:
    by_name = schedule("by_name", job_name="nightly")
    partitioned = dg.build_schedule_from_partitioned_job(NIGHTLY, name="daily")
    found, faults = checked([schedule(), by_name, partitioned], [sensor()])
    assert faults == []
    assert [found.schedules[name].job for name in ("s", "by_name", "daily")] == [JOBS["nightly"]] * 3
    assert found.sensors["w"].job is JOBS["nightly"]
    assert found.schedules["daily"].cron_schedule == "0 0 * * *"


def test_one_that_knows_its_job_stays_the_same_object() -> None:
    known = schedule(job=JOBS["nightly"])
    free = dg.sensor(name="free")(lambda: None)
    found, _ = checked([known, known], [free])
    assert found.schedules["s"] is known
    assert found.sensors["free"] is free


def test_a_name_that_is_taken() -> None:
    _, faults = checked([schedule("same"), schedule("same")], [sensor("same")])
    assert len(faults) == 2
    assert all(
        "Two schedules or sensors have the name 'same'" in one and "test_checks.py" in one for one in faults
    )


def test_a_job_that_is_not_declared() -> None:
    found, faults = checked(
        [schedule(job_name="nihgtly")], [sensor(jobs=[NIGHTLY, dg.define_asset_job("gone")])]
    )
    assert [one.splitlines()[0].partition(" (")[0] for one in faults] == [
        "The schedule 's' runs the job 'nihgtly', which is not declared.",
        "The sensor 'w' runs the job 'gone', which is not declared.",
    ]
    assert "Did you mean nightly?" in faults[0]
    assert (found.schedules, found.sensors) == ({}, {})


def test_a_job_with_a_fault_of_its_own_is_not_reported_again() -> None:
    assert checked([schedule(job_name="broken")], declared={"broken"}) == (Instigators(), [])


def test_partitions_that_cannot_be_followed() -> None:
    wrong = dg.build_schedule_from_partitioned_job(NIGHTLY, name="daily", day_of_week=1)
    _, faults = checked([wrong])
    assert len(faults) == 1
    assert "The schedule 'daily'" in faults[0]
    assert "has no day_of_week" in faults[0]


def test_resources_that_are_missing() -> None:
    needs = schedule(job=NIGHTLY, required_resource_keys={"api"})

    def looks(context, database: dg.ResourceParam[str]):
        return None

    _, faults = checked([needs], [sensor(function=looks)], resources={"databse": 1})
    assert [one.partition(" (")[0] for one in faults] == [
        "The resource 'api', which the schedule 's' requires, is not among the resources.",
        "The resource 'database', which the sensor 'w' requires, is not among the resources.",
    ]
    assert "Did you mean databse?" in faults[1]
    assert checked([needs], resources={"api": 1})[1] == []


def test_what_stands_in_the_wrong_place() -> None:
    faults = Faults()
    check_kinds(
        [sensor(), schedule(), dg.build_schedule_from_partitioned_job(NIGHTLY)], [7, sensor()], faults
    )
    assert [one.message for one in faults.found] == [
        "`schedules` holds SensorDefinition('w'), which is no schedule.",
        "`sensors` holds 7, which is no sensor.",
    ]


def test_jobs_come_with_what_runs_them() -> None:
    assert brought_jobs([schedule()], [sensor()], []) == [NIGHTLY]
    assert brought_jobs([schedule()], [sensor()], [NIGHTLY]) == []
    assert brought_jobs([dg.build_schedule_from_partitioned_job(NIGHTLY)], [], []) == [NIGHTLY]
    assert brought_jobs([schedule(job_name="x")], [], []) == []
    other = dg.define_asset_job("nightly", "other")
    assert brought_jobs([schedule(job=other)], [], [NIGHTLY]) == [other]


def test_a_graph_given_twice_is_one_job() -> None:
    @dg.op
    def work(): ...

    @dg.graph
    def flow():
        work()

    found = brought_jobs([schedule(job=flow)], [sensor(job=flow)], [])
    assert [job.name for job in found] == ["flow"]


def test_assets_come_with_what_runs_them() -> None:
    @dg.asset
    def customers(): ...

    both = schedule(target=[orders, customers])
    assert brought_assets([both, schedule("t", target=[orders])], [sensor(target=customers)], []) == [
        orders,
        customers,
    ]
    changed = orders.map_asset_specs(lambda spec: spec.replace_attributes(group_name="sales"))
    assert brought_assets([both], [], [changed]) == [customers]
    assert brought_assets([schedule()], [], [orders]) == []
