"""Assets are functions: each is called here with a small frame."""

import pandas as pd
import polars as pl
import pytest

import mainspring as dg
from flights.assets import analysis, cleaned, model, raw, report
from flights.resources import PROJECT, ReportFolder, SourceFiles


@pytest.fixture
def raw_flights():
    """A flight that arrived late, an early one, one that never left and one that was diverted."""
    return pd.DataFrame(
        {
            "year": 2013,
            "month": [1, 1, 2, 2],
            "day": [1, 1, 8, 9],
            "dep_time": [540.0, 600.0, None, 700.0],
            "sched_dep_time": [515, 605, 630, 700],
            "dep_delay": [25.0, -5.0, None, 0.0],
            "arr_delay": [15.0, -20.0, None, None],
            "carrier": ["UA", "B6", "UA", "B6"],
            "flight": [1545, 725, 11, 12],
            "tailnum": ["N14228", "N804JB", None, "N804JB"],
            "origin": ["EWR", "JFK", "EWR", "JFK"],
            "dest": ["IAH", "BQN", "IAH", "BQN"],
            "air_time": [227.0, 183.0, None, None],
            "distance": [1400, 1576, 1400, 1576],
            "hour": [5, 6, 6, 7],
            "minute": [15, 5, 30, 0],
            "time_hour": pd.to_datetime(
                ["2013-01-01 10:00", "2013-01-01 11:00", "2013-02-08 11:00", "2013-02-09 12:00"]
            ),
        }
    )


@pytest.fixture
def flights(raw_flights):
    output, _ = cleaned.flights(raw_flights)
    return output.value


def test_raw_flights_carry_the_version_of_their_file():
    files = SourceFiles(directory=str(PROJECT / "data"))
    output = raw.flights(dg.build_asset_context(), files)
    assert len(output.value) == 336_776
    assert output.data_version == files.version("flights")


def test_cleaned_flights_have_a_status_and_know_what_is_late(raw_flights):
    output, check = cleaned.flights(raw_flights)
    assert list(output.value["status"]) == ["flown", "flown", "cancelled", "diverted"]
    late = [None if pd.isna(value) else bool(value) for value in output.value["late"]]
    assert late == [True, False, None, None]
    assert check.passed
    assert check.metadata["contradictions"].value == 0


def test_a_cancelled_flight_with_a_delay_is_a_contradiction(raw_flights):
    raw_flights.loc[2, "dep_delay"] = 3.0
    _, check = cleaned.flights(raw_flights)
    assert not check.passed
    assert check.metadata["contradictions"].value == 1


def test_cleaned_weather_is_metric_and_has_no_impossible_wind():
    frame = pl.DataFrame(
        {
            "origin": ["EWR", "EWR"],
            "time_hour": [pd.Timestamp("2013-02-12 08:00"), pd.Timestamp("2013-02-12 09:00")],
            "temp": [32.0, 212.0],
            "humid": [50.0, 60.0],
            "wind_speed": [1048.36, 10.0],
            "wind_gust": [None, 20.0],
            "precip": [0.0, 1.0],
            "visib": [10.0, 1.0],
            "pressure": [1008.3, None],
        }
    )
    weather = cleaned.weather(frame).value
    assert weather.drop("hour_utc").to_dicts() == [
        {
            "origin": "EWR",
            "temperature_c": 0.0,
            "humidity_percent": 50.0,
            "wind_ms": None,
            "gust_ms": None,
            "precipitation_mm": 0.0,
            "visibility_km": 16.1,
            "pressure_hpa": 1008.3,
        },
        {
            "origin": "EWR",
            "temperature_c": 100.0,
            "humidity_percent": 60.0,
            "wind_ms": 4.5,
            "gust_ms": 8.9,
            "precipitation_mm": 25.4,
            "visibility_km": 1.6,
            "pressure_hpa": None,
        },
    ]


def test_airline_summary_puts_the_most_punctual_first(flights):
    airlines = pd.DataFrame({"carrier": ["UA", "B6"], "name": ["United", "JetBlue"]})
    frame = analysis.airline_summary(flights, airlines).value
    assert frame[["name", "flights", "cancelled", "mean_arrival_delay", "late_share"]].to_dict("records") == [
        {"name": "JetBlue", "flights": 2, "cancelled": 0, "mean_arrival_delay": -20.0, "late_share": 0.0},
        {"name": "United", "flights": 2, "cancelled": 1, "mean_arrival_delay": 15.0, "late_share": 1.0},
    ]


def test_route_summary_keeps_routes_to_unknown_airports(flights):
    airports = pl.DataFrame({"faa": ["IAH"], "name": ["Houston"], "lat": [29.98], "lon": [-95.34]})
    frame = analysis.route_summary(pl.from_pandas(flights), airports).value
    names = dict(zip(frame["destination"], frame["destination_name"], strict=True))
    assert names == {"IAH": "Houston", "BQN": None}


def test_features_say_nothing_of_what_happens_after_the_scheduled_hour(flights):
    joined = flights.assign(**dict.fromkeys(["temperature_c", "humidity_percent", "wind_ms"], 1.0)).assign(
        **dict.fromkeys(["precipitation_mm", "visibility_km", "pressure_hpa", "seats", "aircraft_age"], 1.0)
    )
    frame = model.delay_features(joined).value
    assert list(frame.columns) == ["flight_date", *model.INPUTS, "late"]
    assert list(frame["departure_minute"]) == [5 * 60 + 15, 6 * 60 + 5]
    assert not {"departure_delay", "arrival_delay", "air_minutes"} & set(frame.columns)


def test_calibration_compares_what_was_said_with_what_came_true():
    predictions = pd.DataFrame(
        {"probability": [i / 100 for i in range(100)], "late": [i >= 50 for i in range(100)]}
    )
    frame = model.delay_calibration(predictions).value
    assert list(frame["flights"]) == [10] * 10
    assert list(frame["actual"]) == [0.0] * 5 + [1.0] * 5


def test_the_model_learns_and_its_sample_is_the_configured_one():
    days = pd.date_range("2013-01-01", "2013-12-31").repeat(4)
    features = pd.DataFrame({"flight_date": days, "carrier": "UA", "origin": "EWR", "destination": "IAH"})
    features = features.assign(**dict.fromkeys(model.NUMBERS, 1.0), late=False)
    features["departure_minute"] = [300.0, 600.0, 900.0, 1200.0] * 365
    features["late"] = features["departure_minute"] > 700
    config = model.DelayModelConfig(sample_size=500, trees=5, seed=1)
    output = model.delay_model(dg.build_asset_context(), config, features)
    assert output.metadata["trained_on"].value == 500
    predictions, check = model.delay_predictions(features, output.value)
    assert len(predictions.value) == 92 * 4
    assert check.metadata["auc"].value == 1.0


def test_the_report_folder_writes_whole_files(tmp_path):
    folder = ReportFolder(directory=str(tmp_path / "new"))
    path = folder.write("page.html", b"<p>")
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]
    assert folder.read("page.html") == b"<p>"


def test_the_page_escapes_names():
    html = report.page(b"png", {"Airlines": pd.DataFrame({"name": ["<b>"], "share": [0.12345]})})
    assert "&lt;b&gt;" in html
    assert "0.123" in html
