"""Raw tables: the published files, loaded as they are."""

from collections.abc import Iterator

import pandas as pd
import polars as pl

import mainspring as dg
from flights.resources import SourceFiles
from flights.table import table_metadata

OWNERS = ["team:data-platform"]

bts_on_time = dg.AssetSpec(
    ["source", "bts_on_time"],
    group_name="source",
    description="Airline On-Time Performance: every scheduled flight of the larger US carriers.",
    kinds={"csv"},
    owners=["team:transtats"],
    metadata={"publisher": dg.MetadataValue.url("https://www.transtats.bts.gov/")},
)
faa_registry = dg.AssetSpec(
    ["source", "faa_registry"],
    group_name="source",
    description="The aircraft registry of the Federal Aviation Administration.",
    kinds={"csv"},
    metadata={"publisher": dg.MetadataValue.url("https://registry.faa.gov/")},
)
asos_weather = dg.AssetSpec(
    ["source", "asos_weather"],
    group_name="source",
    description="Hourly reports of the automated weather stations at the airports.",
    kinds={"csv"},
    metadata={"publisher": dg.MetadataValue.url("https://mesonet.agron.iastate.edu/request/download.phtml")},
)
openflights_airports = dg.AssetSpec(
    ["source", "openflights_airports"],
    group_name="source",
    description="Names and positions of airports.",
    kinds={"csv"},
    metadata={"publisher": dg.MetadataValue.url("https://openflights.org/data.html")},
)
SOURCES = [bts_on_time, faa_registry, asos_weather, openflights_airports]


@dg.asset(
    key_prefix="raw",
    deps=[bts_on_time],
    group_name="raw",
    io_manager_key="warehouse",
    code_version="1",
    owners=OWNERS,
    kinds={"parquet", "duckdb"},
    tags={"domain": "aviation", "layer": "raw"},
)
def flights(context: dg.AssetExecutionContext, source_files: SourceFiles) -> dg.Output[pd.DataFrame]:
    """Every scheduled flight that was to leave EWR, JFK or LGA in 2013, as published."""
    frame = source_files.pandas("flights")
    context.log.info("read %s flights from %s", f"{len(frame):,}", source_files.path("flights").name)
    return dg.Output(
        frame, metadata=table_metadata(frame, "raw.flights"), data_version=source_files.version("flights")
    )


@dg.asset(
    key_prefix="raw",
    deps=[asos_weather],
    group_name="raw",
    io_manager_key="warehouse_polars",
    code_version="1",
    owners=OWNERS,
    kinds={"parquet", "polars", "duckdb"},
    tags={"domain": "weather", "layer": "raw"},
)
def weather(source_files: SourceFiles) -> dg.Output[pl.DataFrame]:
    """Hourly weather at the three airports, as published: Fahrenheit, miles, inches."""
    frame = source_files.polars("weather")
    return dg.Output(
        frame, metadata=table_metadata(frame, "raw.weather"), data_version=source_files.version("weather")
    )


def _reference(name: str, kind: str) -> dg.AssetOut:
    return dg.AssetOut(
        key=["raw", name],
        io_manager_key="warehouse",
        group_name="raw",
        code_version="1",
        is_required=False,
        owners=OWNERS,
        kinds={"parquet", "duckdb"},
        tags={"domain": "aviation", "layer": "raw"},
        description=f"Reference table: one row {kind}.",
    )


@dg.multi_asset(
    outs={
        "airlines": _reference("airlines", "a carrier code"),
        "airports": _reference("airports", "an airport"),
        "planes": _reference("planes", "a registered aircraft"),
    },
    deps=[bts_on_time, openflights_airports, faa_registry],
    internal_asset_deps={
        "airlines": {bts_on_time.key},
        "airports": {openflights_airports.key},
        "planes": {faa_registry.key},
    },
    can_subset=True,
)
def reference_tables(
    context: dg.AssetExecutionContext, source_files: SourceFiles
) -> Iterator[dg.Output[pd.DataFrame]]:
    """The three small reference tables; any of them can be refreshed by itself."""
    for name in ("airlines", "airports", "planes"):
        if dg.AssetKey(["raw", name]) in context.selected_asset_keys:
            frame = source_files.pandas(name)
            yield dg.Output(
                frame,
                output_name=name,
                metadata=table_metadata(frame, f"raw.{name}", unique=[frame.columns[0]]),
                data_version=source_files.version(name),
            )
