"""What a type checker must accept of schedules, sensors and config by partition, and what it must refuse.

Checked, never run: each ``pyright: ignore`` below names an error that has to be there.
"""

from collections.abc import Iterator
from datetime import datetime

import mainspring as dg

job = dg.define_asset_job("nightly")


@dg.schedule("0 1 * * *", job=job, execution_timezone="Europe/London", tags={"team": "core"})
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    if context.scheduled_execution_time.weekday() > 4:
        return dg.SkipReason("a weekend")
    return dg.RunRequest(run_key=f"{context.scheduled_execution_time:%F}", tags={"n": 3})


schedule: dg.ScheduleDefinition = nightly
times: Iterator[datetime] = nightly.get_execution_time_iterator(0.0)
lines: str = dg.ScheduleDefinition(job=job, cron_schedule=["0 1 * * *"]).name
nightly.crno_schedule  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


@dg.sensor(job=job, minimum_interval_seconds=30)
def inbox(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest]:
    context.update_cursor(context.cursor)
    context.log.info("%s", context.instance.get_runs_count())
    yield dg.RunRequest(run_config=dg.RunConfig(ops={"load": {}}), asset_selection=[dg.AssetKey("a")])


watched: dg.SensorDefinition = inbox
context = dg.build_sensor_context(cursor="1")
context.update_cursor(3)  # pyright: ignore[reportArgumentType]
for request in inbox.evaluate_tick(context).run_requests or []:
    key: str | None = request.partition_key
    tag: str = request.tags["a"]


@dg.asset_sensor(asset_key=dg.AssetKey("orders"), job=job)
def on_orders(context: dg.SensorEvaluationContext, event: dg.EventLogEntry) -> dg.SensorResult:
    return dg.SensorResult(run_requests=[dg.RunRequest(event.run_id)], cursor=context.cursor)


@dg.multi_asset_sensor(monitored_assets=[dg.AssetKey("orders")], job=job)
def on_many(context: dg.MultiAssetSensorEvaluationContext) -> None:
    for record in context.latest_materialization_records_by_key().values():
        if record is not None:
            place: int = record.storage_id
            context.log.info("%s", place)
    context.advance_all_cursors()


@dg.run_failure_sensor
def bare(context: dg.RunFailureSensorContext) -> None:
    context.log.error("%s of %s", context.failure_event.message, context.dagster_run.job_name)


@dg.run_failure_sensor(name="named", monitored_jobs=[job, dg.JobSelector("elsewhere", job_name="x")])
def named(context: dg.RunFailureSensorContext) -> None: ...


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, request_job=job)
def on_success(context: dg.RunStatusSensorContext) -> dg.RunRequest:
    return dg.RunRequest(partition_key=context.partition_key)


several: list[dg.RunStatusSensorDefinition] = [bare, named, on_success]
asset_sensors: list[dg.SensorDefinition] = [on_orders, on_many]


@dg.daily_partitioned_config(start_date="2024-01-01")
def by_day(start: datetime, end: datetime) -> dict[str, object]:
    return {"ops": {"load": {"config": {"from": start, "to": end}}}}


days: dg.DailyPartitionsDefinition = by_day.partitions_def
config: dict[str, object] = by_day.get_run_config_for_partition_key("2024-01-01")
dg.SensorResult(run_requests=["a"])  # pyright: ignore[reportArgumentType]
dg.RunRequest(run_key=3)  # pyright: ignore[reportArgumentType]
