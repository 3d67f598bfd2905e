import os

from mainspring import (
    AssetKey,
    AssetSelection,
    DefaultSensorStatus,
    RunRequest,
    ScheduleDefinition,
    SkipReason,
    asset_sensor,
    define_asset_job,
    schedule,
    sensor,
)

from .jobs import hello_job, stories_job, tidy_job

authors_job = define_asset_job("authors_job", selection=AssetSelection.keys("authors"))


@schedule(cron_schedule=["0 8 * * *", "0 20 * * *"], job=tidy_job, execution_timezone="US/Pacific")
def tidy_twice_a_day(context):
    hour = context.scheduled_execution_time.hour
    folder = "morning" if hour < 12 else "evening"
    config = {"folder": folder}
    return RunRequest(
        run_key=None,
        run_config={"ops": {"list_old": {"config": config}, "remove": {"config": config}}},
        tags={"time": folder},
    )


hourly = ScheduleDefinition(
    job=stories_job,
    cron_schedule="0 * * * *",
    run_config={"ops": {"titles": {"config": {"upper": False}}}},
    should_execute=lambda context: context.scheduled_execution_time.hour != 3,
)


@sensor(job=hello_job, default_status=DefaultSensorStatus.RUNNING)
def feed_sensor(context):
    if not os.path.exists("feed.json"):
        yield SkipReason("there is no feed")
        return
    changed = str(os.stat("feed.json").st_size)
    if changed != context.cursor:
        yield RunRequest(run_key=changed, tags={"size": changed})
        context.update_cursor(changed)


@asset_sensor(asset_key=AssetKey("best"), job=authors_job)
def best_sensor(context, asset_event):
    return RunRequest(run_key=context.cursor, tags={"after": asset_event.run_id})
