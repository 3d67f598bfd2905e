import pandas as pd

import mainspring as dg
from mainspring.integrations.duckdb import DuckDBResource

from .resources import WeatherApi

daily = dg.DailyPartitionsDefinition(start_date="2026-03-01", end_date="2026-03-08")

agency = dg.AssetSpec(
    "agency_api",
    description="Run by the agency; we only read it.",
    group_name="sources",
    kinds={"api"},
)


@dg.asset(
    group_name="raw",
    kinds={"python", "duckdb"},
    deps=[agency],
    retry_policy=dg.RetryPolicy(max_retries=3, delay=0.01, backoff=dg.Backoff.EXPONENTIAL),
)
def stations(context: dg.AssetExecutionContext, api: WeatherApi) -> pd.DataFrame:
    """All stations of the agency."""
    frame = pd.DataFrame(api.rows("stations"))
    context.add_output_metadata(
        {"dagster/row_count": len(frame), "names": dg.MetadataValue.json(list(frame.name))}
    )
    return frame


@dg.asset(
    group_name="raw",
    partitions_def=daily,
    deps=["agency_api"],
    metadata={"partition_expr": "taken_at"},
    op_tags={"team": "ingest"},
    code_version="2",
)
def readings(context: dg.AssetExecutionContext, api: WeatherApi) -> dg.MaterializeResult[pd.DataFrame]:
    """One row per station and hour."""
    window = context.partition_time_window
    frame = pd.DataFrame(
        api.rows("readings", day=context.partition_key), columns=["station", "taken_at", "celsius"]
    )
    frame["taken_at"] = pd.to_datetime(frame["taken_at"])
    assert frame.taken_at.between(window.start.replace(tzinfo=None), window.end.replace(tzinfo=None)).all()
    context.log.info(f"{len(frame)} readings for {context.partition_key}")
    return dg.MaterializeResult(value=frame, metadata={"dagster/partition_row_count": len(frame)})


@dg.asset(
    group_name="marts",
    partitions_def=daily,
    metadata={"partition_expr": "day"},
    ins={"places": dg.AssetIn("stations")},
    owners=["ana@example.com", "team:climate"],
    tags={"domain": "climate"},
)
def daily_averages(context, readings: pd.DataFrame, places: pd.DataFrame) -> dg.Output[pd.DataFrame]:
    joined = readings.merge(places, left_on="station", right_on="id")
    means = joined.groupby("name", as_index=False)["celsius"].mean()
    means["day"] = pd.Timestamp(context.partition_key)
    return dg.Output(
        means, metadata={"warmest": float(means.celsius.max())}, data_version=dg.DataVersion("v1")
    )


@dg.asset(group_name="marts", deps=[daily_averages], compute_kind="sql")
def warmest_days(duckdb: DuckDBResource) -> dg.MaterializeResult:
    with duckdb.get_connection() as conn:
        conn.execute(
            """
            create or replace table public.warmest_days as
            select name, arg_max(day, celsius)::date as day, max(celsius) as celsius
            from public.daily_averages group by name order by name
            """
        )
        count = conn.execute("select count(*) from public.warmest_days").fetchone()[0]
    return dg.MaterializeResult(metadata={"dagster/row_count": count})
