"""Cleaned tables: one meaning a column, plain units, impossible values taken out."""

from collections.abc import Iterator

import pandas as pd
import polars as pl

import mainspring as dg
from flights.table import COLUMN_LINEAGE, column_lineage, table_metadata

OWNERS = ["team:data-platform", "dana@example.com"]
RAW_FLIGHTS = dg.AssetKey(["raw", "flights"])
RAW_WEATHER = dg.AssetKey(["raw", "weather"])
LATE_MINUTES = 15  # the Bureau of Transportation Statistics counts an arrival from here on as late
POSSIBLE_WIND_MPH = 100.0

FLIGHT_COLUMNS = {
    "flight_date": "local date of the scheduled departure",
    "hour_utc": "the hour of the scheduled departure, UTC; the key to the weather",
    "departure_hour": "hour of the scheduled departure, local time",
    "status": "flown, cancelled (never left) or diverted (left, no arrival delay reported)",
    "departure_delay": "minutes, negative if early; empty if cancelled",
    "arrival_delay": "minutes, negative if early; empty unless flown",
    "late": f"arrived {LATE_MINUTES} minutes or more after schedule; empty unless flown",
    "tail_number": "as reported; American and Envoy report fleet numbers instead",
}


@dg.asset(
    key_prefix="cleaned",
    ins={"raw_flights": dg.AssetIn(key=RAW_FLIGHTS)},
    group_name="cleaned",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"pandas", "duckdb"},
    tags={"domain": "aviation", "layer": "cleaned"},
    check_specs=[
        dg.AssetCheckSpec(
            "status_fits_delays",
            asset=dg.AssetKey(["cleaned", "flights"]),
            description="A flown flight has both delays, a cancelled one has none.",
        )
    ],
)
def flights(raw_flights: pd.DataFrame) -> Iterator[dg.Output[pd.DataFrame] | dg.AssetCheckResult]:
    """One row a scheduled flight, with a status, delays in minutes and whether it arrived late."""
    cancelled = raw_flights["dep_time"].isna()
    flown = raw_flights["arr_delay"].notna()
    frame = pd.DataFrame(
        {
            "flight_date": pd.to_datetime(raw_flights[["year", "month", "day"]]),
            "hour_utc": raw_flights["time_hour"],
            "departure_hour": raw_flights["hour"],
            "carrier": raw_flights["carrier"],
            "flight_number": raw_flights["flight"],
            "tail_number": raw_flights["tailnum"],
            "origin": raw_flights["origin"],
            "destination": raw_flights["dest"],
            "distance_miles": raw_flights["distance"],
            "scheduled_departure": raw_flights["sched_dep_time"],
            "status": flown.map({True: "flown", False: "diverted"}).mask(cancelled, "cancelled"),
            "departure_delay": raw_flights["dep_delay"],
            "arrival_delay": raw_flights["arr_delay"],
            "air_minutes": raw_flights["air_time"],
            "late": (raw_flights["arr_delay"] >= LATE_MINUTES).astype("boolean").mask(~flown),
        }
    )
    counts = frame["status"].value_counts().to_dict()
    lineage = column_lineage(
        flight_date=[(RAW_FLIGHTS, name) for name in ("year", "month", "day")],
        hour_utc=[(RAW_FLIGHTS, "time_hour")],
        status=[(RAW_FLIGHTS, "dep_time"), (RAW_FLIGHTS, "arr_delay")],
        departure_delay=[(RAW_FLIGHTS, "dep_delay")],
        arrival_delay=[(RAW_FLIGHTS, "arr_delay")],
        late=[(RAW_FLIGHTS, "arr_delay")],
        tail_number=[(RAW_FLIGHTS, "tailnum")],
    )
    yield dg.Output(
        frame,
        metadata={
            **table_metadata(frame, "cleaned.flights", columns=FLIGHT_COLUMNS),
            COLUMN_LINEAGE: lineage,
            "status": {str(status): int(count) for status, count in counts.items()},
        },
    )
    odd = _status_contradictions(frame)
    yield dg.AssetCheckResult(
        check_name="status_fits_delays", passed=odd == 0, metadata={"contradictions": odd}
    )


def _status_contradictions(frame: pd.DataFrame) -> int:
    """How many flights have a status that their delays contradict."""
    delays = frame[["departure_delay", "arrival_delay"]].notna()
    flown_without = (frame["status"] == "flown") & ~delays.all(axis="columns")
    cancelled_with = (frame["status"] == "cancelled") & delays.any(axis="columns")
    return int((flown_without | cancelled_with).sum())


@dg.asset(
    key_prefix="cleaned",
    ins={"raw_weather": dg.AssetIn(key=RAW_WEATHER)},
    group_name="cleaned",
    io_manager_key="warehouse_polars",
    code_version="1",
    owners=OWNERS,
    kinds={"polars", "duckdb"},
    tags={"domain": "weather", "layer": "cleaned"},
)
def weather(raw_weather: pl.DataFrame) -> dg.Output[pl.DataFrame]:
    """Hourly weather in metric units; a wind no station can have seen is empty."""
    wind = pl.when(pl.col("wind_speed") <= POSSIBLE_WIND_MPH).then(pl.col("wind_speed"))
    frame = raw_weather.select(
        "origin",
        pl.col("time_hour").alias("hour_utc"),
        ((pl.col("temp") - 32) / 1.8).round(1).alias("temperature_c"),
        pl.col("humid").alias("humidity_percent"),
        (wind * 0.44704).round(1).alias("wind_ms"),
        (pl.col("wind_gust") * 0.44704).round(1).alias("gust_ms"),
        (pl.col("precip") * 25.4).round(1).alias("precipitation_mm"),
        (pl.col("visib") * 1.609344).round(1).alias("visibility_km"),
        pl.col("pressure").alias("pressure_hpa"),
    )
    emptied = raw_weather["wind_speed"].count() - frame["wind_ms"].count()
    lineage = column_lineage(
        temperature_c=[(RAW_WEATHER, "temp")],
        wind_ms=[(RAW_WEATHER, "wind_speed")],
        precipitation_mm=[(RAW_WEATHER, "precip")],
        visibility_km=[(RAW_WEATHER, "visib")],
    )
    metadata = {COLUMN_LINEAGE: lineage, "impossible_winds_emptied": emptied}
    return dg.Output(frame, metadata={**table_metadata(frame, "cleaned.weather"), **metadata})


MAKERS = {
    "AIRBUS INDUSTRIE": "AIRBUS",
    "BOMBARDIER INC": "BOMBARDIER",
    "MCDONNELL DOUGLAS AIRCRAFT CO": "MCDONNELL DOUGLAS",
    "MCDONNELL DOUGLAS CORPORATION": "MCDONNELL DOUGLAS",
}


@dg.asset(
    key_prefix="cleaned",
    ins={"raw_planes": dg.AssetIn(key=["raw", "planes"])},
    group_name="cleaned",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"pandas", "duckdb"},
    tags={"domain": "aviation", "layer": "cleaned"},
)
def planes(raw_planes: pd.DataFrame) -> dg.Output[pd.DataFrame]:
    """One row an aircraft, one spelling a manufacturer, without the nearly empty cruising speeds."""
    frame = pd.DataFrame(
        {
            "tail_number": raw_planes["tailnum"],
            "year_built": raw_planes["year"].astype("Int16"),
            "manufacturer": raw_planes["manufacturer"].replace(MAKERS),
            "model": raw_planes["model"],
            "engines": raw_planes["engines"],
            "seats": raw_planes["seats"],
        }
    )
    metadata = table_metadata(frame, "cleaned.planes", unique=["tail_number"])
    return dg.Output(frame, metadata={**metadata, "manufacturers": int(frame["manufacturer"].nunique())})
