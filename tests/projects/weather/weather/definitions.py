import mainspring as dg

from . import assets, checks
from .resources import RESOURCES

daily_refresh = dg.define_asset_job(
    name="daily_refresh",
    selection=dg.AssetSelection.assets("readings", "daily_averages")
    | dg.AssetSelection.checks_for_assets("readings"),
    partitions_def=assets.daily,
    tags={"dagster/priority": "1"},
    description="What runs every night.",
)
stations_job = dg.define_asset_job("refresh_stations", selection="stations")
publish = dg.define_asset_job("publish", selection=dg.AssetSelection.assets(assets.warmest_days))

defs = dg.Definitions(
    assets=[assets.agency, *dg.load_assets_from_modules([assets])],
    asset_checks=dg.load_asset_checks_from_modules([checks]),
    jobs=[daily_refresh, stations_job, publish],
    schedules=[
        dg.build_schedule_from_partitioned_job(daily_refresh, hour_of_day=2),
        dg.ScheduleDefinition(job=publish, cron_schedule="0 6 * * 1", execution_timezone="Europe/Berlin"),
    ],
    resources=RESOURCES,
)
