from datetime import timedelta

from mainspring import (
    DefaultScheduleStatus,
    RunConfig,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from .assets.core.orders import OrdersConfig
from .jobs import core_job, forecast_job

core_schedule = ScheduleDefinition(
    job=core_job, cron_schedule="@hourly", default_status=DefaultScheduleStatus.RUNNING
)


@schedule(
    cron_schedule="0 20 28-31 * *",
    job=forecast_job,
    execution_timezone="Europe/Paris",
    tags={"kind": "month"},
)
def month_end(context: ScheduleEvaluationContext):
    """On the last day of a month."""
    day = context.scheduled_execution_time
    if (day + timedelta(days=1)).month == day.month:
        return SkipReason(f"{day:%d.%m.} is not the last day")
    return RunRequest(run_key=day.strftime("%Y-%m"), tags={"month": day.strftime("%Y-%m")})


def strict_run(names):
    return RunConfig(ops={"orders": OrdersConfig(files=names, strict=True)})
