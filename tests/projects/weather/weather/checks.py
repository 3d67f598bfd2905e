import pandas as pd

import mainspring as dg
from mainspring.integrations.duckdb import DuckDBResource

from . import assets


@dg.asset_check(asset=assets.readings, blocking=True, description="A reading is between -60 and 60 degrees")
def readings_are_plausible(context: dg.AssetCheckExecutionContext, readings: pd.DataFrame):
    wrong = readings[(readings.celsius < -60) | (readings.celsius > 60)]
    return dg.AssetCheckResult(
        passed=wrong.empty,
        metadata={"rows": len(readings), "wrong": dg.MetadataValue.md(wrong.to_string())},
    )


@dg.asset_check(asset="stations")
def stations_have_names(stations: pd.DataFrame) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=bool(stations.name.notna().all()),
        severity=dg.AssetCheckSeverity.WARN,
    )


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec("every_station_is_there", asset="warmest_days"),
        dg.AssetCheckSpec("no_future_day", asset="warmest_days"),
    ]
)
def warmest_days_checks(duckdb: DuckDBResource):
    with duckdb.get_connection() as conn:
        missing = conn.execute(
            "select count(*) from public.stations where name not in (select name from public.warmest_days)"
        ).fetchone()[0]
        latest = conn.execute("select max(day) from public.warmest_days").fetchone()[0]
    yield dg.AssetCheckResult(
        asset_key="warmest_days",
        check_name="every_station_is_there",
        passed=missing == 0,
        metadata={"missing": missing},
    )
    yield dg.AssetCheckResult(
        asset_key="warmest_days", check_name="no_future_day", passed=latest.isoformat() < "2026-03-08"
    )
