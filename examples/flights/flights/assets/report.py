"""The report: one picture and one page."""

import base64
import io

import pandas as pd
from matplotlib.figure import Figure

import mainspring as dg
from flights.resources import ReportFolder

OWNERS = ["team:analytics"]
TAGS = {"domain": "aviation", "layer": "report"}
PLOT = dg.AssetKey(["report", "delay_plot"])
PLOT_FILE = "delays.png"
PAGE_FILE = "delays.html"
SUMMARIES = {
    "daily": dg.AssetIn(key=["analysis", "daily_summary"]),
    "hourly": dg.AssetIn(key="hourly_profile"),
    "airlines": dg.AssetIn(key=["analysis", "airline_summary"]),
    "calibration": dg.AssetIn(key=["model", "delay_calibration"]),
}


@dg.asset(
    key=PLOT,
    ins=SUMMARIES,
    group_name="report",
    code_version="1",
    owners=OWNERS,
    kinds={"matplotlib", "png"},
    tags=TAGS,
)
def delay_plot(
    reports: ReportFolder,
    daily: pd.DataFrame,
    hourly: pd.DataFrame,
    airlines: pd.DataFrame,
    calibration: pd.DataFrame,
) -> dg.MaterializeResult:
    """Late arrivals through the year, through the day and by airline, and the model against the truth."""
    picture = render(daily, hourly, airlines, calibration)
    path = reports.write(PLOT_FILE, picture)
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(path),
            "plot": dg.MetadataValue.md(f"![Late arrivals]({data_url(picture)})"),
            "bytes": len(picture),
        }
    )


def render(
    daily: pd.DataFrame, hourly: pd.DataFrame, airlines: pd.DataFrame, calibration: pd.DataFrame
) -> bytes:
    """Draw the picture, as the bytes of a PNG file."""
    figure = Figure(figsize=(11, 7), layout="constrained")
    (year, day), (carriers, model) = figure.subplots(2, 2)

    share = daily.set_index("flight_date")["late_share"] * 100
    year.plot(share.index, share, color="0.8", linewidth=0.8)
    year.plot(share.index, share.rolling(7, center=True).mean(), color="tab:blue")
    year.set(title="Through the year (line: 7 days)", ylabel="late arrivals, %")

    for origin, rows in hourly[hourly["flights"] >= 100].groupby("origin"):
        day.plot(rows["departure_hour"], rows["late_share"] * 100, marker="o", markersize=3, label=origin)
    day.set(title="Through the day", xlabel="hour of scheduled departure", ylabel="late arrivals, %")
    day.legend(frameon=False)

    ordered = airlines.sort_values("late_share", ascending=False)
    carriers.barh(ordered["name"], ordered["late_share"] * 100, color="tab:blue")
    carriers.set(title="By airline", xlabel="late arrivals, %")
    carriers.tick_params(axis="y", labelsize=8)

    top = 100 * max(calibration["predicted"].max(), calibration["actual"].max()) * 1.05
    model.plot([0, top], [0, top], color="0.8", linestyle="--")
    model.plot(calibration["predicted"] * 100, calibration["actual"] * 100, marker="o")
    model.set(title="The model, October to December", xlabel="said to be late, %", ylabel="were late, %")

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90)
    return buffer.getvalue()


def data_url(picture: bytes) -> str:
    """A PNG picture as a URL that holds it."""
    return f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"


@dg.asset(
    key_prefix="report",
    ins={
        "airlines": dg.AssetIn(key=["analysis", "airline_summary"]),
        "routes": dg.AssetIn(key=["analysis", "route_summary"], input_manager_key="warehouse"),
        "visibility": dg.AssetIn(key=["analysis", "visibility_effect"]),
        "calibration": dg.AssetIn(key=["model", "delay_calibration"]),
    },
    deps=[PLOT],
    group_name="report",
    code_version="1",
    owners=OWNERS,
    kinds={"html"},
    tags=TAGS,
)
def delay_report(
    reports: ReportFolder,
    airlines: pd.DataFrame,
    routes: pd.DataFrame,
    visibility: pd.DataFrame,
    calibration: pd.DataFrame,
) -> dg.MaterializeResult:
    """One page that needs no other file: the picture and the tables behind it."""
    tables = {
        "Airlines": airlines[["name", "flights", "cancelled", "mean_arrival_delay", "late_share"]],
        "The ten busiest routes": routes.head(10)[
            ["origin", "destination", "destination_name", "flights", "mean_arrival_delay", "late_share"]
        ],
        "Visibility at departure": visibility,
        "The model, by decile of its probability": calibration,
    }
    path = reports.write(PAGE_FILE, page(reports.read(PLOT_FILE), tables).encode())
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(path),
            "url": dg.MetadataValue.url(path.resolve().as_uri()),
            "tables": len(tables),
        }
    )


def page(picture: bytes, tables: dict[str, pd.DataFrame]) -> str:
    """The page as HTML; numbers are rounded to three digits, names are escaped."""
    style = (
        "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}"
        "img{width:100%}table{border-collapse:collapse}"
        "td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:right}"
    )
    sections = "".join(
        f"<h2>{title}</h2>{table.to_html(index=False, border=0, float_format='{:.3f}'.format)}"
        for title, table in tables.items()
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Late arrivals</title>'
        f"<style>{style}</style></head><body><h1>Flights from New York in 2013</h1>"
        f'<img src="{data_url(picture)}" alt="Late arrivals: year, day, airlines, model">'
        f"{sections}</body></html>"
    )
