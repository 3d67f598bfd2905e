"""Data-quality checks that look at stored tables."""

from collections.abc import Iterator

import pandas as pd
import polars as pl

import mainspring as dg
from flights.assets.analysis import FLIGHTS, PLANES
from flights.assets.cleaned import POSSIBLE_WIND_MPH, RAW_WEATHER
from mainspring.integrations.duckdb import DuckDBResource

WARN = dg.AssetCheckSeverity.WARN
ROUTES = dg.AssetKey(["analysis", "route_summary"])
DAILY = dg.AssetKey(["analysis", "daily_summary"])
CALIBRATION = dg.AssetKey(["model", "delay_calibration"])
REFERENCE_KEYS = {"airlines": "carrier", "airports": "faa", "planes": "tailnum"}

DUPLICATES = """
select count(*) from (
    select 1 from cleaned.flights
    group by flight_date, carrier, flight_number, origin, destination, scheduled_departure
    having count(*) > 1
)
"""
UNKNOWN_AIRCRAFT = """
select carrier, count(*) as flights
from cleaned.flights
where tail_number is not null and tail_number not in (select tail_number from cleaned.planes)
group by carrier order by flights desc
"""


@dg.asset_check(asset=FLIGHTS, blocking=True)
def flights_are_unique(duckdb: DuckDBResource) -> dg.AssetCheckResult:
    """No flight is there twice. Blocking: a doubled flight would count twice in every table that follows."""
    with duckdb.get_connection() as connection:
        (duplicates,) = connection.execute(DUPLICATES).fetchone()
    return dg.AssetCheckResult(passed=duplicates == 0, metadata={"duplicates": duplicates})


@dg.asset_check(asset=FLIGHTS, additional_deps=[PLANES])
def aircraft_are_registered(duckdb: DuckDBResource) -> dg.AssetCheckResult:
    """At most 5 % of the flights that name an aircraft name one the registry does not know."""
    with duckdb.get_connection() as connection:
        unknown = connection.execute(UNKNOWN_AIRCRAFT).fetchall()
        (named,) = connection.execute("select count(tail_number) from cleaned.flights").fetchone()
    share = sum(flights for _, flights in unknown) / named if named else 0.0
    return dg.AssetCheckResult(
        passed=share <= 0.05,
        severity=WARN,
        description=f"{share:.1%} of the flights name an aircraft the registry does not know",
        metadata={
            "unknown_share": share,
            "by_carrier": dg.MetadataValue.table(
                [dg.TableRecord({"carrier": carrier, "flights": flights}) for carrier, flights in unknown[:5]]
            ),
        },
    )


@dg.asset_check(asset=RAW_WEATHER)
def winds_are_possible(raw_weather: pl.DataFrame) -> dg.AssetCheckResult:
    """No station reports a wind that would have blown it away."""
    impossible = raw_weather.filter(pl.col("wind_speed") > POSSIBLE_WIND_MPH)
    return dg.AssetCheckResult(
        passed=impossible.is_empty(),
        severity=WARN,
        metadata={
            "impossible_hours": impossible.height,
            "strongest_mph": float(raw_weather["wind_speed"].max() or 0),
            "limit_mph": POSSIBLE_WIND_MPH,
        },
    )


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            "key_is_unique", asset=dg.AssetKey(["raw", table]), description=f"{column} is there and unique"
        )
        for table, column in REFERENCE_KEYS.items()
    ]
)
def reference_keys(duckdb: DuckDBResource) -> Iterator[dg.AssetCheckResult]:
    """The keys that the reference tables are joined by."""
    for table, column in REFERENCE_KEYS.items():
        with duckdb.get_connection() as connection:
            query = f"select count(*), count(distinct {column}) from raw.{table}"
            rows, distinct = connection.execute(query).fetchone()
        yield dg.AssetCheckResult(
            asset_key=dg.AssetKey(["raw", table]),
            check_name="key_is_unique",
            passed=rows == distinct,
            metadata={"rows": rows, "distinct": distinct},
        )


@dg.asset_check(asset=DAILY)
def every_day_is_there(daily_summary: pd.DataFrame) -> dg.AssetCheckResult:
    """All 365 days of 2013 have flights."""
    expected = pd.date_range("2013-01-01", "2013-12-31")
    missing = expected.difference(pd.DatetimeIndex(daily_summary["flight_date"]))
    return dg.AssetCheckResult(
        passed=missing.empty, metadata={"missing_days": [str(day.date()) for day in missing]}
    )


@dg.asset_check(asset=ROUTES)
def destinations_are_known(route_summary: pl.DataFrame) -> dg.AssetCheckResult:
    """Every destination is among the airports."""
    unknown = route_summary.filter(pl.col("destination_name").is_null())
    return dg.AssetCheckResult(
        passed=unknown.is_empty(),
        severity=WARN,
        metadata={
            "unknown_destinations": sorted(unknown["destination"].unique().to_list()),
            "flights": int(unknown["flights"].sum()),
        },
    )


@dg.asset_check(asset=CALIBRATION)
def probabilities_come_true(delay_calibration: pd.DataFrame) -> dg.AssetCheckResult:
    """In no tenth of the flights is the model off by more than ten percentage points."""
    worst = float((delay_calibration["predicted"] - delay_calibration["actual"]).abs().max())
    return dg.AssetCheckResult(passed=worst <= 0.10, severity=WARN, metadata={"worst_error": worst})
