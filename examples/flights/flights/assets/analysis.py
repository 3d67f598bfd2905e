"""Summaries: by day, airline, route and hour, and what the weather does to delays."""

import pandas as pd
import polars as pl

import mainspring as dg
from flights.table import COLUMN_LINEAGE, ROW_COUNT, TABLE_NAME, column_lineage, table_metadata
from mainspring.integrations.duckdb import DuckDBResource

OWNERS = ["team:analytics", "dana@example.com"]
FLIGHTS = dg.AssetKey(["cleaned", "flights"])
WEATHER = dg.AssetKey(["cleaned", "weather"])
PLANES = dg.AssetKey(["cleaned", "planes"])
FLIGHTS_WITH_WEATHER = dg.AssetKey(["analysis", "flights_with_weather"])
TAGS = {"domain": "aviation", "layer": "analysis"}

JOIN = """
create schema if not exists analysis;
create or replace table analysis.flights_with_weather as
select
    flights.*,
    weather.temperature_c,
    weather.humidity_percent,
    weather.wind_ms,
    weather.precipitation_mm,
    weather.visibility_km,
    weather.pressure_hpa,
    planes.seats,
    2013 - planes.year_built as aircraft_age
from cleaned.flights
left join cleaned.weather using (origin, hour_utc)
left join cleaned.planes using (tail_number)
order by flight_date, carrier, flight_number, origin, scheduled_departure
"""
COUNTS = """
select
    (select count(*) from cleaned.flights),
    count(*),
    count(*) filter (where visibility_km is not null),
    count(*) filter (where seats is not null)
from analysis.flights_with_weather
"""


@dg.asset(
    key=FLIGHTS_WITH_WEATHER,
    deps=[FLIGHTS, WEATHER, PLANES],
    group_name="analysis",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"sql", "duckdb"},
    tags=TAGS,
    check_specs=[
        dg.AssetCheckSpec(
            "join_keeps_every_flight",
            asset=FLIGHTS_WITH_WEATHER,
            description="The joins neither lose nor double a flight, and find the weather for 99 % of them.",
        )
    ],
)
def flights_with_weather(duckdb: DuckDBResource) -> dg.MaterializeResult:
    """Every flight with the weather of its scheduled hour and, where the registry knows it, its aircraft."""
    with duckdb.get_connection() as connection:
        connection.execute(JOIN)
        before, after, with_weather, with_aircraft = connection.execute(COUNTS).fetchone()
    coverage = {"with_weather": with_weather / after, "with_aircraft": with_aircraft / after}
    return dg.MaterializeResult(
        metadata={
            ROW_COUNT: after,
            TABLE_NAME: "analysis.flights_with_weather",
            COLUMN_LINEAGE: column_lineage(
                late=[(FLIGHTS, "late")],
                visibility_km=[(WEATHER, "visibility_km")],
                aircraft_age=[(PLANES, "year_built")],
            ),
            "query": dg.MetadataValue.md(f"```sql{JOIN}```"),
            **coverage,
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="join_keeps_every_flight",
                passed=before == after and coverage["with_weather"] >= 0.99,
                metadata={"flights_before": before, "flights_after": after, **coverage},
            )
        ],
    )


def _columns(*names: str) -> dict[str, list[str]]:
    """Tells the DuckDB IO manager to read these columns only."""
    return {"columns": list(names)}


def _delay_summary(flights: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Flights, cancellations, mean delay and the share of late arrivals in each group, in its order."""
    grouped = flights.assign(
        cancelled=flights["status"] == "cancelled", late=flights["late"].astype("boolean")
    ).groupby(by, as_index=False)
    return grouped.agg(
        flights=("status", "size"),
        cancelled=("cancelled", "sum"),
        mean_arrival_delay=("arrival_delay", "mean"),
        late_share=("late", "mean"),
    ).astype({"mean_arrival_delay": "float64", "late_share": "float64"})


@dg.asset(
    key_prefix="analysis",
    ins={
        "flights": dg.AssetIn(
            key=FLIGHTS, metadata=_columns("flight_date", "status", "arrival_delay", "late")
        )
    },
    group_name="analysis",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"pandas", "duckdb"},
    tags=TAGS,
)
def daily_summary(flights: pd.DataFrame) -> dg.Output[pd.DataFrame]:
    """One row a day: flights, cancellations, delays."""
    frame = _delay_summary(flights, ["flight_date"])
    worst = frame.nlargest(5, "cancelled")
    return dg.Output(
        frame,
        metadata={
            **table_metadata(frame, "analysis.daily_summary", unique=["flight_date"]),
            COLUMN_LINEAGE: column_lineage(
                cancelled=[(FLIGHTS, "status")],
                mean_arrival_delay=[(FLIGHTS, "arrival_delay")],
                late_share=[(FLIGHTS, "late")],
            ),
            "worst_days": dg.MetadataValue.table(
                [
                    dg.TableRecord({"day": str(row.flight_date.date()), "cancelled": int(row.cancelled)})
                    for row in worst.itertuples()
                ]
            ),
        },
    )


@dg.asset(
    key_prefix="analysis",
    ins={
        "flights": dg.AssetIn(key=FLIGHTS, metadata=_columns("carrier", "status", "arrival_delay", "late")),
        "airlines": dg.AssetIn(key=["raw", "airlines"]),
    },
    group_name="analysis",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"pandas", "duckdb"},
    tags=TAGS,
)
def airline_summary(flights: pd.DataFrame, airlines: pd.DataFrame) -> dg.Output[pd.DataFrame]:
    """One row an airline, the most punctual first."""
    summary = _delay_summary(flights, ["carrier"])
    named = summary.merge(airlines, on="carrier", how="left", validate="one_to_one")
    frame = named.sort_values("late_share", ignore_index=True)
    best, last = frame.iloc[0], frame.iloc[-1]
    return dg.Output(
        frame,
        metadata={
            **table_metadata(frame, "analysis.airline_summary", unique=["carrier"]),
            "most_punctual": f"{best['name']}: {best['late_share']:.1%} late",
            "least_punctual": f"{last['name']}: {last['late_share']:.1%} late",
        },
    )


@dg.asset(
    key_prefix="analysis",
    ins={
        "flights": dg.AssetIn(
            key=FLIGHTS,
            input_manager_key="warehouse_polars",
            metadata=_columns("origin", "destination", "distance_miles", "status", "arrival_delay", "late"),
        ),
        "airports": dg.AssetIn(key=["raw", "airports"], input_manager_key="warehouse_polars"),
    },
    group_name="analysis",
    io_manager_key="warehouse_polars",
    code_version="1",
    owners=OWNERS,
    kinds={"polars", "duckdb"},
    tags=TAGS,
)
def route_summary(flights: pl.DataFrame, airports: pl.DataFrame) -> dg.Output[pl.DataFrame]:
    """One row a route, the busiest first; without a name where the airports lack the destination."""
    names = airports.select(
        pl.col("faa").alias("destination"), pl.col("name").alias("destination_name"), "lat", "lon"
    )
    frame = (
        flights.group_by("origin", "destination")
        .agg(
            pl.len().alias("flights"),
            (pl.col("status") == "cancelled").sum().alias("cancelled"),
            pl.col("distance_miles").max(),
            pl.col("arrival_delay").mean().alias("mean_arrival_delay"),
            pl.col("late").mean().alias("late_share"),
        )
        .join(names, on="destination", how="left")
        .sort(["flights", "origin", "destination"], descending=[True, False, False])
    )
    origin, destination = frame["origin"][0], frame["destination"][0]
    metadata = table_metadata(frame, "analysis.route_summary")
    return dg.Output(frame, metadata={**metadata, "busiest": f"{origin}-{destination}"})


@dg.asset(
    ins={
        "flights": dg.AssetIn(
            key=FLIGHTS, metadata=_columns("origin", "departure_hour", "status", "arrival_delay", "late")
        )
    },
    metadata={"schema": "analysis"},
    group_name="analysis",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"pandas", "duckdb"},
    tags=TAGS,
)
def hourly_profile(flights: pd.DataFrame) -> dg.Output[pd.DataFrame]:
    """One row an airport and hour of scheduled departure: delays pile up through the day."""
    frame = _delay_summary(flights, ["origin", "departure_hour"])
    return dg.Output(frame, metadata=table_metadata(frame, "analysis.hourly_profile"))


@dg.asset(
    key_prefix="analysis",
    ins={
        "flights": dg.AssetIn(
            key=FLIGHTS_WITH_WEATHER, metadata=_columns("status", "arrival_delay", "late", "visibility_km")
        )
    },
    group_name="analysis",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"pandas", "duckdb"},
    tags=TAGS,
)
def visibility_effect(flights: pd.DataFrame) -> dg.Output[pd.DataFrame]:
    """Delays and cancellations by how far one could see at the scheduled hour of departure."""
    bands = pd.cut(
        flights["visibility_km"],
        bins=[-1, 1, 4, 8, 15, 100],
        labels=["below 1 km", "1-4 km", "4-8 km", "8-15 km", "15 km and more"],
    )
    known = flights.assign(visibility=bands.cat.codes)[bands.notna()]
    frame = _delay_summary(known, ["visibility"])
    frame["visibility"] = frame["visibility"].map(dict(enumerate(bands.cat.categories)))
    metadata = table_metadata(frame, "analysis.visibility_effect", unique=["visibility"])
    return dg.Output(frame, metadata=metadata)
