import mainspring as dg

from . import reports

defs = dg.Definitions(
    jobs=[reports.daily_report, reports.region_report, reports.monthly_report, reports.quarterly_report],
    schedules=[reports.daily_schedule, reports.monthly_schedule, reports.mondays],
)
