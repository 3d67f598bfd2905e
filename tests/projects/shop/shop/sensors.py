from mainspring import (
    AssetKey,
    DefaultSensorStatus,
    EventLogEntry,
    RunFailureSensorContext,
    RunRequest,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    asset_sensor,
    run_failure_sensor,
    sensor,
)

from .jobs import core_job, forecast_job
from .resources import Folder, Slack
from .schedules import strict_run


@sensor(job=core_job, minimum_interval_seconds=30, default_status=DefaultSensorStatus.RUNNING)
def new_files(context: SensorEvaluationContext, folder: Folder):
    """A run for the files that were not seen before."""
    last = context.cursor or ""
    names = [name for name in folder.names() if name > last]
    if not names:
        return SkipReason(f"nothing after {last!r}")
    return SensorResult(
        run_requests=[
            RunRequest(run_key=name, run_config=strict_run([name]), tags={"file": name}) for name in names
        ],
        cursor=names[-1],
    )


@asset_sensor(asset_key=AssetKey(["core", "orders"]), job=forecast_job)
def orders_changed(context: SensorEvaluationContext, asset_event: EventLogEntry):
    rows = asset_event.dagster_event.materialization.metadata["rows"].value
    if rows:
        yield RunRequest(run_key=context.cursor, tags={"rows": str(rows)})
    else:
        yield SkipReason("no orders")


@run_failure_sensor(monitored_jobs=[core_job])
def failures(context: RunFailureSensorContext, slack: Slack):
    slack.post(f"{context.dagster_run.job_name}: {context.failure_event.message}")
